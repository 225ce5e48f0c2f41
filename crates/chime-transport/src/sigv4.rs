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

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use chime_types::wire::push_escaped;
use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use smallvec::SmallVec;

use crate::credentials::Credentials;
use crate::crypto::{digest, hmac};

/// The name that the service signs under, whatever its host is called.
pub const SERVICE: &str = "chime";

/// The algorithm's name, as it stands in headers.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The header with the time of signing.
pub const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");

/// The header with the session token of temporary credentials.
pub const X_AMZ_SECURITY_TOKEN: HeaderName = HeaderName::from_static("x-amz-security-token");

/// The SHA-256 of an empty body, which most requests have.
const HASH_OF_NOTHING: &[u8] = b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A request in the one form that both sides hash. `Debug` shows the names of the signed headers alone, since a
/// session token may be among their values.
#[derive(Clone, PartialEq, Eq)]
pub struct Canonical {
    text: Vec<u8>,
    /// Where in the text the names of the signed headers stand.
    signed_headers: Range<usize>,
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
        let mut headers: SmallVec<[_; 8]> = headers.into_iter().collect();
        // Stable, so that the values of one name keep their order.
        headers.sort_by_key(|(name, _)| *name);
        // Nearly always enough: each third byte of a path is a `%` at most, and grows by two.
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
                // Instead of the line's end.
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
            text.extend_from_slice(HASH_OF_NOTHING);
        } else {
            text.extend_from_slice(hex(digest::digest(&digest::SHA256, body).as_ref()).as_flattened());
        }
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
        let mut breaks = text.iter().enumerate().rev().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at);
        let signed_headers = match (breaks.next(), breaks.next()) {
            (Some(end), start) => start.map_or(0, |start| start + 1)..end,
            (None, _) => 0..0,
        };
        Self { text, signed_headers }
    }

    /// The names of the signed headers, sorted, with `;` between them.
    #[must_use]
    pub fn signed_headers(&self) -> &str {
        let names = self.text.get(self.signed_headers.clone()).unwrap_or_default();
        std::str::from_utf8(names).unwrap_or_default()
    }

    /// The canonical request. Where a session token is signed, it stands in here.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.text
    }
}

impl std::fmt::Debug for Canonical {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Canonical").field("signed_headers", &self.signed_headers()).finish_non_exhaustive()
    }
}

/// What the key signs: the time, the scope (`date/region/service/aws4_request`) and the request's hash.
#[must_use]
pub fn string_to_sign(amz_date: &str, scope: &str, canonical: &Canonical) -> Vec<u8> {
    let mut text = Vec::with_capacity(ALGORITHM.len() + amz_date.len() + scope.len() + 67);
    push_string_to_sign(&mut text, amz_date.as_bytes(), scope, canonical);
    text
}

