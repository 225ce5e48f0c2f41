//! HTTP over pooled connections: one request and its whole response.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::Uri;
use http::uri::Scheme;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connect::Stream;
use crate::dial::Dialer;
use crate::error::{Error, ErrorKind};
use crate::interim::Interim;

/// The largest answer that is read. A page of 50 messages of 4,096 and 1,024 characters fits, even if each character
/// is escaped.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// The time for which a connection may be idle in the pool: less than any load balancer of AWS waits.
const IDLE: Duration = Duration::from_secs(20);

/// Sends requests over connections that it dials and keeps for the next request.
#[derive(Debug)]
pub(crate) struct Pool {
    dialer: Arc<Dialer>,
    client: Client<Connector, Full<Bytes>>,
}

impl Pool {
    pub(crate) fn new(dialer: Dialer) -> Self {
        let dialer = Arc::new(dialer);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(Connector(Arc::clone(&dialer)));
        Self { dialer, client }
    }

    /// Returns the dialer of new connections.
    pub(crate) fn dialer(&self) -> &Dialer {
        &self.dialer
    }

    /// Prepares for an endpoint of a scheme: for `https`, reads the root certificates.
    pub(crate) fn prepare(&self, scheme: &Scheme) -> Result<(), Error> {
        self.dialer.prepare(scheme)
    }

    /// Sends one request and reads the whole answer.
    pub(crate) fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> impl Future<Output = Result<http::Response<Bytes>, SendError>> + Send + use<> {
        // hyper gets the request now, so that this future does not contain it.
        let sent = self
            .prepare(request.uri().scheme().unwrap_or(&Scheme::HTTP))
            .map(|()| self.client.request(request.map(Full::new)));
        async move {
            let (head, body) = sent?.await.map_err(SendError::of)?.into_parts();
            if let Some(answered) = head.extensions.get::<Answered>() {
                answered.0.store(true, Ordering::Relaxed);
            }
            match whole(body, LARGEST_ANSWER).await {
                Ok(Some(body)) => Ok(http::Response::from_parts(head, body)),
                Ok(None) if head.status.is_success() => {
                    Err(Error::new(ErrorKind::TooLarge(LARGEST_ANSWER)).into())
                }
                // Status and headers are enough for a refusal; a body of that size is not the service's.
                Ok(None) => Ok(http::Response::from_parts(head, Bytes::new())),
                Err(error) => Err(Error::new(ErrorKind::Io(error.into())).into()),
            }
        }
    }
}

/// A whole body, in one buffer however small its pieces are; none if it is larger than `largest`.
async fn whole(mut body: Incoming, largest: usize) -> Result<Option<Bytes>, hyper::Error> {
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if data.len() > largest - whole.len() {
            return Ok(None);
        }
        // Most answers are one piece, which need not be copied.
        if whole.is_empty() && body.is_end_stream() {
            return Ok(Some(data));
        }
        whole.extend_from_slice(&data);
    }
    Ok(Some(whole.into()))
}

/// The reason why a request has no response.
#[derive(Debug)]
pub(crate) struct SendError {
    pub(crate) error: Error,
    /// Whether the connection had brought an answer before and brought none this time: most likely the other side had
    /// closed it already.
    pub(crate) stale: bool,
}

impl From<Error> for SendError {
    fn from(error: Error) -> Self {
        Self { error, stale: false }
    }
}

impl SendError {
    fn of(error: ClientError) -> Self {
        let kind = if error.is_connect() { ErrorKind::Connect } else { ErrorKind::Io };
        let mut extras = http::Extensions::new();
        if let Some(connected) = error.connect_info() {
            connected.get_extras(&mut extras);
        }
        // A response that hyper cannot parse is an answer all the same.
        let hyper =
            std::error::Error::source(&error).and_then(|source| source.downcast_ref::<hyper::Error>());
        let stale = extras.get::<Answered>().is_some_and(|answered| answered.0.load(Ordering::Relaxed))
            && !hyper.is_some_and(hyper::Error::is_parse);
        Self { error: Error::new(kind(error.into())), stale }
    }
}

/// Whether a connection has brought an answer.
///
/// hyper's pool does not tell whether it reused a connection. So each connection carries this flag, and the pool hands
/// it to every answer and error of that connection.
#[derive(Clone, Debug, Default)]
struct Answered(Arc<AtomicBool>);

/// The pool's way to dial.
#[derive(Clone, Debug)]
struct Connector(Arc<Dialer>);

impl tower_service::Service<Uri> for Connector {
    type Response = TokioIo<Socket>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let dialer = Arc::clone(&self.0);
        Box::pin(async move {
            let stream = dialer.dial(&address).await?;
            Ok(TokioIo::new(Socket { stream, answered: Answered::default(), interim: Interim::default() }))
        })
    }
}

/// A dialed stream with its flag and its limit.
struct Socket {
    stream: Box<dyn Stream>,
    answered: Answered,
    interim: Interim,
}

impl Connection for Socket {
    fn connected(&self) -> Connected {
        Connected::new().extra(self.answered.clone())
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        Poll::Ready(self.interim.received(buffer.filled().get(before..).unwrap_or_default()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.interim.request();
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
        self.interim.request();
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }
}
