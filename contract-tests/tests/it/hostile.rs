//! Requests that no client would send, signed as they stand: the local service answers each as it promises.

use aws_smithy_types::base64;
use bytes::Bytes;
use chime_client::operations::ALL;
use chime_local::Demo;
use contract_tests::accepted::{RequestParts, escaped};
use contract_tests::operations;
use contract_tests::{connection, laws};
use http::StatusCode;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;

#[tokio::test]
async fn the_base_requests_are_accepted() {
    assert!(ALL.len() >= 25, "{}", ALL.len());
    for operation in ALL {
        let local = laws::start().await;
        let request = laws::signed(&local, RequestParts::of(operation).request().unwrap());
        let answer = laws::answer(&local, request).await;
        assert_eq!(answer.status(), operation.success, "{}: {answer:?}", operation.name);
    }
}

/// A text that something may stumble over.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(vec![
            "", "\0", "a\0b", "'", "''", "\"", "`", "\\", "';DROP TABLE users;--", "%", "_", "%00", "%2", "%FF",
            ".", "..", "/", "//", "+", " ", "\u{7f}", "\u{feff}", "\u{2028}", "é", "😀", "null", "true", "-1", "0",
            "2147483648", "9223372036854775808", "1e400", "NaN", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59.999Z",
            "-9999-01-01T00:00:00Z", "arn:aws:chime:::app-instance/'/channel/'", "[]", "{}", "MDAwMC4wLjA=",
        ]).prop_map(str::to_owned),
        2 => any::<String>(),
        1 => (1_usize..5000).prop_map(|length| "x".repeat(length)),
    ]
}

/// A JSON value, or what looks like one.
fn json() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => text().prop_map(|text| Value::from(text).to_string()),
        3 => proptest::sample::select(vec![
            "null", "true", "0", "-0", "-1", "1e400", "1e-400", "1E5", "9223372036854775808", "0.1", "[]", "{}",
            "[[]]", "[null]", "[\"\"]", "[{}]", "{\"\":{}}", "{\"\":null}", "\"\\ud800\"", "\"\\u0000\"", "\"\\x\"",
            "\"", "", "nul", "01", "{\"StringValues\":[null]}", "{\"a\":{\"StringValues\":[\"'\"]}}",
            "[{\"Key\":1}]", "[{\"MemberArn\":\"x\"}]", "[{\"MemberArn\":null},{\"MemberArn\":null}]",
            "{\"ExpirationDays\":1e9}", "{\"ExpirationDays\":-1,\"ExpirationCriterion\":\"'\"}",
            "{\"MaximumSubChannels\":1,\"TargetMembershipsPerSubChannel\":1,\"MinimumMembershipPercentage\":1}",
        ]).prop_map(str::to_owned),
        1 => (1_usize..20_000).prop_map(|depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth))),
        1 => (1_usize..500).prop_map(|depth| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth))),
        1 => vec(text(), 0..120).prop_map(|texts| Value::from(texts).to_string()),
    ]
}

