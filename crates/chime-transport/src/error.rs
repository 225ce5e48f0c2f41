//! The one error that a call returns.

use std::fmt;
use std::time::Duration;

use chime_types::{Exception, InvalidParameter, OneLine, ServiceError, UnreadableAnswer};

use crate::credentials::CredentialsError;
use crate::unreachable::{Unreachable, find, root};

/// The error of a call that has no output.
///
/// ```
#[doc = import!("{Error, ErrorKind}")]
#[doc = import_types!("{Exception, ServiceError}")]
///
/// fn log(error: &Error) {
///     if error.is_throttled() {
///         println!("slow down: {error}");
///     }
///     match error.exception() {
///         Some(Exception::ForbiddenException) => println!("the caller's role does not allow it"),
///         Some(other) => println!("the service says {other}"),
///         None => println!("no word from the service: {error}"),
///     }
/// }
///
/// let error = Error::new(ErrorKind::Service(ServiceError::new(Exception::ForbiddenException)));
/// assert!(error.is_forbidden() && !error.is_throttled() && !error.is_access_denied());
/// # log(&error);
/// ```
///
/// Its `Display` is one line for a log: operation, name and message, status, request id, attempts and time.
/// [`kind`](Self::kind) says what happened, the predicates what it means. It is one pointer wide.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    operation: Option<&'static str>,
    attempts: u32,
    elapsed: Duration,
    reached: bool,
    /// The advice of the endpoint about a connection that failed.
    hint: Option<String>,
}

/// The failure of the last attempt. Each variant says whether the call is attempted again after it, and whether the
/// service may have acted; [`Error::may_have_reached_service`] speaks of all attempts.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter is missing or malformed. Nothing was sent.
    InvalidParameter(InvalidParameter),
    /// A setting is missing or malformed. Nothing was sent.
    Config(String),
    /// No credentials were found to sign with. The call is not retried; the service did not act.
    Credentials(CredentialsError),
    /// No connection came about. Attempted again; the service did not act.
    Connect(Box<dyn std::error::Error + Send + Sync>),
    /// The connection broke before the whole response arrived, or the response was not HTTP. The call is retried if
    /// the operation is idempotent; the service may have acted.
    Io(Box<dyn std::error::Error + Send + Sync>),
    /// The time limit ended before the response arrived. An attempt is retried if the operation is idempotent; the
    /// service may have acted.
    Timeout(TimeLimit, Duration),
    /// The answer has more bytes than that. Not attempted again; the service has acted.
    TooLarge(usize),
    /// The service refused. Attempted again where it throttles; where it fails or is unavailable, if the
    /// operation is idempotent.
    Service(ServiceError),
    /// The service answered with success and a body that cannot be read. Not attempted again; the service
    /// has acted.
    Unreadable(UnreadableAnswer),
}

/// The limit that a call ran into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeLimit {
    /// The limit of one attempt.
    Attempt,
    /// The limit of the whole call, all attempts and the waits between them.
    Call,
}

