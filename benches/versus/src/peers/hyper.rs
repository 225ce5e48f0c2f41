//! hyper with its pool, `serde_json` and nothing else: one prepared request, without signature, check, limit or second
//! attempt.

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::{CHANNEL, Peer, USER};

const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An answer in structs of one's own.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Answer {
    channel_membership: Membership,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(dead_code, reason = "serde reads the members, as in any program with such structs")]
struct Membership {
    channel_summary: Summary,
    app_instance_user_membership_summary: UserSummary,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(dead_code, reason = "serde reads the members, as in any program with such structs")]
struct Summary {
    name: String,
    channel_arn: String,
    mode: String,
    privacy: String,
    metadata: Option<String>,
    last_message_timestamp: Option<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(dead_code, reason = "serde reads the members, as in any program with such structs")]
struct UserSummary {
    r#type: String,
    read_marker_timestamp: Option<f64>,
    sub_channel_id: Option<String>,
}

impl Answer {
    /// Whether something is unread.
    #[must_use]
    pub fn unread(&self) -> bool {
        let membership = &self.channel_membership;
        membership.channel_summary.last_message_timestamp
            > membership.app_instance_user_membership_summary.read_marker_timestamp
    }
}

/// hyper's client, and the request.
#[derive(Clone, Debug)]
pub struct Hyper {
    client: Client<HttpConnector, Full<Bytes>>,
    request: http::Request<Full<Bytes>>,
}

impl Hyper {
    /// One that calls that address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let (channel, user) = (utf8_percent_encode(CHANNEL, ESCAPED), utf8_percent_encode(USER, ESCAPED));
        let uri = format!(
            "http://{address}/channels/{channel}?scope=app-instance-user-membership&app-instance-user-arn={user}"
        );
        Self {
            client: Client::builder(TokioExecutor::new()).build(connector),
            request: http::Request::get(uri)
                .header("x-amz-chime-bearer", USER)
                .body(Full::default())
                .unwrap(),
        }
    }

    /// The request, unsigned.
    #[must_use]
    pub fn request(&self) -> http::Request<Full<Bytes>> {
        self.request.clone()
    }

    /// Sends a request and reads its answer.
    pub async fn send(&self, request: http::Request<Full<Bytes>>) -> Answer {
        let response = self.client.request(request).await.unwrap();
        assert!(response.status().is_success());
        let body = response.into_body().collect().await.unwrap().to_bytes();
        serde_json::from_slice(&body).unwrap()
    }
}

impl Peer for Hyper {
    async fn ask(&self) -> bool {
        self.send(self.request()).await.unread()
    }
}
