//! The signature of a query, for the side that verifies it.

use std::fmt;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::names::{ALGORITHM, TERMINATOR, parameter};

/// A query that carries its own signature: the `X-Amz-…` parameters, decoded, and the query that they sign.
///
/// ```
/// # use chime_transport::Credentials;
/// use chime_transport::sigv4::{Canonical, SignedQuery, SigningKey, string_to_sign};
///
/// fn verify(request: &http::Request<&[u8]>, secret_access_key: &str) -> bool {
///     let Ok(signed) = SignedQuery::parse(request.uri().query().unwrap_or_default()) else { return false };
///     let headers = signed.signed_headers.split(';').flat_map(|name| {
///         request.headers().get_all(name).iter().map(move |value| (name, value.as_bytes()))
///     });
///     let (method, path) = (request.method().as_str(), request.uri().path());
///     let canonical = Canonical::new(method, path, &signed.query, headers, request.body());
///     let key = SigningKey::derive(secret_access_key, &signed.date, &signed.region, &signed.service);
///     let text = string_to_sign(&signed.amz_date, &signed.scope(), &canonical);
///     // A header that is missing, duplicate or out of order leaves the names unequal.
///     canonical.signed_headers() == signed.signed_headers && key.verify(&text, &signed.signature)
/// }
/// # let mut request = http::Request::get("https://localhost/connect?sessionId=1").body(bytes::Bytes::new())?;
/// # let credentials = Credentials::new("AKID", "secret").with_session_token("token+/=");
/// # let (time, expires) = (aws_smithy_types::DateTime::from_secs(0), std::time::Duration::from_secs(10));
/// # chime_transport::sigv4::Signer::default().sign_query(&mut request, &credentials, "us-east-1", time, expires)?;
/// # let mut request = request.map(|_| &b""[..]);
/// # assert!(verify(&request, "secret") && !verify(&request, "other"));
/// # request.headers_mut().insert("host", http::HeaderValue::from_static("elsewhere"));
/// # assert!(!verify(&request, "secret"));
/// # Ok::<(), http::Error>(())
/// ```
///
/// A verifier also decides which access keys, services and headers it wants, and whether the signature has expired.
///
/// `Debug` redacts the session token, the signature and the query.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignedQuery {
    /// The access key ID, from `X-Amz-Credential`.
    pub access_key_id: String,
    /// The day of the scope, such as `20260604`, from `X-Amz-Credential`.
    pub date: String,
    /// The region of the scope, from `X-Amz-Credential`.
    pub region: String,
    /// The service of the scope, from `X-Amz-Credential`.
    pub service: String,
    /// The time of signing, such as `20260604T071451Z`: `X-Amz-Date`.
    pub amz_date: String,
    /// The validity of the signature, 1 second to 7 days: `X-Amz-Expires`.
    pub expires: Duration,
    /// The session token of temporary credentials: `X-Amz-Security-Token`.
    pub session_token: Option<String>,
    /// The names of the signed headers, separated by `;`: `X-Amz-SignedHeaders`.
    pub signed_headers: String,
    /// The signature, in hexadecimal: `X-Amz-Signature`.
    pub signature: String,
    /// The query that is signed: everything except `X-Amz-Signature`, as it was sent.
    pub query: String,
}

/// The longest time for which a signature may be valid, in seconds: 7 days.
const LONGEST: u64 = 7 * 24 * 60 * 60;

impl SignedQuery {
    /// Reads a query as it is on the wire.
    ///
    /// # Errors
    /// A parameter of the signature that is missing, duplicate or malformed.
    pub fn parse(query: &str) -> Result<Self, InvalidSignedQuery> {
        let optional = |name| parameter(query, name);
        let required = |name| optional(name)?.ok_or(InvalidSignedQuery::new(name, "missing"));
        if required(parameter::ALGORITHM)? != ALGORITHM {
            return Err(InvalidSignedQuery::new(parameter::ALGORITHM, "must be AWS4-HMAC-SHA256"));
        }
        let credential = required(parameter::CREDENTIAL)?;
        // From the end, since an access key ID may contain a slash.
        let mut parts = credential.rsplitn(5, '/');
        let parts = [parts.next(), parts.next(), parts.next(), parts.next(), parts.next()];
        let [Some(TERMINATOR), Some(service), Some(region), Some(date), Some(access_key_id)] = parts else {
            let reason = "malformed; expected KEY/DATE/REGION/SERVICE/aws4_request";
            return Err(InvalidSignedQuery::new(parameter::CREDENTIAL, reason));
        };
        let expires = required(parameter::EXPIRES)?;
        let expires = Some(expires).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        let expires =
            expires.and_then(|text| text.parse().ok()).filter(|seconds| (1..=LONGEST).contains(seconds));
        let expires = expires.ok_or(InvalidSignedQuery::new(
            parameter::EXPIRES,
            "must be a number of seconds from 1 to 604800",
        ))?;
        let unsigned = |pair: &&str| name(pair) != parameter::SIGNATURE;
        Ok(Self {
            access_key_id: access_key_id.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            amz_date: required(parameter::DATE)?,
            expires: Duration::from_secs(expires),
            session_token: optional(parameter::SECURITY_TOKEN)?,
            signed_headers: required(parameter::SIGNED_HEADERS)?,
            signature: required(parameter::SIGNATURE)?,
            query: query.split('&').filter(unsigned).collect::<Vec<_>>().join("&"),
        })
    }

