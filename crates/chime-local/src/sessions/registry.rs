//! The open sessions.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use chime_types::events::SessionFrame;
use chime_types::{AppInstanceUserArn, Timestamp};
use serde::Serialize;
use serde_json::json;
use tokio::sync::{mpsc, watch};

use super::script::Outgoing;
use crate::close_codes::{GOING_AWAY, TRY_AGAIN_LATER};
use crate::faults::{Faults, Moment};
use crate::feed::Feed;
use crate::store::{Audience, Occurrence, Transaction};
use crate::tables::memberships;

/// The number of events that wait for a slow session before it is closed.
const WAITING: usize = 1024;

/// The largest number of sessions of a user.
const SESSIONS_OF_A_USER: usize = 10;

/// The text of a frame, which all sessions share.
type Frame = Bytes;

/// An open session, as the administrative path shows it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct SessionRecord {
    /// The number of the session, by which it can be closed.
    pub id: u64,
    /// The ID that the client chose.
    pub session_id: String,
    /// The user.
    pub app_instance_user_arn: AppInstanceUserArn,
    /// The time of the connect, by the service's clock.
    #[serde(serialize_with = "as_text")]
    pub connected_at: Timestamp,
    /// The number of events that were sent.
    pub events: u64,
}

fn as_text<S: serde::Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(time)
}

/// A session as the events find it.
#[derive(Debug)]
struct Open {
    user: i64,
    arn: AppInstanceUserArn,
    session_id: String,
    connected_at: Timestamp,
    outgoing: mpsc::Sender<Outgoing>,
    /// The code with which the session is to be closed.
    close: watch::Sender<Option<u16>>,
    events: Arc<AtomicU64>,
}

/// All open sessions.
#[derive(Debug)]
pub(crate) struct Sessions {
    pub(super) faults: Arc<Faults>,
    open: Mutex<BTreeMap<u64, Open>>,
    next: AtomicU64,
    /// Changes with each session that ends.
    ended: watch::Sender<u64>,
    feed: Arc<Feed>,
}

/// A session's own end. Dropping it ends the session.
#[derive(Debug)]
pub(super) struct Session {
    id: u64,
    pub(super) sessions: Arc<Sessions>,
    pub(super) outgoing: mpsc::Receiver<Outgoing>,
    pub(super) close: watch::Receiver<Option<u16>>,
    pub(super) events: Arc<AtomicU64>,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.sessions.locked().remove(&self.id);
        self.sessions.feed.tell("SessionClosed", json!({ "Id": self.id }));
        self.sessions.ended.send_modify(|ended| *ended += 1);
    }
}

/// The sessions that an event reaches.
struct Delivery {
    sessions: Vec<u64>,
    frame: Frame,
}

impl Open {
    fn record(&self, id: u64) -> SessionRecord {
        SessionRecord {
            id,
            session_id: self.session_id.clone(),
            app_instance_user_arn: self.arn.clone(),
            connected_at: self.connected_at,
            events: self.events.load(Ordering::Relaxed),
        }
    }
}

impl Sessions {
    /// No sessions. They meet faults, and their starts and ends are told to the readers of a feed.
    pub(crate) fn new(faults: Arc<Faults>, feed: Arc<Feed>) -> Self {
        Self {
            faults,
            feed,
            open: Mutex::default(),
            next: AtomicU64::default(),
            ended: watch::Sender::default(),
        }
    }

    fn locked(&self) -> MutexGuard<'_, BTreeMap<u64, Open>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens a session of a user; none if the user has too many.
    pub(super) fn open(
        self: &Arc<Self>,
        (user, arn): (i64, AppInstanceUserArn),
        session_id: String,
        connected_at: Timestamp,
    ) -> Option<Session> {
        let mut open = self.locked();
        if open.values().filter(|other| other.user == user).count() >= SESSIONS_OF_A_USER {
            return None;
        }
        let (sender, outgoing) = mpsc::channel(WAITING);
        let (closer, close) = watch::channel(None);
        let (id, events) = (self.next.fetch_add(1, Ordering::Relaxed), Arc::new(AtomicU64::new(0)));
        let new = Open {
            user,
            arn,
            session_id,
            connected_at,
            outgoing: sender,
            close: closer,
            events: Arc::clone(&events),
        };
        self.feed.tell("SessionOpened", new.record(id));
        open.insert(id, new);
        Some(Session { id, sessions: Arc::clone(self), outgoing, close, events })
    }

