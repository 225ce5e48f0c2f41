//! Accepts connections and serves HTTP/1.1 on them.

use std::sync::Arc;
use std::time::Duration;

use chime_transport::Stream;
use http_body_util::Full;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::DuplexStream;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use super::http::respond;
use super::service::Service;
use crate::connections::{Connection, Connections};

/// The largest request head that is read, in bytes.
const LARGEST_HEAD: usize = 32 * 1024;

/// How long a client may take over the head of a request, the time between two requests included.
const HEAD_LIMIT: Duration = Duration::from_mins(1);

/// Serves connections until the other end of `ended` is dropped, and ends them.
pub(super) async fn run(
    listener: Option<TcpListener>,
    connecting: mpsc::UnboundedReceiver<DuplexStream>,
    service: Arc<Service>,
    mut connections: Connections,
    ended: oneshot::Receiver<()>,
) {
    tokio::select! {
        _ = ended => {}
        () = accept(listener, connecting, service, &mut connections) => {}
    }
    // They have the store until they are gone.
    connections.close().await;
}

/// Accepts connections for ever.
async fn accept(
    listener: Option<TcpListener>,
    mut connecting: mpsc::UnboundedReceiver<DuplexStream>,
    service: Arc<Service>,
    connections: &mut Connections,
) {
    let accepted = async || match &listener {
        Some(listener) => listener.accept().await,
        None => std::future::pending().await,
    };
    loop {
        tokio::select! {
            Some(stream) = connecting.recv() => {
                connections.spawn(|connection| serve(stream, connection, Arc::clone(&service)));
            }
            accepted = accepted() => match accepted {
                Ok((stream, _)) => {
                    // Only a delay is lost where it fails.
                    let _ = stream.set_nodelay(true);
                    connections.spawn(|connection| serve(stream, connection, Arc::clone(&service)));
                }
                // Out of file descriptors, mostly.
                Err(_) => {
                    if !connections.make_room().await {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            }
        }
    }
}

async fn serve(stream: impl Stream, connection: Connection, service: Arc<Service>) {
    let connection = Arc::new(connection);
    let handler = service_fn(move |request| {
        let (service, connection) = (Arc::clone(&service), Arc::clone(&connection));
        async move { respond(&service, request, &connection).await.map(|answer| answer.map(Full::new)) }
    });
    // What goes wrong with a connection is the client's to notice.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), handler)
        .await;
}
