//! The connection of a WebSocket: a signed request, sent over a connection that is dialed as those of calls are.

use std::fmt;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::time::{Duration, SystemTime};

use aws_smithy_types::base64;
use bytes::Bytes;
use chime_types::wire;
use http::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE, USER_AGENT,
};
use http::uri::Authority;
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::time::Instant;

use crate::connect::Stream;
use crate::credentials::{Credentials, CredentialsError};
use crate::crypto;
use crate::error::{Error, ErrorKind, TimeLimit};
use crate::transport::Transport;
use crate::websocket::websocket_accept;

/// The validity of the signature of a request.
const EXPIRES: Duration = Duration::from_secs(10);

/// The largest body of a refusal that is read.
const LARGEST_REFUSAL: usize = 64 * 1024;

/// The connection of a WebSocket, ready for its first frame.
///
/// `Debug` shows neither the credentials nor the address, whose query is a secret.
pub struct WebSocketConnection {
    /// The stream of bytes after the response.
    pub stream: Box<dyn Stream>,
    /// The credentials that signed the request.
    pub credentials: Credentials,
}

impl fmt::Debug for WebSocketConnection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebSocketConnection").finish_non_exhaustive()
    }
}

/// What real-time sessions need besides calls.
impl Transport {
    /// Returns the time by which requests are signed, corrected by what refusals have shown.
    #[must_use]
    pub fn now(&self) -> SystemTime {
        self.shared.clock.now()
    }

    /// Asks the source of the credentials again, unless they say when they expire.
    pub async fn renew_credentials(&self) {
        self.shared.credentials.renew().await;
    }

    /// Forgets credentials that were refused, and returns those that the source has now.
    ///
    /// # Errors
    /// Returns an error if the source has no credentials.
    pub async fn replace_credentials(&self, refused: &Credentials) -> Result<Credentials, Error> {
        self.shared.credentials.forget(refused);
        self.shared.credentials.get().await.map_err(|error| Error::new(ErrorKind::Credentials(error)))
    }

    /// Opens the connection of a WebSocket. The query of the address is signed as of `time`, for ten seconds.
    ///
    /// The connection is dialed within its time limit, through a proxy or a connector as those of calls. It is never
    /// one of the pool's. The response must come within the time limit of an attempt.
    ///
    /// # Errors
    /// Returns an error without credentials, without a connection, or for a response other than `101`.
    pub async fn open_websocket(&self, address: Uri, time: SystemTime) -> Result<WebSocketConnection, Error> {
        let begun = Instant::now();
        let host = address.authority().map(Authority::to_string).unwrap_or_default();
        let limit = self.shared.timeouts.attempt;
        let opened = match tokio::time::timeout(limit, self.open(address, time)).await {
            Ok(opened) => opened,
            Err(_) => Err(Error::new(ErrorKind::Timeout(TimeLimit::Attempt, limit))),
        };
        let elapsed = begun.elapsed();
        match &opened {
            Ok(_) => tracing::debug!(host, ?elapsed, "opened a WebSocket"),
            Err(error) => tracing::debug!(host, ?elapsed, %error, "could not open a WebSocket"),
        }
        opened
    }

    async fn open(&self, address: Uri, time: SystemTime) -> Result<WebSocketConnection, Error> {
        let credentials = self.shared.credentials.get_valid_for(EXPIRES).await;
        let credentials = credentials.map_err(ErrorKind::Credentials).map_err(Error::new)?;
        let key = random_key();
        let request = self.upgrade_request(address.clone(), &key, &credentials, time)?;
        let connect = |error: std::io::Error| {
            let error = Error::new(ErrorKind::Connect(error.into()));
            let hint = self.endpoint.hint(&error);
            error.with_hint(hint)
        };
        let stream = self.shared.pool.dialer().dial(&address).await.map_err(connect)?;
        let stream = upgrade(stream, request, &key).await?;
        Ok(WebSocketConnection { stream, credentials })
    }

    /// The request for a WebSocket, whose query carries the signature.
    fn upgrade_request(
        &self,
        address: Uri,
        key: &str,
        credentials: &Credentials,
        time: SystemTime,
    ) -> Result<Request<Empty<Bytes>>, Error> {
        let invalid = |_: http::Error| Error::config("session: its host is not a host name".to_owned());
        let mut request = Request::get(address).body(Bytes::new()).map_err(invalid)?;
        let region = self.endpoint.region();
        self.shared.signer.sign_query(&mut request, credentials, region, time.into(), EXPIRES).map_err(
            |_| {
                let reason = "the access key id or the session token cannot stand in a query";
                Error::new(ErrorKind::Credentials(CredentialsError::new(reason)))
            },
        )?;
        let headers = request.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        headers.insert(SEC_WEBSOCKET_KEY, HeaderValue::from_str(key).map_err(|error| invalid(error.into()))?);
        headers.insert(USER_AGENT, self.shared.user_agent.clone());
        // On the connection itself, a request has its path alone.
        let target = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
        *request.uri_mut() = target.parse::<Uri>().map_err(|error| invalid(error.into()))?;
        Ok(request.map(|_| Empty::new()))
    }
}

/// A key of a handshake: 16 random bytes. It guards against mistakes, and is not a secret.
fn random_key() -> String {
    let token = crypto::random_token().and_then(|token| u128::from_str_radix(&token, 16).ok());
    base64::encode(token.unwrap_or_default().to_be_bytes())
}

/// Sends the request for a WebSocket over a stream, and returns what is left of the stream after the response.
async fn upgrade(
    stream: Box<dyn Stream>,
    request: Request<Empty<Bytes>>,
    key: &str,
) -> Result<Box<dyn Stream>, Error> {
    let io = |error: hyper::Error| Error::new(ErrorKind::Io(error.into()));
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(io)?;
    let mut connection = Some(connection.with_upgrades());
    let mut response = during(&mut connection, pin!(sender.send_request(request))).await.map_err(io)?;
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        let (head, body) = response.into_parts();
        let body = during(&mut connection, pin!(whole(body))).await;
        let refusal = wire::decode_error(&Response::from_parts(head, body));
        return Err(Error::new(ErrorKind::Service(refusal)));
    }
    let accept = response.headers().get(SEC_WEBSOCKET_ACCEPT);
    if accept.is_none_or(|accept| accept.as_bytes() != websocket_accept(key).as_bytes()) {
        let reason = "the answer to the WebSocket handshake has no Sec-WebSocket-Accept of the request";
        return Err(Error::new(ErrorKind::Io(reason.into())));
    }
    let upgraded = hyper::upgrade::on(&mut response);
    let upgraded = during(&mut connection, pin!(upgraded)).await.map_err(io)?;
    Ok(Box::new(TokioIo::new(upgraded)))
}

/// The body of a refusal, or nothing if it is large or does not come.
async fn whole(body: Incoming) -> Bytes {
    Limited::new(body, LARGEST_REFUSAL)
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default()
}

/// Awaits a future while the connection that it needs makes progress.
async fn during<F: Future>(
    connection: &mut Option<impl Future<Output = hyper::Result<()>> + Unpin>,
    mut future: Pin<&mut F>,
) -> F::Output {
    poll_fn(|context| {
        // Its error reaches the future, too.
        if connection.as_mut().is_some_and(|connection| Pin::new(connection).poll(context).is_ready()) {
            *connection = None;
        }
        future.as_mut().poll(context)
    })
    .await
}
