//! Records of what happens, and their delivery to Kinesis and Firehose.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_smithy_types::base64;
use chime_client::{Client, Credentials};
use chime_local::{LocalService, RunningService, StreamRecord};
use chime_transport::sigv4::{Canonical, SigningKey, string_to_sign};
use contract_tests::arns::{APP_INSTANCE, STREAM};
use contract_tests::connection::{administrative, connect, send};
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::world::{
    app_instance, channel, channel_flow, function, processor, service, start, start_stopped, user,
};
use serde_json::{Value, json};
use tokio::sync::watch;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};

const FIREHOSE: &str = "arn:aws:firehose:us-east-1:123456789012:deliverystream/chime-messaging-messages";

/// The credentials of the services here, with which they sign.
const CREDENTIALS: (&str, &str) = ("AKID", "secret");

/// The seed of an app instance with channels of `ada`, whose events go to streams.
fn streamed(channels: &[&str], streams: &[(&str, &str)]) -> Value {
    let of = |id: &&str| {
        json!({ "ChannelId": id, "Name": id, "CreatedBy": "ada", "Moderators": ["ada"],
            "Memberships": [{ "Member": "ada" }, { "Member": "bob" }] })
    };
    let mut world = app_instance(&["ada", "bob", "eve", "mia"], &channels.iter().map(of).collect::<Vec<_>>());
    let configuration =
        |(data_type, arn): &(&str, &str)| json!({ "DataType": data_type, "ResourceArn": arn });
    world["StreamingConfigurations"] = streams.iter().map(configuration).collect();
    world
}

async fn call(client: &Client, operation: &str, members: Value) -> Result<Value, String> {
    outcome(operations::call(client, operation, members.as_object().unwrap()).await.unwrap())
}

/// Sends a message of `ada` and returns its ID.
async fn message(client: &Client, to: &str, content: &str) -> String {
    let members = json!({ "ChannelArn": channel(to), "Content": content, "Type": "STANDARD",
        "Persistence": "PERSISTENT", "ChimeBearer": user("ada") });
    let sent = call(client, "SendChannelMessage", members).await.unwrap();
    sent["MessageId"].as_str().unwrap().to_owned()
}

/// The types of the records' events.
fn types(records: &[StreamRecord]) -> Vec<String> {
    records.iter().map(|record| record.event.event_type().to_owned()).collect()
}

/// The records that a call adds.
async fn added(
    local: &RunningService,
    client: &Client,
    operation: &str,
    members: Value,
) -> Vec<StreamRecord> {
    let before = local.stream_records().unwrap().len();
    call(client, operation, members).await.unwrap();
    local.stream_records().unwrap().split_off(before)
}

