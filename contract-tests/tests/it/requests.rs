//! The bytes of requests.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use chime_client::operation::Operation;
use chime_client::{ChannelArn, Clock, Credentials, ErrorKind, wire};
use chime_transport::EndpointSettings;
use serde_json::Value;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use contract_tests::arns::{APP_INSTANCE, BEARER, CHANNEL, USER};
use contract_tests::client::{client, describe};
use contract_tests::recorded::{self, Recorded};

fn on_the_fourth_of_june() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291)
}

#[tokio::test]
async fn path_query_and_headers_are_those_of_the_service_model() {
    for token in [None, Some("not/a+real==token")] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(200).set_body_string("{}");
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let mut credentials = Credentials::new("AKID", "secret");
        if let Some(token) = token {
            credentials = credentials.with_session_token(token);
        }
        client(&server.uri())
            .credentials(credentials)
            .clock(Clock::new(on_the_fourth_of_june))
            .build()
            .unwrap()
            .describe_channel_membership_for_app_instance_user()
            .chime_bearer(BEARER)
            .channel_arn(CHANNEL)
            .app_instance_user_arn(USER)
            .send()
            .await
            .unwrap();

        let [request] = &server.received_requests().await.unwrap()[..] else { panic!("one request") };
        assert_eq!(request.method.as_str(), "GET");
        assert_eq!(
            request.url.path(),
            "/channels/arn%3Aaws%3Achime%3Aus-east-1%3A123456789012%3Aapp-instance%2Fi%2Fchannel%2Fc"
        );
        assert_eq!(
            request.url.query(),
            Some(
                "scope=app-instance-user-membership&app-instance-user-arn=\
                 arn%3Aaws%3Achime%3Aus-east-1%3A123456789012%3Aapp-instance%2Fi%2Fuser%2Fu"
            )
        );
        assert!(request.body.is_empty());
        let mut headers: BTreeMap<_, _> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        let authorization = headers.remove("authorization").unwrap();
        let mut expected = BTreeMap::from([
            ("host", server.uri().strip_prefix("http://").unwrap().to_owned()),
            ("user-agent", format!("chime-client/0.1.0 ua/2.1 os/{} lang/rust", std::env::consts::OS)),
            ("x-amz-chime-bearer", BEARER.to_owned()),
            ("x-amz-date", "20260604T071451Z".to_owned()),
        ]);
        expected.extend(token.map(|token| ("x-amz-security-token", token.to_owned())));
        let expected: BTreeMap<_, _> = expected.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(headers, expected);
        let token = if token.is_some() { ";x-amz-security-token" } else { "" };
        let start = format!(
            "AWS4-HMAC-SHA256 Credential=AKID/20260604/us-east-1/chime/aws4_request, \
             SignedHeaders=host;x-amz-chime-bearer;x-amz-date{token}, Signature="
        );
        assert!(authorization.starts_with(&start), "{authorization}");
    }
}

#[test]
fn every_operation_is_sent_as_botocore_sends_it() {
    let requests = recorded::requests();
    macro_rules! check {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => { $(
            let mut recorded = requests.iter().filter(|recorded| recorded.operation == stringify!($Operation));
            check_request::<chime_client::operations::$Operation>(recorded.next().unwrap());
            recorded.for_each(check_request::<chime_client::operations::$Operation>);
        )* };
    }
    chime_client::for_each_operation!(check);
}

fn check_request<O: Operation + PartialEq>(recorded: &Recorded) {
    let name = recorded.operation.as_str();
    let operation: O = recorded.request();
    let sent = wire::encode_request(&operation).unwrap();
    assert_eq!(sent.method().as_str(), recorded.method, "{name}");
    // The order of a query has no meaning.
    let parts = |target: &str| {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut query: Vec<_> = query.split('&').map(str::to_owned).collect();
        query.sort_unstable();
        (path.to_owned(), query)
    };
    assert_eq!(parts(&sent.uri().to_string()), parts(&recorded.target), "{name}");
    let header = |(name, value): (&http::HeaderName, &http::HeaderValue)| {
        (name.to_string(), String::from_utf8(value.as_bytes().to_vec()).unwrap())
    };
    assert_eq!(sent.headers().iter().map(header).collect::<BTreeMap<_, _>>(), recorded.headers, "{name}");
    let body = (!sent.body().is_empty()).then(|| serde_json::from_slice::<Value>(sent.body()).unwrap());
    assert_eq!(body, recorded.body, "{name}");
    let settings = EndpointSettings {
        service: operation.service(),
        region: Some("us-east-1".to_owned()),
        ..EndpointSettings::default()
    };
    // The recorded resource is a user. Botocore's client of the other service sends its tags to that service.
    let is_elsewhere = O::METADATA.resource.service().is_none() && recorded.host.starts_with("messaging-");
    let url = format!("https://{}", recorded.host);
    assert_eq!(settings.resolve().unwrap().url() == url, !is_elsewhere, "{name}: {url}");

    // And received so.
    let receive = |body: Option<&Value>| {
        let mut request =
            http::Request::builder().method(recorded.method.as_str()).uri(recorded.target.as_str());
        for (name, value) in &recorded.headers {
            request = request.header(name, value);
        }
        let body = body.map(ToString::to_string).unwrap_or_default();
        wire::decode_request::<O>(&request.body(body).unwrap())
    };
    assert_eq!(receive(recorded.body.as_ref()).unwrap(), operation, "{name}");

    // A null member of the body counts as missing.
    for member in recorded.body.iter().flat_map(|body| body.as_object().unwrap().keys()) {
        let mut with_null = recorded.body.clone().unwrap();
        with_null[member] = Value::Null;
        let mut without = recorded.body.clone().unwrap();
        without.as_object_mut().unwrap().remove(member);
        assert_eq!(receive(Some(&with_null)), receive(Some(&without)), "{name}: {member}");
        let required = O::METADATA.member(member).unwrap().required;
        assert_eq!(receive(Some(&with_null)).is_err(), required, "{name}: {member}");
    }
}

