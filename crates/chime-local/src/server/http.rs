//! From HTTP to the service and back: heads, bodies, the headers of every answer, and the log.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use chime_types::wire;
use http::header::{CONNECTION, DATE, HeaderValue};
use http::{Method, Request, Response, Uri};
use http_body_util::{BodyExt, Either, Full};
use hyper::body::Body;

use super::cors;
use super::service::Service;
use crate::admin::{self, Local};
use crate::authentication;
use crate::connections::Connection;
use crate::feed::Reader;
use crate::origins::Arrival;
use crate::refusal::Refusal;
use crate::repetition;
use crate::sessions::{self, Accepting, Refused, is_connect};

/// The largest target of a request, and the largest headers together, in bytes.
const LARGEST_HEAD: usize = 32 * 1024;

/// The largest request body that is read, in bytes, and how long a client may take over it.
const BODY_LIMITS: (usize, Duration) = (1024 * 1024, Duration::from_secs(10));

/// The limits of an administrative body, which may be a world.
const ADMIN_BODY_LIMITS: (usize, Duration) = (64 * 1024 * 1024, Duration::from_mins(1));

/// The body of an answer: a complete body, or the event stream.
pub(super) type AnswerBody = Either<Full<Bytes>, Reader>;

fn whole_body(response: Response<Bytes>) -> Response<AnswerBody> {
    response.map(|body| Either::Left(Full::new(body)))
}

/// That a connection is to be closed without an answer.
#[derive(Debug)]
pub(super) struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection was closed without an answer")
    }
}

impl std::error::Error for NoAnswer {}

/// The session that begins on a connection once its handshake is answered.
#[derive(Debug)]
pub(super) struct Beginning {
    pub(super) accepting: Accepting,
    /// Whether the session may begin.
    pub(super) verdict: Result<(), Refused>,
}

/// Where the session of a connection waits for the answer to be sent.
pub(super) type Slot = Mutex<Option<Beginning>>;

/// Answers a request whose body is still to come. If it begins a session, `slot` gets the session.
pub(super) async fn respond<B>(
    service: &Arc<Service>,
    request: Request<B>,
    arrival: Arrival,
    connection: &Connection,
    slot: &Slot,
) -> Result<Response<AnswerBody>, NoAnswer>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let head = check_head(&request);
    let is_too_large = head.is_err();
    // A foreign page is refused before anything is done for it.
    let (page, head) = match service.origins.check(request.headers(), arrival) {
        Ok(page) => (page.cloned(), head),
        Err(refusal) => (None, Err(refusal)),
    };
    if admin::is_admin_path(request.uri()) {
        let mut response = respond_to_admin(service, request, arrival, head, connection).await?;
        if is_too_large {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        return Ok(response);
    }
    if let Some(response) = admin::redirect(&request).filter(|_| service.has_console && head.is_ok()) {
        let _answering = connection.answering().ok_or(NoAnswer)?;
        return Ok(whole_body(response));
    }
    if is_connect(&request) {
        let _answering = connection.answering().ok_or(NoAnswer)?;
        let response = respond_to_connect(service, &request.map(|_| Bytes::new()), head, slot);
        return Ok(whole_body(response));
    }
    let mut entry = service.log.begin(&request, service.clock.now());
    let record = &mut entry.record;
    let preflight = page.as_ref().and_then(|_| cors::preflight(&request));
    let request = match head {
        Ok(()) => with_body(request, BODY_LIMITS).await,
        Err(refusal) => Err(refusal),
    };
    let _answering = connection.answering().ok_or(NoAnswer)?;
    let answer = match request {
        Ok(_) if preflight.is_some() => Ok(preflight),
        Ok(request) => service.answer(&request, record).await,
        Err(refusal) => Err(refusal),
    };
    let mut response = match answer {
        Ok(Some(mut response)) => {
            if let Ok(id) = record.request_id.parse() {
                response.headers_mut().insert("x-amzn-requestid", id);
            }
            response
        }
        Ok(None) => return Err(NoAnswer),
        Err(refusal) => {
            record.refuse(&refusal);
            wire::encode_error(&refusal.into_error(Some(&record.request_id)))
        }
    };
    if let Some(page) = page {
        cors::expose(response.headers_mut(), page);
    }
    if is_too_large {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    // The time by which signatures are judged, and by which a client whose clock is off can tell.
    if let Ok(date) =
        DateTime::from_secs(DateTime::from(service.clock.unmoved().now()).secs()).fmt(Format::HttpDate)
        && let Ok(date) = date.parse()
    {
        response.headers_mut().insert(DATE, date);
    }
    record.status = Some(response.status().as_u16());
    Ok(whole_body(response))
}

/// Answers the handshake of a session. A session that is not authorized begins, too, and ends at once: a browser's code
/// learns the code of a close, and nothing about a handshake that fails.
fn respond_to_connect(
    service: &Service,
    request: &Request<Bytes>,
    head: Result<(), Refusal>,
    slot: &Slot,
) -> Response<Bytes> {
    let mut entry = service.log.begin(request, service.clock.now());
    let record = &mut entry.record;
    record.operation = Some("Connect");
    let response = match head.and_then(|()| sessions::accept(request)) {
        Ok((accepting, response)) => {
            record.bearer = accepting.user();
            record.command = repetition::listen(&accepting);
            let now = service.clock.unmoved().now();
            let verified = authentication::verify_query(request, &service.accepted, now);
            let verdict = match verified {
                Ok(()) => service.admit(&accepting),
                Err(rejection) => {
                    record.signature = Some(rejection.signature);
                    record.refuse(&rejection.refusal);
                    Err(Refused::unauthorized("the signature is refused"))
                }
            };
            let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
            *slot = Some(Beginning { accepting, verdict });
            response.map(|()| Bytes::new())
        }
        Err(refusal) => {
            record.refuse(&refusal);
            wire::encode_error(&refusal.into_error(Some(&record.request_id)))
        }
    };
    record.status = Some(response.status().as_u16());
    response
}

/// Answers a request to the administrative path. It is checked before its body is read, which may be large.
async fn respond_to_admin<B>(
    service: &Arc<Service>,
    request: Request<B>,
    arrival: Arrival,
    head: Result<(), Refusal>,
    connection: &Connection,
) -> Result<Response<AnswerBody>, NoAnswer>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let refused = admin::check(&request, arrival.scheme())
        .and_then(|()| head.map_err(|refusal| wire::encode_error(&refusal.into_error(None))));
    if let Err(response) = refused {
        let _answering = connection.answering().ok_or(NoAnswer)?;
        return Ok(whole_body(response));
    }
    let Service { faults, log, store, clock, sessions, accepted, feed, has_console, .. } = &**service;
    let local = Local { faults, log, store, clock, sessions, accepted, feed, has_console: *has_console };
    if admin::is_stream(&request) {
        let _answering = connection.answering().ok_or(NoAnswer)?;
        return Ok(admin::stream(&local).map(Either::Right));
    }
    let limits = if admin::takes_a_world(&request) { ADMIN_BODY_LIMITS } else { BODY_LIMITS };
    let request = with_body(request, limits).await;
    let _answering = connection.answering().ok_or(NoAnswer)?;
    Ok(whole_body(match request {
        Ok(request) => {
            let is_change = request.method() != Method::GET;
            let answer = admin::answer(request, &local).await;
            if is_change {
                service.sweep_now();
            }
            answer
        }
        Err(refusal) => wire::encode_error(&refusal.into_error(None)),
    }))
}

