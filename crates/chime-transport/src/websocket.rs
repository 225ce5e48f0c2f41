//! The HTTP part of a WebSocket, RFC 6455: the proof that a server has understood the request for one.

use aws_smithy_types::base64;

use crate::crypto::digest;

/// What RFC 6455 appends to the key of a request.
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Returns the `Sec-WebSocket-Accept` of a response to a request with a `Sec-WebSocket-Key`.
///
/// ```
/// # use chime_transport::websocket_accept;
/// // The example of RFC 6455.
/// let accept = websocket_accept("dGhlIHNhbXBsZSBub25jZQ==");
/// assert_eq!(accept, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
/// ```
#[must_use]
pub fn websocket_accept(key: &str) -> String {
    let text = format!("{key}{GUID}");
    // A checksum against mistakes, not a signature.
    base64::encode(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}
