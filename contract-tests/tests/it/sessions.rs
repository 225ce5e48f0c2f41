//! Real-time sessions of the local service, as a WebSocket client of another make sees them.

use chime_client::events::Event;
use chime_client::{Client, Credentials};
use contract_tests::connection::{administrative, connect, send};
use contract_tests::world::{app_instance, service, start, user};
use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::session_socket::{Session, call, handshake, of, say, target, websocket, world};

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
async fn two_hundred_sessions_receive_every_event_beside_a_client_that_does_not_read() {
    let readers: Vec<String> = (0..20).map(|number| format!("reader{number}")).collect();
    let users: Vec<&str> = ["ada", "bob"].into_iter().chain(readers.iter().map(String::as_str)).collect();
    let members: Vec<_> = users.iter().map(|user| json!({ "Member": user })).collect();
    let channel = json!({ "ChannelId": "c", "Name": "Channel", "CreatedBy": "ada", "Memberships": members });
    let local = service(&[app_instance(&users, &[channel])]).start_in_process().unwrap();
    let client = Client::of(&local).unwrap();
    let _slow = Session::of(&local, "bob").await;
    let mut reading = Vec::new();
    for reader in readers.iter().flat_map(|reader| std::iter::repeat_n(reader, 10)) {
        let mut session = Session::of(&local, reader).await;
        reading.push(tokio::spawn(async move {
            let mut received = 0;
            loop {
                let message = session.0.next().await.unwrap().unwrap();
                let Some(text) = message.as_text() else { continue };
                if text.contains("the last message") {
                    return received;
                }
                // The payload is JSON in a string.
                assert!(text.contains(&format!(r#"message {received}\""#)), "{text}");
                received += 1;
            }
        }));
    }
    let mut sent = 0;
    while local.sessions().len() == 201 {
        say(&client, "ada", &format!("message {sent}"), json!({ "Persistence": "NON_PERSISTENT" })).await;
        sent += 1;
        assert!(sent < 20_000, "the slow session stays");
    }
    say(&client, "ada", "the last message", json!({ "Persistence": "NON_PERSISTENT" })).await;
    for reading in reading {
        assert_eq!(reading.await.unwrap(), sent);
    }
    assert!(local.sessions().iter().all(|session| session.app_instance_user_arn != user("bob")));
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
