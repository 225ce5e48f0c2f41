//! The policy for retries.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use crate::error::{Error, ErrorKind, is_throttling};

/// The policy for retries: how often a call is attempted, and after which waits.
///
/// ```
#[doc = import!("RetryPolicy")]
///
/// let patient = RetryPolicy { max_attempts: 8, ..RetryPolicy::default() };
/// assert_eq!(RetryPolicy::default().max_attempts, 3);
/// # let _ = patient;
/// ```
///
/// The wait before attempt *n* + 1 is a random part of `base` · 2ⁿ⁻¹, at most `longest`: "full jitter". The headers
/// `x-amz-retry-after`, in milliseconds, and `Retry-After`, in seconds or as a date, make it longer, never shorter. A
/// wait that would outlast the call's time limit is not started: the call returns the error at once.
///
/// All calls of a client share a budget for further attempts, as in AWS' own clients: 500, of which one costs 14, or 5
/// after throttling. A success gives back what its last further attempt cost, or 1. Without budget a failure is final.
///
/// Three faults are corrected at once, and the next attempt does not count: a pooled connection that turned out to be
/// dead, clock skew, and expired credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// The largest number of attempts, at least 1. AWS' default is 3.
    pub max_attempts: u32,
    /// The longest first wait after a failure: 50 ms.
    pub base: Duration,
    /// The longest first wait after throttling: 1 s.
    pub throttling_base: Duration,
    /// The longest wait that the client chooses: 20 s.
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
    /// The wait that the service requests.
    pub(crate) retry_after: Option<Duration>,
    /// The fault that has been corrected, so that the call can be attempted again at once.
    pub(crate) remedy: Option<Remedy>,
}

/// A fault of an attempt that has been corrected. It says nothing about the state of the service, so the next attempt
/// is made at once and does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remedy {
    /// The connection was dead and is gone. The pool has only so many of them.
    Connection,
    /// The clock was off and is corrected: good for one attempt.
    Clock,
    /// The credentials had expired, and their source gave others. This is done once for each call.
    Credentials,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, retry_after: None, remedy: None }
    }
}

impl From<ErrorKind> for Failure {
    fn from(kind: ErrorKind) -> Self {
        Error::new(kind).into()
    }
}

/// The budget that all calls of a client share for retries, so that they do not flood a failing service. Each retry has a
/// cost, each success gives some of it back, and without a budget a failure is final.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

/// AWS' figures.
const FULL: u32 = 500;
const COST: u32 = 14;
const COST_OF_THROTTLING: u32 = 5;
/// The amount that a success at the first attempt gives back; a later success gives back the cost of the last retry.
const GAIN: u32 = 1;

impl Default for Budget {
    fn default() -> Self {
        Self(AtomicU32::new(FULL))
    }
}

impl Budget {
    fn take(&self, cost: u32) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    fn give_back(&self, gain: u32) {
        // Full is what it nearly always is: then nothing is written that other cores would have to see.
        if self.0.load(Ordering::Relaxed) < FULL {
            let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                Some(left.saturating_add(gain).min(FULL))
            });
        }
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

/// The retries of one call: after each failed attempt it decides whether and when the next one is made.
///
/// It neither sends nor waits, so that its tests need neither a service nor a clock.
#[derive(Debug)]
pub(crate) struct Retries<'c> {
    policy: &'c RetryPolicy,
    budget: &'c Budget,
    idempotent: bool,
    /// The number of attempts.
    attempts: u32,
    /// The number of attempts that do not count.
    free: u32,
    /// Whether any of them may have reached the service.
    reached: bool,
    /// The amount that a success gives back to the budget.
    gain: u32,
    used: Vec<Remedy>,
}

/// Returns the step after a failed attempt.
#[derive(Debug)]
pub(crate) enum Next {
    /// The next attempt, at once.
    AttemptNow,
    /// The next attempt, after a wait.
    AttemptAfter(Duration),
    /// Nothing: the call ends with this error.
    Fail(Error),
}

impl<'c> Retries<'c> {
    pub(crate) fn new(policy: &'c RetryPolicy, budget: &'c Budget, idempotent: bool) -> Self {
        Self {
            policy,
            budget,
            idempotent,
            attempts: 0,
            free: 0,
            reached: false,
            gain: GAIN,
            used: Vec::new(),
        }
    }

