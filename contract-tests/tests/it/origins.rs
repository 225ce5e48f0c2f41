//! Which web pages and hosts reach the service, and what a browser needs to read its responses.

use std::sync::Arc;

use chime_client::Network;
use chime_local::{Demo, LocalService, RunningService};
use contract_tests::client::client_of;
use contract_tests::connection::{administrative, connect, exchange, send, signed};
use http::{HeaderValue, Request, Response};

/// The headers by which a browser decides.
const CORS: [&str; 5] = [
    "access-control-allow-origin",
    "access-control-expose-headers",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "vary",
];

/// A kind of request that a page may send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A signed call.
    Call,
    /// A call that is refused, for its signature is missing.
    Refused,
    /// What a browser asks before a call.
    Preflight,
    /// `PUT /_local/faults`, which must never reach it from a page.
    Faults,
    /// `GET /_local/health`.
    Health,
}

/// What a browser is told of the permissions of a page.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Nothing,
    MayCall,
    MayRead,
}

async fn ask(
    local: &RunningService,
    kind: Kind,
    origin: Option<&str>,
    host: &str,
) -> (u16, Told, Response<bytes::Bytes>) {
    let mut request = signed_for(local, host);
    match kind {
        Kind::Call => {}
        Kind::Refused => {
            request.headers_mut().remove("authorization");
        }
        Kind::Preflight => {
            request = Request::options("/channels").body(bytes::Bytes::new()).unwrap();
            let headers = request.headers_mut();
            headers.insert("access-control-request-method", HeaderValue::from_static("POST"));
            let asked = "authorization,content-type,x-amz-chime-bearer,x-amz-date";
            headers.insert("access-control-request-headers", HeaderValue::from_static(asked));
        }
        Kind::Faults => request = administrative("PUT", "faults", r#"[{"kind":"drop"}]"#),
        Kind::Health => request = Request::get("/_local/health").body(bytes::Bytes::new()).unwrap(),
    }
    request.headers_mut().insert("host", HeaderValue::from_str(host).unwrap());
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", HeaderValue::from_str(origin).unwrap());
    }
    let answer = send(&mut connect(&local.endpoint_url()).await, request).await;
    let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap());
    let told = if CORS.iter().all(|name| header(name).is_none()) {
        Told::Nothing
    } else {
        assert_eq!(header("access-control-allow-origin"), origin);
        assert_eq!(header("vary"), Some("Origin"));
        let exposed = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date";
        assert_eq!(header("access-control-expose-headers"), Some(exposed));
        if header("access-control-allow-methods").is_some() {
            assert_eq!(header("access-control-allow-methods"), Some("GET,POST,PUT,DELETE"));
            let asked = "authorization,content-type,x-amz-chime-bearer,x-amz-date";
            assert_eq!(header("access-control-allow-headers"), Some(asked));
            assert_eq!(header("access-control-max-age"), Some("172800"));
            assert!(answer.body().is_empty());
            Told::MayCall
        } else {
            Told::MayRead
        }
    };
    assert!(header("access-control-allow-credentials").is_none());
    (answer.status().as_u16(), told, answer)
}

/// A call that is signed for a host.
fn signed_for(local: &RunningService, host: &str) -> Request<bytes::Bytes> {
    let mut request = signed(local);
    request.headers_mut().remove("authorization");
    request.headers_mut().remove("x-amz-date");
    request.headers_mut().remove("host");
    // A host that cannot be part of a URI has no signature either.
    let Ok(uri) = format!("http://{host}{}", request.uri()).parse() else { return request };
    *request.uri_mut() = uri;
    contract_tests::connection::sign_now(local, request)
}

