//! The service's time: that of a clock, which can be moved forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use chime_transport::Clock;
use chime_types::Timestamp;
use serde_json::json;

use crate::feed::Feed;
use crate::store::Time;

/// A clock that can be moved forward, and never back.
#[derive(Debug)]
pub(crate) struct MovableClock {
    clock: Clock,
    /// How far it was moved, in milliseconds.
    moved: AtomicU64,
    feed: Arc<Feed>,
}

impl MovableClock {
    /// A clock that shows what another one does, until it is moved, which the readers of a feed are told.
    pub(crate) fn new(clock: Clock, feed: Arc<Feed>) -> Self {
        Self { clock, moved: AtomicU64::new(0), feed }
    }

    /// The time of everything that the service does.
    pub(crate) fn now(&self) -> SystemTime {
        let now = self.clock.now();
        now.checked_add(Duration::from_millis(self.moved.load(Ordering::Relaxed))).unwrap_or(now)
    }

    /// The clock before it was moved. Clients keep to it, so signatures are judged by it.
    pub(crate) fn unmoved(&self) -> &Clock {
        &self.clock
    }

    /// Moves the clock forward, by whole milliseconds; says why not if it would leave the range of times.
    pub(crate) fn advance(&self, by: Duration) -> Result<(), String> {
        let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let later = self.now().checked_add(Duration::from_millis(millis)).map(Timestamp::from);
        if !later.is_some_and(Time::is_for_a_clock) {
            let days = millis / (24 * 60 * 60 * 1000);
            return Err(format!(
                "{days} days from now are out of range; expected a time before the year 9998"
            ));
        }
        self.moved.fetch_add(millis, Ordering::Relaxed);
        self.feed.tell("Clock", json!({ "Time": Timestamp::from(self.now()).to_string() }));
        Ok(())
    }
}
