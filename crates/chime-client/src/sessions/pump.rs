//! The task of a session: it reads, answers and sends pings, connects again, and fills gaps.

use std::pin::Pin;
use std::time::Duration;

use chime_transport::Credentials;
use chime_types::Timestamp;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until, timeout};

use super::connect::{Connector, Established, Failure, Held};
use super::error::{SessionError, SessionErrorKind};
use super::gaps::GapFiller;
use super::item::{Gap, SessionItem};
use super::queue::{Gone, Queue};
use super::reconnect::{Next, Reconnects};
use super::socket::{Received, Socket};

/// The time without a frame after which the session sends a ping.
const QUIET: Duration = Duration::from_secs(30);

/// The time that the answer may take.
const ANSWER: Duration = Duration::from_secs(15);

/// The events that are kept while a gap is filled, and their bytes. Beyond that, nothing is read.
const HELD: (usize, usize) = (1024, 4 * 1024 * 1024);

/// The connects of a session: the first one and those after a loss.
pub(super) struct Connects {
    pub(super) connector: Connector,
    pub(super) reconnects: Reconnects,
    /// The credentials of the session.
    credentials: Option<Credentials>,
}

impl Connects {
    pub(super) fn new(connector: Connector, reconnects: Reconnects) -> Self {
        Self { connector, reconnects, credentials: None }
    }

    /// Makes one connect, and decides what follows if it fails.
    pub(super) async fn connect(&mut self, is_first: bool) -> Result<Established, (SessionError, Next)> {
        self.reconnects.connecting(Instant::now());
        match self.connector.connect(is_first).await {
            Ok(established) => {
                self.reconnects.established(Instant::now());
                self.credentials = Some(established.credentials.clone());
                Ok(established)
            }
            Err(Failure { error, loss }) => {
                let next = self.reconnects.lost(loss, Instant::now(), chime_transport::random_fraction);
                Err((error, next))
            }
        }
    }

    /// Decides what follows the loss of a session.
    async fn lost(&mut self, error: SessionError) -> (SessionError, Next) {
        let Failure { error, loss } = self.connector.lost(error, self.credentials.as_ref()).await;
        let next = self.reconnects.lost(loss, Instant::now(), chime_transport::random_fraction);
        (error, next)
    }
}

/// The fetching of the messages of a gap.
type Filling = Pin<Box<dyn Future<Output = Result<(), Gone>> + Send>>;

/// The state of the task.
pub(super) struct Pump {
    pub(super) connects: Connects,
    pub(super) queue: Queue,
    pub(super) gaps: Option<GapFiller>,
    /// The items that have not been added to the queue, each with its bytes.
    pub(super) held: Held,
    /// The start of the gap that is not filled yet.
    pub(super) unfilled: Option<Timestamp>,
}

/// A result whose error means that the consumer is gone.
type Ending<T> = Result<T, Gone>;

impl Pump {
    /// Runs a session until it ends, or until it is to be closed.
    pub(super) async fn run(mut self, mut socket: Socket, mut closing: oneshot::Receiver<()>) {
        loop {
            let lost = tokio::select! {
                biased;
                _ = &mut closing => {
                    socket.close().await;
                    return;
                }
                lost = self.live(&mut socket) => lost,
            };
            let Ok((error, heard)) = lost else { return };
            // The connection is closed before the next one is made.
            drop(socket);
            let again = tokio::select! {
                biased;
                _ = &mut closing => return,
                again = self.reconnect(error, heard) => again,
            };
            match again {
                Ok(Some(next)) => socket = next,
                _ => return,
            }
        }
    }

