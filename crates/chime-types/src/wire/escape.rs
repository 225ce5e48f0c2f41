//! Percent-encoding of labels and queries.

/// Whether a byte may stand in a label or a query: the unreserved characters of RFC 3986, which is what AWS' clients let
/// stand.
#[allow(clippy::indexing_slicing, reason = "in a constant, a panic is a compile error")]
const UNRESERVED: [bool; 256] = {
    let mut unreserved = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[allow(clippy::cast_possible_truncation, reason = "it is below 256")]
        let character = byte as u8;
        unreserved[byte] =
            character.is_ascii_alphanumeric() || matches!(character, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    unreserved
};

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
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 };
    let mut rest = value.as_bytes();
    loop {
        let reserved = |byte: &u8| !UNRESERVED.get(usize::from(*byte)).is_some_and(|unreserved| *unreserved);
        let (run, after) = rest.split_at(rest.iter().position(reserved).unwrap_or(rest.len()));
        text.extend_from_slice(run);
        let Some((byte, after)) = after.split_first() else { return };
        text.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
        rest = after;
    }
}
