//! Many calls at a time against a service that fails in every tenth, for a minute or as long as is said:
//! `cargo bench --bench soak`, or `cargo bench --bench soak -- 10` for ten seconds.
//!
//! Every call must end in an answer or in an error that fits, within its limit of time; what must not be repeated must
//! not be carried out twice; memory and connections must stay flat.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a measurement, which ends where it goes wrong"
)]

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use chime_client::{Client, Credentials, Error, ErrorKind, RetryPolicy, Timeouts};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

/// Calls at a time.
const CALLERS: u64 = 1000;

/// Every that-many-th request fails.
const ONE_IN: u64 = 10;

/// More moderators than a minute creates, so that tracking them needs no more memory over time.
const MODERATORS: usize = 4_000_000;

const ARN: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a";

/// A service that fails now and then.
struct Service {
    requests: AtomicU64,
    open: AtomicI64,
    most_open: AtomicI64,
    /// How often each moderator was made one.
    made: Vec<AtomicU8>,
}

#[derive(Default)]
struct Tally {
    answers: AtomicU64,
    errors: Mutex<HashMap<String, u64>>,
    /// Moderators asked for, and those whose call was answered.
    asked: AtomicU64,
    made: Vec<AtomicU8>,
}

fn nobody() -> Vec<AtomicU8> {
    (0..MODERATORS).map(|_| AtomicU8::new(0)).collect()
}

fn main() {
    let seconds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(60);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(soak(Duration::from_secs(seconds)));
}

async fn soak(length: Duration) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let service = Arc::new(Service {
        requests: AtomicU64::new(0),
        open: AtomicI64::new(0),
        most_open: AtomicI64::new(0),
        made: nobody(),
    });
    tokio::spawn(accept(listener, Arc::clone(&service)));
    let client = Client::builder()
        .endpoint_url(url)
        .credentials(Credentials::new("AKID", "secret"))
        .retry(RetryPolicy { throttling_base: Duration::from_millis(50), ..RetryPolicy::default() })
        .timeouts(Timeouts {
            attempt: Duration::from_secs(1),
            call: Duration::from_secs(3),
            ..Timeouts::default()
        })
        .build()
        .unwrap();

    let tally = Arc::new(Tally { made: nobody(), ..Tally::default() });
    let start = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (client, tally) = (client.clone(), Arc::clone(&tally));
            tokio::spawn(async move {
                let mut number = 0;
                while start.elapsed() < length {
                    call(&client, &tally, number).await;
                    number += 1;
                }
            })
        })
        .collect();
    println!("| seconds | calls answered | memory | connections open |");
    println!("|---|---|---|---|");
    let mut sizes = Vec::new();
    for tenth in 1..=10 {
        tokio::time::sleep_until(start + length * tenth / 10).await;
        let (memory, open) = (memory(), service.open.load(Ordering::Relaxed));
        let answers = tally.answers.load(Ordering::Relaxed);
        println!("| {} | {answers} | {memory} MB | {open} |", start.elapsed().as_secs());
        sizes.push((memory, open));
    }
    for caller in callers {
        caller.await.expect("no call panics");
    }
    report(&service, &tally);
    let [(early, early_open), .., (late, late_open)] = *sizes else { return };
    println!(
        "memory {early} MB after a tenth of the time, {late} MB at the end; connections {early_open}, {late_open}"
    );
    drop(client);
    // A port that is used again at once may leave the service's end of a connection open that the client's end knows
    // nothing of, now and then.
    let few = || service.open.load(Ordering::Relaxed) <= service.most_open.load(Ordering::Relaxed) / 100;
    let gone = async {
        while !few() {
            sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), gone)
        .await
        .expect("connections are closed with their client");
}

/// A description, or for every other one a moderator who must be made only once.
async fn call(client: &Client, tally: &Tally, number: u64) {
    let begun = Instant::now();
    let channel = format!("{ARN}/channel/general");
    let result = if number.is_multiple_of(2) {
        let user = format!("{ARN}/user/alice");
        client
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(channel)
            .app_instance_user_arn(&*user)
            .chime_bearer(&*user)
            .send()
            .await
            .map(|answer| assert!(answer.channel_membership.is_some()))
    } else {
        let name = tally.asked.fetch_add(1, Ordering::Relaxed);
        client
            .create_channel_moderator()
            .channel_arn(channel)
            .channel_moderator_arn(format!("{ARN}/user/{name}"))
            .chime_bearer(format!("{ARN}/user/admin"))
            .send()
            .await
            .map(|_| tally.made[usize::try_from(name).unwrap()].store(1, Ordering::Relaxed))
    };
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?} is beyond the call's limit", begun.elapsed());
    match result {
        Ok(()) => {
            tally.answers.fetch_add(1, Ordering::Relaxed);
        }
        Err(error) => *tally.errors.lock().unwrap().entry(kind(&error)).or_default() += 1,
    }
}

