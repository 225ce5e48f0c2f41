//! Requests that nobody means well with: whatever is in them, the local service answers as the service documents.

use bytes::Bytes;
use chime_client::Exception;
use chime_client::operation::{At, Kind, Member, Metadata, Operation};
use chime_local::{Demo, LocalService, Running};
use chime_transport::sigv4::Signer;
use http::{HeaderValue, Request};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

macro_rules! metadata {
    ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
        &[$( <chime_client::$Operation as Operation>::METADATA ),*]
    };
}

const OPERATIONS: &[Metadata] = chime_client::for_each_operation!(metadata);

/// What the service and its front door answer to what they don't like.
const OTHERS: [&str; 7] = [
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "NotImplementedException",
    "RequestTimeoutException",
    "UnknownOperationException",
    "UnrecognizedClientException",
];

/// Texts that belong nowhere, and some that do.
fn text() -> impl Strategy<Value = String> {
    let demo = Demo::new();
    let mut known = vec![
        demo.app_instance_arn().to_string(),
        demo.channel_arn().to_string(),
        demo.administrator_arn().to_string(),
        demo.app_instance_user_arn().to_string(),
    ];
    known.extend(
        [
            "",
            "%",
            "%zz",
            "%FF",
            "%00",
            "..",
            "\u{0}",
            "\u{feff}",
            "' OR 1=1 --",
            "AAAA",
            "=",
            "null",
            "1e999",
        ]
        .map(str::to_owned),
    );
    known.push("é".repeat(5000));
    prop_oneof![3 => select(known), 1 => any::<String>(), 1 => "[ -~]{0,30}"]
}

/// JSON that is at most a little like what is expected.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
        select(vec!["STANDARD", "PERSISTENT", "RESTRICTED", "HIDDEN", "DEFAULT"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(text(), inner, 0..4).prop_map(|map| map.into_iter().collect()),
        ]
    })
}

/// A value that a member could have.
fn plausible(member: &Member) -> Value {
    let demo = Demo::new();
    match (member.kind, member.name) {
        (Kind::Enumeration(values), _) => values[0].into(),
        (Kind::Integer, _) => 1.into(),
        (Kind::Time, _) => 1_771_579_800.25.into(),
        (Kind::TextList, _) => vec![demo.app_instance_user_arn().to_string()].into(),
        (Kind::Text, "ChannelArn") => demo.channel_arn().as_str().into(),
        (Kind::Text, "AppInstanceArn") => demo.app_instance_arn().as_str().into(),
        (Kind::Text, name) if name.ends_with("Arn") => demo.app_instance_user_arn().as_str().into(),
        (Kind::Text, _) => "text".into(),
        _ => serde_json::json!({}),
    }
}

