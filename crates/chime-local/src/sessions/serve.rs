//! A session on its connection: from `SESSION_ESTABLISHED` to its end.

use std::borrow::Cow;
use std::collections::VecDeque;
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
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};
use tokio_websockets::{CloseCode, Config, Limits, Message, ServerBuilder, WebSocketStream};

use super::connect::Accepting;
use super::prefetch;
use super::refused::Refused;
use super::registry::{Session, Sessions};
use super::script::{Ending, Outgoing, Script};
use crate::close_codes::NO_CODE;
use crate::faults::Moment;
use crate::store::{Store, Time};
use crate::tables::users;

/// The time between two pings. The service does not document its own.
const BETWEEN_PINGS: Duration = Duration::from_secs(30);

/// The largest message that a client may send, in bytes. None is defined.
const LARGEST_MESSAGE: usize = 64 * 1024;

/// The time that the other side has to take a close, and to answer it.
const CLOSING: Duration = Duration::from_secs(1);

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

/// Serves a session until it ends. `verdict` says whether its request is accepted.
pub(crate) async fn serve(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    accepting: Accepting,
    verdict: Result<(), Refused>,
    (store, sessions, now): (&Store, &Arc<Sessions>, Time),
) -> End {
    let began = Instant::now();
    let limits = Limits::default().max_payload_len(Some(LARGEST_MESSAGE));
    let mut socket = ServerBuilder::new().config(Config::default()).limits(limits).serve(stream);
    let user = accepting.app_instance_user_arn.as_ref().map(ToString::to_string);
    let session_id = accepting.session_id.clone();
    let opened = verdict.and_then(|()| open(&accepting, store, sessions, now));
    let (reason, events) = match opened {
        Ok(mut session) => {
            let reason = run(&mut socket, &mut session, &accepting, store).await;
            (reason, session.events.load(Ordering::Relaxed))
        }
        Err(Refused { code, reason, cause }) => {
            close(&mut socket, code, reason).await;
            (format!("closed with {code}: {cause}").into(), 0)
        }
    };
    End { user, session_id, reason, events, lasted: began.elapsed() }
}

/// Opens a session, or refuses it.
fn open(
    accepting: &Accepting,
    store: &Store,
    sessions: &Arc<Sessions>,
    now: Time,
) -> Result<Session, Refused> {
    let arn = accepting.app_instance_user_arn.as_ref();
    let arn = arn.ok_or_else(|| Refused::unauthorized("userArn is not the ARN of a user"))?;
    let user = store.read(|db| users::find(db, arn)).ok().flatten();
    let user = user.ok_or_else(|| Refused::unauthorized("the user does not exist"))?;
    if sessions.faults.has_expired(arn, &accepting.access_key_id) {
        return Err(Refused::unauthorized("a fault let the access key expire"));
    }
    sessions
        .open((user.key, user.arn), accepting.session_id.clone(), now.into())
        .ok_or_else(|| Refused::too_many("the user has 10 sessions"))
}

/// The events with which a session begins.
fn first_events(accepting: &Accepting, store: &Store, sessions: &Sessions) -> VecDeque<Outgoing> {
    let Some(arn) = &accepting.app_instance_user_arn else { return VecDeque::new() };
    let mut first = vec![(Moment::Connect, Event::SessionEstablished)];
    if let Some(order) = accepting.prefetch {
        let details = store.read(|db| match users::find(db, arn)? {
            Some(user) => prefetch::details(db, user.key, order),
            None => Ok(Vec::new()),
        });
        first.extend(details.unwrap_or_default().into_iter().map(|event| (Moment::Event, event)));
    }
    let outgoing = first.into_iter().filter_map(|(moment, event)| {
        let text = serde_json::to_string(&SessionFrame::new(event)).ok()?;
        Some(Outgoing::new(text.into(), sessions.faults.next_of_session(moment, arn)))
    });
    outgoing.collect()
}

