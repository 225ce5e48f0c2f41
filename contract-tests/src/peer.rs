//! A peer within the process that does on each connection what a script says, however wrong.

use std::collections::VecDeque;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use chime_client::{Connect, Connecting};
use http::Uri;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};

/// What a peer does next on a connection. After the last act it closes the connection.
#[derive(Clone, Debug)]
pub enum Act {
    /// Refuses the connection.
    Refuse,
    /// Waits for a whole request without a body.
    Read,
    /// Sends a text.
    Send(String),
    /// Sends a text, one byte a millisecond.
    Drip(String),
    /// Sends a text again and again, once a second.
    Forever(&'static str),
    /// Sends a text again and again, as fast as it is read.
    Flood(&'static str),
    /// Does nothing more and keeps the connection open.
    Hang,
    /// Resets the connection.
    Reset,
}

/// A peer, and the requests it received.
#[derive(Clone)]
pub struct Peer(Arc<Mutex<State>>);

struct State {
    /// One for each connection; the last is for all that follow.
    scripts: VecDeque<Vec<Act>>,
    connections: usize,
    requests: Vec<String>,
    sent: usize,
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Peer")
    }
}

impl Peer {
    /// A peer that plays these scripts, one for each connection; the last is for all connections that follow.
    pub fn new(scripts: impl IntoIterator<Item = Vec<Act>>) -> Self {
        let scripts = scripts.into_iter().collect();
        Self(Arc::new(Mutex::new(State { scripts, connections: 0, requests: Vec::new(), sent: 0 })))
    }

    /// The heads of the requests in their order.
    pub fn requests(&self) -> Vec<String> {
        self.0.lock().unwrap().requests.clone()
    }

    /// The number of connections that were asked for, refused ones included.
    pub fn connections(&self) -> usize {
        self.0.lock().unwrap().connections
    }

    /// The number of bytes that were sent on all connections. A connection takes 64 KiB before anything is read.
    pub fn sent(&self) -> usize {
        self.0.lock().unwrap().sent
    }

    /// Sends a text, and counts it as far as it is taken; `None` if the other side closed the connection.
    async fn send(&self, text: &str, stream: &mut (impl AsyncWrite + Unpin)) -> Option<()> {
        for piece in text.as_bytes().chunks(4096) {
            stream.write_all(piece).await.ok()?;
            self.0.lock().unwrap().sent += piece.len();
        }
        Some(())
    }

    fn next_script(&self) -> Vec<Act> {
        let mut state = self.0.lock().unwrap();
        state.connections += 1;
        if state.scripts.len() > 1 { state.scripts.pop_front() } else { state.scripts.front().cloned() }
            .unwrap()
    }

    /// The request's head, once it is whole; none where the other side has gone.
    async fn read(&self, stream: &mut (impl AsyncRead + Unpin)) -> Option<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        self.0.lock().unwrap().requests.push(String::from_utf8(head).unwrap());
        Some(())
    }

    /// Plays a script on a connection; `None` if the other side closed it before the end.
    pub async fn play(self, script: Vec<Act>, mut stream: impl AsyncRead + AsyncWrite + Unpin) -> Option<()> {
        for act in script {
            match act {
                Act::Refuse | Act::Reset => {}
                Act::Read => self.read(&mut stream).await?,
                Act::Send(text) => self.send(&text, &mut stream).await?,
                Act::Drip(text) => {
                    for byte in text.as_bytes() {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                        stream.write_all(&[*byte]).await.ok()?;
                    }
                }
                Act::Forever(text) => loop {
                    self.send(text, &mut stream).await?;
                    tokio::time::sleep(Duration::from_secs(1)).await;
                },
                Act::Flood(text) => loop {
                    self.send(text, &mut stream).await?;
                },
                Act::Hang => std::future::pending().await,
            }
        }
        Some(())
    }
}

/// An answer with a status line's status, header lines and a body, and the body's length.
pub fn answer(status: &str, headers: &str, body: &str) -> Act {
    Act::Send(format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n{body}", body.len()))
}

/// The answer to [`describe`](crate::client::describe).
pub fn ok() -> Act {
    answer("200 OK", "", DESCRIBED)
}

/// The body of [`ok`].
pub const DESCRIBED: &str = r#"{"ChannelMembership":{}}"#;

/// A refusal with that status and exception.
pub fn refusal(status: &str, exception: &str) -> Act {
    answer(status, &format!("x-amzn-errortype: {exception}\r\n"), "{}")
}

impl Connect for Peer {
    fn connect(&self, _: &Uri) -> Connecting<'_> {
        let script = self.next_script();
        let connected = if script.iter().any(|act| matches!(act, Act::Refuse)) {
            Err(io::ErrorKind::ConnectionRefused.into())
        } else {
            let resets = script.iter().any(|act| matches!(act, Act::Reset));
            let (near, far) = tokio::io::duplex(64 * 1024);
            tokio::spawn(self.clone().play(script, far));
            Ok(Box::new(Pipe { stream: near, resets }) as _)
        };
        Box::pin(std::future::ready(connected))
    }
}

/// The near end of a connection, which may end in a reset.
struct Pipe {
    stream: DuplexStream,
    resets: bool,
}

impl AsyncRead for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let ended = buffer.filled().len() == before;
        Poll::Ready(if ended && self.resets { Err(io::ErrorKind::ConnectionReset.into()) } else { Ok(()) })
    }
}

impl AsyncWrite for Pipe {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
