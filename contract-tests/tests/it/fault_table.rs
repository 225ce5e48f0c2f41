//! What a caller gets for each fault between it and the service, after how many attempts and how long. The table of
//! `docs/errors.md` is this one.

use std::fmt::Write as _;
use std::time::Duration;

use chime_client::{Client, Credentials};
use tokio::time::Instant;

use contract_tests::client::describe;
use contract_tests::outcome::error_kind;
use contract_tests::peer::{Act, DESCRIBED, Peer, answer, ok, refusal};

use Act::{Drip, Flood, Forever, Hang, Read, Refuse, Reset};

/// A fault, what the peer does on each connection, and what comes of it.
struct Row {
    fault: &'static str,
    scripts: Vec<Vec<Act>>,
    /// As the document has it: what the caller gets, the attempts, the time.
    outcome: &'static str,
    /// What the error says.
    says: &'static str,
}

fn send(text: impl Into<String>) -> Act {
    Act::Send(text.into())
}

/// Each connection alike.
fn always<const N: usize>(acts: [Act; N]) -> Vec<Vec<Act>> {
    vec![acts.into()]
}

/// The first connection otherwise than those that follow, which bring an answer.
fn once<const N: usize>(acts: [Act; N]) -> Vec<Vec<Act>> {
    vec![acts.into(), vec![Read, ok()]]
}

