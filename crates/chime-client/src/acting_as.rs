//! A client whose calls carry a bearer.

use chime_types::builder::{ActAs, IntoParameter};
use chime_types::{AppInstanceUserArn, InvalidValue};

use crate::Client;

/// A [`Client`] whose calls are made by one user or bot: `chime_bearer` is set, and need not be again.
///
/// ```
/// # async fn example(client: &chime_client::Client, user: &str, channel: &str) -> Result<(), chime_client::Error> {
/// let alice = client.acting_as(user);
/// let channel = alice.describe_channel().channel_arn(channel).send().await?;
/// # Ok(())
/// # }
/// ```
///
/// Operations of the identity service have no bearer and are the client's own. A malformed ARN is refused by the first
/// call, before anything is sent. The service lets credentials act as a user where IAM's policy allows it.
#[derive(Clone, Debug)]
pub struct ActingAs {
    pub(crate) client: Client,
    pub(crate) bearer: Result<AppInstanceUserArn, InvalidValue>,
}

impl Client {
    /// The same client, acting as that user or bot.
    #[must_use]
    pub fn acting_as(&self, bearer: impl IntoParameter<AppInstanceUserArn>) -> ActingAs {
        ActingAs { client: self.clone(), bearer: bearer.into_parameter() }
    }
}

macro_rules! methods {
    ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
        /// The operations.
        impl ActingAs {
            $(
                #[doc = concat!("Starts a [`", stringify!($Operation), "`](chime_types::", stringify!($Operation),
                    "), where its parameters, limits and errors are described.")]
                pub fn $method(&self) -> <chime_types::$Builder<Client> as ActAs>::Acting {
                    chime_types::$Builder::via(self.client.clone()).act_as(self.bearer.clone())
                }
            )*
        }
    };
}

chime_types::for_each_operation!(methods);
