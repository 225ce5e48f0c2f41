//! This client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chime_client::{ActingAs, Client, Credentials};

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

/// The calls of a thousand users in turn.
#[derive(Clone, Debug)]
pub struct Bearers {
    bearers: Arc<[ActingAs]>,
    next: Arc<AtomicUsize>,
}

impl Bearers {
    /// Those that call that address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        let client = Ours::new(address).0;
        let bearers = (0..1000).map(|number| client.acting_as(format!("{USER}-{number}"))).collect();
        Self { bearers, next: Arc::default() }
    }
}

impl Peer for Bearers {
    async fn ask(&self) -> bool {
        let next = self.next.fetch_add(1, Ordering::Relaxed) % self.bearers.len();
        let bearer = self.bearers.get(next).unwrap();
        let call = bearer
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(CHANNEL)
            .app_instance_user_arn(USER)
            .send();
        call.await.unwrap().has_unread() == Some(true)
    }
}
