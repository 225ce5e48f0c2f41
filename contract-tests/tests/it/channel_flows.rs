//! Messages on their way through the processors of channel flows.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chime_client::Client;
use chime_client::events::ChannelFlowEvent;
use chime_client::operations::ChannelFlowCallback;
use chime_local::{LocalService, RunningService};
use contract_tests::connection::{administrative, connect, send};
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::world::{
    app_instance, channel, channel_flow, function, processor, service, start_stopped, user,
};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

/// The world: `ada` and `bob` are members of the channel `c`, whose messages these processors get.
fn world(processors: &[Value]) -> Value {
    let channel = json!({
        "ChannelId": "c", "Name": "C", "CreatedBy": "ada", "ChannelFlow": "flow",
        "Memberships": [{ "Member": "ada" }, { "Member": "bob" }],
        "Messages": [{ "MessageId": "old", "Sender": "bob", "Content": "Before", "Metadata": "m" }],
    });
    let mut world = app_instance(&["admin", "ada", "bob"], &[channel]);
    let mut flow = channel_flow("flow");
    flow["Processors"] = json!(processors);
    world["ChannelFlows"] = json!([flow]);
    world
}

/// A processor that does nothing but tell of its events.
fn telling(
    events: &UnboundedSender<ChannelFlowEvent>,
) -> impl Fn(ChannelFlowEvent) -> std::future::Ready<Result<(), Box<dyn std::error::Error + Send + Sync>>>
+ Send
+ Sync
+ 'static {
    let events = events.clone();
    move |event| {
        events.send(event).unwrap();
        std::future::ready(Ok(()))
    }
}

/// A service with a client, and what its processors and its notices tell.
struct Flow {
    local: RunningService,
    client: Client,
    events: UnboundedReceiver<ChannelFlowEvent>,
    notices: UnboundedReceiver<String>,
}

impl Flow {
    /// Starts a service in which the first two processors tell of their events.
    async fn start(local: LocalService) -> Self {
        let (told, events) = unbounded_channel();
        let local = local.processor(function("p1"), telling(&told)).unwrap();
        let local = local.processor(function("p2"), telling(&told)).unwrap();
        Self::with(local, events).await
    }

    async fn with(local: LocalService, events: UnboundedReceiver<ChannelFlowEvent>) -> Self {
        let (told, notices) = unbounded_channel();
        let local = local.on_notice(move |notice| told.send(notice.to_owned()).unwrap());
        let (local, client) = start_stopped(local).await;
        Self { local, client, events, notices }
    }

    async fn call(&self, operation: &str, members: Value) -> Result<Value, String> {
        let answer = operations::call(&self.client, operation, members.as_object().unwrap()).await;
        outcome(answer.unwrap())
    }

    /// Sends a message with more members by `bob`, and returns its id.
    async fn send(&self, content: &str, more: &Value) -> String {
        let mut members = json!({
            "ChannelArn": channel("c"), "Content": content, "Type": "STANDARD", "Persistence": "PERSISTENT",
            "ChimeBearer": user("bob"),
        });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let sent = self.call("SendChannelMessage", members).await.unwrap();
        assert_eq!(sent["Status"], json!({ "Value": "PENDING" }));
        sent["MessageId"].as_str().unwrap().to_owned()
    }

    async fn update(&self, id: &str, content: &str) -> Value {
        let members = json!({
            "ChannelArn": channel("c"), "MessageId": id, "Content": content, "ChimeBearer": user("bob"),
        });
        self.call("UpdateChannelMessage", members).await.unwrap()["Status"]["Value"].clone()
    }

    /// A message as a user sees it.
    async fn message(&self, id: &str, by: &str) -> Result<Value, String> {
        let members = json!({ "ChannelArn": channel("c"), "MessageId": id, "ChimeBearer": user(by) });
        Ok(self.call("GetChannelMessage", members).await?["ChannelMessage"].clone())
    }

    /// The content of a message of `bob` as `ada` sees it.
    async fn seen(&self, id: &str) -> Result<String, String> {
        Ok(self.message(id, "ada").await?["Content"].as_str().unwrap().to_owned())
    }

