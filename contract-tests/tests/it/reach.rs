//! Who can reach the local service, and that nobody there can keep it from others.

use std::fmt::Write as _;
use std::net::Ipv4Addr;

use chime_local::LocalService;
use http::{HeaderValue, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::tampering::{connect, send, signed};

fn address(url: &str) -> &str {
    url.strip_prefix("http://").unwrap()
}

#[tokio::test]
async fn the_half_open_and_the_garbled_do_not_hold_up_a_good_call() {
    let local = LocalService::demo().start().await.unwrap();
    let url = local.endpoint_url();
    let beginnings: [&[u8]; 6] = [
        b"",
        b"GET /channels/x HTTP/1.1\r\nhost: x\r\nx-a: ",
        b"PUT /_local/faults HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n[",
        b"POST /channels HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /channels HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nff",
    ];
    let mut open = Vec::new();
    for beginning in beginnings.iter().cycle().take(300) {
        let mut stream = TcpStream::connect(address(&url)).await.unwrap();
        stream.write_all(beginning).await.unwrap();
        open.push(stream);
    }
    let mut sender = connect(&url).await;
    assert_eq!(send(&mut sender, signed(&local)).await.status(), StatusCode::OK);
    drop(open);
    assert_eq!(send(&mut sender, signed(&local)).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_head_is_read_up_to_its_limits() {
    let local = LocalService::demo().start().await.unwrap();
    let many = |count: usize| (0..count).map(|at| format!("x-{at}: 1\r\n")).collect::<Vec<_>>().concat();
    for (headers, status) in [
        (many(50), "403"),
        (many(101), "431"),
        (format!("x: {}\r\n", "x".repeat(20 * 1024)), "403"),
        (format!("x: {}\r\n", "x".repeat(100 * 1024)), "431"),
    ] {
        let mut stream = TcpStream::connect(address(&local.endpoint_url())).await.unwrap();
        let head = format!("GET /channels HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
        // It may be refused before it is sent.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer[9..], status.as_bytes(), "{} bytes", head.len());
    }
}

#[tokio::test]
async fn where_it_listens_on_every_address_its_url_is_the_loopback_ones() {
    let local = LocalService::demo().listen(Ipv4Addr::UNSPECIFIED.into()).start().await.unwrap();
    assert!(local.endpoint_url().starts_with("http://127.0.0.1:"), "{}", local.endpoint_url());
    let mut sender = connect(&local.endpoint_url()).await;
    assert_eq!(send(&mut sender, signed(&local)).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn a_client_that_goes_away_before_the_answer_is_in_the_log() {
    let local = LocalService::demo().fault("delay(3600s)".parse().unwrap()).start().await.unwrap();
    let request = signed(&local);
    let mut head = format!("GET {} HTTP/1.1\r\n", request.uri());
    for (name, value) in request.headers() {
        write!(head, "{name}: {}\r\n", HeaderValue::to_str(value).unwrap()).unwrap();
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(address(&local.endpoint_url())).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    drop(stream);
    let logged = async {
        while local.requests().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_mins(1), logged).await.unwrap();
    let record = local.requests().remove(0);
    assert_eq!(
        (record.status, record.operation),
        (None, Some("DescribeChannelMembershipForAppInstanceUser"))
    );
}

#[tokio::test]
async fn idle_connections_beyond_the_limit_end_and_one_that_is_answered_does_not() {
    let local = LocalService::demo().fault("delay(3600s):1".parse().unwrap()).start().await.unwrap();
    let url = local.endpoint_url();
    // It was there first, and is being answered.
    let mut busy = connect(&url).await;
    busy.ready().await.unwrap();
    let answer = tokio::spawn(busy.send_request(signed(&local).map(http_body_util::Full::new)));
    while !local.faults().is_empty() {
        tokio::task::yield_now().await;
    }
    let mut oldest = TcpStream::connect(address(&url)).await.unwrap();
    let mut open = Vec::new();
    for _ in 0..1100 {
        open.push(TcpStream::connect(address(&url)).await.unwrap());
    }
    let mut sender = connect(&url).await;
    assert_eq!(send(&mut sender, signed(&local)).await.status(), StatusCode::OK);
    assert_eq!(oldest.read(&mut [0]).await.unwrap(), 0, "the oldest is open");
    assert!(!answer.is_finished(), "the one that is being answered was closed");
}
