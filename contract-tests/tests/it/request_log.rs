//! The request log: what it tells about a call, about a signature that is refused, and what it never tells.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use chime_client::{Clock, Credentials};
use chime_local::{Demo, LocalService, RequestRecord, RunningService, Seed, SignatureRefusal};
use chime_transport::sigv4::{Canonical, Signer, SigningKey, string_to_sign};
use http::{HeaderName, HeaderValue, Request};

use chime_client::operations::ALL;
use contract_tests::accepted::RequestParts;
use contract_tests::connection::administrative;
use contract_tests::laws;
use contract_tests::operations;

const DATE: &str = "20260604T071451Z";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The demo user's own question at [`DATE`], with a body that nobody reads, signed.
fn question(local: &RunningService) -> Request<Bytes> {
    let demo = Demo::new();
    let escaped = |arn: &str| arn.replace(':', "%3A").replace('/', "%2F");
    let alice = demo.app_instance_user_arn();
    let request = Request::get(format!(
        "http://127.0.0.1:8090/channels/{}?scope=app-instance-user-membership&app-instance-user-arn={}",
        escaped(demo.channel_arn().as_str()),
        escaped(alice.as_str()),
    ))
    .header("x-amz-chime-bearer", alice.as_str())
    .header("user-agent", "two  spaces");
    laws::signed(local, request.body(Bytes::from_static(b"{}")).unwrap())
}

/// The canonical request that should be signed of [`question`].
fn canonical(request: &Request<Bytes>) -> String {
    let headers = ["host", "user-agent", "x-amz-chime-bearer", "x-amz-date"];
    let canonical = Canonical::new(
        "GET",
        request.uri().path(),
        request.uri().query().unwrap(),
        headers.map(|name| (name, request.headers()[name].as_bytes())),
        request.body(),
    );
    String::from_utf8(canonical.as_bytes().to_vec()).unwrap()
}

/// Signs this text instead, by this secret, and says so in `Authorization`.
fn sign(request: &mut Request<Bytes>, canonical: &str, secret: &str, service: &str) {
    let canonical = Canonical::from_text(canonical);
    let scope = format!("20260604/us-east-1/{service}/aws4_request");
    let key = SigningKey::derive(secret, "20260604", "us-east-1", service);
    let signature = key.sign(&string_to_sign(DATE, &scope, &canonical));
    let value = format!(
        "AWS4-HMAC-SHA256 Credential=CHIMELOCAL/{scope}, SignedHeaders={}, Signature={signature}",
        canonical.signed_headers()
    );
    request.headers_mut().insert("authorization", value.parse().unwrap());
}

async fn refusal(local: &RunningService, request: Request<Bytes>) -> SignatureRefusal {
    let answer = laws::answer(local, request).await;
    let record = local.requests().pop().unwrap();
    assert_eq!(answer.status(), 403, "{record}");
    record.signature.unwrap()
}

#[tokio::test]
async fn a_call_is_told_with_its_operation_caller_status_time_and_request_id() {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let local = LocalService::demo()
        .clock(Clock::new(laws::now))
        .on_request(move |record| tell.lock().unwrap().push(record.to_string()))
        .start()
        .await
        .unwrap();
    let answer = laws::answer(&local, question(&local)).await;
    let id = answer.headers()["x-amzn-requestid"].to_str().unwrap();
    let record = local.requests().remove(0);
    let alice = Demo::new().app_instance_user_arn();
    assert_eq!(record.operation, Some("DescribeChannelMembershipForAppInstanceUser"));
    assert_eq!((record.bearer.as_deref(), record.status), (Some(alice.as_str()), Some(200)));
    assert_eq!((record.time.to_string().as_str(), record.request_id.as_str()), ("2026-06-04T07:14:51Z", id));
    assert_eq!((record.method.as_str(), record.exception.as_deref()), ("GET", None));
    assert!(record.path.starts_with("/channels/arn%3Aaws") && !record.path.contains('?'), "{record:?}");
    assert!(record.duration > Duration::ZERO && record.signature.is_none(), "{record:?}");
    let line = format!(
        "2026-06-04T07:14:51Z 200 DescribeChannelMembershipForAppInstanceUser by {alice} in {:.1} ms, request id {id}",
        record.duration.as_secs_f64() * 1000.0
    );
    assert_eq!(*told.lock().unwrap(), [line]);

    let mut nobodys = question(&local);
    nobodys.headers_mut().remove("authorization");
    nobodys.headers_mut().remove("x-amz-chime-bearer");
    *nobodys.uri_mut() = "/flows?x=y".parse().unwrap();
    laws::answer(&local, nobodys).await;
    let line = told.lock().unwrap().remove(1);
    let start = "2026-06-04T07:14:51Z 403 GET /flows MissingAuthenticationTokenException by nobody in ";
    assert!(line.starts_with(start), "{line}");
    assert!(
        line.contains("\n  differs: Authorization: the header is missing\n  canonical request:\n    GET\n")
    );
}

