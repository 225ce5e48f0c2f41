//! The request log: each request, its caller and its outcome.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_smithy_types::DateTime;
use chime_types::{OneLine, Timestamp, wire};
use http::Request;
use serde::{Serialize, Serializer};
use tokio::time::Instant;
use uuid::Uuid;

use crate::diagnosis::SignatureRefusal;
use crate::feed::Feed;
use crate::headers::BEARER;
use crate::refusal::Refusal;
use crate::text::cut;

/// The number of requests that are kept.
const KEPT: usize = 1000;

/// The longest text of a request that is kept, in bytes. ARNs have at most 1,600 characters.
const LONGEST: usize = 2048;

/// A request and its outcome, as in the request log.
///
/// ```
/// # #[tokio::main]
/// # async fn main() -> std::io::Result<()> {
/// let local = chime_local::LocalService::demo().start().await?;
/// // … calls …
/// for request in local.requests() {
///     println!("{request}");
///     if let Some(refused) = request.signature {
///         println!("signed wrongly: {}", refused.differs);
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// `Display` is one line, whatever the request contains, and indented lines after it where the request was refused.
/// `Serialize` writes the members under these names; `duration` is a number of milliseconds, `time` is ISO-8601.
///
/// It holds no body, no query, no secret and no signature. A path or a bearer that is longer than 2,048 bytes is
/// cut.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct RequestRecord {
    /// The time of the request, by the service's clock.
    #[serde(serialize_with = "as_text")]
    pub time: Timestamp,
    /// The time until the answer.
    #[serde(serialize_with = "as_milliseconds")]
    pub duration: Duration,
    /// The `x-amzn-RequestId` that it was answered with.
    pub request_id: String,
    /// The HTTP method.
    pub method: String,
    /// The path as it was sent, without the query, and without the user whose devices it is about.
    pub path: String,
    /// The operation, as the service spells it; `None` if the request is not an operation.
    pub operation: Option<&'static str>,
    /// The `chime` command that repeats the request, if it is an operation or the connect of a session. A word in capitals
    /// takes the place of a value that may be private.
    pub command: Option<String>,
    /// The caller that the request names; if the signature is refused, anyone may have sent it.
    pub bearer: Option<String>,
    /// The status of the answer; `None` if the connection was closed before an answer, by the service (the fault
    /// `drop`) or by the client.
    pub status: Option<u16>,
    /// The exception that it was answered with.
    pub exception: Option<String>,
    /// The reason for a refusal other than for its signature: the rule, the role and the channel of a
    /// `ForbiddenException`, the message of any other exception.
    pub cause: Option<String>,
    /// The diagnosis of the signature, if it was refused.
    pub signature: Option<SignatureRefusal>,
}

impl RequestRecord {
    /// Records why the request is refused.
    pub(crate) fn refuse(&mut self, refusal: &Refusal) {
        self.exception = Some(refusal.name().to_owned());
        if self.signature.is_none() {
            self.cause = refusal.cause().map(|cause| cut(cause, LONGEST));
        }
    }
}

fn as_text<S: Serializer>(value: &impl fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn as_milliseconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64() * 1000.0)
}

impl fmt::Display for RequestRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.time)?;
        match self.status {
            Some(status) => write!(f, "{status} ")?,
            None => f.write_str("--- ")?,
        }
        match self.operation {
            Some(operation) => f.write_str(operation)?,
            None => write!(f, "{} {}", OneLine(&self.method), OneLine(&self.path))?,
        }
        if let Some(exception) = &self.exception {
            write!(f, " {}", OneLine(exception))?;
        }
        write!(f, " by {}", OneLine(self.bearer.as_deref().unwrap_or("nobody")))?;
        write!(f, " in {:.1} ms, request id {}", self.duration.as_secs_f64() * 1000.0, self.request_id)?;
        if let Some(cause) = &self.cause {
            write!(f, "\n  cause: {}", OneLine(cause))?;
        }
        let Some(refused) = &self.signature else { return Ok(()) };
        write!(f, "\n  differs: {}\n  canonical request:", OneLine(&refused.differs))?;
        for line in refused.canonical_request.split('\n') {
            write!(f, "\n    {}", OneLine(line))?;
        }
        if let Some(text) = &refused.string_to_sign {
            f.write_str("\n  string to sign:")?;
            for line in text.split('\n') {
                write!(f, "\n    {}", OneLine(line))?;
            }
        }
        Ok(())
    }
}

/// The function that is called with each record.
pub(crate) type Listener = Box<dyn Fn(&RequestRecord) + Send + Sync>;

/// The function that is called with each notice.
pub(crate) type NoticeListener = Box<dyn Fn(&str) + Send + Sync>;

