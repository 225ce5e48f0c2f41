//! Bots that messages invoke.

use contract_tests::arns::LEX_BOT_ALIAS;
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::world::{app_instance, channel, service, start, user};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use wiremock::matchers::{header, method};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

const BOT: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/bot/helper";

/// A world with a bot in a channel with two users.
fn world() -> Value {
    let members = json!([{ "Member": "ada" }, { "Member": "bob" }, { "Member": "bot/helper" }]);
    let channel = json!({ "ChannelId": "c", "Name": "C", "CreatedBy": "ada", "Memberships": members });
    let mut world = app_instance(&["ada", "bob"], &[channel]);
    let lex = json!({
        "LexBotAliasArn": LEX_BOT_ALIAS, "LocaleId": "en_US",
        "InvokedBy": { "StandardMessages": "MENTIONS", "TargetedMessages": "NONE" },
    });
    world["Bots"] =
        json!([{ "AppInstanceBotId": "helper", "Name": "Helper", "Configuration": { "Lex": lex } }]);
    world
}

fn message(content: &str, mentions: &[&str]) -> Value {
    let mut message = json!({
        "ChannelArn": channel("c"), "Content": content, "Type": "STANDARD", "Persistence": "PERSISTENT",
        "ChimeBearer": user("ada"),
    });
    if !mentions.is_empty() {
        message["MessageAttributes"] = json!({ "CHIME.mentions": { "StringValues": mentions } });
    }
    message
}

#[tokio::test]
async fn a_message_that_mentions_a_bot_is_answered_by_its_function() {
    let function = MockServer::start().await;
    let answer = json!({ "messages": [{ "contentType": "PlainText", "content": "One pizza." }] });
    Mock::given(method("POST"))
        .and(header("x-amz-invocation-type", "RequestResponse"))
        .respond_with(ResponseTemplate::new(200).set_body_json(answer))
        .mount(&function)
        .await;
    let (notices, _) = mpsc::unbounded_channel::<String>();
    let url = format!("{}/2015-03-31/functions/function/invocations", function.uri());
    let local = service(&[world()]).lambda(LEX_BOT_ALIAS, url).unwrap();
    let local = local.on_notice(move |notice| drop(notices.send(notice.to_owned())));
    let (_local, client) = start(local).await;
    let call = async |operation: &str, with: Value| {
        outcome(operations::call(&client, operation, with.as_object().unwrap()).await.unwrap()).unwrap()
    };
    call("SendChannelMessage", message("Nobody in particular", &[])).await;
    call("SendChannelMessage", message("What do you have?", &[BOT])).await;
    let list = json!({ "ChannelArn": channel("c"), "ChimeBearer": user("bob") });
    let answered = loop {
        let listed = call("ListChannelMessages", list.clone()).await;
        let messages = listed["ChannelMessages"].as_array().unwrap().clone();
        if messages.len() == 3 {
            break messages;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!((&answered[0]["Content"], &answered[0]["Sender"]["Arn"]), (&json!("One pizza."), &json!(BOT)));
    let requests: Vec<Request> = function.received_requests().await.unwrap();
    let events: Vec<Value> =
        requests.iter().map(|request| serde_json::from_slice(&request.body).unwrap()).collect();
    assert_eq!(events.len(), 1, "neither the other message nor the bot's own invokes it: {events:?}");
    assert_eq!(events[0]["inputTranscript"], "What do you have?");
    assert_eq!(events[0]["bot"], json!({ "id": "ABCDEFGHIJ", "aliasId": "TSTALIASID", "localeId": "en_US" }));
    let attributes = json!({ "CHIME.channel.arn": channel("c"), "CHIME.sender.arn": user("ada") });
    assert_eq!(events[0]["requestAttributes"], attributes);
}

#[tokio::test]
async fn a_bot_without_a_function_is_named_in_the_log() {
    let (sender, mut notices) = mpsc::unbounded_channel::<String>();
    let local = service(&[world()]).on_notice(move |notice| drop(sender.send(notice.to_owned())));
    let (_local, client) = start(local).await;
    let with = message("KEEP-THIS-OUT", &[BOT]);
    outcome(operations::call(&client, "SendChannelMessage", with.as_object().unwrap()).await.unwrap())
        .unwrap();
    let notice = notices.recv().await.unwrap();
    let expected =
        format!("bot {BOT}: a message would invoke {LEX_BOT_ALIAS}: it is not mapped to a program");
    assert!(notice.starts_with(&expected), "{notice}");
    assert!(!notice.contains("KEEP-THIS-OUT"), "{notice}");
}
