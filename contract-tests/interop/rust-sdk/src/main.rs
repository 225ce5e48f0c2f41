//! One call by the official Rust SDK: the question as JSON in an argument, the answer as JSON on standard output.

use std::collections::BTreeMap;
use std::env;

use aws_sdk_chimesdkmessaging::config::retry::RetryConfig;
use aws_sdk_chimesdkmessaging::config::{BehaviorVersion, Config, Credentials, Region};
use aws_sdk_chimesdkmessaging::error::ProvideErrorMetadata;
use aws_sdk_chimesdkmessaging::operation::RequestId;
use aws_sdk_chimesdkmessaging::primitives::{DateTime, DateTimeFormat};
use serde_json::json;

fn time(time: &DateTime) -> String {
    // The SDK leaves zeros at the end out; milliseconds are written in full.
    let text = time.fmt(DateTimeFormat::DateTime).unwrap();
    let (seconds, fraction) = text.trim_end_matches('Z').split_once('.').unwrap();
    format!("{seconds}.{fraction:0<3}Z")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let question: BTreeMap<String, String> = serde_json::from_str(&env::args().nth(1).unwrap()).unwrap();
    let setting = |name| env::var(name).unwrap();
    let (id, secret) = (setting("AWS_ACCESS_KEY_ID"), setting("AWS_SECRET_ACCESS_KEY"));
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(setting("AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING"))
        .region(Region::new(setting("AWS_REGION")))
        .credentials_provider(Credentials::new(id, secret, None, None, "environment"))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .build();
    let answer = aws_sdk_chimesdkmessaging::Client::from_conf(config)
        .describe_channel_membership_for_app_instance_user()
        .channel_arn(&question["ChannelArn"])
        .app_instance_user_arn(&question["AppInstanceUserArn"])
        .chime_bearer(&question["ChimeBearer"])
        .send()
        .await;
    let said = match answer {
        Ok(answer) => {
            let membership = answer.channel_membership().unwrap();
            let channel = membership.channel_summary().unwrap();
            let user = membership.app_instance_user_membership_summary().unwrap();
            json!({
                "status": 200,
                "requestId": answer.request_id(),
                "answer": {"ChannelMembership": {
                    "ChannelSummary": {
                        "Name": channel.name(),
                        "ChannelArn": channel.channel_arn(),
                        "Mode": channel.mode().unwrap().as_str(),
                        "Privacy": channel.privacy().unwrap().as_str(),
                        "Metadata": channel.metadata(),
                        "LastMessageTimestamp": time(channel.last_message_timestamp().unwrap()),
                    },
                    "AppInstanceUserMembershipSummary": {
                        "Type": user.r#type().unwrap().as_str(),
                        "ReadMarkerTimestamp": time(user.read_marker_timestamp().unwrap()),
                    },
                }},
            })
        }
        Err(error) => {
            let status = error.raw_response().map(|response| response.status().as_u16());
            json!({
                "exception": error.code(),
                "message": error.message(),
                "status": status,
                "requestId": error.request_id(),
            })
        }
    };
    println!("{said}");
}
