//! When a call is attempted again, and after how long.

use std::time::Duration;

use crate::error::is_throttling;
use crate::{Error, ErrorKind};

/// How often a call is attempted and how long it waits in between.
///
/// ```
/// use chime_transport::RetryPolicy;
///
/// let patient = RetryPolicy { max_attempts: 8, ..RetryPolicy::default() };
/// assert_eq!(RetryPolicy::default().max_attempts, 3);
/// # let _ = patient;
/// ```
///
/// The wait before attempt *n* + 1 is a random part of `base` · 2ⁿ⁻¹, at most `longest`: "full jitter". An
/// `x-amz-retry-after` header, in milliseconds, makes it longer, never shorter. A wait that would outlast
/// the call's time limit is not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts altogether, at least 1. AWS' default is 3.
    pub max_attempts: u32,
    /// The longest first wait after a failure: 50 ms.
    pub base: Duration,
    /// The longest first wait after throttling: 1 s.
    pub throttling_base: Duration,
    /// The longest wait of its own accord: 20 s.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base: Duration::from_millis(50),
            throttling_base: Duration::from_secs(1),
            longest: Duration::from_secs(20),
        }
    }
}

impl RetryPolicy {
    /// The wait after that many attempts, the last of which failed with `error`.
    fn wait(&self, error: &Error, retry_after: Option<Duration>, attempts: u32, random: f64) -> Duration {
        let base = if error.is_throttled() { self.throttling_base } else { self.base };
        let longest = base.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1))).min(self.longest);
        longest.mul_f64(random).max(retry_after.unwrap_or_default())
    }
}

/// An attempt that brought no answer.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) error: Error,
    /// How long the service asks to wait.
    pub(crate) retry_after: Option<Duration>,
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Self { error: Error::new(kind), retry_after: None }
    }
}

/// Whether another attempt may help and can do no harm.
fn may_retry(kind: &ErrorKind, idempotent: bool) -> bool {
    match kind {
        ErrorKind::Connect(_) => true,
        ErrorKind::Io(_) | ErrorKind::Timeout(..) => idempotent,
        ErrorKind::Service(error) if is_throttling(error) => true,
        ErrorKind::Service(error) => {
            idempotent
                && (matches!(error.status, 500 | 502 | 503 | 504)
                    || matches!(error.name(), "RequestTimeout" | "RequestTimeoutException"))
        }
        ErrorKind::InvalidParameter(_)
        | ErrorKind::Config(_)
        | ErrorKind::Credentials(_)
        | ErrorKind::TooLarge(_)
        | ErrorKind::Unreadable(_) => false,
    }
}

