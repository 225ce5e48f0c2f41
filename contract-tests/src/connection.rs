//! Connections to the local service on which requests are sent unchanged, and the requests that most tests send there.

use std::time::SystemTime;

use bytes::Bytes;
use chime_client::operations::DescribeChannelMembershipForAppInstanceUser;
use chime_client::wire;
use chime_local::{Demo, RunningService};
use chime_transport::sigv4::Signer;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Connects to the service at that address.
pub async fn connect(url: &str) -> SendRequest<Full<Bytes>> {
    let stream = tokio::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    sender
}

/// Sends a request unchanged and reads the whole answer.
pub async fn send(sender: &mut SendRequest<Full<Bytes>>, request: Request<Bytes>) -> Response<Bytes> {
    sender.ready().await.unwrap();
    let response = sender.send_request(request.map(Full::new)).await.unwrap();
    let (head, body) = response.into_parts();
    Response::from_parts(head, body.collect().await.unwrap().to_bytes())
}

/// A request in which the demo user describes their own membership, signed at the system's time.
pub fn signed(local: &RunningService) -> Request<Bytes> {
    let demo = Demo::new();
    let question = DescribeChannelMembershipForAppInstanceUser::builder()
        .channel_arn(demo.channel_arn())
        .app_instance_user_arn(demo.app_instance_user_arn())
        .chime_bearer(demo.app_instance_user_arn())
        .build()
        .unwrap();
    let mut request = wire::encode_request(&question).unwrap();
    *request.uri_mut() = format!("{}{}", local.endpoint_url(), request.uri()).parse().unwrap();
    sign_now(local, request)
}

/// Signs a request at the system's time, by which the service judges it, and gives it the form that is sent.
pub fn sign_now(local: &RunningService, mut request: Request<Bytes>) -> Request<Bytes> {
    #[allow(clippy::disallowed_methods, reason = "the service judges by the system's clock")]
    let now = SystemTime::now();
    Signer::default().sign(&mut request, &local.credentials(), "us-east-1", now.into()).unwrap();
    *request.uri_mut() = request.uri().path_and_query().unwrap().as_str().parse().unwrap();
    request
}

/// A request that the administrative path accepts.
pub fn administrative(method: &str, path: &str, body: impl Into<Bytes>) -> Request<Bytes> {
    Request::builder()
        .method(method)
        .uri(format!("/_local/{path}"))
        .header("host", "localhost:8090")
        .header("x-chime-local", "admin")
        .body(body.into())
        .unwrap()
}

/// Sends bytes as they are to the service at that address, and reads until it closes the connection.
pub async fn exchange(url: &str, sent: &[u8]) -> String {
    let mut stream = tokio::net::TcpStream::connect(url.strip_prefix("http://").unwrap()).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let mut answer = Vec::new();
    let (written, read) = tokio::join!(writer.write_all(sent), reader.read_to_end(&mut answer));
    written.and(read).unwrap();
    String::from_utf8(answer).unwrap()
}
