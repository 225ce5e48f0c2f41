//! The administrative path: what it does, and that no web page and no AWS client gets there.

use bytes::Bytes;
use chime_local::{Demo, Fault, LocalService};
use contract_tests::client::client_of;
use contract_tests::connection::{self, administrative, connect, send, signed};
use http::{HeaderName, HeaderValue, Request, StatusCode};

#[tokio::test]
async fn faults_are_set_shown_and_cleared() {
    let local = LocalService::demo().fault("drop:1".parse().unwrap()).start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let one = r#"[{"kind":"drop","count":1}]"#;
    let two = concat!(
        r#"[{"kind":"ConflictException","count":2},"#,
        r#"{"kind":"delay","milliseconds":250,"operation":"DescribeChannelMembershipForAppInstanceUser","#,
        r#""rate":0.1,"seed":7}]"#
    );
    // In this order: method, body, what is in force afterwards.
    for (method, body, expected) in [
        ("GET", "", one),
        ("PUT", two, two),
        ("GET", "", two),
        ("PUT", "[]", "[]"),
        ("PUT", two, two),
        ("DELETE", "", "[]"),
        ("GET", "", "[]"),
    ] {
        let answer = send(&mut sender, administrative(method, "faults", body)).await;
        assert_eq!(answer.status(), StatusCode::OK, "{method} {body}");
        assert_eq!(answer.headers()["content-type"], "application/json");
        assert_eq!(answer.body(), expected, "{method} {body}");
        assert_eq!(local.faults(), Fault::list_from_json(expected.as_bytes()).unwrap());
    }
}