    /// The status of a message of `bob`.
    async fn status(&self, id: &str) -> Result<Value, String> {
        let members = json!({ "ChannelArn": channel("c"), "MessageId": id, "ChimeBearer": user("bob") });
        Ok(self.call("GetChannelMessageStatus", members).await?["Status"].clone())
    }

    /// The next event of a processor.
    async fn event(&mut self) -> ChannelFlowEvent {
        self.events.recv().await.unwrap()
    }

    async fn call_back(&self, callback: ChannelFlowCallback) -> Result<Value, String> {
        outcome(self.client.call(callback).await.map(|answer| serde_json::to_value(answer).unwrap()))
    }

    fn advance(&self, by: Duration) {
        self.local.advance(by).unwrap();
    }
}

const NOT_FOUND: Result<String, String> = Err(String::new());

/// Without the name of an exception, so that outcomes compare.
fn whether(seen: Result<String, String>) -> Result<String, String> {
    seen.map_err(|name| {
        assert_eq!(name, "NotFoundException");
        String::new()
    })
}

#[tokio::test]
async fn each_processor_gets_the_message_as_the_one_before_left_it() {
    // Out of order, which they have by their numbers.
    let processors = [processor(2, "ABORT"), processor(1, "ABORT")];
    let mut flow = Flow::start(service(&[world(&processors)])).await;
    let more = json!({
        "Metadata": "m", "ContentType": "text/plain", "Target": [{ "MemberArn": user("ada") }],
        "MessageAttributes": { "k": { "StringValues": ["v"] } },
    });
    let id = flow.send("Hello", &more).await;
    let first = flow.event().await;
    let event = serde_json::to_value(&first).unwrap();
    let expected = json!({
        "EventType": "CHANNEL_MESSAGE_EVENT",
        "CallbackId": first.callback_id,
        "ChannelMessage": {
            "MessageId": id, "ChannelArn": channel("c"), "Content": "Hello", "Metadata": "m",
            "Sender": { "Arn": user("bob"), "Name": "bob" }, "Persistence": "PERSISTENT", "Type": "STANDARD",
            "CreatedTimestamp": event["ChannelMessage"]["CreatedTimestamp"], "ContentType": "text/plain",
            "MessageAttributes": { "k": { "StringValues": ["v"] } }, "Target": [{ "MemberArn": user("ada") }],
        },
    });
    assert_eq!(event, expected);
    let time = event["ChannelMessage"]["CreatedTimestamp"].as_str().unwrap();
    assert!(time.starts_with("2026-06-04T07:14:51.") && time.len() == 24, "{time}");
    assert_eq!(flow.status(&id).await.unwrap(), json!({ "Value": "PENDING" }));
    assert_eq!(whether(flow.seen(&id).await), NOT_FOUND);
    let exported: Value = serde_json::from_str(&flow.local.export().unwrap().to_string()).unwrap();
    let waiting = &exported["AppInstances"][0]["Channels"][0]["PendingMessages"][0]["Processors"];
    assert_eq!(waiting, &json!([processor(1, "ABORT"), processor(2, "ABORT")]));

    let mut callback = first.callback();
    callback.channel_message.content = Some("Hello, dear".into());
    callback.channel_message.content_type = Some("text/html".into());
    flow.call_back(callback.clone()).await.unwrap();
    let second = flow.event().await;
    assert_ne!(second.callback_id, first.callback_id);
    let message = &second.channel_message;
    assert_eq!(message.content.as_ref().unwrap(), "Hello, dear");
    assert_eq!(
        (message.metadata.clone().unwrap(), message.content_type.clone().unwrap()),
        ("m".into(), "text/html".into())
    );
    assert_eq!(whether(flow.seen(&id).await), NOT_FOUND);

    // The first has had its turn: the same answer changes nothing, another is refused.
    flow.call_back(callback.clone()).await.unwrap();
    callback.delete_resource = Some(true);
    assert_eq!(flow.call_back(callback).await.unwrap_err(), "ConflictException");
    flow.call_back(second.callback()).await.unwrap();
    assert_eq!(flow.seen(&id).await.unwrap(), "Hello, dear");
    assert_eq!(flow.status(&id).await.unwrap(), json!({ "Value": "SENT" }));
    let message = flow.message(&id, "ada").await.unwrap();
    assert_eq!(
        (&message["ContentType"], &message["LastEditedTimestamp"]),
        (&json!("text/html"), &Value::Null)
    );
    assert_eq!(message["Target"], json!([{ "MemberArn": user("ada") }]));
    assert!(flow.notices.is_empty());
}

