//! Dialing: a stream to an address, with TLS if the address is `https`.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio_rustls::TlsConnector;

use crate::connect::{Connect, Stream};
use crate::crypto;
use crate::error::Error;
use crate::network::Network;
use crate::roots::{bundled_roots, platform_roots};
use crate::tcp::Tcp;

/// Dials addresses as a [`Network`] says, each within a time limit.
#[derive(Debug)]
pub(crate) struct Dialer {
    connector: Arc<dyn Connect>,
    limit: Duration,
    ca_bundle: Option<PathBuf>,
    /// Made when it is first needed, since reading the platform's roots takes most of a cold start.
    tls: OnceLock<Arc<ClientConfig>>,
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

    fn tls(&self) -> Result<&Arc<ClientConfig>, Error> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls);
        }
        let roots = self.ca_bundle.as_deref().map_or_else(platform_roots, bundled_roots)?;
        let tls = ClientConfig::builder_with_provider(Arc::new(crypto::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::config(format!("TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(self.tls.get_or_init(|| Arc::new(tls)))
    }

    /// Opens a new stream to an address, within the limit: name lookup, TCP, proxy and TLS together.
    pub(crate) async fn dial(&self, address: &Uri) -> io::Result<Box<dyn Stream>> {
        let limit = self.limit;
        tokio::time::timeout(limit, self.open(address)).await.unwrap_or_else(|_| {
            Err(io::Error::new(io::ErrorKind::TimedOut, format!("it could not be made within {limit:?}")))
        })
    }

    async fn open(&self, address: &Uri) -> io::Result<Box<dyn Stream>> {
        let stream = self.connector.connect(address).await?;
        if address.scheme() != Some(&Scheme::HTTPS) {
            return Ok(stream);
        }
        let tls = TlsConnector::from(Arc::clone(self.tls().map_err(io::Error::other)?));
        let stream = tls.connect(server_name(address)?, stream).await?;
        Ok(Box::new(stream))
    }
}

/// The name that the server's certificate must have.
fn server_name(address: &Uri) -> io::Result<ServerName<'static>> {
    let host = address.host().unwrap_or_default();
    // An IPv6 address is in brackets.
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    ServerName::try_from(host.to_owned()).map_err(io::Error::other)
}