/// Calls `attempt` until it answers, fails for good, has used up its attempts or `left`, the time that is
/// left, is too short for the next wait. Returns the number of attempts too.
pub(crate) async fn retry<T, Attempt, Sleep>(
    policy: &RetryPolicy,
    idempotent: bool,
    mut attempt: impl FnMut() -> Attempt,
    mut sleep: impl FnMut(Duration) -> Sleep,
    mut random: impl FnMut() -> f64,
    left: impl Fn() -> Duration,
) -> (Result<T, Error>, u32)
where
    Attempt: Future<Output = Result<T, Failure>>,
    Sleep: Future<Output = ()>,
{
    let mut attempts = 0;
    let mut reached = false;
    loop {
        let Failure { error, retry_after } = match attempt().await {
            Ok(answer) => return (Ok(answer), attempts + 1),
            Err(failure) => failure,
        };
        // What failed before anything was sent was no attempt.
        attempts += u32::from(!matches!(error.kind(), ErrorKind::Credentials(_) | ErrorKind::Config(_)));
        reached |= error.may_have_reached_service();
        let again = attempts < policy.max_attempts && may_retry(error.kind(), idempotent);
        let wait = policy.wait(&error, retry_after, attempts, random());
        if !again || wait >= left() {
            return (Err(error.having_reached(reached)), attempts);
        }
        sleep(wait).await;
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::ready;

    use chime_types::{Exception, ServiceError};

    use super::*;

    const FOREVER: Duration = Duration::MAX;

    fn service(name: &str) -> Failure {
        ErrorKind::Service(ServiceError::new(Exception::from(name))).into()
    }

    fn status(status: u16) -> Failure {
        let mut error = ServiceError::new(Exception::from("unheard of"));
        error.exception = None;
        error.status = status;
        ErrorKind::Service(error).into()
    }

    fn io() -> Failure {
        ErrorKind::Io("reset".into()).into()
    }

    fn connect() -> Failure {
        ErrorKind::Connect("refused".into()).into()
    }

    /// Fails always; returns the number of attempts and the waits between them.
    async fn fail(
        policy: RetryPolicy,
        idempotent: bool,
        failure: impl Fn() -> Failure,
        random: f64,
        left: Duration,
    ) -> (u32, Vec<Duration>) {
        let waits = RefCell::new(Vec::new());
        let (result, attempts) = retry(
            &policy,
            idempotent,
            || ready(Err::<(), _>(failure())),
            |wait| {
                waits.borrow_mut().push(wait);
                ready(())
            },
            || random,
            || left,
        )
        .await;
        assert!(result.is_err());
        (attempts, waits.into_inner())
    }

    #[tokio::test]
    async fn what_is_attempted_again() {
        let cases: [(&dyn Fn() -> Failure, u32, u32); 16] = [
            // failure, attempts if idempotent, attempts if not
            (&|| service("ThrottledClientException"), 3, 3),
            (&|| service("ThrottlingException"), 3, 3),
            (&|| service("TooManyRequestsException"), 3, 3),
            (&|| status(429), 3, 3),
            (&|| service("ServiceFailureException"), 3, 1),
            (&|| service("ServiceUnavailableException"), 3, 1),
            (&|| status(502), 3, 1),
            (&|| status(504), 3, 1),
            (&|| service("RequestTimeoutException"), 3, 1),
            (&io, 3, 1),
            (&connect, 3, 3),
            (&|| service("BadRequestException"), 1, 1),
            (&|| service("ForbiddenException"), 1, 1),
            (&|| service("UnauthorizedClientException"), 1, 1),
            (&|| service("AccessDeniedException"), 1, 1),
            (&|| status(501), 1, 1),
        ];
        for (failure, if_idempotent, if_not) in cases {
            let policy = RetryPolicy::default();
            for (idempotent, expected) in [(true, if_idempotent), (false, if_not)] {
                let (attempts, waits) = fail(policy, idempotent, failure, 0.5, FOREVER).await;
                assert_eq!(attempts, expected, "{:?}, idempotent {idempotent}", failure());
                assert_eq!(waits.len(), expected as usize - 1);
            }
        }
    }

    #[tokio::test]
    async fn waits_double_up_to_the_longest_and_throttling_waits_longer() {
        let policy = RetryPolicy { max_attempts: 12, ..RetryPolicy::default() };
        let millis = |waits: Vec<Duration>| waits.iter().map(Duration::as_millis).collect::<Vec<_>>();
        let (_, waits) = fail(policy, true, io, 1.0, FOREVER).await;
        assert_eq!(millis(waits), [50, 100, 200, 400, 800, 1600, 3200, 6400, 12800, 20000, 20000]);
        let (_, waits) = fail(policy, true, || service("ThrottledClientException"), 0.5, FOREVER).await;
        assert_eq!(millis(waits)[..6], [500, 1000, 2000, 4000, 8000, 10000]);
    }

    #[tokio::test]
    async fn the_services_wish_makes_a_wait_longer_never_shorter() {
        for (wish, expected) in [(700, 700), (1, 25)] {
            let failure = || Failure { retry_after: Some(Duration::from_millis(wish)), ..io() };
            let (_, waits) = fail(RetryPolicy::default(), true, failure, 0.5, FOREVER).await;
            assert_eq!(waits[0].as_millis(), expected);
        }
    }

    #[tokio::test]
    async fn a_wait_that_would_outlast_the_call_is_not_begun() {
        let (attempts, waits) = fail(RetryPolicy::default(), true, io, 1.0, Duration::from_millis(50)).await;
        assert_eq!((attempts, waits.len()), (1, 0));
    }

    #[tokio::test]
    async fn the_last_error_tells_of_the_attempts_before_it() {
        let credentials = || ErrorKind::Credentials(crate::CredentialsError::new("gone")).into();
        // failures in their order; attempts, whether the service may have been reached
        let cases: [(Vec<Failure>, u32, bool); 5] = [
            (vec![connect(), connect(), connect()], 3, false),
            (vec![io(), connect(), connect()], 3, true),
            (vec![connect(), io(), connect()], 3, true),
            (vec![credentials()], 0, false),
            (vec![io(), credentials()], 1, true),
        ];
        for (failures, expected, reached) in cases {
            let context = format!("{failures:?}");
            let mut failures = failures.into_iter();
            let attempt = || ready(Err::<(), _>(failures.next().unwrap()));
            let (result, attempts) =
                retry(&RetryPolicy::default(), true, attempt, |_| ready(()), || 0.0, || FOREVER).await;
            assert_eq!(attempts, expected, "{context}");
            assert_eq!(result.unwrap_err().may_have_reached_service(), reached, "{context}");
        }
    }

    #[tokio::test]
    async fn an_answer_ends_it() {
        let mut failures = vec![io(), service("ThrottledClientException")];
        let attempt = || ready(failures.pop().map_or(Ok("answer"), Err));
        let (result, attempts) =
            retry(&RetryPolicy::default(), true, attempt, |_| ready(()), || 0.0, || FOREVER).await;
        assert_eq!((result.unwrap(), attempts), ("answer", 3));
    }
}