/// Replaces a text, which must exist, by another one.
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{text} has no {from}");
    text.replacen(from, to, 1)
}

#[tokio::test]
async fn the_part_that_was_signed_otherwise_is_named_and_what_should_have_been_is_shown() {
    let local = laws::start().await;
    let original = question(&local);
    assert_eq!(laws::answer(&local, original.clone()).await.status(), 200);
    let right = canonical(&original);
    let credentials = local.credentials();
    let secret = credentials.secret_access_key();
    let lines: Vec<&str> = right.split('\n').collect();
    let (path, query, hash) = (lines[1], lines[2], lines[lines.len() - 1]);
    let (uri_path, uri_query) = (original.uri().path(), original.uri().query().unwrap());
    let bare = uri_path.replace("%3A", ":").replace("%2F", "/");
    let mut nothing_wrong = original.clone();
    sign(&mut nothing_wrong, &right, secret, "chime");
    assert_eq!(laws::answer(&local, nothing_wrong).await.status(), 200);

    for (signed, differs) in [
        (replaced(&right, path, uri_path), "the path: it was escaped once and must be escaped twice"),
        (replaced(&right, path, &bare), "the path: it was signed without escapes and must be escaped twice"),
        (
            replaced(&right, path, &bare.replace(':', "%3A")),
            "the path: it was escaped once, but for the slashes in the ARN, and must be escaped twice with them",
        ),
        (
            replaced(&right, query, uri_query),
            "the query: it must be sorted by name, with a = after each name",
        ),
        (
            replaced(&right, query, &query.replace("%3A", ":").replace("%2F", "/")),
            "the secret access key, the string to sign, or a part that was changed",
        ),
        (
            replaced(&right, query, &uri_query.replace("%3A", ":").replace("%2F", "/")),
            "the query: it was signed without escapes",
        ),
        (replaced(&right, query, &query.replace('%', "%25")), "the query: it was escaped twice"),
        (replaced(&right, query, ""), "the query: it was left out"),
        (replaced(&right, "127.0.0.1:8090", "127.0.0.1"), "host: it was signed without its port"),
        (replaced(&right, "two spaces", "two  spaces"), "the headers: white space within a value"),
        (replaced(&right, "\n\nhost", "\nhost"), "the headers: an empty line must follow them"),
        (replaced(&right, hash, EMPTY), "the payload's hash: that of an empty body was signed"),
        (replaced(&right, hash, "UNSIGNED-PAYLOAD"), "the payload's hash: UNSIGNED-PAYLOAD was signed"),
        (replaced(&right, hash, ""), "the payload's hash: it was left out"),
        (
            replaced(&replaced(&right, path, uri_path), query, uri_query),
            "the path: it was escaped once and must be escaped twice; the query: it must be sorted",
        ),
        (
            replaced(&right, "GET", "POST"),
            "the secret access key, the string to sign, or a part that was changed",
        ),
    ] {
        let mut request = original.clone();
        sign(&mut request, &signed, secret, "chime");
        let refused = refusal(&local, request).await;
        assert!(refused.differs.starts_with(differs), "{} instead of {differs}", refused.differs);
        assert_eq!(refused.canonical_request, right, "{differs}");
        let to_sign = string_to_sign(
            DATE,
            "20260604/us-east-1/chime/aws4_request",
            &Canonical::from_text(right.as_str()),
        );
        assert_eq!(refused.string_to_sign.unwrap().as_bytes(), to_sign);
    }
}

