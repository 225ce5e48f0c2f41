//! Interceptors, with which a user's own code sees every attempt.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use crate::error::Error;

/// Sees every attempt of every call, for metrics and for additional headers.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use bytes::Bytes;
#[doc = import!("{Attempt, Error, Intercept}")]
/// use http::{HeaderMap, HeaderValue, Response};
///
/// #[derive(Debug, Default)]
/// struct Observer {
///     throttled: AtomicU64,
/// }
///
/// impl Intercept for Observer {
///     fn before_signing(&self, _: &Attempt, headers: &mut HeaderMap) {
///         headers.insert("x-correlation-id", HeaderValue::from_static("7b2a"));
///     }
///
///     fn after_attempt(&self, attempt: &Attempt, outcome: Result<&Response<Bytes>, &Error>) {
///         if outcome.is_err_and(Error::is_throttled) {
///             self.throttled.fetch_add(1, Ordering::Relaxed);
///             eprintln!("{}: attempt {} was throttled", attempt.operation, attempt.number);
///         }
///     }
/// }
/// ```
///
/// Everything waits for it: it must not block.
pub trait Intercept: fmt::Debug + Send + Sync + 'static {
    /// Sees the headers of an attempt before it is signed, and may change them.
    ///
    /// Headers that are added are signed and sent. `host`, `user-agent`, `authorization` and those of the signature are set
    /// afterwards.
    fn before_signing(&self, attempt: &Attempt, headers: &mut HeaderMap) {
        let _ = (attempt, headers);
    }

    /// Sees the outcome of an attempt.
    ///
    /// The body of an answer may contain what must not be logged.
    fn after_attempt(&self, attempt: &Attempt, outcome: Result<&http::Response<Bytes>, &Error>) {
        let _ = (attempt, outcome);
    }
}

/// An attempt of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Attempt {
    /// The operation, as the service spells it.
    pub operation: &'static str,
    /// 1 for the first.
    pub number: u32,
    /// The time since the call began.
    pub elapsed: Duration,
}
