//! AWS Signature Version 4, for the side that signs and for the side that verifies.
//!
//! ```
//! use chime_transport::sigv4::{Canonical, SigningKey, string_to_sign};
//!
//! let headers: [(&str, &[u8]); 2] = [("host", b"localhost"), ("x-amz-date", b"20260604T071451Z")];
//! let canonical = Canonical::new("GET", "/channels/arn%3Aaws", "scope=x", headers, b"");
//! assert_eq!(canonical.signed_headers(), "host;x-amz-date");
//! // The path is escaped a second time, as everywhere in AWS but in S3.
//! assert!(canonical.as_bytes().starts_with(b"GET\n/channels/arn%253Aaws\nscope=x\n"));
//!
//! let key = SigningKey::derive("secret", "20260604", "us-east-1", "chime");
//! let text = string_to_sign("20260604T071451Z", "20260604/us-east-1/chime/aws4_request", &canonical);
//! let signature = key.sign(&text);
//! assert!(key.verify(&text, &signature));
//! assert!(!key.verify(&text, &signature.replace('a', "b")));
//! ```

use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::Credentials;
use crate::crypto::{digest, hmac};

/// The name that the service signs under, whatever its host is called.
pub const SERVICE: &str = "chime";

/// The algorithm's name, as it stands in headers.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The header with the time of signing.
pub const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");

/// The header with the session token of temporary credentials.
pub const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// A request in the one form that both sides hash. `Debug` shows the names of the signed headers alone, since a
/// session token may be among their values.
#[derive(Clone, PartialEq, Eq)]
pub struct Canonical {
    text: Vec<u8>,
    signed_headers: String,
}

impl Canonical {
    /// The canonical form of a request: `path` and `query` as they stand on the wire, `headers` those that
    /// are signed, with lower-case names and in any order.
    #[must_use]
    pub fn new<'h>(
        method: &str,
        path: &str,
        query: &str,
        headers: impl IntoIterator<Item = (&'h str, &'h [u8])>,
        body: &[u8],
    ) -> Self {
        let mut text = Vec::with_capacity(1024);
        text.extend_from_slice(method.as_bytes());
        text.push(b'\n');
        push_path(&mut text, path);
        text.push(b'\n');
        push_query(&mut text, query);
        text.push(b'\n');

        let mut headers: Vec<_> = headers.into_iter().collect();
        // Stable, so that the values of one name keep their order.
        headers.sort_by_key(|(name, _)| *name);
        let mut signed_headers = String::with_capacity(64);
        let mut last = "";
        for (name, value) in headers {
            if name == last {
                // Instead of the line's end.
                text.pop();
                text.push(b',');
            } else {
                text.extend_from_slice(name.as_bytes());
                text.push(b':');
                if !signed_headers.is_empty() {
                    signed_headers.push(';');
                }
                signed_headers.push_str(name);
                last = name;
            }
            push_trimmed(&mut text, value);
            text.push(b'\n');
        }
        text.push(b'\n');
        text.extend_from_slice(signed_headers.as_bytes());
        text.push(b'\n');
        push_hex(&mut text, digest::digest(&digest::SHA256, body).as_ref());
        Self { text, signed_headers }
    }

    /// A canonical request that stands written already, right or not: what somebody may have signed instead.
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
        let signed_headers = text.rsplit(|byte| *byte == b'\n').nth(1).unwrap_or_default();
        Self { signed_headers: String::from_utf8_lossy(signed_headers).into_owned(), text }
    }

    /// The names of the signed headers, sorted, with `;` between them.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        &self.signed_headers
    }

    /// The canonical request. Where a session token is signed, it stands in here.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }
}

impl std::fmt::Debug for Canonical {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canonical").field("signed_headers", &self.signed_headers).finish_non_exhaustive()
    }
}

/// What the key signs: the time, the scope (`date/region/service/aws4_request`) and the request's hash.
#[must_use]
pub fn string_to_sign(amz_date: &str, scope: &str, canonical: &Canonical) -> Vec<u8> {
    let mut text = Vec::with_capacity(ALGORITHM.len() + amz_date.len() + scope.len() + 67);
    for line in [ALGORITHM, amz_date, scope] {
        text.extend_from_slice(line.as_bytes());
        text.push(b'\n');
    }
    push_hex(&mut text, digest::digest(&digest::SHA256, &canonical.text).as_ref());
    text
}

