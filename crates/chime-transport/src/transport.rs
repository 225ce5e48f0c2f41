//! A call: credentials, signature, attempts, time limits.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use chime_types::operation::Metadata;
use chime_types::{InvalidParameter, ServiceError, wire};
use http::header::{DATE, HOST, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderValue};
use tokio::time::{Instant, timeout_at};
use tracing::{Instrument, field};

use crate::clock::Time;
use crate::connection::{Connections, Unsent};
use crate::credentials_cache::CredentialsCache;
use crate::retry::{Budget, Failure, Remedy, retry};
use crate::sigv4::Signer;
use crate::user_agent::user_agent;
use crate::{
    Attempt, Clock, Credentials, CredentialsError, Endpoint, Error, ErrorKind, Intercept, Network,
    ProvideCredentials, RetryPolicy, TimeLimit, crypto,
};

/// The longest limit there is: an instant that is further off might not be representable.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// Limits on how long things may take.
///
/// ```
/// use std::time::Duration;
/// use chime_transport::Timeouts;
///
/// let hasty = Timeouts { call: Duration::from_secs(2), ..Timeouts::default() };
/// assert!(hasty.call < Timeouts::default().call);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection to come about, name look-up and TLS included: 3 s.
    pub connect: Duration,
    /// For one attempt, from the credentials to the last byte received: 10 s.
    pub attempt: Duration,
    /// For the whole call, with all attempts and the waits between them: 30 s.
    pub call: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            attempt: Duration::from_secs(10),
            call: Duration::from_secs(30),
        }
    }
}

/// What a [`Transport`] is made of.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where the service is.
    pub endpoint: Endpoint,
    /// Whose calls they are.
    pub credentials: Arc<dyn ProvideCredentials>,
    /// When to attempt a call again.
    pub retry: RetryPolicy,
    /// How long things may take.
    pub timeouts: Timeouts,
    /// How connections are made.
    pub network: Network,
    /// The time that requests are signed with.
    pub clock: Clock,
    /// What the `User-Agent` ends in: 1 to 50 letters, digits and ``!#$%&'*+-.^_`|~``.
    pub app_name: Option<String>,
    /// Who sees every attempt, in this order.
    pub interceptors: Vec<Arc<dyn Intercept>>,
}

impl Config {
    /// The configuration for an endpoint, with the defaults for the rest.
    #[must_use]
    pub fn new(endpoint: Endpoint, credentials: Arc<dyn ProvideCredentials>) -> Self {
        Self {
            endpoint,
            credentials,
            retry: RetryPolicy::default(),
            timeouts: Timeouts::default(),
            network: Network::default(),
            clock: Clock::default(),
            app_name: None,
            interceptors: Vec::new(),
        }
    }
}

/// Carries requests to the service, signed, within limits of time, more than once if need be.
///
/// Cheap to clone; clones share connections, credentials, the signing key, the budget for further attempts and what is
/// known of the service's clock. Calls are made within a tokio runtime.
#[derive(Clone, Debug)]
pub struct Transport {
    endpoint: Arc<Endpoint>,
    retry: RetryPolicy,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    timeouts: Timeouts,
    connections: Connections,
    credentials: CredentialsCache,
    signer: Signer,
    budget: Budget,
    time: Arc<Time>,
    user_agent: HeaderValue,
    interceptors: Vec<Arc<dyn Intercept>>,
}

/// The response to a call, and what it took. `Debug` shows no body.
#[non_exhaustive]
pub struct Answer {
    /// A response of success.
    pub response: http::Response<Bytes>,
    /// How often the request was attempted.
    pub attempts: u32,
    /// How long the whole call took.
    pub elapsed: Duration,
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
    /// A transport of that configuration.
    ///
    /// # Errors
    /// A malformed proxy or app name; for an `https` endpoint, certificates that cannot be read, or a platform that has
    /// none.
    pub fn new(config: Config) -> Result<Self, Error> {
        let connections = Connections::new(&config.network, config.timeouts.connect)?;
        connections.prepare(&config.endpoint.scheme)?;
        let time = Arc::new(Time::new(config.clock));
        let shared = Shared {
            timeouts: config.timeouts,
            connections,
            credentials: CredentialsCache::new(config.credentials, Arc::clone(&time)),
            signer: Signer::default(),
            budget: Budget::default(),
            time,
            user_agent: user_agent(config.app_name.as_deref())?,
            interceptors: config.interceptors,
        };
        Ok(Self { endpoint: Arc::new(config.endpoint), retry: config.retry, shared: Arc::new(shared) })
    }

    /// The same transport to another endpoint. Everything else is shared.
    #[must_use]
    pub fn with_endpoint(&self, endpoint: Endpoint) -> Self {
        Self { endpoint: Arc::new(endpoint), ..self.clone() }
    }

    /// The same transport with another policy. Everything else is shared.
    #[must_use]
    pub fn with_retry(&self, retry: RetryPolicy) -> Self {
        Self { retry, ..self.clone() }
    }

