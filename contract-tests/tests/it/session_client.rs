//! Real-time sessions of the client, against a peer that does what a script says. Time is paused.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use chime_client::events::{Event, SessionFrame};
use chime_client::{
    Client, Clock, Credentials, CredentialsError, MessagingSession, Prefetch, ProvideCredentials,
    ProvidedCredentials, SessionError, SessionErrorKind, SessionItem,
};
use contract_tests::arns::{CHANNEL, USER};
use contract_tests::world::stopped;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout};

use crate::session_peer::{Does, SessionPeer, endpoint, frame};

use Does::{
    Breaks, Closes, Establishes, Floods, IsAway, IsSilent, Passes, Pings, Refuses, Says, SaysBytes, Serves,
    Waits,
};

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);

/// A message of a channel as an event.
fn message(id: &str, content: &str) -> Value {
    json!({ "ChannelArn": CHANNEL, "MessageId": id, "Content": content, "CreatedTimestamp": "2026-06-04T07:14:51.000Z" })
}

fn says(id: &str) -> Does {
    Says(frame("CREATE_CHANNEL_MESSAGE", "STANDARD", &message(id, "Hello")))
}

async fn connect(client: &Client) -> Result<MessagingSession, SessionError> {
    client.messaging_session().app_instance_user_arn(USER).connect().await
}

async fn session(peer: &SessionPeer) -> MessagingSession {
    connect(&peer.client().build().unwrap()).await.unwrap()
}

/// The next item, within a day.
async fn item(session: &mut MessagingSession) -> SessionItem {
    timeout(DAY, session.next()).await.expect("nothing for a day").unwrap().unwrap()
}

async fn event(session: &mut MessagingSession) -> SessionFrame {
    match item(session).await {
        SessionItem::Event(frame) => *frame,
        other => panic!("{other:?}"),
    }
}

/// The ID of the next event's message.
async fn id(session: &mut MessagingSession) -> String {
    match event(session).await.event {
        Event::CreateChannelMessage(message) => message.message_id.unwrap(),
        other => panic!("{other:?}"),
    }
}

/// The wait after the loss that is the next item.
async fn lost(session: &mut MessagingSession) -> (SessionError, u32, Duration) {
    match item(session).await {
        SessionItem::Disconnected { error, attempt, retry_in } => (error, attempt, retry_in),
        other => panic!("{other:?}"),
    }
}

async fn reconnected(session: &mut MessagingSession) {
    let item = item(session).await;
    assert!(matches!(item, SessionItem::Reconnected { .. }), "{item:?}");
}

