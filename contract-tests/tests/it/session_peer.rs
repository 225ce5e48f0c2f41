//! A peer within the process that plays the service of a session: one script for each WebSocket.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chime_client::{ClientBuilder, Connect, Connecting, Network};
use chime_transport::websocket_accept;
use contract_tests::client::client;
use futures_util::{SinkExt, StreamExt};
use http::Uri;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep};
use tokio_websockets::{CloseCode, Message, ServerBuilder, WebSocketStream};

/// What a peer does next on a WebSocket. After the last act it ends the connection.
#[derive(Clone, Debug)]
pub(crate) enum Does {
    /// Answers the handshake with another status than 101, and nothing follows.
    Refuses(u16),
    /// Refuses the connection.
    IsAway,
    /// Sends `SESSION_ESTABLISHED`.
    Establishes,
    /// Sends a text frame.
    Says(String),
    /// Sends a binary frame.
    SaysBytes(&'static [u8]),
    /// Sends bytes that are not a frame.
    Breaks(&'static [u8]),
    /// Sends a close with that code, or without one, and waits for the answer.
    Closes(Option<u16>, &'static str),
    /// Sends a ping and waits for its pong.
    Pings,
    /// Waits for a frame of that opcode: 8 close, 9 ping, 10 pong.
    Waits(u8),
    /// Lets that much time pass, without reading.
    Passes(Duration),
    /// Reads and answers until the other side ends the connection.
    Serves,
    /// Neither reads nor sends until the other side ends the connection.
    IsSilent,
    /// Sends a text frame again and again.
    Floods(String),
}

/// An answer to a call: its status, its exception, if any, and its body.
pub(crate) type Answer = (u16, Option<&'static str>, Value);

/// What the peer answers to a call, by the head of its request.
type Calls = Arc<dyn Fn(&str) -> Answer + Send + Sync>;

/// The service of a session, and what it saw.
#[derive(Clone)]
pub(crate) struct SessionPeer {
    state: Arc<Mutex<State>>,
    calls: Calls,
    /// The `Date` of every answer to a call.
    date: Option<&'static str>,
}

struct State {
    /// One for each WebSocket; the last is for all that follow.
    scripts: VecDeque<Vec<Does>>,
    /// The heads of the requests for a WebSocket, and when they came.
    connects: Vec<(String, Instant)>,
    /// The heads of the calls.
    calls: Vec<String>,
    /// The opcodes of the control frames that came.
    controls: Vec<u8>,
    /// The connections of sessions that are open.
    open: usize,
    sent: usize,
}

impl fmt::Debug for SessionPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionPeer")
    }
}

/// The answer of `GetMessagingSessionEndpoint`.
pub(crate) fn endpoint() -> Answer {
    (200, None, json!({ "Endpoint": { "Url": "sessions.localhost" } }))
}

impl SessionPeer {
    pub(crate) fn new(scripts: impl IntoIterator<Item = Vec<Does>>) -> Self {
        Self::with_calls(scripts, |_| endpoint())
    }

    pub(crate) fn with_calls(
        scripts: impl IntoIterator<Item = Vec<Does>>,
        calls: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let state = State {
            scripts: scripts.into_iter().collect(),
            connects: Vec::new(),
            calls: Vec::new(),
            controls: Vec::new(),
            open: 0,
            sent: 0,
        };
        Self { state: Arc::new(Mutex::new(state)), calls: Arc::new(calls), date: None }
    }

    /// This peer, with a `Date` in its answers.
    pub(crate) fn dated(self, date: &'static str) -> Self {
        Self { date: Some(date), ..self }
    }

    /// A client whose every connection is to this peer.
    pub(crate) fn client(&self) -> ClientBuilder {
        client("http://localhost")
            .network(Network { connector: Some(Arc::new(self.clone())), ..Network::default() })
    }

    /// The heads of the requests for a WebSocket.
    pub(crate) fn connects(&self) -> Vec<String> {
        self.locked(|state| state.connects.iter().map(|(head, _)| head.clone()).collect())
    }

    /// The times of the requests for a WebSocket.
    pub(crate) fn times(&self) -> Vec<Instant> {
        self.locked(|state| state.connects.iter().map(|(_, time)| *time).collect())
    }

    /// The heads of the calls.
    pub(crate) fn calls(&self) -> Vec<String> {
        self.locked(|state| state.calls.clone())
    }

    /// The opcodes of the control frames that came.
    pub(crate) fn controls(&self) -> Vec<u8> {
        self.locked(|state| state.controls.clone())
    }

    /// The number of sessions that are open.
    pub(crate) fn open(&self) -> usize {
        self.locked(|state| state.open)
    }

    /// The number of bytes that frames had, as far as they were taken.
    pub(crate) fn sent(&self) -> usize {
        self.locked(|state| state.sent)
    }

    fn locked<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }

    fn next_script(&self) -> Vec<Does> {
        self.locked(|state| {
            let scripts = &mut state.scripts;
            if scripts.len() > 1 { scripts.pop_front() } else { scripts.front().cloned() }.unwrap_or_default()
        })
    }

    /// Serves one connection: calls, or a WebSocket.
    async fn serve(self, mut stream: DuplexStream) -> Option<()> {
        loop {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.ok()?);
            }
            let head = String::from_utf8(head).unwrap();
            if head.starts_with("GET /connect?") {
                return self.serve_websocket(head, stream).await;
            }
            let (status, exception, body) = (self.calls)(&head);
            self.locked(|state| state.calls.push(head));
            let date = self.date.map_or(String::new(), |date| format!("date: {date}\r\n"));
            let exception = exception.map_or(String::new(), |name| format!("x-amzn-errortype: {name}\r\n"));
            let body = body.to_string();
            let answer = format!(
                "HTTP/1.1 {status} X\r\n{date}{exception}content-length: {}\r\n\r\n{body}",
                body.len()
            );
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
    }

