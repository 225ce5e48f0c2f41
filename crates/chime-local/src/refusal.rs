//! Refusals: the exceptions that calls are answered with.

use chime_types::{Exception, ServiceError};
use rusqlite::ErrorCode;

/// An exception that a call is answered with.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Parts>);

#[derive(Debug)]
struct Parts {
    error: ServiceError,
    /// The text for the log, which the answer does not contain.
    cause: Option<String>,
    /// Another program writes to the store: the call may pass if it is tried again.
    is_busy: bool,
}

impl Refusal {
    /// A refusal by the service itself, with the status of the exception.
    pub(crate) fn new(exception: impl Into<Exception>, message: impl Into<String>) -> Self {
        let mut error = ServiceError::new(exception.into());
        error.message = Some(message.into());
        Self(Box::new(Parts { error, cause: None, is_busy: false }))
    }

    /// A refusal by AWS' front door: the name is in the body too, and the status is 403.
    pub(crate) fn by_front_door(name: &str, message: impl Into<String>) -> Self {
        let mut refusal = Self::new(name, message).with_status(403);
        refusal.0.error.code = Some(name.to_owned());
        refusal
    }

    /// The caller is not allowed to do this, or must not learn whether it could. Only the log says why.
    pub(crate) fn forbidden(cause: impl Into<String>) -> Self {
        let message = "You do not have sufficient access to perform this action";
        Self::new(Exception::ForbiddenException, message).because(cause)
    }

    /// The bearer is missing, malformed or not a user: the service does not tell which, but the log does.
    pub(crate) fn unauthorized(cause: &str) -> Self {
        let message = "An invalid app instance user ARN was supplied for the x-amz-chime-bearer HTTP header.";
        Self::new(Exception::UnauthorizedClientException, message).because(cause)
    }

    /// A copy of this refusal with a cause, which the log says and the answer does not.
    pub(crate) fn because(mut self, cause: impl Into<String>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(Exception::NotFoundException, format!("The {what} does not exist"))
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(Exception::BadRequestException, message)
    }

    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(Exception::ConflictException, message)
    }

    /// Something failed here that is not the caller's fault.
    pub(crate) fn failure(message: impl Into<String>) -> Self {
        Self::new(Exception::ServiceFailureException, message)
    }

    /// A copy of this refusal with another status.
    pub(crate) fn with_status(mut self, status: u16) -> Self {
        self.0.error.status = status;
        self
    }

    /// The exception's name.
    pub(crate) fn name(&self) -> &str {
        self.0.error.name()
    }

    /// Returns the text for the log: the cause if it has one, otherwise its message.
    pub(crate) fn cause(&self) -> Option<&str> {
        self.0.cause.as_deref().or(self.0.error.message.as_deref())
    }

    /// Whether the call may pass if it is tried again, once another program has written to the store.
    pub(crate) fn is_busy(&self) -> bool {
        self.0.is_busy
    }

    /// The error to send, with the id of the request that it answers.
    pub(crate) fn into_error(self, request_id: Option<&str>) -> ServiceError {
        let mut error = self.0.error;
        error.request_id = request_id.map(str::to_owned);
        error
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        let mut refusal = Self::failure(format!("the store: {error}"));
        refusal.0.is_busy =
            matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        refusal
    }
}
