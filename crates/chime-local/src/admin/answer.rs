//! The paths of the administrative interface, and what each of them does.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use chime_types::Timestamp;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Method, Request, Response, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refused::{Refused, bad_request, from_store, refused, respond};
use super::view::Parameters;
use super::{channels, page, users};
use crate::authentication::Accepted;
use crate::clock::MovableClock;
use crate::close_codes::is_close_code;
use crate::faults::{Fault, Faults};
use crate::feed::{self, Feed, Reader};
use crate::iso_duration;
use crate::log::Log;
use crate::seed::{InvalidSeed, Seed};
use crate::sessions::Sessions;
use crate::store::{Store, Time};
use crate::streams;
use crate::tables::notifications;
use crate::text::cut;

/// The prefix of all administrative paths. No operation's path begins so.
const PREFIX: &str = "/_local/";

/// The paths that exist, for the refusal of any other.
const AVAILABLE: &str = "GET /_local/health, GET and POST /_local/clock, POST /_local/reset, PUT /_local/world, GET, PUT and DELETE \
                         /_local/faults, GET /_local/requests, GET /_local/notifications, GET /_local/streams, GET \
                         /_local/sessions, DELETE /_local/sessions/ID, GET /_local/events, GET /_local/credentials, \
                         GET /_local/app-instances, GET /_local/channels, GET /_local/channels/ARN, \
                         GET /_local/channels/ARN/memberships, GET /_local/channels/ARN/messages, \
                         GET /_local/users, GET /_local/users/ARN and GET /_local/world";

/// The number of bytes of a text that are quoted.
const LONGEST_QUOTE: usize = 64;

/// Whether a request is for the administrative path.
pub(crate) fn is_admin_path(uri: &Uri) -> bool {
    uri.path().starts_with(PREFIX)
}

/// Whether a request's body is a world, which may be large.
pub(crate) fn takes_a_world<B>(request: &Request<B>) -> bool {
    request.method() == Method::PUT && request.uri().path() == "/_local/world"
}

/// Whether a request is for the event stream, whose response is endless.
pub(crate) fn is_stream<B>(request: &Request<B>) -> bool {
    request.method() == Method::GET && request.uri().path() == "/_local/events"
}

/// What this interface shows and changes: the parts of a service.
pub(crate) struct Local<'l> {
    pub(crate) faults: &'l Faults,
    pub(crate) log: &'l Log,
    pub(crate) store: &'l Arc<Store>,
    pub(crate) clock: &'l MovableClock,
    pub(crate) sessions: &'l Sessions,
    pub(crate) accepted: &'l Accepted,
    pub(crate) feed: &'l Feed,
    pub(crate) has_console: bool,
}

/// The answer to a request for the stream.
pub(crate) fn stream(local: &Local<'_>) -> Response<Reader> {
    let ready = json!({ "Version": env!("CARGO_PKG_VERSION"), "Time": Time::from(Timestamp::from(local.clock.now())) });
    let mut response = Response::new(local.feed.read(feed::line("Ready", ready)));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    response
}

/// The answer to any other request to this path that [`check`](super::check) lets in.
pub(crate) async fn answer(request: Request<Bytes>, local: &Local<'_>) -> Response<Bytes> {
    if local.has_console
        && request.method() == Method::GET
        && let Some(file) = page::file(request.uri().path())
    {
        return file;
    }
    match act(request, local).await {
        Ok(body) => respond(StatusCode::OK, body),
        Err((status, message)) => respond(status, json!({ "Message": message }).to_string()),
    }
}

