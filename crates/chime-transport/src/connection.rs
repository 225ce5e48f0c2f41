//! HTTP over hyper and rustls: one attempt, without signing and retrying.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http::uri::Scheme;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use tower_service::Service;

use crate::{Error, ErrorKind, crypto};

/// The largest answer that is read. A page of 50 messages of 4,096 and 1,024 characters fits, even if each character
/// is escaped.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// How long a connection may idle in the pool.
const IDLE: Duration = Duration::from_secs(20);

/// A pool of connections.
#[derive(Clone, Debug)]
pub(crate) struct Connections(Client<Connector, Full<Bytes>>);

impl Connections {
    /// A pool for an endpoint of that scheme. The platform's roots are read for `https` alone.
    pub(crate) fn new(scheme: &Scheme, connect_limit: Duration) -> Result<Self, Error> {
        let config = |reason: String| Error::new(ErrorKind::Config(reason));
        let mut roots = RootCertStore::empty();
        if *scheme == Scheme::HTTPS {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let reason = "TLS: the platform has no root certificates".to_owned();
                let why = found.errors.iter().map(ToString::to_string);
                return Err(config(std::iter::once(reason).chain(why).collect::<Vec<_>>().join("; ")));
            }
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(crypto::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| config(format!("TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let connector = Connector { https, limit: connect_limit };
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(Self(client))
    }

    /// One request and its whole answer.
    pub(crate) async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Error> {
        let response = self.0.request(request.map(Full::new)).await.map_err(|error| {
            let kind = if error.is_connect() { ErrorKind::Connect } else { ErrorKind::Io };
            Error::new(kind(error.into()))
        })?;
        let (head, body) = response.into_parts();
        match Limited::new(body, LARGEST_ANSWER).collect().await {
            Ok(body) => Ok(http::Response::from_parts(head, body.to_bytes())),
            Err(error) if !error.is::<LengthLimitError>() => Err(Error::new(ErrorKind::Io(error))),
            Err(_) if head.status.is_success() => Err(Error::new(ErrorKind::TooLarge(LARGEST_ANSWER))),
            // A refusal is one by its status and headers; a page of that size is not the service's.
            Err(_) => Ok(http::Response::from_parts(head, Bytes::new())),
        }
    }
}

/// Connects within a limit of time: name look-up, TCP and TLS together.
#[derive(Clone, Debug)]
struct Connector {
    https: HttpsConnector<HttpConnector>,
    limit: Duration,
}

impl Service<Uri> for Connector {
    type Response = <HttpsConnector<HttpConnector> as Service<Uri>>::Response;
    type Error = Box<dyn std::error::Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.https.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (connecting, limit) = (self.https.call(uri), self.limit);
        Box::pin(async move {
            tokio::time::timeout(limit, connecting)
                .await
                .unwrap_or_else(|_| Err(format!("it could not be made within {limit:?}").into()))
        })
    }
}