/// The key for one day, region and service, derived from a secret access key.
#[derive(Clone)]
pub struct SigningKey(hmac::Key);

impl SigningKey {
    /// Derives the key: four HMACs, worth keeping for the day.
    #[must_use]
    pub fn derive(secret_access_key: &str, date: &str, region: &str, service: &str) -> Self {
        let key = |bytes: &[u8]| hmac::Key::new(hmac::HMAC_SHA256, bytes);
        let mut first = String::with_capacity(4 + secret_access_key.len());
        first.push_str("AWS4");
        first.push_str(secret_access_key);
        let parts = [date, region, service, "aws4_request"];
        let derived = parts
            .iter()
            .fold(key(first.as_bytes()), |from, part| key(hmac::sign(&from, part.as_bytes()).as_ref()));
        Self(derived)
    }

    /// The signature, in hexadecimal.
    #[must_use]
    pub fn sign(&self, string_to_sign: &[u8]) -> String {
        let mut signature = Vec::with_capacity(64);
        push_hex(&mut signature, hmac::sign(&self.0, string_to_sign).as_ref());
        String::from_utf8(signature).unwrap_or_default()
    }

    /// Whether a signature in hexadecimal is right, in a time that doesn't depend on where it is wrong.
    #[must_use]
    pub fn verify(&self, string_to_sign: &[u8], signature: &str) -> bool {
        from_hex(signature).is_some_and(|tag| hmac::verify(&self.0, string_to_sign, &tag).is_ok())
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey([secret])")
    }
}

/// Signs requests, keeping the derived key from one to the next.
#[derive(Debug, Default)]
pub struct Signer {
    kept: Mutex<Option<Arc<Kept>>>,
}

/// A derived key, and what it was derived from.
#[derive(Debug)]
struct Kept {
    credentials: Credentials,
    region: String,
    date: String,
    key: SigningKey,
}

impl Signer {
    /// Adds the date, the session token and the signature to a request, whose URI is complete.
    ///
    /// Every header that the request has is signed, and its host. Headers that a proxy may change belong on
    /// it afterwards.
    ///
    /// # Errors
    /// A session token or an access key that no header can carry.
    pub fn sign(
        &self,
        request: &mut http::Request<Bytes>,
        credentials: &Credentials,
        region: &str,
        time: DateTime,
    ) -> Result<(), http::Error> {
        let amz_date = amz_date(time);
        let date = amz_date.get(..8).unwrap_or_default();
        let host = request.uri().authority().map_or("", |authority| authority.as_str()).to_owned();
        let headers = request.headers_mut();
        headers.insert(HOST, HeaderValue::from_str(&host)?);
        headers.insert(X_AMZ_DATE, HeaderValue::from_str(&amz_date)?);
        if let Some(token) = credentials.session_token() {
            let mut token = HeaderValue::from_str(token)?;
            token.set_sensitive(true);
            headers.insert(X_AMZ_SECURITY_TOKEN, token);
        }
        let canonical = Canonical::new(
            request.method().as_str(),
            request.uri().path(),
            request.uri().query().unwrap_or_default(),
            pairs(request.headers()),
            request.body(),
        );
        let scope = format!("{date}/{region}/{SERVICE}/aws4_request");
        let kept = self.key(credentials, region, date);
        let signature = kept.key.sign(&string_to_sign(&amz_date, &scope, &canonical));
        let mut authorization = HeaderValue::from_maybe_shared(Bytes::from(format!(
            "{ALGORITHM} Credential={}/{scope}, SignedHeaders={}, Signature={signature}",
            credentials.access_key_id(),
            canonical.signed_headers(),
        )))?;
        authorization.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, authorization);
        Ok(())
    }

    fn key(&self, credentials: &Credentials, region: &str, date: &str) -> Arc<Kept> {
        // A panic elsewhere cannot have left half a key here.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some(kept) if kept.date == date && kept.region == region && kept.credentials == *credentials => {
                Arc::clone(kept)
            }
            _ => {
                let key = SigningKey::derive(credentials.secret_access_key(), date, region, SERVICE);
                let fresh = Arc::new(Kept {
                    credentials: credentials.clone(),
                    region: region.to_owned(),
                    date: date.to_owned(),
                    key,
                });
                *kept = Some(Arc::clone(&fresh));
                fresh
            }
        }
    }
}