    /// The open sessions, the oldest first.
    pub(crate) fn records(&self) -> Vec<SessionRecord> {
        self.locked().iter().map(|(id, open)| open.record(*id)).collect()
    }

    /// Closes a session with a code; false if it is not open.
    pub(crate) fn close(&self, id: u64, code: u16) -> bool {
        let open = self.locked();
        open.get(&id).map(|open| open.close.send_replace(Some(code))).is_some()
    }

    /// Closes all sessions, and returns when they have ended.
    pub(crate) async fn close_all(&self) {
        let mut ended = self.ended.subscribe();
        loop {
            {
                let open = self.locked();
                if open.is_empty() {
                    return;
                }
                for open in open.values() {
                    open.close.send_replace(Some(GOING_AWAY));
                }
            }
            if ended.changed().await.is_err() {
                return;
            }
        }
    }

    /// Determines, at the end of a transaction, which sessions its events reach. The result delivers them, once the
    /// transaction is committed.
    pub(crate) fn prepare(
        self: &Arc<Self>,
        db: &Transaction<'_>,
        occurrences: &[Occurrence],
    ) -> rusqlite::Result<impl FnOnce() + use<>> {
        let mut deliveries = Vec::new();
        if !self.locked().is_empty() {
            for occurrence in occurrences {
                deliveries.extend(self.delivery(db, occurrence)?);
            }
        }
        let sessions = Arc::clone(self);
        Ok(move || deliveries.into_iter().for_each(|delivery| sessions.deliver(delivery)))
    }

    fn delivery(&self, db: &Transaction<'_>, occurrence: &Occurrence) -> rusqlite::Result<Option<Delivery>> {
        let Occurrence { event, audience, .. } = occurrence;
        let sessions = match audience {
            Audience::Nobody => return Ok(None),
            Audience::Users(arns) => self.of(|open| arns.contains(&open.arn)),
            Audience::Members { channel, sub_channel, also } => {
                let members = self.members(db, *channel, sub_channel.as_deref())?;
                self.of(|open| members.contains(&open.user) || also.as_ref() == Some(&open.arn))
            }
        };
        if sessions.is_empty() {
            return Ok(None);
        }
        let frame = serde_json::to_string(&SessionFrame::new(event.clone()))
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(Some(Delivery { sessions, frame: frame.into() }))
    }

    fn of(&self, is_reached: impl Fn(&Open) -> bool) -> Vec<u64> {
        self.locked().iter().filter(|(_, open)| is_reached(open)).map(|(id, _)| *id).collect()
    }

    /// The connected members of a channel, or of one of its sub-channels.
    fn members(
        &self,
        db: &Transaction<'_>,
        channel: i64,
        sub_channel: Option<&str>,
    ) -> rusqlite::Result<HashSet<i64>> {
        let mut connected: Vec<i64> = self.locked().values().map(|open| open.user).collect();
        connected.sort_unstable();
        connected.dedup();
        memberships::among(db, channel, sub_channel, &connected)
    }

    /// Hands a frame to sessions, each with the next fault of its events. A session that is too slow is closed.
    fn deliver(&self, Delivery { sessions, frame }: Delivery) {
        let open = self.locked();
        for session in sessions.iter().filter_map(|id| open.get(id)) {
            let fault = self.faults.next_of_session(Moment::Event, &session.arn);
            if session.outgoing.try_send(Outgoing::new(frame.clone(), fault)).is_err() {
                session.close.send_replace(Some(TRY_AGAIN_LATER));
            }
        }
    }
}
