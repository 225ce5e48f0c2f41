//! Whether a request comes from the holder of the credentials: SigV4, verified as AWS' front door does.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use chime_transport::Credentials;
use chime_transport::sigv4::{
    Canonical, SERVICE, SignedQuery, SigningKey, X_AMZ_SECURITY_TOKEN, string_to_sign,
};
use http::header::AUTHORIZATION;

use crate::diagnosis::{self, SignatureRefusal};
use crate::headers::{header_text, names_another_host};
use crate::refusal::Refusal;
use crate::signature::{MUST_BE_SIGNED, Signature, amz_date, canonical};

/// The largest difference between a signature's time and the service's, in seconds.
const WINDOW: i64 = 5 * 60;

/// A request that is not let in: the answer, and what the log says about its signature.
#[derive(Debug)]
pub(crate) struct Rejection {
    pub(crate) refusal: Refusal,
    pub(crate) signature: SignatureRefusal,
}

/// The answer to a request that is not let in, and which part of its signature differs.
struct Difference {
    refusal: Refusal,
    differs: String,
}

impl Difference {
    fn new(refusal: Refusal, differs: impl Into<String>) -> Self {
        Self { refusal, differs: differs.into() }
    }
}

/// The credentials whose signatures are accepted.
#[derive(Debug, Default)]
pub(crate) struct Accepted {
    /// The well-known credentials if none are configured.
    credentials: Vec<Credentials>,
    all: bool,
    /// The last key, which most requests have in common.
    last: Mutex<Option<LastKey>>,
}

/// A key with what it was derived from.
#[derive(Debug)]
struct LastKey {
    credentials: Credentials,
    date: String,
    region: String,
    key: SigningKey,
}

impl Accepted {
    /// Accepts the signatures of these credentials.
    pub(crate) fn add(&mut self, credentials: Credentials) {
        self.credentials.push(credentials);
    }

    /// Accepts all requests, signed or not.
    pub(crate) fn accept_all(&mut self) {
        self.all = true;
    }

    /// Credentials whose signatures are accepted.
    pub(crate) fn first(&self) -> Credentials {
        let well_known = || Credentials::new("CHIMELOCAL", "chime-local-secret");
        self.credentials.first().cloned().unwrap_or_else(well_known)
    }

    /// The credentials with an access key and a session token; otherwise, what differs.
    fn find(&self, access_key_id: &str, token: Option<&str>) -> Result<Credentials, String> {
        let first = [self.first()];
        let credentials = if self.credentials.is_empty() { &first[..] } else { &self.credentials };
        let mut of_key = credentials.iter().filter(|known| known.access_key_id() == access_key_id).peekable();
        let Some(one) = of_key.peek().copied() else {
            let known: Vec<_> = credentials.iter().map(Credentials::access_key_id).collect();
            return Err(format!("the access key: it is not {}", known.join(" or ")));
        };
        let found = of_key.find(|known| known.session_token() == token);
        found.cloned().ok_or_else(|| {
            let differs = match (token, one.session_token()) {
                (Some(_), None) => "present, but the credentials have no session token",
                (None, _) => "missing, but the credentials have a session token",
                (Some(_), Some(_)) => "it is not the credentials' session token",
            };
            format!("x-amz-security-token: {differs}")
        })
    }

    /// The key of a signature for the service: the last one, or one that is derived now.
    fn key(&self, credentials: &Credentials, signature: &Signature<'_>) -> SigningKey {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let same = last.as_ref().filter(|last| {
            last.credentials.secret_access_key() == credentials.secret_access_key()
                && last.date == signature.date
                && last.region == signature.region
        });
        if let Some(last) = same {
            return last.key.clone();
        }
        let key = signature.key(credentials.secret_access_key());
        *last = Some(LastKey {
            credentials: credentials.clone(),
            date: signature.date.to_owned(),
            region: signature.region.to_owned(),
            key: key.clone(),
        });
        key
    }
}

/// Accepts a request that accepted credentials signed within five minutes of `now`.
pub(crate) fn verify(
    request: &http::Request<impl AsRef<[u8]>>,
    accepted: &Accepted,
    now: SystemTime,
) -> Result<(), Rejection> {
    if let Err(difference) = check_ambiguities(request) {
        let signature = diagnosis::expected(request, None, &difference.differs);
        return Err(Rejection { refusal: difference.refusal, signature });
    }
    if accepted.all {
        return Ok(());
    }
    let signature = read(request);
    let checked = match &signature {
        Ok(signature) => check(request, signature, accepted, now),
        Err(_) => Ok(()),
    };
    let (signature, difference) = match (signature, checked) {
        (Ok(_), Ok(())) => return Ok(()),
        (Ok(signature), Err(difference)) => (Some(signature), difference),
        (Err(difference), _) => (None, difference),
    };
    let signature = diagnosis::expected(request, signature.as_ref(), &difference.differs);
    Err(Rejection { refusal: difference.refusal, signature })
}

