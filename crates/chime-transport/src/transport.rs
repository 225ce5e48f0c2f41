//! A call: credentials, signature, attempts, time limits.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chime_types::operation::Metadata;
use chime_types::wire;
use http::HeaderValue;
use http::header::USER_AGENT;
use tokio::time::{Instant, timeout_at};

use crate::connection::Connections;
use crate::retry::{Failure, retry};
use crate::sigv4::Signer;
use crate::{
    Clock, CredentialsError, Endpoint, Error, ErrorKind, ProvideCredentials, RetryPolicy, TimeLimit, crypto,
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
    /// The time that requests are signed with.
    pub clock: Clock,
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
            clock: Clock::default(),
        }
    }
}

/// Carries requests to the service, signed, within limits of time, more than once if need be.
///
/// Cheap to clone; clones share connections and the signing key. Calls are made within a tokio runtime.
#[derive(Clone, Debug)]
pub struct Transport(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    config: Config,
    connections: Connections,
    signer: Signer,
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
    /// A platform without root certificates, for an `https` endpoint.
    pub fn new(config: Config) -> Result<Self, Error> {
        let connections = Connections::new(&config.endpoint.scheme, config.timeouts.connect)?;
        Ok(Self(Arc::new(Inner { config, connections, signer: Signer::default() })))
    }

    /// Where requests go.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        &self.0.config.endpoint
    }

    /// Sends a request that [`wire::encode_request`] made and returns a response of success.
    ///
    /// # Errors
    /// Everything else: see [`ErrorKind`].
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time.
    pub async fn call(
        &self,
        metadata: &'static Metadata,
        mut request: http::Request<Bytes>,
    ) -> Result<Answer, Error> {
        let config = &self.0.config;
        let start = Instant::now();
        *request.uri_mut() = config.endpoint.complete(request.uri()).map_err(|error| {
            let kind = ErrorKind::Config(format!("endpoint URL: {error}"));
            Error::new(kind).during(metadata.name, 0, start.elapsed())
        })?;
        let left = || config.timeouts.call.saturating_sub(start.elapsed());
        let attempt = || {
            let left = left();
            let (of, length) = if left < config.timeouts.attempt {
                (TimeLimit::Call, left)
            } else {
                (TimeLimit::Attempt, config.timeouts.attempt)
            };
            self.attempt(request.clone(), of, Instant::now() + length.min(LONGEST))
        };
        let (sleep, random) = (tokio::time::sleep, crypto::random_fraction);
        let (result, attempts) =
            retry(&config.retry, metadata.idempotent, attempt, sleep, random, left).await;
        let elapsed = start.elapsed();
        result
            .map(|response| Answer { response, attempts, elapsed })
            .map_err(|error| error.during(metadata.name, attempts, elapsed))
    }

    /// One attempt that ends then, which is the end of the attempt or of the call.
    async fn attempt(
        &self,
        mut request: http::Request<Bytes>,
        of: TimeLimit,
        end: Instant,
    ) -> Result<http::Response<Bytes>, Failure> {
        let Inner { config, connections, signer } = &*self.0;
        let limit = match of {
            TimeLimit::Attempt => config.timeouts.attempt,
            TimeLimit::Call => config.timeouts.call,
        };
        let credentials = timeout_at(end, config.credentials.provide())
            .await
            .unwrap_or_else(|_| {
                let reason = format!("no credentials: their source gave none within {limit:?}");
                Err(CredentialsError::new(reason))
            })
            .map_err(ErrorKind::Credentials)?;
        signer
            .sign(&mut request, &credentials, config.endpoint.region(), config.clock.now().into())
            .map_err(|_| {
                let reason = "the access key id or the session token cannot stand in a header";
                ErrorKind::Credentials(CredentialsError::new(reason))
            })?;
        let agent = HeaderValue::from_static(concat!("chime-client/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().insert(USER_AGENT, agent);
        let response = timeout_at(end, connections.send(request))
            .await
            .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout(of, limit))))
            .map_err(|error| Failure { error, retry_after: None })?;
        if response.status().is_success() {
            return Ok(response);
        }
        let retry_after = response
            .headers()
            .get("x-amz-retry-after")
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_millis);
        let error = Error::new(ErrorKind::Service(wire::decode_error(&response)));
        Err(Failure { error, retry_after })
    }
}
