//! Real-time sessions of the local service, as a WebSocket client of another make sees them.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chime_client::events::{Event, SessionFrame};
use chime_client::{Client, Credentials};
use chime_local::RunningService;
use chime_transport::sigv4::Signer;
use contract_tests::accepted::escaped;
use contract_tests::connection::{administrative, connect, send};
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::world::{app_instance, channel, service, start, user};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, WebSocketStream};

/// The key of the handshake in RFC 6455, and the answer to it.
const KEY: (&str, &str) = ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

/// The signed target of a session.
fn target(local: &RunningService, query: &str, credentials: &Credentials) -> String {
    let url = format!("{}/connect?{query}", local.endpoint_url());
    let mut request = http::Request::get(url).body(Bytes::new()).unwrap();
    #[allow(clippy::disallowed_methods, reason = "the service judges by the system's clock")]
    let now = SystemTime::now();
    let ten_seconds = Duration::from_secs(10);
    Signer::default().sign_query(&mut request, credentials, "us-east-1", now.into(), ten_seconds).unwrap();
    request.uri().path_and_query().unwrap().to_string()
}

/// Sends the handshake of a WebSocket, and reads the head of the answer.
async fn handshake(local: &RunningService, target: &str, headers: &str) -> (String, TcpStream) {
    let host = local.endpoint_url().strip_prefix("http://").unwrap().to_owned();
    let mut stream = TcpStream::connect(&host).await.unwrap();
    let head = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    (String::from_utf8(answer).unwrap(), stream)
}

fn websocket() -> String {
    format!(
        "connection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: {}\r\n",
        KEY.0
    )
}

/// The client's end of a session.
struct Session(WebSocketStream<TcpStream>);

impl Session {
    async fn connect(local: &RunningService, query: &str) -> Self {
        Self::with(local, &target(local, query, &local.credentials())).await
    }

    async fn with(local: &RunningService, target: &str) -> Self {
        let (head, stream) = handshake(local, target, &websocket()).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        assert!(head.contains(&format!("sec-websocket-accept: {}\r\n", KEY.1)), "{head}");
        Self(ClientBuilder::new().take_over(stream))
    }

    /// A session of a user that has begun.
    async fn of(local: &RunningService, id: &str) -> Self {
        let mut session = Self::connect(local, &of(id, "")).await;
        assert_eq!(session.event().await, Event::SessionEstablished);
        session
    }

    /// The next frame as JSON.
    async fn frame(&mut self) -> Value {
        let message = self.0.next().await.unwrap().unwrap();
        serde_json::from_str(message.as_text().unwrap_or_else(|| panic!("{message:?}"))).unwrap()
    }

    async fn event(&mut self) -> Event {
        serde_json::from_value::<SessionFrame>(self.frame().await).unwrap().event
    }

    /// The code with which the service closes the session, after any events.
    async fn code(&mut self) -> u16 {
        loop {
            let message = self.0.next().await.unwrap().unwrap();
            if let Some((code, _)) = message.as_close() {
                return code.into();
            }
        }
    }
}

/// The query of a user's session.
fn of(id: &str, more: &str) -> String {
    format!("userArn={}&sessionId=s{more}", escaped(user(id).as_str()))
}

/// A world of one channel with two members, a hidden one, a moderator outside it and a stranger.
fn world() -> Value {
    let members = json!([{ "Member": "ada" }, { "Member": "bob" }, { "Member": "hid", "Type": "HIDDEN" }]);
    let channel = json!({
        "ChannelId": "c", "Name": "Channel", "CreatedBy": "ada", "Moderators": ["mod"], "Memberships": members,
    });
    app_instance(&["ada", "bob", "hid", "mod", "eve"], &[channel])
}

async fn call(client: &Client, operation: &str, by: &str, mut with: Value) -> Value {
    with["ChannelArn"] = json!(channel("c"));
    with["ChimeBearer"] = json!(user(by));
    outcome(operations::call(client, operation, with.as_object().unwrap()).await.unwrap()).unwrap()
}

