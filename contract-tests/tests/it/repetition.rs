//! Repetitions of requests, and the token by which the service recognizes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chime_client::ErrorKind;
use chime_client::operation::Operation;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use contract_tests::client::client;
use contract_tests::operations::request_of;
use contract_tests::recorded::example;

/// The operation's token, if it has one.
fn token<O: Operation>() -> Option<&'static str> {
    O::METADATA.input.iter().find(|member| member.is_made_by_client()).map(|member| member.name)
}

/// The example with that token or with none.
fn with_token<O: Operation>(token: Option<&str>) -> O {
    let Value::Object(mut members) = serde_json::to_value(example::<O>()).unwrap() else { panic!() };
    members.remove("ClientRequestToken");
    members.extend(token.map(|token| ("ClientRequestToken".to_owned(), Value::from(token))));
    request_of(&members).unwrap()
}

#[tokio::test]
async fn a_token_is_made_up_once_a_call_where_none_is_given() {
    let mut with_tokens = Vec::new();
    macro_rules! check {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => { $(
            if let Some(token) = token::<chime_client::operations::$Operation>() {
                assert_eq!(token, "ClientRequestToken");
                check_token::<chime_client::operations::$Operation>().await;
                with_tokens.push(stringify!($Operation));
            }
        )* };
    }
    chime_client::for_each_operation!(check);
    assert!(with_tokens.len() >= 4, "{with_tokens:?}");
}

async fn check_token<O: Operation>() {
    let name = O::METADATA.name;
    let server = MockServer::start().await;
    let mut made_up = Vec::new();
    for given in [None, None, Some("mine-1")] {
        server.reset().await;
        let failure = ResponseTemplate::new(500);
        Mock::given(any()).respond_with(failure).up_to_n_times(2).mount(&server).await;
        let answer = ResponseTemplate::new(O::METADATA.success).set_body_string("{}");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        client(&server.uri()).build().unwrap().call(with_token::<O>(given)).await.unwrap();

        let requests = server.received_requests().await.unwrap();
        let body = |body: &[u8]| serde_json::from_slice::<Value>(body).unwrap();
        let tokens: Vec<_> =
            requests.iter().map(|request| body(&request.body)["ClientRequestToken"].clone()).collect();
        assert_eq!(tokens.len(), 3, "{name}");
        assert!(tokens.iter().all(|token| *token == tokens[0]), "{name}: {tokens:?}");
        let token = tokens[0].as_str().unwrap().to_owned();
        match given {
            Some(given) => assert_eq!(token, given, "{name}"),
            None => made_up.push(token),
        }
    }
    assert!(made_up[0] != made_up[1] && made_up[0].len() >= 16, "{name}: {made_up:?}");
    // Which also says that it is within its limits.
    for token in &made_up {
        with_token::<O>(Some(token));
    }
}

/// Reads requests and closes the first connection without an answer; later ones get an empty object. Returns the
/// address and the count of requests.
async fn loses_the_first() -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    let received = Arc::clone(&count);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let (mut line, mut length) = (String::new(), 0);
            while stream.read_line(&mut line).await.unwrap() > 2 {
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.trim().parse().unwrap();
                }
                line.clear();
            }
            stream.read_exact(&mut vec![0; length]).await.unwrap();
            if received.fetch_add(1, Ordering::Relaxed) > 0 {
                let answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
                stream.write_all(answer).await.unwrap();
            }
        }
    });
    (url, count)
}

#[tokio::test]
async fn a_lost_answer_is_asked_for_again_where_that_does_no_harm() {
    let mut not_again = Vec::new();
    macro_rules! check {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => { $(
            let (url, count) = loses_the_first().await;
            let answer = client(&url).build().unwrap().call(with_token::<chime_client::operations::$Operation>(None)).await;
            match answer {
                Ok(_) => assert_eq!(count.load(Ordering::Relaxed), 2, stringify!($Operation)),
                Err(error) => {
                    assert!(matches!(error.kind(), ErrorKind::Io(_)), "{error}");
                    assert!(error.may_have_reached_service(), "{error}");
                    assert_eq!((error.attempts(), count.load(Ordering::Relaxed)), (1, 1), "{error}");
                    not_again.push(stringify!($Operation));
                }
            }
        )* };
    }
    chime_client::for_each_operation!(check);
    // They create something, and have no token to be recognized by.
    let creating = [
        "CreateChannelMembership",
        "BatchCreateChannelMembership",
        "CreateChannelModerator",
        "CreateChannelBan",
        "CreateAppInstanceAdmin",
    ];
    assert_eq!(not_again, creating);
}
