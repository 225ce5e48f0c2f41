//! Dialing: a stream to an address, with TLS if the address is `https`.

use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tower_service::Service;

use crate::connect::{Connect, Stream};
use crate::crypto;
use crate::error::Error;
use crate::network::Network;
use crate::roots::{bundled_roots, platform_roots};
use crate::tcp::Tcp;
use crate::unreachable::{Unreachable, host_and_port};

/// Dials addresses as a [`Network`] says, each within a time limit.
#[derive(Debug)]
pub(crate) struct Dialer {
    connector: Arc<dyn Connect>,
    limit: Duration,
    ca_bundle: Option<PathBuf>,
    /// Made when it is first needed, since reading the platform's roots takes most of a cold start.
    tls: OnceLock<HttpsConnector<Plain>>,
}

impl Dialer {
    pub(crate) fn new(network: &Network, limit: Duration) -> Result<Self, Error> {
        let connector = match &network.connector {
            Some(connector) => Arc::clone(connector),
            None => Arc::new(Tcp::new(network.https_proxy.as_deref(), network.no_proxy.as_deref())?),
        };
        Ok(Self { connector, limit, ca_bundle: network.ca_bundle.clone(), tls: OnceLock::new() })
    }

    /// Prepares for addresses of a scheme: for `https`, reads the root certificates.
    pub(crate) fn prepare(&self, scheme: &Scheme) -> Result<(), Error> {
        if *scheme == Scheme::HTTPS { self.tls().map(|_| ()) } else { Ok(()) }
    }

    fn tls(&self) -> Result<&HttpsConnector<Plain>, Error> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls);
        }
        let roots = self.ca_bundle.as_deref().map_or_else(platform_roots, bundled_roots)?;
        let config = ClientConfig::builder_with_provider(Arc::new(crypto::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::config(format!("TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let tls = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_only()
            .enable_http1()
            .wrap_connector(Plain(Arc::clone(&self.connector)));
        Ok(self.tls.get_or_init(|| tls))
    }

    /// Opens a new stream to an address, within the limit: name lookup, TCP, proxy and TLS together.
    pub(crate) async fn dial(&self, address: &Uri) -> io::Result<Box<dyn Stream>> {
        let limit = self.limit;
        if let Ok(opened) = tokio::time::timeout(limit, self.open(address)).await {
            opened
        } else {
            let reason = format!("{} could not be reached within {limit:?}", host_and_port(address));
            Err(io::Error::new(io::ErrorKind::TimedOut, reason))
        }
    }

    async fn open(&self, address: &Uri) -> io::Result<Box<dyn Stream>> {
        if address.scheme() != Some(&Scheme::HTTPS) {
            return self.connector.connect(address).await;
        }
        let mut tls = self.tls().map_err(io::Error::other)?.clone();
        let stream = tls.call(address.clone()).await.map_err(|error| {
            // A failure of the connector is passed on as it is.
            let error = error.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error);
            // A failure of the handshake is wrapped once more.
            if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<io::Error>) {
                Unreachable::explain(address, error)
            } else {
                error
            }
        })?;
        Ok(Box::new(TokioIo::new(stream)))
    }
}

/// The connector under TLS.
#[derive(Clone, Debug)]
struct Plain(Arc<dyn Connect>);

impl Service<Uri> for Plain {
    type Response = TokioIo<Box<dyn Stream>>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let connector = Arc::clone(&self.0);
        Box::pin(async move { connector.connect(&address).await.map(TokioIo::new) })
    }
}

impl Connection for Box<dyn Stream> {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::pin::Pin;

    use tokio::io::{AsyncRead, ReadBuf};

    use super::*;
    use crate::connect::Connecting;

    /// Connects `http://open.example` at once, and every other host never.
    #[derive(Debug)]
    struct Scripted;

    impl Connect for Scripted {
        fn connect(&self, address: &Uri) -> Connecting<'_> {
            let open = address.host() == Some("open.example");
            Box::pin(async move {
                if !open {
                    std::future::pending::<()>().await;
                }
                Ok(Box::new(Cursor::new(b"hello".to_vec())) as Box<dyn Stream>)
            })
        }
    }

    fn dialer(ca_bundle: Option<PathBuf>) -> Dialer {
        let network = Network { connector: Some(Arc::new(Scripted)), ca_bundle, ..Network::default() };
        Dialer::new(&network, Duration::from_millis(20)).unwrap()
    }

    #[tokio::test]
    async fn a_dialed_http_address_is_the_connectors_stream() {
        let mut stream = dialer(None).dial(&Uri::from_static("http://open.example")).await.unwrap();
        let mut bytes = [0; 8];
        let mut buffer = ReadBuf::new(&mut bytes);
        std::future::poll_fn(|context| Pin::new(&mut stream).poll_read(context, &mut buffer)).await.unwrap();
        assert_eq!(buffer.filled(), b"hello");
    }

    #[tokio::test]
    async fn dialing_ends_at_the_limit() {
        let error = dialer(None).dial(&Uri::from_static("http://silent.example")).await.err().unwrap();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(error.to_string(), "silent.example:80 could not be reached within 20ms");
    }

    #[tokio::test]
    async fn an_https_address_needs_roots_and_another_does_not() {
        let dialer = dialer(Some(PathBuf::from("/no/such/file")));
        dialer.prepare(&Scheme::HTTP).unwrap();
        assert!(dialer.prepare(&Scheme::HTTPS).unwrap_err().to_string().starts_with("AWS_CA_BUNDLE: "));
        dialer.dial(&Uri::from_static("http://open.example")).await.unwrap();
        let error = dialer.dial(&Uri::from_static("https://open.example")).await.err().unwrap();
        assert!(error.to_string().starts_with("AWS_CA_BUNDLE: "), "{error}");
    }
}
