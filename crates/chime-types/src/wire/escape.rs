//! Percent-encoding of labels and queries.

use crate::byte_set::ByteSet;

/// The unreserved characters of RFC 3986, which AWS' clients do not escape in a label or a query.
const UNRESERVED: ByteSet = ByteSet::of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~");

/// Adds a text with everything percent-encoded but the unreserved characters of RFC 3986: as labels and queries are sent,
/// and as a path is signed.
///
/// ```
#[doc = import!("wire")]
///
/// let mut text = b"/channels/".to_vec();
/// wire::push_escaped(&mut text, "arn:aws/~é");
/// assert_eq!(text, b"/channels/arn%3Aaws%2F~%C3%A9");
/// ```
pub fn push_escaped(text: &mut Vec<u8>, value: &str) {
    let digit = |nibble: u8| *b"0123456789ABCDEF".get(usize::from(nibble)).unwrap_or(&b'0');
    let mut rest = value.as_bytes();
    loop {
        let (run, after) = rest.split_at(UNRESERVED.run(rest));
        text.extend_from_slice(run);
        let Some((byte, after)) = after.split_first() else { return };
        text.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        rest = after;
    }
}
