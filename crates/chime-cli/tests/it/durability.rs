//! Acknowledged writes survive the end of the process, whenever it is killed.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use chime_client::shapes::{ChannelMembershipType, ChannelMessagePersistenceType, ChannelMessageType};
use chime_client::{Client, Credentials, RetryPolicy, Timestamp};
use chime_local::Demo;

use crate::Local;
use crate::world::Directory;

/// How often the process is killed.
const KILLS: usize = 20;

/// What the service has answered for.
#[derive(Default)]
struct Acknowledged {
    messages: BTreeSet<String>,
    channels: BTreeSet<String>,
    /// No read marker may be before it.
    read_after: Option<Timestamp>,
}

fn connect(local: &Local) -> Client {
    Client::builder()
        .endpoint_url(&local.url)
        .credentials(Credentials::new("CHIMELOCAL", "chime-local-secret"))
        .retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() })
        .build()
        .unwrap()
}

/// Sends messages until the service is gone.
async fn send_messages(client: &Client, answered: &AtomicUsize) -> BTreeSet<String> {
    let demo = Demo::new();
    let mut sent = BTreeSet::new();
    while let Ok(answer) = client
        .send_channel_message()
        .channel_arn(demo.channel_arn())
        .content("Still there?")
        .r#type(ChannelMessageType::Standard)
        .persistence(ChannelMessagePersistenceType::Persistent)
        .chime_bearer(demo.app_instance_user_arn())
        .send()
        .await
    {
        sent.insert(answer.message_id.unwrap());
        answered.fetch_add(1, Ordering::SeqCst);
    }
    sent
}

/// Makes channels with a member each until the service is gone; those count to which the member was added.
async fn make_channels(client: &Client, answered: &AtomicUsize) -> BTreeSet<String> {
    let demo = Demo::new();
    let [alice, bob, _] = demo.app_instance_user_arns();
    let mut made = BTreeSet::new();
    loop {
        let create = client
            .create_channel()
            .app_instance_arn(demo.app_instance_arn())
            .name("Kept")
            .chime_bearer(alice);
        let Ok(channel) = create.send().await else { return made };
        let channel = channel.channel_arn.unwrap();
        let add = client.create_channel_membership().channel_arn(&channel).member_arn(bob);
        if add.r#type(ChannelMembershipType::Default).chime_bearer(alice).send().await.is_err() {
            return made;
        }
        made.insert(channel.to_string());
        answered.fetch_add(1, Ordering::SeqCst);
    }
}

/// Sets bob's read marker until the service is gone; returns a time that the last marker is later than.
async fn mark_read(client: &Client, answered: &AtomicUsize) -> Option<Timestamp> {
    let mut read_after = None;
    loop {
        let Some((last_message, _)) = bobs_times(client).await else { return read_after };
        let demo = Demo::new();
        let [_, bob, _] = demo.app_instance_user_arns();
        let mark = client.update_channel_read_marker().channel_arn(demo.channel_arn()).chime_bearer(bob);
        if mark.send().await.is_err() {
            return read_after;
        }
        read_after = last_message;
        answered.fetch_add(1, Ordering::SeqCst);
    }
}

/// The last message of `general` and bob's read marker; none if the service is gone.
async fn bobs_times(client: &Client) -> Option<(Option<Timestamp>, Option<Timestamp>)> {
    let demo = Demo::new();
    let [_, bob, _] = demo.app_instance_user_arns();
    let question = client
        .describe_channel_membership_for_app_instance_user()
        .channel_arn(demo.channel_arn())
        .app_instance_user_arn(bob)
        .chime_bearer(bob);
    let membership = question.send().await.ok()?.channel_membership.unwrap();
    Some((
        membership.channel_summary.unwrap().last_message_timestamp,
        membership.app_instance_user_membership_summary.unwrap().read_marker_timestamp,
    ))
}

/// Every acknowledged write exists.
async fn check(client: &Client, acknowledged: &Acknowledged) {
    let demo = Demo::new();
    let [alice, bob, _] = demo.app_instance_user_arns();
    let mut messages = BTreeSet::new();
    let list = client.list_channel_messages().channel_arn(demo.channel_arn()).chime_bearer(alice);
    let mut listed = list.into_stream();
    while let Some(message) = listed.next().await {
        messages.insert(message.unwrap().message_id.unwrap());
    }
    assert!(acknowledged.messages.is_subset(&messages), "messages are lost");

    let mut channels = BTreeSet::new();
    let list = client.list_channel_memberships_for_app_instance_user().chime_bearer(bob);
    let mut listed = list.into_stream();
    while let Some(membership) = listed.next().await {
        channels.insert(membership.unwrap().channel_summary.unwrap().channel_arn.unwrap().to_string());
    }
    assert!(acknowledged.channels.is_subset(&channels), "memberships are lost");

    let (_, read) = bobs_times(client).await.unwrap();
    assert!(
        read >= acknowledged.read_after,
        "the read marker is lost: {read:?}, {:?}",
        acknowledged.read_after
    );
}

#[tokio::test(flavor = "current_thread")]
async fn acknowledged_writes_survive_a_kill() {
    let directory = Directory::new("durability");
    let file = directory.path("world.db");
    let mut acknowledged = Acknowledged::default();
    for kill in 0..KILLS {
        let mut local = Local::start(&["--quiet", "--data", &file]);
        let client = connect(&local);
        check(&client, &acknowledged).await;
        let answered = AtomicUsize::new(0);
        // After another number of answers each time, with calls of every kind under way.
        let enough = 1 + kill * 37 % 60;
        let end = async {
            while answered.load(Ordering::SeqCst) < enough {
                tokio::task::yield_now().await;
            }
            local.process.kill().unwrap();
        };
        let (more, messages, channels, read_after, ()) = tokio::join!(
            send_messages(&client, &answered),
            send_messages(&client, &answered),
            make_channels(&client, &answered),
            mark_read(&client, &answered),
            end
        );
        acknowledged.messages.extend(more.into_iter().chain(messages));
        acknowledged.channels.extend(channels);
        acknowledged.read_after = acknowledged.read_after.max(read_after);
    }
    let local = Local::start(&["--quiet", "--data", &file]);
    check(&connect(&local), &acknowledged).await;
    assert!(acknowledged.messages.len() > KILLS && acknowledged.channels.len() > KILLS / 2);
}
