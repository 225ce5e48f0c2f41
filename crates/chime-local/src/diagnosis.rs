//! The diagnosis of a refused signature: the part that differs, and what should have been signed.

use std::borrow::Cow;

use chime_transport::Credentials;
use chime_transport::sigv4::{Canonical, SigningKey};
use chime_types::operation::At;
use chime_types::wire;
use http::Request;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use serde::Serialize;

use crate::headers::{BEARER, header_text};
use crate::signature::{Signature, amz_date, canonical, expected_string_to_sign};
use crate::text::cut;
use chime_types::operations::ALL;

/// The longest text about a signature that is kept, in bytes.
const LONGEST_LINE: usize = 2048;

/// Headers whose values the log shows. Any other may carry what is nobody else's business.
const SHOWN_HEADERS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "amz-sdk-invocation-id",
    "amz-sdk-request",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "x-amz-content-sha256",
    "x-amz-user-agent",
    "x-amz-date",
    BEARER,
];

/// The query parameter with the token of the next page, which the service model marks sensitive.
const NEXT_TOKEN: &str = "next-token";

/// The replacement of a value that is not shown.
const NOT_SHOWN: &str = "[not shown]";

/// The SHA-256 of nothing.
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The length in bytes up to which variants of a canonical request are tried. Trying them takes time, and a client without
/// a key must not be able to use much of it.
const LONGEST: usize = 8 * 1024;

/// The reason why a signature was refused, and what should have been signed.
///
/// It contains no secret, no session token and no signature, right or wrong. Values of headers and query parameters that
/// do not belong to an operation, and page tokens, read `[not shown]`: put your own in their place before you compare.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SignatureRefusal {
    /// The part that differs, and how, as far as it can be determined.
    pub differs: String,
    /// The canonical request that should have been signed; cut after 8 KiB.
    pub canonical_request: String,
    /// The string to sign of it; none where the request does not say its date and scope. Cut after 2 KiB.
    pub string_to_sign: Option<String>,
}

impl SignatureRefusal {
    pub(crate) fn new(differs: &str, canonical_request: &str, string_to_sign: Option<String>) -> Self {
        Self {
            differs: cut(differs, LONGEST_LINE),
            canonical_request: cut(canonical_request, 4 * LONGEST_LINE),
            string_to_sign: string_to_sign.map(|text| cut(&text, LONGEST_LINE)),
        }
    }
}

/// The refusal of a request whose signature differs in a part, with what should have been signed.
pub(crate) fn expected(
    request: &Request<impl AsRef<[u8]>>,
    signature: Option<&Signature<'_>>,
    differs: &str,
) -> SignatureRefusal {
    let canonical = canonical(request, signature.map_or("", |signature| signature.signed_headers));
    let string_to_sign =
        signature.and_then(|signature| expected_string_to_sign(request, &canonical, signature.region));
    SignatureRefusal::new(differs, &shown(&canonical), string_to_sign)
}

/// The refusal of a request whose query has the signature.
pub(crate) fn of_query(differs: &str, canonical: &Canonical, string_to_sign: &[u8]) -> SignatureRefusal {
    let string_to_sign = String::from_utf8(string_to_sign.to_vec()).ok();
    SignatureRefusal::new(differs, &shown(canonical), string_to_sign)
}

/// A canonical request without what a log must not have.
fn shown(canonical: &Canonical) -> String {
    let text = String::from_utf8_lossy(canonical.as_bytes());
    let mut lines: Vec<Cow<'_, str>> = text.split('\n').map(Cow::Borrowed).collect();
    if let Some(path) = lines.get_mut(1) {
        *path = wire::shown_path(path).into_owned().into();
    }
    if let Some(query) = lines.get_mut(2).filter(|query| !query.is_empty()) {
        let pairs: Vec<String> = query.split('&').map(shown_parameter).collect();
        *query = pairs.join("&").into();
    }
    // The last three lines are empty, the names and the hash.
    let end = lines.len().saturating_sub(3);
    for line in lines.get_mut(3..end).unwrap_or_default() {
        let name = line.split(':').next().unwrap_or_default();
        if !SHOWN_HEADERS.contains(&name) {
            *line = format!("{name}:{NOT_SHOWN}").into();
        }
    }
    lines.join("\n")
}

