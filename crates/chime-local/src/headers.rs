//! Headers of requests.

use http::HeaderMap;

/// The header that names the user who makes the call.
pub(crate) const BEARER: &str = "x-amz-chime-bearer";

/// The value of a header, if the header exists and is visible ASCII.
pub(crate) fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}