    /// Reads from a session until it is lost. Returns the loss and when something came last.
    async fn live(&mut self, socket: &mut Socket) -> Ending<(SessionError, Instant)> {
        let mut filling = self.filling();
        let mut heard = Instant::now();
        let mut last = heard;
        let mut pinged = false;
        loop {
            let is_reading = match &filling {
                Some(_) => self.held.len() < HELD.0 && self.held_bytes() < HELD.1,
                None => self.held.is_empty(),
            };
            if !is_reading {
                // Silence means nothing while the session does not read.
                (heard, pinged) = (Instant::now(), false);
            }
            let quiet_until = heard + if pinged { QUIET + ANSWER } else { QUIET };
            tokio::select! {
                biased;
                filled = fill(&mut filling), if filling.is_some() => {
                    filled?;
                    (filling, self.unfilled) = (None, None);
                }
                delivered = deliver(&self.queue, self.gaps.as_ref(), &mut self.held), if filling.is_none() && !self.held.is_empty() => {
                    delivered?;
                }
                received = socket.next(), if is_reading => {
                    let received = match received {
                        Ok(received) => received,
                        Err(error) => return Ok((error, last)),
                    };
                    (heard, pinged) = (Instant::now(), false);
                    last = heard;
                    match received {
                        Received::Frame(frame, length) => self.held.push_back((SessionItem::Event(frame), length)),
                        Received::Unreadable(frame) => {
                            let length = frame.bytes().len();
                            self.held.push_back((SessionItem::Unreadable(frame), length));
                        }
                        Received::Sign => {}
                    }
                }
                () = sleep_until(quiet_until), if is_reading => {
                    if pinged {
                        return Ok((SessionError::new(SessionErrorKind::Silent(QUIET + ANSWER)), last));
                    }
                    // A connection that accepts no more bytes counts as silent.
                    match timeout(ANSWER, socket.ping()).await {
                        Ok(Ok(())) => pinged = true,
                        Ok(Err(error)) => return Ok((error, last)),
                        Err(_) => return Ok((SessionError::new(SessionErrorKind::Silent(QUIET + ANSWER)), last)),
                    }
                }
            }
        }
    }

    fn held_bytes(&self) -> usize {
        self.held.iter().map(|(_, bytes)| bytes).sum()
    }

    /// The fetching of the gap's messages, if they are to be fetched.
    fn filling(&self) -> Option<Filling> {
        let (gaps, queue, from) = (self.gaps.clone()?, self.queue.clone(), self.unfilled?);
        Some(Box::pin(async move { gaps.fill(&queue, from).await }))
    }

    /// Connects after a loss, as often as necessary. Returns `None` if the session ends.
    async fn reconnect(&mut self, error: SessionError, heard: Instant) -> Ending<Option<Socket>> {
        let transport = self.connects.connector.transport.clone();
        let before = transport.now().checked_sub(heard.elapsed());
        let from = Timestamp::from(before.unwrap_or_else(|| transport.now()));
        if self.unfilled.is_none() {
            self.deliver_all().await?;
            self.unfilled = self.gaps.is_some().then_some(from);
        }
        let mut outcome = self.connects.lost(error).await;
        loop {
            let (error, next) = outcome;
            let Next::ConnectAfter(retry_in) = next else {
                self.deliver_all().await?;
                self.queue.push(Err(error), 0).await?;
                return Ok(None);
            };
            let wait_until = Instant::now() + retry_in;
            let attempt = self.connects.reconnects.losses();
            self.queue.push(Ok(SessionItem::Disconnected { error, attempt, retry_in }), 0).await?;
            sleep_until(wait_until).await;
            match self.connects.connect(false).await {
                Ok(Established { socket, held, .. }) => {
                    let gap = Gap { from, to: transport.now().into() };
                    self.queue.push(Ok(SessionItem::Reconnected { gap }), 0).await?;
                    self.held.extend(held);
                    return Ok(Some(socket));
                }
                Err(failed) => outcome = failed,
            }
        }
    }

    /// Adds all held items to the queue.
    async fn deliver_all(&mut self) -> Ending<()> {
        while !self.held.is_empty() {
            deliver(&self.queue, self.gaps.as_ref(), &mut self.held).await?;
        }
        Ok(())
    }
}

/// Waits for room in the queue, and moves the first held item there. Nothing is lost if the future is dropped.
async fn deliver(queue: &Queue, gaps: Option<&GapFiller>, held: &mut Held) -> Ending<()> {
    let bytes = held.front().map_or(0, |(_, bytes)| *bytes);
    let room = queue.room(bytes).await?;
    if let Some((item, _)) = held.pop_front()
        && gaps.is_none_or(|gaps| gaps.note(&item))
    {
        room.put(Ok(item));
    }
    Ok(())
}

async fn fill(filling: &mut Option<Filling>) -> Result<(), Gone> {
    match filling {
        Some(filling) => filling.await,
        None => std::future::pending().await,
    }
}
