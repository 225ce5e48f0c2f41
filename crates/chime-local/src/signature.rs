//! A request's signature: what the request says about it, and the canonical form that it must be of.

use std::collections::BTreeSet;

use chime_transport::sigv4::{ALGORITHM, Canonical, SERVICE, SigningKey, X_AMZ_DATE, string_to_sign};
use http::Request;

use crate::headers::{BEARER, header_text};

/// Headers that must be signed if they are sent: they decide who calls for whom, and somebody on the way could exchange
/// them otherwise.
pub(crate) const MUST_BE_SIGNED: [&str; 4] = ["host", "x-amz-date", BEARER, "x-amz-security-token"];

/// The parts of a signature.
pub(crate) struct Signature<'a> {
    pub(crate) access_key_id: &'a str,
    /// The date of the scope.
    pub(crate) date: &'a str,
    pub(crate) region: &'a str,
    pub(crate) service: &'a str,
    pub(crate) signed_headers: &'a str,
    /// The digits, right or wrong.
    pub(crate) digits: &'a str,
}

impl<'a> Signature<'a> {
    /// Reads an `Authorization` header; otherwise, what it is missing.
    pub(crate) fn from_header(header: &'a str) -> Result<Self, String> {
        let rest = header
            .strip_prefix(ALGORITHM)
            .filter(|rest| rest.starts_with(' '))
            .ok_or_else(|| format!("the algorithm '{ALGORITHM}'"))?;
        let part = |name: &'static str| {
            rest.split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
                .ok_or_else(|| format!("the '{name}' parameter"))
        };
        let credential = part("Credential")?;
        let mut scope = credential.rsplit('/');
        let parts = [scope.next(), scope.next(), scope.next(), scope.next()];
        let (Some("aws4_request"), Some(service), Some(region), Some(date)) =
            (parts[0], parts[1], parts[2], parts[3])
        else {
            return Err("a 'Credential' of the form key/date/region/service/aws4_request".to_owned());
        };
        let scope_length = "aws4_request".len() + service.len() + region.len() + date.len() + 4;
        let key_length = credential.len().saturating_sub(scope_length);
        Ok(Self {
            access_key_id: credential.get(..key_length).unwrap_or_default(),
            date,
            region,
            service,
            signed_headers: part("SignedHeaders")?,
            digits: part("Signature")?,
        })
    }

    /// The key that a secret access key makes for the signature's scope.
    pub(crate) fn key(&self, secret_access_key: &str) -> SigningKey {
        SigningKey::derive(secret_access_key, self.date, self.region, self.service)
    }

    /// Whether the signature is that of a canonical request at a time, by a key.
    pub(crate) fn is_of(&self, canonical: &Canonical, amz_date: &str, key: &SigningKey) -> bool {
        let scope = format!("{}/{}/{}/aws4_request", self.date, self.region, self.service);
        key.verify(&string_to_sign(amz_date, &scope, canonical), self.digits)
    }
}

/// The time of signing as a request says it; empty if it does not.
pub(crate) fn amz_date<B>(request: &Request<B>) -> &str {
    header_text(request.headers(), X_AMZ_DATE.as_str()).unwrap_or_default()
}

/// The canonical form of a request in which the headers are signed that are named or must be, if the request has them.
///
/// Each header is in it once, however often it is named: naming one ten thousand times must not be much to hash.
pub(crate) fn canonical(request: &Request<impl AsRef<[u8]>>, signed_headers: &str) -> Canonical {
    let headers = request.headers();
    // A name in upper case finds its header, and stands in lower case.
    let given: Vec<String> = signed_headers.split(';').map(str::to_ascii_lowercase).collect();
    let names: BTreeSet<&str> = given.iter().map(String::as_str).chain(MUST_BE_SIGNED).collect();
    Canonical::new(
        request.method().as_str(),
        request.uri().path(),
        request.uri().query().unwrap_or_default(),
        names.into_iter().flat_map(|name| headers.get_all(name).iter().map(move |v| (name, v.as_bytes()))),
        request.body().as_ref(),
    )
}

/// The string to sign for the service in a region; none if the request does not say its date.
pub(crate) fn expected_string_to_sign<B>(
    request: &Request<B>,
    canonical: &Canonical,
    region: &str,
) -> Option<String> {
    let amz_date = amz_date(request);
    let scope = format!("{}/{region}/{SERVICE}/aws4_request", amz_date.get(..8)?);
    String::from_utf8(string_to_sign(amz_date, &scope, canonical)).ok()
}