/// The last requests.
#[derive(Default)]
pub(crate) struct Log {
    kept: Mutex<VecDeque<RequestRecord>>,
    pub(crate) listener: Option<Listener>,
    pub(crate) notice_listener: Option<NoticeListener>,
    /// Whose readers are told each record.
    feed: Arc<Feed>,
}

impl Log {
    /// An empty log, whose records are told to the readers of a feed.
    pub(crate) fn new(feed: Arc<Feed>) -> Self {
        Self { feed, ..Self::default() }
    }

    /// Begins the entry of a request, which is complete when the value is dropped.
    pub(crate) fn begin<B>(&self, request: &Request<B>, now: SystemTime) -> Entry<'_> {
        let bearer = request.headers().get(BEARER);
        let record = RequestRecord {
            time: DateTime::from(now).into(),
            duration: Duration::ZERO,
            request_id: Uuid::new_v4().to_string(),
            method: cut(request.method().as_str(), LONGEST),
            path: cut(&wire::shown_path(request.uri().path()), LONGEST),
            operation: None,
            command: None,
            bearer: bearer.map(|value| cut(&String::from_utf8_lossy(value.as_bytes()), LONGEST)),
            status: None,
            exception: None,
            cause: None,
            signature: None,
        };
        Entry { log: self, started: Instant::now(), record }
    }

    /// Says, in one line, what went wrong without a request that could say it.
    pub(crate) fn notice(&self, text: &str) {
        if let Some(listener) = &self.notice_listener {
            listener(&OneLine(text).to_string());
        }
    }

    /// The last requests, the oldest first.
    pub(crate) fn requests(&self) -> Vec<RequestRecord> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}

/// A request that is being answered. A client that goes away before the answer drops it, too.
pub(crate) struct Entry<'l> {
    log: &'l Log,
    started: Instant,
    pub(crate) record: RequestRecord,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        self.record.duration = self.started.elapsed();
        if let Some(listener) = &self.log.listener {
            listener(&self.record);
        }
        self.log.feed.tell("Request", &self.record);
        let mut kept = self.log.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT {
            kept.pop_front();
        }
        kept.push_back(self.record.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(path: &str, bearer: &[u8]) -> Request<()> {
        Request::builder().uri(path).header(BEARER, bearer).body(()).unwrap()
    }

    #[test]
    fn the_last_thousand_are_kept_and_each_is_told() {
        let told = Arc::new(Mutex::new(0));
        let count = Arc::clone(&told);
        let listener: Listener = Box::new(move |_| *count.lock().unwrap() += 1);
        let log = Log { listener: Some(listener), ..Log::default() };
        for number in 0..1001 {
            drop(log.begin(&request(&format!("/{number}"), b"u"), SystemTime::UNIX_EPOCH));
        }
        let kept = log.requests();
        assert_eq!((kept.len(), *told.lock().unwrap()), (1000, 1001));
        assert_eq!((kept[0].path.as_str(), kept[999].path.as_str()), ("/1", "/1000"));
    }

    #[test]
    fn an_entry_is_one_line_whatever_the_request_says() {
        let log = Log::default();
        let mut entry =
            log.begin(&request("/channels/%0a", b"u\xc2\x85\xe2\x80\xa8\xff"), SystemTime::UNIX_EPOCH);
        entry.record.exception = Some("Bad\nforged\x1b[31m".to_owned());
        entry.record.signature = Some(SignatureRefusal::new(
            "a\nb",
            "GET\n/\rforged",
            Some("AWS4-HMAC-SHA256\nforged\x1b".to_owned()),
        ));
        let id = entry.record.request_id.clone();
        drop(entry);
        let shown = log.requests()[0].to_string();
        let (start, end) = shown.split_once(" in ").unwrap();
        let (_, end) = end.split_once(" ms, ").unwrap();
        assert_eq!(
            start,
            "1970-01-01T00:00:00Z --- GET /channels/%0a Bad\\nforged\\u{1b}[31m by u\\u{85}\\u{2028}\u{fffd}"
        );
        assert_eq!(
            end,
            format!(
                "request id {id}\n  differs: a\\nb\n  canonical request:\n    GET\n    /\\rforged\n  \
                 string to sign:\n    AWS4-HMAC-SHA256\n    forged\\u{{1b}}"
            )
        );
    }

    #[test]
    fn long_values_in_a_record_are_cut() {
        let log = Log::default();
        drop(log.begin(&request(&format!("/{}", "x".repeat(5000)), &[b'u'; 5000]), SystemTime::UNIX_EPOCH));
        let record = log.requests().remove(0);
        assert_eq!((record.path.len(), record.bearer.unwrap().len()), (2051, 2051));
        let text = "x".repeat(20_000);
        let refused = SignatureRefusal::new(&text, &text, Some(text.clone()));
        let lengths =
            (refused.differs.len(), refused.canonical_request.len(), refused.string_to_sign.unwrap().len());
        assert_eq!(lengths, (2051, 8195, 2051));
    }
}
