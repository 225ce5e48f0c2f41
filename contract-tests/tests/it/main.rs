//! The contracts: what the client sends and makes of every answer, and what the local service promises.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what goes wrong in a test ends it"
)]

mod absent;
mod admin;
mod behaviour;
mod call_path;
mod client_laws;
mod data_files;
mod endpoints;
mod exceptions;
mod fault_table;
mod faults;
mod fuzzed;
mod hostile;
mod jobs;
mod laws;
mod local;
mod model;
mod network;
mod pages;
mod peer;
mod reach;
mod recorded;
mod repetition;
mod request_log;
mod requests;
mod roles;
mod round_trips;
mod scenario;
mod secrets;
mod service_model;
mod signatures;
mod store_laws;
mod successes;
mod tampering;
mod throttling;
mod world;

use std::time::Duration;

use chime_client::{
    Client, ClientBuilder, Credentials, DescribeChannelMembershipForAppInstanceUser, RetryPolicy,
};

const APP_INSTANCE: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i";
const CHANNEL: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/channel/c";
const USER: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/user/u";
const BEARER: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/bot/b";

/// The operation, about [`USER`] in [`CHANNEL`], by [`BEARER`].
fn describe() -> DescribeChannelMembershipForAppInstanceUser {
    DescribeChannelMembershipForAppInstanceUser::builder()
        .channel_arn(CHANNEL)
        .app_instance_user_arn(USER)
        .chime_bearer(BEARER)
        .build()
        .unwrap()
}

/// A client of that address that doesn't wait between attempts.
fn client(url: &str) -> ClientBuilder {
    let at_once =
        RetryPolicy { base: Duration::ZERO, throttling_base: Duration::ZERO, ..RetryPolicy::default() };
    Client::builder()
        .endpoint_url(url)
        .region("us-east-1")
        .credentials(Credentials::new("AKID", "secret"))
        .retry(at_once)
}

/// A file of `contract-tests/data` as JSON.
fn data<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let path = format!("{}/data/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_str(&std::fs::read_to_string(&path).expect(&path)).expect(&path)
}
