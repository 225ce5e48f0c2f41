//! Connections over TCP, directly or through an HTTP proxy.

use std::fmt;
use std::io;

use http::Uri;
use http::uri::{Authority, Scheme};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::proxy::matcher::Matcher;
use tower_service::Service as _;

use crate::connect::{Connect, Connecting, Stream};
use crate::error::Error;
use crate::unreachable::{Unreachable, root};

/// Connects by name lookup and TCP; to `https` addresses through the proxy, if one is set.
pub(crate) struct Tcp {
    http: HttpConnector,
    proxies: Matcher,
}

impl Tcp {
    pub(crate) fn new(https_proxy: Option<&str>, no_proxy: Option<&str>) -> Result<Self, Error> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        let mut proxies = Matcher::builder();
        if let Some(proxy) = https_proxy {
            // The message does not quote the URL, since it may contain a password.
            let refuse =
                || Error::config("HTTPS_PROXY: it is not a URL such as http://proxy.example:3128".to_owned());
            let url = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
            let uri: Uri = url.parse().map_err(|_| refuse())?;
            if uri.scheme() != Some(&Scheme::HTTP) || uri.host().is_none_or(str::is_empty) {
                return Err(refuse());
            }
            proxies = proxies.https(url).no(no_proxy.unwrap_or_default());
        }
        Ok(Self { http, proxies: proxies.build() })
    }
}

impl fmt::Debug for Tcp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tcp")
    }
}

impl Connect for Tcp {
    fn connect(&self, address: &Uri) -> Connecting<'_> {
        let (mut http, address) = (self.http.clone(), address.clone());
        Box::pin(async move {
            let stream = match self.proxies.intercept(&address) {
                None => {
                    let connected = http.call(address.clone()).await;
                    connected.map_err(|error| Unreachable::explain(&address, io::Error::other(error)))?
                }
                Some(proxy) => {
                    let name = proxy.uri().authority().map(Authority::host).unwrap_or_default().to_owned();
                    let mut tunnel = Tunnel::new(proxy.uri().clone(), http);
                    if let Some(auth) = proxy.basic_auth() {
                        tunnel = tunnel.with_auth(auth.clone());
                    }
                    let opened = tunnel.call(address).await;
                    opened.map_err(|error| {
                        Unreachable::through_proxy(io::Error::other(ProxyError { name, error }))
                    })?
                }
            };
            Ok(Box::new(stream.into_inner()) as Box<dyn Stream>)
        })
    }
}

/// Returns the reason why a proxy opened no tunnel.
#[derive(Debug)]
struct ProxyError<E> {
    name: String,
    error: E,
}

impl<E: std::error::Error> fmt::Display for ProxyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {}: {}", self.name, self.error)?;
        if let Some(source) = self.error.source() {
            write!(f, ": {}", root(source))?;
        }
        Ok(())
    }
}

// It has no source, since its text already contains the cause.
impl<E: std::error::Error> std::error::Error for ProxyError<E> {}