#[tokio::test]
async fn a_denied_message_is_not_kept() {
    let mut flow = Flow::start(service(&[world(&[processor(1, "ABORT"), processor(2, "ABORT")])])).await;
    let id = flow.send("Buy now", &json!({})).await;
    let mut callback = flow.event().await.callback();
    callback.delete_resource = Some(true);
    flow.call_back(callback).await.unwrap();
    assert_eq!(flow.message(&id, "bob").await.unwrap_err(), "NotFoundException");
    assert_eq!(flow.status(&id).await.unwrap_err(), "ForbiddenException");
    // The second processor has nothing to do.
    assert!(flow.events.is_empty());
}

#[tokio::test]
async fn members_see_a_message_as_it_was_until_a_change_is_let_through() {
    let mut flow = Flow::start(service(&[world(&[processor(1, "ABORT")])])).await;
    for (content, denied) in [("After", false), ("Worse", true)] {
        assert_eq!(flow.update("old", content).await, "PENDING");
        let event = flow.event().await;
        assert_eq!(event.channel_message.content.as_ref().unwrap(), content);
        assert_eq!(event.channel_message.metadata.as_ref().unwrap(), "m");
        assert!(event.channel_message.last_edited_timestamp > event.channel_message.created_timestamp);
        let before = if denied { "After!" } else { "Before" };
        assert_eq!(flow.seen("old").await.unwrap(), before);
        assert_eq!(flow.status("old").await.unwrap(), json!({ "Value": "PENDING" }));
        let mut callback = event.callback();
        callback.channel_message.content = Some(format!("{content}!").into());
        callback.delete_resource = Some(denied);
        flow.call_back(callback).await.unwrap();
        assert_eq!(flow.seen("old").await.unwrap(), "After!");
        assert_eq!(flow.status("old").await.unwrap(), json!({ "Value": "SENT" }));
    }
    assert!(flow.message("old", "ada").await.unwrap()["LastEditedTimestamp"].is_number());
    // Deleting the message ends the processing of a change.
    flow.update("old", "Late").await;
    let event = flow.event().await;
    let delete = json!({ "ChannelArn": channel("c"), "MessageId": "old", "ChimeBearer": user("admin") });
    flow.call("DeleteChannelMessage", delete).await.unwrap();
    assert_eq!(flow.call_back(event.callback()).await.unwrap_err(), "ForbiddenException");
}

