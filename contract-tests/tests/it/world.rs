//! A service with a world that a test writes down, and whom and what it has in it.

use std::time::{Duration, SystemTime};

use chime_client::{AppInstanceUserArn, ChannelArn, Client, Clock, Error};
use chime_local::{LocalService, Running};
use serde_json::{Value, json};

use crate::APP_INSTANCE;

pub(crate) fn user(id: &str) -> AppInstanceUserArn {
    format!("{APP_INSTANCE}/user/{id}").parse().unwrap()
}

pub(crate) fn channel(id: &str) -> ChannelArn {
    format!("{APP_INSTANCE}/channel/{id}").parse().unwrap()
}

/// An app instance of [`APP_INSTANCE`] as a seed has it: its users, the first of whom is its administrator.
pub(crate) fn app_instance(users: &[&str], channels: &[Value]) -> Value {
    let named = |id: &&str| json!({ "AppInstanceUserId": id, "Name": id });
    json!({
        "AppInstanceArn": APP_INSTANCE,
        "Name": "Test",
        "Users": users.iter().map(named).collect::<Vec<_>>(),
        "Admins": &users[..1],
        "Channels": channels,
    })
}

/// A service of that world.
pub(crate) fn service(app_instances: &[Value]) -> LocalService {
    LocalService::seeded(json!({ "AppInstances": app_instances }).to_string().parse().unwrap())
}

/// The same service, started, and a client of it.
pub(crate) async fn start(service: LocalService) -> (Running, Client) {
    let local = service.start().await.unwrap();
    let client = crate::client(&local.endpoint_url()).credentials(local.credentials()).build().unwrap();
    (local, client)
}

/// A clock that stands still, for both sides.
pub(crate) fn stopped() -> Clock {
    Clock::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291))
}

/// The same, where the clock stands still.
pub(crate) async fn start_stopped(service: LocalService) -> (Running, Client) {
    let local = service.clock(stopped()).start().await.unwrap();
    let client = crate::client(&local.endpoint_url())
        .credentials(local.credentials())
        .clock(stopped())
        .build()
        .unwrap();
    (local, client)
}

/// An answer, or the name of the exception.
pub(crate) fn outcome<T>(answer: Result<T, Error>) -> Result<T, String> {
    answer.map_err(|error| match error.exception() {
        Some(exception) => exception.as_str().to_owned(),
        None => panic!("{error}"),
    })
}
