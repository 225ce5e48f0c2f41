//! Signatures, in headers and in queries: equal to those of botocore, of the JavaScript SDK and of `aws-sigv4`.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningInstructions,
    SigningSettings, sign,
};
use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use chime_client::operations::DescribeChannelMembershipForAppInstanceUser;
use chime_client::{Credentials, wire};
use chime_transport::EndpointSettings;
use chime_transport::sigv4::{Canonical, SignedQuery, Signer, SigningKey, amz_date, string_to_sign};
use contract_tests::data;
use http::Request;
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vector {
    input: DescribeChannelMembershipForAppInstanceUser,
    region: String,
    endpoint: String,
    credentials: VectorCredentials,
    time: String,
    expect: Expected,
}

#[derive(Deserialize)]
struct VectorCredentials {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
}

#[derive(Deserialize)]
struct Expected {
    method: String,
    url: String,
    headers: std::collections::BTreeMap<String, String>,
    canonical_request: String,
    string_to_sign: String,
}

#[test]
fn the_signatures_are_botocores() {
    let vectors: Vec<Vector> = data::json("data/sigv4-describe.json");
    assert_eq!(vectors.len(), 24);
    // One signer for all, so that a key kept from the vector before would show.
    let signer = Signer::default();
    for vector in vectors {
        let Vector { input, region, endpoint, credentials, time, expect } = vector;
        let endpoint =
            EndpointSettings { endpoint_url: Some(endpoint), ..Default::default() }.resolve().unwrap();
        let mut request = wire::encode_request(&input).unwrap();
        *request.uri_mut() = format!("{}{}", endpoint.url(), request.uri()).parse().unwrap();
        assert_eq!(
            (request.method().as_str(), request.uri().to_string()),
            (expect.method.as_str(), expect.url)
        );

        let mut signed_by = Credentials::new(credentials.access_key_id, credentials.secret_access_key);
        if let Some(token) = credentials.session_token {
            signed_by = signed_by.with_session_token(token);
        }
        let time = DateTime::from_str(&time, Format::DateTime).unwrap();
        signer.sign(&mut request, &signed_by, &region, time).unwrap();
        for (name, value) in &expect.headers {
            assert_eq!(request.headers()[name], value.as_str(), "{name}");
        }
        // Nothing but these and the host.
        assert_eq!(request.headers().len(), expect.headers.len() + 1);

        let names: Vec<_> = request.headers().keys().filter(|name| *name != "authorization").collect();
        let canonical = Canonical::new(
            request.method().as_str(),
            request.uri().path(),
            request.uri().query().unwrap(),
            names.iter().map(|name| (name.as_str(), request.headers()[*name].as_bytes())),
            request.body(),
        );
        assert_eq!(String::from_utf8_lossy(canonical.as_bytes()), expect.canonical_request);
        let amz_date = amz_date(time);
        let scope = format!("{}/{region}/chime/aws4_request", &amz_date[..8]);
        let to_sign = string_to_sign(&amz_date, &scope, &canonical);
        assert_eq!(String::from_utf8_lossy(&to_sign), expect.string_to_sign);
    }
}

/// A request to sign: anything that HTTP can carry.
#[derive(Clone, Debug)]
struct Signable {
    method: &'static str,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    credentials: (String, String, Option<String>),
    region: String,
    time: i64,
}

fn signable() -> impl Strategy<Value = Signable> {
    let path =
        proptest::collection::vec("[A-Za-z0-9_.~:@!$&'()*+,;=-]{0,12}|%3A|%2F|%C3%A9|\\.|\\.\\.", 0..6)
            .prop_map(|segments| format!("/{}", segments.join("/")));
    let query =
        proptest::collection::vec("[a-z][a-zA-Z0-9_.~-]{0,9}=([A-Za-z0-9_.~-]|%3A|%2F|%20){0,12}", 0..6)
            .prop_map(|pairs| pairs.join("&"));
    // Names may repeat; white space at the ends and runs of it inside are folded.
    let headers = proptest::collection::vec(
        ("x-[a-d]{1,2}|x-amz-chime-bearer|content-type", "[!-~]{1,5}( {0,3}[!-~]{1,5}){0,3}"),
        0..6,
    );
    let credentials = ("[A-Z0-9]{4,20}", "[!-~]{8,40}", proptest::option::of("[A-Za-z0-9/+=]{1,60}"));
    (
        (prop_oneof![Just("GET"), Just("POST"), Just("PUT"), Just("DELETE")], path, query, headers),
        (any::<Vec<u8>>(), credentials, "[a-z]{2}-[a-z]{4,9}-[0-9]", 0_i64..4_102_444_800),
    )
        .prop_map(|((method, path, query, headers), (body, credentials, region, time))| Signable {
            method,
            path,
            query,
            headers,
            body,
            credentials,
            region,
            time,
        })
}

