//! A session on its connection: from `SESSION_ESTABLISHED` to its end.

use std::borrow::Cow;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use chime_types::OneLine;
use chime_types::events::{Event, SessionFrame};
use futures_core::Stream as _;
use futures_sink::Sink;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_websockets::{CloseCode, Config, Limits, Message, ServerBuilder, WebSocketStream};

use super::connect::Accepting;
use super::prefetch;
use super::registry::{Session, Sessions, TRY_AGAIN_LATER};
use crate::store::{Store, Time};
use crate::tables::users;

/// The time between two pings. The service does not document its own.
const BETWEEN_PINGS: Duration = Duration::from_secs(30);

/// The largest message that a client may send, in bytes. None is defined.
const LARGEST_MESSAGE: usize = 64 * 1024;

/// The time that the other side has to take a close, and to answer it.
const CLOSING: Duration = Duration::from_secs(1);

/// The close code of a session that is not authorized.
const UNAUTHORIZED: u16 = 4401;

/// The end of a session, as the log tells it.
pub(crate) struct End {
    pub(crate) user: Option<String>,
    pub(crate) session_id: String,
    /// What ended it.
    pub(crate) reason: Cow<'static, str>,
    pub(crate) events: u64,
    pub(crate) lasted: Duration,
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.user.as_deref().unwrap_or("nobody");
        write!(
            f,
            "the session {:?} of {} ended after {:.1} s and {} events: {}",
            self.session_id,
            OneLine(user),
            self.lasted.as_secs_f64(),
            self.events,
            OneLine(&*self.reason)
        )
    }
}

/// Serves a session until it ends. `is_authorized` says whether its request had a good signature.
pub(crate) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    accepting: Accepting,
    is_authorized: bool,
    (store, sessions, now): (&Store, &Arc<Sessions>, Time),
) -> End {
    let began = Instant::now();
    let limits = Limits::default().max_payload_len(Some(LARGEST_MESSAGE));
    let mut socket = ServerBuilder::new().config(Config::default()).limits(limits).serve(stream);
    let user = accepting.app_instance_user_arn.as_ref().map(ToString::to_string);
    let session_id = accepting.session_id.clone();
    let (reason, events) = match open(&accepting, is_authorized, store, sessions, now) {
        Ok(mut session) => {
            let reason = run(&mut socket, &mut session, &accepting, store).await;
            (reason, session.events.load(Ordering::Relaxed))
        }
        Err((code, reason)) => {
            close(&mut socket, code, reason).await;
            (format!("closed with {code}: {reason}").into(), 0)
        }
    };
    End { user, session_id, reason, events, lasted: began.elapsed() }
}

/// Opens a session; otherwise, the code to close the connection with, and why.
fn open(
    accepting: &Accepting,
    is_authorized: bool,
    store: &Store,
    sessions: &Arc<Sessions>,
    now: Time,
) -> Result<Session, (u16, &'static str)> {
    if !is_authorized {
        return Err((UNAUTHORIZED, "Unauthorized"));
    }
    let arn = accepting.app_instance_user_arn.as_ref().ok_or((UNAUTHORIZED, "Unauthorized"))?;
    let user = store.read(|db| users::find(db, arn)).ok().flatten();
    let user = user.ok_or((UNAUTHORIZED, "Unauthorized"))?;
    sessions
        .open((user.key, user.arn), accepting.session_id.clone(), now.into())
        .ok_or((TRY_AGAIN_LATER, "the user has 10 sessions"))
}

async fn run<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    session: &mut Session,
    accepting: &Accepting,
    store: &Store,
) -> Cow<'static, str> {
    let mut first = vec![Event::SessionEstablished];
    if let (Some(order), Some(arn)) = (accepting.prefetch, &accepting.app_instance_user_arn) {
        let details = store.read(|db| match users::find(db, arn)? {
            Some(user) => prefetch::details(db, user.key, order),
            None => Ok(Vec::new()),
        });
        first.extend(details.unwrap_or_default());
    }
    for event in first {
        let Ok(text) = serde_json::to_string(&SessionFrame::new(event)) else { continue };
        if let Err(reason) = send(socket, session, Message::text(text)).await {
            return reason;
        }
        session.events.fetch_add(1, Ordering::Relaxed);
    }
    let mut pings = interval(BETWEEN_PINGS);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.tick().await;
    let mut closing = session.close.clone();
    loop {
        let message = tokio::select! {
            () = is_to_close(&mut closing) => return end(socket, session).await,
            received = poll_fn(|context| Pin::new(&mut *socket).poll_next(context)) => match received {
                Some(Ok(message)) if message.is_close() => {
                    let code = message.as_close().map_or(1005, |(code, _)| u16::from(code));
                    answer_close(socket).await;
                    return format!("the client closed it with {code}").into();
                }
                // A client has nothing to say. Pings are answered by the library.
                Some(Ok(_)) => continue,
                Some(Err(error)) => return format!("the connection failed: {error}").into(),
                None => return "the connection ended without a close".into(),
            },
            frame = session.frames.recv() => match frame {
                Some(frame) => {
                    session.events.fetch_add(1, Ordering::Relaxed);
                    Message::text(frame)
                }
                None => return end(socket, session).await,
            },
            _ = pings.tick() => Message::ping(""),
        };
        if let Err(reason) = send(socket, session, message).await {
            return reason;
        }
    }
}

/// Waits until the session is to be closed.
async fn is_to_close(close: &mut watch::Receiver<Option<u16>>) {
    let _ = close.wait_for(Option::is_some).await;
}

/// Sends a message, unless the session is to be closed meanwhile: a client that does not read would keep it otherwise.
async fn send<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    session: &Session,
    message: Message,
) -> Result<(), Cow<'static, str>> {
    let mut closing = session.close.clone();
    tokio::select! {
        biased;
        sent = feed(socket, message) => sent.map_err(|error| format!("the connection failed: {error}").into()),
        () = is_to_close(&mut closing) => {
            let code = (*session.close.borrow()).unwrap_or_default();
            // The close cannot overtake what the client does not read.
            Err(format!("cut off instead of closed with {code}: the client does not read").into())
        }
    }
}

async fn feed<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    message: Message,
) -> Result<(), tokio_websockets::Error> {
    poll_fn(|context| Pin::new(&mut *socket).poll_ready(context)).await?;
    Pin::new(&mut *socket).start_send(message)?;
    poll_fn(|context| Pin::new(&mut *socket).poll_flush(context)).await
}

/// Closes a session with its code.
async fn end<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    session: &Session,
) -> Cow<'static, str> {
    let code = (*session.close.borrow()).unwrap_or(1000);
    close(socket, code, "").await;
    format!("closed with {code}").into()
}

/// Sends a close and waits for its answer, for a short time each.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>, code: u16, reason: &str) {
    let closing = async {
        let code = CloseCode::try_from(code).ok().filter(|code| !code.is_reserved());
        feed(socket, Message::close(code, reason)).await.ok()?;
        answer_close(socket).await;
        Some(())
    };
    let _ = timeout(CLOSING, closing).await;
}

/// Ends the exchange of closes: the library answers the close of the other side while it is polled.
async fn answer_close<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) {
    let ended = async {
        while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut *socket).poll_next(context)).await {}
    };
    let _ = timeout(CLOSING, ended).await;
}