/// Accepts a request whose query has a signature by accepted credentials that is valid at `now`, as sessions have it.
pub(crate) fn verify_query(
    request: &http::Request<impl AsRef<[u8]>>,
    accepted: &Accepted,
    now: SystemTime,
) -> Result<(), Rejection> {
    if accepted.all {
        return Ok(());
    }
    let query = request.uri().query().unwrap_or_default();
    let signed = SignedQuery::parse(query).map_err(|invalid| {
        let refusal = Refusal::by_front_door("IncompleteSignatureException", invalid.to_string());
        let signature = SignatureRefusal::new(&format!("the query: {invalid}"), "", None);
        Rejection { refusal, signature }
    })?;
    let names: BTreeSet<&str> = signed.signed_headers.split(';').chain(["host"]).collect();
    let headers: Vec<_> = names
        .into_iter()
        .flat_map(|name| request.headers().get_all(name).iter().map(move |value| (name, value.as_bytes())))
        .collect();
    let (method, path) = (request.method().as_str(), request.uri().path());
    let signed_with = |query: &str| {
        let canonical = Canonical::new(method, path, query, headers.clone(), request.body().as_ref());
        let text = string_to_sign(&signed.amz_date, &signed.scope(), &canonical);
        (canonical, text)
    };
    let (canonical, text) = signed_with(&signed.query);
    let checked = check_query(&signed, &canonical, &text, accepted, now).or_else(|differs| {
        let (canonical, text) = signed_with(&strictly_escaped(&signed.query));
        check_query(&signed, &canonical, &text, accepted, now).map_err(|_| differs)
    });
    checked.map_err(|(exception, differs)| Rejection {
        refusal: Refusal::by_front_door(exception, differs.clone()),
        signature: diagnosis::of_query(&differs, &canonical, &text),
    })
}

/// A query in which the characters are escaped that AWS's form escapes, and that browsers send as they are.
fn strictly_escaped(query: &str) -> String {
    let escaped = [('!', "%21"), ('\'', "%27"), ('(', "%28"), (')', "%29"), ('*', "%2A")];
    escaped.iter().fold(query.to_owned(), |query, (bare, escaped)| query.replace(*bare, escaped))
}

/// Checks the signature of a query; otherwise, the name of the exception, and what differs.
fn check_query(
    signed: &SignedQuery,
    canonical: &Canonical,
    string_to_sign: &[u8],
    accepted: &Accepted,
    now: SystemTime,
) -> Result<(), (&'static str, String)> {
    let invalid = |differs: String| ("InvalidSignatureException", differs);
    let credentials = accepted
        .find(&signed.access_key_id, signed.session_token.as_deref())
        .map_err(|differs| ("UnrecognizedClientException", differs))?;
    let amz_date = &signed.amz_date;
    let time = parse_amz_date(amz_date)
        .ok_or_else(|| invalid(format!("X-Amz-Date: {amz_date:?} is not a time such as 20260604T071451Z")))?;
    let now = DateTime::from(now);
    let (now_date, age) = (chime_transport::sigv4::amz_date(now), now.secs() - time.secs());
    let expires = i64::try_from(signed.expires.as_secs()).unwrap_or(i64::MAX);
    if age > expires {
        let differs =
            format!("the time: it was signed at {amz_date} for {expires} seconds; now is {now_date}");
        return Err(("ExpiredTokenException", differs));
    }
    if age < -WINDOW {
        return Err(invalid(format!("the time: {amz_date} is more than 5 minutes after {now_date}")));
    }
    if signed.service != SERVICE {
        return Err(invalid(format!(
            "the scope: its service must be {SERVICE}, and is {:?}",
            signed.service
        )));
    }
    if canonical.signed_headers() != signed.signed_headers {
        return Err(invalid(format!("X-Amz-SignedHeaders: expected {:?}", canonical.signed_headers())));
    }
    let key =
        SigningKey::derive(credentials.secret_access_key(), &signed.date, &signed.region, &signed.service);
    if key.verify(string_to_sign, &signed.signature) {
        return Ok(());
    }
    Err(invalid("the secret access key, or a part of what is signed".to_owned()))
}

/// Refuses a request that says twice who calls or whom: a signature covers both, and which of them counts is for nobody to
/// guess.
fn check_ambiguities<B>(request: &http::Request<B>) -> Result<(), Difference> {
    let headers = request.headers();
    for name in MUST_BE_SIGNED.into_iter().chain([AUTHORIZATION.as_str()]) {
        if headers.get_all(name).iter().nth(1).is_some() {
            let message = format!("{name}: duplicate header; send it once");
            let exception = if name == AUTHORIZATION.as_str() {
                "IncompleteSignatureException"
            } else {
                "InvalidSignatureException"
            };
            return Err(Difference::new(Refusal::by_front_door(exception, message.clone()), message));
        }
    }
    if names_another_host(request.uri(), headers) {
        let message = "the target: its host is not the Host header's; send the path alone";
        return Err(Difference::new(Refusal::by_front_door("InvalidSignatureException", message), message));
    }
    Ok(())
}

