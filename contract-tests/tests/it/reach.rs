//! Who can reach the local service, and that nobody there can keep it from others.

use std::net::Ipv4Addr;
use std::time::Duration;

use chime_local::LocalService;
use http::{HeaderValue, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use contract_tests::connection::{administrative, connect, send, signed};

fn address(url: &str) -> &str {
    url.strip_prefix("http://").unwrap()
}

#[tokio::test]
async fn the_half_open_and_the_garbled_do_not_hold_up_a_good_call() {
    let local = LocalService::demo().start().await.unwrap();
    let url = local.endpoint_url();
    let beginnings: [&[u8]; 6] = [
        b"",
        b"GET /channels/x HTTP/1.1\r\nhost: localhost\r\nx-a: ",
        b"PUT /_local/faults HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n[",
        b"POST /channels HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n{",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"POST /channels HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nff",
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
    let many = |count: usize| "x: 1\r\n".repeat(count);
    for (headers, status) in [
        (many(50), "403"),
        (many(101), "431"),
        (format!("x: {}\r\n", "x".repeat(20 * 1024)), "403"),
        (format!("x: {}\r\n", "x".repeat(100 * 1024)), "431"),
    ] {
        let mut stream = TcpStream::connect(address(&local.endpoint_url())).await.unwrap();
        let head = format!("GET /channels HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
        // It may be refused before it is sent.
        let _ = stream.write_all(head.as_bytes()).await;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer[9..], status.as_bytes(), "{} bytes", head.len());
    }
}

/// The bytes that a connection receives until it is closed, and the seconds until then, on the paused clock. The second
/// argument is sent byte by byte, with that many seconds after each.
async fn slowly(url: &str, at_once: &str, byte_by_byte: &str, seconds: u64) -> (String, u64) {
    let mut stream = TcpStream::connect(address(url)).await.unwrap();
    let started = tokio::time::Instant::now();
    stream.write_all(at_once.as_bytes()).await.unwrap();
    let (mut reader, mut writer) = stream.split();
    let write = async {
        for byte in byte_by_byte.bytes() {
            if writer.write_all(&[byte]).await.is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_secs(seconds)).await;
        }
        std::future::pending::<()>().await;
    };
    let mut answer = Vec::new();
    tokio::select! {
        // Bytes sent to a closed connection reset it.
        _ = reader.read_to_end(&mut answer) => {}
        () = write => {}
    }
    (String::from_utf8(answer).unwrap(), started.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_head_that_takes_a_minute_and_a_body_that_takes_ten_seconds_are_waited_for_no_longer() {
    let local = LocalService::demo().start().await.unwrap();
    let url = local.endpoint_url();
    let head = "GET /channels HTTP/1.1\r\nhost: localhost\r\n";
    let post = "POST /channels HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n";
    for (at_once, byte_by_byte, seconds, limit) in [
        ("", "", 0, 60),
        ("", head, 7, 60),
        (head, "", 0, 60),
        (head, "x-header: and so on", 7, 60),
        (post, "", 0, 10),
        (post, "{\"Name\":", 3, 10),
    ] {
        let (answer, elapsed) = slowly(&url, at_once, byte_by_byte, seconds).await;
        assert!(
            (limit..limit + seconds.max(1)).contains(&elapsed),
            "{at_once:?} {byte_by_byte:?}: {elapsed} s"
        );
        if limit == 60 {
            assert_eq!(answer, "", "{at_once:?} {byte_by_byte:?}");
        } else {
            assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
            assert!(answer.contains("x-amzn-errortype: RequestTimeoutException\r\n"), "{answer}");
        }
    }
    // The log has a request that began, and not one whose head is incomplete.
    let logged: Vec<_> = local.requests().into_iter().map(|record| record.status).collect();
    assert_eq!(logged, [Some(400), Some(400)]);
}

#[tokio::test]
async fn the_bytes_after_a_request_are_judged_separately() {
    let local = LocalService::demo().start().await.unwrap();
    let get = "GET /channels HTTP/1.1\r\nhost: localhost\r\n\r\n";
    for (sent, statuses) in [
        (format!("{get}{get}{get}\0garbage\r\n\r\n{get}"), vec!["403", "403", "403", "400"]),
        ("garbage\r\n\r\n".to_owned(), vec!["400"]),
        ("\0\0\0\0".to_owned(), vec!["400"]),
        (
            "OPTIONS * HTTP/1.1\r\nhost: localhost\r\n\r\nCONNECT x:1 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n".to_owned(),
            vec!["403", "403"],
        ),
        // Without a host, which a signature wants.
        ("GET /channels HTTP/1.1\r\nconnection: close\r\n\r\n".to_owned(), vec!["403"]),
        (format!("GET /channels HTTP/9.9\r\n\r\n{get}"), vec!["400"]),
        (format!("GET /{} HTTP/1.1\r\n\r\n", "x".repeat(100 * 1024)), vec!["414"]),
        (
            "POST /channels HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}"
                .to_owned(),
            vec!["400"],
        ),
        (
            "POST /channels HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nno length\r\n"
                .to_owned(),
            vec!["400"],
        ),
        // A body that nobody would wait for.
        (
            format!(
                "POST /channels HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999999\r\n\r\n{}",
                " ".repeat(1024 * 1024 + 1)
            ),
            vec!["400"],
        ),
    ] {
        let mut stream = TcpStream::connect(address(&local.endpoint_url())).await.unwrap();
        let (mut reader, mut writer) = stream.split();
        let mut answer = Vec::new();
        // Unread bytes reset the connection, after its answer.
        let (_, _) = tokio::join!(writer.write_all(sent.as_bytes()), reader.read_to_end(&mut answer));
        let answer = String::from_utf8(answer).unwrap();
        let found: Vec<_> = answer.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
        assert_eq!(found, statuses, "{:?}: {answer}", &sent[..sent.len().min(100)]);
    }
}

#[tokio::test]
async fn a_port_that_is_taken_is_refused() {
    let local = LocalService::demo().start().await.unwrap();
    let port = local.endpoint_url().rsplit(':').next().unwrap().parse().unwrap();
    let refused = LocalService::demo().port(port).start().await.unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::AddrInUse);
}

#[tokio::test]
async fn a_request_is_answered_in_the_process_as_it_is_over_the_network() {
    let local = LocalService::demo().start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let mut unsigned = signed(&local);
    unsigned.headers_mut().remove("authorization");
    for request in [signed(&local), unsigned, administrative("GET", "faults", "")] {
        let here = local.answer(request.clone()).await.unwrap();
        let there = send(&mut sender, request).await;
        assert_eq!((here.status(), here.body()), (there.status(), there.body()));
        for name in ["content-type", "x-amzn-errortype"] {
            assert_eq!(here.headers().get(name), there.headers().get(name));
        }
    }
    local.fault("drop:1".parse().unwrap());
    assert!(local.answer(signed(&local)).await.is_none());
    assert_eq!(local.answer(signed(&local)).await.unwrap().status(), StatusCode::OK);
    let too_large = signed(&local).map(|_| vec![b' '; 1024 * 1024 + 1].into());
    assert_eq!(local.answer(too_large).await.unwrap().status(), StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn the_url_of_a_service_on_every_address_is_the_loopback_address() {
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
        head.extend([name.as_str(), ": ", HeaderValue::to_str(value).unwrap(), "\r\n"]);
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
    tokio::time::timeout(Duration::from_mins(1), logged).await.unwrap();
    let record = local.requests().remove(0);
    assert_eq!(
        (record.status, record.operation),
        (None, Some("DescribeChannelMembershipForAppInstanceUser"))
    );
}

#[tokio::test]
async fn the_service_listens_on_both_loopback_addresses_or_on_the_given_one() {
    let local = LocalService::demo().start().await.unwrap();
    let port = local.endpoint_url().rsplit(':').next().unwrap().to_owned();
    let has_ipv6 = tokio::net::TcpListener::bind("[::1]:0").await.is_ok();
    let hosts = ["127.0.0.1", "localhost", "[::1]"];
    for host in &hosts[..if has_ipv6 { 3 } else { 2 }] {
        let url = format!("http://{host}:{port}");
        let mut stream = TcpStream::connect(address(&url)).await.unwrap();
        let request = format!(
            "GET /_local/requests HTTP/1.1\r\nhost: {host}:{port}\r\nx-chime-local: admin\r\nconnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{host}: {answer}");
        let client = chime_client::Client::builder()
            .endpoint_url(url)
            .credentials(local.credentials())
            .build()
            .unwrap();
        let demo = chime_local::Demo::new();
        let ask = client
            .describe_channel()
            .channel_arn(demo.channel_arn())
            .chime_bearer(demo.app_instance_user_arn());
        ask.send().await.unwrap();
    }
    local.stop().await;
    let one = LocalService::demo().listen([127, 0, 0, 1].into()).start().await.unwrap();
    let port = one.endpoint_url().rsplit(':').next().unwrap().to_owned();
    assert!(TcpStream::connect(format!("[::1]:{port}")).await.is_err());
}

#[tokio::test]
async fn a_body_is_read_however_small_its_pieces_are() {
    let local = LocalService::demo().start().await.unwrap();
    for (length, status) in [(20_000, "403"), (1024 * 1024 + 1, "400")] {
        let mut sent =
            b"POST /channels HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n"
                .to_vec();
        sent.extend(b"1\r\n \r\n".repeat(length));
        sent.extend(b"0\r\n\r\n");
        let answer = contract_tests::connection::exchange(&local.endpoint_url(), &sent).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{length}: {answer}");
    }
}