impl Error {
    /// Returns an error of that kind, outside any call, for tests.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        let reached = match kind {
            ErrorKind::InvalidParameter(_)
            | ErrorKind::Config(_)
            | ErrorKind::Credentials(_)
            | ErrorKind::Connect(_) => false,
            ErrorKind::Io(_)
            | ErrorKind::Timeout(..)
            | ErrorKind::TooLarge(_)
            | ErrorKind::Service(_)
            | ErrorKind::Unreadable(_) => true,
        };
        let elapsed = Duration::ZERO;
        Self(Box::new(Inner { kind, operation: None, attempts: 0, elapsed, reached, hint: None }))
    }

    /// An error about a setting.
    pub(crate) fn config(reason: String) -> Self {
        Self::new(ErrorKind::Config(reason))
    }

    /// Returns this error for a call of which an earlier attempt may have reached the service.
    pub(crate) fn having_reached(mut self, reached: bool) -> Self {
        self.0.reached |= reached;
        self
    }

    /// Adds what the endpoint suggests about the failure.
    pub(crate) fn with_hint(mut self, hint: Option<String>) -> Self {
        self.0.hint = hint;
        self
    }

    /// Returns this error as the end of a call.
    #[must_use]
    pub fn during(mut self, operation: &'static str, attempts: u32, elapsed: Duration) -> Self {
        self.0.operation = Some(operation);
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    /// Returns what happened.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// Returns the operation of the call, as the service spells it.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns how often the request was attempted, 0 if it was refused beforehand.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// Returns how long the whole call took.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// Returns the service's refusal, if the service refused.
    #[must_use]
    pub fn service_error(&self) -> Option<&ServiceError> {
        match &self.0.kind {
            ErrorKind::Service(error) => Some(error),
            _ => None,
        }
    }

    /// Returns the exception that the service named.
    #[must_use]
    pub fn exception(&self) -> Option<&Exception> {
        self.service_error()?.exception.as_ref()
    }

    /// Returns the id under which AWS support finds the last attempt.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match &self.0.kind {
            ErrorKind::Service(error) => error.request_id.as_deref(),
            ErrorKind::Unreadable(error) => error.request_id(),
            _ => None,
        }
    }

    /// Returns whether there were more calls than the quota allows, attempts included: call less often.
    ///
    /// It says nothing about the request itself.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.service_error().is_some_and(is_throttling)
    }

    /// Returns whether the caller's role does not allow the call, or the resource does not exist or is hidden from the
    /// caller.
    ///
    /// The service does not tell these apart. A denial by IAM is [another error](Self::is_access_denied).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self.exception(), Some(Exception::ForbiddenException | Exception::NotFoundException))
    }

    /// Returns whether IAM's policies do not let these credentials call the operation.
    ///
    /// It says nothing about the request itself.
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        let denials = ["AccessDeniedException", "AccessDenied"];
        self.exception().is_some_and(|exception| denials.contains(&exception.as_str()))
    }

    /// Returns whether a time limit ended the attempt or the call.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Timeout(..))
    }

    /// Returns whether any attempt may have reached the service, so that it may have acted on it.
    #[must_use]
    pub fn may_have_reached_service(&self) -> bool {
        self.0.reached
    }
}

/// Whether an answer says "not so fast", under any of the names that AWS has for it.
pub(crate) fn is_throttling(error: &ServiceError) -> bool {
    const NAMES: &[&str] = &[
        "ThrottledClientException",
        "Throttling",
        "Throttled",
        "ThrottlingException",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "TransactionInProgressException",
        "SlowDown",
        "PriorRequestNotComplete",
        "EC2ThrottledException",
    ];
    error.status == 429 || NAMES.contains(&error.name())
}

