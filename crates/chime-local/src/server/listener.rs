//! Accepts connections and serves HTTP/1.1 on them.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use chime_transport::Stream;
use chime_types::Timestamp;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Sleep, sleep, timeout};

use super::bind::Listening;
use super::bots::invoke_bots;
use super::http::{Beginning, Slot, respond};
use super::processors::invoke_processors;
use super::service::Service;
#[cfg(feature = "tls")]
use super::tls::Secured;
use crate::connections::{Connection, Connections};
use crate::origins::Arrival;
use crate::sessions;
use crate::store::Time;

/// The largest request head that is read, in bytes: four times what is accepted, so that most of those that are too large
/// get an answer that says so.
const LARGEST_HEAD: usize = 128 * 1024;

/// The time and the number of bytes for which a connection that the service closes is still read: a client that is
/// still sending would not get its answer otherwise.
const LINGER: (Duration, usize) = (Duration::from_secs(1), 1024 * 1024);

/// The time that a client may take for the head of a request, including the time between two requests.
const HEAD_LIMIT: Duration = Duration::from_mins(1);

/// The time that sessions have to end when the service does.
const SESSIONS_END: Duration = Duration::from_secs(2);

/// Serves connections until the other end of `ended` is dropped, and ends them.
pub(super) async fn run(
    listening: Arc<Listening>,
    connecting: mpsc::UnboundedReceiver<DuplexStream>,
    service: Arc<Service>,
    mut connections: Connections,
    ended: oneshot::Receiver<()>,
) {
    tokio::select! {
        _ = ended => {}
        () = accept(listening, connecting, Arc::clone(&service), &mut connections) => {}
        () = service.purge() => {}
        () = invoke_processors(&service) => {}
        () = invoke_bots(&service) => {}
        () = service.deliver() => {}
    }
    let _ = timeout(SESSIONS_END, service.sessions.close_all()).await;
    // They have the store until they are gone.
    connections.close().await;
}

/// Accepts connections for ever.
async fn accept(
    listening: Arc<Listening>,
    mut connecting: mpsc::UnboundedReceiver<DuplexStream>,
    service: Arc<Service>,
    connections: &mut Connections,
) {
    loop {
        tokio::select! {
            Some(stream) = connecting.recv() => {
                connections.spawn(|connection| serve(stream, Arrival::Process, connection, Arc::clone(&service)));
            }
            accepted = listening.accept() => match accepted {
                Ok(stream) => {
                    let (listening, service) = (Arc::clone(&listening), Arc::clone(&service));
                    connections.spawn(|connection| serve_socket(stream, listening, connection, service));
                }
                // Out of file descriptors, mostly.
                Err(_) => {
                    if !connections.make_room().await {
                        sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        }
    }
}

/// Serves HTTP and, if the service has TLS, HTTPS.
#[cfg_attr(
    not(feature = "tls"),
    expect(unused_variables, reason = "the sockets are all that is known of it")
)]
async fn serve_socket(
    stream: TcpStream,
    listening: Arc<Listening>,
    connection: Connection,
    service: Arc<Service>,
) {
    #[cfg(feature = "tls")]
    let stream = match &listening.tls {
        None => stream,
        Some(tls) => match tls.accept(stream, HEAD_LIMIT).await {
            Ok(Secured::Plain(stream)) => stream,
            Ok(Secured::Tls(stream)) => return serve(stream, Arrival::Tls, connection, service).await,
            // What goes wrong with a handshake is the client's to notice.
            Err(_) => return,
        },
    };
    serve(stream, Arrival::Network, connection, service).await;
}

async fn serve(stream: impl Stream, arrival: Arrival, connection: Connection, service: Arc<Service>) {
    let (connection, slot) = (Arc::new(connection), Arc::new(Slot::default()));
    let (of_requests, begins) = (Arc::clone(&service), Arc::clone(&slot));
    let answering = Arc::clone(&connection);
    let handler = service_fn(move |request| {
        let (service, connection, slot) =
            (Arc::clone(&of_requests), Arc::clone(&answering), Arc::clone(&begins));
        let answer = async move { respond(&service, request, arrival, &connection, &slot).await };
        // hyper gives the stream back only if it may move the future.
        Box::pin(answer)
    });
    let mut served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(Lingering::new(stream)), handler);
    // The client notices a failure of its connection.
    let outcome = poll_fn(|context| served.poll_without_shutdown(context)).await;
    let parts = served.into_parts();
    let mut stream = parts.io.into_inner();
    let beginning = slot.lock().unwrap_or_else(PoisonError::into_inner).take();
    // A client that sends before its handshake is answered speaks no WebSocket.
    if let Some(beginning) = beginning.filter(|_| outcome.is_ok() && parts.read_buf.is_empty()) {
        let _answering = connection.answering();
        serve_session(&mut stream, beginning, &service).await;
    }
    let _ = stream.shutdown().await;
}

/// Serves a session, and logs its end.
async fn serve_session(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    beginning: Beginning,
    service: &Service,
) {
    let Beginning { accepting, verdict } = beginning;
    let now = Time::from(Timestamp::from(service.clock.now()));
    let surroundings = (&*service.store, &service.sessions, now);
    let end = sessions::serve(stream, accepting, verdict, surroundings).await;
    service.log.notice(&end.to_string());
}

/// A stream that, once it is shut down from here, is read until the other side has ended too.
struct Lingering<S> {
    stream: S,
    /// The remaining time and bytes; `None` before the connection is shut down.
    left: Option<(Pin<Box<Sleep>>, usize)>,
}

impl<S: Stream> Lingering<S> {
    fn new(stream: S) -> Self {
        Self { stream, left: None }
    }
}

impl<S: Stream> AsyncRead for Lingering<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: Stream> AsyncWrite for Lingering<S> {
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
        let Self { stream, left } = &mut *self;
        if left.is_none() {
            ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
        }
        let (end, bytes) = left.get_or_insert_with(|| (Box::pin(sleep(LINGER.0)), LINGER.1));
        let mut buffer = [0; 4096];
        while end.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut buffer);
            ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer))?;
            let read = buffer.filled().len();
            if read == 0 || read > *bytes {
                break;
            }
            *bytes -= read;
        }
        Poll::Ready(Ok(()))
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