impl Signable {
    fn uri(&self) -> String {
        let question = if self.query.is_empty() { "" } else { "?" };
        format!("https://messaging-chime.us-east-1.amazonaws.com{}{question}{}", self.path, self.query)
    }

    fn request(&self) -> Request<Bytes> {
        let mut request = Request::builder().method(self.method).uri(self.uri());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        request.body(Bytes::from(self.body.clone())).unwrap()
    }

    fn credentials(&self) -> Credentials {
        let (id, secret, token) = &self.credentials;
        let credentials = Credentials::new(id, secret);
        match token {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        }
    }

    fn time(&self) -> DateTime {
        DateTime::from_secs(self.time)
    }

    /// The request, signed in its headers.
    fn ours(&self, signer: &Signer) -> Request<Bytes> {
        let mut request = self.request();
        signer.sign(&mut request, &self.credentials(), &self.region, self.time()).unwrap();
        request
    }

    /// The request, signed in its query.
    fn ours_in_query(&self, expires: Duration) -> Request<Bytes> {
        let mut request = self.request();
        let signer = Signer::default();
        signer.sign_query(&mut request, &self.credentials(), &self.region, self.time(), expires).unwrap();
        request
    }

    /// What `aws-sigv4` adds to the request: to its headers, or to its query if the signature expires.
    fn theirs(&self, expires: Option<Duration>) -> SigningInstructions {
        let (id, secret, token) = &self.credentials;
        let identity = aws_credential_types::Credentials::from_keys(id, secret, token.clone()).into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Double;
        if expires.is_some() {
            settings.signature_location = SignatureLocation::QueryParams;
            settings.expires_in = expires;
        }
        let parameters = aws_sigv4::sign::v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("chime")
            .time(SystemTime::UNIX_EPOCH + Duration::from_secs(self.time.unsigned_abs()))
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let uri = self.uri();
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let request =
            SignableRequest::new(self.method, &uri, headers, SignableBody::Bytes(&self.body)).unwrap();
        sign(request, &parameters).unwrap().into_parts().0
    }
}

/// From the shortest to the longest time that AWS accepts.
fn expiry() -> impl Strategy<Value = Duration> {
    prop_oneof![Just(1), Just(10), Just(604_800), 1_u64..=604_800].prop_map(Duration::from_secs)
}

/// Whether the holder of that key signed the request in its query.
fn verifies(request: &Request<Bytes>, secret_access_key: &str) -> bool {
    let Ok(signed) = SignedQuery::parse(request.uri().query().unwrap_or_default()) else { return false };
    let headers = signed
        .signed_headers
        .split(';')
        .flat_map(|name| request.headers().get_all(name).iter().map(move |value| (name, value.as_bytes())));
    let (method, path) = (request.method().as_str(), request.uri().path());
    let canonical = Canonical::new(method, path, &signed.query, headers, request.body());
    let key = SigningKey::derive(secret_access_key, &signed.date, &signed.region, &signed.service);
    let text = string_to_sign(&signed.amz_date, &signed.scope(), &canonical);
    canonical.signed_headers() == signed.signed_headers && key.verify(&text, &signed.signature)
}

/// The request with another path or query.
fn at(request: &Request<Bytes>, path: &str, query: &str) -> Request<Bytes> {
    let mut request = request.clone();
    let authority = request.uri().authority().unwrap();
    *request.uri_mut() = format!("https://{authority}{path}?{query}").parse().unwrap();
    request
}

/// A query without each of its pairs, and with each of its values changed or escaped in another way.
fn changed_queries(query: &str) -> Vec<String> {
    let pairs: Vec<&str> = query.split('&').collect();
    let with = |index: usize, pair: Option<String>| {
        let mut pairs: Vec<String> = pairs.iter().map(|pair| (*pair).to_owned()).collect();
        match pair {
            Some(pair) => pairs[index] = pair,
            None => drop(pairs.remove(index)),
        }
        pairs.join("&")
    };
    let mut queries = vec![format!("{query}&added=1")];
    for (index, pair) in pairs.iter().enumerate() {
        let (name, value) = pair.split_once('=').unwrap();
        queries.push(with(index, None));
        queries.push(with(index, Some(format!("{name}={value}0"))));
        queries.push(with(index, Some(format!("{name}x={value}"))));
        if let Some(cut) = value.len().checked_sub(1) {
            queries.push(with(index, Some(format!("{name}={}", &value[..cut]))));
        }
        // The same value in other bytes is another query, except in the signature, which is not signed itself.
        if let Some(first) = value.bytes().next().filter(|byte| *byte != b'%' && name != "X-Amz-Signature") {
            queries.push(with(index, Some(format!("{name}=%{first:02X}{}", &value[1..]))));
        }
    }
    queries
}

