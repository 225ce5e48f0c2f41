//! Which devices a message notifies.

use contract_tests::arns::PINPOINT_APP;
use contract_tests::connection::{administrative, connect, send};
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::world::{app_instance, channel, service, start, user};
use serde_json::{Value, json};

#[tokio::test]
async fn a_message_notifies_the_devices_of_the_members_that_it_is_for() {
    let device = |owner: &str, id: &str, allow: &str, voip: Option<&str>| {
        let mut attributes = json!({ "DeviceToken": id });
        attributes
            .as_object_mut()
            .unwrap()
            .extend(voip.map(|token| ("VoipDeviceToken".to_owned(), json!(token))));
        json!({
            "User": owner, "EndpointId": id, "Type": "APNS", "ResourceArn": PINPOINT_APP, "AllowMessages": allow,
            "EndpointAttributes": attributes,
        })
    };
    let muted = |member: &str, allow: &str| {
        let rule = json!({ "AllowNotifications": allow, "FilterRule": r#"{"team":["crew"]}"# });
        json!({ "Member": member, "Preferences": { "PushNotifications": rule } })
    };
    let members = json!([{ "Member": "ada" }, { "Member": "bob" }, { "Member": "eve", "Type": "HIDDEN" },
        muted("mia", "NONE"), muted("fay", "FILTERED")]);
    let channel_seed = json!({ "ChannelId": "c", "Name": "C", "CreatedBy": "ada", "Memberships": members });
    let mut world = app_instance(&["ada", "bob", "eve", "mia", "fay", "outsider"], &[channel_seed]);
    world["Endpoints"] = json!([
        device("ada", "a", "ALL", None),
        device("bob", "b1", "ALL", None),
        device("bob", "b2", "NONE", None),
        device("bob", "b3", "ALL", Some("v")),
        device("eve", "e", "ALL", None),
        device("mia", "m", "ALL", None),
        device("fay", "f", "ALL", None),
        device("outsider", "o", "ALL", None),
    ]);
    let (local, client) = start(service(&[world])).await;
    let mut sender = connect(&local.endpoint_url()).await;
    let mut notified = async |from: &str, more: Value| {
        let mut members = json!({
            "ChannelArn": channel("c"), "Content": "x", "Type": "STANDARD", "Persistence": "NON_PERSISTENT",
            "ChimeBearer": user(from),
        });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let call = operations::call(&client, "SendChannelMessage", members.as_object().unwrap()).await;
        let sent = outcome(call.unwrap()).unwrap();
        let answer = send(&mut sender, administrative("GET", "notifications", "")).await;
        let list: Vec<Value> = serde_json::from_slice(answer.body()).unwrap();
        let list = list.into_iter().filter(|notification| notification["MessageId"] == sent["MessageId"]);
        list.collect::<Vec<_>>()
    };
    let push = |r#type: &str| json!({ "PushNotification": { "Title": "T", "Body": "B", "Type": r#type } });
    let persistent = json!({ "Persistence": "PERSISTENT", "PushNotification": { "Title": "T", "Body": "B", "Type": "DEFAULT" } });
    let targeted = json!({ "Target": [{ "MemberArn": user("eve") }], "PushNotification": { "Title": "T", "Body": "B", "Type": "DEFAULT" } });
    let mut attributed = push("DEFAULT");
    attributed["MessageAttributes"] = json!({ "team": { "StringValues": ["crew"] } });
    let cases: [(&str, Value, &[&str]); 7] = [
        ("ada", json!({}), &[]),
        ("ada", push("DEFAULT"), &["b1", "b3", "e"]),
        ("ada", persistent, &["b1", "b3", "e"]),
        ("bob", push("DEFAULT"), &["a", "e"]),
        ("ada", push("VOIP"), &["b3"]),
        ("ada", targeted, &["e"]),
        ("bob", attributed, &["a", "e", "f"]),
    ];
    for (from, more, expected) in cases {
        let notified = notified(from, more.clone()).await;
        let devices: Vec<_> = notified.iter().map(|of| of["EndpointId"].as_str().unwrap()).collect();
        assert_eq!(devices, expected, "{from} {more}");
        for notification in notified {
            assert_eq!(notification["Type"], more["PushNotification"]["Type"]);
            assert_eq!(notification["ChannelArn"], json!(channel("c")));
            assert!(notification["AppInstanceUserArn"].is_string() && notification["Time"].is_string());
            assert_eq!(notification["EndpointType"], "APNS");
        }
    }
    // With the device or the channel, its notifications go, too.
    let mut left = async || {
        let answer = send(&mut sender, administrative("GET", "notifications", "")).await;
        serde_json::from_slice::<Vec<Value>>(answer.body()).unwrap().len()
    };
    assert_eq!(left().await, 13);
    let bob = json!({ "AppInstanceUserArn": user("bob") });
    outcome(operations::call(&client, "DeleteAppInstanceUser", bob.as_object().unwrap()).await.unwrap())
        .unwrap();
    assert_eq!(left().await, 8);
    let delete = json!({ "ChannelArn": channel("c"), "ChimeBearer": user("ada") });
    outcome(operations::call(&client, "DeleteChannel", delete.as_object().unwrap()).await.unwrap()).unwrap();
    assert_eq!(left().await, 0);
}
