//! The stories in `data/stories`: what the operations do, in calls whose outcome follows from the calls before.

use std::collections::BTreeMap;
use std::fs;

use contract_tests::arns::APP_INSTANCE;
use contract_tests::data;
use contract_tests::scenario::{Player, Step};
use contract_tests::world::{service, start_stopped};
use serde::Deserialize;
use serde_json::Value;

/// A world, what is done in it, and what is in it afterwards.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    /// The app instances of the seed.
    world: Vec<Value>,
    steps: Vec<Step>,
    /// Values in the exported world by their JSON pointers; null for a missing value.
    #[serde(default)]
    afterwards: BTreeMap<String, Value>,
}

#[tokio::test]
async fn every_story_comes_out_as_written() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/data/stories");
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    assert!(names.len() >= 9, "{names:?}");
    for name in names {
        #[allow(clippy::print_stderr, reason = "names the story that fails")]
        {
            eprintln!("{name}");
        }
        let story: Story = data::json(&format!("data/stories/{name}"));
        let (local, client) = start_stopped(service(&story.world)).await;
        let mut player = Player::new(&client);
        player.remember("instance", APP_INSTANCE);
        for step in &story.steps {
            player.play(step).await;
        }
        let world: Value = serde_json::from_str(&local.export().unwrap().to_string()).unwrap();
        for (pointer, expected) in &story.afterwards {
            player.assert_same(expected, world.pointer(pointer).unwrap_or(&Value::Null));
        }
    }
}