#[tokio::test]
async fn members_are_notified_once_a_message_is_let_through() {
    let mut world = world(&[processor(1, "ABORT")]);
    world["Endpoints"] = json!([{
        "User": "ada", "Type": "APNS", "ResourceArn": contract_tests::arns::PINPOINT_APP,
        "EndpointAttributes": { "DeviceToken": "t", "VoipDeviceToken": "v" },
    }]);
    let mut flow = Flow::start(service(&[world])).await;
    let mut sender = connect(&flow.local.endpoint_url()).await;
    let mut notified = async || {
        let answer = send(&mut sender, administrative("GET", "notifications", "")).await;
        let list: Vec<Value> = serde_json::from_slice(answer.body()).unwrap();
        list.into_iter().map(|of| of["Type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let push = json!({ "Persistence": "NON_PERSISTENT", "PushNotification": { "Title": "T", "Body": "B" } });
    for (r#type, expected) in [(None, vec!["DEFAULT"]), (Some("VOIP"), vec!["DEFAULT", "VOIP"])] {
        let before = notified().await;
        let id = flow.send("Hello", &push).await;
        assert_eq!(flow.status(&id).await.unwrap(), json!({ "Value": "PENDING" }));
        let event = flow.event().await;
        assert_eq!(event.channel_message.persistence.as_ref().unwrap().as_str(), "NON_PERSISTENT");
        assert_eq!(notified().await, before);
        let mut callback = event.callback();
        let push = |r#type: &str| serde_json::from_value(json!({ "Type": r#type })).unwrap();
        callback.channel_message.push_notification = r#type.map(push);
        flow.call_back(callback).await.unwrap();
        assert_eq!(notified().await, expected);
    }
}

/// A setting of a service.
type Configure = Box<dyn Fn(LocalService) -> LocalService>;

/// The URL of a function that answers so.
async fn url_of(answer: ResponseTemplate) -> (MockServer, String) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let url = format!("{}/2015-03-31/functions/function/invocations", server.uri());
    (server, url)
}

#[tokio::test]
async fn a_function_is_invoked_over_http_as_lambda_is() {
    let (server, url) = url_of(ResponseTemplate::new(202)).await;
    let (_told, events) = unbounded_channel();
    let local = service(&[world(&[processor(1, "ABORT")])]).lambda(function("p1"), &url).unwrap();
    let mut flow = Flow::with(local, events).await;
    let id = flow.send("Hello", &json!({})).await;
    let requests = loop {
        let requests = server.received_requests().await.unwrap();
        if !requests.is_empty() {
            break requests;
        }
        tokio::task::yield_now().await;
    };
    let [request] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!(request.url.path(), "/2015-03-31/functions/function/invocations");
    assert_eq!(request.headers["x-amz-invocation-type"], "Event");
    assert_eq!(request.headers["content-type"], "application/json");
    let event: ChannelFlowEvent = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(event.channel_message.message_id, id);
    flow.call_back(event.callback()).await.unwrap();
    assert_eq!(flow.seen(&id).await.unwrap(), "Hello");
    assert!(flow.notices.try_recv().is_err());
}

#[tokio::test]
async fn a_function_that_cannot_be_invoked_has_its_fallback_action() {
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}/invoke", listener.local_addr().unwrap())
    };
    let (refusing, refused) = url_of(ResponseTemplate::new(403)).await;
    let (failing, failed) = url_of(ResponseTemplate::new(500)).await;
    let by_header = ResponseTemplate::new(200).insert_header("x-amz-function-error", "Unhandled");
    let (unhandled, unhandled_url) = url_of(by_header).await;
    let body = json!({ "errorMessage": "Hello is a SECRET", "errorType": "ValueError", "stackTrace": [] });
    let (raising, raised) = url_of(ResponseTemplate::new(200).set_body_json(body)).await;
    let url = |url: String| move |local: LocalService| local.lambda(function("p1"), &url).unwrap();
    let cases: [(Configure, &str); 8] = [
        (
            Box::new(|local| local),
            "it is not mapped to a program; start the service with --lambda arn:aws:lambda:us-east-1:123456789012:function:p1=URL",
        ),
        (Box::new(url(closed)), "refused"),
        (Box::new(url(refused)), "status 403 Forbidden"),
        (Box::new(url(failed)), "status 500 Internal Server Error"),
        (Box::new(url(unhandled_url)), "the function failed;"),
        (Box::new(url(raised)), "the function failed with \"ValueError\";"),
        (
            Box::new(|local| local.processor(function("p1"), async |_| Err("no luck".into())).unwrap()),
            ": no luck;",
        ),
        (
            Box::new(|local| {
                let panics = |_| -> std::future::Ready<Result<(), _>> { panic!("on purpose") };
                local.processor(function("p1"), panics).unwrap()
            }),
            ": it panicked;",
        ),
    ];
    for (configure, reason) in cases {
        for (action, processors) in [("ABORT", 1), ("CONTINUE", 1), ("CONTINUE", 2)] {
            let processors: Vec<_> = (1..=processors).map(|order| processor(order, action)).collect();
            let (told, events) = unbounded_channel();
            let local = configure(service(&[world(&processors)]));
            let local = local.processor(function("p2"), telling(&told)).unwrap();
            let mut flow = Flow::with(local, events).await;
            let id = flow.send("Hello", &json!({})).await;
            let notice = flow.notices.recv().await.unwrap();
            assert!(notice.starts_with(&format!("processor {}: ", function("p1"))), "{notice}");
            assert!(notice.contains(reason), "{notice}");
            assert!(!notice.contains("Hello") && !notice.contains('\n'), "{notice}");
            let then = match (action, processors.len()) {
                ("ABORT", _) => {
                    let detail = "The processor with the execution order 1 could not be invoked";
                    let status = json!({ "Value": "FAILED", "Detail": detail });
                    assert_eq!(flow.status(&id).await.unwrap(), status);
                    assert_eq!(flow.message(&id, "bob").await.unwrap()["Status"], status);
                    assert_eq!(whether(flow.seen(&id).await), NOT_FOUND);
                    "the message has failed"
                }
                (_, 1) => {
                    assert_eq!(flow.seen(&id).await.unwrap(), "Hello");
                    "the message is sent"
                }
                _ => {
                    let event = flow.event().await;
                    flow.call_back(event.callback()).await.unwrap();
                    assert_eq!(flow.seen(&id).await.unwrap(), "Hello");
                    "the next processor gets the message"
                }
            };
            assert!(notice.ends_with(&format!("; {then}; it is {id} of {}", channel("c"))), "{notice}");
        }
    }
    drop((refusing, failing, unhandled, raising));
}

