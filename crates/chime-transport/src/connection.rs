//! HTTP over hyper and rustls: one attempt, without signing and retrying.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http::uri::Scheme;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower_service::Service;

use crate::{Error, ErrorKind, crypto};

/// The largest answer that is read. A page of 50 messages of 4,096 and 1,024 characters fits, even if each character
/// is escaped.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// How long a connection may idle in the pool: less than any load balancer of AWS waits.
const IDLE: Duration = Duration::from_secs(20);

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A stream of bytes, such as a socket.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for S {}

/// What [`Connect::connect`] returns.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = io::Result<Box<dyn Stream>>> + Send + 'a>>;

/// Makes connections in place of TCP: through a tunnel of one's own, to a Unix socket, within the process.
///
/// ```
/// use chime_transport::{Connect, Connecting};
/// use http::Uri;
///
/// /// Everything goes to one socket, whatever the address says.
/// #[derive(Debug)]
/// struct Sidecar;
///
/// impl Connect for Sidecar {
///     fn connect(&self, _: &Uri) -> Connecting<'_> {
///         Box::pin(async {
///             let stream = tokio::net::TcpStream::connect(("127.0.0.1", 15001)).await?;
///             Ok(Box::new(stream) as _)
///         })
///     }
/// }
/// ```
///
/// The address is the endpoint's. Where it is `https`, TLS is spoken over the stream as it is over a socket.
/// The limit on the time that a connection may take holds here as well. Proxies are not used.
pub trait Connect: fmt::Debug + Send + Sync + 'static {
    /// A new connection to the host and port of that address.
    fn connect(&self, address: &Uri) -> Connecting<'_>;
}

/// How connections are made.
///
/// ```
/// use chime_transport::Network;
///
/// let behind_a_proxy = Network {
///     https_proxy: Some("http://proxy.example:3128".to_owned()),
///     no_proxy: Some("localhost,.internal.example".to_owned()),
///     ..Network::default()
/// };
/// ```
///
/// `Debug` shows no proxy, since its address may have a password in it.
#[derive(Clone, Default)]
pub struct Network {
    /// The proxy for `https` endpoints, a URL; TLS is spoken with the endpoint through it. Those that are `http` are
    /// called directly.
    pub https_proxy: Option<String>,
    /// What is called without a proxy: host names with all below them, addresses and networks, with commas between;
    /// `*` is everything.
    pub no_proxy: Option<String>,
    /// A file of certificates (PEM) to trust instead of the platform's roots.
    pub ca_bundle: Option<PathBuf>,
    /// What makes connections instead of TCP.
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

/// Pools of connections, one for each scheme.
#[derive(Debug)]
pub(crate) struct Connections {
    connector: Connector,
    ca_bundle: Option<PathBuf>,
    plain: OnceLock<Pool>,
    /// Made when it is first needed: reading the platform's roots takes most of a cold start.
    tls: OnceLock<Pool>,
}

type Pool = Client<Connector, Full<Bytes>>;

impl Connections {
    pub(crate) fn new(network: &Network, connect_limit: Duration) -> Result<Self, Error> {
        let route = match &network.connector {
            Some(connector) => Route::Custom(Arc::clone(connector)),
            None => Route::tcp(network.https_proxy.as_deref(), network.no_proxy.as_deref())?,
        };
        let connector = Connector { route, tls: None, limit: connect_limit };
        let ca_bundle = network.ca_bundle.clone();
        Ok(Self { connector, ca_bundle, plain: OnceLock::new(), tls: OnceLock::new() })
    }

    /// Makes ready for an endpoint of that scheme: for `https`, the roots are read.
    pub(crate) fn prepare(&self, scheme: &Scheme) -> Result<(), Error> {
        self.pool(scheme).map(|_| ())
    }

