//! Worlds as JSON: an export reads back as the same world, and a malformed world is refused with the path of the fault.

use chime_client::shapes::{ChannelMessagePersistenceType, ChannelMessageType};
use chime_local::{LocalService, Seed};
use proptest::prelude::*;
use serde_json::{Value, json};

use contract_tests::arns::{APP_INSTANCE, CALLBACK_ID, STREAM};
use contract_tests::operations;
use contract_tests::world::{app_instance, channel, processor, service, start, start_stopped, stopped, user};

/// A world with every member that a seed knows.
fn everything() -> Value {
    let at = |second: u8| format!("2026-03-01T12:00:0{second}.25{second}Z");
    let days = json!({ "ExpirationDays": 30, "ExpirationCriterion": "CREATED_TIMESTAMP" });
    let users = json!([
        {
            "AppInstanceUserId": "ada", "Name": "Ada", "Metadata": "m1", "ExpirationSettings": days,
            "Tags": [{ "Key": "k2", "Value": "v" }, { "Key": "k1", "Value": "v" }],
            "CreatedTimestamp": at(1), "LastUpdatedTimestamp": at(2),
        },
        { "AppInstanceUserId": "bob@example.com:1", "Name": "Bob", "CreatedTimestamp": at(1), "LastUpdatedTimestamp": at(1) },
    ]);
    let endpoint = json!({
        "User": "ada", "EndpointId": "e", "Name": "Phone", "Type": "APNS", "AllowMessages": "NONE",
        "ResourceArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/7b2a",
        "EndpointAttributes": { "DeviceToken": "d", "VoipDeviceToken": "v" },
        "CreatedTimestamp": at(7), "LastUpdatedTimestamp": at(8),
    });
    let channel = json!({
        "ChannelId": "c", "Name": "Channel", "Mode": "RESTRICTED", "Privacy": "PRIVATE", "Metadata": "m2",
        "Tags": [{ "Key": "k", "Value": "v" }], "ExpirationSettings": days, "CreatedBy": "ada", "CreatedTimestamp": at(2), "LastUpdatedTimestamp": at(3),
        "Moderators": ["bob@example.com:1", "ada"],
        "Memberships": [
            {
                "Member": "bob@example.com:1", "Type": "HIDDEN", "InvitedBy": "former",
                "ReadMarkerTimestamp": at(5), "CreatedTimestamp": at(3), "LastUpdatedTimestamp": at(4),
            },
            { "Member": "ada", "Type": "DEFAULT", "InvitedBy": "ada", "CreatedTimestamp": at(3), "LastUpdatedTimestamp": at(3) },
        ],
        "Messages": [{
            "MessageId": "m-1", "Sender": "ada", "Content": "x\u{1F600}", "Type": "STANDARD", "Metadata": "m3",
            "ContentType": "text/plain", "MessageAttributes": { "k": { "StringValues": ["v"] } },
            "Target": "bob@example.com:1", "CreatedTimestamp": at(4), "LastUpdatedTimestamp": at(6),
        }, {
            "MessageId": "m-2", "Sender": "ada", "Content": "x", "Type": "STANDARD", "Status": "PENDING",
            "CreatedTimestamp": at(7), "LastUpdatedTimestamp": at(7),
        }],
        "ChannelFlow": "f",
        "PendingMessages": [
            {
                "MessageId": "m-2", "Sender": "ada", "Persistence": "PERSISTENT", "Content": "xy", "Metadata": "m4",
                "ContentType": "text/plain", "MessageAttributes": { "k": { "StringValues": ["v"] } },
                "PushNotification": { "Title": "t", "Body": "b", "Type": "VOIP" }, "Target": "bob@example.com:1",
                "Processors": [processor(2, "CONTINUE")], "CallbackId": CALLBACK_ID, "Invoked": true,
                "Deadline": at(9), "CreatedTimestamp": at(7),
            },
            {
                "MessageId": "m-1", "Sender": "ada", "Update": true, "Persistence": "PERSISTENT", "Content": "y",
                "Processors": [processor(1, "ABORT")], "CallbackId": CALLBACK_ID.replace('5', "6"), "Invoked": true,
                "Deadline": at(9), "CreatedTimestamp": at(4), "LastEditedTimestamp": at(8),
            },
        ],
    });
    let flow = json!({
        "ChannelFlowId": "f", "Name": "Flow", "Processors": [processor(1, "ABORT"), processor(2, "CONTINUE")],
        "Tags": [{ "Key": "k", "Value": "v" }], "CreatedTimestamp": at(1), "LastUpdatedTimestamp": at(2),
    });
    json!({ "AppInstances": [{
        "AppInstanceArn": APP_INSTANCE,
        "Name": "Test", "Metadata": "m0", "Tags": [{ "Key": "k", "Value": "v" }],
        "AppInstanceRetentionSettings": { "ChannelRetentionSettings": { "RetentionDays": 365 } },
        "StreamingConfigurations": [{ "DataType": "Channel", "ResourceArn": STREAM }],
        "InitiateDeletionTimestamp": at(8), "CreatedTimestamp": at(0), "LastUpdatedTimestamp": at(1),
        "Users": users,
        "FormerUsers": [{ "AppInstanceUserId": "former", "Name": "Former" }],
        "Admins": ["ada"],
        "AdminsSince": { "ada": at(7) },
        "Endpoints": [endpoint],
        "ChannelFlows": [flow],
        "Channels": [channel],
    }] })
}

