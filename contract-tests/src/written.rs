//! Requests and answers written as text, which a person can read and a fuzzer can change.
//!
//! A first line, then lines of headers, an empty line and the body. The first line of a request is `signed` or
//! `unsigned`, a method and a target; that of an answer is its status.

use bytes::Bytes;
use http::{Request, Response};

/// A request as it is written, and whether it is to be signed.
#[derive(Clone, Debug)]
pub struct WrittenRequest {
    /// Whether the first line begins with `signed`.
    pub is_signed: bool,
    /// The request, not signed yet.
    pub request: Request<Bytes>,
}

/// Reads a request; `None` if the bytes are not one.
pub fn request(written: &[u8]) -> Option<WrittenRequest> {
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
    Some(WrittenRequest { is_signed, request: request.body(Bytes::copy_from_slice(body)).ok()? })
}

/// Reads an answer; `None` if the bytes are not one.
pub fn answer(written: &[u8]) -> Option<Response<Bytes>> {
    let (status, headers, body) = parts(written)?;
    let mut answer = Response::builder().status(status);
    for (name, value) in headers {
        answer = answer.header(name, value);
    }
    answer.body(Bytes::copy_from_slice(body)).ok()
}

/// The first line, the headers, the body.
type Parts<'w> = (&'w [u8], Vec<(&'w [u8], &'w [u8])>, &'w [u8]);

fn parts(written: &[u8]) -> Option<Parts<'_>> {
    let end = written.windows(2).position(|two| two == b"\n\n")?;
    let (head, body) = written.split_at(end);
    let mut lines = head.split(|byte| *byte == b'\n');
    let first = lines.next()?;
    let header = |line: &'_ [u8]| line.iter().position(|byte| *byte == b':');
    let headers = lines.map(|line| header(line).map(|colon| (&line[..colon], &line[colon + 1..])));
    Some((first, headers.collect::<Option<_>>()?, &body[2..]))
}