proptest! {
    #[test]
    fn the_signatures_are_those_of_aws_sigv4(signable in signable()) {
        let ours = signable.ours(&Signer::default());
        let theirs = signable.theirs(None);
        prop_assert!(theirs.headers().any(|(name, _)| name == "authorization"));
        for (name, value) in theirs.headers() {
            prop_assert_eq!(ours.headers()[name].to_str().unwrap(), value, "{}", name);
        }
    }

    #[test]
    fn the_signed_queries_are_those_of_aws_sigv4(signable in signable(), expires in expiry()) {
        let ours = signable.ours_in_query(expires);
        let mut theirs = signable.request();
        signable.theirs(Some(expires)).apply_to_request_http1x(&mut theirs);
        // Theirs is not sorted. In ours, only the signature is in no order: it comes last.
        let mut pairs: Vec<&str> = theirs.uri().query().unwrap().split('&').filter(|pair| !pair.is_empty()).collect();
        pairs.sort_by_key(|pair| (pair.starts_with("X-Amz-Signature="), pair.split_once('=')));
        prop_assert_eq!(ours.uri().query().unwrap(), pairs.join("&"));
        prop_assert_eq!(ours.uri().path(), theirs.uri().path());
    }

    #[test]
    fn a_signed_query_verifies_until_any_part_of_the_request_changes(signable in signable(), expires in expiry()) {
        let secret = signable.credentials.1.as_str();
        let signed = signable.ours_in_query(expires);
        let (path, query) = (signed.uri().path(), signed.uri().query().unwrap());
        prop_assert!(verifies(&signed, secret));
        let other_secret = format!("{secret}x");
        prop_assert!(!verifies(&signed, &other_secret));
        for changed in changed_queries(query) {
            prop_assert!(!verifies(&at(&signed, path, &changed), secret), "{}", changed);
        }
        let other_path = format!("{}/x", path.trim_end_matches('/'));
        prop_assert!(!verifies(&at(&signed, &other_path, query), secret));
        let mut changed = signed.clone();
        *changed.method_mut() = http::Method::PATCH;
        prop_assert!(!verifies(&changed, secret));
        let mut changed = signed.clone();
        *changed.body_mut() = [signed.body(), &b"x"[..]].concat().into();
        prop_assert!(!verifies(&changed, secret));
        for name in signed.headers().keys() {
            let mut changed = signed.clone();
            changed.headers_mut().insert(name, http::HeaderValue::from_static("changed"));
            prop_assert!(!verifies(&changed, secret), "{}", name);
        }
    }

    #[test]
    fn a_query_that_is_signed_again_has_the_new_signature_alone(signable in signable(), expires in expiry()) {
        let mut again = signable.ours_in_query(Duration::from_secs(77));
        let time = signable.time();
        Signer::default()
            .sign_query(&mut again, &signable.credentials(), &signable.region, time, expires)
            .unwrap();
        let once = signable.ours_in_query(expires);
        prop_assert_eq!(again.uri(), once.uri());
    }

    #[test]
    fn any_text_is_a_signed_query_or_refused(
        query in prop_oneof![any::<String>(), "(X-Amz-(Algorithm|Credential|Date|Expires)=[%/0-9A-F]{0,6}&?){0,8}"],
    ) {
        if let Err(invalid) = SignedQuery::parse(&query) {
            prop_assert!(invalid.to_string().starts_with(invalid.parameter()));
        }
    }

    #[test]
    fn a_kept_key_signs_as_a_fresh_one(signables in proptest::collection::vec(signable(), 1..6)) {
        let kept = Signer::default();
        for signable in signables {
            for _ in 0..2 {
                prop_assert_eq!(
                    kept_signature(&signable.ours(&kept)),
                    kept_signature(&signable.ours(&Signer::default()))
                );
            }
        }
    }
}

fn kept_signature(request: &Request<Bytes>) -> String {
    request.headers()["authorization"].to_str().unwrap().to_owned()
}