async fn export(seed: &str) -> String {
    let local = LocalService::seeded(seed.parse().unwrap()).clock(stopped()).start().await.unwrap();
    local.export().unwrap().to_string()
}

#[tokio::test]
async fn a_world_that_is_written_out_reads_back() {
    let written = export(&everything().to_string()).await;
    assert_eq!(serde_json::from_str::<Value>(&written).unwrap(), everything());
    assert_eq!(export(&written).await, written);
    let demo = LocalService::demo().start().await.unwrap().export().unwrap().to_string();
    assert_eq!(export(&demo).await, demo);
    assert_eq!(export(r#"{"AppInstances":[]}"#).await, "{\n  \"AppInstances\": []\n}");
}

#[tokio::test]
async fn missing_members_of_a_seed_have_defaults() {
    let seed = json!({ "AppInstances": [{
        "AppInstanceArn": APP_INSTANCE,
        "Name": "Test",
        "Users": [{ "AppInstanceUserId": "ada", "Name": "Ada" }],
        "Channels": [
            { "ChannelId": "c", "Name": "C", "CreatedBy": "ada", "Memberships": [{ "Member": "ada" }],
              "Messages": [{ "Sender": "ada", "Content": "x" }] },
            { "ChannelId": "d", "Name": "D", "CreatedBy": "ada", "CreatedTimestamp": "2026-03-01T13:00:00+01:00",
              "Memberships": [{ "Member": "ada" }] },
        ],
    }, { "AppInstanceArn": format!("{APP_INSTANCE}2"), "Name": "Empty" }] });
    let mut world: Value = serde_json::from_str(&export(&seed.to_string()).await).unwrap();
    let id = world["AppInstances"][0]["Channels"][0]["Messages"][0]["MessageId"].take();
    assert_eq!(id.as_str().unwrap().len(), 64);
    let now = "2026-06-04T07:14:51.000Z";
    let earlier = "2026-03-01T12:00:00.000Z";
    let times = |mut value: Value, time: &str| {
        value["CreatedTimestamp"] = json!(time);
        value["LastUpdatedTimestamp"] = json!(time);
        value
    };
    let member = json!({ "Member": "ada", "Type": "DEFAULT", "InvitedBy": "ada" });
    let message = json!({ "MessageId": null, "Sender": "ada", "Content": "x", "Type": "STANDARD" });
    let channel = |id: &str, name: &str, members: Value, messages: Value| {
        json!({
            "ChannelId": id, "Name": name, "Mode": "UNRESTRICTED", "Privacy": "PUBLIC", "CreatedBy": "ada",
            "Moderators": [], "Memberships": members, "Messages": messages,
        })
    };
    let of = |arn: String, name: &str, users: Value, channels: Value| {
        times(
            json!({ "AppInstanceArn": arn, "Name": name, "Users": users, "Admins": [], "Channels": channels }),
            now,
        )
    };
    let expected = json!({ "AppInstances": [
        of(
            APP_INSTANCE.to_owned(),
            "Test",
            json!([times(json!({ "AppInstanceUserId": "ada", "Name": "Ada" }), now)]),
            json!([
                times(channel("c", "C", json!([times(member.clone(), now)]), json!([times(message, now)])), now),
                times(channel("d", "D", json!([times(member, earlier)]), json!([])), earlier),
            ]),
        ),
        of(format!("{APP_INSTANCE}2"), "Empty", json!([]), json!([])),
    ] });
    assert_eq!(world, expected);
}

/// Returns the refusal of a world in which one value is replaced. A missing member is added.
async fn refusal(pointer: &str, value: Value) -> String {
    let mut seed = everything();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let place = match seed.pointer_mut(parent).unwrap() {
        Value::Array(items) => {
            items.push(Value::Null);
            items.last_mut().unwrap()
        }
        object => &mut object[name],
    };
    *place = value;
    match serde_json::to_string_pretty(&seed).unwrap().parse::<Seed>() {
        Err(invalid) => invalid.to_string(),
        Ok(seed) => LocalService::seeded(seed).start().await.unwrap_err().to_string(),
    }
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "a table")]
async fn a_text_that_is_not_a_seed_is_refused_with_its_place() {
    const INSTANCE: &str = "/AppInstances/0";
    const CHANNEL: &str = "/AppInstances/0/Channels/0";
    let long = |length: usize| json!("s".repeat(length));
    let again = |pointer: &str| everything().pointer(pointer).unwrap().clone();
    // Where, what; the beginning of the refusal.
    let cases = [
        (format!("{INSTANCE}/Nmae"), json!("x"), "unknown field `Nmae`"),
        (format!("{INSTANCE}/Users/0/Password"), json!("x"), "unknown field `Password`"),
        (format!("{CHANNEL}/Members"), json!([]), "unknown field `Members`"),
        (format!("{CHANNEL}/Memberships/0/User"), json!("x"), "unknown field `User`"),
        (format!("{CHANNEL}/Messages/0/From"), json!("x"), "unknown field `From`"),
        (format!("{CHANNEL}/Name"), json!(5), "invalid type: integer `5`, expected a string"),
        (format!("{INSTANCE}/Users"), json!({}), "invalid type: map, expected a sequence"),
        (format!("{CHANNEL}/CreatedTimestamp"), json!("yesterday"), "\"yesterday\" is not a time"),
        (
            format!("{CHANNEL}/CreatedTimestamp"),
            json!("9999-01-01T00:00:00Z"),
            "\"9999-01-01T00:00:00Z\" is too late",
        ),
        (
            format!("{INSTANCE}/AppInstanceArn"),
            json!("i"),
            "AppInstances[0].AppInstanceArn: \"i\" is not an app instance ARN",
        ),
        (format!("{INSTANCE}/AppInstanceArn"), json!(user("ada")), "AppInstances[0].AppInstanceArn: "),
        (
            "/AppInstances/-".to_owned(),
            json!({ "AppInstanceArn": APP_INSTANCE, "Name": "x" }),
            "AppInstances[1].AppInstanceArn: duplicate",
        ),
        (format!("{INSTANCE}/Name"), long(257), "AppInstances[0].Name: "),
        (format!("{INSTANCE}/Metadata"), long(1025), "AppInstances[0].Metadata: "),
        (format!("{INSTANCE}/Admins/-"), json!("eve"), "AppInstances[0].Admins[1]: \"eve\" is not a user"),
        (format!("{INSTANCE}/Admins/-"), json!("ada"), "AppInstances[0].Admins[1]: duplicate"),
        (
            format!("{INSTANCE}/Admins/-"),
            json!("former"),
            "AppInstances[0].Admins[1]: \"former\" is not a user",
        ),
        (
            format!("{INSTANCE}/AdminsSince/bob"),
            json!("2026-03-01T12:00:00Z"),
            "AppInstances[0].AdminsSince: \"bob\" is not an administrator; expected one of Admins",
        ),
        (
            format!("{INSTANCE}/FormerUsers/-"),
            json!({ "AppInstanceUserId": "ada", "Name": "Ada" }),
            "AppInstances[0].FormerUsers[1].AppInstanceUserId: duplicate",
        ),
        (
            format!("{CHANNEL}/Tags/-"),
            json!({ "Key": "aws:x", "Value": "v" }),
            "AppInstances[0].Channels[0].Tags: item 2: Key: it begins with",
        ),
        (
            format!("{INSTANCE}/Users/0/Tags/-"),
            json!({ "Key": "k1", "Value": "v" }),
            "AppInstances[0].Users[0].Tags: item 3: Key: duplicate key",
        ),
        (
            format!("{INSTANCE}/Tags/-"),
            json!({ "Key": "", "Value": "v" }),
            "AppInstances[0].Tags: item 2: Key: ",
        ),
        (
            format!("{INSTANCE}/Users/1/Metadata"),
            json!("é".repeat(513)),
            "AppInstances[0].Users[1].Metadata: it has",
        ),
        (
            format!("{CHANNEL}/Memberships/0/Member"),
            json!("former"),
            "AppInstances[0].Channels[0].Memberships[0].Member: \"former\" is not a user",
        ),
        (
            format!("{INSTANCE}/Users/-"),
            again("/AppInstances/0/Users/0"),
            "AppInstances[0].Users[2].AppInstanceUserId: duplicate",
        ),
        (
            format!("{INSTANCE}/Users/1/AppInstanceUserId"),
            json!("a/b"),
            "AppInstances[0].Users[1].AppInstanceUserId: ",
        ),
        (
            format!("{INSTANCE}/Users/1/AppInstanceUserId"),
            long(65),
            "AppInstances[0].Users[1].AppInstanceUserId: ",
        ),
        (format!("{INSTANCE}/Users/1/Name"), long(101), "AppInstances[0].Users[1].Name: "),
        (
            format!("{INSTANCE}/Users/0/ExpirationSettings/ExpirationDays"),
            json!(0),
            "AppInstances[0].Users[0].ExpirationSettings: ",
        ),
        (
            format!("{INSTANCE}/Users/0/ExpirationSettings/ExpirationCriterion"),
            json!("LAST_MESSAGE_TIMESTAMP"),
            "AppInstances[0].Users[0].ExpirationSettings: ExpirationCriterion: LAST_MESSAGE_TIMESTAMP is for channels",
        ),
        (
            format!("{INSTANCE}/AppInstanceRetentionSettings/ChannelRetentionSettings/RetentionDays"),
            json!(5476),
            "AppInstances[0].AppInstanceRetentionSettings: ",
        ),
        (
            format!("{INSTANCE}/StreamingConfigurations/-"),
            json!({ "DataType": "Channel", "ResourceArn": STREAM }),
            "AppInstances[0].StreamingConfigurations: item 2: DataType: duplicate Channel",
        ),
        (
            format!("{INSTANCE}/StreamingConfigurations/0/ResourceArn"),
            json!("arn:aws:kinesis:us-east-1:123456789012:stream/events"),
            "AppInstances[0].StreamingConfigurations: item 1: ResourceArn: ",
        ),
        (
            format!("{INSTANCE}/Endpoints/0/User"),
            json!("former"),
            "AppInstances[0].Endpoints[0].User: \"former\"",
        ),
        (format!("{INSTANCE}/Endpoints/0/Type"), json!("FAX"), "AppInstances[0].Endpoints[0].Type: \"FAX\""),
        (
            format!("{INSTANCE}/Endpoints/0/ResourceArn"),
            json!("x"),
            "AppInstances[0].Endpoints[0].ResourceArn: ",
        ),
        (format!("{INSTANCE}/Endpoints/0/EndpointId"), long(65), "AppInstances[0].Endpoints[0].EndpointId: "),
        (format!("{INSTANCE}/Endpoints/0/Name"), long(1601), "AppInstances[0].Endpoints[0].Name: "),
        (
            format!("{INSTANCE}/Endpoints/-"),
            again("/AppInstances/0/Endpoints/0"),
            "AppInstances[0].Endpoints[1].EndpointAttributes.DeviceToken: duplicate",
        ),
        (
            format!("{INSTANCE}/Channels/-"),
            again(CHANNEL),
            "AppInstances[0].Channels[1].ChannelId: duplicate",
        ),
        (format!("{CHANNEL}/ChannelId"), json!("c d"), "AppInstances[0].Channels[0].ChannelId: "),
        (format!("{CHANNEL}/Name"), long(257), "AppInstances[0].Channels[0].Name: "),
        (format!("{CHANNEL}/Mode"), json!("OPEN"), "AppInstances[0].Channels[0].Mode: \"OPEN\""),
        (format!("{CHANNEL}/Privacy"), json!("SECRET"), "AppInstances[0].Channels[0].Privacy: \"SECRET\""),
        (
            format!("{CHANNEL}/CreatedBy"),
            json!("eve"),
            "AppInstances[0].Channels[0].CreatedBy: \"eve\" is not a user",
        ),
        (
            format!("{CHANNEL}/Moderators/-"),
            json!("eve"),
            "AppInstances[0].Channels[0].Moderators[2]: \"eve\" is not a user",
        ),
        (
            format!("{CHANNEL}/Moderators/-"),
            json!("ada"),
            "AppInstances[0].Channels[0].Moderators[2]: duplicate",
        ),
        (
            format!("{CHANNEL}/Memberships/0/Member"),
            json!("eve"),
            "AppInstances[0].Channels[0].Memberships[0].Member: \"eve\" is not a user",
        ),
        (
            format!("{CHANNEL}/Memberships/-"),
            json!({ "Member": "ada" }),
            "AppInstances[0].Channels[0].Memberships[2].Member: the user is a member already",
        ),
        (
            format!("{CHANNEL}/Memberships/0/InvitedBy"),
            json!("eve"),
            "AppInstances[0].Channels[0].Memberships[0].InvitedBy: ",
        ),
        (
            format!("{CHANNEL}/Memberships/0/Type"),
            json!("GUEST"),
            "AppInstances[0].Channels[0].Memberships[0].Type: \"GUEST\" is not a type; expected DEFAULT or HIDDEN",
        ),
        (
            format!("{CHANNEL}/Messages/0/Sender"),
            json!("eve"),
            "AppInstances[0].Channels[0].Messages[0].Sender: ",
        ),
        (
            format!("{CHANNEL}/Messages/0/Target"),
            json!("eve"),
            "AppInstances[0].Channels[0].Messages[0].Target: ",
        ),
        (
            format!("{CHANNEL}/Messages/0/Content"),
            json!(""),
            "AppInstances[0].Channels[0].Messages[0].Content: ",
        ),
        (
            format!("{CHANNEL}/Messages/0/Content"),
            long(4097),
            "AppInstances[0].Channels[0].Messages[0].Content: it has 4097 bytes of UTF-8; expected at most 4096",
        ),
        (
            format!("{CHANNEL}/Messages/0/Content"),
            Value::Null,
            "AppInstances[0].Channels[0].Messages[0].Content: missing; expected the text",
        ),
        (
            format!("{CHANNEL}/Messages/0/Redacted"),
            json!(true),
            "AppInstances[0].Channels[0].Messages[0].Content: a redacted message has none",
        ),
        (
            format!("{CHANNEL}/Messages/0/Type"),
            json!("CONTROL"),
            "AppInstances[0].Channels[0].Messages[0].Metadata: ",
        ),
        (
            format!("{CHANNEL}/Messages/0/Type"),
            json!("LOUD"),
            "AppInstances[0].Channels[0].Messages[0].Type: \"LOUD\"",
        ),
        (
            format!("{CHANNEL}/Messages/0/MessageId"),
            json!("a b"),
            "AppInstances[0].Channels[0].Messages[0].MessageId: ",
        ),
        (
            format!("{CHANNEL}/Messages/-"),
            again("/AppInstances/0/Channels/0/Messages/0"),
            "AppInstances[0].Channels[0].Messages[2].MessageId: duplicate",
        ),
        (
            format!("{INSTANCE}/ChannelFlows/-"),
            again("/AppInstances/0/ChannelFlows/0"),
            "AppInstances[0].ChannelFlows[1].ChannelFlowId: duplicate",
        ),
        (
            format!("{INSTANCE}/ChannelFlows/0/ChannelFlowId"),
            json!(""),
            "AppInstances[0].ChannelFlows[0].ChannelFlowId: ",
        ),
        (format!("{INSTANCE}/ChannelFlows/0/Name"), long(257), "AppInstances[0].ChannelFlows[0].Name: "),
        (
            format!("{INSTANCE}/ChannelFlows/0/Processors/0/ExecutionOrder"),
            json!(2),
            "AppInstances[0].ChannelFlows[0].Processors: the values of ExecutionOrder are 2, 2; expected 1 to 2",
        ),
        (
            format!("{INSTANCE}/ChannelFlows/0/Processors/0/FallbackAction"),
            json!("STOP"),
            "AppInstances[0].ChannelFlows[0].Processors: item 1: FallbackAction: \"STOP\" is not one of CONTINUE, ABORT",
        ),
        (
            format!("{CHANNEL}/ChannelFlow"),
            json!("g"),
            "AppInstances[0].Channels[0].ChannelFlow: \"g\" is not a channel flow; expected the ChannelFlowId of one",
        ),
        (
            format!("{CHANNEL}/Messages/0/Status"),
            json!("PENDING"),
            "AppInstances[0].Channels[0].Messages[0].Status: PENDING is for a message that PendingMessages has too",
        ),
        (
            format!("{CHANNEL}/Messages/1/Status"),
            json!("SENT"),
            "AppInstances[0].Channels[0].PendingMessages[0].MessageId: it is not a PENDING message of the sender",
        ),
        (
            format!("{CHANNEL}/PendingMessages/1/MessageId"),
            json!("m-2"),
            "AppInstances[0].Channels[0].PendingMessages[1].MessageId: it is not a SENT message of the sender",
        ),
        (
            format!("{CHANNEL}/PendingMessages/0/Sender"),
            json!("eve"),
            "AppInstances[0].Channels[0].PendingMessages[0].Sender: \"eve\" is not a user",
        ),
        (
            format!("{CHANNEL}/PendingMessages/0/Target"),
            json!("eve"),
            "AppInstances[0].Channels[0].PendingMessages[0].Target: \"eve\" is not a user",
        ),
        (
            format!("{CHANNEL}/PendingMessages/0/CallbackId"),
            json!("short"),
            "AppInstances[0].Channels[0].PendingMessages[0].CallbackId: ",
        ),
        (
            format!("{CHANNEL}/PendingMessages/1/CallbackId"),
            json!(CALLBACK_ID),
            "AppInstances[0].Channels[0].PendingMessages[1].CallbackId: duplicate",
        ),
        (
            format!("{CHANNEL}/PendingMessages/0/Content"),
            long(4097),
            "AppInstances[0].Channels[0].PendingMessages[0].Content: it has 4097 bytes",
        ),
        (
            format!("{CHANNEL}/PendingMessages/0/Processors"),
            json!([]),
            "AppInstances[0].Channels[0].PendingMessages[0].Processors: ",
        ),
        (
            format!("{CHANNEL}/PendingMessages/0/PushNotification/Title"),
            long(51),
            "AppInstances[0].Channels[0].PendingMessages[0].PushNotification: Title: ",
        ),
    ];
    for (pointer, value, expected) in cases {
        let refusal = refusal(&pointer, value).await;
        assert!(refusal.starts_with(expected), "{pointer}: {refusal}, expected {expected}");
        assert!(
            refusal.starts_with("AppInstances[") || refusal.contains(" at line "),
            "{refusal} says no place"
        );
        assert!(!refusal.contains('\n') && !refusal.contains("sss"), "{refusal}");
    }
    for text in ["", "[]", "{}", "{\"AppInstances\":[]} x", "{\"AppInstances\":[{}]}"] {
        let refusal = text.parse::<Seed>().unwrap_err().to_string();
        assert!(refusal.contains(" at line 1 column "), "{text}: {refusal}");
    }
}

/// Why a world with this channel is refused; none if it is not.
fn refusal_of_channel(channel: Value) -> Option<String> {
    let world = service(&[app_instance(&["ada", "ben"], &[channel])]);
    world.start_in_process().err().map(|error| error.to_string())
}

#[tokio::test]
async fn an_impossible_world_is_refused_with_its_place() {
    let (early, late) = ("2026-03-01T12:00:00Z", "2026-03-01T12:00:01Z");
    let backwards = |mut object: Value| {
        object["CreatedTimestamp"] = json!(late);
        object["LastUpdatedTimestamp"] = json!(early);
        object
    };
    let with = |member: &str, value: Value| {
        let mut channel = json!({ "ChannelId": "c", "Name": "C", "CreatedBy": "ada", "Memberships": [{ "Member": "ada" }] });
        channel[member] = value;
        channel
    };
    let message = json!({ "Sender": "ada", "Content": "Hello" });
    let to_ben = || json!([{ "Sender": "ada", "Content": "Hello", "Target": "ben" }]);
    let mut of_a_former_member = with("FormerMembers", json!(["ben"]));
    of_a_former_member["Messages"] = to_ben();
    let place = "AppInstances[0].Channels[0]";
    for (channel, expected) in [
        (with("Messages", to_ben()), Some(format!("{place}.Messages[0].Target: \"ben\" is not a member"))),
        (of_a_former_member, None),
        (
            with("FormerMembers", json!(["ada"])),
            Some(format!("{place}.FormerMembers[0]: a member, or a duplicate")),
        ),
        (
            with("FormerMembers", json!(["cy"])),
            Some(format!("{place}.FormerMembers[0]: \"cy\" is not a user")),
        ),
        (
            backwards(with("Name", json!("C"))),
            Some(format!("{place}.LastUpdatedTimestamp: {early} is before")),
        ),
        (
            with("Messages", json!([backwards(message)])),
            Some(format!("{place}.Messages[0].LastUpdatedTimestamp: {early} is before")),
        ),
        (
            with("Memberships", json!([backwards(json!({ "Member": "ada" }))])),
            Some(format!("{place}.Memberships[0].LastUpdatedTimestamp: {early} is before")),
        ),
        // Something that was updated, and has no later creation time, existed at that time.
        (with("LastUpdatedTimestamp", json!(early)), None),
    ] {
        let refusal = refusal_of_channel(channel.clone());
        let as_expected = match (&refusal, &expected) {
            (Some(refusal), Some(expected)) => refusal.replace(".000Z", "Z").starts_with(expected),
            (refusal, expected) => refusal.is_none() && expected.is_none(),
        };
        assert!(as_expected, "{channel}: {refusal:?}, expected {expected:?}");
    }
    let app_instance =
        |user: Value| json!([{ "AppInstanceArn": APP_INSTANCE, "Name": "Test", "Users": [user] }]);
    let world = app_instance(backwards(json!({ "AppInstanceUserId": "ada", "Name": "Ada" })));
    let refusal = service(world.as_array().unwrap()).start_in_process().unwrap_err().to_string();
    assert!(refusal.starts_with("AppInstances[0].Users[0].LastUpdatedTimestamp: "), "{refusal}");
}

#[tokio::test]
async fn a_user_is_a_member_of_20_000_channels_at_most_across_a_seed() {
    let channels = |count: usize| -> Vec<Value> {
        let channel = |number| json!({ "ChannelId": format!("c{number}"), "Name": "C", "CreatedBy": "ada", "Memberships": [{ "Member": "ben" }] });
        (0..count).map(channel).collect()
    };
    let world = |count| service(&[app_instance(&["ada", "ben"], &channels(count))]);
    assert!(world(20_000).start_in_process().is_ok());
    let refusal = world(20_001).start_in_process().unwrap_err().to_string();
    let expected = "AppInstances[0].Channels[20000].Memberships[0].Member: \"ben\" is a member of more than 20000 channels";
    assert!(refusal.starts_with(expected), "{refusal}");
}

#[tokio::test]
async fn sub_channels_with_their_members_and_messages_read_back() {
    let id = "5".repeat(32);
    let seed = json!({
        "ChannelId": "c", "Name": "C", "CreatedBy": "ada", "Mode": "RESTRICTED", "SubChannels": [id],
        "ElasticChannelConfiguration": {
            "MaximumSubChannels": 2, "TargetMembershipsPerSubChannel": 10, "MinimumMembershipPercentage": 40,
        },
        "Memberships": [{ "Member": "ada", "SubChannelId": id }],
        "Messages": [{ "Sender": "ada", "Content": "Hello", "SubChannelId": id }],
    });
    let (local, client) = start(service(&[app_instance(&["ada"], &[seed])])).await;
    let list = client.list_sub_channels().channel_arn(channel("c")).chime_bearer(user("ada")).send();
    let listed = list.await.unwrap().sub_channels.unwrap();
    assert_eq!(listed[0].sub_channel_id.as_deref(), Some(id.as_str()));
    let written = local.export().unwrap().to_string();
    assert_eq!(export(&written).await, written);
}

#[tokio::test]
async fn an_export_contains_messages_for_former_members() {
    let seed = json!({
        "ChannelId": "c", "Name": "C", "CreatedBy": "ada", "Moderators": ["ada"],
        "Memberships": [{ "Member": "ada" }, { "Member": "ben" }],
        "Messages": [{ "Sender": "ada", "Content": "Hello", "Target": "ben" }],
    });
    let (local, client) = start(service(&[app_instance(&["ada", "ben"], &[seed])])).await;
    let leave = client.delete_channel_membership().channel_arn(channel("c")).member_arn(user("ben"));
    leave.chime_bearer(user("ben")).send().await.unwrap();
    let written = local.export().unwrap().to_string();
    assert!(written.contains("FormerMembers"), "{written}");
    assert_eq!(export(&written).await, written);
}

#[test]
fn debug_shows_nothing_of_a_world() {
    let seed: Seed = everything().to_string().parse().unwrap();
    assert_eq!(format!("{seed:?}"), "Seed { app_instances: 1, .. }");
    let service = format!("{:?}", LocalService::seeded(seed));
    for sensitive in ["Ada", "Channel\"", "m0", "m1", "m2", "m3", "\u{1F600}", "text/plain", "StringValues"] {
        assert!(!service.contains(sensitive), "{service} shows {sensitive:?}");
    }
}

/// A call, without its channel and its bearer.
type Call = (&'static str, Value);

fn call() -> impl Strategy<Value = Call> {
    let someone = || proptest::sample::select(&["admin", "ada", "bob"][..]).prop_map(user);
    let send = |content, target| {
        let mut members = json!({ "Content": content, "Type": "STANDARD", "Persistence": "PERSISTENT" });
        if let Some(target) = target {
            members["Target"] = json!([{ "MemberArn": target }]);
        }
        ("SendChannelMessage", members)
    };
    // What a name may be is in the client's own tests.
    prop_oneof![
        3 => proptest::sample::select(&["PRIVATE", "PUBLIC"][..])
            .prop_map(|privacy| ("CreateChannel", json!({ "Name": "new", "Privacy": privacy }))),
        3 => someone()
            .prop_map(|member| ("CreateChannelMembership", json!({ "MemberArn": member, "Type": "HIDDEN" }))),
        1 => someone()
            .prop_map(|member| ("CreateChannelModerator", json!({ "ChannelModeratorArn": member }))),
        4 => ("\\PC{1,20}", proptest::option::of(someone()))
            .prop_map(move |(content, target)| send(content, target)),
        2 => Just(("UpdateChannelReadMarker", json!({}))),
        1 => "[a-zé]{1,9}".prop_map(|name| ("UpdateChannel", json!({ "Name": name }))),
        1 => Just(("DeleteChannel", json!({}))),
    ]
}

#[test]
fn an_export_contains_every_change() {
    let users = ["admin", "ada", "bob"];
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let calls = proptest::collection::vec((0..3_usize, 0..2_usize, call()), 0..20);
    let mut config = ProptestConfig::with_cases(24);
    config.source_file = Some(file!());
    proptest::test_runner::TestRunner::new(config)
        .run(&calls, |calls| {
            runtime.block_on(async {
                let (local, client) = start_stopped(service(&[app_instance(&users, &[])])).await;
                for (caller, id, (operation, mut members)) in calls {
                    let id = ["c", "d"][id];
                    if operation == "CreateChannel" {
                        members["AppInstanceArn"] = json!(APP_INSTANCE);
                        members["ChannelId"] = json!(id);
                    } else {
                        members["ChannelArn"] = json!(channel(id));
                    }
                    members["ChimeBearer"] = json!(user(users[caller]));
                    // Whether it is allowed does not matter here.
                    let _ = operations::call(&client, operation, members.as_object().unwrap()).await.unwrap();
                }
                let written = local.export().unwrap().to_string();
                prop_assert_eq!(export(&written).await, written);
                Ok(())
            })
        })
        .unwrap();
}

#[tokio::test]
async fn a_read_marker_of_a_seed_is_earlier_than_what_comes_after() {
    let general = json!({
        "ChannelId": "c",
        "Name": "C",
        "CreatedBy": "ada",
        "Memberships": [{ "Member": "ada", "ReadMarkerTimestamp": "9998-12-31T23:59:59.999Z" }],
    });
    let (_local, client) = start(service(&[app_instance(&["ada"], &[general])])).await;
    let send = client.send_channel_message().channel_arn(channel("c")).content("Hello");
    let send =
        send.r#type(ChannelMessageType::Standard).persistence(ChannelMessagePersistenceType::Persistent);
    send.chime_bearer(user("ada")).send().await.unwrap();
    let list = client.list_channel_memberships_for_app_instance_user().chime_bearer(user("ada")).send().await;
    let own = list.unwrap().channel_memberships.unwrap().remove(0);
    let read = own.app_instance_user_membership_summary.unwrap().read_marker_timestamp;
    assert!(own.channel_summary.unwrap().last_message_timestamp > read && read.is_some());
}
