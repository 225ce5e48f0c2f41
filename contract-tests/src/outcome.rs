//! What came of a call, in a form that a table can contain.

use chime_client::{Error, ErrorKind};

/// The answer, or the name of the exception.
///
/// # Errors
///
/// The name of the exception that the service refused the call with.
pub fn outcome<T>(answer: Result<T, Error>) -> Result<T, String> {
    answer.map_err(|error| match error.exception() {
        Some(exception) => exception.as_str().to_owned(),
        None => panic!("{error}"),
    })
}

/// The name of an error's kind, as the tables of `docs/errors.md` write it.
pub fn error_kind(error: &Error) -> &'static str {
    match error.kind() {
        ErrorKind::Connect(_) => "`Connect`",
        ErrorKind::Io(_) => "`Io`",
        ErrorKind::Timeout(..) => "`Timeout`",
        ErrorKind::TooLarge(_) => "`TooLarge`",
        ErrorKind::Service(_) => "`Service`",
        ErrorKind::Unreadable(_) => "`Unreadable`",
        ErrorKind::Credentials(_) => "`Credentials`",
        other => panic!("{other:?}"),
    }
}
