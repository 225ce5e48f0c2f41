//! Answers of the administrative path, and what its requests are refused with.

use std::io;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};

/// A refusal: status and message.
pub(super) type Refused = (StatusCode, String);

/// An answer in JSON.
pub(super) fn respond(status: StatusCode, body: impl Into<Bytes>) -> Response<Bytes> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

pub(super) fn bad_request(message: impl Into<String>) -> Refused {
    (StatusCode::BAD_REQUEST, message.into())
}

pub(super) fn not_found(what: &str) -> Refused {
    (StatusCode::NOT_FOUND, format!("{what} does not exist"))
}

/// The refusal of a request for which the world cannot be read or written.
pub(super) fn refused(error: &io::Error) -> Refused {
    let status = match error.kind() {
        io::ErrorKind::InvalidData => StatusCode::BAD_REQUEST,
        io::ErrorKind::Unsupported => StatusCode::CONFLICT,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    (status, error.to_string())
}

/// The refusal of a request for which the store cannot be read.
#[expect(clippy::needless_pass_by_value, reason = "it is given to `map_err`")]
pub(super) fn from_store(error: rusqlite::Error) -> Refused {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}