fn shown_parameter(pair: &str) -> String {
    let name = pair.split('=').next().unwrap_or_default();
    let of_an_operation = ALL.iter().any(|operation| {
        operation.query.iter().any(|(constant, _)| *constant == name)
            || operation.input.iter().any(|member| matches!(member.at, At::Query(known) if known == name))
    });
    if of_an_operation && name != NEXT_TOKEN { pair.to_owned() } else { format!("{name}={NOT_SHOWN}") }
}

/// A header that is named as signed and should not be, or not so.
pub(crate) fn signed_headers(
    request: &Request<impl AsRef<[u8]>>,
    given: &str,
    canonical: &Canonical,
) -> String {
    match given.split(';').find(|name| !request.headers().contains_key(*name)) {
        Some(name) => format!("SignedHeaders: it names {name:?}, and the request has no such header"),
        None => format!(
            "SignedHeaders: the names must be in lower case, sorted and each there once: {}",
            canonical.signed_headers()
        ),
    }
}

/// Which part of a request was signed otherwise than it should have been, where everything that the request says
/// about its signature is right. Each part is tried in the ways in which it is often got wrong.
pub(crate) fn differs(
    request: &Request<impl AsRef<[u8]>>,
    canonical: &Canonical,
    signature: &Signature<'_>,
    credentials: &Credentials,
    key: &SigningKey,
) -> String {
    let amz_date = amz_date(request);
    let digits = signature.digits;
    if digits.len() != 64 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return "Signature: expected the 64 hexadecimal digits of an HMAC-SHA256".to_owned();
    }
    if digits.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return "Signature: its hexadecimal digits must be in lower case".to_owned();
    }
    let with_line_end = format!("{}\n", credentials.secret_access_key());
    if signature.is_of(canonical, amz_date, &signature.key(&with_line_end)) {
        return "the secret access key: it was used with a line end after it".to_owned();
    }
    if canonical.as_bytes().len() <= LONGEST
        && let Some(parts) = Parts::of(request, canonical)
        && let Some(differs) = parts.find(|candidate| signature.is_of(candidate, amz_date, key))
    {
        return differs;
    }
    "the secret access key, the string to sign, or a part that was changed after it was signed: nothing else can \
     be told from here, so compare what you signed, line by line"
        .to_owned()
}

/// A fault of a part, and the part as it was signed then; the first of each list is right and has no fault.
type Variants = Vec<(&'static str, Vec<u8>)>;

/// The parts of a canonical request, each in the right form and in wrong ones.
struct Parts {
    method: Vec<u8>,
    path: Variants,
    query: Variants,
    headers: Variants,
    signed_headers: Vec<u8>,
    payload: Variants,
}

/// Everything but the unreserved characters of RFC 3986 and the slash.
const SEGMENTS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The faults of a whole query, and the query as it was signed then.
const PAIRS: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'=').remove(b'&');

