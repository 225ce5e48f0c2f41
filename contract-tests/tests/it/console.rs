//! The paths that the console reads: the views of the world, the event stream, and the protection of both.

use std::time::Duration;

use bytes::Bytes;
use chime_client::Client;
use chime_local::RunningService;
use contract_tests::accepted::escaped;
use contract_tests::arns::APP_INSTANCE;
use contract_tests::connection::{administrative, connect, send};
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::world::{app_instance, channel, service, start, user};
use http::HeaderValue;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::time::timeout;

/// An administrator, a member with a device and a member without a read marker.
fn world() -> Value {
    let members =
        json!([{ "Member": "bob", "ReadMarkerTimestamp": "2026-03-01T00:00:30Z" }, { "Member": "eve" }]);
    let message = |number: u32| {
        let at = format!("2026-03-01T00:{number:02}:00Z");
        json!({ "Sender": "bob", "Content": format!("Message {number}"), "CreatedTimestamp": at })
    };
    let created = "2026-01-01T00:00:00Z";
    let channel = |id: &str, messages: Vec<Value>| {
        json!({
            "ChannelId": id, "Name": id, "CreatedBy": "ada", "CreatedTimestamp": created, "Moderators": ["ada"],
            "Bans": [{ "Member": "joe" }], "Memberships": members, "Messages": messages,
        })
    };
    let mut world = app_instance(
        &["ada", "bob", "eve", "joe"],
        &[channel("c0", (0..5).map(message).collect()), channel("c1", Vec::new())],
    );
    world["Endpoints"] = json!([{
        "User": "bob", "Type": "APNS", "Name": "Phone",
        "ResourceArn": "arn:aws:mobiletargeting:us-east-1:123456789012:apps/app",
        "EndpointAttributes": { "DeviceToken": "the-token-of-a-device" },
    }]);
    world
}

/// The status and the answer of an administrative path.
async fn get(local: &RunningService, path: &str) -> (u16, Value) {
    let mut sender = connect(&local.endpoint_url()).await;
    let answer = send(&mut sender, administrative("GET", path, "")).await;
    (answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap())
}

async fn view(local: &RunningService, path: &str) -> Value {
    let (status, answer) = get(local, path).await;
    assert_eq!(status, 200, "{path}: {answer}");
    answer
}

/// All items of a list, page by page, and the number of pages.
async fn listed(local: &RunningService, path: &str, name: &str) -> (Vec<Value>, usize) {
    let (mut items, mut pages, mut token) = (Vec::new(), 0, String::new());
    loop {
        let mut page = view(local, &format!("{path}max-results=2{token}")).await;
        pages += 1;
        items.append(page[name].as_array_mut().unwrap());
        let Some(next) = page["NextToken"].as_str() else { return (items, pages) };
        token = format!("&next-token={}", escaped(next));
    }
}

/// The value of a member of each item.
fn each<'i>(items: &'i [Value], member: &str) -> Vec<&'i str> {
    items.iter().map(|item| item.pointer(member).unwrap().as_str().unwrap()).collect()
}

