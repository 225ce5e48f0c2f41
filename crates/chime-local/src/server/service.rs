//! The service: what a request meets on its way to the operation.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chime_types::operation::Operation;
use chime_types::operations::{
    ChannelFlowCallback, DeleteAppInstance, DeleteChannel, SendChannelMessage, UpdateChannelMessage,
};
use http::{Request, Response};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep};

use crate::authentication::{self, Accepted};
use crate::bots::Waiting;
use crate::clock::MovableClock;
use crate::deletion::{is_any_unpurged, purge};
use crate::faults::{self, FaultKind, Faults};
use crate::feed::Feed;
use crate::functions::Functions;
use crate::log::{Log, RequestRecord};
use crate::operations::Settings;
use crate::origins::Origins;
use crate::refusal::Refusal;
use crate::repetition;
use crate::router::{Route, route};
use crate::sessions::{Accepting, Refused, Sessions};
use crate::store::{BETWEEN_TRIES, LONGEST_WAIT, Store};
use crate::streams::{Streams, Surroundings};
use crate::sweep::Sweep;
use crate::throttle::Throttle;

/// The number of messages of a deleted channel that are deleted at a time: other calls wait for them.
const PURGED: u32 = 500;

/// The operations that delete channels.
const DELETING: [&str; 2] = [DeleteChannel::METADATA.name, DeleteAppInstance::METADATA.name];

/// The operations after which a processor of a channel flow may be to invoke.
const PROCESSED: [&str; 3] = [
    SendChannelMessage::METADATA.name,
    UpdateChannelMessage::METADATA.name,
    ChannelFlowCallback::METADATA.name,
];

/// The time for which other calls have the store to themselves before more is deleted.
const BETWEEN_PURGES: Duration = Duration::from_millis(5);

/// A service, whose requests come from anywhere.
#[derive(Debug)]
pub(super) struct Service {
    pub(super) store: Arc<Store>,
    pub(super) settings: Settings,
    pub(super) accepted: Accepted,
    pub(super) origins: Origins,
    pub(super) clock: MovableClock,
    pub(super) sweep: Sweep,
    pub(super) faults: Arc<Faults>,
    pub(super) throttle: Option<Throttle>,
    pub(super) functions: Arc<Functions>,
    pub(super) log: Log,
    pub(super) feed: Arc<Feed>,
    /// Whether the administrative path has the console.
    pub(super) has_console: bool,
    pub(super) streams: Arc<Streams>,
    pub(super) sessions: Arc<Sessions>,
    /// The invocations of bots that wait.
    pub(super) bots: Waiting,
    /// That messages may be left to delete.
    pub(super) deleted: Notify,
    /// That processors may be to invoke.
    pub(super) to_invoke: Notify,
}

impl Service {
    /// The answer, or none where the connection is to be closed.
    pub(super) async fn answer(
        &self,
        request: &Request<Bytes>,
        record: &mut RequestRecord,
    ) -> Result<Option<Response<Bytes>>, Refusal> {
        let route = route(request);
        if let Ok(route) = &route {
            record.operation = Some(route.metadata.name);
            record.command = Some(repetition::command(&route.metadata, request));
        }
        authentication::verify(request, &self.accepted, self.clock.unmoved().now()).map_err(|rejection| {
            record.signature = Some(rejection.signature);
            rejection.refusal
        })?;
        let route = route?;
        let name = route.metadata.name;
        if let Some(throttle) = &self.throttle {
            let bearer = record.bearer.as_deref().unwrap_or_default();
            throttle.check(&route.metadata, bearer, request.uri().path(), self.clock.now())?;
        }
        let delay = match self.faults.next(name) {
            Some(FaultKind::Exception(exception)) => return Err(faults::refusal(exception)),
            Some(FaultKind::Drop) => return Ok(None),
            Some(FaultKind::Delay(delay)) => Some(delay),
            None => None,
        };
        self.sweep();
        let answer = self.carry_out(route, request).await;
        if let Some(delay) = delay {
            sleep(delay).await;
        }
        answer.map(Some)
    }

    /// Refuses a session of a user who connects too often.
    pub(super) fn admit(&self, accepting: &Accepting) -> Result<(), Refused> {
        match (&self.throttle, accepting.user()) {
            (Some(throttle), Some(user)) if !throttle.is_connect_allowed(&user, self.clock.now()) => {
                Err(Refused::too_many("Rate exceeded: one connect a second for each user"))
            }
            _ => Ok(()),
        }
    }

    /// Moves the clock forward, and deletes what has expired by then.
    pub(super) fn advance(&self, by: Duration) -> Result<(), String> {
        self.clock.advance(by)?;
        self.sweep_now();
        Ok(())
    }

    /// Deletes what has expired, as the clock or the world is another.
    pub(super) fn sweep_now(&self) {
        self.sweep.make_due();
        self.sweep();
        self.to_invoke.notify_one();
    }

    /// Deletes what has expired, if that is due.
    fn sweep(&self) {
        if self.sweep.run(&self.store, self.clock.now()) {
            self.deleted.notify_one();
            self.to_invoke.notify_one();
        }
    }

    /// Carries out an operation, again and again while another program writes to the file. Others are answered meanwhile.
    async fn carry_out(&self, route: &Route, request: &Request<Bytes>) -> Result<Response<Bytes>, Refusal> {
        let began = Instant::now();
        loop {
            match (route.respond)(&self.store, &self.settings, self.clock.now(), request) {
                Err(refusal) if refusal.is_busy() && began.elapsed() < LONGEST_WAIT => {
                    sleep(BETWEEN_TRIES).await;
                }
                answer => {
                    if DELETING.contains(&route.metadata.name) && answer.is_ok() {
                        self.deleted.notify_one();
                    }
                    if PROCESSED.contains(&route.metadata.name) && answer.is_ok() {
                        self.to_invoke.notify_one();
                    }
                    return answer;
                }
            }
        }
    }

    /// Delivers records to streams, for ever.
    pub(super) async fn deliver(&self) {
        let Self { store, clock, log, .. } = self;
        self.streams.run(&Surroundings { store, clock, log }).await;
    }

    /// Deletes the messages of deleted channels, and those that are kept no longer, a few at a time, for ever.
    pub(super) async fn purge(&self) {
        loop {
            match self.store.read(is_any_unpurged) {
                Ok(false) => self.deleted.notified().await,
                // A failed step, such as one while another program writes, is repeated. A reader may be about to read
                // them.
                _ => drop(self.store.write(self.clock.now(), |db| {
                    if self.store.is_shared() { Ok(()) } else { purge(db, PURGED) }
                })),
            }
            sleep(BETWEEN_PURGES).await;
        }
    }
}
