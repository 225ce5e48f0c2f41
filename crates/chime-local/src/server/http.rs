//! From HTTP to the service and back: bodies, the headers of every answer, and the log.

use std::fmt;
use std::time::Duration;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use chime_types::wire;
use http::header::DATE;
use http::{Request, Response};
use http_body_util::{BodyExt, Limited};
use hyper::body::Body;

use super::service::Service;
use crate::admin;
use crate::connections::Connection;
use crate::refusal::Refusal;

/// The largest request body that is read, in bytes.
const LARGEST_BODY: usize = 1024 * 1024;

/// How long a client may take over the body of a request.
const BODY_LIMIT: Duration = Duration::from_secs(10);

/// That a connection is to be closed without an answer.
#[derive(Debug)]
pub(super) struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no answer was asked for")
    }
}

impl std::error::Error for NoAnswer {}

/// Answers a request whose body is still to come.
pub(super) async fn respond<B>(
    service: &Service,
    request: Request<B>,
    connection: &Connection,
) -> Result<Response<Bytes>, NoAnswer>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    if admin::is_admin_path(request.uri()) {
        let request = with_body(request).await;
        let _answering = connection.answering().ok_or(NoAnswer)?;
        return Ok(match request {
            Ok(request) => admin::answer(&request, &service.faults, &service.log, &service.store),
            Err(refusal) => wire::encode_error(&refusal.into_error(None)),
        });
    }
    let mut entry = service.log.begin(&request, service.clock.now());
    let record = &mut entry.record;
    let request = with_body(request).await;
    let _answering = connection.answering().ok_or(NoAnswer)?;
    let answer = match request {
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
            record.exception = Some(refusal.name().to_owned());
            wire::encode_error(&refusal.into_error(Some(&record.request_id)))
        }
    };
    // The service's own time, by which a client whose clock is off can tell.
    if let Ok(date) = DateTime::from_secs(DateTime::from(service.clock.now()).secs()).fmt(Format::HttpDate)
        && let Ok(date) = date.parse()
    {
        response.headers_mut().insert(DATE, date);
    }
    record.status = Some(response.status().as_u16());
    Ok(response)
}

/// A request with its body, if that comes in time and is not too large.
async fn with_body<B>(request: Request<B>) -> Result<Request<Bytes>, Refusal>
where
    B: Body<Data = Bytes, Error: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let (head, body) = request.into_parts();
    let body = tokio::time::timeout(BODY_LIMIT, Limited::new(body, LARGEST_BODY).collect())
        .await
        .map_err(|_| Refusal::new("RequestTimeoutException", "the body did not arrive in time"))?
        .map_err(|error| Refusal::bad_request(format!("the body: {error}")))?;
    Ok(Request::from_parts(head, body.to_bytes()))
}
