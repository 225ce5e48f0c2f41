//! Refusals: the exceptions that calls are answered with.

use chime_types::{Exception, ServiceError};

/// An exception that a call is answered with.
#[derive(Debug)]
pub(crate) struct Refusal(Box<ServiceError>);

impl Refusal {
    /// A refusal by the service itself, with the status of the exception.
    pub(crate) fn new(exception: impl Into<Exception>, message: impl Into<String>) -> Self {
        let mut error = ServiceError::new(exception.into());
        error.message = Some(message.into());
        Self(Box::new(error))
    }

    /// A refusal by AWS' front door: the name is in the body too, and the status is 403.
    pub(crate) fn by_front_door(name: &str, message: impl Into<String>) -> Self {
        let mut refusal = Self::new(name, message).with_status(403);
        refusal.0.code = Some(name.to_owned());
        refusal
    }

    /// The caller is not allowed to do this, or must not learn whether it could.
    pub(crate) fn forbidden() -> Self {
        let message = "You do not have sufficient access to perform this action";
        Self::new(Exception::ForbiddenException, message)
    }

    /// The bearer is missing, malformed or not a user: the service does not tell which.
    pub(crate) fn unauthorized() -> Self {
        let message = "An invalid app instance user ARN was supplied for the x-amz-chime-bearer HTTP header.";
        Self::new(Exception::UnauthorizedClientException, message)
    }

    pub(crate) fn not_found(what: &str) -> Self {
        Self::new(Exception::NotFoundException, format!("There is no such {what}"))
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
        self.0.status = status;
        self
    }

    /// The exception's name.
    pub(crate) fn name(&self) -> &str {
        self.0.name()
    }

    /// The error to send, with the id of the request that it answers.
    pub(crate) fn into_error(self, request_id: Option<&str>) -> ServiceError {
        let mut error = *self.0;
        error.request_id = request_id.map(str::to_owned);
        error
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        Self::failure(format!("the store: {error}"))
    }
}