async fn act(request: Request<Bytes>, local: &Local<'_>) -> Result<Vec<u8>, Refused> {
    let Local { faults, log, store, clock, sessions, .. } = *local;
    let (head, body) = request.into_parts();
    let (method, path) = (&head.method, head.uri.path());
    let answer = match (method, path.strip_prefix(PREFIX)) {
        (&Method::GET, Some("health")) => serde_json::to_vec(&json!({ "Status": "OK" })),
        (&Method::GET, Some("requests")) => serde_json::to_vec(&log.requests()),
        (&Method::GET, Some("world")) => return beside(store, export).await,
        (&Method::PUT, Some("world")) => {
            let now = clock.now();
            let replaced = beside(store, move |store| replace(&store, &body, now)).await?;
            local.feed.tell("World", json!({}));
            return Ok(replaced);
        }
        (&Method::POST, Some("reset")) => {
            let reset = |store: Arc<Store>| store.reset().map(|()| done()).map_err(|error| refused(&error));
            let reset = beside(store, reset).await?;
            local.feed.tell("World", json!({}));
            return Ok(reset);
        }
        (&Method::GET, Some("clock")) => serde_json::to_vec(&time(clock)),
        (&Method::POST, Some("clock")) => {
            advance(clock, &body).map_err(bad_request)?;
            serde_json::to_vec(&time(clock))
        }
        (&Method::GET, Some("notifications")) => {
            serde_json::to_vec(&store.read(notifications::all).map_err(from_store)?)
        }
        (&Method::GET, Some("streams")) => {
            serde_json::to_vec(&store.read(streams::last).map_err(from_store)?)
        }
        (&Method::GET, Some("credentials")) => serde_json::to_vec(&credentials(local.accepted)),
        (&Method::GET, Some("sessions")) => serde_json::to_vec(&sessions.records()),
        (&Method::DELETE, Some(path)) if path.starts_with("sessions/") => {
            close_session(sessions, path, head.uri.query()).map_err(bad_request)?;
            return Ok(done());
        }
        (&Method::GET, Some("faults")) => serde_json::to_vec(&faults.list()),
        (&Method::PUT, Some("faults")) => {
            let list = Fault::list_from_json(&body).map_err(|invalid| bad_request(invalid.to_string()))?;
            faults.set(list);
            serde_json::to_vec(&faults.list())
        }
        (&Method::DELETE, Some("faults")) => {
            faults.set(Vec::new());
            serde_json::to_vec(&faults.list())
        }
        (&Method::GET, Some(path)) if let Some(view) = view(path, head.uri.query(), local) => {
            serde_json::to_vec(&view?)
        }
        _ => {
            let message = format!("{method} {path} does not exist; expected one of {AVAILABLE}");
            return Err((StatusCode::NOT_FOUND, message));
        }
    };
    answer.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

/// The view of the world at a path, if the path is that of a view.
fn view(path: &str, query: Option<&str>, local: &Local<'_>) -> Option<Result<Value, Refused>> {
    let Local { store, sessions, .. } = *local;
    let parameters = &Parameters(query);
    let mut parts = path.split('/');
    let (list, arn, of_it) = (parts.next()?, parts.next(), parts.next());
    // ARNs contain slashes, which are escaped in a path.
    let arn = arn.map(|arn| percent_decode_str(arn).decode_utf8_lossy());
    Some(match (list, arn.as_deref(), of_it, parts.next()) {
        ("app-instances", None, ..) => channels::app_instances(store),
        ("channels", None, ..) => channels::list(store, parameters),
        ("channels", Some(arn), None, _) => channels::one(store, arn),
        ("channels", Some(arn), Some("memberships"), None) => {
            channels::memberships(store, sessions, arn, parameters)
        }
        ("channels", Some(arn), Some("messages"), None) => channels::messages(store, arn, parameters),
        ("users", None, ..) => users::list(store, sessions, parameters),
        ("users", Some(arn), None, _) => users::one(store, sessions, arn),
        _ => return None,
    })
}

/// Closes the session that a path names with the code that the query names.
fn close_session(sessions: &Sessions, path: &str, query: Option<&str>) -> Result<(), String> {
    let id = path.strip_prefix("sessions/").and_then(|id| id.parse().ok());
    let code =
        query.and_then(|query| query.strip_prefix("code=")).map_or(Some(1000), |code| code.parse().ok());
    let code = code.filter(|code| is_close_code(*code)).ok_or(
        "code: not one that closes a session; expected 1000 to 1014 except 1004 to 1006, or 3000 to 4999",
    )?;
    if id.is_some_and(|id| sessions.close(id, code)) {
        return Ok(());
    }
    Err("the session is not open; expected the Id of one of GET /_local/sessions".to_owned())
}

/// The credentials with which calls can be signed.
fn credentials(accepted: &Accepted) -> Value {
    let credentials = accepted.first();
    json!({
        "AccessKeyId": credentials.access_key_id(),
        "SecretAccessKey": credentials.secret_access_key(),
        "SessionToken": credentials.session_token(),
        "Region": "us-east-1",
    })
}

/// Returns the time of the clock.
fn time(clock: &MovableClock) -> Value {
    json!({ "Time": Timestamp::from(clock.now()).to_string() })
}

/// The body of a request that moves the clock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance: String,
}

/// Moves the clock by the duration in a body.
fn advance(clock: &MovableClock, body: &[u8]) -> Result<(), String> {
    let Advance { advance } = serde_json::from_slice(body).map_err(|error| format!("the body: {error}"))?;
    let by = iso_duration::parse(&advance).ok_or_else(|| {
        let text = cut(&advance, LONGEST_QUOTE);
        format!("advance: {text:?} is not a duration; expected days, hours, minutes or seconds such as P30D or PT6H")
    })?;
    clock.advance(by).map_err(|reason| format!("advance: {reason}"))
}

/// Does long work on a separate thread, so that calls are answered meanwhile.
async fn beside(
    store: &Arc<Store>,
    act: impl FnOnce(Arc<Store>) -> Result<Vec<u8>, Refused> + Send + 'static,
) -> Result<Vec<u8>, Refused> {
    let store = Arc::clone(store);
    tokio::task::spawn_blocking(move || act(store))
        .await
        .unwrap_or_else(|error| Err((StatusCode::INTERNAL_SERVER_ERROR, error.to_string())))
}

/// The world as JSON, as `chime local export` writes it.
fn export(store: Arc<Store>) -> Result<Vec<u8>, Refused> {
    let world = store.read_in_pieces(Seed::export).map_err(|error| refused(&io::Error::other(error)))?;
    // Its file is not needed any more.
    drop(store);
    Ok(format!("{world}\n").into_bytes())
}

fn replace(store: &Store, body: &[u8], now: SystemTime) -> Result<Vec<u8>, Refused> {
    let json = std::str::from_utf8(body).map_err(|error| bad_request(format!("the body: {error}")))?;
    let seed: Seed = json.parse().map_err(|error: InvalidSeed| bad_request(error.to_string()))?;
    seed.replace_world(store, now).map_err(|error| refused(&error))?;
    Ok(done())
}

/// Returns the answer to a change without a body of its own.
fn done() -> Vec<u8> {
    b"{}".to_vec()
}
