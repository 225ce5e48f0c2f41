//! hyper with AWS' own signing crate: what one would write without an SDK.

use std::time::SystemTime;

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_runtime_api::client::identity::Identity;
use bytes::Bytes;
use http_body_util::Full;

use super::Hyper;
use crate::{CREDENTIALS, Peer};

/// hyper's client, and who signs.
#[derive(Clone, Debug)]
pub struct Signed {
    hyper: Hyper,
    identity: Identity,
}

impl Signed {
    /// One that calls that address.
    #[must_use]
    pub fn new(address: &str) -> Self {
        let (key, secret) = CREDENTIALS;
        let identity = Credentials::new(key, secret, None, None, "versus").into();
        Self { hyper: Hyper::new(address), identity }
    }

    /// Who signs.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }
}

/// Signs a request without a body by aws-sigv4.
pub fn sign<B>(request: &mut http::Request<B>, identity: &Identity, time: SystemTime) {
    let params = SigningParams::builder()
        .identity(identity)
        .region("us-east-1")
        .name("chime")
        .time(time)
        .settings(SigningSettings::default())
        .build()
        .unwrap()
        .into();
    let headers = request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap()));
    let uri = request.uri().to_string();
    let signable =
        SignableRequest::new(request.method().as_str(), uri, headers, SignableBody::Bytes(b"")).unwrap();
    let (instructions, _) = aws_sigv4::http_request::sign(signable, &params).unwrap().into_parts();
    instructions.apply_to_request_http1x(request);
}

impl Peer for Signed {
    async fn ask(&self) -> bool {
        let mut request: http::Request<Full<Bytes>> = self.hyper.request();
        #[allow(clippy::disallowed_methods, reason = "a client's clock")]
        sign(&mut request, &self.identity, SystemTime::now());
        self.hyper.send(request).await.unread()
    }
}