#[allow(clippy::too_many_lines, reason = "a table")]
fn rows() -> Vec<Row> {
    let row = |fault, scripts, outcome, says| Row { fault, scripts, outcome, says };
    let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let none = "`Connect`, 3 attempts, at once";
    let broken = "`Io`, 3 attempts, at once";
    let slow = "`Timeout`, 3 attempts, 30 s";
    let fine = "the answer, 1 attempt, at once";
    let second = "the answer, 2 attempts, at once";
    vec![
        row("the connection is refused", always([Refuse]), none, "no connection: connection refused"),
        row("… once", once([Refuse]), second, ""),
        row(
            "it is closed before an answer",
            always([Read]),
            broken,
            "no answer from localhost: connection closed",
        ),
        row("… once", once([Read]), second, ""),
        row(
            "it is reset before an answer",
            always([Read, Reset]),
            broken,
            "no answer from localhost: connection reset",
        ),
        row(
            "it is reset within the head",
            always([Read, send("HTTP/1.1 200 OK\r\ncontent-"), Reset]),
            broken,
            "connection reset",
        ),
        row(
            "it is reset within the body",
            always([Read, send("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"), Reset]),
            broken,
            "connection reset",
        ),
        row(
            "the body is shorter than its length",
            always([Read, send("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}")]),
            broken,
            "no answer from localhost: ",
        ),
        row("nothing comes", always([Read, Hang]), slow, "no answer within the 30s of the whole call"),
        row("… once", once([Read, Hang]), "the answer, 2 attempts, 10 s", ""),
        row(
            "the head never ends, a line a second",
            always([Read, send("HTTP/1.1 200 OK\r\n"), Forever("a: b\r\n")]),
            slow,
            "no answer within",
        ),
        row(
            "the head never ends, as fast as can be",
            always([Read, send("HTTP/1.1 200 OK\r\n"), Flood("a: b\r\n")]),
            broken,
            "no answer from localhost: ",
        ),
        row(
            "the body never ends, a chunk a second",
            always([Read, send(chunked), Forever("1\r\n \r\n")]),
            slow,
            "no answer within",
        ),
        row(
            "the body never ends, as fast as can be",
            always([Read, send(chunked), Flood("10\r\n                \r\n")]),
            "`TooLarge`, 1 attempt, at once",
            "the answer has more than 4194304 bytes",
        ),
        row(
            "what comes is no HTTP",
            always([Read, send("SSH-2.0-OpenSSH_9.9\r\n\r\n")]),
            broken,
            "no answer from localhost (if it speaks TLS, use https://localhost): invalid HTTP version parsed",
        ),
        row(
            "the answer comes a byte at a time",
            always([Read, Drip(format!("HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{DESCRIBED}"))]),
            fine,
            "",
        ),
        row(
            "100 comes before the answer",
            always([Read, send("HTTP/1.1 100 Continue\r\n\r\n"), ok()]),
            fine,
            "",
        ),
        row(
            "100 comes once a second, and no answer",
            always([Read, Forever("HTTP/1.1 100 Continue\r\n\r\n")]),
            slow,
            "no answer within",
        ),
        row(
            "100 comes as fast as can be, and no answer",
            always([Read, Flood("HTTP/1.1 100 Continue\r\n\r\n")]),
            broken,
            "no answer: more than 65536 bytes of 1xx answers",
        ),
        row(
            "the answer is in chunks of a byte",
            always([Read, send(chunked.to_owned() + &in_bytes(DESCRIBED))]),
            fine,
            "",
        ),
        row(
            "the answer is chunked",
            always([Read, send(format!("{chunked}18\r\n{DESCRIBED}\r\n0\r\n\r\n"))]),
            fine,
            "",
        ),
        row(
            "it is a 204, which has no body",
            always([Read, answer("204 No Content", "", DESCRIBED)]),
            "`Unreadable`, 1 attempt, at once",
            "the answer could not be read: EOF",
        ),
        row(
            "it is compressed, though nobody asked",
            always([Read, answer("200 OK", "content-encoding: gzip\r\n", "\u{1f}nonsense")]),
            "`Unreadable`, 1 attempt, at once",
            "content-encoding gzip",
        ),
        row(
            "it is something else than the answer",
            always([Read, answer("200 OK", "", "<html>")]),
            "`Unreadable`, 1 attempt, at once",
            "expected value at line 1 column 1",
        ),
        row(
            "it is a redirect",
            always([Read, answer("307 Temporary Redirect", "location: http://localhost/\r\n", "")]),
            "`Service`, 1 attempt, at once",
            "unnamed error (status 307",
        ),
        row(
            "a proxy's 502, without a name",
            always([Read, answer("502 Bad Gateway", "", "<html>")]),
            "`Service`, 3 attempts, at once",
            "status 502",
        ),
        row(
            "`BadRequestException`",
            always([Read, refusal("400 Bad Request", "BadRequestException")]),
            "`Service`, 1 attempt, at once",
            "BadRequestException",
        ),
        row(
            "`UnauthorizedClientException`",
            always([Read, refusal("401 Unauthorized", "UnauthorizedClientException")]),
            "`Service`, 1 attempt, at once",
            "UnauthorizedClientException",
        ),
        row(
            "`ForbiddenException`",
            always([Read, refusal("403 Forbidden", "ForbiddenException")]),
            "`Service`, 1 attempt, at once",
            "ForbiddenException",
        ),
        row(
            "`ServiceFailureException`",
            always([Read, refusal("500 Internal Server Error", "ServiceFailureException")]),
            "`Service`, 3 attempts, at once",
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
            "`Service`, 3 attempts, at once",
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
            "the answer, 2 attempts, up to 1 s",
            "",
        ),
        row(
            "… once, with `Retry-After: 7`",
            once([Read, answer("429 Too Many Requests", "retry-after: 7\r\n", "")]),
            "the answer, 2 attempts, 7 s",
            "",
        ),
        row(
            "… once, with `x-amz-retry-after: 1500`",
            once([Read, answer("503 Service Unavailable", "x-amz-retry-after: 1500\r\n", "")]),
            "the answer, 2 attempts, 1.5 s",
            "",
        ),
        row(
            "… with `Retry-After: 60`, longer than the call may take",
            always([Read, answer("429 Too Many Requests", "retry-after: 60\r\n", "")]),
            "`Service`, 1 attempt, at once",
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

/// Whatever kind of 1xx answers a peer sends, and after whatever it did before, little of it is read.
#[tokio::test]
async fn a_flood_of_1xx_answers_is_read_no_further_than_a_head_without_end() {
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

/// The waits between attempts are random, but for those that the peer asks for.
fn is_time(said: &str, took: Duration) -> bool {
    let seconds = |text: &str| Duration::from_secs_f64(text.trim_end_matches(" s").parse().unwrap());
    match said.strip_prefix("up to ") {
        Some(most) => took <= seconds(most),
        // Timers have milliseconds, and each wait may be rounded up.
        None if said == "at once" => took <= Duration::from_millis(155),
        None => (seconds(said)..seconds(said) + Duration::from_millis(200)).contains(&took),
    }
}

#[tokio::test(start_paused = true)]
async fn every_fault_comes_out_as_documented() {
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
            Ok(_) => assert_eq!(what, "the answer", "{context}"),
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
        "docs/errors.md does not have\n{table}"
    );
}

/// A text in chunks of one byte.
fn in_bytes(text: &str) -> String {
    let chunks = text.chars().map(|letter| format!("1\r\n{letter}\r\n"));
    chunks.chain(["0\r\n\r\n".to_owned()]).collect()
}
