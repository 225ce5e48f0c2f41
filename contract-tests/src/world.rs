//! A local service with a world that a test writes down.

use std::time::{Duration, SystemTime};

use chime_client::{AppInstanceUserArn, ChannelArn, Client, Clock};
use chime_local::{LocalService, RunningService};
use serde_json::{Value, json};

use crate::arns::APP_INSTANCE;
use crate::client::client_of;

/// The identifier of a user of [`APP_INSTANCE`].
pub fn user(id: &str) -> AppInstanceUserArn {
    format!("{APP_INSTANCE}/user/{id}").parse().unwrap()
}

/// The identifier of a channel of [`APP_INSTANCE`].
pub fn channel(id: &str) -> ChannelArn {
    format!("{APP_INSTANCE}/channel/{id}").parse().unwrap()
}

/// The seed of [`APP_INSTANCE`] with users, the first of whom is the administrator, and channels.
pub fn app_instance(users: &[&str], channels: &[Value]) -> Value {
    let named = |id: &&str| json!({ "AppInstanceUserId": id, "Name": id });
    json!({
        "AppInstanceArn": APP_INSTANCE,
        "Name": "Test",
        "Users": users.iter().map(named).collect::<Vec<_>>(),
        "Admins": &users[..1],
        "Channels": channels,
    })
}

/// A service whose world is these app instances.
pub fn service(app_instances: &[Value]) -> LocalService {
    LocalService::seeded(json!({ "AppInstances": app_instances }).to_string().parse().unwrap())
}

/// The ARN of a Lambda function.
pub fn function(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:123456789012:function:{name}")
}

/// A processor as a request or a seed has it.
pub fn processor(order: i32, fallback_action: &str) -> Value {
    json!({
        "Name": format!("Processor {order}"),
        "Configuration": { "Lambda": { "ResourceArn": function(&format!("p{order}")), "InvocationType": "ASYNC" } },
        "ExecutionOrder": order,
        "FallbackAction": fallback_action,
    })
}

/// The seed of a channel flow with one processor.
pub fn channel_flow(id: &str) -> Value {
    json!({ "ChannelFlowId": id, "Name": "Flow", "Processors": [processor(1, "CONTINUE")] })
}

/// Starts a service and returns it with a client of it.
pub async fn start(service: LocalService) -> (RunningService, Client) {
    let local = service.start().await.unwrap();
    let client = client_of(&local).build().unwrap();
    (local, client)
}

/// A clock that stands still.
pub fn stopped() -> Clock {
    Clock::new(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291))
}

/// Starts a service whose clock stands still and returns it with a client of it.
pub async fn start_stopped(service: LocalService) -> (RunningService, Client) {
    let local = service.clock(stopped()).start().await.unwrap();
    let client = client_of(&local).clock(stopped()).build().unwrap();
    (local, client)
}
