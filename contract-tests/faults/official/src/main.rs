//! The official Rust SDK, set as `Config::builder` sets it: a call for each line on standard input, what
//! came of it a line of JSON.

use std::time::Instant;
use std::{env, io};

use aws_sdk_chimesdkmessaging::Client;
use aws_sdk_chimesdkmessaging::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_chimesdkmessaging::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use serde_json::json;

#[tokio::main]
async fn main() {
    let setting = |name| env::var(name).unwrap();
    let credentials = Credentials::new(
        setting("AWS_ACCESS_KEY_ID"),
        setting("AWS_SECRET_ACCESS_KEY"),
        None,
        None,
        "environment",
    );
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(setting("AWS_ENDPOINT_URL"))
        .region(Region::new(setting("AWS_REGION")))
        .credentials_provider(credentials)
        .build();
    let client = Client::from_conf(config);
    println!("ready");
    for _ in io::stdin().lines() {
        let start = Instant::now();
        let result = client
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(setting("CHANNEL"))
            .app_instance_user_arn(setting("USER"))
            .chime_bearer(setting("USER"))
            .send()
            .await;
        let seconds = start.elapsed().as_secs_f64();
        let said = match result {
            Ok(answer) => {
                let read = answer
                    .channel_membership()
                    .is_some_and(|membership| membership.channel_summary().is_some());
                json!({"seconds": seconds, "answer": read})
            }
            Err(error) => {
                let class = match &error {
                    SdkError::ConstructionFailure(_) => "ConstructionFailure",
                    SdkError::TimeoutError(_) => "TimeoutError",
                    SdkError::DispatchFailure(_) => "DispatchFailure",
                    SdkError::ResponseError(_) => "ResponseError",
                    SdkError::ServiceError(_) => "ServiceError",
                    _ => "another",
                };
                let class = error.code().map_or(class.to_owned(), |code| format!("{class}, {code}"));
                let context = DisplayErrorContext(&error).to_string();
                json!({"seconds": seconds, "class": class, "text": error.to_string(), "context": context})
            }
        };
        println!("{said}");
    }
}
