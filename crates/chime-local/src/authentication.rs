//! Whether a request comes from who it says: SigV4, verified as AWS' front door does.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use chime_transport::Credentials;
use chime_transport::sigv4::{
    ALGORITHM, SERVICE, SigningKey, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN, string_to_sign,
};
use http::HeaderMap;
use http::header::AUTHORIZATION;

use crate::diagnosis::{self, MUST_BE_SIGNED};
use crate::log::SignatureRefusal;
use crate::refusal::Refusal;

/// How far a signature's time may be from the service's, in seconds.
const WINDOW: i64 = 5 * 60;

/// What the `Authorization` header says.
pub(crate) struct Authorization<'a> {
    access_key_id: &'a str,
    pub(crate) date: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    signed_headers: &'a str,
    pub(crate) signature: &'a str,
}

/// A request that is not let in: the answer, and what the log says about it.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) refusal: Refusal,
    pub(crate) signature: SignatureRefusal,
}

/// The answer to a request that is not let in, and which part differs.
struct Wrong {
    refusal: Refusal,
    differs: String,
}

impl Wrong {
    fn new(refusal: Refusal, differs: impl Into<String>) -> Box<Self> {
        Box::new(Self { refusal, differs: differs.into() })
    }
}

/// Accepts a request that `credentials` signed within five minutes of `now`.
pub(crate) fn verify(
    request: &http::Request<impl AsRef<[u8]>>,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<(), Box<Refused>> {
    let header = text(request.headers(), AUTHORIZATION.as_str());
    let authorization = match header {
        Some(header) => parse(header).map_err(|error| {
            let differs = format!("Authorization: {}", error.message());
            Wrong::new(error, differs)
        }),
        None => Err(Wrong::new(
            Refusal::by_front_door("MissingAuthenticationTokenException", "Missing Authentication Token"),
            "Authorization: there is no such header",
        )),
    };
    let checked = match &authorization {
        Ok(authorization) => check(request, authorization, credentials, now),
        Err(_) => Ok(()),
    };
    let (authorization, wrong) = match (authorization, checked) {
        (Ok(_), Ok(())) => return Ok(()),
        (Ok(authorization), Err(wrong)) => (Some(authorization), wrong),
        (Err(wrong), _) => (None, wrong),
    };
    let signed_headers = authorization.as_ref().map_or("", |authorization| authorization.signed_headers);
    let canonical = diagnosis::should_be(request, signed_headers);
    let string_to_sign = authorization
        .and_then(|authorization| diagnosis::string_that_should_be(request, &canonical, &authorization));
    let signature = SignatureRefusal::new(&wrong.differs, &diagnosis::shown(&canonical), string_to_sign);
    Err(Box::new(Refused { refusal: wrong.refusal, signature }))
}

fn check(
    request: &http::Request<impl AsRef<[u8]>>,
    authorization: &Authorization<'_>,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<(), Box<Wrong>> {
    let headers = request.headers();
    let unrecognized = |differs: String| {
        let message = "The security token included in the request is invalid.";
        Wrong::new(Refusal::by_front_door("UnrecognizedClientException", message), differs)
    };
    let invalid = |message: String, differs: String| {
        Wrong::new(Refusal::by_front_door("InvalidSignatureException", message), differs)
    };
    if authorization.access_key_id != credentials.access_key_id() {
        return Err(unrecognized(format!("the access key: it is not {}", credentials.access_key_id())));
    }
    let token = text(headers, X_AMZ_SECURITY_TOKEN.as_str());
    if token != credentials.session_token() {
        let differs = match (token, credentials.session_token()) {
            (Some(_), None) => "x-amz-security-token: it is there, and the credentials have no session token",
            (None, _) => "x-amz-security-token: it is not there, and the credentials have a session token",
            (Some(_), Some(_)) => "x-amz-security-token: it is not the credentials' session token",
        };
        return Err(unrecognized(differs.to_owned()));
    }
    let amz_date = text(headers, X_AMZ_DATE.as_str()).unwrap_or_default();
    check_time(amz_date, authorization.date, now).map_err(|error| {
        let differs = format!("the time: {}", error.message());
        Wrong::new(error, differs)
    })?;
    if authorization.service != SERVICE {
        return Err(invalid(
            format!("Credential should be scoped to correct service: '{SERVICE}'."),
            format!("the scope: its service must be {SERVICE}, and is {:?}", authorization.service),
        ));
    }
    let signed: Vec<&str> = authorization.signed_headers.split(';').collect();
    for name in MUST_BE_SIGNED {
        if headers.contains_key(name) && !signed.contains(&name) {
            return Err(invalid(
                format!("'{name}' must be a 'SignedHeader' in the AWS Authorization."),
                format!("SignedHeaders: {name} is missing"),
            ));
        }
    }
    // Each header once, however often it is named: naming one ten thousand times must not be much to hash.
    let canonical = diagnosis::should_be(request, authorization.signed_headers);
    let &Authorization { date, region, service, .. } = authorization;
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let key = SigningKey::derive(credentials.secret_access_key(), date, region, service);
    // A header that is named but absent, twice or out of order leaves the names unequal.
    let same_names = canonical.signed_headers() == authorization.signed_headers;
    if same_names && key.verify(&string_to_sign(amz_date, &scope, &canonical), authorization.signature) {
        return Ok(());
    }
    let message = "The request signature we calculated does not match the signature you provided. \
                   Check your AWS Secret Access Key and signing method.";
    let differs = if same_names {
        diagnosis::differs(request, &canonical, authorization, credentials, &key)
    } else {
        diagnosis::signed_headers(request, authorization.signed_headers, &canonical)
    };
    Err(invalid(message.to_owned(), differs))
}

fn check_time(amz_date: &str, scope_date: &str, now: SystemTime) -> Result<(), Refusal> {
    let refuse = |message: String| Refusal::by_front_door("InvalidSignatureException", message);
    let time = parse_amz_date(amz_date).ok_or_else(|| {
        refuse(format!("{amz_date:?} is no valid x-amz-date; expected one such as 20260604T071451Z"))
    })?;
    let date = amz_date.get(..8).unwrap_or_default();
    if date != scope_date {
        return Err(refuse(format!("The date in the Credential scope is '{scope_date}', not '{date}'.")));
    }
    let now = DateTime::from(now);
    let (now_date, age) = (chime_transport::sigv4::amz_date(now), now.secs() - time.secs());
    if age > WINDOW {
        Err(refuse(format!("Signature expired: {amz_date} is more than 5 minutes before {now_date}")))
    } else if age < -WINDOW {
        Err(refuse(format!("Signature not yet current: {amz_date} is more than 5 minutes after {now_date}")))
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

fn parse(header: &str) -> Result<Authorization<'_>, Refusal> {
    let incomplete = |what: &str| {
        let message = format!("Authorization header requires {what}.");
        Refusal::by_front_door("IncompleteSignatureException", message)
    };
    let rest = header
        .strip_prefix(ALGORITHM)
        .filter(|rest| rest.starts_with(' '))
        .ok_or_else(|| incomplete(&format!("the algorithm '{ALGORITHM}'")))?;
    let part = |name: &'static str| {
        rest.split(',')
            .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
            .ok_or_else(|| incomplete(&format!("the '{name}' parameter")))
    };
    let credential = part("Credential")?;
    let mut scope = credential.rsplit('/');
    let parts = [scope.next(), scope.next(), scope.next(), scope.next()];
    let (Some("aws4_request"), Some(service), Some(region), Some(date)) =
        (parts[0], parts[1], parts[2], parts[3])
    else {
        return Err(incomplete("a 'Credential' of the form key/date/region/service/aws4_request"));
    };
    let scope_length = "aws4_request".len() + service.len() + region.len() + date.len() + 4;
    let access_key_id = credential.get(..credential.len().saturating_sub(scope_length)).unwrap_or_default();
    Ok(Authorization {
        access_key_id,
        date,
        region,
        service,
        signed_headers: part("SignedHeaders")?,
        signature: part("Signature")?,
    })
}

pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
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