#[tokio::test]
async fn pages_of_this_machine_call_the_operations_and_foreign_pages_reach_nothing() {
    use Kind::{Call, Faults, Health, Preflight, Refused};
    use Told::{MayCall, MayRead, Nothing};
    let by_default = LocalService::demo().start().await.unwrap();
    let allowing = LocalService::demo()
        .allow_host("chime")
        .unwrap()
        .allow_origin("https://app.test:3000")
        .unwrap()
        .allow_origin("null")
        .unwrap()
        .start()
        .await
        .unwrap();
    // What the answers are to a call, to a refused call, to a preflight, and to the administrative path.
    let all = [(200, Nothing), (403, Nothing), (403, Nothing), (200, Nothing), (200, Nothing)];
    let page = [(200, MayRead), (403, MayRead), (200, MayCall), (403, Nothing), (403, Nothing)];
    let none = [(403, Nothing), (403, Nothing), (403, Nothing), (403, Nothing), (403, Nothing)];
    let (own, app) = ("localhost:8090", "https://app.test:3000");
    for (local, origin, host, expected) in [
        (&by_default, None, own, &all),
        (&by_default, None, "127.0.0.1:8090", &all),
        (&by_default, None, "[::1]:8090", &all),
        (&by_default, None, "172.17.0.2:8090", &all),
        (&by_default, None, "messaging-chime.localhost:8090", &all),
        (&by_default, None, "evil.test:8090", &none),
        (&by_default, None, "chime:8090", &none),
        (&by_default, None, "messaging-127.0.0.1:8090", &none),
        (&by_default, Some("http://localhost:3000"), own, &page),
        (&by_default, Some("https://127.0.0.1"), own, &page),
        (&by_default, Some("http://[::1]:5173"), own, &page),
        (&by_default, Some("http://localhost:3000"), "evil.test:8090", &none),
        (&by_default, Some("http://evil.test:8090"), "evil.test:8090", &none),
        (&by_default, Some("http://evil.test"), own, &none),
        (&by_default, Some("http://localhost.evil.test"), own, &none),
        (&by_default, Some(app), own, &none),
        (&by_default, Some("null"), own, &none),
        (&by_default, Some(""), own, &none),
        (&allowing, None, "chime:8090", &all),
        (&allowing, None, "CHIME", &all),
        (&allowing, None, "notchime:8090", &none),
        (&allowing, Some(app), own, &page),
        (&allowing, Some(app), "chime:8090", &page),
        (&allowing, Some(app), "evil.test:8090", &none),
        (&allowing, Some("null"), own, &page),
        (&allowing, Some("http://localhost:3000"), "chime:8090", &page),
        (&allowing, Some("https://app.test"), own, &none),
    ] {
        for (kind, (status, told)) in [Call, Refused, Preflight, Faults, Health].into_iter().zip(expected) {
            let (found, found_told, answer) = ask(local, kind, origin, host).await;
            assert_eq!((found, &found_told), (*status, told), "{kind:?} {origin:?} {host:?}: {answer:?}");
            if kind == Faults {
                assert_eq!(!local.faults().is_empty(), *status == 200);
                local.clear_faults();
            }
        }
    }
}

