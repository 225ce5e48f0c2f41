//! How long the pieces of one call take, and the whole of it: `cargo bench`.

#![allow(missing_docs, reason = "criterion's macros make functions")]
#![allow(clippy::unwrap_used, reason = "what goes wrong in a benchmark ends it")]

use std::hint::black_box;

use aws_smithy_types::DateTime;
use bytes::Bytes;
use chime_client::operation::Operation;
use chime_client::{Client, Credentials, DescribeChannelMembershipForAppInstanceUser as Describe, wire};
use chime_local::{Demo, LocalService};
use chime_transport::sigv4::Signer;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

const ARN: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a";

/// An answer with one member.
const SMALL: &[u8] = br#"{"ChannelMembership":{"AppInstanceUserMembershipSummary":{"Type":"DEFAULT"}}}"#;

/// An answer with every member.
fn full() -> Bytes {
    Bytes::from(format!(
        r#"{{"ChannelMembership":{{"ChannelSummary":{{"Name":"General","ChannelArn":"{ARN}/channel/d699fc1f7cd5bb2e35cbf0f19c557067cbbe80c46d1fb6dfbdb0ae0755281220","Mode":"UNRESTRICTED","Privacy":"PUBLIC","Metadata":"{{\"topic\":\"everything\"}}","LastMessageTimestamp":1610051741.085}},"AppInstanceUserMembershipSummary":{{"Type":"DEFAULT","ReadMarkerTimestamp":1610051740.123,"SubChannelId":"part-1"}}}}}}"#
    ))
}

fn request() -> Describe {
    Describe::builder()
        .channel_arn(format!(
            "{ARN}/channel/d699fc1f7cd5bb2e35cbf0f19c557067cbbe80c46d1fb6dfbdb0ae0755281220"
        ))
        .app_instance_user_arn(format!("{ARN}/user/alice"))
        .chime_bearer(format!("{ARN}/user/alice"))
        .build()
        .unwrap()
}

fn json(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("deserialize");
    for (name, body) in [("small", Bytes::from_static(SMALL)), ("full", full())] {
        group.throughput(Throughput::Bytes(body.len() as u64));
        let response = http::Response::new(body);
        group.bench_function(name, |b| {
            b.iter(|| wire::decode_response::<Describe>(black_box(&response)).unwrap());
        });
    }
    group.finish();

    let answer = wire::decode_response::<Describe>(&http::Response::new(full())).unwrap();
    criterion
        .bench_function("serialize/full", |b| b.iter(|| serde_json::to_vec(black_box(&answer)).unwrap()));
}

fn encode(criterion: &mut Criterion) {
    let request = request();
    criterion
        .bench_function("encode/request", |b| b.iter(|| wire::encode_request(black_box(&request)).unwrap()));
}

fn sign(criterion: &mut Criterion) {
    let mut encoded = wire::encode_request(&request()).unwrap();
    let host = "https://messaging-chime.us-east-1.amazonaws.com";
    *encoded.uri_mut() = format!("{host}{}", encoded.uri()).parse().unwrap();
    let credentials = Credentials::new("AKID", "not/a+real/secret");
    let time = DateTime::from_secs(1_780_557_291);
    let mut group = criterion.benchmark_group("sign");
    let warm = Signer::default();
    let sign = |signer: &Signer, mut request| {
        signer.sign(&mut request, &credentials, "us-east-1", time).unwrap();
        request
    };
    group.bench_function("warm key", |b| {
        b.iter_batched(|| encoded.clone(), |request| sign(&warm, request), BatchSize::SmallInput);
    });
    group.bench_function("cold key", |b| {
        b.iter_batched(
            || encoded.clone(),
            |request| sign(&Signer::default(), request),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

/// The whole call over loopback, with the local service verifying the signature on the same thread.
fn call(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let local = runtime.block_on(LocalService::demo().start()).unwrap();
    let client = Client::builder()
        .endpoint_url(local.endpoint_url())
        .credentials(local.credentials())
        .build()
        .unwrap();
    let (channel, user) = (Demo::new().channel_arn(), Demo::new().app_instance_user_arn());
    let name = format!("call over loopback/{}", Describe::METADATA.name);
    criterion.bench_function(&name, |b| {
        b.to_async(&runtime).iter(|| async {
            client
                .describe_channel_membership_for_app_instance_user()
                .channel_arn(&channel)
                .app_instance_user_arn(&user)
                .chime_bearer(&user)
                .send()
                .await
                .unwrap()
        });
    });
}

criterion_group!(benches, json, encode, sign, call);
criterion_main!(benches);
