//! Secrets and sensitive members, through success and every fault, looked for in everything that can be seen.

use std::error::Error as _;
use std::io;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::{Duration, SystemTime};

use chime_client::operation::Operation;
use chime_client::{Client, ClientBuilder, Clock, Credentials, Error, Network, RetryPolicy};
use serde_json::{Value, json};
use tracing::Level;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::FmtSpan;

use chime_client::operations::ALL;
use contract_tests::arns::{USER, arn_of};
use contract_tests::client::describe;
use contract_tests::operations::request_of;
use contract_tests::peer::{Act, Peer, answer, refusal};
use contract_tests::service_model::{Shape, model_of};

use crate::session_client;

use Act::{Hang, Read, Refuse, Reset};

/// What every secret and every sensitive member has in it.
const HIDDEN: &str = "KEEP-THIS-OUT";

/// Everything that was seen on this test's own thread.
#[derive(Clone)]
struct Seen(Arc<Mutex<Vec<u8>>>, ThreadId);

impl io::Write for Seen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if thread::current().id() == self.1 {
            self.0.lock().unwrap().extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Seen {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

impl Seen {
    fn add(&self, text: &str) {
        self.0.lock().unwrap().extend_from_slice(text.as_bytes());
    }

    fn add_error(&self, error: &Error) {
        self.add(&format!("{error}\n{error:?}\n{:?}\n", error.service_error()));
        let mut source = error.source();
        while let Some(error) = source {
            self.add(&format!("{error}\n{error:?}\n"));
            source = error.source();
        }
    }
}

/// A value of a shape, hidden where it is sensitive.
fn leaf(member: &str, shape: &Shape) -> Value {
    match shape.r#type.as_str() {
        "timestamp" => json!(1_610_051_741.085),
        "integer" => json!(shape.min),
        "boolean" => json!(true),
        _ if shape.sensitive && shape.is_arn() => json!(format!("{USER}{HIDDEN}")),
        _ if shape.sensitive => json!(HIDDEN),
        _ if !shape.values.is_empty() => json!(shape.values[0]),
        _ if shape.is_arn() => json!(shape.arn_of_another_service().unwrap_or(arn_of(member))),
        _ => json!("x".repeat(shape.min as usize)),
    }
}

/// What the peer does about one call, on its connections.
fn scripts(status: u16, body: &str) -> Vec<Vec<Vec<Act>>> {
    let success = answer(&format!("{status} Fine"), "x-amzn-requestid: the-request-id\r\n", body);
    let expired = refusal("403 Forbidden", "ExpiredTokenException");
    let date = "x-amzn-errortype: InvalidSignatureException\r\ndate: Thu, 04 Jun 2026 09:14:51 GMT\r\n";
    let unreadable = format!(r#"{{"ChannelMembership":"{HIDDEN}","ChannelArn":["{HIDDEN}"],"#);
    vec![
        vec![vec![Read, success.clone()]],
        vec![vec![Read, expired], vec![Read, success.clone()]],
        vec![vec![Read, answer("403 Forbidden", date, "{}")], vec![Read, success]],
        vec![vec![Read, answer(&format!("{status} Fine"), "", &unreadable)]],
        vec![vec![Read, refusal("400 Bad Request", "BadRequestException")]],
        vec![vec![Read, refusal("429 Too Many Requests", "ThrottledClientException")]],
        vec![vec![Read, answer("502 Bad Gateway", "", HIDDEN)]],
        vec![vec![Read, Act::Send(format!("{HIDDEN}\r\n\r\n"))]],
        vec![vec![Read, Reset]],
        vec![vec![Read, Hang]],
        vec![vec![Refuse]],
    ]
}

fn builder() -> ClientBuilder {
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291);
    Client::builder()
        .endpoint_url("http://localhost")
        .credentials(Credentials::new("AKID", HIDDEN).with_session_token(HIDDEN))
        .clock(Clock::new(move || start))
        .retry(RetryPolicy { max_attempts: 2, ..RetryPolicy::default() })
}

async fn call<O: Operation>(seen: &Seen) -> (usize, usize) {
    let model = model_of(&O::METADATA);
    let of_model = model.operation(O::METADATA.name);
    let input = model.value(&of_model.input, "", &mut leaf);
    let body = of_model.output.as_ref().map(|output| model.value(output, "", &mut leaf).to_string());
    let (mut answered, mut failed) = (0, 0);
    for scripts in scripts(of_model.success, body.as_deref().unwrap_or_default()) {
        let client = builder().connector(Peer::new(scripts)).build().unwrap();
        let request: O = request_of(input.as_object().unwrap()).unwrap();
        seen.add(&format!("{client:?} {request:?}\n"));
        match client.call(request).await {
            Ok(answer) => {
                answered += 1;
                seen.add(&format!("{answer:?}\n"));
            }
            Err(error) => {
                failed += 1;
                seen.add_error(&error);
            }
        }
    }
    (answered, failed)
}

#[tokio::test(start_paused = true)]
async fn no_log_level_shows_sensitive_data() {
    let seen = Seen(Arc::default(), thread::current().id());
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::TRACE)
        .with_span_events(FmtSpan::CLOSE)
        .with_writer(seen.clone())
        .finish();
    // For all threads: what one has seen first without a subscriber, it may never tell another's.
    tracing::subscriber::set_global_default(subscriber).unwrap();

    let (mut answered, mut failed) = (0, 0);
    macro_rules! call_all {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            $( {
                let (more_answered, more_failed) = call::<chime_client::operations::$Operation>(&seen).await;
                answered += more_answered;
                failed += more_failed;
            } )*
        };
    }
    chime_client::for_each_operation!(call_all);
    // An operation without an answer reads none, so that an unreadable one is one as well.
    let count = ALL.len();
    assert!(answered >= 2 * count && failed >= 8 * count, "{answered} answered, {failed} failed");

    seen.add(&session_client::eventful(HIDDEN).await);

    // Over sockets, where hyper says more and a clock that is paused would not wait, and by way of a proxy with a
    // password.
    tokio::time::resume();
    let server = wiremock::MockServer::start().await;
    let port = server.address().port();
    let network = Network {
        https_proxy: Some(format!("http://{HIDDEN}:{HIDDEN}@127.0.0.1:{port}")),
        ..Network::default()
    };
    for url in [server.uri(), "https://localhost:1".to_owned()] {
        let client = builder().network(network.clone()).endpoint_url(url).build().unwrap();
        seen.add(&format!("{client:?} {network:?}"));
        seen.add_error(&client.call(describe()).await.unwrap_err());
    }

    let seen = String::from_utf8(seen.0.lock().unwrap().clone()).unwrap();
    let leak = seen.find(HIDDEN).map(|at| &seen[at.saturating_sub(500)..(at + 100).min(seen.len())]);
    assert_eq!(leak, None);
    // The address of a session is a secret.
    for secret in ["X-Amz-Signature=", "sessionId="] {
        assert!(!seen.contains(secret), "{secret}");
    }
    // What should be seen is.
    for shown in [
        "call{operation=\"SendChannelMessage\"",
        "attempts=2 status=429",
        "request_id=\"the-request-id\"",
        "attempt=1",
        "error=no connection",
        "the proxy 127.0.0.1",
        "opened a WebSocket",
        "could not open a WebSocket",
        "CreateChannelMessage(ChannelMessage",
        "TRACE",
    ] {
        assert!(seen.contains(shown), "{shown}");
    }
}
