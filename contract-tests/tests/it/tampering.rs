//! The local service refuses a request of which anything that is signed was changed.

use bytes::Bytes;
use chime_local::LocalService;
use chime_transport::sigv4::{Canonical, SigningKey, string_to_sign};
use contract_tests::arns::BEARER;
use contract_tests::connection::{connect, exchange, send, sign_now, signed};
use http::{HeaderValue, Request, StatusCode};

/// The day on which a request was signed.
fn original_date(request: &Request<Bytes>) -> String {
    request.headers()["x-amz-date"].to_str().unwrap()[..8].to_owned()
}

/// Every text that differs from `text` in one byte, which stays a letter or digit.
fn changed(text: &str) -> Vec<String> {
    let bytes = text.as_bytes();
    let replacement = |byte: u8| match byte {
        b'0'..=b'8' | b'a'..=b'y' | b'A'..=b'Y' => byte + 1,
        b'9' => b'0',
        b'z' => b'a',
        b'Z' => b'A',
        _ => b'x',
    };
    let change = |at: usize| {
        let mut changed = bytes.to_vec();
        changed[at] = replacement(changed[at]);
        String::from_utf8(changed).unwrap()
    };
    (0..bytes.len()).map(change).collect()
}

#[tokio::test]
async fn any_single_byte_that_is_changed_is_noticed() {
    let local = LocalService::demo().start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let original = signed(&local);
    assert_eq!(send(&mut sender, original.clone()).await.status(), StatusCode::OK);

    let mut tampered = Vec::new();
    let target = original.uri().to_string();
    // The first byte is the slash that makes it a path.
    for target in &changed(&target)[1..] {
        let Ok(uri) = target.parse() else { continue };
        let mut request = original.clone();
        *request.uri_mut() = uri;
        tampered.push((target.clone(), request));
    }
    assert!(tampered.len() > target.len() - 10, "most of the changes are still requests");
    let header = |name: &str| original.headers()[name].to_str().unwrap().to_owned();
    for name in ["x-amz-chime-bearer", "x-amz-date", "host"] {
        for value in changed(&header(name)) {
            let mut request = original.clone();
            request.headers_mut().insert(name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap());
            tampered.push((format!("{name}: {value}"), request));
        }
    }
    let authorization = header("authorization");
    let (start, signature) = authorization.split_at(authorization.len() - 64);
    for signature in changed(signature) {
        let mut request = original.clone();
        request.headers_mut().insert("authorization", format!("{start}{signature}").parse().unwrap());
        tampered.push((signature, request));
    }
    for (what, request) in tampered {
        let response = send(&mut sender, request).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{what}");
        // A host that became a name is refused before its signature is verified.
        let expected: &[_] = match what.strip_prefix("host: ") {
            Some(_) => &["InvalidSignatureException", "AccessDeniedException"],
            None => &["InvalidSignatureException"],
        };
        assert!(
            expected.iter().any(|name| response.headers()["x-amzn-errortype"] == *name),
            "{what}: {response:?}"
        );
    }
    // The connection still serves.
    assert_eq!(send(&mut sender, original).await.status(), StatusCode::OK);
}

/// The demo user's own question, with a right signature over the headers, the service and the day that are given.
fn signed_over(
    local: &chime_local::RunningService,
    headers: &[&str],
    service: &str,
    day: Option<&str>,
) -> Request<Bytes> {
    let mut request = signed(local);
    let amz_date = request.headers()["x-amz-date"].to_str().unwrap().to_owned();
    let day = day.unwrap_or(&amz_date[..8]);
    let canonical = Canonical::new(
        "GET",
        request.uri().path(),
        request.uri().query().unwrap(),
        headers.iter().map(|name| (*name, request.headers()[*name].as_bytes())),
        b"",
    );
    let scope = format!("{day}/us-east-1/{service}/aws4_request");
    let credentials = local.credentials();
    let key = SigningKey::derive(credentials.secret_access_key(), day, "us-east-1", service);
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={}, Signature={}",
        credentials.access_key_id(),
        canonical.signed_headers(),
        key.sign(&string_to_sign(&amz_date, &scope, &canonical)),
    );
    request.headers_mut().insert("authorization", authorization.parse().unwrap());
    request
}

#[tokio::test]
async fn a_right_signature_over_the_wrong_things_is_refused() {
    let local = LocalService::demo().start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let all = ["host", "x-amz-chime-bearer", "x-amz-date"];
    let cases = [
        (signed_over(&local, &all, "chime", None), None),
        (signed_over(&local, &all[1..], "chime", None), Some("'host' must be a 'SignedHeader'")),
        (signed_over(&local, &["host", "x-amz-date"], "chime", None), Some("'x-amz-chime-bearer' must be")),
        (signed_over(&local, &all[..2], "chime", None), Some("'x-amz-date' must be")),
        (signed_over(&local, &all, "s3", None), Some("correct service: 'chime'")),
        (signed_over(&local, &all, "chime", Some("19700101")), Some("scope is '19700101'")),
    ];
    for (request, refusal) in cases {
        let response = send(&mut sender, request).await;
        let Some(refusal) = refusal else {
            assert_eq!(response.status(), StatusCode::OK);
            continue;
        };
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{refusal}");
        let body = String::from_utf8_lossy(response.body());
        assert!(body.contains(refusal), "{body} does not say {refusal:?}");
    }
}

