//! A call under way: its request and its attempts.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use chime_types::{InvalidParameter, ServiceError, wire};
use http::header::{DATE, HOST, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use tokio::time::{Instant, timeout_at};

use crate::clock::ServiceClock;
use crate::config::Timeouts;
use crate::credentials::{Credentials, CredentialsError};
use crate::credentials_cache::CredentialsCache;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, TimeLimit};
use crate::intercept::{Attempt, Intercept};
use crate::pool::{Pool, SendError};
use crate::retry::{Budget, Failure, Remedy};
use crate::sigv4::Signer;

/// The longest limit that is used: an instant further away might not be representable.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// The parts of a transport that all its clones and calls share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) timeouts: Timeouts,
    pub(crate) pool: Pool,
    pub(crate) credentials: CredentialsCache,
    pub(crate) signer: Signer,
    pub(crate) budget: Budget,
    pub(crate) clock: Arc<ServiceClock>,
    pub(crate) user_agent: HeaderValue,
    pub(crate) interceptors: Vec<Arc<dyn Intercept>>,
}

/// A call under way, as all its attempts see it.
pub(crate) struct PendingCall<'c> {
    pub(crate) shared: &'c Shared,
    pub(crate) endpoint: &'c Endpoint,
    pub(crate) operation: &'static str,
    pub(crate) encode: &'c Encode<'c>,
    pub(crate) start: Instant,
}

/// The function that makes a request, once for each attempt.
pub(crate) type Encode<'e> = dyn Fn() -> Result<http::Request<Bytes>, InvalidParameter> + Sync + 'e;

