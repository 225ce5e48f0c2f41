//! Whether a request comes from the holder of the credentials: SigV4, verified as AWS' front door does.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use chime_transport::Credentials;
use chime_transport::sigv4::{SERVICE, X_AMZ_SECURITY_TOKEN};
use http::header::AUTHORIZATION;

use crate::diagnosis::{self, SignatureRefusal};
use crate::headers::header_text;
use crate::refusal::Refusal;
use crate::signature::{MUST_BE_SIGNED, Signature, amz_date, canonical};

/// How far a signature's time may be from the service's, in seconds.
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

/// Accepts a request that `credentials` signed within five minutes of `now`.
pub(crate) fn verify(
    request: &http::Request<impl AsRef<[u8]>>,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<(), Rejection> {
    let signature = read(request);
    let checked = match &signature {
        Ok(signature) => check(request, signature, credentials, now),
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

fn read<B>(request: &http::Request<B>) -> Result<Signature<'_>, Difference> {
    let header = header_text(request.headers(), AUTHORIZATION.as_str()).ok_or_else(|| {
        let refusal =
            Refusal::by_front_door("MissingAuthenticationTokenException", "Missing Authentication Token");
        Difference::new(refusal, "Authorization: there is no such header")
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
    credentials: &Credentials,
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
    if signature.access_key_id != credentials.access_key_id() {
        return Err(unrecognized(format!("the access key: it is not {}", credentials.access_key_id())));
    }
    let token = header_text(headers, X_AMZ_SECURITY_TOKEN.as_str());
    if token != credentials.session_token() {
        let differs = match (token, credentials.session_token()) {
            (Some(_), None) => "x-amz-security-token: it is there, and the credentials have no session token",
            (None, _) => "x-amz-security-token: it is not there, and the credentials have a session token",
            (Some(_), Some(_)) => "x-amz-security-token: it is not the credentials' session token",
        };
        return Err(unrecognized(differs.to_owned()));
    }
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
    let key = signature.key(credentials.secret_access_key());
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
        format!("{amz_date:?} is no valid x-amz-date; expected one such as 20260604T071451Z")
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