#[tokio::test]
async fn a_body_is_read_up_to_a_mebibyte() {
    let local = LocalService::demo().start().await.unwrap();
    for (length, status) in [(1024 * 1024, StatusCode::FORBIDDEN), (1024 * 1024 + 1, StatusCode::BAD_REQUEST)]
    {
        let mut sender = connect(&local.endpoint_url()).await;
        let request = signed(&local).map(|_| Bytes::from(vec![b' '; length]));
        assert_eq!(send(&mut sender, request).await.status(), status, "{length}");
    }
}

#[tokio::test]
async fn an_unsigned_part_is_noticed() {
    let local = LocalService::demo().start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let alter = |from: &str, to: &str| {
        let mut request = signed(&local);
        let authorization = request.headers()["authorization"].to_str().unwrap().replacen(from, to, 1);
        request.headers_mut().insert("authorization", HeaderValue::from_str(&authorization).unwrap());
        request
    };
    let without = |name: &str| {
        let mut request = signed(&local);
        request.headers_mut().remove(name);
        request
    };
    let date = original_date(&signed(&local));
    let with_body = signed(&local).map(|_| Bytes::from_static(b"{}"));
    let mut twice = signed(&local);
    twice.headers_mut().append("x-amz-chime-bearer", HeaderValue::from_static(BEARER));
    let cases = [
        (without("authorization"), "MissingAuthenticationTokenException"),
        (without("x-amz-date"), "InvalidSignatureException"),
        (without("x-amz-chime-bearer"), "InvalidSignatureException"),
        (alter("AWS4-HMAC-SHA256 ", "Basic "), "IncompleteSignatureException"),
        (alter("AWS4-HMAC-SHA256 ", "AWS4-HMAC-SHA256"), "IncompleteSignatureException"),
        (alter("Signature=", "Sig="), "IncompleteSignatureException"),
        (alter("SignedHeaders=", "Headers="), "IncompleteSignatureException"),
        (alter("/us-east-1/chime/aws4_request", ""), "IncompleteSignatureException"),
        (alter("/us-east-1/", "/eu-central-1/"), "InvalidSignatureException"),
        (alter("/chime/", "/s3/"), "InvalidSignatureException"),
        (alter(&format!("/{date}/"), &format!("/{}/", &date[..6])), "InvalidSignatureException"),
        (alter(&format!("/{date}/"), "/19700101/"), "InvalidSignatureException"),
        (alter("host;", ""), "InvalidSignatureException"),
        (alter(";x-amz-chime-bearer", ""), "InvalidSignatureException"),
        (alter(";x-amz-date", ""), "InvalidSignatureException"),
        (alter(";x-amz-date", ";x-amz-date;x-amz-target"), "InvalidSignatureException"),
        (alter("Credential=CHIMELOCAL", "Credential=OTHER"), "UnrecognizedClientException"),
        (with_body, "InvalidSignatureException"),
        (twice, "InvalidSignatureException"),
    ];
    for (request, exception) in cases {
        let context = format!("{request:?}");
        let response = send(&mut sender, request).await;
        assert_eq!(response.status(), StatusCode::FORBIDDEN, "{context}");
        assert_eq!(response.headers()["x-amzn-errortype"], exception, "{context}");
    }
}