#[tokio::test]
async fn a_change_that_cannot_be_processed_is_not_made() {
    let (_told, events) = unbounded_channel();
    let mut flow = Flow::with(service(&[world(&[processor(1, "ABORT")])]), events).await;
    assert_eq!(flow.update("old", "After").await, "PENDING");
    flow.notices.recv().await.unwrap();
    assert_eq!(flow.seen("old").await.unwrap(), "Before");
    assert_eq!(flow.status("old").await.unwrap(), json!({ "Value": "SENT" }));
}

#[tokio::test]
async fn a_callback_is_accepted_for_48_hours() {
    let limit = Duration::from_hours(48);
    let almost = Duration::from_millis(48 * 60 * 60 * 1000 - 1);
    for (action, processors) in [("ABORT", 1), ("CONTINUE", 1), ("CONTINUE", 2)] {
        let processors: Vec<_> = (1..=processors).map(|order| processor(order, action)).collect();
        let mut flow = Flow::start(service(&[world(&processors)])).await;
        let early = flow.send("Early", &json!({})).await;
        let event = flow.event().await;
        flow.advance(almost);
        let mut callback = event.callback();
        callback.delete_resource = Some(true);
        flow.call_back(callback).await.unwrap();
        assert_eq!(flow.message(&early, "bob").await.unwrap_err(), "NotFoundException");

        let late = flow.send("Late", &json!({})).await;
        let event = flow.event().await;
        flow.advance(limit);
        match (action, processors.len()) {
            ("ABORT", _) => {
                let detail = "The processor with the execution order 1 did not call back within 48 hours";
                assert_eq!(flow.status(&late).await.unwrap(), json!({ "Value": "FAILED", "Detail": detail }));
            }
            (_, 1) => assert_eq!(flow.seen(&late).await.unwrap(), "Late"),
            _ => {
                assert_eq!(flow.status(&late).await.unwrap(), json!({ "Value": "PENDING" }));
                let next = flow.event().await;
                // The next processor has 48 hours of its own.
                flow.advance(almost);
                flow.call_back(next.callback()).await.unwrap();
                assert_eq!(flow.seen(&late).await.unwrap(), "Late");
            }
        }
        assert_eq!(flow.call_back(event.callback()).await.unwrap_err(), "ForbiddenException");
    }
}

