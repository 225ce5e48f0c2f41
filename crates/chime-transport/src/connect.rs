//! Streams of bytes, and the trait of what makes them.

use std::fmt;
use std::io;
use std::pin::Pin;

use http::Uri;
use tokio::io::{AsyncRead, AsyncWrite};

/// A stream of bytes, such as a socket.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin + 'static> Stream for S {}

/// The future that [`Connect::connect`] returns.
pub type Connecting<'a> = Pin<Box<dyn Future<Output = io::Result<Box<dyn Stream>>> + Send + 'a>>;

/// Makes connections in place of TCP: through a tunnel, to a Unix socket, within the process.
///
/// ```
#[doc = import!("{Connect, Connecting}")]
/// use http::Uri;
///
/// /// Connects every address to one socket.
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
/// The address is the endpoint's. If it is `https`, TLS runs over the stream as it does over a socket. The time limit
/// for a new connection applies. Proxies are not used.
pub trait Connect: fmt::Debug + Send + Sync + 'static {
    /// Connects to the host and port of an address.
    fn connect(&self, address: &Uri) -> Connecting<'_>;
}
