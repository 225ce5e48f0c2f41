//! The transport: calls, each with its retries and its span.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chime_types::operation::Metadata;
use chime_types::wire;
use http::header::DATE;
use tokio::time::Instant;
use tracing::{Instrument, field};

use crate::call::{Encode, PendingCall, Shared, http_date};
use crate::clock::ServiceClock;
use crate::config::Config;
use crate::credentials_cache::CredentialsCache;
use crate::crypto;
use crate::dial::Dialer;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::pool::Pool;
use crate::retry::{Budget, Next, Retries, RetryPolicy};
use crate::sigv4::Signer;
use crate::user_agent::user_agent;

/// Sends requests to the service: signed, within time limits, with retries.
///
/// It is cheap to clone. Clones share connections, credentials, the signing key, the budget for retries and the
/// correction of the clock. Calls need a tokio runtime.
#[derive(Clone, Debug)]
pub struct Transport {
    pub(crate) endpoint: Arc<Endpoint>,
    retry: RetryPolicy,
    pub(crate) shared: Arc<Shared>,
}

/// The response to a call, with the attempts and the time it took.
///
/// `Debug` redacts the body.
#[non_exhaustive]
pub struct Answer {
    /// The response, whose status is a success.
    pub response: http::Response<Bytes>,
    /// The number of attempts.
    pub attempts: u32,
    /// The duration of the whole call.
    pub elapsed: Duration,
}

impl Answer {
    /// Returns the time that the response has in its `Date`, in whole seconds.
    #[must_use]
    pub fn date(&self) -> Option<SystemTime> {
        http_date(self.response.headers().get(DATE)?)
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.response.status())
            .field("body", &format_args!("[{} bytes]", self.response.body().len()))
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .finish()
    }
}

impl Transport {
    /// Makes a transport.
    ///
    /// # Errors
    /// A malformed proxy or app name; for an `https` endpoint, certificates that cannot be read, or a platform without
    /// root certificates.
    pub fn new(config: Config) -> Result<Self, Error> {
        let pool = Pool::new(Dialer::new(&config.network, config.timeouts.connect)?);
        pool.prepare(&config.endpoint.scheme)?;
        let clock = Arc::new(ServiceClock::new(config.clock));
        let shared = Shared {
            timeouts: config.timeouts,
            pool,
            credentials: CredentialsCache::new(config.credentials, Arc::clone(&clock)),
            signer: Signer::default(),
            budget: Budget::default(),
            clock,
            user_agent: user_agent(config.app_name.as_deref())?,
            interceptors: config.interceptors,
        };
        Ok(Self { endpoint: Arc::new(config.endpoint), retry: config.retry, shared: Arc::new(shared) })
    }

    /// Returns a clone of this transport for another endpoint.
    #[must_use]
    pub fn with_endpoint(&self, endpoint: Endpoint) -> Self {
        Self { endpoint: Arc::new(endpoint), ..self.clone() }
    }

    /// Returns a clone of this transport with another retry policy.
    #[must_use]
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        Self { retry, ..self.clone() }
    }

    /// Returns the endpoint that requests go to.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Sends the request that `encode` makes with [`wire::encode_request`], and returns a response whose status is a
    /// success.
    ///
    /// An attempt consumes the request, so `encode` is called again for each retry.
    ///
    /// # Errors
    /// Everything else: see [`ErrorKind`](crate::ErrorKind).
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time.
    pub async fn call(&self, metadata: &'static Metadata, encode: &Encode<'_>) -> Result<Answer, Error> {
        let start = Instant::now();
        let (shared, endpoint) = (&*self.shared, &*self.endpoint);
        let call = PendingCall { shared, endpoint, operation: metadata.name, encode, start };
        // Bad input is refused before anything else happens. The first attempt sends what was encoded here: it borrows
        // the request, so that the futures of an attempt stay small.
        let mut encoded = Some(call.encode()?);
        let span = tracing::info_span!(
            "call",
            operation = metadata.name,
            attempts = field::Empty,
            status = field::Empty,
            request_id = field::Empty,
        );
        let mut retries = Retries::new(&self.retry, &shared.budget, metadata.idempotent);
        let attempts = async {
            loop {
                match call.attempt(retries.attempts() + 1, &mut encoded).await {
                    Ok(response) => {
                        retries.answered();
                        return Ok(response);
                    }
                    Err(failure) => {
                        match retries.failed(failure, call.left(Instant::now()), crypto::random_fraction) {
                            Next::AttemptNow => {}
                            Next::AttemptAfter(wait) => tokio::time::sleep(wait).await,
                            Next::Fail(error) => return Err(error),
                        }
                    }
                }
            }
        };
        let result = attempts.instrument(span.clone()).await;
        let attempts = retries.attempts();
        let elapsed = start.elapsed();
        span.record("attempts", attempts);
        result
            .map(|response| {
                if !span.is_disabled() {
                    record(&span, response.status().as_u16(), wire::request_id(&response));
                }
                Answer { response, attempts, elapsed }
            })
            .map_err(|error| {
                if let Some(refusal) = error.service_error() {
                    record(&span, refusal.status, refusal.request_id.as_deref());
                }
                error.during(metadata.name, attempts, elapsed)
            })
    }
}

fn record(span: &tracing::Span, status: u16, request_id: Option<&str>) {
    span.record("status", status);
    if let Some(id) = request_id {
        span.record("request_id", id);
    }
}
