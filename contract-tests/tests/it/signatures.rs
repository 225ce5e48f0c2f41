//! Signatures: those that botocore made, and those that `aws-sigv4` makes.

use std::time::SystemTime;

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use bytes::Bytes;
use chime_client::{Credentials, DescribeChannelMembershipForAppInstanceUser, wire};
use chime_transport::EndpointSettings;
use chime_transport::sigv4::{Canonical, Signer, amz_date, string_to_sign};
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
    let vectors: Vec<Vector> = crate::data("sigv4-describe.json");
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

    fn ours(&self, signer: &Signer) -> Request<Bytes> {
        let (id, secret, token) = &self.credentials;
        let mut request = Request::builder().method(self.method).uri(self.uri());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut request = request.body(Bytes::from(self.body.clone())).unwrap();
        let mut credentials = Credentials::new(id, secret);
        if let Some(token) = token {
            credentials = credentials.with_session_token(token);
        }
        signer.sign(&mut request, &credentials, &self.region, DateTime::from_secs(self.time)).unwrap();
        request
    }

    /// The signature and the other headers that `aws-sigv4` adds.
    fn theirs(&self) -> Vec<(String, String)> {
        use aws_sigv4::http_request::{
            PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, sign,
        };

        let (id, secret, token) = &self.credentials;
        let identity = aws_credential_types::Credentials::from_keys(id, secret, token.clone()).into();
        let mut settings = SigningSettings::default();
        settings.percent_encoding_mode = PercentEncodingMode::Double;
        let parameters = aws_sigv4::sign::v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("chime")
            .time(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(self.time.unsigned_abs()))
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let uri = self.uri();
        let headers = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let request =
            SignableRequest::new(self.method, &uri, headers, SignableBody::Bytes(&self.body)).unwrap();
        let (instructions, _) = sign(request, &parameters).unwrap().into_parts();
        let (headers, _) = instructions.into_parts();
        headers.iter().map(|header| (header.name().to_owned(), header.value().to_owned())).collect()
    }
}

proptest! {
    #[test]
    fn the_signatures_are_those_of_aws_sigv4(signable in signable()) {
        let ours = signable.ours(&Signer::default());
        let theirs = signable.theirs();
        prop_assert!(theirs.iter().any(|(name, _)| name == "authorization"));
        for (name, value) in theirs {
            prop_assert_eq!(ours.headers()[&name].to_str().unwrap(), value, "{}", name);
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