fn kind(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Connect(_) => "Connect".to_owned(),
        ErrorKind::Io(_) => "Io".to_owned(),
        ErrorKind::Timeout(..) => "Timeout".to_owned(),
        ErrorKind::Service(refusal) => refusal.name().to_owned(),
        _ => panic!("{error}"),
    }
}

fn report(service: &Service, tally: &Tally) {
    let (mut made, mut twice, mut lost) = (0, 0, 0);
    for (times, answered) in service.made.iter().zip(&tally.made) {
        let (times, answered) = (times.load(Ordering::Relaxed), answered.load(Ordering::Relaxed));
        made += u64::from(times > 0);
        twice += u64::from(times > 1);
        lost += u64::from(answered > times);
    }
    assert_eq!(
        (twice, lost),
        (0, 0),
        "moderators that were made twice, and such that were answered and not made"
    );
    println!(
        "{} answers of {} requests; {} moderators, none twice; at most {} connections",
        tally.answers.load(Ordering::Relaxed),
        service.requests.load(Ordering::Relaxed),
        made,
        service.most_open.load(Ordering::Relaxed),
    );
    let mut errors: Vec<_> = tally.errors.lock().unwrap().clone().into_iter().collect();
    errors.sort();
    println!("errors: {errors:?}");
}

/// Resident memory, in megabytes.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0");
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() / 1024
}

async fn accept(listener: TcpListener, service: Arc<Service>) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let service = Arc::clone(&service);
        tokio::spawn(async move {
            let open = service.open.fetch_add(1, Ordering::Relaxed) + 1;
            service.most_open.fetch_max(open, Ordering::Relaxed);
            let _ = stream.set_nodelay(true);
            let _ = serve(stream, &service).await;
            service.open.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

async fn serve(mut stream: TcpStream, service: &Service) -> std::io::Result<()> {
    let mut buffer = Vec::with_capacity(4096);
    loop {
        let head = loop {
            if let Some(end) = find(&buffer, b"\r\n\r\n") {
                break end + 4;
            }
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        };
        let text = String::from_utf8_lossy(&buffer[..head]).into_owned();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let whole = head + length.map_or(0, |length| length.parse::<usize>().unwrap());
        while buffer.len() < whole {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok(());
            }
        }
        let body = String::from_utf8_lossy(&buffer[head..whole]).into_owned();
        buffer.drain(..whole);

        let number = service.requests.fetch_add(1, Ordering::Relaxed);
        let fault = number.is_multiple_of(ONE_IN).then_some((number / ONE_IN) % 8);
        let refused = match fault {
            Some(0) => Some(("429 Too Many Requests", "ThrottledClientException")),
            Some(1) => Some(("500 Internal Server Error", "ServiceFailureException")),
            Some(2) => Some(("503 Service Unavailable", "ServiceUnavailableException")),
            _ => None,
        };
        if let Some((status, name)) = refused {
            let head =
                format!("HTTP/1.1 {status}\r\nx-amzn-errortype: {name}\r\ncontent-length: 2\r\n\r\n{{}}");
            stream.write_all(head.as_bytes()).await?;
            continue;
        }
        if fault == Some(3) {
            return Ok(());
        }
        // From here on, it is done, whatever becomes of the answer.
        let answer = if text.starts_with("POST") {
            let user = body.split("/user/").nth(1).unwrap().split('"').next().unwrap();
            service.made[user.parse::<usize>().unwrap()].fetch_add(1, Ordering::Relaxed);
            let body = format!(r#"{{"ChannelArn":"{ARN}/channel/general"}}"#);
            format!("HTTP/1.1 201 Created\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        } else {
            let body = r#"{"ChannelMembership":{"AppInstanceUserMembershipSummary":{"Type":"DEFAULT"}}}"#;
            format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
        };
        let half = &answer.as_bytes()[..answer.len() / 2];
        match fault {
            Some(4) => return Ok(()),
            Some(5) => return stream.write_all(half).await,
            Some(6) => {
                stream.write_all(half).await?;
                sleep(Duration::from_secs(2)).await;
                return Ok(());
            }
            Some(7) => stream.write_all(b"nonsense\r\n\r\n").await?,
            _ => stream.write_all(answer.as_bytes()).await?,
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
