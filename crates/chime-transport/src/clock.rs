//! The time, passed in.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};

/// Tells the time by which requests are signed and signatures judged.
///
/// ```
/// use std::time::{Duration, SystemTime};
#[doc = import!("Clock")]
///
/// let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291);
/// let stopped = Clock::new(move || start);
/// assert_eq!(stopped.now(), start);
/// ```
///
/// The default is the system's.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    /// Returns a clock that shows what the function returns.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the time.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        #[allow(clippy::disallowed_methods, reason = "the one place where the system's clock comes in")]
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}

/// The difference to the service's clock from which the clock is corrected. The service refuses signatures from a
/// difference of five minutes on, so a smaller one cannot be the reason for a refusal.
const TOLERANCE: Duration = Duration::from_mins(4);

/// The service's time, as far as it is known: the time of a clock, corrected by refusals.
#[derive(Debug)]
pub(crate) struct ServiceClock {
    clock: Clock,
    /// The correction to add, in milliseconds.
    correction: AtomicI64,
}

impl ServiceClock {
    pub(crate) fn new(clock: Clock) -> Self {
        Self { clock, correction: AtomicI64::new(0) }
    }

    pub(crate) fn now(&self) -> SystemTime {
        shift(self.clock.now(), self.correction.load(Ordering::Relaxed))
    }

    /// Learns from a refusal, made at `date`, of what was signed at another time; whether that was off. It may have been
    /// corrected meanwhile, by another call.
    pub(crate) fn correct(&self, signed: SystemTime, date: SystemTime) -> bool {
        let off = date.duration_since(signed).unwrap_or_else(|error| error.duration()) > TOLERANCE;
        if off {
            self.correction.store(difference(date, self.clock.now()), Ordering::Relaxed);
        }
        off
    }
}

fn shift(time: SystemTime, milliseconds: i64) -> SystemTime {
    let by = Duration::from_millis(milliseconds.unsigned_abs());
    let shifted = if milliseconds < 0 { time.checked_sub(by) } else { time.checked_add(by) };
    shifted.unwrap_or(time)
}

/// `a - b`, in milliseconds.
fn difference(a: SystemTime, b: SystemTime) -> i64 {
    let milliseconds = |duration: Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    match a.duration_since(b) {
        Ok(ahead) => milliseconds(ahead),
        Err(behind) => -milliseconds(behind.duration()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_off_is_corrected_and_one_that_is_not_is_left_alone() {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291);
        // seconds that the service is ahead, whether that is corrected
        for (ahead, corrected) in
            [(0, false), (200, false), (-200, false), (301, true), (-301, true), (86_400 * 400, true)]
        {
            let clock = ServiceClock::new(Clock::new(move || start));
            let date = shift(start, ahead * 1000);
            assert_eq!(clock.correct(start, date), corrected, "{ahead}");
            assert_eq!(clock.now(), if corrected { date } else { start }, "{ahead}");
            // Another call that was signed before that learns it as well.
            assert_eq!(clock.correct(start, date), corrected, "{ahead}");
            // It is remembered, and undone when the service says so.
            assert!(!clock.correct(clock.now(), date), "{ahead}");
            assert_eq!(clock.correct(clock.now(), start), corrected, "{ahead}");
            assert_eq!(clock.now(), start, "{ahead}");
        }
    }
}
