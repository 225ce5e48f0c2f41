//! Each documented exception, in each form in which it may come.

use chime_client::operation::{Metadata, Operation};
use chime_client::{Error, ErrorKind, Exception};
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use contract_tests::client::{client, describe};
use contract_tests::recorded::example;

const MESSAGE: &str = "the service's own words";
const REQUEST_ID: &str = "9a2c1b1e-4b1d-4f7e-8a55-0d8a3f6f3c11";

/// Exception, status, code in the body, attempts.
const DOCUMENTED: [(&str, u16, &str, u32); 6] = [
    ("BadRequestException", 400, "BadRequest", 1),
    ("ForbiddenException", 403, "Forbidden", 1),
    ("UnauthorizedClientException", 401, "Unauthorized", 1),
    ("ThrottledClientException", 429, "Throttled", 3),
    ("ServiceUnavailableException", 503, "ServiceUnavailable", 3),
    ("ServiceFailureException", 500, "ServiceFailure", 3),
];

/// Calls a service that always gives this answer. Returns the error and the number of requests.
async fn call(answer: ResponseTemplate) -> (Error, usize) {
    let server = MockServer::start().await;
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let error = client(&server.uri()).build().unwrap().call(describe()).await.unwrap_err();
    (error, server.received_requests().await.unwrap().len())
}

