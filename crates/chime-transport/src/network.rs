//! The settings of connections.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::connect::Connect;

/// The settings for connections: proxies, trusted certificates, and streams in place of TCP.
///
/// ```
#[doc = import!("Network")]
///
/// let behind_a_proxy = Network {
///     https_proxy: Some("http://proxy.example:3128".to_owned()),
///     no_proxy: Some("localhost,.internal.example".to_owned()),
///     ..Network::default()
/// };
/// ```
///
/// `Debug` redacts the proxy, since its URL may contain a password.
#[derive(Clone, Default)]
pub struct Network {
    /// The URL of the proxy for `https` endpoints. TLS runs through it to the endpoint. `http` endpoints are called
    /// directly.
    pub https_proxy: Option<String>,
    /// The hosts that are called without a proxy: host names (with their subdomains), addresses and networks, separated
    /// by commas. `*` means every host.
    pub no_proxy: Option<String>,
    /// A PEM file of certificates to trust instead of the platform's roots.
    pub ca_bundle: Option<PathBuf>,
    /// The connector that is used instead of TCP.
    pub connector: Option<Arc<dyn Connect>>,
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network")
            .field("https_proxy", &self.https_proxy.as_ref().map(|_| format_args!("[a URL]")))
            .field("no_proxy", &self.no_proxy)
            .field("ca_bundle", &self.ca_bundle)
            .field("connector", &self.connector)
            .finish()
    }
}