    fn pool(&self, scheme: &Scheme) -> Result<&Pool, Error> {
        let kept = if *scheme == Scheme::HTTPS { &self.tls } else { &self.plain };
        if let Some(pool) = kept.get() {
            return Ok(pool);
        }
        let mut connector = self.connector.clone();
        if *scheme == Scheme::HTTPS {
            connector.tls = Some(Arc::new(self.tls_config()?));
        }
        let pool = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(kept.get_or_init(|| pool))
    }

    fn tls_config(&self) -> Result<ClientConfig, Error> {
        let roots = self.ca_bundle.as_deref().map_or_else(platform_roots, bundled_roots)?;
        Ok(ClientConfig::builder_with_provider(Arc::new(crypto::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| config(format!("TLS: {error}")))?
            .with_root_certificates(roots)
            .with_no_client_auth())
    }

    /// One request and its whole answer.
    pub(crate) fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> impl Future<Output = Result<http::Response<Bytes>, Unsent>> + Send + use<> {
        // The request is handed over at once, so that it is no part of the future.
        let sent = self
            .pool(request.uri().scheme().unwrap_or(&Scheme::HTTP))
            .map(|pool| pool.request(request.map(Full::new)));
        async move {
            let (head, body) = sent?.await.map_err(Unsent::of)?.into_parts();
            if let Some(used) = head.extensions.get::<Used>() {
                used.0.store(true, Ordering::Relaxed);
            }
            match Limited::new(body, LARGEST_ANSWER).collect().await {
                Ok(body) => Ok(http::Response::from_parts(head, body.to_bytes())),
                Err(error) if !error.is::<LengthLimitError>() => Err(Error::new(ErrorKind::Io(error)).into()),
                Err(_) if head.status.is_success() => {
                    Err(Error::new(ErrorKind::TooLarge(LARGEST_ANSWER)).into())
                }
                // A refusal is one by its status and headers; a page of that size is not the service's.
                Err(_) => Ok(http::Response::from_parts(head, Bytes::new())),
            }
        }
    }
}

/// The certificates that the platform trusts.
fn platform_roots() -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let reason = "TLS: the platform has no root certificates".to_owned();
        let why = found.errors.iter().map(ToString::to_string);
        return Err(config(std::iter::once(reason).chain(why).collect::<Vec<_>>().join("; ")));
    }
    Ok(roots)
}

/// The certificates of a file.
fn bundled_roots(path: &Path) -> Result<RootCertStore, Error> {
    let refuse = |reason: &str| {
        config(format!("AWS_CA_BUNDLE: {} {reason}; expected certificates in PEM", path.display()))
    };
    let mut roots = RootCertStore::empty();
    let unreadable = |error| refuse(&format!("cannot be read: {error}"));
    for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
        roots
            .add(certificate.map_err(unreadable)?)
            .map_err(|error| refuse(&format!("has an unusable certificate: {error}")))?;
    }
    if roots.is_empty() {
        return Err(refuse("has no certificate"));
    }
    Ok(roots)
}

fn config(reason: String) -> Error {
    Error::new(ErrorKind::Config(reason))
}

/// A request without an answer.
#[derive(Debug)]
pub(crate) struct Unsent {
    pub(crate) error: Error,
    /// Whether it went out on a connection that had brought an answer before, and brought none this time: most
    /// likely the other side had closed it already.
    pub(crate) stale: bool,
}

impl From<Error> for Unsent {
    fn from(error: Error) -> Self {
        Self { error, stale: false }
    }
}

impl Unsent {
    fn of(error: ClientError) -> Self {
        let kind = if error.is_connect() { ErrorKind::Connect } else { ErrorKind::Io };
        let mut extras = http::Extensions::new();
        if let Some(connected) = error.connect_info() {
            connected.get_extras(&mut extras);
        }
        // What hyper could not read was an answer all the same.
        let hyper =
            std::error::Error::source(&error).and_then(|source| source.downcast_ref::<hyper::Error>());
        let stale = extras.get::<Used>().is_some_and(|used| used.0.load(Ordering::Relaxed))
            && !hyper.is_some_and(hyper::Error::is_parse);
        Self { error: Error::new(kind(error.into())), stale }
    }
}

