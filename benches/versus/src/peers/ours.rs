//! This client.

use chime_client::{Client, Credentials};

use crate::{CHANNEL, CREDENTIALS, Peer, USER};

/// [`Client`], as the README has it.
#[derive(Clone, Debug)]
pub struct Ours(Client);

impl Ours {
    /// One that calls that address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        let (key, secret) = CREDENTIALS;
        let client = Client::builder()
            .region("us-east-1")
            .endpoint_url(format!("http://{address}"))
            .credentials(Credentials::new(key, secret))
            .build()
            .unwrap();
        Self(client)
    }
}

impl Peer for Ours {
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
        answer.has_unread() == Some(true)
    }
}
