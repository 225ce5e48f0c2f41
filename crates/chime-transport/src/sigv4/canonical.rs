//! The canonical form of a request.

use std::ops::Range;

use chime_types::wire::push_escaped;
use smallvec::SmallVec;

use super::hex::{Hex, hex};
use crate::crypto::digest;

/// The SHA-256 of an empty body, which most requests have.
const EMPTY_HASH: &[u8] = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A request in the form that both sides hash.
///
/// `Debug` shows only the names of the signed headers, since a session token may be among the values.
#[derive(Clone, PartialEq, Eq)]
pub struct Canonical {
    text: Vec<u8>,
    /// The place of the names of the signed headers in the text.
    signed_headers: Range<usize>,
}

impl Canonical {
    /// Makes the canonical form of a request: `path` and `query` as they are on the wire, and the signed headers in any
    /// order, with lower-case names.
    ///
    /// If the signature is in the query, `query` is the rest of it: everything except `X-Amz-Signature`.
    #[must_use]
    pub fn new<'h>(
        method: &str,
        path: &str,
        query: &str,
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
        body: &[u8],
    ) -> Self {
        let mut headers: SmallVec<[_; 8]> = headers.into_iter().collect();
        // Stable, so that the values of one name keep their order.
        headers.sort_by_key(|(name, _)| *name);
        // Nearly always enough: at most every third byte of a path is a `%`, and grows by two.
        let lines: usize = headers.iter().map(|(name, value)| 2 * name.len() + value.len() + 4).sum();
        let capacity = method.len() + path.len() * 5 / 3 + query.len() + lines + 80;
        let mut text = Vec::with_capacity(capacity);
        text.extend_from_slice(method.as_bytes());
        text.push(b'\n');
        push_path(&mut text, path);
        text.push(b'\n');
        push_query(&mut text, query);
        text.push(b'\n');
        let mut last = "";
        for (name, value) in &headers {
            if *name == last {
                // In place of the line end.
                text.pop();
                text.push(b',');
            } else {
                text.extend_from_slice(name.as_bytes());
                text.push(b':');
                last = name;
            }
            push_trimmed(&mut text, value);
            text.push(b'\n');
        }
        text.push(b'\n');
        let start = text.len();
        headers.dedup_by_key(|(name, _)| *name);
        for (index, (name, _)) in headers.iter().enumerate() {
            if index > 0 {
                text.push(b';');
            }
            text.extend_from_slice(name.as_bytes());
        }
        let signed_headers = start..text.len();
        text.push(b'\n');
        if body.is_empty() {
            text.extend_from_slice(EMPTY_HASH);
        } else {
            text.extend_from_slice(sha256(body).as_flattened());
        }
        Self { text, signed_headers }
    }

    /// Takes the text of a canonical request, right or wrong: what the other side may have signed.
    ///
    /// ```
    /// use chime_transport::sigv4::Canonical;
    ///
    /// let canonical = Canonical::from_text("GET\n/\n\nhost:localhost\n\nhost\nUNSIGNED-PAYLOAD");
    /// assert_eq!(canonical.signed_headers(), "host");
    /// ```
    #[must_use]
    pub fn from_text(text: impl Into<Vec<u8>>) -> Self {
        let text = text.into();
        let mut breaks = text.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
        let signed_headers = match (breaks.next(), breaks.next()) {
            (Some(end), start) => start.map_or(0, |start| start + 1)..end,
            (None, _) => 0..0,
        };
        Self { text, signed_headers }
    }

    /// Returns the names of the signed headers, sorted and separated by `;`.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        let names = self.text.get(self.signed_headers.clone()).unwrap_or_default();
        std::str::from_utf8(names).unwrap_or_default()
    }

    /// Returns the text of the canonical request. It contains the session token, if one is signed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }

    /// The SHA-256 of the text.
    pub(super) fn hash(&self) -> Hex {
        sha256(&self.text)
    }
}

impl std::fmt::Debug for Canonical {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canonical").field("signed_headers", &self.signed_headers()).finish_non_exhaustive()
    }
}

/// Returns the SHA-256 of bytes, in lower-case hexadecimal.
///
/// ```
/// let empty = chime_transport::sigv4::sha256_hex(b"");
/// assert_eq!(empty, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
/// ```
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    sha256(bytes).as_flattened().iter().copied().map(char::from).collect()
}

fn sha256(bytes: &[u8]) -> Hex {
    hex(digest::digest(&digest::SHA256, bytes).as_ref())
}

/// Adds a path without its empty, `.` and `..` segments, escaped once more.
fn push_path(text: &mut Vec<u8>, path: &str) {
    let start = text.len();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                let before = text.iter().skip(start).rposition(|byte| *byte == b'/');
                text.truncate(start + before.unwrap_or_default());
            }
            _ => {
                text.push(b'/');
                push_escaped(text, segment);
            }
        }
    }
    // A dot at the end means a directory (RFC 3986).
    if text.len() == start || ["/", "/.", "/.."].iter().any(|end| path.ends_with(end)) {
        text.push(b'/');
    }
}

/// Adds the pairs of a query, as they are on the wire, sorted by name and then by value.
pub(super) fn push_query(text: &mut Vec<u8>, query: &str) {
    let mut pairs: SmallVec<[(&str, &str); 8]> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .collect();
    pairs.sort_unstable();
    for (index, (name, value)) in pairs.into_iter().enumerate() {
        if index > 0 {
            text.push(b'&');
        }
        text.extend_from_slice(name.as_bytes());
        text.push(b'=');
        text.extend_from_slice(value.as_bytes());
    }
}

/// Adds a header's value without white space at its ends and with single spaces inside.
fn push_trimmed(text: &mut Vec<u8>, value: &[u8]) {
    if !value.contains(&b' ') && !value.contains(&b'\t') {
        return text.extend_from_slice(value);
    }
    let words = value.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            text.push(b' ');
        }
        text.extend_from_slice(word);
    }
}