/// Whether a connection has brought an answer.
#[derive(Clone, Debug, Default)]
struct Used(Arc<AtomicBool>);

/// Connects within a limit of time: name look-up, TCP, a proxy and TLS together.
#[derive(Clone, Debug)]
struct Connector {
    route: Route,
    tls: Option<Arc<ClientConfig>>,
    limit: Duration,
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<Socket>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let Self { mut route, tls, limit } = self.clone();
        Box::pin(async move {
            let connecting = async {
                match tls {
                    None => route.call(address).await.map(MaybeHttpsStream::Http),
                    Some(tls) => https(&tls, route).call(address).await,
                }
            };
            tokio::time::timeout(limit, connecting)
                .await
                .unwrap_or_else(|_| Err(format!("it could not be made within {limit:?}").into()))
        })
    }
}

fn https(tls: &ClientConfig, route: Route) -> HttpsConnector<Route> {
    HttpsConnectorBuilder::new()
        .with_tls_config(tls.clone())
        .https_only()
        .enable_http1()
        .wrap_connector(route)
}

/// The way that bytes take.
#[derive(Clone)]
enum Route {
    Tcp { http: HttpConnector, proxies: Arc<Matcher> },
    Custom(Arc<dyn Connect>),
}

impl Route {
    fn tcp(https_proxy: Option<&str>, no_proxy: Option<&str>) -> Result<Self, Error> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        let mut proxies = Matcher::builder();
        if let Some(proxy) = https_proxy {
            // Its address is not shown: it may have a password in it.
            let refuse =
                || config("HTTPS_PROXY: it is not a URL such as http://proxy.example:3128".to_owned());
            let url = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
            let uri: Uri = url.parse().map_err(|_| refuse())?;
            if uri.scheme() != Some(&Scheme::HTTP) || uri.host().is_none_or(str::is_empty) {
                return Err(refuse());
            }
            proxies = proxies.https(url).no(no_proxy.unwrap_or_default());
        }
        Ok(Self::Tcp { http, proxies: Arc::new(proxies.build()) })
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { .. } => f.write_str("Tcp"),
            Self::Custom(connector) => connector.fmt(f),
        }
    }
}

impl Service<Uri> for Route {
    type Response = TokioIo<Socket>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let route = self.clone();
        Box::pin(async move {
            let stream: Box<dyn Stream> = match route {
                Self::Custom(connector) => connector.connect(&address).await?,
                Self::Tcp { mut http, proxies } => match proxies.intercept(&address) {
                    None => Box::new(http.call(address).await?.into_inner()),
                    Some(proxy) => {
                        let name = proxy.uri().authority().map(http::uri::Authority::host);
                        let name = name.unwrap_or_default().to_owned();
                        let mut tunnel = Tunnel::new(proxy.uri().clone(), http);
                        if let Some(auth) = proxy.basic_auth() {
                            tunnel = tunnel.with_auth(auth.clone());
                        }
                        let stream = tunnel.call(address).await;
                        Box::new(stream.map_err(|error| ProxyError { name, error })?.into_inner())
                    }
                },
            };
            Ok(TokioIo::new(Socket { stream, used: Used::default() }))
        })
    }
}

/// What a proxy did not do.
#[derive(Debug)]
struct ProxyError<E> {
    name: String,
    error: E,
}

impl<E: std::error::Error> fmt::Display for ProxyError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the proxy {}: {}", self.name, self.error)?;
        if let Some(source) = self.error.source() {
            write!(f, ": {}", crate::error::root(source))?;
        }
        Ok(())
    }
}

// What is behind it is in its text already.
impl<E: std::error::Error> std::error::Error for ProxyError<E> {}

/// A connection, whatever it consists of.
struct Socket {
    stream: Box<dyn Stream>,
    used: Used,
}

impl Connection for Socket {
    fn connected(&self) -> Connected {
        Connected::new().extra(self.used.clone())
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}
