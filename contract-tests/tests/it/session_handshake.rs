//! The handshake of sessions, its signature and its rate, and clients that do not speak WebSocket as they must.

use std::time::Duration;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use chime_client::events::Event;
use chime_client::{Clock, Credentials};
use chime_local::{Demo, LocalService, Quotas};
use chime_transport::sigv4::{SignedQuery, Signer};
use contract_tests::accepted::escaped;
use contract_tests::world::{service, start};
use futures_util::StreamExt;
use serde::Deserialize;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_websockets::ClientBuilder;

use crate::session_socket::{Session, handshake_with, of, say, target, websocket, world};

/// Signatures that `amazon-chime-sdk-js` 3.32.0 (`DefaultSigV4`) made. botocore 1.43 (`SigV4QueryAuth`) makes the same
/// ones, except for the last, whose query it escapes in another way.
const SIGNATURES: &str = include_str!("../../data/session-signatures.json");

/// A signature, and what it was made of.
#[derive(Deserialize)]
struct Vector {
    host: String,
    region: String,
    token: Option<String>,
    /// The parameters that are not the same for all.
    query: String,
    signature: String,
}

impl Vector {
    fn credentials(&self) -> Credentials {
        let credentials = Credentials::new("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        match &self.token {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        }
    }

    /// The target that a client signs with these parameters.
    fn target(&self, query: &str) -> String {
        let user = escaped(Demo::new().app_instance_user_arn().as_str());
        let url = format!(
            "https://{}/connect?X-Amzn-User-Agent=node-NaN&X-Amzn-Version=3.32.0&userArn={user}&{query}",
            self.host
        );
        let mut request = http::Request::get(url).body(Bytes::new()).unwrap();
        let (credentials, ten_seconds) = (self.credentials(), Duration::from_secs(10));
        Signer::default().sign_query(&mut request, &credentials, &self.region, time(), ten_seconds).unwrap();
        request.uri().path_and_query().unwrap().to_string()
    }
}

/// The time at which all of them were made.
fn time() -> DateTime {
    DateTime::from_str("2026-11-26T01:02:03Z", Format::DateTime).unwrap()
}

/// The code with which a session is closed, or 0 if it begins.
async fn code(configured: LocalService, host: &str, target: &str) -> u16 {
    let local = configured.start_in_process().unwrap();
    let (head, stream) = handshake_with(&local, target, host, &websocket()).await;
    assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
    let mut socket = ClientBuilder::new().take_over(stream);
    let message = socket.next().await.unwrap().unwrap();
    message.as_close().map_or(0, |(code, _)| code.into())
}

#[tokio::test]
async fn the_signatures_of_the_javascript_client_are_ours_and_the_services() {
    for vector in serde_json::from_str::<Vec<Vector>>(SIGNATURES).unwrap() {
        let (target, now) = (vector.target(&vector.query), time().try_into().unwrap());
        let signed = SignedQuery::parse(target.split_once('?').unwrap().1).unwrap();
        assert_eq!(signed.signature, vector.signature, "{target}");
        assert!(
            target.ends_with(&format!("?{}&X-Amz-Signature={}", signed.query, signed.signature)),
            "{target}"
        );

        let configured =
            || LocalService::demo().credentials(vector.credentials()).clock(Clock::new(move || now));
        assert_eq!(code(configured(), &vector.host, &target).await, 0, "{target}");
        // A part of what is signed is another.
        for (from, to) in
            [("node-NaN", "node-nan"), ("sessionId=", "sessionId=1"), ("user%2Falice", "user%2Fbob")]
        {
            let target = target.replace(from, to);
            assert_eq!(code(configured(), &vector.host, &target).await, 4401, "{target}");
        }
        assert_eq!(code(configured(), "localhost:1", &target).await, 4401, "{target}");
    }
}

#[tokio::test]
async fn a_query_may_be_signed_as_it_is_sent_or_as_aws_escapes_it() {
    let vectors = serde_json::from_str::<Vec<Vector>>(SIGNATURES).unwrap();
    let (vector, now) = (&vectors[0], time().try_into().unwrap());
    let (sent, strict) = ("sessionId=it's!(a)*", "sessionId=it%27s%21%28a%29%2A");
    let configured = || LocalService::demo().credentials(vector.credentials()).clock(Clock::new(move || now));
    let as_sent = vector.target(sent);
    let as_aws_escapes_it = vector.target(strict).replace(strict, sent);
    assert_ne!(as_sent, as_aws_escapes_it);
    for target in [&as_sent, &as_aws_escapes_it] {
        assert_eq!(code(configured(), &vector.host, target).await, 0, "{target}");
        let target = target.replace("it's", "it(s");
        assert_eq!(code(configured(), &vector.host, &target).await, 4401, "{target}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_user_connects_at_most_once_a_second_where_calls_are_throttled() {
    let local = service(&[world()]).throttle(Quotas::UsEast1).start_in_process().unwrap();
    let connect = async |id: &str| {
        let mut session = Session::connect(&local, &of(id, "")).await;
        let message = session.0.next().await.unwrap().unwrap();
        message.as_close().map_or(0, |(code, _)| u16::from(code))
    };
    assert_eq!(connect("ada").await, 0);
    assert_eq!(connect("ada").await, 1013);
    assert_eq!(connect("bob").await, 0, "each user has a rate of their own");
    local.advance(Duration::from_secs(1)).unwrap();
    assert_eq!(connect("ada").await, 0);
    assert_eq!(connect("ada").await, 1013);
    let cause = local.requests().pop().unwrap().cause;
    assert_eq!(cause.as_deref(), None, "the connect itself is answered; the log has the close");
}

/// A frame with a mask of zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[first, 0x80 | length, 0, 0, 0, 0], payload].concat()
}

#[tokio::test]
async fn a_client_that_breaks_the_protocol_ends_its_own_session_alone() {
    let too_long = [&[0x81, 0xff][..], &(64 * 1024_u64 + 1).to_be_bytes(), &[0; 4]].concat();
    let cases = [
        ("a frame without a mask", vec![0x81, 1, b'a'], 1002),
        ("a reserved bit", frame(0xc1, b"a"), 1002),
        ("a reserved opcode", frame(0x83, b"a"), 1002),
        ("a reserved control opcode", frame(0x8b, b""), 1002),
        ("a fragment of a ping", frame(0x09, b""), 1002),
        ("a continuation of nothing", frame(0x80, b"a"), 1002),
        ("a text within a text", [frame(0x01, b"a"), frame(0x81, b"b")].concat(), 1002),
        ("a long ping", [&[0x89, 0xfe, 0, 126, 0, 0, 0, 0][..], &[0; 126]].concat(), 1002),
        ("a reserved code of a close", frame(0x88, &1005_u16.to_be_bytes()), 1002),
        ("half a code of a close", frame(0x88, b"a"), 1002),
        ("a text that is not UTF-8", frame(0x81, &[0xff]), 1007),
        ("a message of more than 64 KiB", too_long, 1009),
    ];
    let (local, client) = start(service(&[world()])).await;
    let mut ada = Session::of(&local, "ada").await;
    for (what, bytes, expected) in cases {
        let query = target(&local, &of("bob", ""), &local.credentials());
        let host = local.endpoint_url().strip_prefix("http://").unwrap().to_owned();
        let (_, mut stream) = handshake_with(&local, &query, &host, &websocket()).await;
        // The frame of SESSION_ESTABLISHED, whose length is in two bytes.
        let head = [stream.read_u8().await.unwrap(), stream.read_u8().await.unwrap()];
        let length = if head[1] == 126 { stream.read_u16().await.unwrap() } else { u16::from(head[1]) };
        stream.read_exact(&mut vec![0; length.into()]).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        let close = [stream.read_u8().await.unwrap(), stream.read_u8().await.unwrap()];
        assert_eq!((close[0], close[1] >= 2), (0x88, true), "{what}");
        assert_eq!(stream.read_u16().await.unwrap(), expected, "{what}");
        while local.sessions().len() > 1 {
            tokio::task::yield_now().await;
        }
        say(&client, "bob", what, json!({})).await;
        let Event::CreateChannelMessage(message) = ada.event().await else { panic!("{what}") };
        assert_eq!(message.content.unwrap().as_str(), what);
    }
}