/// Something that is done to a request; where, a number decides.
#[derive(Clone, Debug)]
enum Change {
    Segment(usize, String),
    RawSegment(usize, String),
    OneMoreSegment(usize, String),
    Query(usize, String),
    RawQuery(usize, String),
    OneMoreQuery(String, String),
    Header(usize, String),
    OneMoreHeader(String),
    Body(usize, String),
    BodyTwice(usize, String),
    WithoutBody(usize),
    OneMoreMember(String, String),
    Method(&'static str),
}

fn change() -> impl Strategy<Value = Change> {
    let at = || any::<usize>();
    let name = || {
        prop_oneof![
            text(),
            proptest::sample::select(vec![
                "next-token",
                "max-results",
                "scope",
                "operation",
                "privacy",
                "type"
            ])
            .prop_map(str::to_owned)
        ]
    };
    let method =
        proptest::sample::select(vec!["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "X"]);
    prop_oneof![
        (at(), text()).prop_map(|(at, text)| Change::Segment(at, escaped(&text))),
        (at(), text()).prop_map(|(at, text)| Change::RawSegment(at, text)),
        (at(), text()).prop_map(|(at, text)| Change::OneMoreSegment(at, escaped(&text))),
        (at(), text()).prop_map(|(at, text)| Change::Query(at, escaped(&text))),
        (at(), text()).prop_map(|(at, text)| Change::RawQuery(at, text)),
        (name(), text()).prop_map(|(name, text)| Change::OneMoreQuery(escaped(&name), escaped(&text))),
        (at(), text()).prop_map(|(at, text)| Change::Header(at, text)),
        text().prop_map(Change::OneMoreHeader),
        (at(), json()).prop_map(|(at, json)| Change::Body(at, json)),
        (at(), json()).prop_map(|(at, json)| Change::Body(at, json)),
        (at(), json()).prop_map(|(at, json)| Change::BodyTwice(at, json)),
        at().prop_map(Change::WithoutBody),
        (text(), json()).prop_map(|(name, json)| Change::OneMoreMember(name, json)),
        method.prop_map(Change::Method),
    ]
}

/// Puts a text in the place that a number selects, if it exists.
fn put<'p>(mut places: impl ExactSizeIterator<Item = &'p mut String>, at: usize, text: String) {
    if let Some(place) = at.checked_rem(places.len()).and_then(|at| places.nth(at)) {
        *place = text;
    }
}

/// Changes one part of a request.
fn apply(parts: &mut RequestParts, change: Change) {
    match change {
        Change::Segment(at, text) | Change::RawSegment(at, text) => {
            put(parts.path.iter_mut(), at, text);
        }
        Change::OneMoreSegment(at, text) => parts.path.insert(at % (parts.path.len() + 1), text),
        Change::Query(at, text) | Change::RawQuery(at, text) => {
            put(parts.query.iter_mut().map(|(_, value)| value), at, text);
        }
        Change::OneMoreQuery(name, text) => parts.query.push((name, text)),
        Change::Header(at, text) => {
            put(parts.headers.iter_mut().map(|(_, value)| value), at, text);
        }
        Change::OneMoreHeader(text) => parts.headers.push(("x-amz-chime-bearer".to_owned(), text)),
        Change::Body(at, json) => {
            put(parts.body.iter_mut().map(|(_, value)| value), at, json);
        }
        Change::BodyTwice(at, json) => {
            if let Some(at) = at.checked_rem(parts.body.len()) {
                parts.body.push((parts.body[at].0.clone(), json));
            }
        }
        Change::WithoutBody(at) => {
            if let Some(at) = at.checked_rem(parts.body.len()) {
                parts.body.remove(at);
            }
        }
        Change::OneMoreMember(name, json) => parts.body.push((name, json)),
        Change::Method(method) => parts.method = method.parse().unwrap(),
    }
}

fn run(test: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_request_that_was_changed_and_then_signed_is_answered_as_promised(
        operation in proptest::sample::select(ALL),
        changes in vec(change(), 1..4),
    ) {
        let mut written = RequestParts::of(operation);
        for change in changes {
            apply(&mut written, change);
        }
        if let Some(request) = written.request() {
            run(async {
                let local = laws::start().await;
                // A second time it may have been there before.
                for _ in 0..2 {
                    laws::answer(&local, laws::signed(&local, request.clone())).await;
                }
            });
        }
    }

    #[test]
    fn a_request_whose_headers_are_made_up_is_answered_as_promised(
        operation in proptest::sample::select(ALL),
        name in "authorization|x-amz-date|x-amz-security-token|host|x-amz-chime-bearer|x-amz-content-sha256",
        value in prop_oneof![
            vec(any::<u8>(), 0..200),
            "AWS4-HMAC-SHA256 (Credential|SignedHeaders|Signature|[,=/; a-zA-Z0-9é]){0,30}".prop_map(String::into_bytes),
            ("(CHIMELOCAL)?/?[0-9]{0,8}/[a-z]{0,3}/(chime)?/aws4_request", "[a-z;A-Z-]{0,30}", "[0-9a-fA-F]{0,70}")
                .prop_map(|(credential, names, signature)| format!(
                    "AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={names}, Signature={signature}"
                ).into_bytes()),
            "[0-9]{8}T[0-9]{6}Z".prop_map(String::into_bytes),
        ],
        body in vec(any::<u8>(), 0..100),
        append in any::<bool>(),
    ) {
        let Ok(value) = http::HeaderValue::from_bytes(&value) else { return Ok(()) };
        run(async {
            let local = laws::start().await;
            let mut request = laws::signed(&local, RequestParts::of(operation).request().unwrap()).map(|_| body.into());
            let name: http::HeaderName = name.parse().unwrap();
            if append {
                request.headers_mut().append(name, value);
            } else {
                request.headers_mut().insert(name, value);
            }
            laws::answer(&local, request).await;
        });
    }
}

#[tokio::test]
async fn a_page_token_that_was_made_up_from_a_right_one_is_answered_as_promised() {
    let local = laws::start().await;
    let mut lists = Vec::new();
    for operation in ALL {
        let mut written = RequestParts::of(operation);
        if !operation.input.iter().any(|member| member.name == "NextToken") {
            continue;
        }
        written.path.iter_mut().for_each(|segment| *segment = segment.replace("board", "general"));
        let mut page = written.clone();
        // An empty one counts as missing.
        page.query.push(("next-token".to_owned(), String::new()));
        let answer = laws::answer(&local, laws::signed(&local, page.request().unwrap())).await;
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        let Some(token) = answer["NextToken"].as_str() else { continue };
        lists.push(operation.name);
        let right = String::from_utf8(base64::decode(token).unwrap()).unwrap();
        let [list, order, key] = right.split('.').collect::<Vec<_>>().try_into().unwrap();
        let extremes = [
            order,
            key,
            "0",
            "-1",
            "9223372036854775807",
            "-9223372036854775808",
            "253402300799999",
            "253402300800000",
        ];
        for made_up in
            extremes.iter().flat_map(|order| extremes.map(|key| format!("{list}.{order}.{key}"))).chain([
                format!("{list}.{order}"),
                format!("{list}.{order}.{key}.{key}"),
                format!("{list}.+{order}.{key}"),
                format!("{list}.9223372036854775808.{key}"),
                format!("0.{order}.{key}"),
                format!("{list}.{order}.\0"),
            ])
        {
            let mut page = written.clone();
            page.query.push(("next-token".to_owned(), escaped(&base64::encode(&made_up))));
            let answer = laws::answer(&local, laws::signed(&local, page.request().unwrap())).await;
            assert!([200, 400].contains(&answer.status().as_u16()), "{made_up}: {answer:?}");
        }
    }
    assert!(lists.len() >= 4, "{lists:?}");
}

#[tokio::test]
async fn any_content_of_a_message_comes_back_unchanged() {
    let local = laws::start().await;
    let operation = |name| operations::find(name).unwrap();
    let longest = "😀".repeat(1024);
    for (at, content) in
        ["a\0b", "\0", "'; DROP TABLE messages; --", "\"\\", "%_?1", "\u{feff}\u{2028}", &longest]
            .into_iter()
            .enumerate()
    {
        let mut send = RequestParts::of(operation("SendChannelMessage"));
        for (name, value) in &mut send.body {
            match name.as_str() {
                "Content" => *value = Value::from(content).to_string(),
                "ClientRequestToken" => *value = format!("\"token-{at}\""),
                _ => {}
            }
        }
        let answer = laws::answer(&local, laws::signed(&local, send.request().unwrap())).await;
        assert_eq!(answer.status(), StatusCode::CREATED, "{content:?}: {answer:?}");
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        let mut get = RequestParts::of(operation("GetChannelMessage"));
        *get.path.last_mut().unwrap() = answer["MessageId"].as_str().unwrap().to_owned();
        get.headers.clone_from(&send.headers);
        let got = laws::answer(&local, laws::signed(&local, get.request().unwrap())).await;
        let got: Value = serde_json::from_slice(got.body()).unwrap();
        assert_eq!(got["ChannelMessage"]["Content"], content);
    }
}

/// Bodies of which each reader has its own opinion.
fn bodies() -> Vec<(Vec<u8>, StatusCode)> {
    let with_name = |name: &[u8]| {
        [
            br#"{"AppInstanceArn":""#,
            Demo::new().app_instance_arn().as_str().as_bytes(),
            br#"","ClientRequestToken":""#,
            // Another for each.
            format!("token-{}", name.len()).as_bytes(),
            br#"","Name":"#,
            name,
            b"}",
        ]
        .concat()
    };
    let (ok, refused) = (StatusCode::CREATED, StatusCode::BAD_REQUEST);
    let mut bodies = vec![
        (with_name(b"\"'; DROP TABLE channels; --\""), ok),
        (with_name(b"\"a\\\"b''c\""), ok),
        (with_name(br#""\ud83d\ude00""#), ok),
        // The name is text of 1 to 256 characters, of which none is a control character.
        (with_name(br#""""#), refused),
        (with_name(b"\"a\0b\""), refused),
        (with_name(br#""a\u0000b""#), refused),
        (with_name(br#""\ud800""#), refused),
        (with_name(b"\"\xff\""), refused),
        (with_name(b"\"\xed\xa0\x80\""), refused),
        (with_name(format!("\"{}\"", "x".repeat(1_000_000)).as_bytes()), refused),
        (with_name(b"1e999999999"), refused),
        (with_name("9".repeat(100_000).as_bytes()), refused),
        (with_name(b"[\"text\"]"), refused),
        (with_name(b"\"text\",\"Name\":1"), refused),
        (with_name(b"\"text\"}{"), refused),
        (with_name(&[&b"[".repeat(10_000)[..], &b"]".repeat(10_000)].concat()), refused),
        (with_name(&[&br#"{"a":"#.repeat(10_000)[..], b"1", &b"}".repeat(10_000)].concat()), refused),
    ];
    for body in ["", " ", "null", "[]", "1", "\"\"", "{", "{}", "{\"a\"}", "\u{feff}{}", "{} {}"] {
        bodies.push((body.into(), refused));
    }
    bodies
}

#[tokio::test]
async fn bodies_are_read_or_refused_over_one_connection() {
    let local = laws::start().await;
    let mut sender = connection::connect(&local.endpoint_url()).await;
    let create = operations::find("CreateChannel").unwrap();
    for (body, expected) in bodies() {
        let shown = String::from_utf8_lossy(&body[..body.len().min(200)]).into_owned();
        let mut request = RequestParts::of(create).request().unwrap().map(|_| Bytes::from(body));
        request = laws::signed(&local, request);
        *request.uri_mut() = "/channels".parse().unwrap();
        let answer = connection::send(&mut sender, request).await;
        assert_eq!(answer.status(), expected, "{shown}: {answer:?}");
        if expected == StatusCode::BAD_REQUEST {
            assert_eq!(answer.headers()["x-amzn-errortype"], "BadRequestException", "{shown}");
            assert!(answer.body().len() < 1000, "{shown}: {answer:?}");
        }
    }
}
