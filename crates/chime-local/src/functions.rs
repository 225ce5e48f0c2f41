//! Functions: the programs on this machine that stand for Lambda functions, by their ARNs.
//!
//! A function is a URL of Lambda's Invoke, as the Lambda runtime interface emulator serves it, or a Rust closure.

use std::collections::BTreeMap;
use std::fmt;
use std::pin::{Pin, pin};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_TYPE, HOST, HeaderValue};
use http::uri::Scheme;
use http::{HeaderMap, Request, Uri};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::text::cut;

/// The value of `X-Amz-Invocation-Type` for a function whose result nobody waits for.
pub(crate) const EVENT: &str = "Event";

/// The value of `X-Amz-Invocation-Type` for a function whose result is used.
pub(crate) const REQUEST_RESPONSE: &str = "RequestResponse";

/// The header of an answer to Invoke that says that the function failed.
const FUNCTION_ERROR: &str = "x-amz-function-error";

/// The time that a function may take to answer. An emulator answers an event only once the function is done.
const LONGEST: Duration = Duration::from_mins(1);

/// The largest answer of a function, in bytes, which is Lambda's own limit.
const LARGEST: usize = 6 * 1024 * 1024;

/// The number of bytes of a text that are quoted.
const LONGEST_QUOTE: usize = 256;

/// The result of a function, or why it has none.
pub(crate) type Outcome = Result<Bytes, String>;

/// A function in Rust.
pub(crate) type Closure = Box<dyn Fn(Bytes) -> Pin<Box<dyn Future<Output = Outcome> + Send>> + Send + Sync>;

/// A program that stands for a function.
enum Program {
    /// Where it can be invoked over HTTP.
    Url(Uri),
    Closure(Closure),
}

/// The programs that stand for functions, by ARN.
#[derive(Default)]
pub(crate) struct Functions {
    programs: BTreeMap<String, Program>,
}

impl Functions {
    /// Maps a function to a URL, instead of what it was mapped to.
    pub(crate) fn map(&mut self, arn: String, url: &str) -> Result<(), String> {
        let uri = url.parse::<Uri>().ok().filter(|uri| {
            uri.scheme() == Some(&Scheme::HTTP) && uri.host().is_some_and(|host| !host.is_empty())
        });
        let uri = uri.ok_or_else(|| {
            let url = cut(url, LONGEST_QUOTE);
            format!(
                "{url:?} is not the URL of a function; expected one such as \
                 http://127.0.0.1:9001/2015-03-31/functions/function/invocations"
            )
        })?;
        self.programs.insert(arn, Program::Url(uri));
        Ok(())
    }

    /// Maps a function to a closure, instead of what it was mapped to.
    pub(crate) fn map_closure(&mut self, arn: String, closure: Closure) {
        self.programs.insert(arn, Program::Closure(closure));
    }

    /// Invokes a function with a payload, and returns its result or why it cannot be had.
    pub(crate) async fn invoke(&self, arn: &str, invocation_type: &'static str, payload: Bytes) -> Outcome {
        let invoked = async {
            match self.programs.get(arn) {
                Some(Program::Url(url)) => post(url, invocation_type, payload).await,
                Some(Program::Closure(closure)) => closure(payload).await,
                None => {
                    Err(format!("it is not mapped to a program; start the service with --lambda {arn}=URL"))
                }
            }
        };
        timeout(LONGEST, invoked)
            .await
            .unwrap_or_else(|_| Err(format!("it did not answer within {} seconds", LONGEST.as_secs())))
    }
}

impl fmt::Debug for Functions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.programs.keys()).finish()
    }
}

/// Invokes a function over HTTP, on a connection of its own.
async fn post(url: &Uri, invocation_type: &'static str, payload: Bytes) -> Outcome {
    let failed = |error: &dyn fmt::Display| format!("{url}: {error}");
    let host = url.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    let stream =
        TcpStream::connect((host, url.port_u16().unwrap_or(80))).await.map_err(|error| failed(&error))?;
    let (mut sender, connection) = handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    let request = Request::post(url.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, url.authority().map_or("", |authority| authority.as_str()))
        .header(CONNECTION, HeaderValue::from_static("close"))
        .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
        .header("x-amz-invocation-type", HeaderValue::from_static(invocation_type))
        .body(Full::new(payload))
        .map_err(|error| failed(&error))?;
    let mut exchange = pin!(async move {
        let (head, body) =
            sender.send_request(request).await.map_err(|error| error.to_string())?.into_parts();
        let body = Limited::new(body, LARGEST).collect().await.map_err(|error| error.to_string())?.to_bytes();
        if head.status.is_success() {
            result(&head.headers, body)
        } else {
            Err(format!("status {}", head.status))
        }
    });
    let outcome = tokio::select! {
        biased;
        outcome = &mut exchange => outcome,
        // What was received before the connection ended is still to be read.
        _ = connection => exchange.await,
    };
    outcome.map_err(|error| failed(&error))
}

/// The body that a function which failed has, on emulators that do not say so in a header.
#[derive(Deserialize)]
struct FunctionError {
    #[serde(rename = "errorType")]
    error_type: String,
    #[serde(rename = "errorMessage")]
    _message: IgnoredAny,
}

/// The result of a function that answered, unless it failed. Its message may contain the message that it was given, and
/// is not shown.
fn result(headers: &HeaderMap, body: Bytes) -> Outcome {
    let error: Option<FunctionError> = serde_json::from_slice(&body).ok();
    match (error, headers.contains_key(FUNCTION_ERROR)) {
        (Some(error), _) => {
            Err(format!("the function failed with {:?}", cut(&error.error_type, LONGEST_QUOTE)))
        }
        (None, true) => Err("the function failed".to_owned()),
        (None, false) => Ok(body),
    }
}
