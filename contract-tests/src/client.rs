//! Clients for tests, and the call that most tests make.

use std::time::Duration;

use chime_client::operations::DescribeChannelMembershipForAppInstanceUser;
use chime_client::{Client, ClientBuilder, Credentials, RetryPolicy};
use chime_local::RunningService;

use crate::arns::{BEARER, CHANNEL, USER};

/// A client of that endpoint that does not wait between attempts.
pub fn client(url: &str) -> ClientBuilder {
    let at_once =
        RetryPolicy { base: Duration::ZERO, throttling_base: Duration::ZERO, ..RetryPolicy::default() };
    Client::builder()
        .endpoint_url(url)
        .region("us-east-1")
        .credentials(Credentials::new("AKID", "secret"))
        .retry(at_once)
}

/// A client of a local service, with the service's credentials, that does not wait between attempts.
pub fn client_of(local: &RunningService) -> ClientBuilder {
    client(&local.endpoint_url()).credentials(local.credentials())
}

/// Describes the membership of [`USER`] in [`CHANNEL`], called by [`BEARER`].
pub fn describe() -> DescribeChannelMembershipForAppInstanceUser {
    DescribeChannelMembershipForAppInstanceUser::builder()
        .channel_arn(CHANNEL)
        .app_instance_user_arn(USER)
        .chime_bearer(BEARER)
        .build()
        .unwrap()
}