    /// Returns the number of attempts.
    pub(crate) fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Counts an attempt that was answered.
    pub(crate) fn answered(&mut self) {
        self.attempts += 1;
        self.budget.give_back(self.gain);
    }

    /// Counts an attempt that failed and decides what follows, with `left` of the call's time.
    pub(crate) fn failed(&mut self, failure: Failure, left: Duration, random: impl FnOnce() -> f64) -> Next {
        let Failure { error, retry_after, remedy } = failure;
        // A failure before anything was sent is not an attempt.
        self.attempts += u32::from(!matches!(error.kind(), ErrorKind::Credentials(_) | ErrorKind::Config(_)));
        self.reached |= error.may_have_reached_service();
        if let Some(remedy) = remedy
            && may_repeat(remedy, self.idempotent)
            && (remedy == Remedy::Connection || !self.used.contains(&remedy))
            && !left.is_zero()
        {
            self.used.push(remedy);
            self.free += 1;
            return Next::AttemptNow;
        }
        let cost = if error.is_throttled() { COST_OF_THROTTLING } else { COST };
        let counted = self.attempts - self.free;
        if counted < self.policy.max_attempts && may_retry(error.kind(), self.idempotent) {
            // Only now, since the first random number of a process takes longer than a call.
            let wait = self.policy.wait(&error, retry_after, counted, random());
            if wait < left && self.budget.take(cost) {
                self.gain = cost;
                return Next::AttemptAfter(wait);
            }
        }
        Next::Fail(error.having_reached(self.reached))
    }
}