fn read<B>(request: &http::Request<B>) -> Result<Signature<'_>, Difference> {
    let header = header_text(request.headers(), AUTHORIZATION.as_str()).ok_or_else(|| {
        let refusal =
            Refusal::by_front_door("MissingAuthenticationTokenException", "Missing Authentication Token");
        Difference::new(refusal, "Authorization: the header is missing")
    })?;
    Signature::from_header(header).map_err(|missing| {
        let message = format!("Authorization header requires {missing}.");
        let differs = format!("Authorization: {message}");
        Difference::new(Refusal::by_front_door("IncompleteSignatureException", message), differs)
    })
}

fn check(
    request: &http::Request<impl AsRef<[u8]>>,
    signature: &Signature<'_>,
    accepted: &Accepted,
    now: SystemTime,
) -> Result<(), Difference> {
    let headers = request.headers();
    let unrecognized = |differs: String| {
        let message = "The security token included in the request is invalid.";
        Difference::new(Refusal::by_front_door("UnrecognizedClientException", message), differs)
    };
    let invalid = |message: String, differs: String| {
        Difference::new(Refusal::by_front_door("InvalidSignatureException", message), differs)
    };
    let token = header_text(headers, X_AMZ_SECURITY_TOKEN.as_str());
    let credentials = &accepted.find(signature.access_key_id, token).map_err(unrecognized)?;
    let amz_date = amz_date(request);
    check_time(amz_date, signature.date, now).map_err(|message| {
        let differs = format!("the time: {message}");
        invalid(message, differs)
    })?;
    if signature.service != SERVICE {
        return Err(invalid(
            format!("Credential should be scoped to correct service: '{SERVICE}'."),
            format!("the scope: its service must be {SERVICE}, and is {:?}", signature.service),
        ));
    }
    let signed: Vec<&str> = signature.signed_headers.split(';').collect();
    for name in MUST_BE_SIGNED {
        if headers.contains_key(name) && !signed.contains(&name) {
            return Err(invalid(
                format!("'{name}' must be a 'SignedHeader' in the AWS Authorization."),
                format!("SignedHeaders: {name} is missing"),
            ));
        }
    }
    let canonical = canonical(request, signature.signed_headers);
    let key = accepted.key(credentials, signature);
    // A header that is named but absent, twice or out of order leaves the names unequal.
    let same_names = canonical.signed_headers() == signature.signed_headers;
    if same_names && signature.is_of(&canonical, amz_date, &key) {
        return Ok(());
    }
    let message = "The request signature we calculated does not match the signature you provided. \
                   Check your AWS Secret Access Key and signing method.";
    let differs = if same_names {
        diagnosis::differs(request, &canonical, signature, credentials, &key)
    } else {
        diagnosis::signed_headers(request, signature.signed_headers, &canonical)
    };
    Err(invalid(message.to_owned(), differs))
}

/// Whether a signature's time is near enough to `now`; otherwise, the message that says why not.
fn check_time(amz_date: &str, scope_date: &str, now: SystemTime) -> Result<(), String> {
    let time = parse_amz_date(amz_date).ok_or_else(|| {
        format!("{amz_date:?} is not a valid x-amz-date; expected one such as 20260604T071451Z")
    })?;
    let date = amz_date.get(..8).unwrap_or_default();
    if date != scope_date {
        return Err(format!("The date in the Credential scope is '{scope_date}', not '{date}'."));
    }
    let now = DateTime::from(now);
    let (now_date, age) = (chime_transport::sigv4::amz_date(now), now.secs() - time.secs());
    if age > WINDOW {
        Err(format!("Signature expired: {amz_date} is more than 5 minutes before {now_date}"))
    } else if age < -WINDOW {
        Err(format!("Signature not yet current: {amz_date} is more than 5 minutes after {now_date}"))
    } else {
        Ok(())
    }
}

/// `20260604T071451Z` as a time: with the punctuation of ISO-8601 put back.
fn parse_amz_date(text: &str) -> Option<DateTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let digits = |text: &str, count| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(date, 8) || !digits(time, 6) {
        return None;
    }
    let date = [date.get(..4)?, date.get(4..6)?, date.get(6..)?].join("-");
    let time = [time.get(..2)?, time.get(2..4)?, time.get(4..)?].join(":");
    DateTime::from_str(&format!("{date}T{time}Z"), Format::DateTime).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_the_one_form() {
        assert_eq!(parse_amz_date("20260604T071451Z"), Some(DateTime::from_secs(1_780_557_291)));
        for wrong in [
            "",
            "20260604",
            "20260604T071451",
            "20260604T071451Z9",
            "20260604T071451ZZ",
            "20260604 071451Z",
            "20260604T071451z",
            "2026-604T071451Z",
            "20261304T071451Z",
            "20260604T251451Z",
            "2026060éT71451Z",
        ] {
            assert_eq!(parse_amz_date(wrong), None, "{wrong}");
        }
    }
}
