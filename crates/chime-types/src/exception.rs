//! The exceptions of the services, and the error of a refusal.

use std::fmt;

use bytes::Bytes;

use crate::Excerpt;
use crate::open_enum::open_enum;

open_enum! {
    /// An exception, by the name under which the service documents it.
    ///
    /// ```
    #[doc = import!("Exception")]
    ///
    /// assert_eq!(Exception::from("ForbiddenException"), Exception::ForbiddenException);
    /// // Names that no model lists, IAM's own among them, survive as text.
    /// assert_eq!(Exception::from("AccessDeniedException").as_str(), "AccessDeniedException");
    /// ```
    ///
    /// The six of `DescribeChannelMembershipForAppInstanceUser` come first; the others belong to its
    /// sibling operations.
    #[allow(clippy::enum_variant_names, reason = "the service's own names")]
    pub enum Exception {
        /// 400: a parameter is missing or malformed.
        BadRequestException = "BadRequestException",
        /// 403: the caller's role does not allow the call, or the caller may not see the resource.
        ForbiddenException = "ForbiddenException",
        /// 401: the bearer is missing, malformed or unknown.
        UnauthorizedClientException = "UnauthorizedClientException",
        /// 429: more calls than the quota allows.
        ThrottledClientException = "ThrottledClientException",
        /// 503: the service cannot answer at present.
        ServiceUnavailableException = "ServiceUnavailableException",
        /// 500: the service failed.
        ServiceFailureException = "ServiceFailureException",
        /// 404: what the request names does not exist.
        NotFoundException = "NotFoundException",
        /// 409: the request collides with what exists.
        ConflictException = "ConflictException",
        /// 400: a quota on the number of resources is used up.
        ResourceLimitExceededException = "ResourceLimitExceededException",
    }
}

/// Name, status and the short form in a body's `Code`.
const DOCUMENTED: &[(Exception, u16, &str)] = &[
    (Exception::BadRequestException, 400, "BadRequest"),
    (Exception::ForbiddenException, 403, "Forbidden"),
    (Exception::UnauthorizedClientException, 401, "Unauthorized"),
    (Exception::ThrottledClientException, 429, "Throttled"),
    (Exception::ServiceUnavailableException, 503, "ServiceUnavailable"),
    (Exception::ServiceFailureException, 500, "ServiceFailure"),
    (Exception::NotFoundException, 404, "NotFound"),
    (Exception::ConflictException, 409, "Conflict"),
    (Exception::ResourceLimitExceededException, 400, "ResourceLimitExceeded"),
];

impl Exception {
    /// Returns the HTTP status of the exception in the service model, or `None` for a name that the model does not
    /// list.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        DOCUMENTED.iter().find(|(exception, ..)| exception == self).map(|(_, status, _)| *status)
    }

    /// Returns the short name in the `Code` of an error's body, or `None` for a name that the model does not list.
    #[must_use]
    pub fn code(&self) -> Option<&'static str> {
        DOCUMENTED.iter().find(|(exception, ..)| exception == self).map(|(.., code)| *code)
    }

    /// Returns the exception of a `Code`: of a short name, of `Throttling`, which is like `Throttled`, or of any other
    /// text, unchanged.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        let code = if code == "Throttling" { "Throttled" } else { code };
        DOCUMENTED
            .iter()
            .find(|(.., short)| *short == code)
            .map_or_else(|| code.into(), |(exception, ..)| exception.clone())
    }
}

/// A refusal by the service: which exception, what it said, and the answer it came in.
///
/// ```
#[doc = import!("{Exception, ServiceError}")]
///
/// let mut refused = ServiceError::new(Exception::ForbiddenException);
/// refused.message = Some("You do not have sufficient access to perform this action".to_owned());
/// assert_eq!(refused.status, 403);
/// assert_eq!(
///     refused.to_string(),
///     "ForbiddenException: You do not have sufficient access to perform this action (status 403)",
/// );
/// ```
///
/// `Display` is one line, however long the message is: what is longer than 1,024 characters is cut.
///
/// [`wire::decode_response`](crate::wire::decode_response) makes it of an answer and
/// [`wire::encode_error`](crate::wire::encode_error) makes an answer of it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServiceError {
    /// The exception that the response names in the `x-amzn-ErrorType` header, or else in the body. `None` if it names
    /// none, as in a proxy's response; the status alone never makes an exception.
    pub exception: Option<Exception>,
    /// The code in the body, unchanged.
    pub code: Option<String>,
    /// The service's message.
    pub message: Option<String>,
    /// The HTTP status.
    pub status: u16,
    /// The `x-amzn-RequestId` of the response, which AWS support asks for.
    pub request_id: Option<String>,
    /// The body as it came, whether it could be read or not. `Debug` shows its length only.
    pub body: Bytes,
}

impl ServiceError {
    /// Returns an error of that name, with the status and the code that the model gives it.
    #[must_use]
    pub fn new(exception: Exception) -> Self {
        Self {
            status: exception.status().unwrap_or(400),
            code: exception.code().map(str::to_owned),
            exception: Some(exception),
            message: None,
            request_id: None,
            body: Bytes::new(),
        }
    }

    /// Returns the exception's name, or `unnamed error` if the response gave none.
    #[must_use]
    pub fn name(&self) -> &str {
        self.exception.as_ref().map_or("unnamed error", Exception::as_str)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Excerpt(self.name()))?;
        if let Some(message) = &self.message {
            write!(f, ": {}", Excerpt(message))?;
        }
        write!(f, " (status {}", self.status)?;
        if let Some(id) = &self.request_id {
            write!(f, ", request id {}", Excerpt(id))?;
        }
        f.write_str(")")
    }
}

impl fmt::Debug for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceError")
            .field("exception", &self.exception)
            .field("code", &self.code)
            .field("message", &self.message)
            .field("status", &self.status)
            .field("request_id", &self.request_id)
            .field("body", &format_args!("[{} bytes]", self.body.len()))
            .finish()
    }
}

impl std::error::Error for ServiceError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_cut_in_the_line_and_kept_whole_beside_it() {
        let long = "é".repeat(1_500_000);
        let mut error = ServiceError::new(Exception::from(long.as_str()));
        error.message = Some(long.clone());
        error.request_id = Some(long.clone());
        let line = error.to_string();
        assert!(line.len() < 10_000 && line.contains("é… (3000000 bytes)"), "{} bytes", line.len());
        assert_eq!(error.message.as_deref(), Some(long.as_str()));
        error.message = Some("é".repeat(1024));
        assert!(error.to_string().contains(&"é".repeat(1024)));
        assert_eq!(error.to_string().matches('…').count(), 2);
    }

    #[test]
    fn an_error_is_shown_on_one_line_and_without_its_body() {
        let mut error = ServiceError::new(Exception::from("Bad\n2026-01-01 INFO forged"));
        error.message = Some("a\r\nb\u{1b}[31m\u{2028}c".to_owned());
        error.request_id = Some("id".to_owned());
        error.body = Bytes::from_static(b"SECRET");
        let line = r"Bad\n2026-01-01 INFO forged: a\r\nb\u{1b}[31m\u{2028}c (status 400, request id id)";
        assert_eq!(error.to_string(), line);
        let debug = format!("{error:?}");
        assert!(
            debug.contains("[6 bytes]") && debug.contains("forged") && !debug.contains("SECRET"),
            "{debug}"
        );
        let nothing = ServiceError { exception: None, ..ServiceError::new(Exception::ConflictException) };
        assert_eq!(nothing.to_string(), "unnamed error (status 409)");
    }
}
