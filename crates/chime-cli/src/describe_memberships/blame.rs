//! Whether a failure is one row's, or would meet every row.

use chime_client::{Error, ErrorKind, Exception};

/// The consequence of a failure for the following rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Blame {
    /// It is about this row: the others are asked.
    Row,
    /// It may be about this row or about every row. The rows that follow tell.
    Open,
    /// It would meet every row.
    EveryRow,
}

/// The service's words for credentials and signatures that it does not accept.
const CREDENTIALS: [&str; 17] = [
    "AuthFailure",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "OptInRequired",
    "RequestExpired",
    "RequestInTheFuture",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnrecognizedClient",
    "UnrecognizedClientException",
];

/// Decides by the kind of an error. `own_bearer` is whether no other row has this row's bearer from the command line.
pub(super) fn blame(error: &Error, own_bearer: bool) -> Blame {
    match error.kind() {
        ErrorKind::InvalidParameter(_) => Blame::Row,
        // Throttling says nothing of the rows: it was waited for.
        _ if error.is_throttled() => Blame::Row,
        ErrorKind::Config(_) | ErrorKind::Credentials(_) | ErrorKind::Connect(_) => Blame::EveryRow,
        ErrorKind::Service(refused) if CREDENTIALS.contains(&refused.name()) => Blame::EveryRow,
        ErrorKind::Service(refused) => match refused.exception {
            Some(
                Exception::BadRequestException
                | Exception::ConflictException
                | Exception::ForbiddenException
                | Exception::NotFoundException
                | Exception::ResourceLimitExceededException,
            ) => Blame::Row,
            Some(Exception::UnauthorizedClientException) if own_bearer => Blame::Row,
            _ => Blame::Open,
        },
        _ => Blame::Open,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chime_client::{CredentialsError, ServiceError, TimeLimit};

    use super::*;

    fn service(name: &str) -> Error {
        Error::new(ErrorKind::Service(ServiceError::new(Exception::from(name))))
    }

    fn unnamed(status: u16) -> Error {
        let mut error = ServiceError::new(Exception::BadRequestException);
        (error.exception, error.code, error.status) = (None, None, status);
        Error::new(ErrorKind::Service(error))
    }

    #[test]
    fn the_kind_of_an_error_decides_whom_it_meets() {
        let timeout = ErrorKind::Timeout(TimeLimit::Attempt, Duration::from_secs(1));
        // the error, whose it is with a bearer of the row's own, and with a shared one
        let cases = [
            (service("BadRequestException"), Blame::Row, Blame::Row),
            (service("ThrottledClientException"), Blame::Row, Blame::Row),
            (unnamed(429), Blame::Row, Blame::Row),
            (service("UnauthorizedClientException"), Blame::Row, Blame::Open),
            (service("AccessDeniedException"), Blame::Open, Blame::Open),
            (service("ServiceFailureException"), Blame::Open, Blame::Open),
            (service("ServiceUnavailableException"), Blame::Open, Blame::Open),
            (unnamed(403), Blame::Open, Blame::Open),
            (unnamed(404), Blame::Open, Blame::Open),
            (unnamed(502), Blame::Open, Blame::Open),
            (Error::new(ErrorKind::Io("reset".into())), Blame::Open, Blame::Open),
            (Error::new(timeout), Blame::Open, Blame::Open),
            (Error::new(ErrorKind::TooLarge(7)), Blame::Open, Blame::Open),
            (Error::new(ErrorKind::Connect("refused".into())), Blame::EveryRow, Blame::EveryRow),
            (Error::new(ErrorKind::Config("none".to_owned())), Blame::EveryRow, Blame::EveryRow),
            (
                Error::new(ErrorKind::Credentials(CredentialsError::new("none"))),
                Blame::EveryRow,
                Blame::EveryRow,
            ),
            (service("ExpiredTokenException"), Blame::EveryRow, Blame::EveryRow),
            (service("InvalidSignatureException"), Blame::EveryRow, Blame::EveryRow),
            (service("UnrecognizedClientException"), Blame::EveryRow, Blame::EveryRow),
        ];
        for (error, own, shared) in cases {
            assert_eq!((blame(&error, true), blame(&error, false)), (own, shared), "{error}");
        }
    }
}
