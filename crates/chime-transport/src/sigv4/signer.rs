//! Signing: in the headers of a request or in its query.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_types::DateTime;
use bytes::Bytes;
use chime_types::wire::push_escaped;
use http::header::{AUTHORIZATION, HOST, HeaderName, HeaderValue};
use http::uri::{Authority, PathAndQuery};

use super::canonical::{Canonical, push_query};
use super::date::{DAY, amz_date, amz_date_of_day};
use super::hex::Hex;
use super::key::{SigningKey, push_string_to_sign};
use super::names::{ALGORITHM, SERVICE, TERMINATOR, X_AMZ_DATE, X_AMZ_SECURITY_TOKEN, parameter};
use crate::credentials::Credentials;

/// Signs requests and keeps the derived key for the next one.
///
/// By default, it signs for Amazon Chime.
#[derive(Debug)]
pub struct Signer {
    service: &'static str,
    kept: Mutex<Option<Arc<DayKey>>>,
}

/// A derived key, what it was derived from, and everything else that stays the same for the day.
#[derive(Debug)]
struct DayKey {
    credentials: Credentials,
    region: String,
    /// The day, counted from 1970.
    day: i64,
    /// `20260604/us-east-1/chime/aws4_request`
    scope: String,
    session_token: Option<HeaderValue>,
    key: SigningKey,
}

impl Default for Signer {
    fn default() -> Self {
        Self::for_service(SERVICE)
    }
}

impl Signer {
    /// Returns a signer for another service of AWS, such as `kinesis`.
    #[must_use]
    pub fn for_service(name: &'static str) -> Self {
        Self { service: name, kept: Mutex::default() }
    }