impl From<InvalidParameter> for Error {
    fn from(invalid: InvalidParameter) -> Self {
        let operation = invalid.operation();
        Self::new(ErrorKind::InvalidParameter(invalid)).during(operation, 0, Duration::ZERO)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        match &self.0.kind {
            ErrorKind::InvalidParameter(invalid) => write!(f, "{}", OneLine(invalid)),
            ErrorKind::Config(reason) => write!(f, "{}", OneLine(reason)),
            ErrorKind::Credentials(error) => write!(f, "{}", OneLine(error)),
            ErrorKind::Connect(error) => match find::<Unreachable>(error.as_ref()) {
                Some(unreachable) => write!(f, "no connection: {}", OneLine(unreachable)),
                None => write!(f, "no connection: {}", OneLine(root(error.as_ref()))),
            },
            ErrorKind::Io(error) => {
                f.write_str("no answer")?;
                if let Some(hint) = &self.0.hint {
                    write!(f, " from {}", OneLine(hint))?;
                }
                write!(f, ": {}", OneLine(root(error.as_ref())))
            }
            ErrorKind::Timeout(TimeLimit::Attempt, limit) => write!(f, "no answer within {limit:?}"),
            ErrorKind::Timeout(TimeLimit::Call, limit) => {
                write!(f, "no answer within the {limit:?} of the whole call")
            }
            ErrorKind::TooLarge(limit) => write!(f, "the answer has more than {limit} bytes"),
            ErrorKind::Service(error) => write!(f, "{error}"),
            ErrorKind::Unreadable(error) => write!(f, "{error}"),
        }?;
        match self.0.attempts {
            0 => Ok(()),
            1 => write!(f, " after 1 attempt in {} ms", self.0.elapsed.as_millis()),
            attempts => write!(f, " after {attempts} attempts in {} ms", self.0.elapsed.as_millis()),
        }?;
        match &self.0.kind {
            ErrorKind::Connect(error) => {
                let advice =
                    find::<Unreachable>(error.as_ref()).and_then(|unreachable| unreachable.advice.as_ref());
                match self.0.hint.as_ref().or(advice) {
                    Some(advice) => write!(f, "; {}", OneLine(advice)),
                    None => Ok(()),
                }
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("operation", &self.0.operation)
            .field("kind", &self.0.kind)
            .field("attempts", &self.0.attempts)
            .field("elapsed", &self.0.elapsed)
            .field("may_have_reached_service", &self.0.reached)
            .finish()
    }
}

impl std::error::Error for Error {
    /// The error of hyper or rustls for a connection. Everything else is in `Display` already, and in
    /// [`kind`](Error::kind) to match on.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::Connect(error) | ErrorKind::Io(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    fn all() -> Vec<(ErrorKind, &'static str)> {
        let invalid = chime_types::operations::DescribeChannelMembershipForAppInstanceUser::builder()
            .channel_arn("general")
            .app_instance_user_arn("alice")
            .chime_bearer("alice")
            .build()
            .unwrap_err();
        let io = || std::io::Error::other(std::fmt::Error);
        vec![
            (ErrorKind::InvalidParameter(invalid), "ChannelArn: \"general\" is not"),
            (ErrorKind::Config("AWS_REGION:\nnone".to_owned()), r"AWS_REGION:\nnone"),
            (ErrorKind::Credentials(CredentialsError::new("nothing\rfound")), r"nothing\rfound"),
            (ErrorKind::TooLarge(7), "more than 7 bytes"),
            (ErrorKind::Connect(Box::new(io())), "no connection: an error occurred when formatting"),
            (ErrorKind::Io(Box::new(io())), "no answer: an error occurred when formatting"),
            (ErrorKind::Timeout(TimeLimit::Attempt, Duration::from_secs(1)), "no answer within 1s"),
            (ErrorKind::Timeout(TimeLimit::Call, Duration::from_secs(2)), "within the 2s of the whole call"),
            (
                ErrorKind::Service(ServiceError::new(Exception::ConflictException)),
                "ConflictException (status 409",
            ),
        ]
    }

    #[test]
    fn every_kind_is_a_line_with_its_cause_behind_it() {
        for (kind, said) in all() {
            let has_cause = matches!(kind, ErrorKind::Connect(_) | ErrorKind::Io(_));
            let error = Error::new(kind);
            let line = error.to_string();
            assert!(
                line.contains(said) && !line.contains(['\n', '\r']) && !line.contains("attempt"),
                "{line}"
            );
            assert_eq!(error.source().is_some(), has_cause, "{line}");
            assert!(format!("{error:?}").contains("kind: "), "{error:?}");
        }
    }

    #[test]
    fn an_error_is_one_pointer_wide() {
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn the_end_of_a_call_tells_what_it_took() {
        for (attempts, said) in
            [(0, ""), (1, " after 1 attempt in 1500 ms"), (2, " after 2 attempts in 1500 ms")]
        {
            let error = Error::new(ErrorKind::Config("x".to_owned())).during(
                "Op",
                attempts,
                Duration::from_millis(1500),
            );
            assert_eq!(error.to_string(), format!("Op: x{said}"));
            assert_eq!((error.operation(), error.attempts()), (Some("Op"), attempts));
            assert_eq!(error.elapsed(), Duration::from_millis(1500));
        }
    }
}