/// A time as the signature has it: `20260604T071451Z`.
#[must_use]
pub fn amz_date(time: DateTime) -> String {
    let whole = DateTime::from_secs(time.secs());
    whole.fmt(Format::DateTime).unwrap_or_default().replace(['-', ':'], "")
}

/// The headers as pairs of lower-case name and value.
fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &[u8])> {
    headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes()))
}

/// Everything but the unreserved characters of RFC 3986.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The path without empty, `.` and `..` segments, escaped once more.
fn push_path(text: &mut Vec<u8>, path: &str) {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            _ => segments.push(segment),
        }
    }
    for segment in &segments {
        text.push(b'/');
        text.extend(utf8_percent_encode(segment, ESCAPED).flat_map(str::bytes));
    }
    // A dot at the end stands for a directory, as RFC 3986 has it.
    if segments.is_empty() || ["/", "/.", "/.."].iter().any(|end| path.ends_with(end)) {
        text.push(b'/');
    }
}

/// The query's pairs sorted by name, then value, as they stand on the wire.
fn push_query(text: &mut Vec<u8>, query: &str) {
    let mut pairs: Vec<(&str, &str)> = query
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

/// A header's value without white space at its ends and with single spaces inside.
fn push_trimmed(text: &mut Vec<u8>, value: &[u8]) {
    let words = value.split(|byte| matches!(byte, b' ' | b'\t')).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            text.push(b' ');
        }
        text.extend_from_slice(word);
    }
}

fn push_hex(text: &mut Vec<u8>, bytes: &[u8]) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    for byte in bytes {
        for nibble in [byte >> 4, byte & 15] {
            text.extend(HEX.get(usize::from(nibble)));
        }
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_kept_while_day_region_and_credentials_are_the_same() {
        let signer = Signer::default();
        let credentials = Credentials::new("AKID", "secret");
        let key = |credentials: &Credentials, region, date| signer.key(credentials, region, date);
        let first = key(&credentials, "us-east-1", "20260604");
        assert!(Arc::ptr_eq(&first, &key(&credentials.clone(), "us-east-1", "20260604")));
        for (credentials, region, date) in [
            (Credentials::new("AKID", "secret"), "us-east-1", "20260605"),
            (Credentials::new("AKID", "secret"), "eu-central-1", "20260605"),
            (Credentials::new("AKID", "changed"), "eu-central-1", "20260605"),
            (Credentials::new("OTHER", "changed"), "eu-central-1", "20260605"),
        ] {
            let kept = key(&credentials, region, date);
            let fresh = Signer::default().key(&credentials, region, date);
            assert_eq!(kept.key.sign(b"text"), fresh.key.sign(b"text"), "{credentials:?} {region} {date}");
            assert!(Arc::ptr_eq(&kept, &key(&credentials, region, date)));
        }
    }

    #[test]
    fn a_signature_that_is_no_lower_case_hexadecimal_is_wrong() {
        let key = SigningKey::derive("secret", "20260604", "us-east-1", "chime");
        let right = key.sign(b"text");
        assert!(key.verify(b"text", &right));
        let odd = &right[1..];
        for wrong in ["", "zz", odd, &right.to_uppercase(), &format!("{right}00"), &right.replace('a', "é")]
        {
            assert!(!key.verify(b"text", wrong), "{wrong}");
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let token: [(&str, &[u8]); 1] = [("x-amz-security-token", b"TOKEN")];
        let canonical = Canonical::new("GET", "/", "", token, b"");
        let key = SigningKey::derive("SECRET", "20260604", "us-east-1", "chime");
        let shown = format!("{canonical:?} {key:?}");
        assert_eq!(shown, r#"Canonical { signed_headers: "x-amz-security-token", .. } SigningKey([secret])"#);
    }
}
