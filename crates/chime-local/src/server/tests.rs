//! Tests of which connections stay open when many are.

use std::time::Duration;

use chime_client::Client;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::local_service::LocalService;
use super::running::RunningService;
use crate::demo::Demo;
use crate::faults::Fault;

async fn start(waiting: usize) -> RunningService {
    let mut service = LocalService::demo();
    service.waiting = waiting;
    service.start().await.unwrap()
}

async fn open(local: &RunningService) -> TcpStream {
    TcpStream::connect(local.address.unwrap()).await.unwrap()
}

/// Asks something that is refused, which is an answer.
async fn ask(stream: &mut TcpStream) {
    stream.write_all(b"GET /channels HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0, "closed");
    }
    assert!(answer.starts_with(b"HTTP/1.1 403 "));
}

async fn is_closed(stream: &mut TcpStream) -> bool {
    stream.read(&mut [0]).await.map_or(true, |read| read == 0)
}

#[tokio::test]
async fn connections_that_wait_keep_nobody_out() {
    let local = start(4).await;
    let beginnings: [&[u8]; 3] = [
        b"",
        b"GET /channels HTTP/1.1\r\nhost",
        b"POST /channels HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{",
    ];
    let mut waiting = Vec::new();
    for beginning in beginnings.iter().cycle().take(60) {
        let mut stream = open(&local).await;
        // It may be closed already.
        let _ = stream.write_all(beginning).await;
        waiting.push(stream);
    }
    ask(&mut open(&local).await).await;
    for stream in &mut waiting[..57] {
        assert!(is_closed(stream).await);
    }
}

#[tokio::test]
async fn the_connection_that_waits_longest_is_closed_first() {
    let local = start(2).await;
    let mut one = open(&local).await;
    ask(&mut one).await;
    let mut other = open(&local).await;
    ask(&mut other).await;
    ask(&mut one).await;
    let mut third = open(&local).await;
    ask(&mut third).await;
    assert!(is_closed(&mut other).await);
    ask(&mut one).await;
}

#[tokio::test]
async fn a_connection_on_which_a_request_is_answered_is_not_closed() {
    let local = start(2).await;
    local.fault(Fault::delay(Duration::from_millis(200)).times(1));
    let client = Client::builder()
        .endpoint_url(local.endpoint_url())
        .credentials(local.credentials())
        .build()
        .unwrap();
    let alice = Demo::new().app_instance_user_arn();
    let held = tokio::spawn(async move {
        let general = Demo::new().channel_arn();
        client.describe_channel().channel_arn(general).chime_bearer(alice).send().await
    });
    while !local.faults().is_empty() {
        tokio::task::yield_now().await;
    }
    let mut waiting = Vec::new();
    for _ in 0..5 {
        waiting.push(open(&local).await);
    }
    assert!(is_closed(&mut waiting[0]).await);
    held.await.unwrap().unwrap();
    assert_eq!(local.requests().len(), 1, "the first attempt was answered");
}
