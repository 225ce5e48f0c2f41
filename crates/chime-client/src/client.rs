//! The client: one method for each operation.

use std::sync::Arc;
use std::time::Duration;

use chime_transport::{Config, Endpoint, Error, ErrorKind, RetryPolicy, Transport};
use chime_types::builder::Call;
use chime_types::operation::{Operation, Service};
use chime_types::wire;

/// A client of Amazon Chime SDK messaging.
///
/// ```no_run
/// # fn example() -> Result<(), chime_client::Error> {
/// // Region, endpoint and credentials from AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and so on.
/// let client = chime_client::Client::from_env()?;
/// # Ok(())
/// # }
/// ```
///
/// [`Client::builder`] starts with nothing set, and [`ClientBuilder::from_env`](crate::ClientBuilder::from_env) with the
/// environment's settings. A client is cheap to clone, and clones share connections. It works within a tokio runtime.
///
/// Each operation is a method that starts a request. Set its parameters by name, in any order. `send()` compiles once
/// every required parameter is set. If the answer is a page of a list, `into_stream()` follows the pages.
///
/// If you set no `ClientRequestToken`, the client makes one up for each call, so that a call that is attempted again has
/// the effect of one.
#[derive(Clone, Debug)]
pub struct Client(Arc<Transports>);

#[derive(Debug)]
struct Transports {
    messaging: Transport,
    /// None where neither its address nor a region is known: most people never call the identity service.
    identity: Option<Transport>,
}

impl Client {
    /// Makes a client of one address with the settings that something else has for it, such as a running local service.
    ///
    /// ```
    /// use chime_client::Client;
    /// use chime_local::LocalService;
    ///
    /// # #[tokio::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let local = LocalService::demo().start_in_process()?;
    /// let client = Client::of(&local)?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Both services are called there. A client of a local service has its credentials and its clock, and does not wait
    /// between attempts; [`with_retry`](Self::with_retry) sets another policy.
    ///
    /// # Errors
    /// A setting that is malformed.
    pub fn of(config: impl TryInto<Config, Error = Error>) -> Result<Self, Error> {
        let config = config.try_into()?;
        let identity = config.endpoint.clone();
        Self::new(config, Some(identity))
    }

    /// A client whose messaging service is where `config` says, and whose identity service is at that address.
    pub(crate) fn new(config: Config, identity: Option<Endpoint>) -> Result<Self, Error> {
        let messaging = Transport::new(config)?;
        let identity = identity.map(|endpoint| messaging.with_endpoint(endpoint));
        Ok(Self(Arc::new(Transports { messaging, identity })))
    }

    /// Returns this client with another policy for further attempts, for one call or for many.
    ///
    /// Everything else is shared: connections, credentials, and the budget for further attempts.
    ///
    /// ```
    /// use chime_client::{Client, Credentials, RetryPolicy};
    ///
    /// # fn main() -> Result<(), chime_client::Error> {
    /// # let client = Client::builder().region("us-east-1").credentials(Credentials::new("AKID", "secret")).build()?;
    /// let once = client.with_retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() });
    /// let describe = once.describe_channel_membership_for_app_instance_user();
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        let Transports { messaging, identity } = &*self.0;
        let identity = identity.as_ref().map(|identity| identity.with_retry(policy));
        Self(Arc::new(Transports { messaging: messaging.with_retry(policy), identity }))
    }

    /// Returns the endpoint of the messaging service.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.0.messaging.endpoint()
    }

    /// Returns the transport of the messaging service.
    #[cfg(feature = "sessions")]
    pub(crate) fn messaging_transport(&self) -> &Transport {
        &self.0.messaging
    }

    /// Sends a request that is built already, and returns the answer.
    ///
    /// The fluent methods end in this one.
    ///
    /// # Errors
    /// Whatever kept the answer from coming; see [`ErrorKind`].
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time.
    pub async fn call<O: Operation>(&self, mut operation: O) -> Result<O::Output, Error> {
        operation.fill_client_request_token(chime_transport::random_token);
        let transport = match operation.service() {
            Service::Identity => self.0.identity.as_ref().ok_or_else(|| {
                let reason =
                    "region: none is set, nor an endpoint URL of the identity service; set AWS_REGION";
                Error::new(ErrorKind::Config(reason.to_owned())).during(O::METADATA.name, 0, Duration::ZERO)
            })?,
            _ => &self.0.messaging,
        };
        let answer = transport.call(&O::METADATA, &|| wire::encode_request(&operation)).await?;
        wire::decode_response::<O>(&answer.response).map_err(|unreadable| {
            Error::new(ErrorKind::Unreadable(unreadable)).during(
                O::METADATA.name,
                answer.attempts,
                answer.elapsed,
            )
        })
    }
}

impl Call for Client {
    type Error = Error;

    async fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        Client::call(self, operation).await
    }
}

macro_rules! methods {
    ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
        /// The operations.
        impl Client {
            $(
                #[doc = concat!("Starts a request for [`", stringify!($Operation), "`](crate::operations::",
                    stringify!($Operation), "), which describes its parameters, limits and errors.")]
                pub fn $method(&self) -> crate::operations::$Builder<Client> {
                    crate::operations::$Builder::via(self.clone())
                }
            )*
        }
    };
}

chime_types::for_each_operation!(methods);