#[tokio::test]
async fn a_foreign_page_is_refused_before_its_request_does_anything_and_the_log_says_how_to_allow_it() {
    let local = LocalService::demo()
        .unverified()
        .fault("ServiceFailureException:1".parse().unwrap())
        .start()
        .await
        .unwrap();
    let before = local.export().unwrap().to_string();
    let demo = Demo::new();
    let channel = format!(
        r#"{{"AppInstanceArn":"{}","Name":"x","ClientRequestToken":"one"}}"#,
        demo.app_instance_arn()
    );
    for (headers, cause) in [
        (
            "host: evil.test:8090\r\n",
            "Host: \"evil.test:8090\" is not a name of this machine; to allow it, start the service with --allow-host \
             evil.test",
        ),
        (
            "host: localhost:8090\r\norigin: https://evil.test\r\n",
            "Origin: pages of \"https://evil.test\" may not call this service; to allow them, start it with \
             --allow-origin https://evil.test",
        ),
        (
            "host: localhost:8090\r\nsec-fetch-site: cross-site\r\n",
            "Sec-Fetch-Site: the request comes from a page of another site",
        ),
        ("host: localhost:8090\r\nhost: :8090\r\n", "Host: \":8090\" is not a name of this machine"),
        ("host: localhost\r\norigin: http://\r\n", "Origin: pages of \"http://\" may not call this service"),
    ] {
        let sent = format!(
            "POST /channels HTTP/1.1\r\n{headers}connection: close\r\nx-amz-chime-bearer: {}\r\ncontent-length: {}\r\n\r\n{channel}",
            demo.app_instance_user_arn(),
            channel.len(),
        );
        let answer = exchange(&local.endpoint_url(), sent.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 403 "), "{answer}");
        assert!(answer.contains("x-amzn-errortype: AccessDeniedException\r\n"), "{answer}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        let body: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["Message"], cause);
        let record = local.requests().pop().unwrap();
        assert_eq!(
            (record.status, record.exception.as_deref(), record.cause.as_deref(), record.operation),
            (Some(403), Some("AccessDeniedException"), Some(cause), None)
        );
    }
    assert_eq!(local.export().unwrap().to_string(), before);
    assert_eq!(local.faults(), ["ServiceFailureException:1".parse().unwrap()]);
}

#[tokio::test]
async fn the_name_of_an_exception_and_the_request_id_reach_the_code_of_a_page_whatever_the_refusal() {
    let local =
        LocalService::demo().fault("ThrottledClientException:1".parse().unwrap()).start().await.unwrap();
    let mut throttled = signed(&local);
    throttled.headers_mut().insert("origin", HeaderValue::from_static("http://localhost:3000"));
    let mut not_implemented = throttled.clone();
    let mut too_large = throttled.clone();
    *not_implemented.method_mut() = http::Method::PATCH;
    too_large.headers_mut().insert("x-large", HeaderValue::from_str(&"x".repeat(40 * 1024)).unwrap());
    let mut sender = connect(&local.endpoint_url()).await;
    for (request, status, name) in [
        (throttled, 429, "ThrottledClientException"),
        (not_implemented, 403, "InvalidSignatureException"),
        (too_large, 431, "BadRequestException"),
    ] {
        let answer = send(&mut sender, request).await;
        let header = |name: &str| answer.headers()[name].to_str().unwrap();
        assert_eq!((answer.status().as_u16(), header("x-amzn-errortype")), (status, name));
        assert_eq!(header("access-control-allow-origin"), "http://localhost:3000");
        let exposed: Vec<_> = header("access-control-expose-headers").split(',').collect();
        assert!(exposed.contains(&"x-amzn-RequestId") && exposed.contains(&"x-amzn-ErrorType"));
        assert!(answer.headers().contains_key("x-amzn-requestid"));
    }
}

#[tokio::test]
async fn a_preflight_is_in_the_log_and_uses_no_fault() {
    let local = LocalService::demo().fault("drop:1".parse().unwrap()).start().await.unwrap();
    let (status, _, _) = ask(&local, Kind::Preflight, Some("http://localhost:3000"), "localhost:8090").await;
    assert_eq!(status, 200);
    assert_eq!(local.faults().len(), 1);
    let record = local.requests().remove(0);
    assert_eq!((record.method.as_str(), record.path.as_str()), ("OPTIONS", "/channels"));
    assert_eq!((record.status, record.operation, record.exception), (Some(200), None, None));
}

#[tokio::test]
async fn a_client_within_the_process_calls_by_any_host() {
    let local = LocalService::demo().start_in_process().unwrap();
    let demo = Demo::new();
    for url in ["http://chime.example.com", "http://messaging-chime:8090"] {
        let network = Network { connector: Some(Arc::new(local.connector())), ..Network::default() };
        let client = client_of(&local).endpoint_url(url).network(network).build().unwrap();
        let channel = client.describe_channel().channel_arn(demo.channel_arn());
        channel.chime_bearer(demo.app_instance_user_arn()).send().await.unwrap();
    }
    // A request that is handed over as a value may come from the network.
    let mut request = administrative("GET", "requests", "");
    request.headers_mut().insert("host", HeaderValue::from_static("evil.test"));
    assert_eq!(local.answer(request).await.unwrap().status(), 403);
}

#[test]
fn a_malformed_host_name_or_origin_is_refused_before_the_start() {
    let refused = LocalService::demo().allow_host("chime:8090").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "\"chime:8090\" is not a host name; expected one without a port, such as chime"
    );
    let refused = LocalService::demo().allow_origin("app.test/").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "\"app.test/\" is not an origin; expected a scheme, a host and a port without a path, such as \
         https://app.test:3000"
    );
}