impl PendingCall<'_> {
    /// The request, complete except for what signing adds.
    pub(crate) fn encode(&self) -> Result<http::Request<Bytes>, Error> {
        let mut request = (self.encode)()?;
        let uri = std::mem::take(request.uri_mut());
        *request.uri_mut() = self.endpoint.complete(uri).map_err(|error| {
            let error = Error::config(format!("endpoint URL: {error}"));
            error.during(self.operation, 0, self.start.elapsed())
        })?;
        Ok(request)
    }

    /// The rest of the whole call's time.
    pub(crate) fn left(&self, now: Instant) -> Duration {
        self.shared.timeouts.call.saturating_sub(now - self.start)
    }

    /// Makes one attempt, which the log and the interceptors see. It sends `encoded`, or has the request encoded again.
    pub(crate) async fn attempt(
        &self,
        number: u32,
        encoded: &mut Option<http::Request<Bytes>>,
    ) -> Result<http::Response<Bytes>, Failure> {
        let begun = Instant::now();
        let attempt = Attempt { operation: self.operation, number, elapsed: begun - self.start };
        let mut target = None;
        let result = self.carry_out(&attempt, begun, encoded, &mut target).await;
        let (method, url) = target.unwrap_or_default();
        let outcome = result.as_ref().map_err(|failure| &failure.error);
        match outcome {
            Ok(response) => {
                let status = response.status().as_u16();
                tracing::debug!(
                    attempt = number,
                    %method,
                    url,
                    status,
                    request_id = wire::request_id(response),
                    elapsed = ?begun.elapsed(),
                    "answered"
                );
            }
            Err(error) => {
                let status = error.service_error().map(|refusal| refusal.status);
                let request_id = error.request_id();
                let elapsed = begun.elapsed();
                tracing::debug!(attempt = number, %method, url, status, request_id, ?elapsed, %error, "failed");
            }
        }
        for interceptor in &self.shared.interceptors {
            interceptor.after_attempt(&attempt, outcome);
        }
        result
    }

    async fn carry_out(
        &self,
        attempt: &Attempt,
        begun: Instant,
        encoded: &mut Option<http::Request<Bytes>>,
        target: &mut Option<(Method, String)>,
    ) -> Result<http::Response<Bytes>, Failure> {
        let Shared { timeouts, pool, credentials: cache, clock, .. } = self.shared;
        let left = self.left(begun);
        let (of, limit, length) = if left < timeouts.attempt {
            (TimeLimit::Call, timeouts.call, left)
        } else {
            (TimeLimit::Attempt, timeouts.attempt, timeouts.attempt)
        };
        let end = begun + length.min(LONGEST);
        let credentials = timeout_at(end, cache.get())
            .await
            .unwrap_or_else(|_| {
                let reason = format!("no credentials: their source gave none within {limit:?}");
                Err(CredentialsError::new(reason))
            })
            .map_err(ErrorKind::Credentials)?;
        let now = clock.now();
        let request = self.sign(attempt, &credentials, now, encoded)?;
        *target = tracing::enabled!(tracing::Level::DEBUG).then(|| shown(&request));
        let sent = pool.send(request);
        let response = timeout_at(end, sent)
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout(of, limit)).into()))
            .map_err(|SendError { error, stale }| {
                let hint = self.endpoint.hint(&error);
                Failure { remedy: stale.then_some(Remedy::Connection), ..error.with_hint(hint).into() }
            })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let refusal = wire::decode_error(&response);
        Err(Failure {
            retry_after: retry_after(response.headers(), clock.now()),
            remedy: self.remedy(&refusal, response.headers(), &credentials, now, end).await,
            error: Error::new(ErrorKind::Service(refusal)),
        })
    }

    /// The signed request of an attempt.
    fn sign(
        &self,
        attempt: &Attempt,
        credentials: &Credentials,
        now: SystemTime,
        encoded: &mut Option<http::Request<Bytes>>,
    ) -> Result<http::Request<Bytes>, Error> {
        let Shared { signer, user_agent, interceptors, .. } = self.shared;
        let Endpoint { host, region, .. } = self.endpoint;
        let mut request = encoded.take().map_or_else(|| self.encode(), Ok)?;
        for interceptor in interceptors {
            interceptor.before_signing(attempt, request.headers_mut());
        }
        request.headers_mut().insert(HOST, host.clone());
        signer.sign(&mut request, credentials, region, now.into()).map_err(|_| {
            let reason = "the access key id or the session token cannot stand in a header";
            Error::new(ErrorKind::Credentials(CredentialsError::new(reason)))
        })?;
        // It is not signed, since a proxy may change it.
        request.headers_mut().insert(USER_AGENT, user_agent.clone());
        Ok(request)
    }

    /// Returns the correction that a refusal allows before the next attempt.
    async fn remedy(
        &self,
        refusal: &ServiceError,
        headers: &HeaderMap,
        credentials: &Credentials,
        signed: SystemTime,
        end: Instant,
    ) -> Option<Remedy> {
        let Shared { credentials: cache, clock, .. } = self.shared;
        match refusal.name() {
            "ExpiredTokenException" | "ExpiredToken" => {
                cache.forget(credentials);
                // If the source returns the same credentials again, the refusal is final.
                let fresh = timeout_at(end, cache.get()).await.ok()?.ok()?;
                (fresh != *credentials).then_some(Remedy::Credentials)
            }
            "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "RequestTimeTooSkewed"
            | "RequestExpired"
            | "RequestInTheFuture"
            | "AuthFailure" => {
                let date = http_date(headers.get(DATE)?)?;
                clock.correct(signed, date).then_some(Remedy::Clock)
            }
            _ => None,
        }
    }
}

/// The method and the address of a request, for a log: without what is sensitive in its path, and without the values of its
/// query, of which some are secrets.
fn shown(request: &http::Request<Bytes>) -> (Method, String) {
    let uri = request.uri();
    let mut url = match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
        _ => String::new(),
    };
    url.push_str(&wire::shown_path(uri.path()));
    if let Some(query) = uri.query() {
        url.push('?');
        let names: Vec<_> = query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).collect();
        url.push_str(&names.join("&"));
    }
    (request.method().clone(), url)
}

/// Returns the wait that the service requests.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let number = |value: &HeaderValue| value.to_str().ok()?.trim().parse().ok();
    if let Some(milliseconds) = headers.get("x-amz-retry-after").and_then(number) {
        return Some(Duration::from_millis(milliseconds));
    }
    let value = headers.get(RETRY_AFTER)?;
    match number(value) {
        Some(seconds) => Some(Duration::from_secs(seconds)),
        None => http_date(value)?.duration_since(now).ok(),
    }
}

/// Reads a date of HTTP.
pub(crate) fn http_date(value: &HeaderValue) -> Option<SystemTime> {
    DateTime::from_str(value.to_str().ok()?, Format::HttpDate).ok()?.try_into().ok()
}
