//! This project's client in its default configuration: makes a call for each line on standard input, and prints its
//! outcome as a line of JSON.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "the output is the purpose, and what goes wrong ends it"
)]

use std::{env, io};

use chime_client::Client;
use serde_json::json;
use tokio::time::Instant;

#[tokio::main]
async fn main() {
    let (channel, user) = (env::var("CHANNEL").unwrap(), env::var("USER").unwrap());
    let client = Client::from_env().unwrap();
    println!("ready");
    for _ in io::stdin().lines() {
        let start = Instant::now();
        let result = client
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(&*channel)
            .app_instance_user_arn(&*user)
            .chime_bearer(&*user)
            .send()
            .await;
        let seconds = start.elapsed().as_secs_f64();
        let said = match result {
            Ok(answer) => {
                let read =
                    answer.channel_membership.is_some_and(|membership| membership.channel_summary.is_some());
                json!({"seconds": seconds, "answer": read})
            }
            Err(error) => {
                let kind = format!("{:?}", error.kind());
                let kind = kind.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
                let class = match error.exception() {
                    Some(exception) => format!("{kind}, {}", exception.as_str()),
                    None => kind.to_owned(),
                };
                json!({"seconds": seconds, "class": class, "text": error.to_string()})
            }
        };
        println!("{said}");
    }
}
