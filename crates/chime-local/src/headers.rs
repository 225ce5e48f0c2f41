//! Headers of requests.

use http::header::{HOST, HeaderMap};
use http::{HeaderValue, Uri};

/// The header that names the user who makes the call.
pub(crate) const BEARER: &str = "x-amz-chime-bearer";

/// The value of a header, if the header exists and is visible ASCII.
pub(crate) fn header_text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a target names another host than the `Host` header does, as it can in absolute form.
pub(crate) fn names_another_host(target: &Uri, headers: &HeaderMap) -> bool {
    let Some(authority) = target.authority() else { return false };
    let is_it = |host: &HeaderValue| host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes());
    !headers.get(HOST).is_some_and(is_it)
}
