//! Answers and errors, both ways.

use std::fmt;

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use serde::de;
use serde_json::{Map, Value};

use super::place::path_at;
use crate::operation::Operation;
use crate::{Exception, OneLine, ServiceError};

/// The header that names the exception of an error.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// The header that identifies an answer.
const REQUEST_ID: &str = "x-amzn-requestid";

/// Decodes the output of an operation from a successful response.
///
/// Members that are not declared are ignored; a member that is missing or `null` is `None`. If the operation has no
/// output, which its status 204 says, the body is not read. Any other operation's empty body is an error, since a proxy
/// may have lost it.
///
/// # Errors
/// A body that is not the JSON of this output. The error keeps it.
pub fn decode_response<O: Operation>(
    response: &http::Response<Bytes>,
) -> Result<O::Output, UnreadableAnswer> {
    let body = response.body();
    let json = if has_output::<O>() { body.as_ref() } else { b"null" };
    // serde reads a structure from an array too.
    let answer = if json.trim_ascii_start().starts_with(b"[") {
        Err(de::Error::invalid_type(de::Unexpected::Seq, &"a JSON object"))
    } else {
        // Text that is known to be such is read faster.
        std::str::from_utf8(json).map_or_else(|_| serde_json::from_slice(json), serde_json::from_str)
    };
    answer.map_err(|reason| UnreadableAnswer {
        reason,
        status: response.status().as_u16(),
        request_id: request_id(response).map(str::to_owned),
        encoding: header(response, CONTENT_ENCODING.as_str()).map(str::to_owned),
        body: body.clone(),
    })
}

/// Returns whether an operation has an output, rather than `()`. Without one, the body of a response is empty, and is not
/// read.
const fn has_output<O: Operation>() -> bool {
    size_of::<O::Output>() > 0
}

/// Encodes the output of an operation as a successful response, without a body if the operation has no output.
///
/// # Errors
/// An output that cannot be written as JSON, which does not happen to outputs of operations.
pub fn encode_response<O: Operation>(output: &O::Output) -> Result<http::Response<Bytes>, serde_json::Error> {
    let mut response = if has_output::<O>() {
        json_response(serde_json::to_vec(output)?)
    } else {
        http::Response::default()
    };
    *response.status_mut() = http::StatusCode::from_u16(O::METADATA.success).unwrap_or_default();
    Ok(response)
}

/// Reads a refusal of the service from a response that is not a success.
///
/// The name stands in the `x-amzn-ErrorType` header, perhaps after a `namespace#` and before a `:` with a
/// web address; without that header, in the body's `Code`, `code` or `__type`. Any body is kept.
pub fn decode_error(response: &http::Response<Bytes>) -> ServiceError {
    let body: Map<String, Value> = serde_json::from_slice(response.body()).unwrap_or_default();
    let text = |names: &[&str]| {
        let texts = names.iter().filter_map(|name| body.get(*name)?.as_str());
        texts.filter(|text| !text.is_empty()).map(str::to_owned).next()
    };
    let (code, message) = (text(&["Code", "code", "__type"]), text(&["Message", "message"]));
    let name = |text| Some(bare_name(text)).filter(|name| !name.is_empty());
    let named = header(response, ERROR_TYPE).and_then(name).map(Exception::from);
    ServiceError {
        exception: named.or_else(|| code.as_deref().and_then(name).map(Exception::from_code)),
        code,
        message,
        status: response.status().as_u16(),
        request_id: request_id(response).map(str::to_owned),
        body: response.body().clone(),
    }
}

/// Encodes an error as the service's response: the name in the header, code and message in the body.
#[must_use]
pub fn encode_error(error: &ServiceError) -> http::Response<Bytes> {
    let name = error.exception.as_ref().map(Exception::as_str);
    let body = serde_json::json!({
        "Code": error.code.as_deref().or(name).unwrap_or_default(),
        "Message": error.message.as_deref().unwrap_or_default(),
    });
    let mut response = json_response(body.to_string().into_bytes());
    *response.status_mut() = http::StatusCode::from_u16(error.status).unwrap_or_default();
    let headers = [(ERROR_TYPE, name), (REQUEST_ID, error.request_id.as_deref())];
    for (name, value) in headers {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Returns the id under which AWS support finds a request: the `x-amzn-RequestId` of its answer.
///
/// ```
#[doc = import!("wire")]
///
/// let answer = http::Response::builder().header("x-amzn-RequestId", "9a2c").body(bytes::Bytes::new()).unwrap();
/// assert_eq!(wire::request_id(&answer), Some("9a2c"));
/// ```
#[must_use]
pub fn request_id(response: &http::Response<Bytes>) -> Option<&str> {
    header(response, REQUEST_ID)
}

fn header<'r>(response: &'r http::Response<Bytes>, name: &str) -> Option<&'r str> {
    response.headers().get(name).and_then(|value| value.to_str().ok())
}

/// `aws.protocols#FooException:http://…` is `FooException`.
fn bare_name(text: &str) -> &str {
    let name = text.split(':').next().unwrap_or_default();
    name.rsplit('#').next().unwrap_or_default().trim()
}

fn json_response(body: Vec<u8>) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(body));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A success whose body is not the JSON of the answer. The body is kept.
///
/// `Debug` and `Display` name the member that is missing or that has another type, its place and what was expected
/// there. They never show the value: it may be what a log must not show.
pub struct UnreadableAnswer {
    reason: serde_json::Error,
    status: u16,
    request_id: Option<String>,
    /// The `Content-Encoding`, which no request accepts.
    encoding: Option<String>,
    body: Bytes,
}

