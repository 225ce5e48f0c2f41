//! A WebSocket client of another make than the client's, and a world of one channel for it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chime_client::events::{Event, SessionFrame};
use chime_client::{Client, Connect, Credentials};
use chime_local::RunningService;
use chime_transport::Stream;
use chime_transport::sigv4::Signer;
use contract_tests::accepted::escaped;
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::world::{app_instance, channel, user};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_websockets::{ClientBuilder, WebSocketStream};

/// The key of the handshake in RFC 6455, and the answer to it.
pub(crate) const KEY: (&str, &str) = ("dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");

/// The signed target of a session.
pub(crate) fn target(local: &RunningService, query: &str, credentials: &Credentials) -> String {
    let url = format!("{}/connect?{query}", local.endpoint_url());
    let mut request = http::Request::get(url).body(Bytes::new()).unwrap();
    #[allow(clippy::disallowed_methods, reason = "the service judges by the system's clock")]
    let now = SystemTime::now();
    let ten_seconds = Duration::from_secs(10);
    Signer::default().sign_query(&mut request, credentials, "us-east-1", now.into(), ten_seconds).unwrap();
    request.uri().path_and_query().unwrap().to_string()
}

/// Sends the handshake of a WebSocket, and reads the head of the answer.
pub(crate) async fn handshake(
    local: &RunningService,
    target: &str,
    headers: &str,
) -> (String, Box<dyn Stream>) {
    let host = local.endpoint_url().strip_prefix("http://").unwrap().to_owned();
    handshake_with(local, target, &host, headers).await
}

/// Sends the handshake of a WebSocket with a `Host`, and reads the head of the answer.
pub(crate) async fn handshake_with(
    local: &RunningService,
    target: &str,
    host: &str,
    headers: &str,
) -> (String, Box<dyn Stream>) {
    let address = local.endpoint_url().strip_prefix("http://").unwrap().to_owned();
    // A service without a port is within the process.
    let mut stream: Box<dyn Stream> = if address == "localhost" {
        local.connector().connect(&local.endpoint_url().parse().unwrap()).await.unwrap()
    } else {
        Box::new(TcpStream::connect(&address).await.unwrap())
    };
    let head = format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n{headers}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(stream.read_u8().await.unwrap());
    }
    (String::from_utf8(answer).unwrap(), stream)
}

pub(crate) fn websocket() -> String {
    format!(
        "connection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: {}\r\n",
        KEY.0
    )
}

/// The client's end of a session.
pub(crate) struct Session(pub(crate) WebSocketStream<Box<dyn Stream>>);

impl Session {
    pub(crate) async fn connect(local: &RunningService, query: &str) -> Self {
        Self::with(local, &target(local, query, &local.credentials())).await
    }

    pub(crate) async fn with(local: &RunningService, target: &str) -> Self {
        let (head, stream) = handshake(local, target, &websocket()).await;
        assert!(head.starts_with("HTTP/1.1 101 "), "{head}");
        assert!(head.contains(&format!("sec-websocket-accept: {}\r\n", KEY.1)), "{head}");
        Self(ClientBuilder::new().take_over(stream))
    }

    /// A session of a user that has begun.
    pub(crate) async fn of(local: &RunningService, id: &str) -> Self {
        let mut session = Self::connect(local, &of(id, "")).await;
        assert_eq!(session.event().await, Event::SessionEstablished);
        session
    }

    /// The next frame that is not a ping, as JSON.
    pub(crate) async fn frame(&mut self) -> Value {
        loop {
            let message = self.0.next().await.unwrap().unwrap();
            if !message.is_ping() {
                return serde_json::from_str(message.as_text().unwrap_or_else(|| panic!("{message:?}")))
                    .unwrap();
            }
        }
    }

    pub(crate) async fn event(&mut self) -> Event {
        serde_json::from_value::<SessionFrame>(self.frame().await).unwrap().event
    }

    /// The code with which the service closes the session, after any events.
    pub(crate) async fn code(&mut self) -> u16 {
        loop {
            let message = self.0.next().await.unwrap().unwrap();
            if let Some((code, _)) = message.as_close() {
                return code.into();
            }
        }
    }
}

/// The query of a user's session.
pub(crate) fn of(id: &str, more: &str) -> String {
    format!("userArn={}&sessionId=s{more}", escaped(user(id).as_str()))
}

/// A world of one channel with two members, a hidden one, a moderator outside it and a stranger.
pub(crate) fn world() -> Value {
    let members = json!([{ "Member": "ada" }, { "Member": "bob" }, { "Member": "hid", "Type": "HIDDEN" }]);
    let channel = json!({
        "ChannelId": "c", "Name": "Channel", "CreatedBy": "ada", "Moderators": ["mod"], "Memberships": members,
    });
    app_instance(&["ada", "bob", "hid", "mod", "eve"], &[channel])
}

pub(crate) async fn call(client: &Client, operation: &str, by: &str, mut with: Value) -> Value {
    with["ChannelArn"] = json!(channel("c"));
    with["ChimeBearer"] = json!(user(by));
    outcome(operations::call(client, operation, with.as_object().unwrap()).await.unwrap()).unwrap()
}

/// Sends a message; its id.
pub(crate) async fn say(client: &Client, by: &str, content: &str, more: Value) -> String {
    let mut with = json!({ "Content": content, "Type": "STANDARD", "Persistence": "PERSISTENT" });
    with.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let sent = call(client, "SendChannelMessage", by, with).await;
    sent["MessageId"].as_str().unwrap().to_owned()
}