#[tokio::test]
async fn the_views_show_the_world_page_by_page() {
    let (local, _) = start(service(&[world()])).await;
    let of = format!("app-instance-arn={}&", escaped(APP_INSTANCE));
    let c0 = escaped(channel("c0").as_str());

    let instances = view(&local, "app-instances").await;
    let instance = &instances["AppInstances"][0];
    assert_eq!(instance["AppInstanceArn"], APP_INSTANCE);
    assert_eq!(instance["Administrators"], json!([{ "Arn": user("ada").as_str(), "Name": "ada" }]));
    assert_eq!(
        (&instance["Users"], &instance["Bots"], &instance["Channels"]),
        (&json!(4), &json!(0), &json!(2))
    );

    let (channels, pages) = listed(&local, &format!("channels?{of}"), "Channels").await;
    assert_eq!((each(&channels, "/Name"), pages), (vec!["c1", "c0"], 1));
    assert_eq!((&channels[1]["Members"], &channels[1]["Messages"]), (&json!(2), &json!(5)));
    assert_eq!(channels[1]["LastMessageTimestamp"], "2026-03-01T00:04:00.000Z");

    let one = view(&local, &format!("channels/{c0}")).await;
    let named = |id: &str| json!([{ "Arn": user(id).as_str(), "Name": id }]);
    assert_eq!((&one["Moderators"], &one["Bans"]), (&named("ada"), &named("joe")));

    let (members, _) = listed(&local, &format!("channels/{c0}/memberships?"), "Memberships").await;
    assert_eq!(each(&members, "/Member/Name"), ["bob", "eve"]);
    assert_eq!(each(&members, "/Role"), ["Member", "Member"]);
    // Bob's own messages are not unread.
    assert_eq!((&members[0]["Unread"], &members[1]["Unread"]), (&json!(0), &json!(5)));

    let (messages, pages) = listed(&local, &format!("channels/{c0}/messages?"), "Messages").await;
    let newest_first = ["Message 4", "Message 3", "Message 2", "Message 1", "Message 0"];
    assert_eq!((each(&messages, "/Content"), pages), (newest_first.to_vec(), 3));
    assert_eq!(messages[0]["Sender"], json!({ "Arn": user("bob").as_str(), "Name": "bob" }));

    let (users, pages) = listed(&local, &format!("users?{of}"), "Users").await;
    assert_eq!((each(&users, "/Name"), pages), (vec!["ada", "bob", "eve", "joe"], 2));
    assert_eq!((&users[0]["IsAdministrator"], &users[1]["IsAdministrator"]), (&json!(true), &json!(false)));

    let bob = view(&local, &format!("users/{}", escaped(user("bob").as_str()))).await;
    assert_eq!(each(bob["Channels"].as_array().unwrap(), "/Name"), ["c0", "c1"]);
    assert_eq!(bob["Endpoints"][0]["Name"], "Phone");
    assert!(!bob.to_string().contains("the-token-of-a-device"), "{bob}");
}

#[tokio::test]
async fn a_view_that_does_not_exist_says_what_is_wrong() {
    let (local, _) = start(service(&[world()])).await;
    let (of, c0) = (format!("app-instance-arn={}", escaped(APP_INSTANCE)), escaped(channel("c0").as_str()));
    let other = escaped(channel("other").as_str());
    let page = view(&local, &format!("channels/{c0}/messages?max-results=1")).await;
    let token = escaped(page["NextToken"].as_str().unwrap());
    let size = "max-results: out of range; expected 1 to 200";
    for (path, status, message) in [
        (format!("channels/{other}"), 404, "the channel does not exist"),
        (format!("channels/{other}/messages"), 404, "the channel does not exist"),
        (format!("channels/{other}/memberships"), 404, "the channel does not exist"),
        (format!("users/{other}"), 404, "the user does not exist"),
        (
            format!("users?app-instance-arn={}x", escaped(APP_INSTANCE)),
            404,
            "the app instance does not exist",
        ),
        (
            "channels".to_owned(),
            400,
            "app-instance-arn: missing or malformed; expected one of GET /_local/app-instances",
        ),
        ("users?app-instance-arn=x".to_owned(), 400, "app-instance-arn: missing or malformed"),
        (format!("channels?{of}&max-results=0"), 400, size),
        (format!("users?{of}&max-results=201"), 400, size),
        (format!("channels/{c0}/messages?max-results=two"), 400, size),
        // A token of another list.
        (
            format!("channels/{c0}/memberships?next-token={token}"),
            400,
            "next-token: it is not one that this list gave",
        ),
        (format!("users?{of}&next-token=x"), 400, "next-token: it is not one that this list gave"),
        (format!("channels/{c0}/other"), 404, "does not exist; expected one of GET /_local/health"),
    ] {
        let (answered, answer) = get(&local, &path).await;
        let text = answer["Message"].as_str().unwrap();
        assert_eq!((answered, text.contains(message)), (status, true), "{path}: {text}");
    }
}