    async fn serve_websocket(&self, head: String, mut stream: DuplexStream) -> Option<()> {
        let key = head.lines().find_map(|line| line.strip_prefix("sec-websocket-key: ")).unwrap();
        let accept = websocket_accept(key);
        self.locked(|state| state.connects.push((head.clone(), Instant::now())));
        let script = self.next_script();
        if let Some(Does::Refuses(status)) = script.first() {
            let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n\r\n{{}}");
            return stream.write_all(answer.as_bytes()).await.ok();
        }
        let answer = format!(
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-accept: {accept}\r\n\r\n"
        );
        stream.write_all(answer.as_bytes()).await.ok()?;
        self.locked(|state| state.open += 1);
        let mut socket = ServerBuilder::new().serve(stream);
        let played = self.play(script, &mut socket).await;
        self.locked(|state| state.open -= 1);
        played
    }

    async fn say(&self, socket: &mut WebSocketStream<DuplexStream>, text: String) -> Option<()> {
        let length = text.len();
        socket.send(Message::text(text)).await.ok()?;
        self.locked(|state| state.sent += length);
        Some(())
    }

    /// The next control frame.
    async fn control(&self, socket: &mut WebSocketStream<DuplexStream>) -> Option<u8> {
        let message = socket.next().await?.ok()?;
        let opcode = match () {
            () if message.is_close() => 8,
            () if message.is_ping() => 9,
            () if message.is_pong() => 10,
            () => panic!("a client of sessions has nothing to say: {message:?}"),
        };
        self.locked(|state| state.controls.push(opcode));
        Some(opcode)
    }

    async fn play(&self, script: Vec<Does>, socket: &mut WebSocketStream<DuplexStream>) -> Option<()> {
        for act in script {
            match act {
                Does::Refuses(_) | Does::IsAway => {}
                Does::Establishes => {
                    self.say(socket, frame("SESSION_ESTABLISHED", "SYSTEM", &Value::Null)).await?;
                }
                Does::Says(text) => self.say(socket, text).await?,
                Does::SaysBytes(bytes) => socket.send(Message::binary(bytes)).await.ok()?,
                Does::Breaks(bytes) => socket.get_mut().write_all(bytes).await.ok()?,
                Does::Closes(code, reason) => {
                    let code = code.map(|code| CloseCode::try_from(code).unwrap());
                    socket.send(Message::close(code, reason)).await.ok()?;
                    while self.control(socket).await.is_some() {}
                    return None;
                }
                Does::Pings => {
                    socket.send(Message::ping("are you there")).await.ok()?;
                    while self.control(socket).await? != 10 {}
                }
                Does::Waits(opcode) => while self.control(socket).await? != opcode {},
                Does::Passes(time) => sleep(time).await,
                Does::Serves => while self.control(socket).await.is_some() {},
                Does::IsSilent => {
                    // It notices the end of the connection, but does not take a frame.
                    while socket.get_mut().write_all(&[]).await.is_ok() {
                        sleep(Duration::from_millis(100)).await;
                        if is_ended(socket.get_mut()).await {
                            return None;
                        }
                    }
                }
                Does::Floods(text) => loop {
                    self.say(socket, text.clone()).await?;
                },
            }
        }
        Some(())
    }
}

/// Whether the other side has ended a connection. What it sent before is lost.
async fn is_ended(stream: &mut DuplexStream) -> bool {
    let mut taken = [0; 1024];
    let read = stream.read(&mut taken);
    matches!(tokio::time::timeout(Duration::from_millis(1), read).await, Ok(Ok(0) | Err(_)))
}

/// A frame of an event.
pub(crate) fn frame(event: &str, kind: &str, payload: &Value) -> String {
    let headers = json!({ "x-amz-chime-event-type": event, "x-amz-chime-message-type": kind });
    match payload {
        Value::Null => json!({ "Headers": headers }).to_string(),
        payload => json!({ "Headers": headers, "Payload": payload.to_string() }).to_string(),
    }
}

impl Connect for SessionPeer {
    fn connect(&self, address: &Uri) -> Connecting<'_> {
        let is_session = address.host() == Some("sessions.localhost");
        let is_away = is_session
            && self.locked(|state| {
                matches!(state.scripts.front().and_then(|script| script.first()), Some(Does::IsAway))
            });
        let connected = if is_away {
            self.locked(|state| state.connects.push((String::new(), Instant::now())));
            self.next_script();
            Err(std::io::ErrorKind::ConnectionRefused.into())
        } else {
            let (near, far) = tokio::io::duplex(64 * 1024);
            tokio::spawn(self.clone().serve(far));
            Ok(Box::new(near) as _)
        };
        Box::pin(std::future::ready(connected))
    }
}