    /// Where requests go.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Sends the request that `encode` makes by [`wire::encode_request`], and returns a response of success. An attempt
    /// takes the request with it, so each further one has it made again.
    ///
    /// # Errors
    /// Everything else: see [`ErrorKind`].
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time.
    pub async fn call(&self, metadata: &'static Metadata, encode: &Encode<'_>) -> Result<Answer, Error> {
        let start = Instant::now();
        let call = Call { transport: self, operation: metadata.name, encode, first: Mutex::default(), start };
        // Bad input is refused before anything else is done.
        let first = call.encode()?;
        *call.first() = Some(first);
        let span = tracing::info_span!(
            "call",
            operation = metadata.name,
            attempts = field::Empty,
            status = field::Empty,
            request_id = field::Empty,
        );
        let (sleep, random) = (tokio::time::sleep, crypto::random_fraction);
        let budget = &self.shared.budget;
        let (result, attempts) = retry(
            &self.retry,
            budget,
            metadata.idempotent,
            |number| call.attempt(number),
            sleep,
            random,
            || call.left(Instant::now()),
        )
        .instrument(span.clone())
        .await;
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

/// A call, as all its attempts see it.
struct Call<'c> {
    transport: &'c Transport,
    operation: &'static str,
    encode: &'c Encode<'c>,
    /// What the first attempt sends. It is here, and no part of each future within the call, to keep these small.
    first: Mutex<Option<http::Request<Bytes>>>,
    start: Instant,
}

/// What makes a request, once for each attempt.
type Encode<'e> = dyn Fn() -> Result<http::Request<Bytes>, InvalidParameter> + Sync + 'e;

impl Call<'_> {
    /// The request, complete but for what signing adds.
    fn encode(&self) -> Result<http::Request<Bytes>, Error> {
        let mut request = (self.encode)()?;
        let uri = std::mem::take(request.uri_mut());
        *request.uri_mut() = self.transport.endpoint.complete(uri).map_err(|error| {
            let kind = ErrorKind::Config(format!("endpoint URL: {error}"));
            Error::new(kind).during(self.operation, 0, self.start.elapsed())
        })?;
        Ok(request)
    }

    fn first(&self) -> MutexGuard<'_, Option<http::Request<Bytes>>> {
        self.first.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is left of the whole call's time.
    fn left(&self, now: Instant) -> Duration {
        self.transport.shared.timeouts.call.saturating_sub(now - self.start)
    }

    /// One attempt, seen from outside.
    async fn attempt(&self, number: u32) -> Result<http::Response<Bytes>, Failure> {
        let begun = Instant::now();
        let attempt = Attempt { operation: self.operation, number, elapsed: begun - self.start };
        let result = self.carry_out(&attempt, begun).await;
        let outcome = result.as_ref().map_err(|failure| &failure.error);
        match outcome {
            Ok(response) => {
                let status = response.status().as_u16();
                tracing::debug!(
                    attempt = number,
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
                tracing::debug!(attempt = number, status, request_id, ?elapsed, %error, "failed");
            }
        }
        for interceptor in &self.transport.shared.interceptors {
            interceptor.after_attempt(&attempt, outcome);
        }
        result
    }

    async fn carry_out(&self, attempt: &Attempt, begun: Instant) -> Result<http::Response<Bytes>, Failure> {
        let Shared { timeouts, connections, credentials: cache, time, .. } = &*self.transport.shared;
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
        let now = time.now();
        let sent = connections.send(self.sign(attempt, &credentials, now)?);
        let response = timeout_at(end, sent)
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout(of, limit)).into()))
            .map_err(|Unsent { error, stale }| Failure {
                remedy: stale.then_some(Remedy::Connection),
                ..error.into()
            })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let refusal = wire::decode_error(&response);
        Err(Failure {
            retry_after: retry_after(response.headers(), time.now()),
            remedy: self.remedy(&refusal, response.headers(), &credentials, now, end).await,
            error: Error::new(ErrorKind::Service(refusal)),
        })
    }

    /// The request of an attempt.
    fn sign(
        &self,
        attempt: &Attempt,
        credentials: &Credentials,
        now: SystemTime,
    ) -> Result<http::Request<Bytes>, Error> {
        let Shared { signer, user_agent, interceptors, .. } = &*self.transport.shared;
        let Endpoint { host, region, .. } = &*self.transport.endpoint;
        let first = self.first().take();
        let mut request = first.map_or_else(|| self.encode(), Ok)?;
        for interceptor in interceptors {
            interceptor.before_signing(attempt, request.headers_mut());
        }
        request.headers_mut().insert(HOST, host.clone());
        signer.sign(&mut request, credentials, region, now.into()).map_err(|_| {
            let reason = "the access key id or the session token cannot stand in a header";
            Error::new(ErrorKind::Credentials(CredentialsError::new(reason)))
        })?;
        // A proxy may change it, so it is not signed.
        request.headers_mut().insert(USER_AGENT, user_agent.clone());
        Ok(request)
    }

    /// What a refusal leads to before the next attempt.
    async fn remedy(
        &self,
        refusal: &ServiceError,
        headers: &HeaderMap,
        credentials: &Credentials,
        signed: SystemTime,
        end: Instant,
    ) -> Option<Remedy> {
        let Shared { credentials: cache, time, .. } = &*self.transport.shared;
        match refusal.name() {
            "ExpiredTokenException" | "ExpiredToken" => {
                cache.forget(credentials);
                // Where the source has nothing else to give, the refusal stands.
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
                time.correct(signed, date).then_some(Remedy::Clock)
            }
            _ => None,
        }
    }
}

/// How long the service asks to wait.
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

fn http_date(value: &HeaderValue) -> Option<SystemTime> {
    DateTime::from_str(value.to_str().ok()?, Format::HttpDate).ok()?.try_into().ok()
}
