//! What every answer of the local service is like, whatever it is asked. The fuzz target has this file too.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chime_client::operation::{Metadata, Operation};
use chime_client::{Clock, Exception};
use chime_local::{LocalService, Running};
use chime_transport::sigv4::Signer;
use http::{Request, Response};

macro_rules! metadata {
    ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
        &[$( <chime_client::$Operation as Operation>::METADATA ),*]
    };
}

/// Every operation.
pub(crate) const OPERATIONS: &[Metadata] = chime_client::for_each_operation!(metadata);

/// What a request is refused with before it is an operation's: name and status.
const FRONT_DOOR: [(&str, u16); 9] = [
    ("MissingAuthenticationTokenException", 403),
    ("IncompleteSignatureException", 403),
    ("InvalidSignatureException", 403),
    ("UnrecognizedClientException", 403),
    ("AccessDeniedException", 403),
    ("BadRequestException", 400),
    ("RequestTimeoutException", 400),
    ("UnknownOperationException", 404),
    ("NotImplementedException", 501),
];

/// The time by the service's clock, which stands still.
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291)
}

/// A service with the demo world, at that time.
pub(crate) async fn start() -> Running {
    LocalService::demo().clock(Clock::new(now)).start().await.unwrap()
}

/// A request of which everything is signed as it stands, whatever it is.
pub(crate) fn signed(local: &Running, mut request: Request<Bytes>) -> Request<Bytes> {
    Signer::default().sign(&mut request, &local.credentials(), "us-east-1", now().into()).unwrap();
    request
}

/// Answers a request and holds the answer to the laws.
pub(crate) async fn answer(local: &Running, request: Request<Bytes>) -> Response<Bytes> {
    let administrative = request.uri().path().starts_with("/_local/");
    let answer = local.answer(request).await.expect("no fault is set");
    let status = answer.status().as_u16();
    if status == 204 {
        assert!(answer.body().is_empty(), "{answer:?}");
    } else {
        let body: serde_json::Value = serde_json::from_slice(answer.body()).expect("a JSON body");
        assert!(body.is_object() || administrative, "{answer:?}");
        assert_eq!(answer.headers()["content-type"], "application/json", "{answer:?}");
        assert!(status < 400 || body["Message"].is_string(), "{answer:?}");
    }
    if administrative {
        assert!([200, 400, 403, 404].contains(&status), "{answer:?}");
        return answer;
    }
    let record = local.requests().pop().unwrap();
    assert_eq!(answer.headers()["x-amzn-requestid"], record.request_id.as_str());
    assert_eq!(record.status, Some(status));
    let operation = OPERATIONS.iter().find(|operation| Some(operation.name) == record.operation);
    let Some(error) = answer.headers().get("x-amzn-errortype") else {
        assert_eq!(Some(status), operation.map(|operation| operation.success), "{answer:?}");
        return answer;
    };
    let name = error.to_str().unwrap();
    assert_eq!(record.exception.as_deref(), Some(name));
    let documented = operation.is_some_and(|operation| {
        operation.errors.contains(&name)
            && Exception::from(name).status() == Some(status)
            && !matches!(status, 429 | 500..)
    });
    assert!(documented || FRONT_DOOR.contains(&(name, status)), "{operation:?}: {answer:?}");
    assert_eq!(record.signature.is_some(), status == 403 && name != "ForbiddenException", "{answer:?}");
    answer
}

/// Answers a request that stands written: `signed` or `unsigned`, a method and a target on the first line, then
/// lines of headers, an empty line and the body. It is answered twice, since what was there before is answered
/// otherwise.
///
/// Whether it was a request.
pub(crate) async fn answer_written(written: &[u8]) -> bool {
    let local = start().await;
    let Some((is_signed, request)) = read(written) else { return false };
    for _ in 0..2 {
        let request = request.clone();
        answer(&local, if is_signed { signed(&local, request) } else { request }).await;
    }
    local.stop().await;
    true
}

/// The first line, the headers, the body.
type Parts<'w> = (&'w [u8], Vec<(&'w [u8], &'w [u8])>, &'w [u8]);

/// What stands written above an empty line and below it.
pub(crate) fn parts(written: &[u8]) -> Option<Parts<'_>> {
    let end = written.windows(2).position(|two| two == b"\n\n")?;
    let (head, body) = written.split_at(end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = lines.next()?;
    let header = |line: &'_ [u8]| line.iter().position(|byte| *byte == b':');
    let headers = lines.map(|line| header(line).map(|colon| (&line[..colon], &line[colon + 1..])));
    Some((first, headers.collect::<Option<_>>()?, &body[2..]))
}

fn read(written: &[u8]) -> Option<(bool, Request<Bytes>)> {
    let (first, headers, body) = parts(written)?;
    let mut first = first.splitn(3, |byte| *byte == b' ');
    let is_signed = match first.next()? {
        b"signed" => true,
        b"unsigned" => false,
        _ => return None,
    };
    let method = first.next()?;
    let target = [b"http://localhost", first.next().filter(|target| target.starts_with(b"/"))?].concat();
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    Some((is_signed, request.body(Bytes::copy_from_slice(body)).ok()?))
}