#[tokio::test]
async fn the_declared_parts_of_a_signature_are_checked_first() {
    let local = laws::start().await;
    let original = question(&local);
    let right = canonical(&original);
    let authorization = original.headers()["authorization"].to_str().unwrap().to_owned();
    let (head, signature) = authorization.split_at(authorization.len() - 64);
    let with = |from: &str, to: &str| vec![("authorization", replaced(&authorization, from, to))];
    let upper = format!("{head}{}", signature.to_uppercase());
    let many = format!("host;user-agent;{}x-amz-chime-bearer;x-amz-date", "x;".repeat(5000));
    for (headers, differs) in [
        (vec![("authorization", upper)], "Signature: its hexadecimal digits must be in lower case"),
        (vec![("authorization", head.to_owned())], "Signature: expected the 64 hexadecimal digits"),
        (with("CHIMELOCAL", "AKID"), "the access key: it is not CHIMELOCAL"),
        (with("/chime/", "/execute-api/"), r#"the scope: its service must be chime, and is "execute-api""#),
        (with("/20260604/", "/20260603/"), "the time: The date in the Credential scope is '20260603'"),
        (with(";x-amz-chime-bearer", ""), "SignedHeaders: x-amz-chime-bearer is missing"),
        (with("host;", ""), "SignedHeaders: host is missing"),
        (with(";x-amz-date", ""), "SignedHeaders: x-amz-date is missing"),
        (
            with(";x-amz-date", ";x-amz-date;x-b"),
            r#"SignedHeaders: it names "x-b", and the request has no such"#,
        ),
        (
            with("host;user-agent", "user-agent;host"),
            "SignedHeaders: the names must be in lower case, sorted",
        ),
        (with("user-agent", "User-Agent"), "SignedHeaders: the names must be in lower case, sorted"),
        (
            with("host;", "host;host;"),
            "SignedHeaders: the names must be in lower case, sorted and each there once",
        ),
        // A short request that would be a hundred megabytes to sign.
        (
            [
                with("host;user-agent;x-amz-chime-bearer;x-amz-date", &many),
                vec![("x", "x".repeat(20 * 1024))],
            ]
            .concat(),
            "SignedHeaders: the names must be in lower case, sorted and each there once",
        ),
        (vec![("x-amz-date", "20260604T070950Z".to_owned())], "the time: Signature expired"),
        (vec![("x-amz-date", "20260604T071952Z".to_owned())], "the time: Signature not yet current"),
        (
            vec![("x-amz-date", "2026-06-04T07:14:51Z".to_owned())],
            "the time: \"2026-06-04T07:14:51Z\" is not a valid",
        ),
        (vec![("x-amz-security-token", "token".to_owned())], "x-amz-security-token: present, but the"),
        (
            vec![("authorization", "Basic YTpi".to_owned())],
            "Authorization: Authorization header requires the algorithm",
        ),
        (
            with("Signature=", "Signature "),
            "Authorization: Authorization header requires the 'Signature' parameter",
        ),
        (
            with("Credential=", "Credential ="),
            "Authorization: Authorization header requires the 'Credential'",
        ),
        (
            with("/aws4_request", ""),
            "Authorization: Authorization header requires a 'Credential' of the form",
        ),
    ] {
        let mut request = original.clone();
        for (name, value) in headers {
            request.headers_mut().insert(name, value.parse().unwrap());
        }
        let moved = request.headers()["x-amz-date"] != DATE;
        let refused = refusal(&local, request.clone()).await;
        assert!(refused.differs.starts_with(differs), "{} instead of {differs}", refused.differs);
        let names =
            ["x-amz-security-token", "x"].iter().filter(|name| request.headers().contains_key(**name));
        if names.count() == 0 && !moved {
            let shown = refused.canonical_request.replace("\nuser-agent:two spaces", "");
            let expected = right.replace("\nuser-agent:two spaces", "");
            assert_eq!(shown.replace(";user-agent", ""), expected.replace(";user-agent", ""), "{differs}");
        }
    }

    let claimed = EMPTY.replace('e', "f");
    let mut request = original.clone();
    request.headers_mut().insert("x-amz-content-sha256", claimed.parse().unwrap());
    let (start, _) = right.rsplit_once('\n').unwrap();
    sign(&mut request, &format!("{start}\n{claimed}"), local.credentials().secret_access_key(), "chime");
    let differs = refusal(&local, request).await.differs;
    assert_eq!(differs, "the payload's hash: x-amz-content-sha256 was signed, and is not the body's");

    let mut request = original.clone();
    sign(&mut request, &right, "other", "chime");
    assert!(refusal(&local, request).await.differs.starts_with("the secret access key, the string to sign"));
    let mut request = original.clone();
    let with_line_end = format!("{}\n", local.credentials().secret_access_key());
    sign(&mut request, &right, &with_line_end, "chime");
    let differs = refusal(&local, request).await.differs;
    assert_eq!(differs, "the secret access key: it was used with a line end after it");
}

#[tokio::test]
async fn the_authorization_header_is_read_however_it_is_spaced() {
    let local = laws::start().await;
    let original = question(&local);
    let authorization = original.headers()["authorization"].to_str().unwrap();
    let [credential, names, signature] = authorization
        .strip_prefix("AWS4-HMAC-SHA256 ")
        .unwrap()
        .split(", ")
        .collect::<Vec<_>>()
        .try_into()
        .unwrap();
    for (value, status) in [
        (format!("AWS4-HMAC-SHA256 {credential},{names},{signature}"), 200),
        (format!("AWS4-HMAC-SHA256   {credential} ,  {names} ,\t{signature} "), 200),
        (format!("AWS4-HMAC-SHA256 {signature}, {names}, {credential}"), 200),
        (format!("AWS4-HMAC-SHA256 {credential} {names} {signature}"), 403),
        (format!("AWS4-HMAC-SHA256{credential}, {names}, {signature}"), 403),
        (format!("aws4-hmac-sha256 {credential}, {names}, {signature}"), 403),
        (format!("AWS4-HMAC-SHA256 {credential}, {names}, {signature}0"), 403),
        (format!("AWS4-HMAC-SHA256 {credential}, {names}, Signature={}", "0".repeat(64)), 403),
    ] {
        let mut request = original.clone();
        request.headers_mut().insert("authorization", value.parse().unwrap());
        assert_eq!(laws::answer(&local, request).await.status(), status, "{value}");
    }
}

#[tokio::test]
async fn the_user_of_a_device_is_not_in_the_log() {
    let local = laws::start().await;
    let user = Demo::new().app_instance_user_arn();
    let target =
        format!("/app-instance-users/{}/endpoints", contract_tests::accepted::escaped(user.as_str()));
    let unsigned = |target: &str| {
        let host = local.endpoint_url().replace("http://", "");
        http::Request::get(target).header("host", host).body(bytes::Bytes::new()).unwrap()
    };
    for (target, status) in [(target.clone(), 200), (format!("{target}/none"), 403)] {
        let right = laws::signed(&local, unsigned(&target));
        let mut wrong = right.clone();
        let longer = format!("{}0", right.headers()["authorization"].to_str().unwrap());
        wrong.headers_mut().insert("authorization", longer.parse().unwrap());
        for (request, status) in [(right, status), (wrong, 403)] {
            assert_eq!(laws::answer(&local, request).await.status(), status, "{target}");
        }
    }
    assert_eq!(local.requests().len(), 4);
    let shown = everything_shown(&local).await;
    assert!(shown.contains("/app-instance-users/[not shown]/endpoints/none"), "{shown}");
    assert!(!shown.contains("alice"), "{shown}");
}

#[tokio::test]
async fn a_duplicate_header_is_signed_with_both_values() {
    let local = laws::start().await;
    for name in ["x-custom", "user-agent"] {
        let name = HeaderName::from_static(name);
        let unsigned = || {
            let mut request = question(&local);
            request.headers_mut().remove("authorization");
            request.headers_mut().insert("x-custom", HeaderValue::from_static("a"));
            request
        };
        let mut twice = unsigned();
        twice.headers_mut().append(&name, HeaderValue::from_static("b"));
        let signed = laws::signed(&local, twice);
        assert_eq!(laws::answer(&local, signed.clone()).await.status(), 200, "{name}");
        // The second value taken away, changed, put first, or joined to the first, which is the same.
        let first = unsigned().headers()[&name].clone();
        let joined = format!("{},b", first.to_str().unwrap());
        for (values, status) in [
            (vec![first.clone()], 403),
            (vec![first.clone(), HeaderValue::from_static("c")], 403),
            (vec![HeaderValue::from_static("b"), first.clone()], 403),
            (vec![first.clone(), HeaderValue::from_static("b")], 200),
            (vec![joined.parse().unwrap()], 200),
        ] {
            let mut request = signed.clone();
            request.headers_mut().remove(&name);
            for value in values {
                request.headers_mut().append(&name, value);
            }
            assert_eq!(laws::answer(&local, request).await.status(), status, "{name}");
        }
    }
}

/// What stands in every member that the service model marks sensitive.
const HIDDEN: &str = "hidden-member";

/// Every way in which a program can see the log or the service.
async fn everything_shown(local: &RunningService) -> String {
    let records = local.requests();
    let mut shown = format!("{records:?}\n{local:?}\n{}", serde_json::to_string(&records).unwrap());
    shown.extend(records.iter().map(RequestRecord::to_string));
    let log = local.answer(administrative("GET", "requests", "")).await.unwrap();
    shown.push_str(std::str::from_utf8(log.body()).unwrap());
    shown
}

#[tokio::test]
async fn no_secret_no_signature_and_no_sensitive_member_is_ever_shown() {
    let credentials = Credentials::new("CHIMELOCAL", "hidden-secret").with_session_token("hidden-token");
    let seed = Demo::new();
    let seed: Seed = {
        let local = laws::start().await;
        let text = serde_json::to_string(&local.export().unwrap()).unwrap();
        let hidden =
            |text: String, name: &str| text.replace(&format!("\"{name}\""), &format!("\"{HIDDEN}-{name}\""));
        assert!(text.contains(seed.channel_arn().as_str().rsplit('/').next().unwrap()));
        ["General", "Board", "Alice", "Bob", "Carol", "Admin", "Good morning", "Lunch at one?"]
            .into_iter()
            .fold(text, hidden)
            .parse()
            .unwrap()
    };
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = Arc::clone(&told);
    let service = LocalService::seeded(seed)
        .credentials(credentials.clone())
        .clock(Clock::new(laws::now))
        .on_request(move |record| tell.lock().unwrap().push(format!("{record} {record:?}")));
    let configured = format!("{service:?}");
    let local = service.start().await.unwrap();

    let stranger = Credentials::new("CHIMELOCAL", "hidden-other").with_session_token("hidden-token");
    let other_token = Credentials::new("CHIMELOCAL", "hidden-secret").with_session_token("hidden-too");
    let mut signatures = Vec::new();
    let mut statuses = std::collections::BTreeSet::new();
    for operation in ALL {
        let mut written = RequestParts::of(operation);
        for (_, value) in &mut written.body {
            for text in ["text", "key", "value", "title", "body", "new"] {
                *value = value.replace(&format!("\"{text}\""), &format!("\"{HIDDEN}-{text}\""));
            }
        }
        let mut with_token = written.clone();
        with_token.query.push(("next-token".to_owned(), HIDDEN.to_owned()));
        let mut unreadable = written.clone();
        for (_, value) in &mut unreadable.body {
            *value = format!("{{\"{HIDDEN}\":\"{HIDDEN}\"}}");
        }
        let mut no_json = written.clone();
        no_json.body.push((HIDDEN.to_owned(), HIDDEN.to_owned()));
        for written in [written, with_token, unreadable, no_json] {
            let sign = |credentials: &Credentials, header: &'static str| {
                let mut request = written.request().unwrap();
                request.headers_mut().insert(header, HeaderValue::from_static(HIDDEN));
                Signer::default().sign(&mut request, credentials, "us-east-1", laws::now().into()).unwrap();
                request
            };
            let right = sign(&credentials, "cookie");
            let mut tampered = right.clone();
            tampered.headers_mut().insert("cookie", HeaderValue::from_static("hidden-cookie"));
            let mut no_date = right.clone();
            no_date.headers_mut().remove("x-amz-date");
            let mut garbled = right.clone();
            let value = right.headers()["authorization"].to_str().unwrap().replace("Signature=", "Sig=");
            garbled.headers_mut().insert("authorization", value.parse().unwrap());
            let others = [sign(&stranger, "x-custom"), sign(&other_token, "x-custom")];
            for request in [right, tampered, no_date, garbled].into_iter().chain(others) {
                let authorization = request.headers()["authorization"].to_str().unwrap();
                signatures.push(authorization[authorization.len() - 64..].to_owned());
                let answer = laws::answer(&local, request).await;
                statuses.insert(answer.status().as_u16());
            }
        }
    }
    // Successes and refusals of each kind came by.
    assert!([200, 201, 204, 400, 403].iter().all(|status| statuses.contains(status)), "{statuses:?}");
    let mut shown = everything_shown(&local).await;
    shown.push_str(&configured);
    shown.push_str(&told.lock().unwrap().concat());
    assert!(shown.contains("SendChannelMessage") && shown.contains("[not shown]"));
    let leak = shown.find("hidden-").map(|at| &shown[at.saturating_sub(300)..(at + 100).min(shown.len())]);
    assert_eq!(leak, None);
    for signature in signatures {
        assert!(!shown.contains(&signature));
    }
    let exported = serde_json::to_string(&local.export().unwrap()).unwrap();
    assert!(exported.contains(HIDDEN), "the world contains the hidden text");
}