/// Returns the next event once it may be sent. Nothing is lost if the future is dropped.
async fn next(waiting: &mut VecDeque<Outgoing>, outgoing: &mut mpsc::Receiver<Outgoing>) -> Option<Outgoing> {
    if waiting.is_empty() {
        waiting.push_back(outgoing.recv().await?);
    }
    if let Some(first) = waiting.front() {
        first.due().await;
    }
    waiting.pop_front()
}

async fn run<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    session: &mut Session,
    accepting: &Accepting,
    store: &Store,
) -> Cow<'static, str> {
    let mut waiting = first_events(accepting, store, &session.sessions);
    let mut script = Script::default();
    let mut pings = interval(BETWEEN_PINGS);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    pings.tick().await;
    let mut closing = session.close.clone();
    loop {
        let sent = tokio::select! {
            () = is_to_close(&mut closing) => return end(socket, session).await,
            received = poll_fn(|context| Pin::new(&mut *socket).poll_next(context)) => match received {
                Some(Ok(message)) if message.is_close() => {
                    let code = message.as_close().map_or(NO_CODE, |(code, _)| u16::from(code));
                    answer_close(socket).await;
                    return format!("the client closed it with {code}").into();
                }
                // A client has nothing to say. Pings are answered by the library.
                Some(Ok(_)) => Ok(()),
                Some(Err(error)) => {
                    send_close(socket).await;
                    return format!("the connection failed: {error}").into();
                }
                None => return "the connection ended without a close".into(),
            },
            event = next(&mut waiting, &mut session.outgoing) => match event {
                Some(event) => send_event(socket, session, &mut script, event).await,
                None => return end(socket, session).await,
            },
            _ = pings.tick() => send(socket, session, Message::ping("")).await,
        };
        if let Err(reason) = sent {
            return reason;
        }
        if let Some(ending) = script.ending() {
            return end_by_fault(socket, session, ending, accepting).await;
        }
    }
}

/// Sends an event, or what a fault makes of it.
async fn send_event<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    session: &Session,
    script: &mut Script,
    event: Outgoing,
) -> Result<(), Cow<'static, str>> {
    for frame in script.frames(event) {
        if script.ending().is_some() {
            break;
        }
        send(socket, session, Message::text(frame)).await?;
        session.events.fetch_add(1, Ordering::Relaxed);
        script.sent();
    }
    Ok(())
}

/// Ends a session as a fault has it.
async fn end_by_fault<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    session: &mut Session,
    ending: Ending,
    accepting: &Accepting,
) -> Cow<'static, str> {
    match ending {
        Ending::Close(code) => {
            close(socket, code, "").await;
            format!("closed with {code} by a fault").into()
        }
        Ending::End => "ended without a close by a fault".into(),
        Ending::Silence => {
            be_silent(socket, session).await;
            "silent by a fault".into()
        }
        Ending::Expiry => {
            if let Some(arn) = accepting.app_instance_user_arn.clone() {
                session.sessions.faults.expire(arn, accepting.access_key_id.clone());
            }
            "ended without a close: a fault let the access key expire".into()
        }
    }
}

/// Waits without a word until the client ends the connection, or until the session is to be closed.
async fn be_silent<S: AsyncRead + AsyncWrite + Unpin>(
    socket: &mut WebSocketStream<S>,
    session: &mut Session,
) {
    let mut ignored = [0; 1024];
    loop {
        tokio::select! {
            () = is_to_close(&mut session.close) => return,
            _ = session.outgoing.recv() => {}
            read = socket.get_mut().read(&mut ignored) => if matches!(read, Ok(0) | Err(_)) {
                return;
            },
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

/// Sends the close that the library has made of a violation of the protocol.
async fn send_close<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) {
    let closed = poll_fn(|context| Pin::new(&mut *socket).poll_close(context));
    let _ = timeout(CLOSING, closed).await;
}

/// Ends the exchange of closes: the library answers the close of the other side while it is polled.
async fn answer_close<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) {
    let ended = async {
        while let Some(Ok(_)) = poll_fn(|context| Pin::new(&mut *socket).poll_next(context)).await {}
    };
    let _ = timeout(CLOSING, ended).await;
}