fn push_string_to_sign(text: &mut Vec<u8>, amz_date: &[u8], scope: &str, canonical: &Canonical) {
    for line in [ALGORITHM.as_bytes(), amz_date, scope.as_bytes()] {
        text.extend_from_slice(line);
        text.push(b'\n');
    }
    text.extend_from_slice(hex(digest::digest(&digest::SHA256, &canonical.text).as_ref()).as_flattened());
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
        self.signature(string_to_sign).as_flattened().iter().copied().map(char::from).collect()
    }

    fn signature(&self, string_to_sign: &[u8]) -> Hex {
        hex(hmac::sign(&self.0, string_to_sign).as_ref())
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

/// A derived key, what it was derived from, and what else is the same for the whole day.
#[derive(Debug)]
struct Kept {
    credentials: Credentials,
    region: String,
    /// In days since 1970.
    day: i64,
    /// `20260604/us-east-1/chime/aws4_request`
    scope: String,
    session_token: Option<HeaderValue>,
    key: SigningKey,
}

impl Signer {
    /// Adds the date, the session token and the signature to a request, whose URI is complete.
    ///
    /// Every header that the request has is signed, and its host, which the URI tells where there is no `Host`. Headers
    /// that a proxy may change belong on it afterwards.
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
        let kept = self.key(credentials, region, time.secs().div_euclid(DAY))?;
        let amz_date = kept.amz_date(time);
        if !request.headers().contains_key(HOST) {
            let host = request.uri().authority().map_or("", |authority| authority.as_str());
            let host = HeaderValue::from_str(host)?;
            request.headers_mut().insert(HOST, host);
        }
        let headers = request.headers_mut();
        headers.insert(X_AMZ_DATE, HeaderValue::from_bytes(&amz_date)?);
        if let Some(token) = &kept.session_token {
            headers.insert(X_AMZ_SECURITY_TOKEN, token.clone());
        }
        let canonical = Canonical::new(
            request.method().as_str(),
            request.uri().path(),
            request.uri().query().unwrap_or_default(),
            pairs(request.headers()),
            request.body(),
        );
        let names = canonical.signed_headers();
        let parts = [
            ALGORITHM,
            " Credential=",
            credentials.access_key_id(),
            "/",
            &kept.scope,
            ", SignedHeaders=",
            names,
            ", Signature=",
        ];
        // As long as the header will be, so that it becomes one without being copied; what is signed is shorter.
        let length = parts.iter().map(|part| part.len()).sum::<usize>() + size_of::<Hex>();
        let mut text = Vec::with_capacity(length);
        push_string_to_sign(&mut text, &amz_date, &kept.scope, &canonical);
        let signature = kept.key.signature(&text);
        text.clear();
        for part in parts {
            text.extend_from_slice(part.as_bytes());
        }
        text.extend_from_slice(signature.as_flattened());
        let mut authorization = HeaderValue::from_maybe_shared(Bytes::from(text))?;
        authorization.set_sensitive(true);
        request.headers_mut().insert(AUTHORIZATION, authorization);
        Ok(())
    }

    fn key(&self, credentials: &Credentials, region: &str, day: i64) -> Result<Arc<Kept>, http::Error> {
        // A panic elsewhere cannot have left half a key here.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = &*kept
            && kept.day == day
            && kept.region == region
            && kept.credentials == *credentials
        {
            return Ok(Arc::clone(kept));
        }
        let fresh = Arc::new(Kept::new(credentials, region, day)?);
        *kept = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}

const DAY: i64 = 24 * 60 * 60;

impl Kept {
    fn new(credentials: &Credentials, region: &str, day: i64) -> Result<Self, http::Error> {
        let amz_date = amz_date(DateTime::from_secs(day.saturating_mul(DAY)));
        let date = amz_date.get(..8).unwrap_or_default();
        let mut session_token = credentials.session_token().map(HeaderValue::from_str).transpose()?;
        if let Some(token) = &mut session_token {
            token.set_sensitive(true);
        }
        Ok(Self {
            credentials: credentials.clone(),
            region: region.to_owned(),
            day,
            scope: format!("{date}/{region}/{SERVICE}/aws4_request"),
            session_token,
            key: SigningKey::derive(credentials.secret_access_key(), date, region, SERVICE),
        })
    }

    /// A time of that day as the signature has it.
    fn amz_date(&self, time: DateTime) -> [u8; 16] {
        let second = time.secs().rem_euclid(DAY);
        let mut text = *b"00000000T000000Z";
        for (to, from) in text.iter_mut().zip(self.scope.bytes().take(8)) {
            *to = from;
        }
        for (at, number) in [(9, second / 3600), (11, second / 60 % 60), (13, second % 60)] {
            let number = u8::try_from(number).unwrap_or_default();
            if let Some(two) = text.get_mut(at..at + 2) {
                two.copy_from_slice(&[b'0' + number / 10, b'0' + number % 10]);
            }
        }
        text
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

/// The path without empty, `.` and `..` segments, escaped once more.
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
    // A dot at the end stands for a directory, as RFC 3986 has it.
    if text.len() == start || ["/", "/.", "/.."].iter().any(|end| path.ends_with(end)) {
        text.push(b'/');
    }
}

/// The query's pairs sorted by name, then value, as they stand on the wire.
fn push_query(text: &mut Vec<u8>, query: &str) {
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

/// A header's value without white space at its ends and with single spaces inside.
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

/// 32 bytes in hexadecimal, two digits each.
type Hex = [[u8; 2]; 32];

fn hex(bytes: &[u8]) -> Hex {
    let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
    let mut text = Hex::default();
    for (digits, byte) in text.iter_mut().zip(bytes) {
        *digits = [digit(byte >> 4), digit(byte & 15)];
    }
    text
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
        let key = |credentials: &Credentials, region, day| signer.key(credentials, region, day).unwrap();
        let first = key(&credentials, "us-east-1", 20_608);
        assert!(Arc::ptr_eq(&first, &key(&credentials.clone(), "us-east-1", 20_608)));
        for (credentials, region, day) in [
            (Credentials::new("AKID", "secret"), "us-east-1", 20_609),
            (Credentials::new("AKID", "secret"), "eu-central-1", 20_609),
            (Credentials::new("AKID", "changed"), "eu-central-1", 20_609),
            (Credentials::new("OTHER", "changed"), "eu-central-1", 20_609),
            (Credentials::new("OTHER", "changed").with_session_token("token"), "eu-central-1", 20_609),
        ] {
            let kept = key(&credentials, region, day);
            let fresh = Signer::default().key(&credentials, region, day).unwrap();
            assert_eq!(kept.key.sign(b"text"), fresh.key.sign(b"text"), "{credentials:?} {region} {day}");
            assert_eq!(kept.scope, fresh.scope);
            assert_eq!(kept.session_token.is_some(), credentials.session_token().is_some());
            assert!(Arc::ptr_eq(&kept, &key(&credentials, region, day)));
        }
    }

    #[test]
    fn the_kept_day_and_the_time_of_day_are_the_date() {
        let credentials = Credentials::new("AKID", "secret");
        for day in [0, 20_608, 20_609, -1, 11_016] {
            let kept = Kept::new(&credentials, "us-east-1", day).unwrap();
            for second in (0..DAY).step_by(7).chain([DAY - 1]) {
                let time = DateTime::from_secs(day * DAY + second);
                assert_eq!(kept.amz_date(time), amz_date(time).as_bytes(), "{day} {second}");
            }
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