/// The log of a service after a call of an operation whose parts are changed.
async fn logged(operation: &str, change: impl FnOnce(&mut RequestParts)) -> RequestRecord {
    let local = laws::start().await;
    let mut parts = RequestParts::of(operations::find(operation).unwrap());
    change(&mut parts);
    laws::answer(&local, laws::signed(&local, parts.request().unwrap())).await;
    local.requests().pop().unwrap()
}

#[tokio::test]
async fn a_refusal_is_logged_with_its_reason() {
    let demo = Demo::new();
    let [_, bob, carol] = demo.app_instance_user_arns();
    let [general, board] = demo.channel_arns();
    let by = |user: &chime_client::AppInstanceUserArn| {
        let user = user.to_string();
        move |parts: &mut RequestParts| parts.headers[0].1.clone_from(&user)
    };
    let of_general = |parts: &mut RequestParts| {
        parts.path[1] = contract_tests::accepted::escaped(general.as_str());
    };
    let forbidden = |rule: &str, role: &str, channel: &chime_client::ChannelArn| {
        format!("{rule}; the caller is {role}; the channel is {channel}")
    };
    let may_see = "only members, moderators and administrators may see a private channel";
    let may_change = "only moderators and administrators may do this";
    for (record, expected) in [
        (logged("DescribeChannel", by(bob)).await, forbidden(may_see, "not a member", board)),
        (logged("DeleteChannel", by(bob)).await, forbidden(may_change, "not a member", board)),
        (
            logged("SendChannelMessage", |parts| {
                of_general(parts);
                by(carol)(parts);
            })
            .await,
            forbidden("only members who are not hidden may send", "a hidden member", general),
        ),
        (
            logged("DeleteChannelMembership", |parts| {
                of_general(parts);
                by(bob)(parts);
            })
            .await,
            forbidden(
                "only moderators and administrators may remove others, and only members can leave",
                "a member",
                general,
            ),
        ),
    ] {
        assert_eq!(record.exception.as_deref(), Some("ForbiddenException"), "{record}");
        assert_eq!(record.cause.as_deref(), Some(expected.as_str()));
        assert!(record.to_string().ends_with(&format!("\n  cause: {expected}")), "{record}");
        assert_eq!(serde_json::to_value(&record).unwrap()["cause"], expected);
    }
    let about_others = logged("DescribeChannelMembershipForAppInstanceUser", |parts| {
        by(bob)(parts);
        parts.query.iter_mut().for_each(|(_, value)| *value = value.replace("bob", "alice"));
    });
    let about_others = about_others.await.cause.unwrap();
    assert!(about_others.contains("only administrators may ask about other users"), "{about_others}");
    // Malformed requests, unknown resources, and requests without a caller.
    let malformed = logged("ListChannels", |parts| {
        parts.query.retain(|(name, _)| name != "max-results");
        parts.query.push(("max-results".to_owned(), "x".to_owned()));
    });
    let malformed = malformed.await.cause.unwrap();
    assert!(malformed.starts_with("MaxResults"), "{malformed}");
    let nobody = logged("DescribeChannel", |parts| parts.headers.clear()).await;
    assert_eq!(nobody.cause.as_deref(), Some("x-amz-chime-bearer: missing"));
    let local = laws::start().await;
    laws::answer(&local, question(&local)).await;
    assert_eq!(local.requests()[0].cause, None);
}

