//! The one error that a call returns.

use std::fmt;
use std::time::Duration;

use chime_types::{Exception, InvalidParameter, ServiceError, UnreadableAnswer};

use crate::CredentialsError;

/// Why a call has no answer.
///
/// ```
/// use chime_transport::{Error, ErrorKind};
/// use chime_types::{Exception, ServiceError};
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
}

/// What happened. Each variant says whether the call is attempted again and whether the service may have
/// acted on it.
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A parameter is missing or malformed. Nothing was sent.
    InvalidParameter(InvalidParameter),
    /// A setting is missing or malformed. Nothing was sent.
    Config(String),
    /// There are no credentials to sign with. Nothing was sent.
    Credentials(CredentialsError),
    /// No connection came about. Always attempted again; the service did not act.
    Connect(Box<dyn std::error::Error + Send + Sync>),
    /// The connection broke, or what came was no HTTP, before an answer was there. Attempted again where
    /// the operation is idempotent; the service may have acted.
    Io(Box<dyn std::error::Error + Send + Sync>),
    /// There was no answer in time. As with [`Io`](Self::Io).
    Timeout(TimeLimit, Duration),
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
    /// An error of that kind, outside any call. User code makes them in its tests.
    #[must_use]
    pub fn new(kind: ErrorKind) -> Self {
        let reached = match kind {
            ErrorKind::InvalidParameter(_)
            | ErrorKind::Config(_)
            | ErrorKind::Credentials(_)
            | ErrorKind::Connect(_) => false,
            ErrorKind::Io(_) | ErrorKind::Timeout(..) | ErrorKind::Service(_) | ErrorKind::Unreadable(_) => {
                true
            }
        };
        Self(Box::new(Inner { kind, operation: None, attempts: 0, elapsed: Duration::ZERO, reached }))
    }

    /// The same error, where an attempt before it may have reached the service.
    pub(crate) fn having_reached(mut self, reached: bool) -> Self {
        self.0.reached |= reached;
        self
    }

    /// The same error, as the end of a call.
    #[must_use]
    pub fn during(mut self, operation: &'static str, attempts: u32, elapsed: Duration) -> Self {
        self.0.operation = Some(operation);
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    /// What happened.
    #[must_use]
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The operation that was called, as the service spells it.
    #[must_use]
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// How often the request was attempted; 0 where it was refused beforehand.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the whole call took.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed
    }

    /// What the service said, where it refused.
    #[must_use]
    pub fn service_error(&self) -> Option<&ServiceError> {
        match &self.0.kind {
            ErrorKind::Service(error) => Some(error),
            _ => None,
        }
    }

    /// The exception that the service named.
    #[must_use]
    pub fn exception(&self) -> Option<&Exception> {
        self.service_error()?.exception.as_ref()
    }

    /// The id under which AWS support finds the last attempt.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.service_error()?.request_id.as_deref()
    }

    /// More calls than the quota allows, attempts included: call less often. It says nothing of what was
    /// asked.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        self.service_error().is_some_and(is_throttling)
    }

    /// The caller's role does not allow the call, or what was asked for does not exist or is not the
    /// caller's to see; the service does not tell these apart. IAM's own denial is
    /// [another thing](Self::is_access_denied).
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        matches!(self.exception(), Some(Exception::ForbiddenException | Exception::NotFoundException))
    }

    /// IAM's policies do not let these credentials call the operation. It says nothing of what was asked.
    #[must_use]
    pub fn is_access_denied(&self) -> bool {
        let denials = ["AccessDeniedException", "AccessDenied"];
        self.exception().is_some_and(|exception| denials.contains(&exception.as_str()))
    }

    /// There was no answer in time.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Timeout(..))
    }

    /// Whether any attempt may have reached the service, so that it may have acted on it.
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
        let mut context = Vec::new();
        match &self.0.kind {
            ErrorKind::InvalidParameter(invalid) => write!(f, "{invalid}")?,
            ErrorKind::Config(reason) => f.write_str(reason)?,
            ErrorKind::Credentials(error) => write!(f, "{error}")?,
            ErrorKind::Connect(error) => write!(f, "no connection: {}", Chain(error.as_ref()))?,
            ErrorKind::Io(error) => write!(f, "no answer: {}", Chain(error.as_ref()))?,
            ErrorKind::Timeout(TimeLimit::Attempt, limit) => write!(f, "no answer within {limit:?}")?,
            ErrorKind::Timeout(TimeLimit::Call, limit) => {
                write!(f, "no answer within the {limit:?} of the whole call")?;
            }
            ErrorKind::Service(error) => {
                f.write_str(error.name())?;
                if let Some(message) = &error.message {
                    write!(f, ": {}", message.replace(['\r', '\n'], " "))?;
                }
                context.push(format!("status {}", error.status));
                context.extend(error.request_id.as_ref().map(|id| format!("request id {id}")));
            }
            ErrorKind::Unreadable(error) => write!(f, "{error}")?,
        }
        if self.0.attempts > 0 {
            let s = if self.0.attempts == 1 { "" } else { "s" };
            context.push(format!("{} attempt{s} in {} ms", self.0.attempts, self.0.elapsed.as_millis()));
        }
        if context.is_empty() { Ok(()) } else { write!(f, " ({})", context.join(", ")) }
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
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.kind {
            ErrorKind::InvalidParameter(error) => Some(error),
            ErrorKind::Credentials(error) => Some(error),
            ErrorKind::Connect(error) | ErrorKind::Io(error) => Some(error.as_ref()),
            ErrorKind::Service(error) => Some(error),
            ErrorKind::Unreadable(error) => Some(error),
            ErrorKind::Config(_) | ErrorKind::Timeout(..) => None,
        }
    }
}

/// An error and what it came from, on one line: hyper's own text leaves the cause out.
struct Chain<'a>(&'a (dyn std::error::Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut said = self.0.to_string();
        f.write_str(&said)?;
        let mut error = self.0.source();
        while let Some(cause) = error {
            let text = cause.to_string();
            if !said.contains(&text) {
                write!(f, ": {text}")?;
                said = text;
            }
            error = cause.source();
        }
        Ok(())
    }
}
