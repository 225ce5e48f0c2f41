//! The client: one method for each operation.

use chime_transport::{Endpoint, Error, ErrorKind, Transport};
use chime_types::builder::Call;
use chime_types::operation::Operation;
use chime_types::wire;

use crate::ClientBuilder;

/// Calls Amazon Chime SDK messaging.
///
/// ```no_run
/// # fn example() -> Result<(), chime_client::Error> {
/// // AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and their kin.
/// let client = chime_client::Client::from_env()?;
/// # Ok(())
/// # }
/// ```
///
/// Cheap to clone; clones share connections. It works within a tokio runtime.
///
/// Each operation is a method that starts a request; its parameters are set by name, in any order, and
/// `send()` exists once all that are required are there.
#[derive(Clone, Debug)]
pub struct Client {
    transport: Transport,
}

impl Client {
    /// A client from the environment; [`ClientBuilder::from_env`] lists the variables.
    ///
    /// # Errors
    /// A variable whose value is malformed, or neither a region nor an endpoint.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Starts the configuration of a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }

    pub(crate) fn new(transport: Transport) -> Self {
        Self { transport }
    }

    /// Where requests go.
    #[must_use]
    pub fn endpoint(&self) -> &Endpoint {
        self.transport.endpoint()
    }

    /// Carries out an operation that is built already; what the fluent methods end in.
    ///
    /// # Errors
    /// Whatever kept the answer from coming; see [`ErrorKind`].
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time.
    pub async fn call<O: Operation>(&self, operation: O) -> Result<O::Output, Error> {
        let request = wire::encode_request(&operation)?;
        let answer = self.transport.call(&O::METADATA, request).await?;
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
    ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
        /// The operations.
        impl Client {
            $(
                #[doc = concat!("Starts a [`", stringify!($Operation), "`](chime_types::", stringify!($Operation),
                    "), where its parameters, limits and errors are described.")]
                pub fn $method(&self) -> chime_types::$Builder<Client> {
                    chime_types::$Builder::via(self.clone())
                }
            )*
        }
    };
}

chime_types::for_each_operation!(methods);