#[tokio::test]
async fn a_duplicate_is_refused_even_if_both_values_are_signed() {
    let local = LocalService::demo().start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let twice = |name: &'static str, value: Option<&str>| {
        let mut request = signed(&local);
        let value = value.map_or_else(|| request.headers()[name].clone(), |value| value.parse().unwrap());
        request.headers_mut().append(name, value);
        let mut names: Vec<_> = ["host", "x-amz-chime-bearer", "x-amz-date"].into_iter().collect();
        if name == "x-amz-security-token" {
            request.headers_mut().append(name, HeaderValue::from_static("b"));
            names.push(name);
        }
        resign(&local, request, &names)
    };
    let bearer = "x-amz-chime-bearer";
    for (request, exception, reason) in [
        (twice(bearer, Some(BEARER)), "InvalidSignatureException", "x-amz-chime-bearer: duplicate header"),
        // The same one.
        (twice(bearer, None), "InvalidSignatureException", "x-amz-chime-bearer: duplicate header"),
        (twice("x-amz-date", None), "InvalidSignatureException", "x-amz-date: duplicate header"),
        (twice("host", None), "InvalidSignatureException", "host: duplicate header"),
        (
            twice("x-amz-security-token", Some("a")),
            "InvalidSignatureException",
            "x-amz-security-token: duplicate",
        ),
        (with_two_authorizations(&local), "IncompleteSignatureException", "authorization: duplicate header"),
    ] {
        let answer = send(&mut sender, request).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{reason}");
        assert_eq!(answer.headers()["x-amzn-errortype"], exception, "{reason}");
        let body = String::from_utf8_lossy(answer.body());
        assert!(body.contains(reason), "{body} does not say {reason:?}");
    }
    let target = signed(&local).uri().to_string();
    for (more, name) in [
        ("&app-instance-user-arn=x", "app-instance-user-arn"),
        ("&app%2Dinstance-user-arn=x", "app-instance-user-arn"),
        ("&scope=x", "scope"),
        ("&scope", "scope"),
        ("&%73cope=x", "scope"),
        ("&x=1&y=2&x=1", "x"),
    ] {
        let mut request = signed(&local);
        request.headers_mut().remove("authorization");
        *request.uri_mut() = format!("{}{target}{more}", local.endpoint_url()).parse().unwrap();
        let answer = send(&mut sender, sign_now(&local, request)).await;
        let body = String::from_utf8_lossy(answer.body());
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{more}: {body}");
        assert!(body.contains(&format!("{name}: duplicate query parameter")), "{more}: {body}");
    }
    assert!(local.requests().iter().all(|record| record.status != Some(200)));
    // Where signatures are not verified, too.
    let unverified = LocalService::demo().unverified().start().await.unwrap();
    let mut sender = connect(&unverified.endpoint_url()).await;
    assert_eq!(send(&mut sender, twice(bearer, None)).await.status(), StatusCode::FORBIDDEN);
    let mut unsigned = signed(&local);
    unsigned.headers_mut().remove("authorization");
    assert_eq!(send(&mut sender, unsigned).await.status(), StatusCode::OK);
}

/// Signs a request over all values of these headers.
fn resign(
    local: &chime_local::RunningService,
    mut request: Request<Bytes>,
    names: &[&str],
) -> Request<Bytes> {
    let amz_date = request.headers()["x-amz-date"].to_str().unwrap().to_owned();
    let mut names = names.to_vec();
    names.sort_unstable();
    let values = |name: &&str| {
        let name = *name;
        request
            .headers()
            .get_all(name)
            .iter()
            .map(|value| (name.to_owned(), value.as_bytes().to_vec()))
            .collect::<Vec<_>>()
    };
    let values: Vec<_> = names.iter().flat_map(values).collect();
    let canonical = Canonical::new(
        "GET",
        request.uri().path(),
        request.uri().query().unwrap(),
        values.iter().map(|(name, value)| (name.as_str(), value.as_slice())),
        b"",
    );
    let credentials = local.credentials();
    let scope = format!("{}/us-east-1/chime/aws4_request", &amz_date[..8]);
    let key = SigningKey::derive(credentials.secret_access_key(), &amz_date[..8], "us-east-1", "chime");
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={}, Signature={}",
        credentials.access_key_id(),
        canonical.signed_headers(),
        key.sign(&string_to_sign(&amz_date, &scope, &canonical)),
    );
    request.headers_mut().insert("authorization", authorization.parse().unwrap());
    request
}

fn with_two_authorizations(local: &chime_local::RunningService) -> Request<Bytes> {
    let mut request = signed(local);
    let first = request.headers()["authorization"].clone();
    request.headers_mut().append("authorization", first);
    request
}

#[tokio::test]
async fn a_head_is_32_kib_at_most_and_its_refusal_arrives() {
    const KIB: usize = 1024;
    let local = LocalService::demo().start().await.unwrap();
    let target =
        |length: usize| format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "x".repeat(length - 1));
    let headers = |length: usize| {
        let one = format!("x-{}: {}\r\n", "n".repeat(100), "v".repeat(4 * KIB - 106));
        let host = "host: localhost\r\n";
        let rest = length - host.len() - one.len() * (length / (4 * KIB) - 1);
        format!(
            "GET / HTTP/1.1\r\n{host}{}y: {}\r\n\r\n",
            one.repeat(length / (4 * KIB) - 1),
            "v".repeat(rest - "y: \r\n".len())
        )
    };
    for (head, status) in [
        (target(32 * KIB).replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"), "403"),
        (target(32 * KIB + 1), "414"),
        (target(40 * KIB), "414"),
        (target(100 * KIB), "414"),
        (headers(32 * KIB + 1), "431"),
        (headers(40 * KIB), "431"),
        (headers(1000 * KIB), "431"),
    ] {
        let answer = exchange(&local.endpoint_url(), head.as_bytes()).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{} bytes: {answer}", head.len());
    }
}
