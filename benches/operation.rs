//! How long the pieces of a call take, and the whole of it: `cargo bench`.

#![allow(missing_docs, reason = "criterion's macros make functions")]
#![allow(clippy::unwrap_used, reason = "what goes wrong in a benchmark ends it")]

mod pieces;

use std::hint::black_box;

use bytes::Bytes;
use chime_client::operation::Operation;
use chime_client::operations::{
    DescribeChannelMembershipForAppInstanceUser as Describe, ListChannelMessages,
};
use chime_client::{Client, wire};
use chime_local::{Demo, LocalService, RunningService};
use chime_transport::sigv4::Signer;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use futures_util::StreamExt;
use futures_util::future::join_all;
use tokio::runtime::Runtime;

fn deserialize(criterion: &mut Criterion) {
    fn bench<O: Operation>(criterion: &mut Criterion, name: &str, body: Bytes) {
        let mut group = criterion.benchmark_group("deserialize");
        group.throughput(Throughput::Bytes(body.len() as u64));
        let response = http::Response::new(body);
        group.bench_function(name, |b| b.iter(|| wire::decode_response::<O>(black_box(&response)).unwrap()));
    }
    bench::<Describe>(criterion, "small", Bytes::from_static(pieces::SMALL));
    bench::<Describe>(criterion, "full", pieces::full());
    bench::<Describe>(criterion, "escapes", pieces::escapes());
    bench::<ListChannelMessages>(criterion, "large", pieces::large());
}

fn serialize(criterion: &mut Criterion) {
    let answer = wire::decode_response::<Describe>(&http::Response::new(pieces::full())).unwrap();
    criterion
        .bench_function("serialize/full", |b| b.iter(|| serde_json::to_vec(black_box(&answer)).unwrap()));
}

fn encode(criterion: &mut Criterion) {
    let question = pieces::question();
    criterion
        .bench_function("encode/request", |b| b.iter(|| wire::encode_request(black_box(&question)).unwrap()));
}

fn sign(criterion: &mut Criterion) {
    let (request, credentials, time) = pieces::unsigned();
    let sign = |signer: &Signer, mut request| {
        signer.sign(&mut request, &credentials, "us-east-1", time).unwrap();
        request
    };
    let warm = Signer::default();
    let mut group = criterion.benchmark_group("sign");
    group.bench_function("warm key", |b| {
        b.iter_batched(|| request.clone(), |request| sign(&warm, request), BatchSize::SmallInput);
    });
    group.bench_function("cold key", |b| {
        b.iter_batched(
            || request.clone(),
            |request| sign(&Signer::default(), request),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// The whole call, 1 and 32 in flight.
fn measure(
    criterion: &mut Criterion,
    name: &str,
    runtime: &Runtime,
    client: &Client,
    (channel, user): (&str, &str),
) {
    let ask = || async {
        client
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(channel)
            .app_instance_user_arn(user)
            .chime_bearer(user)
            .send()
            .await
            .unwrap()
    };
    let mut group = criterion.benchmark_group(name);
    group.bench_function("1 in flight", |b| b.to_async(runtime).iter(ask));
    group.throughput(Throughput::Elements(32));
    group.bench_function("32 in flight", |b| {
        b.to_async(runtime).iter(|| join_all((0..32).map(|_| ask())));
    });
    group.finish();
}

/// The whole call over loopback, by one thread, to a server that answers without a thought.
fn call(criterion: &mut Criterion) {
    let (runtime, client) = (runtime(), pieces::client(pieces::full()));
    let (channel, user) = (pieces::channel(), pieces::user());
    measure(criterion, "call over loopback", &runtime, &client, (&channel, &user));
}

/// The local service on the thread of the runtime, and a client of it, over loopback.
fn local(runtime: &Runtime) -> (RunningService, Client) {
    let local = runtime.block_on(LocalService::demo().start()).unwrap();
    let client = Client::builder()
        .endpoint_url(local.endpoint_url())
        .credentials(local.credentials())
        .build()
        .unwrap();
    (local, client)
}

/// The whole call, with the local service on the same thread.
fn local_call(criterion: &mut Criterion) {
    let runtime = runtime();
    let (_local, client) = local(&runtime);
    let (channel, user) = (Demo::new().channel_arn(), Demo::new().app_instance_user_arn());
    measure(criterion, "call of the local service", &runtime, &client, (channel.as_str(), user.as_str()));
}

/// A list whose pages have one item each, by the local service on the same thread.
fn pages(criterion: &mut Criterion) {
    let runtime = runtime();
    let (_local, client) = local(&runtime);
    let (channel, user) = (Demo::new().channel_arn(), Demo::new().app_instance_user_arn());
    let list = || {
        client
            .list_channel_memberships()
            .channel_arn(&channel)
            .chime_bearer(&user)
            .max_results(1)
            .into_stream()
    };
    let pages = runtime.block_on(list().count());
    let mut group = criterion.benchmark_group("list pages");
    group.throughput(Throughput::Elements(pages as u64));
    group.bench_function(format!("{pages} pages"), |b| b.to_async(&runtime).iter(|| list().count()));
    group.finish();
}

criterion_group!(benches, deserialize, serialize, encode, sign, call, local_call, pages);
criterion_main!(benches);
