//! A lean, typed client for Amazon Chime SDK messaging.
//!
//! ```
//! # async fn example(local: &chime_local::RunningService) -> Result<(), chime_client::Error> {
//! # let (channel, user) = (chime_local::Demo::new().channel_arn(), chime_local::Demo::new().app_instance_user_arn());
//! # let bearer = user.clone();
//! # let client = chime_client::Client::builder()
//! #     .endpoint_url(local.endpoint_url())
//! #     .credentials(local.credentials())
//! #     .build()?;
//! // let client = chime_client::Client::from_env()?;
//! let answer = client
//!     .describe_channel_membership_for_app_instance_user()
//!     .channel_arn(channel)
//!     .app_instance_user_arn(user)
//!     .chime_bearer(bearer)
//!     .send()
//!     .await?;
//! let membership = answer.channel_membership.and_then(|m| m.app_instance_user_membership_summary);
//! # assert!(membership.is_some());
//! # Ok(())
//! # }
//! # #[tokio::main]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! #     let local = chime_local::LocalService::demo().start().await?;
//! #     example(&local).await?;
//! #     Ok(())
//! # }
//! ```
//!
//! Start with [`Client::from_env`], or with [`Client::builder`] for settings from code. The client has a method for each
//! operation, and [`Client::acting_as`] sets the bearer of every call. [`ActingAs::admission`] decides whether to let a
//! user into a channel, [`ActingAs::unread`] returns badges, and [`Client::describe_many`] describes many memberships
//! within the quota of a [`Pacing`]. The modules [`operations`] and [`shapes`] have the types of requests and responses.
//!
//! * A missing parameter does not compile, and neither does a channel in the place of a user. A malformed ARN is refused
//!   before anything is sent; the error names the parameter and the reason, and shows an example.
//! * [`Error`] is one type whose `Display` is one line for a log. [`Exception`] has the documented exceptions. Throttling,
//!   IAM's denial and "not a member or not visible" are three different results.
//! * Throttled calls are retried, and so are failures after which a retry is safe.
//! * The feature `sessions` adds real-time sessions: `Client::messaging_session` returns the events of a user as they
//!   happen.
//! * Credentials come from code or the environment. The feature `credentials-chain` adds profiles, SSO, web identities,
//!   containers and instances; `aws-credential-types` adds any provider of the AWS SDK.
//! * The crate `chime-types` has the types alone, with serde. The crate `chime-local` is the service on your own machine.

mod acting_as;
mod client;
mod client_builder;
mod gate;
mod many;
mod pacing;
#[cfg(feature = "sessions")]
mod sessions;

pub use acting_as::ActingAs;
#[cfg(feature = "aws-credential-types")]
pub use chime_transport::SdkCredentials;
#[doc(hidden)]
pub use chime_transport::read_file;
pub use chime_transport::{
    Attempt, Clock, Connect, Connecting, Credentials, CredentialsError, Endpoint, EnvironmentCredentials,
    Error, ErrorKind, Intercept, Network, ProvideCredentials, ProvidedCredentials, RetryPolicy, Stream,
    TimeLimit, Timeouts,
};
#[cfg(feature = "credentials-chain")]
pub use chime_transport::{CredentialsChain, ProfileSettings};
pub use chime_types::{
    Answers, AppInstanceArn, AppInstanceBotArn, AppInstanceUserArn, ChannelArn, ChannelFlowArn, Exception,
    Excerpt, InvalidParameter, InvalidValue, LambdaFunctionArn, LexBotAliasArn, OneLine, Pages,
    PinpointAppArn, ResourceArn, Sensitive, SensitiveUserArn, ServiceError, StreamArn, Timestamp, Unread,
    UnreadableAnswer, builder, events, for_each_operation, operation, operations, shapes, wire,
};
pub use client::Client;
pub use client_builder::ClientBuilder;
pub use gate::Admission;
pub use many::DescribeMany;
pub use pacing::Pacing;
#[cfg(feature = "sessions")]
pub use sessions::{
    Close, Gap, MessagingSession, MessagingSessionBuilder, Prefetch, SessionError, SessionErrorKind,
    SessionItem, UnreadableFrame,
};

/// The examples of the documents compile and run.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../../README.md")]
    struct Readme;
    #[doc = include_str!("../../../docs/errors.md")]
    struct Errors;
    #[doc = include_str!("../../../docs/local.md")]
    struct Local;
    #[doc = include_str!("../../../docs/from-boto3.md")]
    struct FromBoto3;
    #[doc = include_str!("../../../docs/guide/1-first-call.md")]
    struct FirstCall;
    #[doc = include_str!("../../../docs/guide/2-gate.md")]
    struct Gate;
    #[doc = include_str!("../../../docs/guide/3-badges.md")]
    struct Badges;
    #[doc = include_str!("../../../docs/guide/4-many.md")]
    struct Many;
    #[doc = include_str!("../../../docs/guide/5-testing.md")]
    struct Testing;
    #[doc = include_str!("../../../docs/guide/6-recipes.md")]
    struct Recipes;
    #[cfg(feature = "sessions")]
    #[doc = include_str!("../../../docs/guide/7-real-time.md")]
    struct RealTime;
}
