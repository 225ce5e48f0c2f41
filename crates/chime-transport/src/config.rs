//! The settings of a transport.

use std::sync::Arc;
use std::time::Duration;

use crate::clock::Clock;
use crate::credentials::ProvideCredentials;
use crate::endpoint::Endpoint;
use crate::intercept::Intercept;
use crate::network::Network;
use crate::retry::RetryPolicy;

/// Time limits.
///
/// ```
/// use std::time::Duration;
#[doc = import!("Timeouts")]
///
/// let hasty = Timeouts { call: Duration::from_secs(2), ..Timeouts::default() };
/// assert!(hasty.call < Timeouts::default().call);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// The limit of a new connection, with name lookup and TLS: 3 s.
    pub connect: Duration,
    /// The limit of one attempt, from the credentials to the last byte of the answer: 10 s.
    pub attempt: Duration,
    /// The limit of a whole call, with all attempts and the waits between them: 30 s.
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

/// The settings of a [`Transport`](crate::Transport).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Config {
    /// The address of the service.
    pub endpoint: Endpoint,
    /// The source of the credentials that sign the calls.
    pub credentials: Arc<dyn ProvideCredentials>,
    /// The retry policy.
    pub retry: RetryPolicy,
    /// The time limits.
    pub timeouts: Timeouts,
    /// The settings for connections.
    pub network: Network,
    /// The time that requests are signed with.
    pub clock: Clock,
    /// The name at the end of the `User-Agent`: 1 to 50 letters, digits and ``!#$%&'*+-.^_`|~``.
    pub app_name: Option<String>,
    /// The interceptors, in the order in which they see every attempt.
    pub interceptors: Vec<Arc<dyn Intercept>>,
}

impl Config {
    /// Settings for an endpoint and credentials, with defaults for the rest.
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
