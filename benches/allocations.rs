//! How often the pieces of a call allocate, and how much: `cargo bench --bench allocations` prints a table. `cargo test`
//! runs it too, which holds the numbers: a better one goes in here, a worse one has to be worth it.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a measurement, which ends where it goes wrong")]

mod pieces;

use std::hint::black_box;

use bytes::Bytes;
use chime_client::operations::{
    DescribeChannelMembershipForAppInstanceUser as Describe, ListChannelMessages,
};
use chime_client::wire;
use chime_transport::sigv4::Signer;
use http::HeaderValue;
use http::header::HOST;
use http::uri::{Authority, Scheme};

/// How often each piece is done.
const TIMES: u64 = 100;

fn main() {
    let response = |body| http::Response::new(body);
    let (small, full) = (response(Bytes::from_static(pieces::SMALL)), response(pieces::full()));
    let (escapes, large) = (response(pieces::escapes()), response(pieces::large()));
    let answer = wire::decode_response::<Describe>(&full).unwrap();
    let question = pieces::question();
    let (_, credentials, time) = pieces::unsigned();
    let signer = Signer::default();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let client = pieces::client(pieces::full());
    let (channel, user) = (pieces::channel(), pieces::user());
    let call = || {
        let call = client
            .describe_channel_membership_for_app_instance_user()
            .channel_arn(&channel)
            .app_instance_user_arn(&user)
            .chime_bearer(&user)
            .send();
        drop(runtime.block_on(call).unwrap());
    };
    // As the transport does it: the address is known, and so is the `Host`.
    let sign = || {
        let mut request = wire::encode_request(&question).unwrap();
        let mut address = std::mem::take(request.uri_mut()).into_parts();
        address.scheme = Some(Scheme::HTTPS);
        address.authority = Some(Authority::from_static("localhost"));
        *request.uri_mut() = address.try_into().unwrap();
        request.headers_mut().insert(HOST, HeaderValue::from_static("localhost"));
        signer.sign(&mut request, &credentials, "us-east-1", time).unwrap();
    };

    println!("| piece | allocations | bytes |\n|---|---|---|");
    let mut within = true;
    let mut piece = |name: &str, most: u64, work: &dyn Fn()| {
        let (count, bytes) = count(work);
        println!("| {name} | {count} | {bytes} |");
        if count > most {
            println!("{name}: {count} allocations, more than {most}");
            within = false;
        }
    };
    // Texts, and what `serde_json` unescapes in.
    piece("deserialize, small", 0, &|| drop(black_box(wire::decode_response::<Describe>(&small))));
    piece("deserialize, full", 4, &|| drop(black_box(wire::decode_response::<Describe>(&full))));
    piece("deserialize, escapes", 9, &|| drop(black_box(wire::decode_response::<Describe>(&escapes))));
    piece("deserialize, large", 207, &|| {
        drop(black_box(wire::decode_response::<ListChannelMessages>(&large)));
    });
    piece("serialize, full", 3, &|| drop(black_box(serde_json::to_vec(&answer))));
    piece("encode", 5, &|| drop(black_box(wire::encode_request(&question))));
    piece("encode, and sign with a warm key", 5 + 3, &sign);
    piece("call", 20, &call);
    assert!(within, "more allocations than are held; see above");
}

/// Allocations and bytes of one piece of work, after everything that is kept has been created.
fn count(work: &dyn Fn()) -> (u64, u64) {
    work();
    let counted = allocation_counter::measure(|| (0..TIMES).for_each(|_| work()));
    (counted.count_total / TIMES, counted.bytes_total / TIMES)
}
