//! The answer that every client gets, and a server that gives it to everything at once.

use std::convert::Infallible;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// The body: every member of the answer, 591 bytes.
pub const BODY: &[u8] = include_bytes!("answer.json");

/// The response, with the headers that the service sends.
#[must_use]
pub fn response() -> http::Response<Bytes> {
    http::Response::builder()
        .header("content-type", "application/json")
        .header("x-amzn-requestid", "0b7f6f2e-5d3e-4c39-8f6b-6f0f9d3c2a11")
        .body(Bytes::from_static(BODY))
        .unwrap()
}

/// Keeps the server from sleeping: waking it costs its clients time, and the slower ones more of it.
pub async fn stay_awake() {
    loop {
        tokio::task::yield_now().await;
    }
}

/// Gives the answer to every request, for ever.
pub async fn serve(listener: TcpListener) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        tokio::spawn(async move {
            let answer =
                service_fn(async |_: http::Request<Incoming>| Ok::<_, Infallible>(response().map(Full::new)));
            // A client may close its connection.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
        });
    }
}
