//! The time, passed in.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

/// Tells the time by which requests are signed and signatures judged.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use chime_transport::Clock;
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
    /// A clock that shows what the function returns.
    pub fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The time.
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