/// A reader of the stream.
struct Lines {
    body: Incoming,
    rest: Vec<u8>,
}

impl Lines {
    async fn open(local: &RunningService) -> Self {
        let mut sender = connect(&local.endpoint_url()).await;
        let request = administrative("GET", "events", "").map(Full::new);
        let response = sender.send_request(request).await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/x-ndjson");
        Self { body: response.into_body(), rest: Vec::new() }
    }

    /// The next line.
    async fn next(&mut self) -> Value {
        loop {
            if let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.rest.drain(..=end).collect();
                return serde_json::from_slice(&line).unwrap();
            }
            let frame = timeout(Duration::from_secs(30), self.body.frame()).await.expect("no line is told");
            let frame = frame.unwrap().unwrap();
            self.rest.extend(frame.into_data().unwrap());
        }
    }

    /// The next line, which has this member.
    async fn expect(&mut self, name: &str) -> Value {
        let mut line = self.next().await;
        assert!(line.get(name).is_some(), "{name}: {line}");
        line[name].take()
    }
}

async fn call(client: &Client, operation: &str, members: Value) {
    let called = operations::call(client, operation, members.as_object().unwrap()).await;
    outcome(called.unwrap()).unwrap();
}

#[tokio::test]
async fn the_stream_tells_in_order_what_happens() {
    let (local, client) = start(service(&[world()])).await;
    let mut sender = connect(&local.endpoint_url()).await;
    let mut lines = Lines::open(&local).await;
    assert!(lines.expect("Ready").await["Version"].is_string());

    let c0 = channel("c0");
    let message = json!({
        "ChannelArn": c0.as_str(), "Content": "Hello", "Type": "STANDARD", "Persistence": "PERSISTENT",
        "ChimeBearer": user("bob").as_str(),
    });
    call(&client, "SendChannelMessage", message).await;
    let event = lines.expect("Event").await;
    assert_eq!(
        (&event["Type"], &event["ChannelArn"]),
        (&json!("CREATE_CHANNEL_MESSAGE"), &json!(c0.as_str()))
    );
    assert_eq!(
        (&event["Payload"]["Content"], event["Payload"]["MessageId"].is_string()),
        (&json!("Hello"), true)
    );
    let request = lines.expect("Request").await;
    assert_eq!((&request["operation"], &request["status"]), (&json!("SendChannelMessage"), &json!(201)));
    assert_eq!(request["bearer"], user("bob").as_str());
    // Contents are in events only.
    assert!(!request.to_string().contains("Hello"), "{request}");

    // Tokens of devices are in no line.
    let attributes = json!({ "DeviceToken": "another-token-of-a-device" });
    let resource = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/app";
    let device = json!({
        "AppInstanceUserArn": user("eve").as_str(), "Type": "APNS", "ResourceArn": resource,
        "EndpointAttributes": attributes, "ClientRequestToken": "one",
    });
    call(&client, "RegisterAppInstanceUserEndpoint", device).await;
    let request = lines.expect("Request").await;
    assert_eq!(request["operation"], "RegisterAppInstanceUserEndpoint");
    assert!(!request.to_string().contains("token-of-a-device"), "{request}");

    send(&mut sender, administrative("PUT", "faults", r#"[{"kind":"ConflictException","count":2}]"#)).await;
    assert_eq!(lines.expect("Faults").await, json!([{ "kind": "ConflictException", "count": 2 }]));
    let described = json!({ "ChannelArn": c0.as_str(), "ChimeBearer": user("bob").as_str() });
    let refused = operations::call(&client, "DescribeChannel", described.as_object().unwrap()).await;
    assert!(outcome(refused.unwrap()).is_err());
    assert_eq!(lines.expect("Faults").await, json!([{ "kind": "ConflictException", "count": 1 }]));
    assert_eq!(lines.expect("Request").await["exception"], "ConflictException");
    send(&mut sender, administrative("DELETE", "faults", "")).await;
    assert_eq!(lines.expect("Faults").await, json!([]));

    send(&mut sender, administrative("POST", "clock", r#"{"advance":"P1D"}"#)).await;
    assert!(lines.expect("Clock").await["Time"].is_string());

    let mut session = client.messaging_session().app_instance_user_arn(user("eve")).connect().await.unwrap();
    let opened = lines.session("SessionOpened").await;
    assert_eq!(opened["AppInstanceUserArn"], user("eve").as_str());
    let close = format!("sessions/{}?code=4003", opened["Id"]);
    send(&mut sender, administrative("DELETE", &close, "")).await;
    assert_eq!(lines.session("SessionClosed").await["Id"], opened["Id"]);
    while let Some(Ok(_)) = session.next().await {}

    send(&mut sender, administrative("POST", "reset", "")).await;
    assert_eq!(lines.session("World").await, json!({}));
}

impl Lines {
    /// The next line with this member, after those of the requests with which a session begins.
    async fn session(&mut self, name: &str) -> Value {
        loop {
            let mut line = self.next().await;
            match line.get_mut(name) {
                Some(value) => return value.take(),
                None => assert!(line.get("Request").is_some(), "{name}: {line}"),
            }
        }
    }
}

#[tokio::test]
async fn only_the_own_page_reads_and_changes() {
    let (local, _) = start(service(&[world()])).await;
    let mut sender = connect(&local.endpoint_url()).await;
    let paths = [
        "app-instances",
        "events",
        "credentials",
        "requests",
        "sessions",
        "world",
        &format!("channels?app-instance-arn={}", escaped(APP_INSTANCE)),
    ]
    .map(str::to_owned);
    for path in paths {
        for (origin, host, status) in [
            (Some("http://localhost:8090"), "localhost:8090", 200),
            (Some("http://127.0.0.1:8090"), "127.0.0.1:8090", 200),
            (None, "localhost:8090", 200),
            (Some("http://localhost:8091"), "localhost:8090", 403),
            (Some("https://localhost:8090"), "localhost:8090", 403),
            (Some("http://127.0.0.1:8090"), "localhost:8090", 403),
            (Some("null"), "localhost:8090", 403),
            // A name that leads to the service by now.
            (Some("http://evil.test:8090"), "evil.test:8090", 403),
        ] {
            let mut request = administrative("GET", &path, "");
            request.headers_mut().insert("host", HeaderValue::from_static(host));
            if let Some(origin) = origin {
                request.headers_mut().insert("origin", HeaderValue::from_static(origin));
            }
            sender.ready().await.unwrap();
            let response = sender.send_request(request.map(Full::new)).await.unwrap();
            assert_eq!(response.status().as_u16(), status, "{path} {origin:?} {host}");
            if response.headers()["content-type"] == "application/x-ndjson" {
                // The stream is endless.
                sender = connect(&local.endpoint_url()).await;
            } else {
                response.into_body().collect().await.unwrap();
            }
        }
    }
}

#[tokio::test]
async fn without_the_console_the_rest_of_the_path_remains() {
    for has_console in [true, false] {
        let local = service(&[world()]).console(has_console).start().await.unwrap();
        let mut sender = connect(&local.endpoint_url()).await;
        for (path, expected) in [
            ("/_local/", if has_console { 200 } else { 404 }),
            ("/_local/console/main.js", if has_console { 200 } else { 404 }),
            ("/_local/console/other.js", 404),
            ("/", if has_console { 302 } else { 403 }),
            ("/_local/app-instances", 200),
            ("/_local/world", 200),
        ] {
            let mut request = administrative("GET", "", Bytes::new());
            *request.uri_mut() = path.parse().unwrap();
            request.headers_mut().insert("accept", HeaderValue::from_static("text/html"));
            let answer = send(&mut sender, request).await;
            assert_eq!(answer.status().as_u16(), expected, "{path} {has_console}");
            if path == "/_local/" && has_console {
                let policy = answer.headers()["content-security-policy"].to_str().unwrap();
                assert!(policy.starts_with("default-src 'self';"), "{policy}");
            }
        }
    }
}