/// A body, mostly an object with the operation's members.
fn body(operation: &'static Metadata) -> impl Strategy<Value = Vec<u8>> {
    let names: Vec<_> = operation.input.iter().map(|member| member.name.to_owned()).collect();
    let name = prop_oneof![4 => select(names), 1 => text()];
    prop_oneof![
        12 => prop::collection::btree_map(name, json(), 0..3).prop_map(move |changes| {
            let members = operation.input.iter().filter(|member| member.at == At::Body);
            let members = members.map(|member| (member.name.to_owned(), plausible(member)));
            members.chain(changes).collect::<Value>().to_string().into_bytes()
        }),
        1 => json().prop_map(|json| json.to_string().into_bytes()),
        1 => prop::collection::vec(any::<u8>(), 0..60),
        1 => select(vec![
            "[".repeat(10_000).into_bytes(),
            r#"{"Name":"#.repeat(10_000).into_bytes(),
            br#"{"Name":"a","Name":"b"}"#.to_vec(),
            br#"{"Name":"\ud800"}"#.to_vec(),
            b"{\"Name\":\"\xff\xfe\"}".to_vec(),
            b"{\"Name\":\"a\0b\",\"MaxResults\":1e400}".to_vec(),
            format!(r#"{{"Content":"{}"}}"#, "x".repeat(1_000_000)).into_bytes(),
        ]),
    ]
}

/// Some bytes of a text, escaped for a path or a query or not.
fn escaped(text: &str, escape: bool) -> String {
    if escape {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    } else {
        text.to_owned()
    }
}

fn request() -> impl Strategy<Value = Request<Bytes>> {
    let parts = select(OPERATIONS).prop_flat_map(|operation: Metadata| {
        let operation: &'static Metadata =
            OPERATIONS.iter().find(|known| known.name == operation.name).expect("it was selected");
        let names: Vec<_> = operation
            .input
            .iter()
            .filter_map(|member| if let At::Query(name) = member.at { Some(name.to_owned()) } else { None })
            .chain(["scope".to_owned(), "operation".to_owned(), "next-token".to_owned()])
            .collect();
        (
            Just(operation),
            prop::collection::vec(prop::option::weighted(0.3, (text(), prop::bool::weighted(0.9))), 3),
            prop::collection::vec((select(names), text(), prop::bool::weighted(0.9)), 0..4),
            prop_oneof![5 => Just(Demo::new().administrator_arn().to_string()), 1 => text()],
            body(operation),
        )
    });
    parts.prop_filter_map(
        "a request line and headers that can be written",
        |(operation, labels, query, bearer, body)| {
            let mut labels = labels.into_iter();
            let segments = operation.path.split('/').map(|segment| {
                if !segment.starts_with('{') {
                    return segment.to_owned();
                }
                let (text, escape) = labels.next().flatten().unwrap_or_else(|| {
                let bound = |member: &&Member| matches!(member.at, At::Label(label) if segment[1..].starts_with(label));
                let member = operation.input.iter().find(bound).unwrap();
                (plausible(member).as_str().unwrap().to_owned(), true)
            });
            escaped(&text, escape)
            });
            let constants = operation.query.iter().map(|(name, value)| format!("{name}={value}"));
            let pairs =
                query.iter().map(|(name, value, escape)| format!("{name}={}", escaped(value, *escape)));
            let path = segments.collect::<Vec<_>>().join("/");
            let query = constants.chain(pairs).collect::<Vec<_>>().join("&");
            Request::builder()
                .method(http::Method::from(operation.method))
                .uri(format!("{path}?{query}"))
                .header("content-type", "application/json")
                .header("x-amz-chime-bearer", HeaderValue::from_bytes(bearer.as_bytes()).ok()?)
                .body(body.into())
                .ok()
        },
    )
}

/// Signs a request for a service, as it would arrive there.
fn sign(local: &Running, request: &mut Request<Bytes>) {
    let target = request.uri().clone();
    *request.uri_mut() = format!("{}{target}", local.endpoint_url()).parse().unwrap();
    #[allow(clippy::disallowed_methods, reason = "the service judges by the system's clock")]
    let now = std::time::SystemTime::now();
    Signer::default().sign(request, &local.credentials(), "us-east-1", now.into()).unwrap();
    *request.uri_mut() = target;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn whatever_a_request_says_it_is_answered_as_documented(
        requests in prop::collection::vec((request(), prop::bool::weighted(0.95)), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let local = LocalService::demo().start().await.unwrap();
            for (mut request, signed) in requests {
                if signed {
                    sign(&local, &mut request);
                }
                let shown = format!("{request:?}");
                let answer = local.answer(request).await.unwrap();
                prop_assert!(answer.headers().contains_key("x-amzn-requestid"), "{}", shown);
                if answer.status().is_success() {
                    continue;
                }
                prop_assert!(answer.status().is_client_error() || answer.status() == 501, "{answer:?} to {}", shown);
                let name = answer.headers()["x-amzn-errortype"].to_str().unwrap();
                prop_assert!(Exception::NAMED.contains(&name) || OTHERS.contains(&name), "{}: {}", name, shown);
                let body: Value = serde_json::from_slice(answer.body()).unwrap();
                prop_assert!(body["Code"].is_string() && body["Message"].is_string(), "{}: {}", body, shown);
            }
            Ok(())
        })?;
    }
}
