//! The request for a session: the handshake of a WebSocket, and who asks for it.
//!
//! Whatever the service holds against a session, the handshake succeeds, and the session is closed with a code.

use chime_transport::websocket_accept;
use chime_types::AppInstanceUserArn;
use http::header::{
    CONNECTION, HeaderName, HeaderValue, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION,
    UPGRADE,
};
use http::{HeaderMap, Method, Request, Response, StatusCode};
use percent_encoding::percent_decode_str;

use crate::refusal::Refusal;

/// The path of sessions.
const PATH: &str = "/connect";

/// A session that a request asks for.
#[derive(Debug)]
pub(crate) struct Accepting {
    pub(super) app_instance_user_arn: Option<AppInstanceUserArn>,
    pub(super) session_id: String,
    /// The access key of the signature; empty if the request is not signed.
    pub(super) access_key_id: String,
    pub(super) prefetch: Option<PrefetchOrder>,
}

impl Accepting {
    /// The user that the request names.
    pub(crate) fn user(&self) -> Option<String> {
        self.app_instance_user_arn.as_ref().map(ToString::to_string)
    }

    /// Whether the session begins with the details of channels.
    pub(crate) fn has_prefetch(&self) -> bool {
        self.prefetch.is_some()
    }
}

/// The order in which channels are chosen for the prefetch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PrefetchOrder {
    /// Those with unread messages first.
    Unread,
    LastMessage,
}

/// Whether a request is for a session.
pub(crate) fn is_connect<B>(request: &Request<B>) -> bool {
    request.uri().path() == PATH
}

/// The session that a request asks for, and the answer to its handshake.
pub(crate) fn accept<B>(request: &Request<B>) -> Result<(Accepting, Response<()>), Refusal> {
    let headers = request.headers();
    let key = headers.get(SEC_WEBSOCKET_KEY).and_then(|key| key.to_str().ok());
    let is_websocket = request.method() == Method::GET
        && has_token(headers, &CONNECTION, "upgrade")
        && has_token(headers, &UPGRADE, "websocket")
        && has_token(headers, &SEC_WEBSOCKET_VERSION, "13");
    let Some(key) = key.filter(|_| is_websocket) else {
        let message = "the request: not the handshake of a WebSocket, version 13";
        return Err(Refusal::bad_request(message).with_status(StatusCode::UPGRADE_REQUIRED.as_u16()));
    };
    let query = request.uri().query().unwrap_or_default();
    let accepting = Accepting {
        app_instance_user_arn: parameter(query, "userArn").and_then(|arn| arn.parse().ok()),
        session_id: parameter(query, "sessionId").unwrap_or_default(),
        access_key_id: parameter(query, "X-Amz-Credential")
            .and_then(|credential| Some(credential.split_once('/')?.0.to_owned()))
            .unwrap_or_default(),
        prefetch: (parameter(query, "prefetch-on").as_deref() == Some("connect")).then(|| {
            match parameter(query, "prefetch-sort-by").as_deref() {
                Some("last-message-timestamp") => PrefetchOrder::LastMessage,
                _ => PrefetchOrder::Unread,
            }
        }),
    };
    let mut response = Response::new(());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    if let Ok(accept) = websocket_accept(key).parse() {
        headers.insert(SEC_WEBSOCKET_ACCEPT, accept);
    }
    Ok((accepting, response))
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|given| given.trim().eq_ignore_ascii_case(token))
}

/// The value of a query parameter, decoded.
fn parameter(query: &str, name: &str) -> Option<String> {
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    percent_decode_str(pair).decode_utf8().ok().map(Into::into)
}