impl Parts {
    fn of(request: &Request<impl AsRef<[u8]>>, canonical: &Canonical) -> Option<Self> {
        let lines: Vec<&[u8]> = canonical.as_bytes().split(|byte| *byte == b'\n').collect();
        let [method, path, query, headers @ .., b"", signed_headers, payload] = lines.as_slice() else {
            return None;
        };
        let block = |lines: &[Vec<u8>], end: &[u8]| [lines.join(&b'\n').as_slice(), end].concat();
        let headers: Vec<Vec<u8>> = headers.iter().map(|line| line.to_vec()).collect();

        let as_sent = request.uri().path();
        let bare: Vec<u8> = percent_decode_str(as_sent).collect();
        let path = vec![
            ("", path.to_vec()),
            ("the path: it was escaped once and must be escaped twice", as_sent.into()),
            ("the path: it was signed without escapes and must be escaped twice", bare.clone()),
            (
                "the path: it was escaped once, but for the slashes in the ARN, and must be escaped twice with them",
                percent_encode(&bare, SEGMENTS).to_string().into(),
            ),
        ];
        let sent_query = request.uri().query().unwrap_or_default();
        let query = vec![
            ("", query.to_vec()),
            ("the query: it must be sorted by name, with a = after each name", sent_query.into()),
            ("the query: it was signed without escapes", percent_decode_str(sent_query).collect()),
            ("the query: it was escaped twice", percent_encode(query, PAIRS).to_string().into()),
            ("the query: it was left out", Vec::new()),
        ];

        let without_port: Vec<Vec<u8>> = headers
            .iter()
            .map(|line| match std::str::from_utf8(line).ok().and_then(|line| line.rsplit_once(':')) {
                Some((host, port)) if host.starts_with("host:") && port.parse::<u16>().is_ok() => host.into(),
                _ => line.clone(),
            })
            .collect();
        let untrimmed: Vec<Vec<u8>> = headers
            .iter()
            .map(|line| {
                let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
                let name = String::from_utf8_lossy(name);
                let values: Vec<&[u8]> =
                    request.headers().get_all(&*name).iter().map(http::HeaderValue::as_bytes).collect();
                [name.as_bytes(), b":", &values.join(&b',')].concat()
            })
            .collect();
        let headers = vec![
            ("", block(&headers, b"\n")),
            ("host: it was signed without its port", block(&without_port, b"\n")),
            ("the headers: white space within a value must become one space", block(&untrimmed, b"\n")),
            ("the headers: an empty line must follow them", block(&headers, b"")),
        ];

        let mut payload = vec![
            ("", payload.to_vec()),
            ("the payload's hash: that of an empty body was signed", EMPTY.into()),
            (
                "the payload's hash: UNSIGNED-PAYLOAD was signed, and the service wants the body's SHA-256",
                "UNSIGNED-PAYLOAD".into(),
            ),
            ("the payload's hash: it was left out", Vec::new()),
        ];
        if let Some(claimed) = header_text(request.headers(), "x-amz-content-sha256") {
            let wrong = "the payload's hash: x-amz-content-sha256 was signed, and is not the body's";
            payload.push((wrong, claimed.into()));
        }
        Some(Self {
            method: method.to_vec(),
            path,
            query,
            headers,
            signed_headers: signed_headers.to_vec(),
            payload,
        })
    }

    /// Returns the fault of the combination that was signed, if it is one of them.
    fn find(&self, was_signed: impl Fn(&Canonical) -> bool) -> Option<String> {
        // A variant that equals the right form need not be tried.
        let distinct = |variants: &Variants| -> Variants {
            let (right, wrong) = (variants.iter().take(1), variants.iter().skip(1));
            let others = wrong.filter(|(_, form)| variants.first().is_some_and(|(_, right)| right != form));
            right.chain(others).cloned().collect()
        };
        let [paths, queries, headers, payloads] =
            [&self.path, &self.query, &self.headers, &self.payload].map(distinct);
        for (path_wrong, path) in &paths {
            for (query_wrong, query) in &queries {
                for (headers_wrong, headers) in &headers {
                    for (payload_wrong, payload) in &payloads {
                        let lines = [&self.method, path, query, headers, &self.signed_headers, payload]
                            .map(Vec::as_slice);
                        if was_signed(&Canonical::from_text(lines.join(&b'\n'))) {
                            let wrong = [*path_wrong, *query_wrong, *headers_wrong, *payload_wrong];
                            let said: Vec<&str> =
                                wrong.into_iter().filter(|wrong| !wrong.is_empty()).collect();
                            return Some(said.join("; "));
                        }
                    }
                }
            }
        }
        None
    }
}
