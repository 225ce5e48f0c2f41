//! HTTP over pooled connections: one request and its whole response.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderValue;
use http::header::HOST;
use http::uri::{Authority, PathAndQuery, Scheme};
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Incoming};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connect::Stream;
use crate::dial::Dialer;
use crate::error::{Error, ErrorKind};
use crate::idle::{Connection, Idle};
use crate::interim::Interim;

/// The largest answer that is read. A page of 50 messages of 4,096 and 1,024 characters fits, even if each character
/// is escaped.
const LARGEST_ANSWER: usize = 4 * 1024 * 1024;

/// Sends requests over connections that it dials and keeps for the next request.
#[derive(Debug)]
pub(crate) struct Pool {
    dialer: Dialer,
    idle: Arc<Idle>,
}

impl Pool {
    pub(crate) fn new(dialer: Dialer) -> Self {
        Self { dialer, idle: Arc::default() }
    }

    /// Returns the dialer of new connections.
    pub(crate) fn dialer(&self) -> &Dialer {
        &self.dialer
    }

    /// Prepares for an endpoint of a scheme: for `https`, reads the root certificates.
    pub(crate) fn prepare(&self, scheme: &Scheme) -> Result<(), Error> {
        self.dialer.prepare(scheme)
    }

    /// Sends one request, whose URI must be complete, and reads the whole answer.
    pub(crate) async fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, SendError> {
        let (mut request, scheme, authority) = prepared(request)?;
        self.prepare(&scheme)?;
        let (mut connection, response) = loop {
            let mut connection = match self.idle.take(&scheme, &authority).await {
                Some(connection) => connection,
                None => self.open(&scheme, &authority).await?,
            };
            match connection.sender.try_send_request(request).await {
                Ok(response) => break (connection, response),
                Err(mut failure) => match failure.take_message() {
                    // It was closed before it took the request.
                    Some(unsent) if connection.answered => request = unsent,
                    _ => return Err(SendError::of(failure.into_error(), connection.answered)),
                },
            }
        };
        let (head, body) = response.into_parts();
        let body = whole(body, LARGEST_ANSWER).await.map_err(|error| SendError::of(error, false))?;
        match body {
            Some(body) => {
                connection.answered = true;
                self.idle.put(connection);
                Ok(http::Response::from_parts(head, body))
            }
            None if head.status.is_success() => Err(Error::new(ErrorKind::TooLarge(LARGEST_ANSWER)).into()),
            // Status and headers are enough for a refusal; a body of that size is not the service's.
            None => Ok(http::Response::from_parts(head, Bytes::new())),
        }
    }

    /// Opens a new connection.
    async fn open(&self, scheme: &Scheme, authority: &Authority) -> Result<Connection, Error> {
        let connect = |error: io::Error| Error::new(ErrorKind::Connect(error.into()));
        let address = http::uri::Builder::new().scheme(scheme.clone()).authority(authority.clone());
        let address =
            address.path_and_query("/").build().map_err(|error| connect(io::Error::other(error)))?;
        let stream = self.dialer.dial(&address).await.map_err(connect)?;
        let socket = TokioIo::new(Socket { stream, interim: Interim::default() });
        let (sender, connection) =
            http1::handshake(socket).await.map_err(|error| connect(io::Error::other(error)))?;
        // It ends with its sender, or with an error that the sender reports.
        tokio::spawn(connection);
        Ok(Connection::new(scheme.clone(), authority.clone(), sender))
    }
}

/// A request as a connection sends it, with its path alone, and the address of the connection.
fn prepared(request: http::Request<Bytes>) -> Result<(http::Request<Full<Bytes>>, Scheme, Authority), Error> {
    let mut request = request.map(Full::new);
    let mut uri = std::mem::take(request.uri_mut()).into_parts();
    let (Some(scheme), Some(authority)) = (uri.scheme.take(), uri.authority.take()) else {
        return Err(Error::config("a request without an address".to_owned()));
    };
    *request.uri_mut() = uri.path_and_query.unwrap_or_else(|| PathAndQuery::from_static("/")).into();
    if !request.headers().contains_key(HOST) {
        let host = authority.as_str().rsplit('@').next().unwrap_or_default();
        let host = HeaderValue::from_str(host).map_err(|error| Error::config(format!("host: {error}")))?;
        request.headers_mut().insert(HOST, host);
    }
    Ok((request, scheme, authority))
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
    /// The error of a connection, which may have brought an answer before.
    fn of(error: hyper::Error, answered: bool) -> Self {
        // A response that hyper cannot parse is an answer all the same.
        let stale = answered && !error.is_parse();
        Self { error: Error::new(ErrorKind::Io(error.into())), stale }
    }
}

/// A dialed stream with its limit.
struct Socket {
    stream: Box<dyn Stream>,
    interim: Interim,
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