/// The error that ends the session, after any losses.
async fn end(session: &mut MessagingSession) -> SessionError {
    loop {
        match timeout(DAY, session.next()).await.expect("nothing for a day").expect("no error") {
            Ok(SessionItem::Disconnected { .. } | SessionItem::Reconnected { .. }) => {}
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                assert!(session.next().await.is_none());
                return error;
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_event_of_each_kind_arrives_as_it_was_sent() {
    let membership =
        json!({ "ChannelArn": CHANNEL, "Member": { "Arn": USER, "Name": "Alice" }, "Type": "DEFAULT" });
    let batch =
        json!({ "ChannelArn": CHANNEL, "Type": "DEFAULT", "Members": [{ "Arn": USER, "Name": "Alice" }] });
    let channel = json!({ "ChannelArn": CHANNEL, "Name": "General", "LastUpdatedTimestamp": "2026-06-04T07:14:51.000Z" });
    let details = json!({ "Channel": { "ChannelArn": CHANNEL }, "ChannelMessages": [], "ChannelMessagesHasMore": false });
    let payloads = |event: &str| match event {
        "SESSION_ESTABLISHED" => None,
        "CHANNEL_DETAILS" => Some(details.clone()),
        "CREATE_CHANNEL" | "UPDATE_CHANNEL" | "DELETE_CHANNEL" => Some(channel.clone()),
        "BATCH_CREATE_CHANNEL_MEMBERSHIP" => Some(batch.clone()),
        event if event.ends_with("_MEMBERSHIP") => Some(membership.clone()),
        event if event.ends_with("_MESSAGE") => Some(message("m1", "Hello")),
        _ => Some(json!({ "ChannelArn": CHANNEL })),
    };
    let unknown = ["CREATE_SUB_CHANNEL", "SOMETHING_NEW"];
    let kinds: Vec<_> =
        Event::NAMED.iter().copied().filter(|event| payloads(event).is_some()).chain(unknown).collect();
    let mut script = vec![Establishes];
    script.extend(kinds.iter().map(|event| Says(frame(event, "SYSTEM", &payloads(event).unwrap()))));
    let peer = SessionPeer::new([[script, vec![Serves]].concat()]);
    let mut session = session(&peer).await;
    for kind in kinds {
        let received = event(&mut session).await;
        assert_eq!(received.event.event_type(), kind);
        assert_eq!(matches!(received.event, Event::Other(_)), unknown.contains(&kind), "{kind}");
        let again: Value = serde_json::from_str(&serde_json::to_string(&received).unwrap()).unwrap();
        let payload: Value = serde_json::from_str(again["Payload"].as_str().unwrap()).unwrap();
        assert_eq!(payload, payloads(kind).unwrap(), "{kind}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_is_a_stream() {
    let peer = SessionPeer::new([vec![Establishes, says("m1"), Closes(Some(4003), "kicked")]]);
    let items: Vec<_> = futures_util::StreamExt::collect(session(&peer).await).await;
    assert_eq!(items.len(), 2, "{items:?}");
    assert_eq!(items[1].as_ref().unwrap_err().close().unwrap().code, 4003);
}

#[tokio::test(start_paused = true)]
async fn the_request_is_signed_as_the_service_wants_it() {
    let peer = SessionPeer::new([vec![Establishes, Serves]]);
    let credentials = Credentials::new("AKID", "secret").with_session_token("TOKEN+/=");
    let client = peer.client().credentials(credentials).build().unwrap();
    let builder = client.messaging_session().app_instance_user_arn(USER).session_id("a b");
    let _session = builder.prefetch(Prefetch::UnreadFirst).connect().await.unwrap();
    let head = peer.connects().pop().unwrap();
    let target = head.split(' ').nth(1).unwrap();
    for part in [
        "X-Amz-Credential=AKID%2F",
        "%2Fus-east-1%2Fchime%2Faws4_request&",
        "&X-Amz-Expires=10&",
        "&X-Amz-Security-Token=TOKEN%2B%2F%3D&",
        "&X-Amz-SignedHeaders=host&",
        "&prefetch-on=connect&prefetch-sort-by=unread&sessionId=a%20b&userArn=arn%3Aaws%3A",
    ] {
        assert!(target.contains(part), "{part}: {target}");
    }
    assert!(target.rsplit('&').next().unwrap().starts_with("X-Amz-Signature="), "{target}");
    for header in ["host: sessions.localhost\r\n", "upgrade: websocket\r\n", "sec-websocket-version: 13\r\n"]
    {
        assert!(head.contains(header), "{header}: {head}");
    }
    assert!(
        peer.calls()[0].starts_with("GET /endpoints/messaging-session HTTP/1.1\r\n"),
        "{:?}",
        peer.calls()
    );
    assert!(!peer.calls()[0].contains("x-amz-chime-bearer"));
}

#[tokio::test(start_paused = true)]
async fn the_signature_has_the_services_time_where_the_clocks_differ() {
    // The client's clock shows 07:14:51.
    for (date, signed, hint) in [
        ("Thu, 04 Jun 2026 07:14:51 GMT", "20260604T071451Z", "check the credentials, the region, and"),
        ("Thu, 04 Jun 2026 07:14:48 GMT", "20260604T071451Z", "check the credentials, the region, and"),
        (
            "Thu, 04 Jun 2026 07:15:51 GMT",
            "20260604T071551Z",
            "this machine's clock is 60 s behind the service's",
        ),
        (
            "Thu, 04 Jun 2026 07:12:51 GMT",
            "20260604T071251Z",
            "this machine's clock is 120 s ahead of the service's",
        ),
    ] {
        let peer = SessionPeer::new([vec![Closes(Some(4401), "")]]).dated(date);
        let error = connect(&peer.client().clock(stopped()).build().unwrap()).await.unwrap_err();
        let head = peer.connects().pop().unwrap();
        assert!(head.contains(&format!("&X-Amz-Date={signed}&")), "{date}: {head}");
        assert!(error.to_string().contains(hint), "{date}: {error}");
    }
}

/// The close codes, and what both this client and `amazon-chime-sdk-js` make of them.
const CLOSE_CODES: &str = include_str!("../../data/close-codes.json");

#[derive(serde::Deserialize)]
struct CloseCode {
    /// None for a close without a code.
    code: Option<u16>,
    reconnects: bool,
}

#[tokio::test(start_paused = true)]
async fn a_close_decides_whether_the_session_goes_on() {
    for CloseCode { code, reconnects } in serde_json::from_str::<Vec<CloseCode>>(CLOSE_CODES).unwrap() {
        let peer = SessionPeer::new([
            vec![Establishes, says("m1"), Closes(code, "a reason")],
            vec![Establishes, Serves],
        ]);
        let mut session = session(&peer).await;
        assert_eq!(id(&mut session).await, "m1");
        let error = if reconnects {
            let (error, attempt, _) = lost(&mut session).await;
            assert_eq!(attempt, 1);
            reconnected(&mut session).await;
            error
        } else {
            end(&mut session).await
        };
        let close = error.close().unwrap();
        assert_eq!((close.code, close.is_temporary()), (code.unwrap_or(1005), reconnects));
        assert_eq!(close.reason, if code.is_some() { "a reason" } else { "" });
        assert_eq!(peer.connects().len(), if reconnects { 2 } else { 1 }, "{code:?}");
        assert_eq!(peer.controls(), [8], "the close is answered");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_is_made_again() {
    for script in [
        vec![Establishes],
        vec![Establishes, Breaks(&[0xff; 8])],
        // A frame that is masked, and one whose text is not UTF-8.
        vec![Establishes, Breaks(&[0x81, 0x81, 0, 0, 0, 0, b'x'])],
        vec![Establishes, Breaks(&[0x81, 0x01, 0xff])],
    ] {
        let peer = SessionPeer::new([script, vec![Establishes, says("m1"), Serves]]);
        let mut session = session(&peer).await;
        let (error, ..) = lost(&mut session).await;
        assert!(matches!(error.kind(), SessionErrorKind::Broken(_)), "{error:?}");
        reconnected(&mut session).await;
        assert_eq!(id(&mut session).await, "m1");
    }
}

#[tokio::test(start_paused = true)]
async fn connects_are_a_second_apart_and_waits_grow_until_a_session_lasts() {
    // A session that is established and closed at once does not count.
    let peer = SessionPeer::new([vec![Establishes, Closes(Some(1011), "")]]);
    let mut session = session(&peer).await;
    let start = Instant::now();
    while start.elapsed() < SECOND * 600 {
        session.next().await.unwrap().unwrap();
    }
    let times = peer.times();
    for pair in times.windows(2) {
        let between = pair[1] - pair[0];
        assert!((SECOND..SECOND * 31).contains(&between), "{between:?}");
    }
    // 600 s of waits that are 15 s in the middle.
    assert!((20..120).contains(&times.len()), "{}", times.len());
    drop(session);

    let lasts = [Establishes, Passes(SECOND * 11), Closes(Some(1011), "")];
    let peer = SessionPeer::new([lasts.to_vec()]);
    let mut session = self::session(&peer).await;
    for _ in 0..20 {
        let (_, attempt, retry_in) = lost(&mut session).await;
        assert!(attempt == 1 && retry_in <= SECOND, "{attempt} {retry_in:?}");
        reconnected(&mut session).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_session_gives_up_when_it_was_told_to() {
    let peer = SessionPeer::new([vec![Establishes, Passes(SECOND * 20)], vec![IsAway]]);
    let client = peer.client().build().unwrap();
    let builder = client.messaging_session().app_instance_user_arn(USER).give_up_after(SECOND * 60);
    let mut session = builder.connect().await.unwrap();
    let start = Instant::now();
    let error = end(&mut session).await;
    assert!(matches!(error.kind(), SessionErrorKind::Connect(_)), "{error:?}");
    assert!((SECOND * 40..=SECOND * 80).contains(&start.elapsed()), "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_silent_connection_is_noticed_and_one_that_answers_is_kept() {
    let peer = SessionPeer::new([vec![Establishes, says("m1"), IsSilent], vec![Establishes, Serves]]);
    let mut session = session(&peer).await;
    assert_eq!(id(&mut session).await, "m1");
    let start = Instant::now();
    let (error, ..) = lost(&mut session).await;
    assert!(matches!(error.kind(), SessionErrorKind::Silent(_)), "{error:?}");
    assert_eq!(start.elapsed().as_secs(), 45);
    let gap = match item(&mut session).await {
        SessionItem::Reconnected { gap } => gap,
        other => panic!("{other:?}"),
    };
    assert!(gap.from <= gap.to);
    // The next one answers pings, for hours.
    assert!(timeout(SECOND * 3600, session.next()).await.is_err());
    assert_eq!(peer.connects().len(), 2);
    assert_eq!(peer.controls(), vec![9; 119], "a ping every 30 s");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_only_pings_is_alive_and_each_ping_is_answered_once() {
    let pings: Vec<_> = (0..100).flat_map(|_| [Passes(SECOND * 20), Pings]).collect();
    let peer = SessionPeer::new([[vec![Establishes], pings, vec![says("m1"), Serves]].concat()]);
    let mut session = session(&peer).await;
    assert_eq!(id(&mut session).await, "m1");
    assert_eq!((peer.controls(), peer.connects().len()), (vec![10; 100], 1));
}

#[tokio::test(start_paused = true)]
async fn frames_before_the_session_begins_are_kept_and_unreadable_ones_are_not_lost() {
    let script = vec![
        says("m0"),
        Establishes,
        Says("not JSON, KEEP-THIS-OUT".to_owned()),
        SaysBytes(b"\xff\x00KEEP-THIS-OUT"),
        Says(r#"{"Payload":"{}"}"#.to_owned()),
        Says(
            r#"{"Headers":{"x-amz-chime-event-type":"CREATE_CHANNEL_MESSAGE"},"Payload":"{\"Type\":7}"}"#
                .to_owned(),
        ),
        says("m1"),
        Serves,
    ];
    let peer = SessionPeer::new([script]);
    let mut session = session(&peer).await;
    assert_eq!(id(&mut session).await, "m0");
    for expected in [&b"not JSON, KEEP-THIS-OUT"[..], b"\xff\x00KEEP-THIS-OUT", br#"{"Payload":"{}"}"#] {
        let item = item(&mut session).await;
        let shown = format!("{item:?}");
        let SessionItem::Unreadable(frame) = item else { panic!("{shown}") };
        assert_eq!(frame.bytes(), expected);
        assert!(
            !shown.contains("KEEP-THIS-OUT") && !frame.to_string().contains("KEEP-THIS-OUT"),
            "{shown} {frame}"
        );
    }
    let Event::Other(other) = event(&mut session).await.event else { panic!() };
    assert_eq!(other.payload, json!({ "Type": 7 }));
    assert_eq!(id(&mut session).await, "m1");
}

#[tokio::test(start_paused = true)]
async fn connect_settles_whatever_the_service_does() {
    let tens = SECOND * 10;
    // scripts, whether it succeeds, within how long, the number of connects
    let cases: Vec<(Vec<Vec<Does>>, bool, Duration, usize)> = vec![
        (vec![vec![Closes(Some(4401), "Unauthorized")]], false, Duration::ZERO, 1),
        (vec![vec![Closes(Some(4003), "")]], false, Duration::ZERO, 1),
        (vec![vec![Refuses(403)]], false, Duration::ZERO, 1),
        (vec![vec![Refuses(404)]], false, Duration::ZERO, 1),
        (vec![vec![Refuses(200)]], false, Duration::ZERO, 1),
        (vec![vec![Refuses(503)], vec![Establishes, Serves]], true, SECOND * 2, 2),
        (vec![vec![Refuses(429)], vec![Establishes, Serves]], true, SECOND * 2, 2),
        (vec![vec![Closes(Some(1011), "")], vec![Establishes, Serves]], true, SECOND * 2, 2),
        (vec![vec![IsAway], vec![], vec![Establishes, Serves]], true, SECOND * 4, 3),
        (vec![vec![IsSilent]], false, tens, 1),
        (vec![vec![Serves]], false, tens, 1),
        (
            vec![vec![Floods(frame("UPDATE_CHANNEL", "SYSTEM", &json!({ "Name": "x".repeat(60_000) })))]],
            false,
            tens,
            2,
        ),
        (vec![vec![IsAway]], false, tens, 3),
    ];
    for (scripts, succeeds, within, connects) in cases {
        let shown = format!("{:?}", scripts[0].iter().map(|act| format!("{act:.40?}")).collect::<Vec<_>>());
        let peer = SessionPeer::new(scripts);
        let start = Instant::now();
        let connected = connect(&peer.client().build().unwrap()).await;
        assert_eq!(connected.is_ok(), succeeds, "{shown}: {connected:?}");
        assert!(start.elapsed() <= within + Duration::from_millis(5), "{shown}: {:?}", start.elapsed());
        let made = peer.connects().len();
        assert!(if connects < 3 { made == connects || within == tens } else { made >= 3 }, "{shown}: {made}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_endpoint_ends_it_at_once_and_one_that_is_unavailable_does_not() {
    for (status, exception, tries) in [
        (403, "ForbiddenException", 1),
        (401, "UnauthorizedClientException", 1),
        (503, "ServiceUnavailableException", 9),
    ] {
        let peer =
            SessionPeer::with_calls([vec![Establishes]], move |_| (status, Some(exception), json!({})));
        let error = connect(&peer.client().build().unwrap()).await.unwrap_err();
        let SessionErrorKind::Call(call) = error.kind() else { panic!("{error:?}") };
        assert_eq!(call.exception().unwrap().as_str(), exception);
        assert!(error.to_string().starts_with("session: GetMessagingSessionEndpoint: "), "{error}");
        let calls = peer.calls().len();
        assert!(if tries == 1 { calls == 1 } else { calls >= tries }, "{calls}");
        assert!(peer.connects().is_empty());
    }
    for url in ["", "not a host", "wss://host", "user@host"] {
        let answer = move |_: &str| (200, None, json!({ "Endpoint": { "Url": url } }));
        let peer = SessionPeer::with_calls([vec![Establishes]], answer);
        let error = connect(&peer.client().build().unwrap()).await.unwrap_err();
        assert!(matches!(error.kind(), SessionErrorKind::Host(_)), "{error:?}");
    }
    let peer = SessionPeer::new([vec![]]);
    let error =
        peer.client().build().unwrap().messaging_session().app_instance_user_arn("alice").connect().await;
    let error = error.unwrap_err();
    assert!(error.to_string().starts_with("AppInstanceUserArn: \"alice\" is not "), "{error}");
    assert!(peer.calls().is_empty());
}

/// Provides one set of credentials after the other; the last again and again.
#[derive(Debug)]
struct Rotating {
    keys: Mutex<Vec<&'static str>>,
    asked: AtomicUsize,
}

impl Rotating {
    fn new(keys: &[&'static str]) -> Arc<Self> {
        Arc::new(Self { keys: Mutex::new(keys.iter().rev().copied().collect()), asked: AtomicUsize::new(0) })
    }
}

/// A handle of the credentials, so that the test keeps another.
#[derive(Clone, Debug)]
struct Source(Arc<Rotating>);

impl ProvideCredentials for Source {
    fn provide(&self) -> ProvidedCredentials<'_> {
        self.0.asked.fetch_add(1, Ordering::Relaxed);
        let mut keys = self.0.keys.lock().unwrap();
        let key = if keys.len() > 1 { keys.pop() } else { keys.last().copied() };
        let found = key.map(|key| Credentials::new(key, "secret"));
        Box::pin(std::future::ready(found.ok_or_else(|| CredentialsError::new("none"))))
    }
}

/// The access keys with which the connects of a peer were signed.
fn keys(peer: &SessionPeer) -> Vec<String> {
    let key = |head: String| {
        let (_, credential) = head.split_once("X-Amz-Credential=").unwrap();
        credential.split("%2F").next().unwrap().to_owned()
    };
    peer.connects().into_iter().map(key).collect()
}

#[tokio::test(start_paused = true)]
async fn endpoint_and_credentials_are_asked_for_before_each_connect() {
    let source = Source(Rotating::new(&["A", "B", "C"]));
    let peer = SessionPeer::new([
        vec![Establishes, Closes(Some(1012), "")],
        vec![Establishes, Closes(Some(1012), "")],
        vec![Establishes, Serves],
    ]);
    let client = peer.client().credentials(source).build().unwrap();
    let mut session = connect(&client).await.unwrap();
    for _ in 0..2 {
        lost(&mut session).await;
        reconnected(&mut session).await;
    }
    assert_eq!(keys(&peer), ["A", "B", "C"]);
    assert_eq!(peer.calls().len(), 3);
}

/// Provides credentials that are valid for a time, each with its own access key.
#[derive(Debug)]
struct Temporary {
    clock: Clock,
    valid_for: Duration,
    asked: AtomicUsize,
}

impl ProvideCredentials for Temporary {
    fn provide(&self) -> ProvidedCredentials<'_> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let found =
            Credentials::new(format!("KEY{number}"), "secret").with_expiry(self.clock.now() + self.valid_for);
        Box::pin(std::future::ready(Ok(found)))
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_are_believed_until_ten_seconds_before_they_expire() {
    // how long the session lasts, and the keys of the connects; the credentials are valid for an hour
    for (lasts, signed) in
        [(60, ["KEY0", "KEY0"]), (3588, ["KEY0", "KEY1"]), (3592, ["KEY0", "KEY1"]), (7000, ["KEY0", "KEY1"])]
    {
        let start = Instant::now();
        let clock =
            Clock::new(move || SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291) + start.elapsed());
        let source = Temporary { clock: clock.clone(), valid_for: SECOND * 3600, asked: AtomicUsize::new(0) };
        let pings: Vec<_> = std::iter::repeat_n([Passes(SECOND * 4), Pings], lasts / 4).flatten().collect();
        let peer = SessionPeer::new([[vec![Establishes], pings].concat(), vec![Establishes, Serves]]);
        let client = peer.client().clock(clock).credentials(source).build().unwrap();
        let mut session = connect(&client).await.unwrap();
        lost(&mut session).await;
        reconnected(&mut session).await;
        assert_eq!(keys(&peer), signed, "{lasts}");
    }
}

#[tokio::test(start_paused = true)]
async fn refused_credentials_are_replaced_once_and_the_same_ones_end_it() {
    let refused = || vec![Closes(Some(4401), "Unauthorized")];
    let works = || vec![Establishes, Serves];
    // keys, scripts, whether connect succeeds, keys of the connects
    let cases = [
        (vec!["A"], vec![refused(), works()], false, vec!["A"]),
        (vec!["A", "B"], vec![refused(), works()], true, vec!["A", "B"]),
        (vec!["A", "B", "C"], vec![refused(), refused(), works()], false, vec!["A", "B"]),
        (vec!["A", "B", "B"], vec![refused(), vec![IsAway], works()], true, vec!["A"]),
    ];
    for (provided, scripts, succeeds, signed) in cases {
        let peer = SessionPeer::new(scripts);
        let client = peer.client().credentials(Source(Rotating::new(&provided))).build().unwrap();
        let connected = connect(&client).await;
        assert_eq!(connected.is_ok(), succeeds, "{provided:?}: {connected:?}");
        if let Err(error) = connected {
            assert!(error.is_unauthorized());
            let said = "session: the service closed it with code 4401 (Unauthorized); check the credentials";
            assert!(error.to_string().starts_with(said), "{error}");
        }
        if peer.connects().iter().all(|head| !head.is_empty()) {
            assert_eq!(keys(&peer), signed, "{provided:?}");
        }
    }
    // The same within a session: its credentials expire, and their source has others.
    let peer = SessionPeer::new([vec![Establishes, Passes(SECOND * 60)], refused(), works()]);
    let client = peer.client().credentials(Source(Rotating::new(&["A", "A", "B"]))).build().unwrap();
    let mut session = connect(&client).await.unwrap();
    lost(&mut session).await;
    let (error, attempt, retry_in) = lost(&mut session).await;
    assert!(error.is_unauthorized() && attempt == 2 && retry_in <= SECOND, "{error} {attempt} {retry_in:?}");
    reconnected(&mut session).await;
    assert_eq!(keys(&peer), ["A", "A", "B"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_after_a_drop_or_a_close() {
    let tick = Duration::from_millis(200);
    // How a session looks when it is dropped: live, lost, and connecting again.
    let scripts: [fn() -> Vec<Vec<Does>>; 4] = [
        || vec![vec![Establishes, Serves]],
        || vec![vec![Establishes, Closes(Some(1012), "")], vec![IsAway]],
        || vec![vec![Establishes, Closes(Some(1012), "")], vec![IsSilent]],
        || vec![vec![Establishes, Closes(Some(1012), "")], vec![Closes(Some(1012), "")]],
    ];
    for scripts in scripts {
        for closes in [false, true] {
            let peer = SessionPeer::new(scripts());
            let session = session(&peer).await;
            tokio::time::sleep(SECOND * 3 / 2).await;
            if closes {
                let start = Instant::now();
                session.close().await;
                assert!(start.elapsed() <= SECOND * 2, "{:?}", start.elapsed());
            } else {
                drop(session);
            }
            tokio::time::sleep(tick).await;
            let (connects, calls) = (peer.connects().len(), peer.calls().len());
            assert_eq!(peer.open(), 0);
            tokio::time::sleep(SECOND * 600).await;
            assert_eq!((peer.connects().len(), peer.calls().len()), (connects, calls));
        }
    }
    // A close says so.
    let peer = SessionPeer::new([vec![Establishes, Waits(8)]]);
    session(&peer).await.close().await;
    assert_eq!(peer.controls(), [8]);
    // So does dropping the future of a connect.
    let peer = SessionPeer::new([vec![IsSilent]]);
    let client = peer.client().build().unwrap();
    assert!(timeout(SECOND, connect(&client)).await.is_err());
    tokio::time::sleep(tick).await;
    assert_eq!(peer.open(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_consumer_stops_the_reading_and_loses_nothing() {
    let long = frame("CREATE_CHANNEL_MESSAGE", "STANDARD", &message("m", &"x".repeat(10_000)));
    for (text, most) in [(long, 9 * 1024 * 1024), (frame("UPDATE_CHANNEL", "SYSTEM", &json!({})), 1_000_000)]
    {
        let peer = SessionPeer::new([vec![Establishes, Floods(text)]]);
        let mut session = session(&peer).await;
        tokio::time::sleep(SECOND * 600).await;
        let sent = peer.sent();
        assert!(sent < most, "{sent} bytes wait for the consumer");
        tokio::time::sleep(SECOND * 600).await;
        assert_eq!(
            (peer.sent(), peer.open(), peer.connects().len()),
            (sent, 1, 1),
            "the connection waits, too"
        );
        for _ in 0..5000 {
            event(&mut session).await;
        }
        assert!(peer.sent() > sent);
    }
}

#[tokio::test(start_paused = true)]
async fn secrets_are_in_no_error_and_in_nothing_that_debug_shows() {
    let hidden = "KEEP-THIS-OUT";
    for script in [
        vec![Closes(Some(4401), "")],
        vec![Refuses(403)],
        vec![IsAway],
        vec![Breaks(b"\xff\xff")],
        vec![IsSilent],
    ] {
        let peer = SessionPeer::new([script]);
        let credentials = Credentials::new("AKID", hidden).with_session_token(hidden);
        let client = peer.client().credentials(credentials).build().unwrap();
        let builder = client.messaging_session().app_instance_user_arn(USER);
        let mut shown = format!("{builder:?}");
        let error = builder.connect().await.unwrap_err();
        write!(shown, "{error} {error:?}").unwrap();
        let mut source = std::error::Error::source(&error);
        while let Some(error) = source {
            write!(shown, "{error} {error:?}").unwrap();
            source = error.source();
        }
        for secret in [hidden, "X-Amz-Signature", "X-Amz-Security-Token"] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
    let peer = SessionPeer::new([vec![
        Establishes,
        Says(frame("CREATE_CHANNEL_MESSAGE", "STANDARD", &message("m", hidden))),
    ]]);
    let mut session = session(&peer).await;
    let shown = format!("{session:?} {:?}", item(&mut session).await);
    assert!(!shown.contains(hidden), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn the_messages_of_a_gap_are_fetched_in_order_and_once() {
    let time = |second: i64| 1_780_557_291 + second;
    let listed = move |id: &str, second: i64| json!({ "MessageId": id, "Content": "Hello", "CreatedTimestamp": time(second) });
    let live = |id: &str, second: u32| {
        let sent = format!("2026-06-04T07:14:{:02}.000Z", 51 + second);
        let payload = json!({ "ChannelArn": CHANNEL, "MessageId": id, "CreatedTimestamp": sent, "Persistence": "PERSISTENT" });
        Says(frame("CREATE_CHANNEL_MESSAGE", "STANDARD", &payload))
    };
    let reads = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reads);
    let calls = move |head: &str| {
        if head.starts_with("GET /endpoints/") {
            return endpoint();
        }
        if head.starts_with("GET /channels?") {
            // Before the session, a message at second 0 was the last one.
            let last = if count.fetch_add(1, Ordering::Relaxed) == 0 { time(0) } else { time(5) };
            let summary = json!({ "ChannelArn": CHANNEL, "LastMessageTimestamp": last });
            return (200, None, json!({ "ChannelMemberships": [{ "ChannelSummary": summary }] }));
        }
        assert!(head.contains("sort-order=ASCENDING"), "{head}");
        let second_page = head.contains("next-token");
        let body = if second_page {
            let pending =
                json!({ "MessageId": "p", "CreatedTimestamp": time(4), "Status": { "Value": "PENDING" } });
            json!({ "ChannelMessages": [pending, listed("m4", 4), listed("m5", 5)] })
        } else {
            let messages = [listed("old", 0), listed("m1", 1), listed("m2", 2), listed("m3", 3)];
            json!({ "ChannelMessages": messages, "NextToken": "more" })
        };
        (200, None, body)
    };
    let peer = SessionPeer::with_calls(
        [
            vec![Establishes, live("m1", 1), live("m1", 1), Closes(Some(1012), "")],
            vec![Establishes, live("m4", 4), live("m6", 6), Serves],
        ],
        calls,
    );
    let client = peer.client().build().unwrap();
    let builder = client.messaging_session().app_instance_user_arn(USER).fill_gaps();
    let mut session = builder.connect().await.unwrap();
    assert_eq!(id(&mut session).await, "m1");
    lost(&mut session).await;
    reconnected(&mut session).await;
    for expected in ["m2", "m3", "m4", "m5", "m6"] {
        assert_eq!(id(&mut session).await, expected);
    }
    assert!(timeout(SECOND * 600, session.next()).await.is_err(), "nothing arrives twice");
    assert_eq!(reads.load(Ordering::Relaxed), 2);
}

#[tokio::test(start_paused = true)]
async fn a_gap_that_cannot_be_filled_is_an_item() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let calls = move |head: &str| {
        if head.starts_with("GET /endpoints/") {
            return endpoint();
        }
        if head.starts_with("GET /channels?") {
            let last = 1_780_557_291 + count.fetch_add(1, Ordering::Relaxed);
            let summary = json!({ "ChannelArn": CHANNEL, "LastMessageTimestamp": last });
            return (200, None, json!({ "ChannelMemberships": [{ "ChannelSummary": summary }] }));
        }
        (403, Some("ForbiddenException"), json!({}))
    };
    let peer = SessionPeer::with_calls(
        [vec![Establishes, Closes(Some(1012), "")], vec![Establishes, says("m1"), Serves]],
        calls,
    );
    let client = peer.client().build().unwrap();
    let builder = client.messaging_session().app_instance_user_arn(USER).fill_gaps();
    let mut session = builder.connect().await.unwrap();
    lost(&mut session).await;
    reconnected(&mut session).await;
    let SessionItem::NotFilled { channel_arn, error } = item(&mut session).await else { panic!() };
    assert_eq!(channel_arn.unwrap().as_str(), CHANNEL);
    assert!(error.is_forbidden(), "{error}");
    assert_eq!(id(&mut session).await, "m1");
}

#[tokio::test(start_paused = true)]
async fn a_gap_that_is_interrupted_is_filled_in_order_all_the_same() {
    const MESSAGES: usize = 12;
    let start = 1_780_557_291;
    let asked = AtomicUsize::new(0);
    // A page for each message, so that the pace of the lists is slower than the life of the second connection.
    let calls = move |head: &str| {
        if head.starts_with("GET /endpoints/") {
            return endpoint();
        }
        if head.starts_with("GET /channels?") {
            let is_first = asked.fetch_add(1, Ordering::Relaxed) == 0;
            let last = if is_first { start } else { start + MESSAGES };
            let summary = json!({ "ChannelArn": CHANNEL, "LastMessageTimestamp": last });
            return (200, None, json!({ "ChannelMemberships": [{ "ChannelSummary": summary }] }));
        }
        let token = head.split_once("next-token=").map(|(_, rest)| rest.split(['&', ' ']).next().unwrap());
        let number = token.map_or(1, |token| token.parse::<usize>().unwrap());
        let message = json!({ "MessageId": format!("m{number}"), "CreatedTimestamp": start + number });
        let more = (number < MESSAGES).then(|| (number + 1).to_string());
        (200, None, json!({ "ChannelMessages": [message], "NextToken": more }))
    };
    let live = json!({ "ChannelArn": CHANNEL, "MessageId": "live", "CreatedTimestamp": start + 20 });
    let live = Says(frame("CREATE_CHANNEL_MESSAGE", "STANDARD", &live));
    let peer = SessionPeer::with_calls(
        [
            vec![Establishes, Closes(Some(1012), "")],
            vec![Establishes, live, Passes(SECOND), Closes(Some(1012), "")],
            vec![Establishes, Serves],
        ],
        calls,
    );
    let client = peer.client().build().unwrap();
    let builder = client.messaging_session().app_instance_user_arn(USER).fill_gaps();
    let mut session = builder.connect().await.unwrap();
    let (mut ids, mut losses) = (Vec::new(), Vec::new());
    while ids.len() <= MESSAGES {
        match item(&mut session).await {
            SessionItem::Event(event) => match event.event {
                Event::CreateChannelMessage(message) => ids.push(message.message_id.unwrap()),
                other => panic!("{other:?}"),
            },
            SessionItem::Disconnected { .. } => losses.push(ids.len()),
            SessionItem::Reconnected { .. } => {}
            other => panic!("{other:?}"),
        }
    }
    let mut expected: Vec<_> = (1..=MESSAGES).map(|number| format!("m{number}")).collect();
    expected.push("live".to_owned());
    assert_eq!(ids, expected);
    assert!(losses.len() == 2 && losses[1] > 0 && losses[1] < MESSAGES, "{losses:?}");
}

/// A session with everything that can happen to one, whose credentials and contents are `hidden`. Returns what its
/// consumer sees.
pub(crate) async fn eventful(hidden: &str) -> String {
    let say = Says(frame("CREATE_CHANNEL_MESSAGE", "STANDARD", &message("m1", hidden)));
    let peer = SessionPeer::new([
        vec![Establishes, say, Says(hidden.to_owned()), Closes(Some(1012), "")],
        vec![IsAway],
        vec![Refuses(503)],
        vec![Establishes, Closes(Some(4401), "")],
    ]);
    let credentials = Credentials::new("AKID", hidden).with_session_token(hidden);
    let client = peer.client().credentials(credentials).build().unwrap();
    let mut session = connect(&client).await.unwrap();
    let mut shown = format!("{session:?}");
    while let Some(item) = session.next().await {
        write!(shown, "{item:?}").unwrap();
        if let Err(error) = item {
            assert!(error.is_unauthorized(), "{error}");
        }
    }
    shown
}
