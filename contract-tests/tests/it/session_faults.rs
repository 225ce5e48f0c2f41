//! Faults of sessions: what a WebSocket receives, and what the client's session makes of it. Time is paused.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chime_client::events::{Event, SessionFrame};
use chime_client::{
    Client, Connect as _, Credentials, MessagingSession, ProvideCredentials, ProvidedCredentials,
    SessionError, SessionErrorKind, SessionItem,
};
use chime_local::{Fault, LocalService, RunningService};
use contract_tests::connection::{administrative, send};
use contract_tests::world::{service, user};
use futures_util::StreamExt;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout, timeout_at};

use crate::session_socket::{Session, of, say, world};

const HOUR: Duration = Duration::from_hours(1);

/// The texts of faults, what bob's WebSocket receives if ada sends the messages 1 to 4, how it ends, and the faults that
/// are left.
type Case<'a> = (&'a [&'a str], &'a str, &'a [&'a str]);

/// `E` is `SESSION_ESTABLISHED`, `+5` the seconds that passed before it came.
const CASES: &[Case<'_>] = &[
    (&[], "E1234 open", &[]),
    (&["Connect=close(1011+3):1"], "E12 closed 1011", &[]),
    (&["Connect=close(4003):2"], " closed 4003", &["Connect=close(4003):1"]),
    (&["Connect=close(1005+1)"], "E closed 1005", &["Connect=close(1005+1)"]),
    (&["Connect=close(4999+9):1"], "E1234 open", &[]),
    (&["Connect=end:1"], " ended", &[]),
    (&["Connect=end(2):1"], "E1 ended", &[]),
    (&["Connect=silent:1"], " silent", &[]),
    (&["Connect=silent(2):1"], "E1 silent", &[]),
    (&["Connect=expire:1"], " ended", &[]),
    (&["Connect=delay(5s):1"], "+5E1234 open", &[]),
    (&["Connect=drop:1"], "1234 open", &[]),
    (&["Connect=duplicate:1"], "EE1234 open", &[]),
    (&["Connect=reorder:1"], "1E234 open", &[]),
    (&["Event=close(1012):1"], "E closed 1012", &[]),
    (&["Event=close(1012+2):1"], "E12 closed 1012", &[]),
    (&["Event=end(1):1"], "E1 ended", &[]),
    (&["Event=silent(3):1"], "E123 silent", &[]),
    (&["Event=expire:1"], "E ended", &[]),
    (&["Event=delay(5s):1"], "E+51234 open", &[]),
    (&["Event=drop:2"], "E34 open", &[]),
    (&["Event=duplicate:2"], "E112234 open", &[]),
    (&["Event=reorder:1"], "E2134 open", &[]),
    // A fault that is used up leaves the next event to the next fault; an event meets one fault.
    (&["Event=drop:1", "Event=duplicate:1", "Event=reorder:3"], "E2243 open", &["Event=reorder:1"]),
    (&["Event=drop@0", "Event=drop@1#7"], "E open", &["Event=drop@0", "Event=drop@1#7"]),
    // Calls and sessions do not use up each other's faults.
    (&["Connect=drop:1", "Event=drop:1", "ListChannels=drop:1"], "234 open", &["ListChannels=drop:1"]),
];

/// The faults of the texts, in which `USER` stands for bob's ARN, and `OTHER` for ada's.
fn faults(texts: &[&str]) -> Vec<Fault> {
    let fault = |text: &&str| {
        let text = text.replace("USER", user("bob").as_str()).replace("OTHER", user("ada").as_str());
        text.parse().unwrap()
    };
    texts.iter().map(fault).collect()
}

/// A service within the process.
fn begin(configured: LocalService) -> (RunningService, Client) {
    let local = configured.start_in_process().unwrap();
    let client = Client::of(&local).unwrap();
    (local, client)
}

/// Sends a request to the administrative path, and returns the answer.
async fn administer(local: &RunningService, method: &str, body: Vec<u8>) -> Value {
    let stream = local.connector().connect(&"http://localhost".parse().unwrap()).await.unwrap();
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let answer = send(&mut sender, administrative(method, "faults", body)).await;
    assert_eq!(answer.status(), 200, "{answer:?}");
    serde_json::from_slice(answer.body()).unwrap()
}

