//! The corrections, inputs and leftovers of the call path.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chime_client::operations::CreateChannelModerator;
use chime_client::{
    Attempt, Client, ClientBuilder, Clock, Connect, Connecting, Credentials, CredentialsError, Error,
    ErrorKind, Intercept, ProvideCredentials, ProvidedCredentials, RetryPolicy, Timeouts,
};
use http::{HeaderMap, HeaderValue, Response, Uri};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::Instant;

use contract_tests::client::describe;
use contract_tests::outcome::error_kind;
use contract_tests::peer::{Act, Peer, answer, ok, refusal};
use contract_tests::recorded::example;

use Act::{Hang, Read, Refuse};

fn builder(peer: &Peer) -> ClientBuilder {
    Client::builder()
        .endpoint_url("http://localhost")
        .credentials(Credentials::new("AKID", "secret"))
        .connector(peer.clone())
}

fn client(peer: &Peer) -> Client {
    builder(peer).build().unwrap()
}

/// The header of each request that was sent.
fn sent(peer: &Peer, name: &str) -> Vec<String> {
    let value = |head: String| {
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")).map(str::to_owned));
        line.unwrap_or_default()
    };
    peer.requests().into_iter().map(value).collect()
}

#[tokio::test(start_paused = true)]
async fn a_pooled_connection_that_is_dead_costs_nothing() {
    // Closed when the second request has been read.
    let peer = Peer::new([vec![Read, ok(), Read], vec![Read, ok()]]);
    let once = client(&peer).with_retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() });
    once.call(describe()).await.unwrap();
    let start = Instant::now();
    once.call(describe()).await.unwrap();
    assert_eq!((peer.requests().len(), peer.connections()), (3, 2));
    assert_eq!(start.elapsed(), Duration::ZERO);

    // Closed while it idled: it is not used at all.
    let peer = Peer::new([vec![Read, ok()], vec![Read, ok()]]);
    let client = client(&peer);
    client.call(describe()).await.unwrap();
    client.call(describe()).await.unwrap();
    assert_eq!((peer.requests().len(), peer.connections()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn nonsense_on_a_pooled_connection_is_an_answer_and_counts() {
    let peer = Peer::new([vec![Read, ok(), Read, Act::Send("nonsense\r\n\r\n".to_owned())]]);
    let once = client(&peer).with_retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() });
    once.call(describe()).await.unwrap();
    let error = once.call(describe()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Io(_)), "{error}");
    assert_eq!((error.attempts(), peer.requests().len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_dead_connection_may_have_carried_what_must_not_be_repeated() {
    let created = || answer("201 Created", "", "{}");
    let peer = Peer::new([vec![Read, created(), Read], vec![Read, created()]]);
    let client = client(&peer);
    client.call(example::<CreateChannelModerator>()).await.unwrap();
    let error = client.call(example::<CreateChannelModerator>()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Io(_)) && error.may_have_reached_service(), "{error}");
    assert_eq!((error.attempts(), peer.requests().len()), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_kept_for_twenty_seconds() {
    for (pause, connections) in [(19, 1), (21, 2)] {
        let peer = Peer::new([vec![Read, ok(), Read, ok()]]);
        let client = client(&peer);
        client.call(describe()).await.unwrap();
        tokio::time::advance(Duration::from_secs(pause)).await;
        client.call(describe()).await.unwrap();
        assert_eq!(peer.connections(), connections, "{pause} s");
    }
}

/// A peer that answers each connection once, and tells when the other side closes it.
#[derive(Debug)]
struct Watched(UnboundedSender<Instant>);

impl Connect for Watched {
    fn connect(&self, _: &Uri) -> Connecting<'_> {
        let (ours, theirs) = tokio::io::duplex(64 * 1024);
        let closed = self.0.clone();
        tokio::spawn(async move {
            assert_eq!(Peer::new([]).play(vec![Read, ok(), Read], theirs).await, None);
            closed.send(Instant::now())
        });
        Box::pin(async { Ok(Box::new(ours) as _) })
    }
}

#[tokio::test(start_paused = true)]
async fn an_idle_connection_is_closed_after_twenty_seconds() {
    let (sender, mut closes) = unbounded_channel();
    let builder =
        Client::builder().endpoint_url("http://localhost").credentials(Credentials::new("AKID", "secret"));
    let client = builder.connector(Watched(sender)).build().unwrap();
    // Twice, since the task that closes connections ends with the last one.
    for _ in 0..2 {
        client.call(describe()).await.unwrap();
        let idle = Instant::now();
        assert_eq!(closes.recv().await.unwrap() - idle, Duration::from_secs(20));
    }
}

#[tokio::test]
async fn calls_in_flight_have_a_connection_each_and_leave_it_to_later_ones() {
    let peer = Peer::new([vec![Read, ok(), Read, ok()]]);
    let client = client(&peer);
    for _ in 0..2 {
        for answer in futures_util::future::join_all((0..8).map(|_| client.call(describe()))).await {
            answer.unwrap();
        }
        assert_eq!(peer.connections(), 8);
    }
}

#[test]
fn a_client_outlives_the_runtime_of_its_connections() {
    let peer = Peer::new([vec![Read, ok(), Read, ok()]]);
    let client = client(&peer);
    for connections in [1, 2] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(client.call(describe())).unwrap();
        assert_eq!(peer.connections(), connections);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_canceled_leaves_nothing_behind() {
    let peer = Peer::new([vec![Read, Hang], vec![Read, ok()]]);
    let client = client(&peer);
    let canceled = tokio::time::timeout(Duration::from_secs(1), client.call(describe())).await;
    assert!(canceled.is_err());
    // Neither a further attempt nor a connection that is half in use.
    tokio::time::advance(Duration::from_mins(1)).await;
    assert_eq!(peer.requests().len(), 1);
    client.call(describe()).await.unwrap();
    assert_eq!((peer.requests().len(), peer.connections()), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn each_limit_of_time_is_its_own() {
    // connect, attempt and call in seconds; what the peer does; what the error says, attempts, seconds
    let cases = [
        ((3, 10, 25), vec![Read, Hang], "no answer within the 25s of the whole call", 3, 25),
        ((3, 5, 60), vec![Read, Hang], "no answer within 5s", 3, 15),
        ((3, 10, 4), vec![Read, Hang], "no answer within the 4s of the whole call", 1, 4),
    ];
    for ((connect, attempt, call), script, says, attempts, seconds) in cases {
        let peer = Peer::new([script]);
        let timeouts = Timeouts {
            connect: Duration::from_secs(connect),
            attempt: Duration::from_secs(attempt),
            call: Duration::from_secs(call),
        };
        let retry = RetryPolicy { base: Duration::ZERO, ..RetryPolicy::default() };
        let client = builder(&peer).timeouts(timeouts).retry(retry).build().unwrap();
        let error = client.call(describe()).await.unwrap_err();
        assert!(error.to_string().contains(says) && error.is_timeout(), "{error}");
        assert_eq!((error.attempts(), error.elapsed()), (attempts, Duration::from_secs(seconds)), "{error}");
    }
}

/// 2026-06-04T07:14:51Z
const NOW: Duration = Duration::from_secs(1_780_557_291);

#[tokio::test(start_paused = true)]
async fn clock_skew_is_corrected_once_and_remembered() {
    let now = SystemTime::UNIX_EPOCH + NOW;
    // The service's date, the exception, the dates of the three requests of two calls
    let cases = [
        ("Thu, 04 Jun 2026 08:14:51 GMT", "InvalidSignatureException", "20260604T081451Z"),
        ("Thu, 04 Jun 2026 06:14:51 GMT", "RequestTimeTooSkewed", "20260604T061451Z"),
        ("Fri, 04 Jun 2027 07:14:51 GMT", "SignatureDoesNotMatch", "20270604T071451Z"),
    ];
    for (date, exception, corrected) in cases {
        let off =
            answer("403 Forbidden", &format!("x-amzn-errortype: {exception}\r\ndate: {date}\r\n"), "{}");
        let peer = Peer::new([vec![Read, off, Read, ok(), Read, ok()]]);
        let client = builder(&peer).clock(Clock::new(move || now)).build().unwrap();
        client.call(describe()).await.unwrap();
        client.call(describe()).await.unwrap();
        assert_eq!(sent(&peer, "x-amz-date"), ["20260604T071451Z", corrected, corrected], "{exception}");
    }
}

#[tokio::test(start_paused = true)]
async fn calls_in_flight_during_a_clock_correction_are_sent_again() {
    let now = SystemTime::UNIX_EPOCH + NOW;
    let date = "x-amzn-errortype: RequestTimeTooSkewed\r\ndate: Thu, 04 Jun 2026 08:14:51 GMT\r\n";
    let peer = Peer::new([vec![Read, answer("403 Forbidden", date, "{}"), Read, ok()]]);
    let client = builder(&peer).clock(Clock::new(move || now)).build().unwrap();
    let (one, other) = tokio::join!(client.call(describe()), client.call(describe()));
    one.unwrap();
    other.unwrap();
    assert_eq!(peer.requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_no_clock_explains_stands() {
    let date = |date: &str| format!("x-amzn-errortype: InvalidSignatureException\r\n{date}");
    let cases = [
        // The same time, none, and no time at all.
        (date("date: Thu, 04 Jun 2026 07:14:51 GMT\r\n"), 1),
        (date(""), 1),
        (date("date: yesterday\r\n"), 1),
        // One that is corrected and refused all the same.
        (date("date: Thu, 04 Jun 2026 09:14:51 GMT\r\n"), 2),
    ];
    for (headers, attempts) in cases {
        let peer = Peer::new([vec![Read, answer("403 Forbidden", &headers, "{}")]]);
        let now = SystemTime::UNIX_EPOCH + NOW;
        let client = builder(&peer).clock(Clock::new(move || now)).build().unwrap();
        let error = client.call(describe()).await.unwrap_err();
        assert_eq!(error.exception().unwrap().as_str(), "InvalidSignatureException");
        assert_eq!((error.attempts(), peer.requests().len()), (attempts, attempts as usize), "{headers}");
    }
}

/// A source that does what it is told, one after the other.
#[derive(Debug)]
struct Source {
    steps: Mutex<Vec<Step>>,
    asked: Arc<AtomicUsize>,
}

#[derive(Clone, Debug)]
enum Step {
    /// Credentials that end that many seconds after [`NOW`].
    Give(&'static str, u64),
    /// The same, after five seconds.
    Late(&'static str, u64),
    Fail,
    Hang,
    Panic,
}

impl ProvideCredentials for Source {
    fn provide(&self) -> ProvidedCredentials<'_> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let step = {
            let mut steps = self.steps.lock().unwrap();
            if steps.len() > 1 { steps.remove(0) } else { steps[0].clone() }
        };
        let credentials = |id: &str, end| {
            let end = SystemTime::UNIX_EPOCH + NOW + Duration::from_secs(end);
            Ok(Credentials::new(id, "SECRET").with_session_token("TOKEN").with_expiry(end))
        };
        Box::pin(async move {
            match step {
                Step::Give(id, end) => credentials(id, end),
                Step::Late(id, end) => {
                    tokio::time::sleep(Duration::from_secs(5)).await;
                    credentials(id, end)
                }
                Step::Fail => Err(CredentialsError::new("no credentials: the vault is locked")),
                Step::Hang => std::future::pending().await,
                Step::Panic => panic!("the source is broken"),
            }
        })
    }
}

/// A client of a peer that always answers, with tokio's clock, and the number of requests to its source of credentials.
fn with_source(peer: &Peer, steps: &[Step]) -> (Client, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let source = Source { steps: Mutex::new(steps.to_vec()), asked: Arc::clone(&asked) };
    let start = Instant::now();
    let clock = Clock::new(move || SystemTime::UNIX_EPOCH + NOW + start.elapsed());
    (builder(peer).credentials(source).clock(clock).build().unwrap(), asked)
}

fn answering() -> Peer {
    Peer::new([[Read, ok()].into_iter().cycle().take(400).collect()])
}

/// The access keys that requests were signed with, where they changed.
fn keys(peer: &Peer) -> Vec<String> {
    let key =
        |header: String| header.split_once("Credential=").unwrap().1.split('/').next().unwrap().to_owned();
    let mut keys: Vec<_> = sent(peer, "authorization").into_iter().map(key).collect();
    keys.dedup();
    keys
}

#[tokio::test(start_paused = true)]
async fn credentials_are_fetched_once_and_anew_before_they_end() {
    use Step::{Fail, Give, Hang, Late, Panic};
    // what the source does; when calls are made, in seconds; the keys of the requests; how often it is asked
    type Case<'c> = (&'c [Step], &'c [u64], &'c [&'c str], usize);

    let cases: [Case; 8] = [
        (&[Give("A", 3600)], &[0, 1, 1000, 3299], &["A"], 1),
        // Within the last five minutes new ones are fetched, while the call uses the current ones.
        (&[Give("A", 3600), Give("B", 7200)], &[0, 3301, 3302], &["A", "B"], 2),
        (&[Give("A", 3600), Late("B", 7200)], &[0, 3301, 3305, 3312], &["A", "B"], 2),
        // Where that fails, calls go on, and it is tried again after a minute.
        (&[Give("A", 3600), Fail], &[0, 3301, 3302, 3360], &["A"], 2),
        (&[Give("A", 3600), Fail, Give("B", 7200)], &[0, 3301, 3302, 3363, 3364], &["A", "B"], 3),
        (&[Give("A", 3600), Panic, Give("B", 7200)], &[0, 3301, 3302, 3363, 3364], &["A", "B"], 3),
        (&[Give("A", 3600), Hang, Give("B", 7200)], &[0, 3301, 3302, 3363, 3364], &["A", "B"], 3),
        // Where they have ended, the call waits.
        (&[Give("A", 3600), Late("B", 7200)], &[0, 3601, 3602], &["A", "B"], 2),
    ];
    for (steps, calls, expected, times) in cases {
        let peer = answering();
        let (client, asked) = with_source(&peer, steps);
        let start = Instant::now();
        for at in calls {
            tokio::time::sleep_until(start + Duration::from_secs(*at)).await;
            client.call(describe()).await.unwrap();
            tokio::task::yield_now().await;
        }
        assert_eq!(keys(&peer), expected, "{steps:?} {calls:?}");
        assert_eq!(asked.load(Ordering::Relaxed), times, "{steps:?} {calls:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_credentials_a_call_fails_and_says_why() {
    let cases = [
        (Step::Fail, "no credentials: the vault is locked", 0),
        (Step::Hang, "no credentials: their source gave none within 10s", 10),
        (Step::Panic, "no credentials: their source panicked", 0),
    ];
    for (step, says, seconds) in cases {
        let peer = answering();
        let (client, asked) = with_source(&peer, std::slice::from_ref(&step));
        let error = client.call(describe()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Credentials(_)), "{error}");
        assert!(error.to_string().contains(says), "{error}");
        assert_eq!((error.attempts(), error.may_have_reached_service()), (0, false));
        assert_eq!(error.elapsed(), Duration::from_secs(seconds), "{error}");
        // The next call asks again, unless the source is at it still.
        client.call(describe()).await.unwrap_err();
        let again = usize::from(!matches!(step, Step::Hang));
        assert_eq!(asked.load(Ordering::Relaxed), 1 + again, "{step:?}");
        assert!(peer.requests().is_empty());
    }
}

#[tokio::test(start_paused = true)]
async fn a_source_is_asked_once_however_many_calls_wait() {
    let peer = answering();
    let (client, asked) = with_source(&peer, &[Step::Late("A", 3600)]);
    let calls: Vec<_> = (0..100)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { client.call(describe()).await })
        })
        .collect();
    // Those that give up take nothing away from the others.
    calls[0].abort();
    for call in calls.into_iter().skip(1) {
        call.await.unwrap().unwrap();
    }
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn credentials_that_end_on_the_way_are_replaced() {
    for name in ["ExpiredTokenException", "ExpiredToken"] {
        let expired = || refusal("403 Forbidden", name);
        let peer = Peer::new([vec![Read, expired(), Read, ok(), Read, ok()]]);
        let (client, asked) = with_source(&peer, &[Step::Give("A", 3600), Step::Give("B", 7200)]);
        client.call(describe()).await.unwrap();
        client.call(describe()).await.unwrap();
        assert_eq!(keys(&peer), ["A", "B"]);
        assert_eq!((peer.requests().len(), asked.load(Ordering::Relaxed)), (3, 2));

        // Where the source has no others, or they are refused as well, the refusal stands.
        for (steps, attempts) in
            [(vec![Step::Give("A", 3600)], 1), (vec![Step::Give("A", 3600), Step::Give("B", 3600)], 2)]
        {
            let peer = Peer::new([vec![Read, expired(), Read, expired(), Read, expired()]]);
            let (client, _) = with_source(&peer, &steps);
            let error = client.call(describe()).await.unwrap_err();
            assert_eq!(error.exception().unwrap().as_str(), name);
            assert_eq!((error.attempts(), peer.requests().len()), (attempts, attempts as usize));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_storm_of_throttling_is_not_answered_by_one_of_attempts() {
    let throttled = || refusal("429 Too Many Requests", "ThrottledClientException");
    let peer = Peer::new([[Read, throttled()].into_iter().cycle().take(2000).collect()]);
    let client = client(&peer);
    for _ in 0..200 {
        assert!(client.call(describe()).await.unwrap_err().is_throttled());
    }
    // A full budget pays for a hundred.
    assert_eq!(peer.requests().len(), 300);
}

#[tokio::test(start_paused = true)]
async fn a_call_may_have_a_policy_of_its_own() {
    let peer = Peer::new([vec![Refuse]]);
    let client = client(&peer);
    for (max_attempts, expected) in [(1, 1), (5, 5), (0, 1)] {
        let policy = RetryPolicy { max_attempts, ..RetryPolicy::default() };
        let error = client.with_retry(policy).call(describe()).await.unwrap_err();
        assert_eq!(error.attempts(), expected);
    }
    assert_eq!(client.call(describe()).await.unwrap_err().attempts(), 3);
}

/// Notes what it sees.
#[derive(Clone, Debug, Default)]
struct Observer(Arc<Mutex<Vec<String>>>);

impl Intercept for Observer {
    fn before_signing(&self, attempt: &Attempt, headers: &mut HeaderMap) {
        headers.insert("x-correlation-id", HeaderValue::from(attempt.number));
        headers.insert("host", HeaderValue::from_static("elsewhere"));
        self.0.lock().unwrap().push(format!("{} {}", attempt.operation, attempt.number));
    }

    fn after_attempt(&self, attempt: &Attempt, outcome: Result<&Response<Bytes>, &Error>) {
        let outcome = match outcome {
            Ok(response) => response.status().to_string(),
            Err(error) => {
                error.exception().map_or(error_kind(error), |exception| exception.as_str()).to_owned()
            }
        };
        self.0.lock().unwrap().push(format!("{} {outcome}", attempt.number));
    }
}

#[tokio::test(start_paused = true)]
async fn an_interceptor_sees_every_attempt_and_its_headers_are_signed() {
    let unavailable = refusal("503 Service Unavailable", "ServiceUnavailableException");
    let peer = Peer::new([vec![Refuse], vec![Read, unavailable, Read, ok()]]);
    let seen = Observer::default();
    let client = builder(&peer).interceptor(seen.clone()).app_name("billing").build().unwrap();
    client.call(describe()).await.unwrap();
    let operation = "DescribeChannelMembershipForAppInstanceUser";
    assert_eq!(
        *seen.0.lock().unwrap(),
        [
            format!("{operation} 1"),
            "1 `Connect`".to_owned(),
            format!("{operation} 2"),
            "2 ServiceUnavailableException".to_owned(),
            format!("{operation} 3"),
            "3 200 OK".to_owned(),
        ]
    );
    assert_eq!(sent(&peer, "x-correlation-id"), ["2", "3"]);
    assert_eq!(sent(&peer, "host"), ["localhost", "localhost"]);
    for authorization in sent(&peer, "authorization") {
        assert!(authorization.contains("SignedHeaders=host;x-amz-chime-bearer;x-amz-date;x-correlation-id"));
    }
    assert!(sent(&peer, "user-agent").iter().all(|agent| agent.ends_with(" lang/rust app/billing")));
}
