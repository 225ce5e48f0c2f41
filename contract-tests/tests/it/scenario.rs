//! The scenario that other people's clients play in `interop/`, played by this one.

use std::collections::BTreeMap;

use chime_client::operations::ALL;
use chime_local::LocalService;
use contract_tests::scenario::{Player, shared};
use contract_tests::service_model::models;
use contract_tests::world::start;

#[tokio::test]
async fn the_scenario_has_the_answers_that_other_clients_get() {
    let (local, client) = start(LocalService::demo()).await;
    let mut player = Player::new(&client);
    for step in shared() {
        player.play(&step).await;
    }

    // Every operation succeeded in it, with the model's status.
    let succeeded: BTreeMap<_, _> = local
        .requests()
        .into_iter()
        .filter(|record| record.exception.is_none())
        .map(|record| (record.operation.unwrap(), record.status))
        .collect();
    let [messaging, identity] = models();
    // Only a processor has what a callback needs; `interop/processor.py` is one.
    for operation in ALL.iter().filter(|operation| operation.name != "ChannelFlowCallback") {
        let name = operation.name;
        let modeled = messaging.operations.get(name).or(identity.operations.get(name)).unwrap();
        assert_eq!(succeeded.get(name), Some(&Some(modeled.success)), "{name}");
    }
}
