//! Amazon Chime SDK messaging on your own machine, for development and tests.
//!
//! ```
//! use chime_client::{Client, Exception};
//! use chime_local::{Demo, LocalService};
//!
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // It listens on a free port of the loopback interface, and stops when it is dropped.
//! let local = LocalService::demo().start().await?;
//! let client = Client::of(&local)?;
//!
//! let demo = Demo::new();
//! let ask = || {
//!     client
//!         .describe_channel_membership_for_app_instance_user()
//!         .channel_arn(demo.channel_arn())
//!         .app_instance_user_arn(demo.app_instance_user_arn())
//!         .chime_bearer(demo.app_instance_user_arn())
//! };
//! assert!(ask().send().await?.channel_membership.is_some());
//!
//! // The next answer is a failure, and the client's retry hides it.
//! local.fail(Exception::ServiceFailureException, Some(1));
//! assert!(ask().send().await.is_ok());
//! # Ok(())
//! # }
//! ```
//!
//! It is an HTTP service that any AWS client can call. It verifies signatures, applies the roles of the developer guide,
//! and its errors have the service's headers and bodies. The answer to an operation that is not implemented is status 501
//! with the list of the implemented ones.
//!
//! Start with [`LocalService`], the settings of a service: choose a world ([`Demo`], a [`Seed`] or an empty one) and call
//! `start` or `start_in_process`. The result is a [`RunningService`], which injects [`Fault`]s, exports and replaces its
//! world, and returns the requests that it answered.

mod access;
mod admin;
mod authentication;
#[cfg(feature = "tls")]
mod authority;
mod bots;
mod clock;
mod close_codes;
mod connections;
mod deletion;
mod demo;
mod diagnosis;
mod events;
mod faults;
mod feed;
mod filter_rule;
mod functions;
mod headers;
mod idempotency;
mod ids;
mod iso_duration;
mod limits;
mod log;
mod operations;
mod origins;
mod paging;
mod refusal;
mod repetition;
mod router;
mod seed;
mod server;
mod sessions;
mod shapes;
mod signature;
mod store;
mod streams;
mod sweep;
mod tables;
mod text;
mod throttle;

#[cfg(feature = "tls")]
pub use authority::CertificateAuthority;
pub use demo::Demo;
pub use diagnosis::SignatureRefusal;
pub use faults::{Fault, InvalidFault, SessionFault};
pub use log::RequestRecord;
pub use seed::{InvalidSeed, Seed};
pub use server::{InProcess, LocalService, RunningService};
pub use sessions::SessionRecord;
pub use streams::StreamRecord;
pub use throttle::Quotas;
