//! The official SDK in its default configuration.

use aws_sdk_chimesdkmessaging::Client;
use aws_sdk_chimesdkmessaging::config::{BehaviorVersion, Config, Credentials, Region};

use crate::{CHANNEL, CREDENTIALS, Peer, USER};

/// [`Client`], with defaults.
#[derive(Clone, Debug)]
pub struct Official(Client);

impl Official {
    /// One that calls that address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        let (key, secret) = CREDENTIALS;
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .endpoint_url(format!("http://{address}"))
            .credentials_provider(Credentials::new(key, secret, None, None, "versus"))
            .build();
        Self(Client::from_conf(config))
    }
}

impl Peer for Official {
    async fn ask(&self) -> bool {
        let answer = self
            .0
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(CHANNEL)
            .app_instance_user_arn(USER)
            .chime_bearer(USER)
            .send()
            .await
            .unwrap();
        let membership = answer.channel_membership().unwrap();
        membership.channel_summary().unwrap().last_message_timestamp()
            > membership.app_instance_user_membership_summary().unwrap().read_marker_timestamp()
    }
}
