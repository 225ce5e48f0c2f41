//! Writes a data file of the local service that has something in every table, and its world as a seed beside it:
//! `cargo run -p contract-tests --example data-file -- FILE`.
//!
//! `data-file-1.db` was written with schema version 1. Run it again before a change of the schema, for the next one.

#![allow(clippy::unwrap_used, reason = "what goes wrong here ends it")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use chime_client::shapes::{
    ChannelMembershipType, ChannelMessagePersistenceType as Persistence, ChannelMessageType, ChannelPrivacy,
    MessageAttributeValue, Target,
};
use chime_client::{AppInstanceUserArn, Client, Clock};
use chime_local::LocalService;

const APP_INSTANCE: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/kept";

const SEED: &str = r#"{
  "AppInstances": [
    {
      "AppInstanceArn": "arn:aws:chime:us-east-1:123456789012:app-instance/kept",
      "Name": "Kept",
      "Metadata": "of the app instance",
      "Users": [
        { "AppInstanceUserId": "ada", "Name": "Ada", "Metadata": "of Ada" },
        {
          "AppInstanceUserId": "ben",
          "Name": "Ben",
          "ExpirationSettings": { "ExpirationDays": 30, "ExpirationCriterion": "CREATED_TIMESTAMP" }
        },
        { "AppInstanceUserId": "cy", "Name": "Cy" }
      ],
      "Admins": ["ada"]
    }
  ]
}"#;

fn user(id: &str) -> AppInstanceUserArn {
    format!("{APP_INSTANCE}/user/{id}").parse().unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let file = std::env::args().nth(1).unwrap();
    // A second passes between two looks at the clock.
    let seconds = Arc::new(AtomicU64::new(1_780_557_291));
    let clock = Clock::new(move || {
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.fetch_add(1, Ordering::Relaxed))
    });
    let local = LocalService::seeded(SEED.parse().unwrap()).data(&file).clock(clock.clone());
    let local = local.start_in_process().unwrap();
    let client = Client::builder()
        .endpoint_url(local.endpoint_url())
        .connector(local.connector())
        .credentials(local.credentials())
        .clock(clock)
        .build()
        .unwrap();
    identities(&client).await;
    general(&client).await;
    board(&client).await;
    std::fs::write(format!("{file}.json"), format!("{}\n", local.export().unwrap())).unwrap();
    // The write-ahead log ends in the file.
    local.stop().await;
}

/// A second app instance, with a user.
async fn identities(client: &Client) {
    let made = client.create_app_instance().name("Second").client_request_token("app-instance").send().await;
    let made = made.unwrap().app_instance_arn.unwrap();
    let user = client.create_app_instance_user().app_instance_arn(made).app_instance_user_id("dee");
    user.name("Dee").metadata("of Dee").client_request_token("user").send().await.unwrap();
}

/// A public channel with messages of all kinds, a hidden member, moderators and a read marker.
async fn general(client: &Client) {
    let [ada, ben, cy] = &["ada", "ben", "cy"].map(user);
    let made = client
        .create_channel()
        .app_instance_arn(APP_INSTANCE)
        .name("General")
        .channel_id("general")
        .metadata("of the channel")
        .member_arns([ben])
        .moderator_arns([ben])
        .client_request_token("channel")
        .chime_bearer(ada)
        .send()
        .await;
    let general = &made.unwrap().channel_arn.unwrap();
    let hidden = client.create_channel_membership().channel_arn(general).member_arn(cy);
    hidden.r#type(ChannelMembershipType::Hidden).chime_bearer(ada).send().await.unwrap();
    let send = |content: &str, token: &str, sender| {
        client
            .send_channel_message()
            .channel_arn(general)
            .content(content)
            .r#type(ChannelMessageType::Standard)
            .persistence(Persistence::Persistent)
            .client_request_token(token)
            .chime_bearer(sender)
    };
    send("Hello", "hello", ada).metadata("of the message").send().await.unwrap();
    let colors = MessageAttributeValue::default().string_values(["red", "blue"]);
    let attributes = BTreeMap::from([("colors".into(), colors)]);
    let look = send("Look", "look", ben).content_type("text/plain").message_attributes(attributes);
    look.send().await.unwrap();
    client.update_channel_read_marker().channel_arn(general).chime_bearer(ben).send().await.unwrap();
    send("For Ben alone", "target", ada)
        .target([Target::default().member_arn(ben.clone())])
        .send()
        .await
        .unwrap();
    client
        .send_channel_message()
        .channel_arn(general)
        .content("typing")
        .r#type(ChannelMessageType::Control)
        .persistence(Persistence::Persistent)
        .client_request_token("control")
        .chime_bearer(ben)
        .send()
        .await
        .unwrap();
    // Answered and not kept, but for what is remembered of its token.
    client
        .send_channel_message()
        .channel_arn(general)
        .content("Never to be kept")
        .r#type(ChannelMessageType::Standard)
        .persistence(Persistence::NonPersistent)
        .client_request_token("fleeting")
        .chime_bearer(ada)
        .send()
        .await
        .unwrap();
    client.update_channel().channel_arn(general).name("Everybody").chime_bearer(ben).send().await.unwrap();
}

/// A private channel, of which Ben is not, and one that is deleted.
async fn board(client: &Client) {
    let ada = &user("ada");
    let create = |id: &str| {
        client
            .create_channel()
            .app_instance_arn(APP_INSTANCE)
            .name("Board")
            .channel_id(id)
            .privacy(ChannelPrivacy::Private)
            .client_request_token(id)
            .chime_bearer(ada)
    };
    create("board").send().await.unwrap();
    let deleted = create("deleted").send().await.unwrap().channel_arn.unwrap();
    client.delete_channel().channel_arn(deleted).chime_bearer(ada).send().await.unwrap();
}
