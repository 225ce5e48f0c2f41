//! The WebSocket of a session: frames in, pings and a close out.

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use chime_transport::Stream;
use chime_types::events::SessionFrame;
use futures_core::Stream as _;
use futures_sink::Sink;
use tokio::time::timeout;
use tokio_websockets::{ClientBuilder, CloseCode, Error, Limits, Message, WebSocketStream};

use super::close::{Close, NO_CODE, NORMAL};
use super::error::{SessionError, SessionErrorKind};
use super::item::UnreadableFrame;

/// The largest frame that is read. The largest documented one is a channel's details: 20 messages of 5 KiB, 30 members
/// and the metadata of a channel, each character of which may be escaped twice.
const LARGEST_FRAME: usize = 4 * 1024 * 1024;

/// The time that the service has to take a close, and to answer it.
const CLOSING: Duration = Duration::from_secs(1);

/// Something that came from the service.
pub(super) enum Received {
    /// An event, and the length of its frame.
    Frame(Box<SessionFrame>, usize),
    /// A frame that is not an event.
    Unreadable(UnreadableFrame),
    /// A ping, which is answered, or a pong.
    Sign,
}

pub(super) struct Socket(WebSocketStream<Box<dyn Stream>>);

impl Socket {
    pub(super) fn new(stream: Box<dyn Stream>) -> Self {
        let limits = Limits::default().max_payload_len(Some(LARGEST_FRAME));
        Self(ClientBuilder::new().limits(limits).take_over(stream))
    }

    /// Waits for the next frame. Nothing is lost if the future is dropped.
    ///
    /// # Errors
    /// The end of the connection.
    pub(super) async fn next(&mut self) -> Result<Received, SessionError> {
        let message = match self.poll().await {
            Some(Ok(message)) => message,
            Some(Err(error)) => return Err(broken(error)),
            None => return Err(broken("it ended without a close")),
        };
        if message.is_close() {
            let close = match message.as_close() {
                Some((code, reason)) => Close { code: code.into(), reason: reason.to_owned() },
                None => Close { code: NO_CODE, reason: String::new() },
            };
            // The library answers the close while it is polled.
            self.drain().await;
            return Err(SessionError::new(SessionErrorKind::Closed(close)));
        }
        if message.is_ping() || message.is_pong() {
            return Ok(Received::Sign);
        }
        let bytes = Bytes::from(message.into_payload());
        Ok(match serde_json::from_slice::<SessionFrame>(&bytes) {
            Ok(frame) => Received::Frame(Box::new(frame), bytes.len()),
            Err(error) => Received::Unreadable(UnreadableFrame::new(bytes, &error)),
        })
    }

    /// Sends a ping.
    ///
    /// # Errors
    /// The end of the connection.
    pub(super) async fn ping(&mut self) -> Result<(), SessionError> {
        self.send(Message::ping("")).await.map_err(broken)
    }

    /// Sends a close and waits for its answer, for a short time.
    pub(super) async fn close(&mut self) {
        let closing = async {
            let code = CloseCode::try_from(NORMAL).ok();
            if self.send(Message::close(code, "")).await.is_ok() {
                self.drain().await;
            }
        };
        let _ = timeout(CLOSING, closing).await;
    }

    async fn poll(&mut self) -> Option<Result<Message, Error>> {
        poll_fn(|context| Pin::new(&mut self.0).poll_next(context)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Error> {
        poll_fn(|context| Pin::new(&mut self.0).poll_ready(context)).await?;
        Pin::new(&mut self.0).start_send(message)?;
        poll_fn(|context| Pin::new(&mut self.0).poll_flush(context)).await
    }

    /// Reads to the end, for a short time.
    async fn drain(&mut self) {
        let _ = timeout(CLOSING, async { while let Some(Ok(_)) = self.poll().await {} }).await;
    }
}

fn broken(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> SessionError {
    SessionError::new(SessionErrorKind::Broken(error.into()))
}