async fn say_four(client: &Client) {
    for content in ["1", "2", "3", "4"] {
        say(client, "ada", content, json!({})).await;
    }
}

/// What a WebSocket receives until it ends, or until an hour passes.
async fn received(session: &mut Session) -> String {
    let (mut received, mut pings) = (String::new(), 0);
    let end = Instant::now() + HOUR;
    let mut last = Instant::now();
    loop {
        let Ok(next) = timeout_at(end, session.0.next()).await else {
            return received + if pings == 0 { " silent" } else { " open" };
        };
        match next {
            Some(Ok(message)) if message.is_ping() => pings += 1,
            Some(Ok(message)) if message.is_close() => {
                let code = message.as_close().map_or(1005, |(code, _)| u16::from(code));
                return received + &format!(" closed {code}");
            }
            Some(Ok(message)) => {
                let waited = last.elapsed().as_secs();
                if waited > 0 {
                    write!(received, "+{waited}").unwrap();
                }
                last = Instant::now();
                let frame: SessionFrame = serde_json::from_str(message.as_text().unwrap()).unwrap();
                received.push_str(&name(&frame.event));
            }
            None | Some(Err(_)) => return received + " ended",
        }
    }
}

/// The name of an event in the expected texts.
fn name(event: &Event) -> String {
    match event {
        Event::SessionEstablished => "E".to_owned(),
        Event::CreateChannelMessage(message) => message.content.as_ref().unwrap().as_str().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn a_fault_strikes_a_session_however_it_was_set() {
    let of_users: &[Case<'_>] = &[
        (
            &["Event(OTHER)=drop:1", "Connect(OTHER)=drop:1"],
            "E1234 open",
            &["Event(OTHER)=drop:1", "Connect(OTHER)=drop:1"],
        ),
        (&["Event(USER)=drop:1", "Connect(USER)=drop:1"], "234 open", &[]),
    ];
    for (texts, expected, left) in CASES.iter().chain(of_users) {
        let (faults, left) = (faults(texts), faults(left));
        for way in ["from the start", "while it runs", "over HTTP"] {
            let mut configured = service(&[world()]);
            if way == "from the start" {
                configured = faults.iter().cloned().fold(configured, LocalService::fault);
            }
            let (local, client) = begin(configured);
            match way {
                "while it runs" => faults.iter().for_each(|fault| local.fault(fault.clone())),
                "over HTTP" => drop(administer(&local, "PUT", serde_json::to_vec(&faults).unwrap()).await),
                _ => {}
            }
            assert_eq!(administer(&local, "GET", Vec::new()).await, json!(faults), "{texts:?} {way}");
            let mut session = Session::connect(&local, &of("bob", "")).await;
            // Once the connect has met its fault.
            while local.sessions().is_empty() && !expected.starts_with(' ') {
                tokio::task::yield_now().await;
            }
            say_four(&client).await;
            assert_eq!(received(&mut session).await, *expected, "{texts:?} {way}");
            assert_eq!(administer(&local, "GET", Vec::new()).await, json!(left), "{texts:?} {way}");
            assert_eq!(local.faults(), left, "{texts:?} {way}");
        }
    }
}

/// The end of a connection in the expected texts.
fn reason(error: &SessionError) -> String {
    match error.kind() {
        SessionErrorKind::Closed(close) => close.code.to_string(),
        SessionErrorKind::Broken(_) => "broken".to_owned(),
        SessionErrorKind::Silent(_) => "silent".to_owned(),
        SessionErrorKind::NotEstablished(_) => "never established".to_owned(),
        other => panic!("{other:?}"),
    }
}

/// What a session of the client has until it ends, or until nothing comes for an hour: the messages, `(…)` for a loss,
/// `+` for a reconnect and `!` for the end.
async fn items(session: &mut MessagingSession) -> String {
    let mut items = String::new();
    while let Ok(Some(item)) = timeout(HOUR, session.next()).await {
        match item {
            Ok(SessionItem::Event(frame)) => items.push_str(&name(&frame.event)),
            Ok(SessionItem::Disconnected { error, .. }) => write!(items, "({})", reason(&error)).unwrap(),
            Ok(SessionItem::Reconnected { .. }) => items.push('+'),
            Ok(other) => panic!("{other:?}"),
            Err(error) => return items + "!" + &reason(&error),
        }
    }
    items
}

#[tokio::test(start_paused = true)]
async fn a_session_of_the_client_survives_what_can_be_survived() {
    // The faults, and what the client's session has, without and with the messages of gaps.
    let cases: &[(&[&str], &str, &str)] = &[
        (&["Event=close(1011+2):1"], "12(1011)+", "12(1011)+34"),
        (&["Event=close(1005):1"], "!1005", "!1005"),
        (&["Event=close(4003+1):1"], "1!4003", "1!4003"),
        (&["Event=close(4001):1"], "(4001)+", "(4001)+1234"),
        (&["Event=end(2):1"], "12(broken)+", "12(broken)+34"),
        (&["Event=silent(1):1"], "1(silent)+", "1(silent)+234"),
        // A key that has expired, and the same one again.
        (&["Event=expire:1"], "(broken)!4401", "(broken)!4401"),
        (&["Event=delay(20s):1"], "1234", "1234"),
        // Nothing shows that an event is missing.
        (&["Event=drop:1"], "234", "234"),
        (&["Event=duplicate:2"], "112234", "1234"),
        (&["Event=reorder:1"], "2134", "2134"),
        // The connects after a loss meet faults, too.
        (
            &["Event=end(3):1", "Connect=drop:1"],
            "123(broken)(never established)+",
            "123(broken)(never established)+4",
        ),
        (&["Event=end:1", "Connect=close(1013):2"], "(broken)(1013)(1013)+", "(broken)(1013)(1013)+1234"),
        (&["Event=end:1", "Connect=close(4003):1"], "(broken)!4003", "(broken)!4003"),
        (&["Event=end:1", "Connect=delay(5s):1"], "(broken)+", "(broken)+1234"),
        (
            &["Event=end:1", "Connect=delay(20s):1"],
            "(broken)(never established)+",
            "(broken)(never established)+1234",
        ),
        (
            &["Event=end:1", "Connect=silent:1"],
            "(broken)(never established)+",
            "(broken)(never established)+1234",
        ),
        (&["Event=end:1", "Connect=silent(1):1"], "(broken)+(silent)+", "(broken)+1234(silent)+"),
    ];
    for (texts, expected, filled) in cases {
        for (fills_gaps, expected) in [(false, expected), (true, filled)] {
            let (local, client) = begin(service(&[world()]));
            let mut builder = client.messaging_session().app_instance_user_arn(user("bob"));
            if fills_gaps {
                builder = builder.fill_gaps();
            }
            let mut session = builder.connect().await.unwrap();
            for fault in faults(texts) {
                local.fault(fault);
            }
            say_four(&client).await;
            assert_eq!(items(&mut session).await, *expected, "{texts:?}, fills gaps: {fills_gaps}");
            assert_eq!(local.faults(), [], "{texts:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_connect_of_the_client_meets_faults() {
    // The fault, why the connect fails if it does, the number of connects, and what the session has.
    let cases = [
        ("Connect=close(1011):2", None, 3, "1234"),
        ("Connect=close(4003):1", Some("4003"), 1, ""),
        ("Connect=close(4401):1", Some("4401"), 1, ""),
        ("Connect=end:1", None, 2, "1234"),
        ("Connect=silent:1", Some("never established"), 1, ""),
        ("Connect=drop:1", Some("never established"), 1, ""),
        ("Connect=delay(5s):1", None, 1, "1234"),
        ("Connect=duplicate:1", None, 1, "E1234"),
        ("Connect=expire:1", Some("4401"), 2, ""),
    ];
    for (text, failure, connects, expected) in cases {
        let (local, client) = begin(service(&[world()]).fault(text.parse().unwrap()));
        let builder = client.messaging_session().app_instance_user_arn(user("bob"));
        let connected = builder.connect().await;
        let is_connect = |record: &chime_local::RequestRecord| record.operation == Some("Connect");
        assert_eq!(local.requests().iter().filter(|record| is_connect(record)).count(), connects, "{text}");
        match connected {
            Ok(mut session) => {
                assert_eq!(failure, None, "{text}");
                say_four(&client).await;
                assert_eq!(items(&mut session).await, expected, "{text}");
            }
            Err(error) => assert_eq!(Some(&*reason(&error)), failure, "{text}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_before_the_session_is_established_is_not_lost() {
    let (local, client) = begin(service(&[world()]).fault("Connect=reorder:1".parse().unwrap()));
    let connecting = client.messaging_session().app_instance_user_arn(user("bob")).connect();
    let saying = async {
        while local.sessions().is_empty() {
            tokio::task::yield_now().await;
        }
        say_four(&client).await;
    };
    let (connected, ()) = tokio::join!(connecting, saying);
    assert_eq!(items(&mut connected.unwrap()).await, "1234");
}

/// Two access keys of the service.
const KEYS: [&str; 2] = ["A", "B"];

/// Provides the first access key until there were so many connects, and then the second one.
#[derive(Clone, Debug)]
struct Renewed {
    connects: Arc<AtomicUsize>,
    after: usize,
}

impl ProvideCredentials for Renewed {
    fn provide(&self) -> ProvidedCredentials<'_> {
        let is_renewed = self.connects.load(Ordering::Relaxed) >= self.after;
        let credentials = Credentials::new(KEYS[usize::from(is_renewed)], "secret");
        Box::pin(std::future::ready(Ok(credentials)))
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_whose_key_expires_recovers_with_another_key() {
    // The number of connects after which there is another key, and what the session has.
    for (after, expected) in [(1, "(broken)+1234"), (2, "(broken)(4401)+1234"), (99, "(broken)!4401")] {
        let connects = Arc::new(AtomicUsize::new(0));
        let source = Renewed { connects: Arc::clone(&connects), after };
        let configured = KEYS.iter().fold(service(&[world()]), |configured, key| {
            configured.credentials(Credentials::new(*key, "secret"))
        });
        let configured = configured.on_request(move |record| {
            connects.fetch_add(usize::from(record.operation == Some("Connect")), Ordering::Relaxed);
        });
        let local = configured.start_in_process().unwrap();
        let builder = Client::builder().endpoint_url(local.endpoint_url()).region("us-east-1");
        let client = builder.connector(local.connector()).credentials(source).build().unwrap();
        let builder = client.messaging_session().app_instance_user_arn(user("bob"));
        let mut session = builder.fill_gaps().connect().await.unwrap();
        local.fault("Event=expire:1".parse().unwrap());
        say_four(&client).await;
        assert_eq!(items(&mut session).await, expected, "another key after {after} connects");
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_has_expired_for_one_user_until_the_faults_are_replaced() {
    let (local, _) = begin(service(&[world()]).fault("Connect=expire:1".parse().unwrap()));
    assert_eq!(received(&mut Session::connect(&local, &of("bob", "")).await).await, " ended");
    for _ in 0..2 {
        assert_eq!(received(&mut Session::connect(&local, &of("bob", "")).await).await, " closed 4401");
    }
    // A fault that is added changes nothing about it.
    local.fault("Event=drop:1".parse().unwrap());
    assert_eq!(received(&mut Session::connect(&local, &of("bob", "")).await).await, " closed 4401");
    Session::of(&local, "ada").await;
    administer(&local, "DELETE", Vec::new()).await;
    Session::of(&local, "bob").await;
}

#[tokio::test(start_paused = true)]
async fn a_service_stops_with_sessions_that_are_silent_or_wait() {
    for text in ["Connect=silent(1)", "Connect=delay(3600s)", "Connect=reorder"] {
        let (local, _) = begin(service(&[world()]).fault(text.parse().unwrap()));
        let _session = Session::connect(&local, &of("bob", "")).await;
        while local.sessions().is_empty() {
            tokio::task::yield_now().await;
        }
        let start = Instant::now();
        local.stop().await;
        assert!(start.elapsed() < Duration::from_secs(5), "{text}: {:?}", start.elapsed());
    }
}
