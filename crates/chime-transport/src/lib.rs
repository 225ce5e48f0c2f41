//! The call path of chime-client: signing, endpoints, credentials, retries and timeouts over hyper.
//!
//! Most programs use `chime-client`, which combines this crate with the types. On its own, a [`Transport`] sends any
//! request that [`chime_types::wire`] encodes:
//!
//! ```no_run
//! use std::sync::Arc;
//! use chime_transport::{Config, Credentials, EndpointSettings, Transport};
//! use chime_types::operation::Operation;
//! use chime_types::wire;
//! use chime_types::operations::DescribeChannelMembershipForAppInstanceUser;
//!
//! # async fn example(request: DescribeChannelMembershipForAppInstanceUser) -> Result<(), Box<dyn std::error::Error>> {
//! let endpoint = EndpointSettings { region: Some("us-east-1".to_owned()), ..Default::default() }.resolve()?;
//! let transport = Transport::new(Config::new(endpoint, Arc::new(Credentials::new("AKID", "secret"))))?;
//! let answer = transport
//!     .call(&DescribeChannelMembershipForAppInstanceUser::METADATA, &|| wire::encode_request(&request))
//!     .await?;
//! assert_eq!(answer.response.status(), 200);
//! # Ok(())
//! # }
//! ```
//!
//! [`Config`] has the settings: [`Endpoint`], [`ProvideCredentials`], [`RetryPolicy`], [`Timeouts`], [`Network`] and
//! [`Clock`]. [`sigv4`] signs and verifies requests. Requests and metadata are plain values here, so signing, retries and
//! timeouts compile once, and not once for each operation. Time and randomness are passed in.

/// The import of an example. It names this crate on the pages of this crate, and `chime_client` on the pages of that
/// crate, which has the same paths: `doc` is set only while rustdoc builds the pages of this crate.
#[cfg(doc)]
macro_rules! import {
    ($path:literal) => {
        concat!("use chime_transport::", $path, ";")
    };
}
#[cfg(not(doc))]
macro_rules! import {
    ($path:literal) => {
        concat!("use chime_client::", $path, ";")
    };
}

/// The line of an example that imports from `chime_types`, as `import` does from this crate.
#[cfg(doc)]
macro_rules! import_types {
    ($path:literal) => {
        concat!("use chime_types::", $path, ";")
    };
}
#[cfg(not(doc))]
macro_rules! import_types {
    ($path:literal) => {
        concat!("use chime_client::", $path, ";")
    };
}

mod call;
mod clock;
mod config;
mod connect;
mod credentials;
mod credentials_cache;
#[cfg(feature = "credentials-chain")]
mod credentials_chain;
mod crypto;
mod dial;
mod endpoint;
mod error;
mod http_client;
mod idle;
mod input_file;
mod intercept;
mod interim;
#[cfg(feature = "credentials-chain")]
mod mfa;
mod network;
mod pool;
#[cfg(feature = "credentials-chain")]
mod profile_credentials;
#[cfg(feature = "credentials-chain")]
mod profile_file;
#[cfg(feature = "credentials-chain")]
mod profile_settings;
#[cfg(feature = "credentials-chain")]
mod profiles;
mod retry;
mod roots;
#[cfg(feature = "aws-credential-types")]
mod sdk_credentials;
pub mod sigv4;
mod tcp;
mod transport;
mod unreachable;
mod user_agent;
mod websocket;
mod websocket_connection;

pub use clock::Clock;
pub use config::{Config, Timeouts};
pub use connect::{Connect, Connecting, Stream};
pub use credentials::{
    Credentials, CredentialsError, EnvironmentCredentials, ProvideCredentials, ProvidedCredentials,
};
#[cfg(feature = "credentials-chain")]
pub use credentials_chain::CredentialsChain;
#[doc(hidden)]
pub use crypto::random_fraction;
pub use crypto::random_token;
pub use endpoint::{Endpoint, EndpointSettings};
pub use error::{Error, ErrorKind, TimeLimit};
pub use http_client::HttpClient;
#[doc(hidden)]
pub use input_file::read_file;
pub use intercept::{Attempt, Intercept};
pub use network::Network;
#[cfg(feature = "credentials-chain")]
pub use profile_settings::ProfileSettings;
pub use retry::RetryPolicy;
#[cfg(feature = "aws-credential-types")]
pub use sdk_credentials::SdkCredentials;
pub use transport::{Answer, Transport};
pub use websocket::websocket_accept;
pub use websocket_connection::WebSocketConnection;