impl UnreadableAnswer {
    /// Returns the error for a success that can be read and lacks a member.
    ///
    /// ```
    #[doc = import!("UnreadableAnswer")]
    ///
    /// let answer = UnreadableAnswer::without("ChannelMembership");
    /// assert!(answer.to_string().starts_with("the answer could not be read: ChannelMembership is missing"));
    /// ```
    #[must_use]
    pub fn without(member: &str) -> Self {
        Self {
            reason: serde::de::Error::custom(format_args!("missing field `{member}`")),
            status: 200,
            request_id: None,
            encoding: None,
            body: Bytes::new(),
        }
    }

    /// Writes which member is wrong and what is wrong with it, and never its value.
    fn write_reason(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let reason = self.reason.to_string();
        if !self.reason.is_data() {
            // Faults of the syntax quote nothing.
            return f.write_str(&reason);
        }
        let (line, column) = (self.reason.line(), self.reason.column());
        let path = path_at(&self.body, line, column);
        let dot = if path.is_empty() { "" } else { "." };
        let member = |beginning: &str| Some(reason.strip_prefix(beginning)?.split_once('`')?.0);
        if let Some(name) = member("missing field `") {
            write!(f, "{path}{dot}{name} is missing")?;
        } else if member("duplicate field `").is_some() {
            // The place is behind the second name.
            write!(f, "{path} is a duplicate")?;
        } else {
            let colon = if path.is_empty() { "" } else { ": " };
            // These quote the value before what was expected, and the position comes last.
            let expected = reason.rfind("expected ").and_then(|expected| reason.get(expected..));
            let expected =
                expected.and_then(|text| text.split(" at line ").next()).unwrap_or("unexpected data");
            write!(f, "{path}{colon}{expected}")?;
        }
        if line > 0 { write!(f, " at line {line} column {column}") } else { Ok(()) }
    }

    /// Returns the HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the `x-amzn-RequestId` of the answer.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// Returns the body as it came.
    #[must_use]
    pub fn body(&self) -> &Bytes {
        &self.body
    }
}

impl fmt::Display for UnreadableAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer could not be read: ")?;
        self.write_reason(f)?;
        write!(f, " (status {}", self.status)?;
        if let Some(id) = &self.request_id {
            write!(f, ", request id {}", OneLine(id))?;
        }
        if let Some(encoding) = &self.encoding {
            write!(f, ", content-encoding {}", OneLine(encoding))?;
        }
        write!(f, ", {} bytes)", self.body.len())
    }
}

impl fmt::Debug for UnreadableAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnreadableAnswer({self})")
    }
}

impl std::error::Error for UnreadableAnswer {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::DescribeChannelMembershipForAppInstanceUser as Describe;

    #[test]
    fn an_unreadable_answer_tells_the_place_and_not_the_value() {
        let cases = [
            (r#"{"ChannelMembership":"SECRET, expected "}"#, "expected struct"),
            (r#"{"ChannelMembership":{"ChannelSummary":{"Name":["SECRET"]}}}"#, "expected a string"),
            (
                r#"{"ChannelMembership":{"ChannelSummary":{"LastMessageTimestamp":"SECRET"}}}"#,
                "expected seconds",
            ),
            (r#"{"SECRET":"#, "EOF while parsing"),
            ("SECRET", "expected value at line 1 column 1"),
            ("", "EOF while parsing"),
            (r#" ["SECRET"]"#, ": expected a JSON object (status"),
            (
                r#"{"ChannelMembership":{"ChannelSummary":{"Name":["SECRET"]}}}"#,
                ": ChannelMembership.ChannelSummary.Name: expected a string at line 1 column 47 (status",
            ),
            (
                "{\"ChannelMembership\":\n{\"ChannelSummary\":{\"Name\":\"SECRET\",\"Name\":\"SECRET\"}}}",
                ": ChannelMembership.ChannelSummary.Name is a duplicate at line 2",
            ),
        ];
        for (body, reason) in cases {
            let response =
                http::Response::builder().header(REQUEST_ID, "id").body(Bytes::from(body)).unwrap();
            let unreadable = decode_response::<Describe>(&response).unwrap_err();
            let context = format!("(status 200, request id id, {} bytes)", body.len());
            assert!(unreadable.to_string().ends_with(&context), "{unreadable}");
            assert_eq!((unreadable.status(), unreadable.request_id()), (200, Some("id")));
            for shown in [unreadable.to_string(), format!("{unreadable:?}")] {
                assert!(shown.contains(reason) && !shown.contains("SECRET"), "{shown}");
            }
            assert_eq!(unreadable.body(), body);
        }
    }

    #[test]
    fn an_error_is_read_from_an_object_alone() {
        // body; exception, message
        let cases = [
            (r#"["Forbidden"]"#, None, None),
            (r#""Forbidden""#, None, None),
            (r#"{"Code":"Forbidden","Code":"Conflict","Message":"m"}"#, Some("ConflictException"), Some("m")),
            (
                r#"{"Code":null,"code":"","__type":"ns#Conflict","message":7}"#,
                Some("ConflictException"),
                None,
            ),
            // No name is left of these.
            (r#"{"Code":"ns#","Message":"m"}"#, None, Some("m")),
            (r#"{"Code":":http://localhost/"}"#, None, None),
        ];
        for (body, exception, message) in cases {
            let error = decode_error(&http::Response::new(Bytes::from(body)));
            assert_eq!(error.exception.as_ref().map(Exception::as_str), exception, "{body}");
            assert_eq!((error.message.as_deref(), &error.body), (message, &Bytes::from(body)));
            let again = decode_error(&encode_error(&error));
            assert_eq!((again.exception, again.message), (error.exception, error.message), "{body}");
        }
    }
}
