//! The sweep: deletes what has expired, hides messages that are older than an app instance keeps them, and ends the turns
//! of processors that have not called back in time.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

use chime_types::Timestamp;
use chime_types::shapes::ExpirationCriterion;

use crate::deletion::{delete_channel, delete_user};
use crate::operations::{end_late_turns, is_any_late};
use crate::store::{Store, Time, Transaction};
use crate::tables::channels::ExpiringChannel;
use crate::tables::{app_instances, channels, users};

/// How long an expired channel or user looks alive: the longest that the service takes to delete it.
const ALIVE: Duration = Duration::from_hours(6);

/// How much of the service's time passes between two sweeps, unless something asks for one.
const BETWEEN: Duration = Duration::from_mins(1);

/// How many expired channels, users and turns of processors one transaction ends.
const AT_A_TIME: u32 = 100;

/// When the next sweep is due.
#[derive(Debug)]
pub(crate) struct Sweep {
    /// In milliseconds since 1970.
    next: AtomicI64,
}

impl Sweep {
    /// A sweep that is due.
    pub(crate) fn due() -> Self {
        Self { next: AtomicI64::new(i64::MIN) }
    }

    /// Makes the next sweep due, as the clock or the world is another.
    pub(crate) fn make_due(&self) {
        self.next.store(i64::MIN, Ordering::Relaxed);
    }

    /// Sweeps if it is due. Returns whether messages may be left to delete, or processors to invoke.
    ///
    /// A sweep that fails is due again, as another program may write to the file.
    pub(crate) fn run(&self, store: &Store, now: SystemTime) -> bool {
        let time = Time::from(Timestamp::from(now));
        if time.as_millis() < self.next.load(Ordering::Relaxed) {
            return false;
        }
        let Ok(has_ended) = sweep(store, now, time) else { return false };
        self.next.store(time.after(BETWEEN).as_millis(), Ordering::Relaxed);
        has_ended
    }
}

fn sweep(store: &Store, now: SystemTime, time: Time) -> rusqlite::Result<bool> {
    let mut has_ended = false;
    let due = time.before(ALIVE);
    // A write would wait for other programs, and is rarely necessary.
    while store.read(|db| Ok(channels::is_any_expired(db, due)? || users::is_any_expired(db, due)?))? {
        store.write(now, |db| delete_expired(db, due))?;
        has_ended = true;
    }
    while store.read(|db| is_any_late(db, time))? {
        store.write(now, |db| end_late_turns(db, time, AT_A_TIME))?;
        has_ended = true;
    }
    if store.read(app_instances::is_any_retention)? {
        store.write(now, |db| app_instances::move_retention(db, time))?;
        has_ended |= store.read(app_instances::is_any_unpurged)?;
    }
    Ok(has_ended)
}

fn delete_expired(db: &Transaction<'_>, due: Time) -> rusqlite::Result<()> {
    for ExpiringChannel { key, settings, last_message_at } in channels::expired(db, due, AT_A_TIME)? {
        let after_last_message = settings.expiration_criterion == ExpirationCriterion::LastMessageTimestamp;
        let last = last_message_at.filter(|_| after_last_message);
        match last.map(|last| last.after_days(settings.expiration_days)) {
            Some(expires_at) if expires_at > due => channels::set_expires_at(db, key, expires_at)?,
            _ => delete_channel(db, key)?,
        }
    }
    for user in users::expired(db, due, AT_A_TIME)? {
        delete_user(db, user)?;
    }
    Ok(())
}