#[tokio::test]
async fn the_world_can_be_read_while_it_is_served_and_is_a_seed() {
    let local = LocalService::demo().start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let answer = send(&mut sender, administrative("GET", "world", "")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let world = String::from_utf8(answer.body().to_vec()).unwrap();
    assert_eq!(world, format!("{}\n", local.export().unwrap()));
    let copy = LocalService::seeded(world.parse().unwrap()).start().await.unwrap();
    assert_eq!(format!("{}\n", copy.export().unwrap()), world);
}

#[tokio::test]
async fn the_request_log_can_be_read_and_has_no_administrative_requests() {
    let local = LocalService::demo().start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let answer = send(&mut sender, signed(&local)).await;
    let id = answer.headers()["x-amzn-requestid"].to_str().unwrap().to_owned();
    for _ in 0..2 {
        let answer = send(&mut sender, administrative("GET", "requests", "")).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let log: serde_json::Value = serde_json::from_slice(answer.body()).unwrap();
        assert_eq!(log.as_array().unwrap().len(), 1);
        assert_eq!(log[0]["operation"], "DescribeChannelMembershipForAppInstanceUser");
        assert_eq!(
            (log[0]["status"].as_u64(), log[0]["request_id"].as_str()),
            (Some(200), Some(id.as_str()))
        );
        assert_eq!(log[0]["bearer"], Demo::new().app_instance_user_arn().as_str());
        assert!(log[0]["time"].as_str().unwrap().ends_with('Z') && log[0]["duration"].is_number(), "{log}");
        assert!(log[0]["exception"].is_null() && log[0]["signature"].is_null(), "{log}");
    }
}

#[tokio::test]
async fn no_web_page_gets_there() {
    let fault = r#"[{"kind":"drop"}]"#;
    let local = LocalService::demo().start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let with = |name: &'static str, value: &'static str| {
        let mut request = administrative("PUT", "faults", fault);
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        request
    };
    let without = |name: &str| {
        let mut request = administrative("PUT", "faults", fault);
        request.headers_mut().remove(name);
        request
    };
    let mut two_hosts = administrative("PUT", "faults", fault);
    two_hosts.headers_mut().append("host", HeaderValue::from_static("example.com"));
    let mut signed_only = signed(&local);
    *signed_only.uri_mut() = "/_local/requests".parse().unwrap();
    let cases = [
        (without("x-chime-local"), "wants the header `x-chime-local: admin`"),
        (with("x-chime-local", "Admin"), "wants the header `x-chime-local: admin`"),
        (with("origin", "http://localhost:3000"), "not for web pages"),
        (with("origin", "null"), "not for web pages"),
        (with("host", "example.com"), "is not a name of this machine"),
        (with("host", "example.com:8090"), "is not a name of this machine"),
        (two_hosts, "Host: \\\"example.com\\\" is not a name"),
        (signed_only, "wants the header `x-chime-local: admin`"),
    ];
    for (request, reason) in cases {
        let context = format!("{request:?}");
        let answer = send(&mut sender, request).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{context}");
        let body = String::from_utf8_lossy(answer.body());
        assert!(body.contains("\"Message\":") && body.contains(reason), "{context}: {body}");
    }
    assert_eq!(local.faults(), []);

    // What a browser asks before it sends the header.
    let mut preflight = without("x-chime-local");
    *preflight.method_mut() = http::Method::OPTIONS;
    preflight.headers_mut().insert("origin", HeaderValue::from_static("http://example.com"));
    preflight
        .headers_mut()
        .insert("access-control-request-headers", HeaderValue::from_static("x-chime-local"));
    let answer = send(&mut sender, preflight).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert!(answer.headers().keys().all(|name| !name.as_str().starts_with("access-control-")), "{answer:?}");
}

#[tokio::test]
async fn health_needs_no_header() {
    let local = LocalService::demo().start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let ask = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(path).header("host", "172.17.0.2:8090");
        request.body(Bytes::new()).unwrap()
    };
    let answer = send(&mut sender, ask("GET", "/_local/health")).await;
    assert_eq!((answer.status(), &answer.body()[..]), (StatusCode::OK, &br#"{"Status":"OK"}"#[..]));
    for (method, path) in [("POST", "/_local/health"), ("GET", "/_local/health/"), ("GET", "/_local/world")] {
        let answer = send(&mut sender, ask(method, path)).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path}");
    }
    assert_eq!(local.requests().len(), 0);
}

#[tokio::test]
async fn a_target_that_names_another_host_is_refused() {
    let local = LocalService::demo().start().await.unwrap();
    let own = local.endpoint_url();
    for (target, host, status) in [
        ("http://other", "localhost:8090", "403"),
        ("http://other:8090", "localhost:8090", "403"),
        ("http://user@localhost:8090", "localhost:8090", "403"),
        ("http://localhost:8091", "localhost:8090", "403"),
        ("http://other", "other", "403"),
        ("http://LOCALHOST:8090", "localhost:8090", "200"),
        (own.as_str(), own.strip_prefix("http://").unwrap(), "200"),
        ("", "[::1]:8090", "200"),
    ] {
        let head = format!(
            "GET {target}/_local/world HTTP/1.1\r\nhost: {host}\r\nx-chime-local: admin\r\nconnection: close\r\n\r\n"
        );
        let answer = connection::exchange(&own, head.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{target} {host}: {answer}");
    }
    // An operation that is signed for its own host, asked for at another.
    let request = signed(&local);
    let mut head = format!("GET http://other{} HTTP/1.1\r\nconnection: close\r\n", request.uri());
    for (name, value) in request.headers() {
        head.extend([name.as_str(), ": ", value.to_str().unwrap(), "\r\n"]);
    }
    let answer = connection::exchange(&own, format!("{head}\r\n").as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 403 ") && answer.contains("its host is not the Host header's"),
        "{answer}"
    );
    assert_eq!(
        local.requests()[0].signature.as_ref().unwrap().differs,
        "the target: its host is not the Host header's; send the path alone"
    );
}

/// A world with one user and nothing else.
const OTHER_WORLD: &str = r#"{"AppInstances":[{"AppInstanceArn":"arn:aws:chime:us-east-1:123456789012:app-instance/other","Name":"Other","Users":[{"AppInstanceUserId":"dee","Name":"Dee"}]}]}"#;

#[tokio::test]
async fn the_world_is_replaced_and_reset_at_once() {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("reset.db");
    for file in [false, true] {
        let remove = || {
            for ending in ["db", "db-wal", "db-shm", "db.lock"] {
                let _ = std::fs::remove_file(path.with_extension(ending));
            }
        };
        remove();
        let start = async |service: LocalService| {
            let service = if file { service.data(&path) } else { service };
            service.start().await.unwrap()
        };
        let mut local = start(LocalService::demo()).await;
        if file {
            // What the file has at the start is what a reset brings back.
            local.replace_world(&OTHER_WORLD.parse().unwrap()).unwrap();
            local.stop().await;
            local = start(LocalService::demo()).await;
        }
        let mut sender = connect(&local.endpoint_url()).await;
        let first = local.export().unwrap().to_string();
        assert_eq!(first.contains("general"), !file);
        let client = client_of(&local).build().unwrap();
        client.create_app_instance().name("New").client_request_token("one").send().await.unwrap();
        let changed = local.export().unwrap().to_string();
        assert_ne!(changed, first);
        // In this order: method, path, body; status and the world afterwards.
        for (method, path, body, status, expected) in [
            ("PUT", "world", "{", 400, Some(&changed)),
            ("PUT", "world", r#"{"AppInstances":[{"AppInstanceArn":"x","Name":"X"}]}"#, 400, Some(&changed)),
            ("PUT", "world", OTHER_WORLD, 200, None),
            ("POST", "reset", "", 200, Some(&first)),
            ("PUT", "world", r#"{"AppInstances":[]}"#, 200, None),
            ("POST", "reset", "", 200, Some(&first)),
        ] {
            let answer = send(&mut sender, administrative(method, path, body)).await;
            assert_eq!(answer.status().as_u16(), status, "{method} {path}: {answer:?}");
            let world = local.export().unwrap().to_string();
            match expected {
                Some(expected) => assert_eq!(&world, expected, "{method} {path} {body}"),
                None => assert!(!world.contains("general") && !world.contains("New"), "{world}"),
            }
        }
        // The token of before the reset is forgotten, and time has not gone back.
        let made =
            client.create_app_instance().name("Another").client_request_token("one").send().await.unwrap();
        let made =
            client.describe_app_instance().app_instance_arn(made.app_instance_arn.unwrap()).send().await;
        let again = made.unwrap().app_instance.unwrap().created_timestamp.unwrap().to_string();
        assert!(!changed.contains(&again) && local.reset().is_ok());
        assert_eq!(local.export().unwrap().to_string(), first);
        local.stop().await;
        remove();
    }
}

#[tokio::test]
async fn an_unknown_path_or_a_malformed_body_is_refused_and_changes_nothing() {
    let local = LocalService::demo().fault("drop:1".parse().unwrap()).start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let too_large = vec![b' '; 1024 * 1024 + 1];
    for (method, path, body, status, reason) in [
        (
            "GET",
            "nothing",
            vec![],
            404,
            "GET /_local/nothing does not exist; expected one of GET /_local/health, GET and POST /_local/clock, POST \
             /_local/reset, PUT /_local/world, GET, PUT and DELETE /_local/faults, GET /_local/requests, GET \
             /_local/notifications, GET /_local/streams, GET /_local/sessions, DELETE /_local/sessions/ID, GET \
             /_local/events, GET /_local/credentials, GET /_local/app-instances, GET /_local/channels, GET \
             /_local/channels/ARN, GET /_local/channels/ARN/memberships, GET /_local/channels/ARN/messages, GET \
             /_local/users, GET /_local/users/ARN and GET /_local/world",
        ),
        ("GET", "faults/", vec![], 404, "GET /_local/faults/ does not exist"),
        ("GET", "channels", vec![], 400, "app-instance-arn: missing or malformed"),
        ("GET", "channels/x/y/z", vec![], 404, "does not exist"),
        ("POST", "faults", b"[]".to_vec(), 404, "POST /_local/faults does not exist"),
        ("DELETE", "requests", vec![], 404, "does not exist"),
        ("PUT", "faults", vec![], 400, "not JSON"),
        ("PUT", "faults", b"{}".to_vec(), 400, "not an array"),
        (
            "PUT",
            "faults",
            br#"[{"kind":"drop"},{"kind":"X"}]"#.to_vec(),
            400,
            "entry 2: kind: \\\"X\\\" is not a kind of fault",
        ),
        ("PUT", "faults", too_large, 400, "the body: length limit exceeded"),
    ] {
        let answer = send(&mut sender, administrative(method, path, body)).await;
        assert_eq!(answer.status(), status, "{method} {path}");
        let body = String::from_utf8_lossy(answer.body());
        assert!(body.contains(reason), "{body} does not say {reason:?}");
        if status == 400 {
            sender = connect(&local.endpoint_url()).await;
        }
    }
    assert_eq!(local.faults(), ["drop:1".parse().unwrap()]);
    // Two paths outside of it: signed requests as usual.
    for path in ["/_local", "/_localx/faults"] {
        let mut other = administrative("GET", "faults", "");
        *other.uri_mut() = path.parse().unwrap();
        let answer = send(&mut sender, other).await;
        assert_eq!(answer.headers()["x-amzn-errortype"], "MissingAuthenticationTokenException", "{path}");
    }
}