#[tokio::test]
async fn a_message_continues_on_its_way_when_the_service_starts_again() {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("channel-flows");
    let _ = std::fs::remove_dir_all(&directory);
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("world.db");
    let seeded = || service(&[world(&[processor(1, "ABORT"), processor(2, "ABORT")])]).data(&file);

    // It ends while the first processor is being invoked.
    let (told, events) = unbounded_channel();
    let hangs = move |event: ChannelFlowEvent| {
        told.send(event).unwrap();
        std::future::pending()
    };
    let mut flow = Flow::with(seeded().processor(function("p1"), hangs).unwrap(), events).await;
    let id = flow.send("Hello", &json!({})).await;
    let event = flow.event().await;
    flow.local.stop().await;

    // The processor is invoked again, and the second one once it has called back.
    let mut flow = Flow::start(seeded()).await;
    assert_eq!(flow.event().await, event);
    flow.call_back(event.callback()).await.unwrap();
    let second = flow.event().await;
    assert_eq!(second.channel_message, event.channel_message);
    let exported = flow.local.export().unwrap();
    flow.local.stop().await;

    // Whoever was invoked may call back later, and in an exported world, too.
    let flow = Flow::start(seeded()).await;
    flow.call_back(second.callback()).await.unwrap();
    assert_eq!(flow.seen(&id).await.unwrap(), "Hello");
    let mut copy = Flow::start(LocalService::seeded(exported)).await;
    // Whether the outcome of the invocation was in the world already is a matter of time.
    let _ = copy.events.try_recv();
    copy.call_back(second.callback()).await.unwrap();
    assert_eq!(copy.seen(&id).await.unwrap(), "Hello");
}

#[tokio::test]
async fn a_limited_number_of_processors_is_invoked_at_a_time() {
    const LIMIT: usize = 32;
    let (told, events) = unbounded_channel();
    let free = Arc::new(Semaphore::new(0));
    let waits = Arc::clone(&free);
    let function_of = move |event: ChannelFlowEvent| {
        told.send(event).unwrap();
        let waits = Arc::clone(&waits);
        async move {
            waits.acquire().await?.forget();
            Ok(())
        }
    };
    let local = service(&[world(&[processor(1, "ABORT")])]).processor(function("p1"), function_of).unwrap();
    let mut flow = Flow::with(local, events).await;
    for _ in 0..LIMIT + 2 {
        flow.send("Hello", &json!({})).await;
    }
    let mut seen = Vec::new();
    for _ in 0..LIMIT {
        seen.push(flow.event().await.callback_id);
    }
    // Calls are answered meanwhile, and no other processor is invoked.
    flow.send("Hello", &json!({})).await;
    assert!(flow.events.is_empty());
    for _ in 0..3 {
        free.add_permits(1);
        seen.push(flow.event().await.callback_id);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), LIMIT + 3, "each processor is invoked once");
}

#[tokio::test]
async fn a_deleted_channel_or_app_instance_ends_the_processing() {
    for delete in ["DeleteChannel", "DeleteAppInstance"] {
        let mut flow = Flow::start(service(&[world(&[processor(1, "CONTINUE")])])).await;
        flow.send("Hello", &json!({})).await;
        let event = flow.event().await;
        let members = match delete {
            "DeleteChannel" => json!({ "ChannelArn": channel("c"), "ChimeBearer": user("admin") }),
            _ => json!({ "AppInstanceArn": contract_tests::arns::APP_INSTANCE }),
        };
        flow.call(delete, members).await.unwrap();
        flow.advance(Duration::from_hours(48));
        assert_eq!(flow.call_back(event.callback()).await.unwrap_err(), "ForbiddenException");
        assert!(!flow.local.export().unwrap().to_string().contains("Hello"));
    }
}

#[test]
fn a_function_needs_an_arn_and_a_url() {
    let refused = |arn: &str, url: &str| LocalService::demo().lambda(arn, url).unwrap_err().to_string();
    let refusal = refused("arn:aws:lex:us-east-1:1:x", "http://localhost");
    assert!(refusal.contains("is not a Lambda function ARN"), "{refusal}");
    for url in ["", "https://localhost/", "localhost:9001", "/path", "http:///path"] {
        let refusal = refused(&function("p1"), url);
        assert!(refusal.ends_with("/2015-03-31/functions/function/invocations"), "{refusal}");
    }
    let configured = LocalService::demo().lambda(function("p1"), "http://[::1]:9001/invoke").unwrap();
    assert!(format!("{configured:?}").contains(&function("p1")));
}