    /// Signs a request in its headers: adds the date, the session token and `Authorization`.
    ///
    /// The URI must be complete. Every header of the request is signed, and the host, which comes from the URI if the
    /// request has no `Host`. Add headers that a proxy may change afterwards.
    ///
    /// # Errors
    /// A session token or an access key ID that a header cannot contain.
    pub fn sign(
        &self,
        request: &mut http::Request<Bytes>,
        credentials: &Credentials,
        region: &str,
        time: DateTime,
    ) -> Result<(), http::Error> {
        let kept = self.key(credentials, region, time.secs().div_euclid(DAY))?;
        let amz_date = kept.amz_date(time);
        ensure_host(request)?;
        let headers = request.headers_mut();
        headers.insert(X_AMZ_DATE, HeaderValue::from_bytes(&amz_date)?);
        if let Some(token) = &kept.session_token {
            headers.insert(X_AMZ_SECURITY_TOKEN, token.clone());
        }
        let canonical = canonical(request, request.uri().query().unwrap_or_default());
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
        // As long as the header will be, so that it becomes one without a copy. The text to sign is shorter.
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

    /// Signs a request in its query: adds the `X-Amz-…` parameters, so that the URL alone carries the signature.
    ///
    /// ```
    /// use std::time::Duration;
    /// use bytes::Bytes;
    /// use chime_transport::Credentials;
    /// use chime_transport::sigv4::Signer;
    /// use aws_smithy_types::DateTime;
    ///
    /// let mut request = http::Request::get("https://localhost/connect?sessionId=1").body(Bytes::new())?;
    /// let (credentials, time) = (Credentials::new("AKID", "secret"), DateTime::from_secs(1_780_557_291));
    /// let ten_seconds = Duration::from_secs(10);
    /// Signer::default().sign_query(&mut request, &credentials, "us-east-1", time, ten_seconds)?;
    /// let query = request.uri().query().unwrap_or_default();
    /// assert!(query.starts_with("X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKID%2F20260604%2Fus-east-1%2F"));
    /// assert!(query.contains("&X-Amz-Expires=10&X-Amz-SignedHeaders=host&sessionId=1&X-Amz-Signature="));
    /// # Ok::<(), http::Error>(())
    /// ```
    ///
    /// The signature is valid from `time` for `expires`, in whole seconds. AWS accepts 1 second to 7 days. The query is
    /// sorted, and the signature comes last. The parameters of an earlier signature are replaced.
    ///
    /// The URI must be complete. As in [`sign`](Self::sign), every header of the request is signed, and the host.
    ///
    /// # Errors
    /// A session token that a header cannot contain either, or a URI that becomes too long.
    pub fn sign_query(
        &self,
        request: &mut http::Request<Bytes>,
        credentials: &Credentials,
        region: &str,
        time: DateTime,
        expires: Duration,
    ) -> Result<(), http::Error> {
        let kept = self.key(credentials, region, time.secs().div_euclid(DAY))?;
        let amz_date = kept.amz_date(time);
        ensure_host(request)?;
        let mut names: Vec<&str> = request.headers().keys().map(HeaderName::as_str).collect();
        names.sort_unstable();

        let query = request.uri().query().unwrap_or_default();
        let mut query: Vec<&str> = query.split('&').filter(|pair| !is_of_a_signature(pair)).collect();
        let credential = format!("{}/{}", credentials.access_key_id(), kept.scope);
        let (date, expires) = (String::from_utf8_lossy(&amz_date), expires.as_secs().to_string());
        let signed_headers = names.join(";");
        let added = [
            (parameter::ALGORITHM, Some(ALGORITHM)),
            (parameter::CREDENTIAL, Some(&credential)),
            (parameter::DATE, Some(&date)),
            (parameter::EXPIRES, Some(&expires)),
            (parameter::SECURITY_TOKEN, credentials.session_token()),
            (parameter::SIGNED_HEADERS, Some(&signed_headers)),
        ];
        let added: Vec<String> =
            added.into_iter().filter_map(|(name, value)| Some(pair(name, value?))).collect();
        query.extend(added.iter().map(String::as_str));
        let query = query.join("&");

        let canonical = canonical(request, &query);
        let mut text = Vec::new();
        push_string_to_sign(&mut text, &amz_date, &kept.scope, &canonical);
        let signature = kept.key.sign(&text);

        let mut target = Vec::from(request.uri().path());
        target.push(b'?');
        push_query(&mut target, &query);
        target.push(b'&');
        target.extend_from_slice(pair(parameter::SIGNATURE, &signature).as_bytes());
        let mut uri = std::mem::take(request.uri_mut()).into_parts();
        uri.path_and_query = Some(PathAndQuery::from_maybe_shared(Bytes::from(target))?);
        *request.uri_mut() = uri.try_into()?;
        Ok(())
    }

    fn key(&self, credentials: &Credentials, region: &str, day: i64) -> Result<Arc<DayKey>, http::Error> {
        // A panic elsewhere cannot have left half a key here.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = &*kept
            && kept.day == day
            && kept.region == region
            && kept.credentials == *credentials
        {
            return Ok(Arc::clone(kept));
        }
        let fresh = Arc::new(DayKey::new(credentials, region, self.service, day)?);
        *kept = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}

impl DayKey {
    fn new(credentials: &Credentials, region: &str, service: &str, day: i64) -> Result<Self, http::Error> {
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
            scope: format!("{date}/{region}/{service}/{TERMINATOR}"),
            session_token,
            key: SigningKey::derive(credentials.secret_access_key(), date, region, service),
        })
    }

    /// A time of that day as signatures contain it.
    fn amz_date(&self, time: DateTime) -> [u8; 16] {
        amz_date_of_day(&self.scope, time)
    }
}

/// Adds the `Host` that the URI names, unless the request has one.
fn ensure_host(request: &mut http::Request<Bytes>) -> Result<(), http::Error> {
    if !request.headers().contains_key(HOST) {
        let host = request.uri().authority().map_or("", Authority::as_str);
        let host = HeaderValue::from_str(host)?;
        request.headers_mut().insert(HOST, host);
    }
    Ok(())
}

/// The canonical form of a request with all its headers signed.
fn canonical(request: &http::Request<Bytes>, query: &str) -> Canonical {
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
    Canonical::new(request.method().as_str(), request.uri().path(), query, headers, request.body())
}

/// Whether a pair of a query is a parameter of a signature.
fn is_of_a_signature(pair: &str) -> bool {
    parameter::ALL.contains(&pair.split('=').next().unwrap_or_default())
}

/// A pair of a query, with its value escaped.
fn pair(name: &str, value: &str) -> String {
    let mut escaped = Vec::new();
    push_escaped(&mut escaped, value);
    // Escaped text is ASCII.
    format!("{name}={}", String::from_utf8_lossy(&escaped))
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
}
