//! Real-time sessions of the client against the local service.

use std::path::Path;
use std::time::{Duration, SystemTime};

use chime_client::events::Event;
use chime_client::{Client, MessagingSession, Network, Prefetch, SessionItem};
use chime_local::{CertificateAuthority, RunningService};
use contract_tests::client::client_of;
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::world::{app_instance, channel, service, start, user};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};
use tokio::time::timeout;

/// A world in which `bob` is a member of two channels.
fn world() -> Value {
    let members = json!([{ "Member": "ada" }, { "Member": "bob" }]);
    let channel = |id: &str| {
        let old = json!([{ "Sender": "ada", "Content": "before the session" }]);
        json!({ "ChannelId": id, "Name": id, "CreatedBy": "ada", "Memberships": members, "Messages": old })
    };
    app_instance(&["ada", "bob"], &[channel("c0"), channel("c1")])
}

async fn say(client: &Client, id: &str, content: &str) {
    let members = json!({
        "ChannelArn": channel(id), "Content": content, "Type": "STANDARD", "Persistence": "PERSISTENT",
        "ChimeBearer": user("ada"),
    });
    let sent = operations::call(client, "SendChannelMessage", members.as_object().unwrap()).await;
    outcome(sent.unwrap()).unwrap();
}

/// The channel and the content of the next message, after whatever else.
async fn next_message(session: &mut MessagingSession) -> (String, String) {
    loop {
        if let SessionItem::Event(frame) = session.next().await.unwrap().unwrap()
            && let Event::CreateChannelMessage(message) = frame.event
        {
            let channel = message.channel_arn.unwrap().as_str().rsplit('/').next().unwrap().to_owned();
            return (channel, message.content.unwrap().as_str().to_owned());
        }
    }
}

async fn hears(client: &Client) {
    let builder = client.messaging_session().app_instance_user_arn(user("bob"));
    let mut session = builder.prefetch(Prefetch::LatestFirst).connect().await.unwrap();
    say(client, "c0", "Hello").await;
    let mut details = 0;
    loop {
        let SessionItem::Event(frame) = session.next().await.unwrap().unwrap() else { panic!() };
        match frame.event {
            Event::ChannelDetails(_) => details += 1,
            Event::CreateChannelMessage(message) => {
                assert_eq!((details, message.content.unwrap().as_str()), (2, "Hello"));
                break;
            }
            other => panic!("{other:?}"),
        }
    }
    session.close().await;
}

#[tokio::test]
async fn a_session_is_served_over_tcp_within_the_process_and_over_tls() {
    let (local, client) = start(service(&[world()])).await;
    hears(&client).await;
    assert!(local.sessions().is_empty());

    let local = service(&[world()]).start_in_process().unwrap();
    hears(&Client::of(&local).unwrap()).await;
    assert!(local.sessions().is_empty());

    #[allow(clippy::disallowed_methods, reason = "the client judges by the system's clock")]
    let today = SystemTime::now();
    let local = service(&[world()]).tls(CertificateAuthority::new(today).unwrap()).start().await.unwrap();
    let bundle = Path::new(env!("CARGO_TARGET_TMPDIR")).join("session-authority.pem");
    std::fs::write(&bundle, local.ca_certificate().unwrap()).unwrap();
    let network = Network { ca_bundle: Some(bundle), ..Network::default() };
    let url = local.https_url().unwrap();
    hears(&client_of(&local).endpoint_url(url).network(network).build().unwrap()).await;
    assert!(local.requests().iter().any(|record| record.operation == Some("Connect")));
}

#[tokio::test]
async fn a_user_who_does_not_exist_is_refused() {
    let (local, client) = start(service(&[world()])).await;
    let builder = client.messaging_session().app_instance_user_arn(user("nobody"));
    let error = builder.connect().await.unwrap_err();
    assert!(error.is_unauthorized(), "{error}");
    assert_eq!(local.requests().len(), 2, "it asks once");
}

/// What the writer does next.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// Sends that many messages to a channel.
    Says(usize, u8),
    /// Closes the reader's session.
    Closes(u16),
    /// Lets so many milliseconds pass.
    Passes(u64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (0..2_usize, 1..60_u8).prop_map(|(channel, count)| Act::Says(channel, count)),
        2 => prop_oneof![Just(1012), Just(1001), Just(4005)].prop_map(Act::Closes),
        2 => (0..1500_u64).prop_map(Act::Passes),
    ];
    prop::collection::vec(act, 1..25)
}

fn close_all(local: &RunningService, code: u16) {
    for session in local.sessions() {
        local.close_session(session.id, code);
    }
}

/// Whatever is closed and when, the reader has each message once, and those of a channel in their order.
async fn nothing_is_lost(acts: Vec<Act>) -> TestCaseResult {
    let local = service(&[world()]).start_in_process().unwrap();
    let client = Client::of(&local).unwrap();
    let builder = client.messaging_session().app_instance_user_arn(user("bob"));
    let mut session = builder.fill_gaps().connect().await.unwrap();
    let mut said = [Vec::new(), Vec::new()];
    for act in acts {
        match act {
            Act::Says(to, count) => {
                for _ in 0..count {
                    let content = format!("{}", said[to].len());
                    say(&client, ["c0", "c1"][to], &content).await;
                    said[to].push(content);
                }
            }
            Act::Closes(code) => close_all(&local, code),
            Act::Passes(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
        }
    }
    let mut heard = [Vec::new(), Vec::new()];
    while heard[0].len() + heard[1].len() < said[0].len() + said[1].len() {
        let next = timeout(Duration::from_mins(10), next_message(&mut session)).await;
        let Ok((channel, content)) = next else {
            prop_assert_eq!(heard, said, "the rest never comes");
            unreachable!();
        };
        heard[usize::from(channel == "c1")].push(content);
    }
    prop_assert_eq!(heard, said);
    let more = timeout(Duration::from_mins(1), next_message(&mut session)).await;
    prop_assert!(more.is_err(), "{:?} comes twice", more);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn every_message_arrives_once_and_in_order_however_often_the_session_is_lost(acts in acts()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
        runtime.unwrap().block_on(nothing_is_lost(acts))?;
    }
}