#[tokio::test]
async fn no_sensitive_member_is_in_the_log_whatever_is_wrong_with_it() {
    const HIDDEN: &str = "KEEP-THIS-OUT";
    const SENSITIVE: [&str; 8] = [
        "Name",
        "Metadata",
        "Content",
        "ContentType",
        "MessageAttributes",
        "ClientRequestToken",
        "ChannelId",
        "AppInstanceUserId",
    ];
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let values = [
        quoted(HIDDEN),
        quoted(&HIDDEN.repeat(1000)),
        quoted(&format!("{HIDDEN}\n\u{0}")),
        quoted(&format!(" {HIDDEN}:/?#")),
        format!("[{}]", quoted(HIDDEN)),
        format!("{{{}:1}}", quoted(HIDDEN)),
        format!("{{{}:{{\"StringValues\":[{}, 1]}}}}", quoted(HIDDEN), quoted(HIDDEN)),
        format!("{},", quoted(HIDDEN)),
    ];
    let mut refused = 0;
    for operation in ALL {
        let at_body = operation.input.iter().filter(|member| SENSITIVE.contains(&member.name));
        for member in at_body {
            for value in &values {
                let record = logged(operation.name, |parts| {
                    parts.body.retain(|(name, _)| name != member.name);
                    parts.body.push((member.name.to_owned(), value.clone()));
                });
                let record = record.await;
                let shown = format!("{record} {record:?} {}", serde_json::to_string(&record).unwrap());
                assert!(!shown.contains(HIDDEN), "{} {value}: {shown}", member.name);
                refused += usize::from(record.cause.is_some());
            }
        }
        if operation.input.iter().any(|member| member.name == "NextToken") {
            let record = logged(operation.name, |parts| {
                parts.query.push(("next-token".to_owned(), HIDDEN.to_owned()));
            });
            let record = record.await;
            assert!(record.cause.is_some() && !format!("{record:?}").contains(HIDDEN), "{record:?}");
        }
    }
    assert!(refused > 50, "{refused}");
}