/// Returns whether a call may be repeated after this correction: a dead connection may have carried the request.
fn may_repeat(remedy: Remedy, idempotent: bool) -> bool {
    remedy != Remedy::Connection || idempotent
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::ready;

    use chime_types::{Exception, ServiceError};

    use super::*;

    const FOREVER: Duration = Duration::MAX;

    /// Calls `attempt`, with its number, as [`Retries`] decide. Returns the number of attempts too.
    async fn retry<T, Attempted: Future<Output = Result<T, Failure>>, Sleep: Future<Output = ()>>(
        policy: &RetryPolicy,
        budget: &Budget,
        idempotent: bool,
        mut attempt: impl FnMut(u32) -> Attempted,
        mut sleep: impl FnMut(Duration) -> Sleep,
        mut random: impl FnMut() -> f64,
        left: impl Fn() -> Duration,
    ) -> (Result<T, Error>, u32) {
        let mut retries = Retries::new(policy, budget, idempotent);
        loop {
            match attempt(retries.attempts() + 1).await {
                Ok(answer) => {
                    retries.answered();
                    return (Ok(answer), retries.attempts());
                }
                Err(failure) => match retries.failed(failure, left(), &mut random) {
                    Next::AttemptNow => {}
                    Next::AttemptAfter(wait) => sleep(wait).await,
                    Next::Fail(error) => return (Err(error), retries.attempts()),
                },
            }
        }
    }

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
            &Budget::default(),
            idempotent,
            |_| ready(Err::<(), _>(failure())),
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
    async fn the_failure_and_the_operation_decide_whether_a_call_is_retried() {
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
        let credentials = || ErrorKind::Credentials(crate::credentials::CredentialsError::new("gone")).into();
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
            let attempt = |_| ready(Err::<(), _>(failures.next().unwrap()));
            let (result, attempts) = at_once(&Budget::default(), true, attempt).await;
            assert_eq!(attempts, expected, "{context}");
            assert_eq!(result.unwrap_err().may_have_reached_service(), reached, "{context}");
        }
    }

    /// Attempts a call by the default policy without waiting.
    async fn at_once<T, Attempted: Future<Output = Result<T, Failure>>>(
        budget: &Budget,
        idempotent: bool,
        attempt: impl FnMut(u32) -> Attempted,
    ) -> (Result<T, Error>, u32) {
        let policy = RetryPolicy::default();
        retry(&policy, budget, idempotent, attempt, |_| ready(()), || 0.0, || FOREVER).await
    }

    #[tokio::test]
    async fn an_answer_ends_it() {
        let mut failures = vec![io(), service("ThrottledClientException")];
        let mut numbers = Vec::new();
        let attempt = |number| {
            numbers.push(number);
            ready(failures.pop().map_or(Ok("answer"), Err))
        };
        let (result, attempts) = at_once(&Budget::default(), true, attempt).await;
        assert_eq!((result.unwrap(), attempts), ("answer", 3));
        assert_eq!(numbers, [1, 2, 3]);
    }

    #[tokio::test]
    async fn a_corrected_fault_is_retried_at_once_and_does_not_count() {
        let dead = || Failure { remedy: Some(Remedy::Connection), ..io() };
        let off = || Failure { remedy: Some(Remedy::Clock), ..service("RequestTimeTooSkewed") };
        let ended = || Failure { remedy: Some(Remedy::Credentials), ..service("ExpiredTokenException") };
        // failures in their order, attempts and waits if idempotent, and if not
        let cases = [
            (vec![dead(), dead(), dead(), dead()], (5, 0), (1, 0)),
            (vec![dead(), io(), dead(), io(), io()], (5, 2), (1, 0)),
            (vec![off()], (2, 0), (2, 0)),
            // The second time, the correction did not help.
            (vec![off(), off()], (2, 0), (2, 0)),
            (vec![off(), ended()], (3, 0), (3, 0)),
            (vec![ended(), connect(), connect(), connect()], (4, 2), (4, 2)),
        ];
        for (failures, if_idempotent, if_not) in cases {
            for (idempotent, expected) in [(true, if_idempotent), (false, if_not)] {
                let context = format!("{failures:?}, idempotent {idempotent}");
                let mut left = failures.iter().map(|failure| Failure {
                    error: Error::new(match failure.error.kind() {
                        ErrorKind::Connect(_) => ErrorKind::Connect("refused".into()),
                        ErrorKind::Service(error) => ErrorKind::Service(error.clone()),
                        _ => ErrorKind::Io("reset".into()),
                    }),
                    ..*failure
                });
                let mut waits = 0;
                let sleep = |_| {
                    waits += 1;
                    ready(())
                };
                let attempt = |_| ready(left.next().map_or(Ok(()), Err));
                let (policy, budget) = (RetryPolicy::default(), Budget::default());
                let (_, attempts) =
                    retry(&policy, &budget, idempotent, attempt, sleep, || 0.0, || FOREVER).await;
                assert_eq!((attempts, waits), expected, "{context}");
            }
        }
    }

    #[tokio::test]
    async fn nothing_is_corrected_after_the_time_limit() {
        let dead = |_| ready(Err::<(), _>(Failure { remedy: Some(Remedy::Connection), ..io() }));
        let (policy, budget) = (RetryPolicy::default(), Budget::default());
        let over = || Duration::ZERO;
        let (result, attempts) = retry(&policy, &budget, true, dead, |_| ready(()), || 0.0, over).await;
        assert!(result.is_err());
        assert_eq!(attempts, 1);
    }

    #[tokio::test]
    async fn a_service_that_fails_is_not_hammered() {
        // the failure, and the number of calls until the budget is used up
        let cases: [(&dyn Fn() -> Failure, u32); 2] =
            [(&io, 500 / 14), (&|| service("ThrottledClientException"), 500 / 5)];
        for (failure, further) in cases {
            let budget = Budget::default();
            let mut attempts = 0;
            for _ in 0..200 {
                attempts += at_once(&budget, true, |_| ready(Err::<(), _>(failure()))).await.1;
            }
            assert_eq!(attempts, 200 + further, "{:?}", failure());

            // Successes give it back, one by one.
            let cost = if failure().error.is_throttled() { 5 } else { 14 };
            let spent = 500 - further * cost;
            for _ in spent..cost {
                at_once(&budget, true, |_| ready(Ok(()))).await.0.unwrap();
            }
            let (_, attempts) = at_once(&budget, true, |_| ready(Err::<(), _>(failure()))).await;
            assert_eq!(attempts, 2);
            // One that took a further attempt gives back what that cost.
            at_once(&budget, true, |_| ready(Ok(()))).await.0.unwrap();
            budget.give_back(cost - 1);
            for _ in 0..10 {
                let mut failures = vec![failure()];
                let attempt = |_| ready(failures.pop().map_or(Ok(()), Err));
                assert_eq!(at_once(&budget, true, attempt).await.1, 2);
            }
        }
    }

    #[test]
    fn a_budget_is_never_more_than_full() {
        let budget = Budget::default();
        budget.give_back(COST);
        assert!(budget.take(FULL) && !budget.take(1));
    }
}