/// Sends a message; its id.
async fn say(client: &Client, by: &str, content: &str, more: Value) -> String {
    let mut with = json!({ "Content": content, "Type": "STANDARD", "Persistence": "PERSISTENT" });
    with.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let sent = call(client, "SendChannelMessage", by, with).await;
    sent["MessageId"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_event_reaches_the_members_and_nobody_else() {
    let (local, client) = start(service(&[world()])).await;
    let mut ada = Session::of(&local, "ada").await;
    let mut bob = Session::of(&local, "bob").await;
    let mut hid = Session::of(&local, "hid").await;
    let mut others = [Session::of(&local, "mod").await, Session::of(&local, "eve").await];

    let id = say(&client, "ada", "Hello", json!({ "Metadata": "{}" })).await;
    let frame = ada.frame().await;
    assert_eq!(frame["Headers"]["x-amz-chime-event-type"], "CREATE_CHANNEL_MESSAGE");
    assert_eq!(frame["Headers"]["x-amz-chime-message-type"], "STANDARD");
    let payload: Value = serde_json::from_str(frame["Payload"].as_str().unwrap()).unwrap();
    assert_eq!((&payload["MessageId"], &payload["Content"]), (&json!(id), &json!("Hello")));
    assert_eq!(payload["CreatedTimestamp"].as_str().unwrap().len(), "2026-06-04T07:14:51.000Z".len());
    for session in [&mut bob, &mut hid] {
        assert_eq!(session.frame().await, frame);
    }

    let volatile = json!({ "Type": "CONTROL", "Persistence": "NON_PERSISTENT" });
    say(&client, "bob", "typing", volatile).await;
    for session in [&mut ada, &mut bob, &mut hid] {
        let Event::CreateChannelMessage(message) = session.event().await else { panic!() };
        assert_eq!(message.persistence.unwrap().as_str(), "NON_PERSISTENT");
    }

    let aside = say(&client, "bob", "Psst", json!({ "Target": [{ "MemberArn": user("ada") }] })).await;
    for session in [&mut ada, &mut bob] {
        let Event::CreateChannelMessage(message) = session.event().await else { panic!() };
        assert_eq!(message.message_id, Some(aside.clone()));
    }

    call(&client, "UpdateChannelMessage", "ada", json!({ "MessageId": id, "Content": "Hello all" })).await;
    call(&client, "RedactChannelMessage", "ada", json!({ "MessageId": id })).await;
    call(&client, "UpdateChannel", "mod", json!({ "Name": "Renamed" })).await;
    call(&client, "CreateChannelMembership", "mod", json!({ "MemberArn": user("eve"), "Type": "DEFAULT" }))
        .await;
    call(&client, "DeleteChannelMembership", "bob", json!({ "MemberArn": user("bob") })).await;
    call(&client, "UpdateChannelReadMarker", "ada", json!({})).await;
    call(&client, "DeleteChannel", "mod", json!({})).await;
    let seen = ["UPDATE_CHANNEL_MESSAGE", "REDACT_CHANNEL_MESSAGE", "UPDATE_CHANNEL"];
    let seen = [&seen[..], &["CREATE_CHANNEL_MEMBERSHIP", "DELETE_CHANNEL_MEMBERSHIP"]].concat();
    for (session, last) in [(&mut ada, true), (&mut hid, true), (&mut bob, false)] {
        for expected in &seen {
            assert_eq!(session.event().await.event_type(), *expected);
        }
        if last {
            assert_eq!(session.event().await.event_type(), "DELETE_CHANNEL");
        }
    }
    // The new member sees what came after; the moderator, who is not a member, nothing.
    let [moderator, eve] = &mut others;
    for expected in ["CREATE_CHANNEL_MEMBERSHIP", "DELETE_CHANNEL_MEMBERSHIP", "DELETE_CHANNEL"] {
        assert_eq!(eve.event().await.event_type(), expected);
    }
    drop((ada, bob, hid));
    local.stop().await;
    assert_eq!(moderator.code().await, 1001, "the service went away, and nothing came before");
    assert_eq!(eve.code().await, 1001);
}

#[tokio::test]
async fn a_session_that_is_not_authorized_is_closed_with_4401() {
    let (local, _) = start(service(&[world()])).await;
    let good = local.credentials();
    let wrong = Credentials::new(good.access_key_id(), "another secret");
    let unknown = Credentials::new("AKIDEXAMPLE", "secret");
    let temporary = good.clone().with_session_token("SESSION-TOKEN");
    let signed = target(&local, &of("ada", ""), &good);
    let cases = [
        (target(&local, &of("ada", ""), &wrong), Some("the secret access key")),
        (target(&local, &of("ada", ""), &unknown), Some("the access key")),
        (target(&local, &of("ada", ""), &temporary), Some("x-amz-security-token")),
        (signed.replace("sessionId=s", "sessionId=t"), Some("the secret access key")),
        (signed.replace("X-Amz-Expires=10", "X-Amz-Expires=0"), Some("X-Amz-Expires")),
        (format!("/connect?{}", of("ada", "")), Some("X-Amz-Algorithm: missing")),
        (target(&local, &of("nobody", ""), &good), None),
        (target(&local, "sessionId=s", &good), None),
    ];
    for (target, differs) in cases {
        let mut session = Session::with(&local, &target).await;
        assert_eq!(session.code().await, 4401, "{differs:?}");
        let record = local.requests().pop().unwrap();
        assert_eq!((record.status, record.operation), (Some(101), Some("Connect")));
        let shown = record.to_string();
        assert!(!shown.contains("SESSION-TOKEN") && !shown.contains("X-Amz-Signature="), "{shown}");
        let signature = record.signature.map(|signature| signature.differs);
        match differs {
            Some(differs) => assert!(signature.unwrap().contains(differs), "{differs}"),
            None => assert_eq!(signature, None),
        }
    }
    assert!(local.sessions().is_empty());
}

#[tokio::test]
async fn a_request_that_is_not_a_handshake_and_a_foreign_page_get_no_session() {
    let (local, _) = start(service(&[world()])).await;
    let target = target(&local, &of("ada", ""), &local.credentials());
    for (headers, status) in [
        (String::new(), 426),
        (websocket().replace("13", "8"), 426),
        (websocket().replace("sec-websocket-key", "x"), 426),
        (format!("{}origin: https://evil.test\r\n", websocket()), 403),
        (format!("{}origin: http://localhost:3000\r\n", websocket()), 101),
    ] {
        let (head, _stream) = handshake(&local, &target, &headers).await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{headers}: {head}");
    }
}

#[tokio::test]
async fn a_user_has_at_most_ten_sessions() {
    let (local, client) = start(service(&[world()])).await;
    let mut sessions = Vec::new();
    for _ in 0..10 {
        sessions.push(Session::of(&local, "ada").await);
    }
    assert_eq!(Session::connect(&local, &of("ada", "")).await.code().await, 1013);
    Session::of(&local, "bob").await;
    say(&client, "bob", "Hello", json!({})).await;
    for session in &mut sessions {
        assert_eq!(session.event().await.event_type(), "CREATE_CHANNEL_MESSAGE");
    }
}

#[tokio::test]
async fn a_client_that_does_not_read_is_closed_and_holds_nobody_up() {
    let (local, client) = start(service(&[world()])).await;
    let _slow = Session::of(&local, "bob").await;
    let mut ada = Session::of(&local, "ada").await;
    let long = "x".repeat(4096);
    let mut said = 0;
    while local.sessions().len() == 2 {
        say(&client, "ada", &long, json!({ "Persistence": "NON_PERSISTENT" })).await;
        assert_eq!(ada.event().await.event_type(), "CREATE_CHANNEL_MESSAGE");
        said += 1;
        assert!(said < 20_000, "the slow session stays");
    }
    let left = local.sessions();
    assert_eq!((left.len(), left[0].events), (1, said + 1));
    assert_eq!(left[0].app_instance_user_arn, user("ada"));
}

#[tokio::test]
async fn sessions_are_listed_and_closed_with_a_code() {
    let (local, _) = start(service(&[world()])).await;
    let (mut first, mut second) = (Session::of(&local, "ada").await, Session::of(&local, "bob").await);
    let mut sender = connect(&local.endpoint_url()).await;
    let list = send(&mut sender, administrative("GET", "sessions", "")).await;
    let list: Value = serde_json::from_slice(list.body()).unwrap();
    assert_eq!(list[0]["AppInstanceUserArn"], json!(user("ada")));
    assert_eq!((&list[1]["SessionId"], &list[1]["Events"]), (&json!("s"), &json!(1)));
    for (path, status) in [
        (format!("sessions/{}?code=4003", list[0]["Id"]), 200),
        (format!("sessions/{}?code=1006", list[1]["Id"]), 400),
        ("sessions/999".to_owned(), 400),
        ("sessions/x".to_owned(), 400),
    ] {
        let answer = send(&mut sender, administrative("DELETE", &path, "")).await;
        assert_eq!(answer.status().as_u16(), status, "{path}: {answer:?}");
    }
    assert_eq!(first.code().await, 4003);
    assert!(local.close_session(local.sessions().pop().unwrap().id, 1012));
    assert_eq!(second.code().await, 1012);
}

#[tokio::test]
async fn a_session_begins_with_the_channels_that_its_order_puts_first() {
    let channels: Vec<Value> = (0..60)
        .map(|number| {
            let time = |second: i32| format!("2026-03-01T12:{number:02}:{second:02}Z");
            // In every third channel, bob has read everything.
            let read = if number % 3 == 0 { time(59) } else { time(0) };
            let messages: Vec<_> = (1..=21)
                .map(
                    |second| json!({ "Sender": "ada", "Content": "Hello", "CreatedTimestamp": time(second) }),
                )
                .collect();
            json!({
                "ChannelId": format!("c{number}"), "Name": format!("{number}"), "CreatedBy": "ada",
                "Memberships": [{ "Member": "ada" }, { "Member": "bob", "ReadMarkerTimestamp": read }],
                "Messages": if number == 59 { json!([]) } else { json!(messages) },
            })
        })
        .collect();
    let (local, _) = start(service(&[app_instance(&["ada", "bob"], &channels)])).await;
    for (more, expected) in [
        ("&prefetch-on=connect", (0..59).filter(|number| number % 3 != 0).count()),
        ("&prefetch-on=connect&prefetch-sort-by=unread", (0..59).filter(|number| number % 3 != 0).count()),
        ("&prefetch-on=connect&prefetch-sort-by=last-message-timestamp", 0),
    ] {
        let mut session = Session::connect(&local, &of("bob", more)).await;
        assert_eq!(session.event().await, Event::SessionEstablished);
        let mut names = Vec::new();
        for _ in 0..50 {
            let Event::ChannelDetails(details) = session.event().await else { panic!() };
            names.push(details.channel.unwrap().name.unwrap().as_str().parse::<usize>().unwrap());
            assert_eq!(details.channel_messages_has_more, Some(true));
            assert_eq!(details.channel_messages.unwrap().len(), 20);
            assert_eq!(details.channel_memberships.unwrap().len(), 2);
            assert!(details.read_marker_timestamp.is_some());
        }
        if expected == 0 {
            names.sort_unstable();
            assert_eq!(names, (9..59).collect::<Vec<_>>(), "the latest messages");
        } else {
            assert_eq!(names.iter().filter(|number| *number % 3 != 0).count(), expected, "all unread ones");
        }
    }
}
