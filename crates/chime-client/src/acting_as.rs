//! A client whose calls carry a bearer.

use chime_types::AppInstanceUserArn;
use chime_types::builder::{Given, IntoParameter, names};
use chime_types::operation::{Bearer, Operation};

use crate::Client;

/// A [`Client`] that acts as one user or bot: `chime_bearer` is set in every request.
///
/// ```
/// # async fn example(client: &chime_client::Client, user: &str, channel: &str) -> Result<(), chime_client::Error> {
/// let alice = client.acting_as(user);
/// let channel = alice.describe_channel().channel_arn(channel).send().await?;
/// # Ok(())
/// # }
/// ```
///
/// Operations without a bearer are the same as the client's. A malformed ARN is refused by the first call, before anything
/// is sent. The service lets credentials act as a user if IAM's policy allows it.
#[derive(Clone, Debug)]
pub struct ActingAs {
    pub(crate) client: Client,
    pub(crate) bearer: AppInstanceUserArn,
}

impl Client {
    /// Returns this client, acting as a user or bot.
    #[must_use]
    pub fn acting_as(&self, bearer: impl IntoParameter<AppInstanceUserArn, names::chime_bearer>) -> ActingAs {
        ActingAs { client: self.clone(), bearer: bearer.into_parameter() }
    }
}

/// The method that starts an operation.
macro_rules! method {
    ($method:ident: $Operation:ident, $Builder:ident, required) => {
        method! { @ $method: $Operation, $Builder, Required,
            (chime_types::operations::$Builder<Client, Given<AppInstanceUserArn>>), |builder, bearer| builder.chime_bearer(bearer)
        }
    };
    ($method:ident: $Operation:ident, $Builder:ident, optional) => {
        method! { @ $method: $Operation, $Builder, Optional,
            (chime_types::operations::$Builder<Client>), |builder, bearer| builder.chime_bearer(bearer)
        }
    };
    ($method:ident: $Operation:ident, $Builder:ident, none) => {
        method! { @ $method: $Operation, $Builder, None,
            (chime_types::operations::$Builder<Client>), |builder, _bearer| builder
        }
    };
    (
        @ $method:ident: $Operation:ident, $Builder:ident, $Bearer:ident,
        ($Acting:ty), |$builder:ident, $bearer:ident| $acting:expr
    ) => {
        #[doc = concat!("Starts a request for [`", stringify!($Operation), "`](crate::operations::",
            stringify!($Operation), "), which describes its parameters, limits and errors.")]
        pub fn $method(&self) -> $Acting {
            // The list of operations says what the declaration says.
            const { assert!(matches!(
                <chime_types::operations::$Operation as Operation>::METADATA.bearer, Bearer::$Bearer
            )) };
            let ($builder, $bearer) =
                (chime_types::operations::$Builder::via(self.client.clone()), self.bearer.clone());
            $acting
        }
    };
}

macro_rules! methods {
    ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
        /// The operations.
        impl ActingAs {
            $( method! { $method: $Operation, $Builder, $bearer } )*
        }
    };
}

chime_types::for_each_operation!(methods);