/// Refuses a head that is too large.
fn check_head<B>(request: &Request<B>) -> Result<(), Refusal> {
    let (uri, headers) = (request.uri(), request.headers());
    let too_large = |what: &str, status| {
        let message = format!("{what}: too large; expected at most {LARGEST_HEAD} bytes");
        Err(Refusal::bad_request(message).with_status(status))
    };
    if target_length(uri) > LARGEST_HEAD {
        return too_large("the target", 414);
    }
    // As they were sent: with a colon, a space and a line end.
    let length: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if length > LARGEST_HEAD {
        return too_large("the headers", 431);
    }
    Ok(())
}

/// Returns the length of a target in bytes.
fn target_length(uri: &Uri) -> usize {
    let scheme = uri.scheme_str().map_or(0, |scheme| scheme.len() + "://".len());
    let authority = uri.authority().map_or(0, |authority| authority.as_str().len());
    scheme + authority + uri.path_and_query().map_or(0, |path| path.as_str().len())
}

/// A request with its body, if that comes in time and is not too large.
async fn with_body<B>(
    request: Request<B>,
    (largest, longest): (usize, Duration),
) -> Result<Request<Bytes>, Refusal>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let (head, body) = request.into_parts();
    let body = tokio::time::timeout(longest, whole(body, largest))
        .await
        .map_err(|_| Refusal::new("RequestTimeoutException", "the body did not arrive in time"))??;
    Ok(Request::from_parts(head, body))
}

/// A whole body, in one buffer however small its pieces are.
async fn whole<B>(body: B, largest: usize) -> Result<Bytes, Refusal>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let too_large =
        || Refusal::bad_request(format!("the body: length limit exceeded; expected at most {largest} bytes"));
    // The declared length counts only if it is too large.
    if body.size_hint().lower() > u64::try_from(largest).unwrap_or(u64::MAX) {
        return Err(too_large());
    }
    let mut body = std::pin::pin!(body);
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Refusal::bad_request(format!("the body: {}", error.into())))?;
        let Ok(data) = frame.into_data() else { continue };
        if data.len() > largest - whole.len() {
            return Err(too_large());
        }
        if whole.is_empty() && body.is_end_stream() {
            return Ok(data);
        }
        whole.extend_from_slice(&data);
    }
    Ok(whole.into())
}