/// The JSON of a record's payload.
fn payload(record: &StreamRecord) -> Value {
    serde_json::to_value(&record.event).unwrap()["Payload"].take()
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one write after the other")]
async fn every_write_to_a_channel_makes_a_record_of_its_event() {
    let world = streamed(&["c"], &[("Channel", STREAM), ("ChannelMessage", FIREHOSE)]);
    let (local, client) = start(service(&[world])).await;
    let by = |who: &str, more: Value| {
        let mut members = json!({ "ChannelArn": channel("c"), "ChimeBearer": user(who) });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let member = |id: &str| json!({ "MemberArn": user(id) });
    let id = message(&client, "c", "first").await;
    let text = |persistence: &str, more: Value| {
        let mut members = json!({ "Content": "x", "Type": "STANDARD", "Persistence": persistence });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        by("ada", members)
    };
    let the_message = |more: Value| {
        let mut members = by("ada", json!({ "MessageId": id }));
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let eve = json!({ "Arn": user("eve"), "Name": "eve" });
    // The operation, its members, the types of its events, and a member of the last event's payload.
    let cases: Vec<(&str, Value, &[&str], &str, Value)> = vec![
        (
            "CreateChannel",
            json!({ "AppInstanceArn": APP_INSTANCE, "ChannelId": "d", "Name": "D", "MemberArns": [user("bob")],
                "ModeratorArns": [user("bob")], "ChimeBearer": user("ada") }),
            &[
                "CREATE_CHANNEL",
                "CREATE_CHANNEL_MEMBERSHIP",
                "CREATE_CHANNEL_MEMBERSHIP",
                "CREATE_CHANNEL_MODERATOR",
                "CREATE_CHANNEL_MODERATOR",
            ],
            "/Moderator/Name",
            json!("bob"),
        ),
        ("UpdateChannel", by("ada", json!({ "Name": "New" })), &["UPDATE_CHANNEL"], "/Name", json!("New")),
        (
            "CreateChannelMembership",
            by("ada", json!({ "MemberArn": user("eve"), "Type": "HIDDEN" })),
            &["CREATE_CHANNEL_MEMBERSHIP"],
            "/Type",
            json!("HIDDEN"),
        ),
        (
            "DeleteChannelMembership",
            by("eve", member("eve")),
            &["DELETE_CHANNEL_MEMBERSHIP"],
            "/Member",
            eve.clone(),
        ),
        ("DeleteChannelMembership", by("ada", member("eve")), &[], "", json!(null)),
        (
            "BatchCreateChannelMembership",
            by("ada", json!({ "MemberArns": [user("eve"), user("nobody"), user("bob")] })),
            &["BATCH_CREATE_CHANNEL_MEMBERSHIP"],
            "/Members",
            json!([eve]),
        ),
        (
            "BatchCreateChannelMembership",
            by("ada", json!({ "MemberArns": [user("eve")] })),
            &[],
            "",
            json!(null),
        ),
        (
            "CreateChannelModerator",
            by("ada", json!({ "ChannelModeratorArn": user("mia") })),
            &["CREATE_CHANNEL_MODERATOR"],
            "/CreatedBy/Name",
            json!("ada"),
        ),
        (
            "DeleteChannelModerator",
            by("ada", json!({ "ChannelModeratorArn": user("mia") })),
            &["DELETE_CHANNEL_MODERATOR"],
            "/Moderator/Name",
            json!("mia"),
        ),
        (
            "DeleteChannelModerator",
            by("ada", json!({ "ChannelModeratorArn": user("mia") })),
            &[],
            "",
            json!(null),
        ),
        (
            "CreateChannelBan",
            by("ada", member("eve")),
            &["CREATE_CHANNEL_BAN", "DELETE_CHANNEL_MEMBERSHIP"],
            "/Member",
            eve.clone(),
        ),
        ("DeleteChannelBan", by("ada", member("eve")), &["DELETE_CHANNEL_BAN"], "/Member", eve.clone()),
        ("DeleteChannelBan", by("ada", member("eve")), &[], "", json!(null)),
        (
            "SendChannelMessage",
            text("NON_PERSISTENT", json!({ "Target": [{ "MemberArn": user("bob") }] })),
            &["CREATE_CHANNEL_MESSAGE"],
            "/Persistence",
            json!("NON_PERSISTENT"),
        ),
        (
            "SendChannelMessage",
            text("PERSISTENT", json!({ "Metadata": "m" })),
            &["CREATE_CHANNEL_MESSAGE"],
            "/Metadata",
            json!("m"),
        ),
        (
            "UpdateChannelMessage",
            the_message(json!({ "Content": "edited" })),
            &["UPDATE_CHANNEL_MESSAGE"],
            "/Content",
            json!("edited"),
        ),
        (
            "RedactChannelMessage",
            the_message(json!({})),
            &["REDACT_CHANNEL_MESSAGE"],
            "/Redacted",
            json!(true),
        ),
        (
            "DeleteChannelMessage",
            the_message(json!({})),
            &["DELETE_CHANNEL_MESSAGE"],
            "/MessageId",
            json!(id),
        ),
        ("UpdateChannelReadMarker", by("ada", json!({})), &[], "", json!(null)),
        ("DeleteChannel", by("ada", json!({})), &["DELETE_CHANNEL"], "/Name", json!("New")),
    ];
    for (operation, members, expected, at, value) in cases {
        let added = added(&local, &client, operation, members).await;
        assert_eq!(types(&added), expected, "{operation}");
        let Some(last) = added.last() else { continue };
        assert_eq!(payload(last).pointer(at), Some(&value), "{operation}");
        let stream = if last.event.event_type().ends_with("_MESSAGE") { FIREHOSE } else { STREAM };
        assert_eq!(last.stream_arn.as_str(), stream, "{operation}");
        assert!(!last.is_delivered);
    }
}

#[tokio::test]
async fn a_message_in_a_record_has_everything_and_times_in_iso_8601() {
    let world = streamed(&["c"], &[("ChannelMessage", STREAM)]);
    let (local, client) = start_stopped(service(&[world])).await;
    let id = message(&client, "c", "Hello").await;
    let mut connection = connect(&local.endpoint_url()).await;
    let answer = send(&mut connection, administrative("GET", "streams", "")).await;
    let records: Value = serde_json::from_slice(answer.body()).unwrap();
    let time = "2026-06-04T07:14:51Z";
    let written = records[0]["Data"]["Payload"]["CreatedTimestamp"].as_str().unwrap().to_owned();
    assert_eq!((written.len(), &written[..19]), (24, &time[..19]));
    assert_eq!(
        records,
        json!([{
            "Time": time, "StreamArn": STREAM, "PartitionKey": channel("c"), "Delivered": false,
            "Data": { "EventType": "CREATE_CHANNEL_MESSAGE", "Payload": {
                "ChannelArn": channel("c"), "MessageId": id, "Content": "Hello", "Type": "STANDARD",
                "CreatedTimestamp": written, "LastUpdatedTimestamp": written, "Redacted": false,
                "Sender": { "Arn": user("ada"), "Name": "ada" }, "Persistence": "PERSISTENT",
                "Status": { "Value": "SENT" },
            } },
        }])
    );
}

#[tokio::test]
async fn a_repeated_or_refused_request_makes_no_record() {
    let world = streamed(&["c"], &[("ChannelMessage", STREAM)]);
    let (local, client) = start(service(&[world])).await;
    let members = json!({ "ChannelArn": channel("c"), "Content": "x", "Type": "STANDARD", "Persistence": "PERSISTENT",
        "ClientRequestToken": "token", "ChimeBearer": user("ada") });
    let first = call(&client, "SendChannelMessage", members.clone()).await.unwrap();
    assert_eq!(call(&client, "SendChannelMessage", members.clone()).await.unwrap(), first);
    let mut refused = members;
    refused["ChimeBearer"] = json!(user("eve"));
    call(&client, "SendChannelMessage", refused).await.unwrap_err();
    assert_eq!(local.stream_records().unwrap().len(), 1);
}

#[tokio::test]
async fn an_app_instance_has_records_of_the_types_that_it_configures() {
    let (local, client) = start(service(&[streamed(&["c"], &[])])).await;
    let update = json!({ "ChannelArn": channel("c"), "Name": "New", "ChimeBearer": user("ada") });
    message(&client, "c", "x").await;
    let put = json!({ "AppInstanceArn": APP_INSTANCE,
        "StreamingConfigurations": [{ "DataType": "Channel", "ResourceArn": STREAM }] });
    call(&client, "PutMessagingStreamingConfigurations", put).await.unwrap();
    message(&client, "c", "x").await;
    assert!(local.stream_records().unwrap().is_empty());
    assert_eq!(added(&local, &client, "UpdateChannel", update.clone()).await.len(), 1);
    let delete = json!({ "AppInstanceArn": APP_INSTANCE });
    call(&client, "DeleteMessagingStreamingConfigurations", delete).await.unwrap();
    assert_eq!(added(&local, &client, "UpdateChannel", update).await.len(), 0);
}

#[tokio::test]
async fn a_deleted_user_leaves_channels_and_roles_with_an_event_for_each() {
    let mut world = streamed(&["c", "d"], &[("Channel", STREAM)]);
    world["Channels"][0]["Bans"] = json!([{ "Member": "eve" }]);
    let (local, client) = start(service(&[world])).await;
    let added_by = async |id: &str| {
        types(
            &added(&local, &client, "DeleteAppInstanceUser", json!({ "AppInstanceUserArn": user(id) })).await,
        )
    };
    let membership = "DELETE_CHANNEL_MEMBERSHIP";
    let moderator = "DELETE_CHANNEL_MODERATOR";
    assert_eq!(added_by("bob").await, [membership, membership]);
    assert_eq!(added_by("eve").await, ["DELETE_CHANNEL_BAN"]);
    assert_eq!(added_by("ada").await, [membership, membership, moderator, moderator]);
}

#[tokio::test]
async fn what_expires_makes_the_records_of_its_deletion() {
    let mut world = streamed(&["c", "d"], &[("Channel", STREAM)]);
    let a_day = json!({ "ExpirationDays": 1, "ExpirationCriterion": "CREATED_TIMESTAMP" });
    world["Channels"][0]["ExpirationSettings"] = a_day.clone();
    world["Users"][1]["ExpirationSettings"] = a_day;
    let (local, _) = start_stopped(service(&[world])).await;
    local.advance(Duration::from_hours(24 + 6)).unwrap();
    let records = local.stream_records().unwrap();
    assert_eq!(types(&records), ["DELETE_CHANNEL", "DELETE_CHANNEL_MEMBERSHIP"]);
    assert_eq!(records[1].partition_key, channel("d"));
}

#[tokio::test]
async fn the_last_thousand_records_can_be_read() {
    let world = streamed(&["c"], &[("ChannelMessage", STREAM)]);
    let (local, client) = start(service(&[world])).await;
    for number in 0..1150 {
        message(&client, "c", &number.to_string()).await;
    }
    let records = local.stream_records().unwrap();
    assert_eq!(records.len(), 1000);
    assert_eq!(payload(&records[0])["Content"], "150");
    assert_eq!(payload(&records[999])["Content"], "1149");
}

/// Waits until the records of a service are of these types, and returns them.
async fn records_of(local: &RunningService, expected: &[&str]) -> Vec<StreamRecord> {
    loop {
        let records = local.stream_records().unwrap();
        if records.len() >= expected.len() {
            assert_eq!(types(&records), expected);
            return records;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_channel_flow_makes_records_of_the_way_of_a_message() {
    let mut world = streamed(&["c"], &[("ChannelMessage", STREAM)]);
    world["Channels"][0]["ChannelFlow"] = json!("flow");
    let mut flow = channel_flow("flow");
    flow["Processors"] = json!([processor(1, "ABORT")]);
    world["ChannelFlows"] = json!([flow]);
    let (told, mut events) = tokio::sync::mpsc::unbounded_channel();
    let service = service(&[world]).processor(function("p1"), move |event| {
        let sent = told.send(event.clone());
        let fails = event.channel_message.content.is_some_and(|content| content.as_str() == "fail");
        async move { if fails { Err("no".into()) } else { Ok(sent?) } }
    });
    let (local, client) = start(service.unwrap()).await;

    let id = message(&client, "c", "first").await;
    let mut callback = events.recv().await.unwrap().callback();
    callback.channel_message.content = Some("changed".into());
    client.call(callback).await.unwrap();
    let update = json!({ "ChannelArn": channel("c"), "MessageId": id, "Content": "edited", "ChimeBearer": user("ada") });
    call(&client, "UpdateChannelMessage", update).await.unwrap();
    let mut callback = events.recv().await.unwrap().callback();
    callback.delete_resource = Some(true);
    client.call(callback).await.unwrap();
    message(&client, "c", "fail").await;

    let types = [
        "PENDING_CREATE_CHANNEL_MESSAGE",
        "CREATE_CHANNEL_MESSAGE",
        "PENDING_UPDATE_CHANNEL_MESSAGE",
        "DENIED_UPDATE_CHANNEL_MESSAGE",
        "PENDING_CREATE_CHANNEL_MESSAGE",
        "FAILED_CREATE_CHANNEL_MESSAGE",
    ];
    let records = records_of(&local, &types).await;
    let of = |index: usize, member: &str| payload(&records[index]).pointer(member).cloned().unwrap();
    assert_eq!(of(0, "/Content"), "first");
    assert_eq!(of(0, "/Status"), json!({ "Value": "PENDING" }));
    assert_eq!(of(1, "/Content"), "changed");
    assert_eq!(of(1, "/Status"), json!({ "Value": "SENT" }));
    assert_eq!(of(3, "/Content"), "edited");
    assert_eq!(of(3, "/Status/Value"), "DENIED");
    let detail = "The processor with the execution order 1 could not be invoked";
    assert_eq!(of(5, "/Status"), json!({ "Value": "FAILED", "Detail": detail }));
}

#[tokio::test]
async fn members_of_an_elastic_channel_have_an_event_each_and_one_when_they_move() {
    let ids: Vec<_> = (0..11).map(|number| format!("u{number}")).collect();
    let mut users = vec!["ada"];
    users.extend(ids.iter().map(String::as_str));
    let mut world = app_instance(&users, &[]);
    world["StreamingConfigurations"] = json!([{ "DataType": "Channel", "ResourceArn": STREAM }]);
    let (local, client) = start(service(&[world])).await;
    let create = json!({ "AppInstanceArn": APP_INSTANCE, "ChannelId": "e", "Name": "E", "Mode": "RESTRICTED",
        "ElasticChannelConfiguration": { "MaximumSubChannels": 2, "TargetMembershipsPerSubChannel": 10,
            "MinimumMembershipPercentage": 40 }, "ChimeBearer": user("ada") });
    call(&client, "CreateChannel", create).await.unwrap();
    let members: Vec<_> = ids.iter().map(|id| user(id)).collect();
    let batch = json!({ "ChannelArn": channel("e"), "MemberArns": members, "ChimeBearer": user("ada") });
    let added_by_batch = added(&local, &client, "BatchCreateChannelMembership", batch).await;
    assert_eq!(types(&added_by_batch), vec!["CREATE_CHANNEL_MEMBERSHIP"; 11]);
    let first = payload(&added_by_batch[0])["SubChannelId"].clone();
    let last = payload(&added_by_batch[10])["SubChannelId"].clone();
    assert!(first.is_string() && last.is_string() && first != last);

    let leave = json!({ "ChannelArn": channel("e"), "MemberArn": user("u0"), "ChimeBearer": user("u0") });
    let added_by_leave = added(&local, &client, "DeleteChannelMembership", leave).await;
    assert_eq!(types(&added_by_leave), ["DELETE_CHANNEL_MEMBERSHIP", "UPDATE_CHANNEL_MEMBERSHIP"]);
    let moved = payload(&added_by_leave[1]);
    assert_eq!((&moved["Member"]["Name"], &moved["SubChannelId"]), (&json!("u10"), &first));
}

/// What a stream does with a request.
#[derive(Clone, Debug)]
enum Reply {
    Accept,
    /// Accepts all records but those with these contents.
    Except(Vec<&'static str>),
    /// Refuses the whole request.
    Refuse(u16),
}

/// Kinesis and Firehose, as far as records are put.
#[derive(Clone)]
struct Kinesis {
    state: Arc<Mutex<State>>,
    /// How many records were accepted.
    accepted: Arc<watch::Sender<usize>>,
}

struct State {
    reply: Reply,
    /// The target, the stream, and the number of records of each request.
    requests: Vec<(String, String, usize)>,
    /// The key and the data of each accepted record, in order.
    records: Vec<(String, Value)>,
}

impl Kinesis {
    fn new(reply: Reply) -> Self {
        let state = State { reply, requests: Vec::new(), records: Vec::new() };
        Self { state: Arc::new(Mutex::new(state)), accepted: Arc::new(watch::Sender::new(0)) }
    }

    /// Serves on a port; 0 is any.
    async fn serve(&self, port: u16) -> MockServer {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let server = MockServer::builder().listener(listener).start().await;
        Mock::given(any()).respond_with(self.clone()).mount(&server).await;
        server
    }

    fn reply(&self, reply: Reply) {
        self.state.lock().unwrap().reply = reply;
    }

    /// Waits until a number of records were accepted.
    async fn accepted(&self, count: usize) {
        let waited = self.accepted.subscribe().wait_for(|accepted| *accepted >= count).await.map(drop);
        waited.unwrap();
    }

    /// The contents of the accepted messages by channel, in order.
    fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let mut contents: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (key, data) in &self.state.lock().unwrap().records {
            let content = data["Payload"]["Content"].as_str().unwrap().to_owned();
            contents.entry(key.rsplit('/').next().unwrap().to_owned()).or_default().push(content);
        }
        contents
    }
}

/// A service that signs with known credentials.
fn signing(service: LocalService) -> LocalService {
    service.credentials(Credentials::new(CREDENTIALS.0, CREDENTIALS.1))
}

/// Checks a signature for a service with the credentials of the local service.
fn check_signature(request: &Request, name: &str) {
    let header = |name: &str| request.headers[name].to_str().unwrap();
    let authorization = header("authorization");
    let scope = format!("/us-east-1/{name}/aws4_request, ");
    assert!(authorization.contains(&scope), "{authorization}");
    let part = |name: &str| {
        let (_, rest) = authorization.split_once(&format!("{name}=")).unwrap();
        rest.split(',').next().unwrap()
    };
    let signed: Vec<&str> = part("SignedHeaders").split(';').collect();
    assert!(["content-type", "host", "x-amz-date", "x-amz-target"].iter().all(|name| signed.contains(name)));
    let headers = signed.iter().map(|name| (*name, request.headers[*name].as_bytes()));
    let canonical = Canonical::new("POST", "/", "", headers, &request.body);
    let (date, scope) = (header("x-amz-date"), part("Credential").split_once('/').unwrap().1);
    let key = SigningKey::derive(CREDENTIALS.1, &date[..8], "us-east-1", name);
    assert!(key.verify(&string_to_sign(date, scope, &canonical), part("Signature")));
}

impl Respond for Kinesis {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let target = request.headers["x-amz-target"].to_str().unwrap().to_owned();
        let is_kinesis = target == "Kinesis_20131202.PutRecords";
        assert!(is_kinesis || target == "Firehose_20150804.PutRecordBatch", "{target}");
        assert_eq!(request.headers["content-type"], "application/x-amz-json-1.1");
        check_signature(request, if is_kinesis { "kinesis" } else { "firehose" });
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let name = if is_kinesis { &body["StreamName"] } else { &body["DeliveryStreamName"] };
        let records = body["Records"].as_array().unwrap();
        let mut state = self.state.lock().unwrap();
        state.requests.push((target, name.as_str().unwrap().to_owned(), records.len()));
        if let Reply::Refuse(status) = state.reply {
            let error = json!({ "__type": "ResourceNotFoundException", "message": "no such stream" });
            return ResponseTemplate::new(status).set_body_json(error);
        }
        let mut outcomes = Vec::new();
        for record in records {
            let data = base64::decode(record["Data"].as_str().unwrap()).unwrap();
            let data: Value = serde_json::from_slice(&data).unwrap();
            let content = data["Payload"]["Content"].as_str().unwrap_or_default();
            if matches!(&state.reply, Reply::Except(contents) if contents.contains(&content)) {
                outcomes.push(
                    json!({ "ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "" }),
                );
                continue;
            }
            let channel = data["Payload"]["ChannelArn"].as_str().unwrap();
            if is_kinesis {
                assert_eq!(record["PartitionKey"], channel);
            }
            state.records.push((channel.to_owned(), data.clone()));
            outcomes.push(json!({ "SequenceNumber": "1", "ShardId": "shardId-000000000000" }));
        }
        let failures = outcomes.iter().filter(|outcome| outcome["ErrorCode"].is_string()).count();
        self.accepted.send_replace(state.records.len());
        let (count, list) = if is_kinesis {
            ("FailedRecordCount", "Records")
        } else {
            ("FailedPutCount", "RequestResponses")
        };
        ResponseTemplate::new(200).set_body_json(json!({ count: failures, list: outcomes }))
    }
}

/// A service that delivers to a server, and the outages that it reports.
fn delivering(
    service: LocalService,
    server: &MockServer,
) -> (LocalService, tokio::sync::mpsc::UnboundedReceiver<String>) {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    let service = signing(service).kinesis_endpoint(server.uri()).unwrap();
    let service = service.on_notice(move |notice| sender.send(notice.to_owned()).unwrap());
    (service, receiver)
}

/// Waits until all records are delivered, and returns them.
async fn all_delivered(local: &RunningService) -> Vec<StreamRecord> {
    loop {
        let records = local.stream_records().unwrap();
        if records.iter().all(|record| record.is_delivered) {
            return records;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn records_are_delivered_in_order_with_the_channel_as_the_partition_key() {
    let kinesis = Kinesis::new(Reply::Accept);
    let server = kinesis.serve(0).await;
    let world = streamed(&["c", "d"], &[("Channel", STREAM), ("ChannelMessage", FIREHOSE)]);
    let (local, client) = start(signing(service(&[world])).kinesis_endpoint(server.uri()).unwrap()).await;
    for number in 0..20 {
        message(&client, ["c", "d"][number % 2], &number.to_string()).await;
    }
    let update = json!({ "ChannelArn": channel("c"), "Name": "New", "ChimeBearer": user("ada") });
    call(&client, "UpdateChannel", update).await.unwrap();
    kinesis.accepted(21).await;
    let records = all_delivered(&local).await;
    assert_eq!(records.len(), 21);
    let state = kinesis.state.lock().unwrap();
    let streams: Vec<_> = state.requests.iter().map(|(_, stream, _)| stream.as_str()).collect();
    assert!(streams.contains(&"chime-messaging-events") && streams.contains(&"chime-messaging-messages"));
    for channel in [channel("c"), channel("d")] {
        let of = |record: &&StreamRecord| record.partition_key == channel;
        let written = records.iter().filter(of).map(|record| serde_json::to_value(&record.event).unwrap());
        let delivered = state.records.iter().filter(|(key, _)| key == channel.as_str());
        let delivered = delivered.map(|(_, data)| data.clone());
        let messages = |data: &Value| data["EventType"] == "CREATE_CHANNEL_MESSAGE";
        assert_eq!(
            delivered.filter(messages).collect::<Vec<_>>(),
            written.filter(messages).collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn an_outage_loses_nothing_and_is_reported_once() {
    let kinesis = Kinesis::new(Reply::Accept);
    let server = kinesis.serve(0).await;
    let port = server.address().port();
    let world = streamed(&["c"], &[("ChannelMessage", STREAM)]);
    let (service, mut outages) = delivering(service(&[world]), &server);
    let (local, client) = start(service).await;
    message(&client, "c", "0").await;
    kinesis.accepted(1).await;

    drop(server);
    for number in 1..=5 {
        message(&client, "c", &number.to_string()).await;
    }
    assert!(outages.recv().await.unwrap().ends_with("its records wait and are retried"));
    // The stream exists again once the endpoint does.
    kinesis.reply(Reply::Refuse(400));
    let server = kinesis.serve(port).await;
    while kinesis.state.lock().unwrap().requests.len() < 3 {
        tokio::task::yield_now().await;
    }
    assert!(outages.try_recv().is_err(), "an outage was reported twice");
    kinesis.reply(Reply::Accept);
    kinesis.accepted(6).await;
    assert_eq!(outages.recv().await.unwrap(), format!("stream {STREAM}: it accepts records again"));
    assert_eq!(kinesis.contents()["c"], ["0", "1", "2", "3", "4", "5"]);
    assert_eq!(all_delivered(&local).await.len(), 6);
    drop(server);
}

#[tokio::test]
async fn a_refused_request_is_reported_with_its_reason() {
    let kinesis = Kinesis::new(Reply::Refuse(400));
    let server = kinesis.serve(0).await;
    let world = streamed(&["c"], &[("ChannelMessage", STREAM)]);
    let (service, mut outages) = delivering(service(&[world]), &server);
    let (_local, client) = start(service).await;
    message(&client, "c", "secret content").await;
    let cause = "kinesis answered with status 400 ResourceNotFoundException no such stream";
    let notice = format!("stream {STREAM}: {cause}; its records wait and are retried");
    assert_eq!(outages.recv().await.unwrap(), notice);
}

#[tokio::test]
async fn only_failed_records_are_sent_again_and_their_channel_stays_in_order() {
    let kinesis = Kinesis::new(Reply::Refuse(500));
    let server = kinesis.serve(0).await;
    let world = streamed(&["c", "d"], &[("ChannelMessage", STREAM)]);
    let (service, mut outages) = delivering(service(&[world]), &server);
    let (local, client) = start(service).await;
    for number in ["0", "1", "2", "3"] {
        message(&client, "c", &format!("c{number}")).await;
        message(&client, "d", &format!("d{number}")).await;
    }
    assert!(outages.recv().await.unwrap().ends_with("its records wait and are retried"));
    // All of `d` pass, and the first of `c`.
    kinesis.reply(Reply::Except(vec!["c1"]));
    kinesis.accepted(5).await;
    kinesis.reply(Reply::Accept);
    kinesis.accepted(8).await;
    assert_eq!(kinesis.contents()["c"], ["c0", "c1", "c2", "c3"]);
    assert_eq!(kinesis.contents()["d"], ["d0", "d1", "d2", "d3"]);
    assert_eq!(all_delivered(&local).await.len(), 8);
    assert_eq!(outages.recv().await.unwrap(), format!("stream {STREAM}: it accepts records again"));
    let state = kinesis.state.lock().unwrap();
    assert!(state.requests.iter().all(|(_, _, records)| *records <= 2), "{:?}", state.requests);
}

#[tokio::test]
async fn a_channel_whose_record_fails_does_not_hold_up_others() {
    let kinesis = Kinesis::new(Reply::Except(vec!["stuck"]));
    let server = kinesis.serve(0).await;
    let world = streamed(&["c", "d"], &[("ChannelMessage", STREAM)]);
    let (service, mut outages) = delivering(service(&[world]), &server);
    let (_local, client) = start(service).await;
    message(&client, "c", "stuck").await;
    message(&client, "c", "behind").await;
    for number in ["0", "1", "2"] {
        message(&client, "d", number).await;
    }
    let cause = "some records were not accepted: ProvisionedThroughputExceededException";
    let notice = format!("stream {STREAM}: {cause}; its records wait and are retried");
    assert_eq!(outages.recv().await.unwrap(), notice);
    kinesis.accepted(3).await;
    assert_eq!(
        kinesis.contents(),
        BTreeMap::from([("d".to_owned(), ["0", "1", "2"].map(str::to_owned).to_vec())])
    );
    kinesis.reply(Reply::Accept);
    kinesis.accepted(5).await;
    assert_eq!(kinesis.contents()["c"], ["stuck", "behind"]);
}

#[tokio::test]
async fn a_restarted_service_delivers_what_waits() {
    let directory = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("streams");
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("world.db");
    let world = streamed(&["c"], &[("ChannelMessage", STREAM)]);
    let (local, client) = start(service(std::slice::from_ref(&world)).data(&file)).await;
    for number in 0..3 {
        message(&client, "c", &number.to_string()).await;
    }
    local.stop().await;

    let kinesis = Kinesis::new(Reply::Accept);
    let server = kinesis.serve(0).await;
    let again =
        || signing(service(std::slice::from_ref(&world))).data(&file).kinesis_endpoint(server.uri()).unwrap();
    let (local, client) = start(again()).await;
    kinesis.accepted(3).await;
    message(&client, "c", "3").await;
    kinesis.accepted(4).await;
    assert_eq!(all_delivered(&local).await.len(), 4);
    local.stop().await;

    let (local, _) = start(again()).await;
    assert!(local.stream_records().unwrap().iter().all(|record| record.is_delivered));
    local.stop().await;
    assert_eq!(kinesis.contents()["c"], ["0", "1", "2", "3"]);
}

#[tokio::test]
async fn waiting_records_are_kept_without_limit() {
    let kinesis = Kinesis::new(Reply::Refuse(503));
    let server = kinesis.serve(0).await;
    let world = streamed(&["c"], &[("ChannelMessage", STREAM)]);
    let (local, client) = start(signing(service(&[world])).kinesis_endpoint(server.uri()).unwrap()).await;
    for number in 0..1200 {
        message(&client, "c", &number.to_string()).await;
    }
    assert_eq!(local.stream_records().unwrap().len(), 1000);
    kinesis.reply(Reply::Accept);
    kinesis.accepted(1200).await;
    let expected: Vec<_> = (0..1200).map(|number| number.to_string()).collect();
    assert_eq!(kinesis.contents()["c"], expected);
}

#[test]
fn an_endpoint_that_is_not_a_url_is_refused() {
    let refused = LocalService::demo().kinesis_endpoint("localhost:4566").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "\"localhost:4566\" is not a URL; expected one such as http://localhost:4566"
    );
}