#[tokio::test]
async fn malformed_input_is_refused_with_its_parameter_before_anything_is_sent() {
    let server = MockServer::start().await;
    let client = client(&server.uri()).build().unwrap();
    let swapped = format!("{APP_INSTANCE}/user/u");
    let injected = format!("{USER}\r\nx-amz-chime-bearer: {BEARER}");
    let cases = [
        ("general", USER, BEARER, "ChannelArn", "\"general\""),
        (swapped.as_str(), USER, BEARER, "ChannelArn", "/channel/"),
        (CHANNEL, CHANNEL, BEARER, "AppInstanceUserArn", "/user/"),
        (CHANNEL, USER, "", "ChimeBearer", "\"\""),
        (CHANNEL, USER, injected.as_str(), "ChimeBearer", "'\\r' cannot stand"),
    ];
    for (channel, user, bearer, parameter, reason) in cases {
        let error = client
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(channel)
            .app_instance_user_arn(user)
            .chime_bearer(bearer)
            .send()
            .await
            .unwrap_err();
        let ErrorKind::InvalidParameter(invalid) = error.kind() else { panic!("{error}") };
        assert_eq!(invalid.parameter(), Some(parameter));
        let line = error.to_string();
        let start = format!("DescribeChannelMembershipForAppInstanceUser: {parameter}: ");
        assert!(line.starts_with(&start), "{line}");
        assert!(line.contains(reason) && line.contains("such as arn:aws:chime:"), "{line}");
        assert!(!error.may_have_reached_service());
        assert_eq!(error.attempts(), 0);
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn an_identifier_that_was_deserialized_is_checked_where_it_becomes_a_parameter() {
    let server = MockServer::start().await;
    let client = client(&server.uri()).build().unwrap();
    for json in [r#""""#, r#""..""#, r#""not an arn""#] {
        let arn: ChannelArn = serde_json::from_str(json).unwrap();
        let error = client
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(&arn)
            .app_instance_user_arn(USER)
            .chime_bearer(BEARER)
            .send()
            .await
            .unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidParameter(_)), "{error}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn without_credentials_nothing_is_sent_and_the_variable_is_named() {
    let server = MockServer::start().await;
    let url = server.uri();
    let error = chime_client::ClientBuilder::from_lookup(move |name| {
        (name == "AWS_ENDPOINT_URL").then(|| url.clone())
    })
    .unwrap()
    .build()
    .unwrap()
    .call(describe())
    .await
    .unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Credentials(_)), "{error}");
    assert!(error.to_string().contains("AWS_ACCESS_KEY_ID"), "{error}");
    assert_eq!(error.attempts(), 0);
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn credentials_that_cannot_be_sent_are_refused_and_not_shown() {
    let server = MockServer::start().await;
    for credentials in [
        Credentials::new("AKID\nx", "secret"),
        Credentials::new("AKID", "secret").with_session_token("SECRET\r\nx-amz-chime-bearer: y"),
    ] {
        let client = client(&server.uri()).credentials(credentials).build().unwrap();
        let error = client.call(describe()).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Credentials(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains("SECRET"), "{error:?}");
    }
    assert!(server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_hanging_source_of_credentials_does_not_count_as_an_attempt() {
    use chime_client::{ProvideCredentials, ProvidedCredentials, Timeouts};

    #[derive(Debug)]
    struct Hanging;
    impl ProvideCredentials for Hanging {
        fn provide(&self) -> ProvidedCredentials<'_> {
            Box::pin(std::future::pending())
        }
    }

    let timeouts = Timeouts { attempt: Duration::from_millis(50), ..Timeouts::default() };
    let client = client("http://127.0.0.1:9").credentials(Hanging).timeouts(timeouts).build().unwrap();
    let error = client.call(describe()).await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Credentials(_)), "{error}");
    assert!(error.to_string().contains("within 50ms"), "{error}");
    assert_eq!((error.attempts(), error.may_have_reached_service()), (0, false));
}

#[tokio::test]
async fn a_connection_is_used_again() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let accepted = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&accepted);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while let Ok(byte) = stream.read_u8().await {
                    head.push(byte);
                    if head.ends_with(b"\r\n\r\n") {
                        head.clear();
                        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
                    }
                }
            });
        }
    });
    let client = client(&url).build().unwrap();
    for _ in 0..5 {
        // A clone shares the connections.
        client.clone().call(describe()).await.unwrap();
    }
    assert_eq!(accepted.load(Ordering::Relaxed), 1);
}