/// A step in the life of a channel with a flow of two processors.
#[derive(Clone, Debug)]
enum Step {
    Send,
    /// Changes a message that is not being processed.
    Change(Index),
    /// Answers for the processor that has one of the messages.
    Answer(Index, Verdict),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    Pass,
    Edit,
    Deny,
}

fn step() -> impl Strategy<Value = Step> {
    let verdict = prop_oneof![2 => Just(Verdict::Pass), 2 => Just(Verdict::Edit), 1 => Just(Verdict::Deny)];
    prop_oneof![
        2 => Just(Step::Send),
        1 => prop::arbitrary::any::<Index>().prop_map(Step::Change),
        4 => (prop::arbitrary::any::<Index>(), verdict).prop_map(|(which, verdict)| Step::Answer(which, verdict)),
    ]
}

/// A message as a model of channel flows has it.
struct Modeled {
    id: String,
    /// The content that all members see, once the message is let through.
    content: Option<String>,
    /// The event of the processor that has the message or a change of it, and whether it is the last processor.
    event: Option<(ChannelFlowEvent, bool)>,
}

impl Modeled {
    /// Returns whether the message is let through and not being changed.
    fn is_at_rest(&self) -> bool {
        self.content.is_some() && self.event.is_none()
    }

    /// The status that the sender is told.
    fn status(&self) -> Result<Value, String> {
        match self {
            Self { event: Some(_), .. } => Ok(json!({ "Value": "PENDING" })),
            Self { content: Some(_), .. } => Ok(json!({ "Value": "SENT" })),
            _ => Err("ForbiddenException".to_owned()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn messages_are_what_their_processors_leave_of_them(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut flow = Flow::start(service(&[world(&[processor(1, "ABORT"), processor(2, "CONTINUE")])])).await;
            let mut messages = vec![Modeled { id: "old".to_owned(), content: Some("Before".to_owned()), event: None }];
            for (number, step) in steps.into_iter().enumerate() {
                match step {
                    Step::Send => {
                        let id = flow.send(&format!("{number}"), &json!({})).await;
                        let event = flow.event().await;
                        prop_assert_eq!(&event.channel_message.message_id, &id);
                        messages.push(Modeled { id, content: None, event: Some((event, false)) });
                    }
                    Step::Change(which) => {
                        let mut at_rest: Vec<_> = messages.iter_mut().filter(|message| message.is_at_rest()).collect();
                        if at_rest.is_empty() {
                            continue;
                        }
                        let which = which.index(at_rest.len());
                        let message = &mut *at_rest[which];
                        prop_assert_eq!(flow.update(&message.id, &format!("{number}")).await, "PENDING");
                        message.event = Some((flow.event().await, false));
                    }
                    Step::Answer(which, verdict) => {
                        let mut waiting: Vec<_> =
                            messages.iter_mut().filter(|message| message.event.is_some()).collect();
                        if waiting.is_empty() {
                            continue;
                        }
                        let which = which.index(waiting.len());
                        let message = &mut *waiting[which];
                        let (event, is_last) = message.event.take().unwrap();
                        let mut content = event.channel_message.content.clone().unwrap().into_string();
                        let mut callback = event.callback();
                        if verdict == Verdict::Edit {
                            content.push('!');
                            callback.channel_message.content = Some(content.clone().into());
                        }
                        callback.delete_resource = Some(verdict == Verdict::Deny);
                        flow.call_back(callback).await.unwrap();
                        if verdict != Verdict::Deny && !is_last {
                            let next = flow.event().await;
                            prop_assert_eq!(next.channel_message.content.as_ref().unwrap().as_str(), &content);
                            message.event = Some((next, true));
                        } else if verdict != Verdict::Deny {
                            message.content = Some(content);
                        }
                    }
                }
                for message in &messages {
                    let seen = message.content.clone().ok_or_else(String::new);
                    prop_assert_eq!(whether(flow.seen(&message.id).await), seen);
                    prop_assert_eq!(flow.status(&message.id).await, message.status());
                }
            }
            Ok(())
        })?;
    }
}