    /// Returns the scope of the signature: `date/region/service/aws4_request`.
    #[must_use]
    pub fn scope(&self) -> String {
        format!("{}/{}/{}/{TERMINATOR}", self.date, self.region, self.service)
    }
}

impl fmt::Debug for SignedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedQuery")
            .field("access_key_id", &self.access_key_id)
            .field("scope", &self.scope())
            .field("amz_date", &self.amz_date)
            .field("expires", &self.expires)
            .field("signed_headers", &self.signed_headers)
            .finish_non_exhaustive()
    }
}

/// Finds and decodes the value of a parameter.
fn parameter(query: &str, wanted: &'static str) -> Result<Option<String>, InvalidSignedQuery> {
    let mut found = query.split('&').filter(|pair| name(pair) == wanted);
    let Some(pair) = found.next() else { return Ok(None) };
    if found.next().is_some() {
        return Err(InvalidSignedQuery::new(wanted, "duplicate"));
    }
    let value = pair.split_once('=').map_or("", |(_, value)| value);
    match percent_decode_str(value).decode_utf8() {
        Ok(text) => Ok(Some(text.into_owned())),
        Err(_) => Err(InvalidSignedQuery::new(wanted, "must be UTF-8")),
    }
}

/// The name of a pair.
fn name(pair: &str) -> &str {
    pair.split('=').next().unwrap_or_default()
}

/// The error for a query without a valid form of signature: the parameter, and what is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidSignedQuery {
    parameter: &'static str,
    reason: &'static str,
}

impl InvalidSignedQuery {
    fn new(parameter: &'static str, reason: &'static str) -> Self {
        Self { parameter, reason }
    }

    /// Returns the name of the parameter.
    #[must_use]
    pub fn parameter(&self) -> &'static str {
        self.parameter
    }
}

impl fmt::Display for InvalidSignedQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.parameter, self.reason)
    }
}

impl std::error::Error for InvalidSignedQuery {}

#[cfg(test)]
mod tests {
    use super::*;

    const QUERY: &str = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=A%2FB%2F20260604%2Fus-east-1%2Fchime%2Faws4_request\
        &X-Amz-Date=20260604T071451Z&X-Amz-Expires=10&X-Amz-Security-Token=TOKEN%2B&X-Amz-SignedHeaders=content-type%3Bhost\
        &b=&a&X-Amz-Signature=SIGNATURE&c=%C3%A9";

    #[test]
    fn parameters_are_decoded_and_the_rest_of_the_query_stays_as_sent() {
        let signed = SignedQuery::parse(QUERY).unwrap();
        assert_eq!(
            (signed.access_key_id.as_str(), signed.scope().as_str()),
            ("A/B", "20260604/us-east-1/chime/aws4_request")
        );
        assert_eq!((signed.amz_date.as_str(), signed.expires), ("20260604T071451Z", Duration::from_secs(10)));
        assert_eq!(signed.session_token.as_deref(), Some("TOKEN+"));
        assert_eq!(signed.signed_headers, "content-type;host");
        assert_eq!(signed.signature, "SIGNATURE");
        assert_eq!(signed.query, QUERY.replace("&X-Amz-Signature=SIGNATURE", ""));
    }

    #[test]
    fn a_parameter_that_is_missing_duplicate_or_malformed_is_named() {
        let expires = "must be a number of seconds from 1 to 604800";
        let credential = "malformed; expected KEY/DATE/REGION/SERVICE/aws4_request";
        let cases = [
            (
                "X-Amz-Algorithm=AWS4-HMAC-SHA256",
                "X-Amz-Algorithm=AWS4",
                "X-Amz-Algorithm: must be AWS4-HMAC-SHA256",
            ),
            ("X-Amz-Date=", "X-Amz-Day=", "X-Amz-Date: missing"),
            ("&X-Amz-Signature=SIGNATURE", "", "X-Amz-Signature: missing"),
            ("SIGNATURE", "SIGNATURE&X-Amz-Signature=SIGNATURE", "X-Amz-Signature: duplicate"),
            ("b=", "X-Amz-Security-Token", "X-Amz-Security-Token: duplicate"),
            ("TOKEN%2B", "%FF", "X-Amz-Security-Token: must be UTF-8"),
            ("Expires=10", "Expires=0", &format!("X-Amz-Expires: {expires}")),
            ("Expires=10", "Expires=604801", &format!("X-Amz-Expires: {expires}")),
            ("Expires=10", "Expires=%2B10", &format!("X-Amz-Expires: {expires}")),
            ("Expires=10", "Expires", &format!("X-Amz-Expires: {expires}")),
            ("aws4_request", "aws5_request", &format!("X-Amz-Credential: {credential}")),
            ("A%2FB%2F20260604%2F", "", &format!("X-Amz-Credential: {credential}")),
        ];
        for (from, to, reason) in cases {
            let invalid = SignedQuery::parse(&QUERY.replacen(from, to, 1)).unwrap_err();
            assert_eq!(invalid.to_string(), reason, "{from} {to}");
            assert!(reason.starts_with(invalid.parameter()));
        }
        assert_eq!(SignedQuery::parse("").unwrap_err().parameter(), "X-Amz-Algorithm");
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", SignedQuery::parse(QUERY).unwrap());
        assert!(
            shown.contains("us-east-1") && !shown.contains("TOKEN") && !shown.contains("SIGNATURE"),
            "{shown}"
        );
    }
}
