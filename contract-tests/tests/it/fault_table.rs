//! The outcome of a call for each fault, with its attempts and its time: the table of `docs/errors.md`.

use std::fmt::Write as _;
use std::time::Duration;

use chime_client::{Client, Credentials};
use tokio::time::Instant;

use contract_tests::client::describe;
use contract_tests::outcome::error_kind;
use contract_tests::peer::{Act, DESCRIBED, Peer, answer, ok, refusal};

use Act::{Drip, Flood, Forever, Hang, Read, Refuse, Reset};

/// A fault, what the peer does on each connection, and the outcome of the call.
struct Row {
    fault: &'static str,
    scripts: Vec<Vec<Act>>,
    /// As in the document: the result, the attempts, the time.
    outcome: &'static str,
    /// A part of the error's text.
    says: &'static str,
}

fn send(text: impl Into<String>) -> Act {
    Act::Send(text.into())
}

/// The same acts on each connection.
fn always<const N: usize>(acts: [Act; N]) -> Vec<Vec<Act>> {
    vec![acts.into()]
}

/// The acts on the first connection. The following connections bring the response.
fn once<const N: usize>(acts: [Act; N]) -> Vec<Vec<Act>> {
    vec![acts.into(), vec![Read, ok()]]
}

#[allow(clippy::too_many_lines, reason = "a table")]
fn rows() -> Vec<Row> {
    let row = |fault, scripts, outcome, says| Row { fault, scripts, outcome, says };
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let none = "`Connect`, 3 attempts, < 0.2 s";
    let broken = "`Io`, 3 attempts, < 0.2 s";
    let slow = "`Timeout`, 3 attempts, 30 s";
    let fine = "the response, 1 attempt, < 0.2 s";
    let second = "the response, 2 attempts, < 0.2 s";
    vec![
        row("the connection is refused", always([Refuse]), none, "no connection: connection refused"),
        row("… once", once([Refuse]), second, ""),
        row(
            "the connection is closed before a response",
            always([Read]),
            broken,
            "no answer from localhost: connection closed",
        ),
        row("… once", once([Read]), second, ""),
        row(
            "the connection is reset before a response",
            always([Read, Reset]),
            broken,
            "no answer from localhost: connection reset",
        ),
        row(
            "the connection is reset within the response head",
            always([Read, send("HTTP/1.1 200 OK\r\ncontent-"), Reset]),
            broken,
            "connection reset",
        ),
        row(
            "the connection is reset within the body",
            always([Read, send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"), Reset]),
            broken,
            "connection reset",
        ),
        row(
            "the body is shorter than its `content-length`",
            always([Read, send("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}")]),
            broken,
            "no answer from localhost: ",
        ),
        row(
            "the service does not respond",
            always([Read, Hang]),
            slow,
            "no answer within the 30s of the whole call",
        ),
        row("… once", once([Read, Hang]), "the response, 2 attempts, 10 s", ""),
        row(
            "the head never ends, one line per second",
            always([Read, send("HTTP/1.1 200 OK\r\n"), Forever("a: b\r\n")]),
            slow,
            "no answer within",
        ),
        row(
            "the head never ends, without pauses",
            always([Read, send("HTTP/1.1 200 OK\r\n"), Flood("a: b\r\n")]),
            broken,
            "no answer from localhost: ",
        ),
        row(
            "the body never ends, one chunk per second",
            always([Read, send(chunked), Forever("1\r\n \r\n")]),
            slow,
            "no answer within",
        ),
        row(
            "the body never ends, without pauses",
            always([Read, send(chunked), Flood("10\r\n                \r\n")]),
            "`TooLarge`, 1 attempt, < 0.2 s",
            "the answer has more than 4194304 bytes",
        ),
        row(
            "the response is not HTTP",
            always([Read, send("SSH-2.0-OpenSSH_9.9\r\n\r\n")]),
            broken,
            "no answer from localhost (if it speaks TLS, use https://localhost): invalid HTTP version parsed",
        ),
        row(
            "the response arrives one byte at a time",
            always([Read, Drip(format!("HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{DESCRIBED}"))]),
            fine,
            "",
        ),
        row(
            "100 Continue precedes the response",
            always([Read, send("HTTP/1.1 100 Continue\r\n\r\n"), ok()]),
            fine,
            "",
        ),
        row(
            "only 100 Continue arrives, once per second",
            always([Read, Forever("HTTP/1.1 100 Continue\r\n\r\n")]),
            slow,
            "no answer within",
        ),
        row(
            "only 100 Continue arrives, without pauses",
            always([Read, Flood("HTTP/1.1 100 Continue\r\n\r\n")]),
            broken,
            "no answer from localhost: more than 65536 bytes of 1xx answers",
        ),
        row(
            "the response arrives in chunks of one byte",
            always([Read, send(chunked.to_owned() + &in_bytes(DESCRIBED))]),
            fine,
            "",
        ),
        row(
            "the response is chunked",
            always([Read, send(format!("{chunked}18\r\n{DESCRIBED}\r\n0\r\n\r\n"))]),
            fine,
            "",
        ),
        row(
            "the response is a 204, which has no body",
            always([Read, answer("204 No Content", "", DESCRIBED)]),
            "`Unreadable`, 1 attempt, < 0.2 s",
            "the answer could not be read: EOF",
        ),
        row(
            "the response is compressed, which the client did not request",
            always([Read, answer("200 OK", "content-encoding: gzip\r\n", "\u{1f}nonsense")]),
            "`Unreadable`, 1 attempt, < 0.2 s",
            "content-encoding gzip",
        ),
        row(
            "the body is not the JSON of a response",
            always([Read, answer("200 OK", "", "<html>")]),
            "`Unreadable`, 1 attempt, < 0.2 s",
            "expected value at line 1 column 1",
        ),
        row(
            "the response is a redirect",
            always([Read, answer("307 Temporary Redirect", "location: http://localhost/\r\n", "")]),
            "`Service`, 1 attempt, < 0.2 s",
            "unnamed error (status 307",
        ),
        row(
            "a proxy's 502, without an exception name",
            always([Read, answer("502 Bad Gateway", "", "<html>")]),
            "`Service`, 3 attempts, < 0.2 s",
            "status 502",
        ),
        row(
            "`BadRequestException`",
            always([Read, refusal("400 Bad Request", "BadRequestException")]),
            "`Service`, 1 attempt, < 0.2 s",
            "BadRequestException",
        ),
        row(
            "`UnauthorizedClientException`",
            always([Read, refusal("401 Unauthorized", "UnauthorizedClientException")]),
            "`Service`, 1 attempt, < 0.2 s",
            "UnauthorizedClientException",
        ),
        row(
            "`ForbiddenException`",
            always([Read, refusal("403 Forbidden", "ForbiddenException")]),
            "`Service`, 1 attempt, < 0.2 s",
            "ForbiddenException",
        ),
        row(
            "`ServiceFailureException`",
            always([Read, refusal("500 Internal Server Error", "ServiceFailureException")]),
            "`Service`, 3 attempts, < 0.2 s",
            "ServiceFailureException",
        ),
        row(
            "… once",
            once([Read, refusal("500 Internal Server Error", "ServiceFailureException")]),
            second,
            "",
        ),
        row(
            "`ServiceUnavailableException`",
            always([Read, refusal("503 Service Unavailable", "ServiceUnavailableException")]),
            "`Service`, 3 attempts, < 0.2 s",
            "ServiceUnavailableException",
        ),
        row(
            "`ThrottledClientException`",
            always([Read, refusal("429 Too Many Requests", "ThrottledClientException")]),
            "`Service`, 3 attempts, up to 3 s",
            "ThrottledClientException",
        ),
        row(
            "… once",
            once([Read, refusal("429 Too Many Requests", "ThrottledClientException")]),
            "the response, 2 attempts, up to 1 s",
            "",
        ),
        row(
            "… once, with `Retry-After: 7`",
            once([Read, answer("429 Too Many Requests", "retry-after: 7\r\n", "")]),
            "the response, 2 attempts, 7 s",
            "",
        ),
        row(
            "… once, with `x-amz-retry-after: 1500`",
            once([Read, answer("503 Service Unavailable", "x-amz-retry-after: 1500\r\n", "")]),
            "the response, 2 attempts, 1.5 s",
            "",
        ),
        row(
            "… with `Retry-After: 60`, longer than the limit of the call",
            always([Read, answer("429 Too Many Requests", "retry-after: 60\r\n", "")]),
            "`Service`, 1 attempt, < 0.2 s",
            "status 429",
        ),
    ]
}

fn client(peer: &Peer) -> Client {
    Client::builder()
        .endpoint_url("http://localhost")
        .credentials(Credentials::new("AKID", "secret"))
        .connector(peer.clone())
        .build()
        .unwrap()
}

/// The client stops reading early, whatever kind of 1xx responses it gets, on a new connection or on a reused one.
#[tokio::test]
async fn a_flood_of_1xx_responses_is_read_no_further_than_an_endless_head() {
    let floods = [
        "HTTP/1.1 100 Continue\r\n\r\n",
        "HTTP/1.1 102 Processing\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n",
        "HTTP/1.0 199 x\n\n",
        "\r\nHTTP/1.1 100 Continue\r\n\r\n",
    ];
    let read_of = async |before: &[Act], flood: &str| {
        // An answer follows, so that a client that reads on is seen to.
        let flood_and_answer = [Read, send(flood.repeat((8 << 20) / flood.len())), ok()];
        let peer = Peer::new([[before, &flood_and_answer].concat(), flood_and_answer.into()]);
        let client = client(&peer);
        for _ in 0..before.len() / 2 {
            client.call(describe()).await.unwrap();
        }
        let error = client.call(describe()).await.unwrap_err();
        assert!(error.to_string().contains("1xx answers"), "{flood:?}: {error}");
        peer.sent()
    };
    for flood in floods {
        for before in [vec![], vec![Read, ok()]] {
            let read = read_of(&before, flood).await;
            assert!(read < 2 << 20, "{flood:?}: {read} bytes");
        }
    }
}

/// Whether a call took as long as the document says. Waits between attempts are random unless the peer sets them.
fn is_time(said: &str, took: Duration) -> bool {
    let seconds = |text: &str| Duration::from_secs_f64(text.trim_end_matches(" s").parse().unwrap());
    match said.strip_prefix("up to ") {
        Some(most) => took <= seconds(most),
        // Timers have milliseconds, and each wait may be rounded up.
        None if said == "< 0.2 s" => took <= Duration::from_millis(155),
        None => (seconds(said)..seconds(said) + Duration::from_millis(200)).contains(&took),
    }
}

#[tokio::test(start_paused = true)]
async fn every_fault_has_the_documented_outcome() {
    let mut table = String::new();
    let mut above = "";
    for Row { fault, scripts, outcome, says } in rows() {
        let context = format!("{above}{fault}");
        if !fault.starts_with('…') {
            above = fault;
        }
        let peer = Peer::new(scripts);
        let client = client(&peer);
        let start = Instant::now();
        let result = client.call(describe()).await;
        let took = start.elapsed();

        let [what, attempts, time] = outcome.split(", ").collect::<Vec<_>>().try_into().unwrap();
        match &result {
            Ok(_) => assert_eq!(what, "the response", "{context}"),
            Err(error) => {
                assert_eq!(error_kind(error), what, "{context}: {error}");
                assert!(error.to_string().contains(says), "{context}: {error}");
                assert_eq!(
                    format!("{} attempts", error.attempts()).trim_end_matches('s'),
                    attempts.trim_end_matches('s'),
                    "{context}"
                );
                assert_eq!(error.elapsed(), took, "{context}");
                assert_eq!(error.may_have_reached_service(), what != "`Connect`", "{context}: {error}");
                assert!(!error.to_string().contains('\n'), "{context}: {error}");
            }
        }
        let tried = if what == "`Connect`" || context.contains("refused") {
            peer.connections()
        } else {
            peer.requests().len()
        };
        assert_eq!(
            format!("{tried} attempts").trim_end_matches('s'),
            attempts.trim_end_matches('s'),
            "{context}"
        );
        assert!(is_time(time, took), "{context}: {took:?}");
        writeln!(table, "| {fault} | {what} | {} | {time} |", attempts.split(' ').next().unwrap()).unwrap();
    }
    assert!(
        include_str!("../../../docs/errors.md").contains(&table),
        "docs/errors.md lacks this table:\n{table}"
    );
}

/// A text in chunks of one byte.
fn in_bytes(text: &str) -> String {
    let chunks = text.chars().map(|letter| format!("1\r\n{letter}\r\n"));
    chunks.chain(["0\r\n\r\n".to_owned()]).collect()
}