#[tokio::test]
async fn every_exception_in_every_form() {
    for (name, status, code, attempts) in DOCUMENTED {
        let headers = [
            Some(name.to_owned()),
            Some(format!("com.amazonaws.chime#{name}")),
            Some(format!("{name}:http://internal.amazon.com/coral/com.amazonaws.chime/")),
            None,
        ];
        let bodies = [
            (format!(r#"{{"Code":"{code}","Message":"{MESSAGE}"}}"#), Some(code), true),
            (format!(r#"{{"code":"{name}","message":"{MESSAGE}"}}"#), Some(name), true),
            (format!(r#"{{"__type":"ns#{name}","message":"{MESSAGE}"}}"#), Some("ns#"), true),
            (format!(r#"{{"Code":"{code}","Message":"{MESSAGE}","More":[1]}}"#), Some(code), true),
            (format!(r#"{{"Code":7,"code":"{name}","Message":"{MESSAGE}"}}"#), Some(name), true),
            (String::new(), None, false),
            ("<html>Bad Gateway</html>".to_owned(), None, false),
            ("{\"Code\":".to_owned(), None, false),
        ];
        for header in &headers {
            for (body, in_body, has_message) in &bodies {
                let mut answer = ResponseTemplate::new(status)
                    .insert_header("x-amzn-RequestId", REQUEST_ID)
                    .set_body_string(body.clone());
                if let Some(header) = header {
                    answer = answer.insert_header("x-amzn-ErrorType", header.as_str());
                }
                let (error, asked) = call(answer).await;
                let context = format!("{name}, header {header:?}, body {body}");

                let named = header.is_some() || in_body.is_some();
                let expected = named.then(|| Exception::from(name));
                assert_eq!(error.exception(), expected.as_ref(), "{context}");
                let refusal = error.service_error().expect(&context);
                assert_eq!(refusal.message.as_deref(), has_message.then_some(MESSAGE), "{context}");
                let code = refusal.code.as_deref();
                assert!(code.is_some() == in_body.is_some(), "{context}: {code:?}");
                assert!(
                    code.unwrap_or_default().starts_with(in_body.unwrap_or_default()),
                    "{context}: {code:?}"
                );
                assert_eq!(
                    (refusal.status, &refusal.body),
                    (status, &bytes::Bytes::from(body.clone())),
                    "{context}"
                );
                assert_eq!(error.request_id(), Some(REQUEST_ID), "{context}");
                assert_eq!((error.attempts(), asked), (attempts, attempts as usize), "{context}");
                assert_eq!(error.operation(), Some("DescribeChannelMembershipForAppInstanceUser"));
                assert!(error.may_have_reached_service());

                // Being throttled, being denied and not being allowed to see are never one thing.
                assert_eq!(error.is_throttled(), status == 429, "{context}");
                assert_eq!(error.is_forbidden(), named && status == 403, "{context}");
                assert!(!error.is_access_denied() && !error.is_timeout(), "{context}");
            }
        }
    }
}

#[tokio::test]
async fn every_operations_documented_exceptions_come_out_by_name() {
    macro_rules! check {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            $( check_exceptions::<chime_client::operations::$Operation>().await; )*
        };
    }
    chime_client::for_each_operation!(check);
}

async fn check_exceptions<O: Operation>() {
    let Metadata { name: operation, errors, idempotent, .. } = O::METADATA;
    for name in errors {
        let exception = Exception::from(*name);
        let (status, code) = (exception.status().unwrap(), exception.code().unwrap());
        let throttled = *name == "ThrottledClientException";
        let attempts = if throttled || (idempotent && status >= 500) { 3 } else { 1 };
        // By the header, and where a proxy has taken that away.
        for header in ["x-amzn-ErrorType", "x-other"] {
            let server = MockServer::start().await;
            let answer = ResponseTemplate::new(status)
                .insert_header(header, *name)
                .insert_header("x-amzn-RequestId", REQUEST_ID)
                .set_body_json(serde_json::json!({ "Code": code, "Message": MESSAGE }));
            Mock::given(any()).respond_with(answer).mount(&server).await;
            let client = client(&server.uri()).build().unwrap();
            let error = client.call(example::<O>()).await.map(|_| ()).unwrap_err();
            let context = format!("{operation}: {error}");
            assert_eq!(error.exception(), Some(&exception), "{context}");
            assert_eq!(
                (error.operation(), error.request_id()),
                (Some(operation), Some(REQUEST_ID)),
                "{context}"
            );
            assert_eq!(error.service_error().unwrap().message.as_deref(), Some(MESSAGE), "{context}");
            assert_eq!(error.attempts(), attempts, "{context}");
            assert_eq!(server.received_requests().await.unwrap().len(), attempts as usize, "{context}");
            assert_eq!(error.is_throttled(), throttled, "{context}");
            assert_eq!(
                error.is_forbidden(),
                matches!(exception, Exception::ForbiddenException | Exception::NotFoundException),
                "{context}"
            );
        }
    }
}

#[tokio::test]
async fn the_error_is_one_line_for_a_log() {
    let answer = ResponseTemplate::new(403)
        .insert_header("x-amzn-ErrorType", "ForbiddenException")
        .insert_header("x-amzn-RequestId", REQUEST_ID)
        .set_body_string(r#"{"Code":"Forbidden","Message":"not\nyours"}"#);
    let (error, _) = call(answer).await;
    let (line, milliseconds) = (error.to_string(), error.elapsed().as_millis());
    assert_eq!(
        line,
        format!(
            "DescribeChannelMembershipForAppInstanceUser: ForbiddenException: not\\nyours \
             (status 403, request id {REQUEST_ID}) after 1 attempt in {milliseconds} ms"
        )
    );
}

#[tokio::test]
async fn an_exception_outside_the_model_survives_as_text() {
    // name, status, predicates: access denied, throttled, attempts
    let cases = [
        ("AccessDeniedException", 403, true, false, 1),
        ("AccessDenied", 403, true, false, 1),
        ("ExpiredTokenException", 403, false, false, 1),
        ("InvalidSignatureException", 403, false, false, 1),
        ("ThrottlingException", 400, false, true, 3),
        ("Throttling", 400, false, true, 3),
        ("TooManyRequestsException", 429, false, true, 3),
        ("SomethingNewException", 418, false, false, 1),
    ];
    for (name, status, denied, throttled, attempts) in cases {
        let answer = ResponseTemplate::new(status)
            .insert_header("x-amzn-ErrorType", name)
            .set_body_string(format!(r#"{{"message":"{MESSAGE}"}}"#));
        let (error, _) = call(answer).await;
        assert_eq!(error.exception().unwrap().as_str(), name);
        assert_eq!((error.is_access_denied(), error.is_throttled()), (denied, throttled), "{name}");
        assert!(!error.is_forbidden(), "{name}");
        assert_eq!(error.attempts(), attempts, "{name}");
        assert!(error.to_string().contains(name) && error.to_string().contains(MESSAGE), "{error}");
    }
}

#[tokio::test]
async fn a_code_in_the_body_names_the_exception_where_the_header_does_not() {
    let cases = [
        ("Throttled", "ThrottledClientException"),
        ("Throttling", "ThrottledClientException"),
        ("NotFound", "NotFoundException"),
        ("Conflict", "ConflictException"),
        ("ResourceLimitExceeded", "ResourceLimitExceededException"),
        ("AccessDenied", "AccessDenied"),
        ("PreconditionFailed", "PreconditionFailed"),
    ];
    for (code, name) in cases {
        let body = format!(r#"{{"Code":"{code}"}}"#);
        let (error, _) = call(ResponseTemplate::new(400).set_body_string(body)).await;
        assert_eq!(error.exception().map(Exception::as_str), Some(name), "{code}");
    }
}

#[tokio::test]
async fn an_answer_after_failures_is_an_answer() {
    let server = MockServer::start().await;
    for (status, times) in [(429, 1), (500, 1)] {
        let failure = ResponseTemplate::new(status);
        Mock::given(any()).respond_with(failure).up_to_n_times(times).mount(&server).await;
    }
    Mock::given(any()).respond_with(ResponseTemplate::new(200).set_body_string("{}")).mount(&server).await;
    let answer = client(&server.uri()).build().unwrap().call(describe()).await.unwrap();
    assert_eq!(answer.channel_membership, None);
    assert_eq!(server.received_requests().await.unwrap().len(), 3);
}

#[tokio::test]
async fn the_environment_says_how_often_a_call_is_attempted() {
    for attempts in ["1", "2"] {
        let server = MockServer::start().await;
        Mock::given(any()).respond_with(ResponseTemplate::new(500)).mount(&server).await;
        let url = server.uri();
        let lookup = move |name: &str| match name {
            "AWS_ENDPOINT_URL" => Some(url.clone()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
            "AWS_MAX_ATTEMPTS" => Some(attempts.to_owned()),
            _ => None,
        };
        let client = chime_client::ClientBuilder::from_lookup(lookup).unwrap().build().unwrap();
        let error = client.call(describe()).await.unwrap_err();
        assert_eq!(error.attempts().to_string(), attempts);
        assert_eq!(server.received_requests().await.unwrap().len().to_string(), attempts);
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (error, asked) =
        call(ResponseTemplate::new(307).insert_header("location", "http://localhost/")).await;
    assert!(matches!(error.kind(), ErrorKind::Service(refusal) if refusal.status == 307), "{error}");
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn without_a_connection_the_service_was_not_reached() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let client = client(&format!("http://127.0.0.1:{port}")).build().unwrap();
    let error = client.call(describe()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error}");
    assert!(!error.may_have_reached_service());
    assert_eq!(error.attempts(), 3);
    assert!(error.to_string().contains("onnection refused"), "{error}");
}

#[tokio::test]
async fn a_connection_comes_about_in_time_tls_included() {
    use std::time::Duration;

    use chime_client::Timeouts;

    // It accepts and says nothing.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
    let timeouts = Timeouts { connect: Duration::from_millis(50), ..Timeouts::default() };
    let error = client(&url).timeouts(timeouts).build().unwrap().call(describe()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Connect(_)), "{error}");
    let address = url.trim_start_matches("https://");
    let expected = format!("no connection: {address} could not be reached within 50ms");
    assert!(error.to_string().contains(&expected), "{error}");
    assert_eq!((error.attempts(), error.may_have_reached_service()), (3, false));
}

#[tokio::test]
async fn an_answer_without_end_is_not_read_to_its_end() {
    let (error, asked) = {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_bytes(vec![b' '; 5 * 1024 * 1024]);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let error = client(&server.uri()).build().unwrap().call(describe()).await.unwrap_err();
        (error, server.received_requests().await.unwrap().len())
    };
    assert!(matches!(error.kind(), ErrorKind::TooLarge(limit) if *limit == 4 * 1024 * 1024), "{error}");
    assert_eq!((error.attempts(), asked), (1, 1));
}

#[tokio::test]
async fn a_refusal_is_one_however_large_its_page() {
    let page = vec![b'x'; 5 * 1024 * 1024];
    let (error, asked) = call(ResponseTemplate::new(503).set_body_bytes(page)).await;
    assert!(matches!(error.kind(), ErrorKind::Service(refusal) if refusal.status == 503), "{error}");
    assert_eq!((error.attempts(), asked), (3, 3));
}

#[tokio::test]
async fn the_service_may_ask_for_a_longer_wait_than_the_call_has() {
    // The wait would outlast the call's limit, so it is not begun.
    for (header, attempts) in [("x-amz-retry-after", 1), ("x-other", 3)] {
        let answer = ResponseTemplate::new(503).insert_header(header, "3600000");
        assert_eq!(call(answer).await.0.attempts(), attempts, "{header}");
    }
}

#[tokio::test]
async fn an_attempt_and_a_call_end_in_time() {
    use std::time::Duration;

    use chime_client::{TimeLimit, Timeouts};

    let server = MockServer::start().await;
    let never = ResponseTemplate::new(200).set_delay(Duration::from_mins(1));
    Mock::given(any()).respond_with(never).mount(&server).await;
    let second = Duration::from_secs(1);
    let cases = [
        // limit of an attempt, of the call; which was hit, attempts
        (second / 20, second * 30, TimeLimit::Attempt, 3),
        (second * 30, second / 20, TimeLimit::Call, 1),
    ];
    for (attempt, call, limit, attempts) in cases {
        let timeouts = Timeouts { attempt, call, ..Timeouts::default() };
        let client = client(&server.uri()).timeouts(timeouts).build().unwrap();
        let error = client.call(describe()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Timeout(hit, _) if *hit == limit), "{error}");
        assert!(error.is_timeout() && error.may_have_reached_service());
        assert_eq!(error.attempts(), attempts);
    }
}
