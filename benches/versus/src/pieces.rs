//! Pieces of a call, by themselves: what the official SDK and others take for the same.

use std::hint::black_box;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chime_client::operations::DescribeChannelMembershipForAppInstanceUser as Describe;
use chime_client::{Credentials, wire};
use chime_transport::sigv4::Signer;
use versus::answer;
use versus::peers::Answer;

use crate::process::median;
use crate::processor_time;

/// How often each piece has its turn, and how often it is done in one.
const TURNS: usize = 15;
const TIMES: u32 = 20_000;

struct Piece {
    what: &'static str,
    by: &'static str,
    work: Box<dyn FnMut()>,
    /// Nanoseconds, one number for each turn.
    took: Vec<f64>,
}

impl Piece {
    fn new<T>(what: &'static str, by: &'static str, mut work: impl FnMut() -> T + 'static) -> Self {
        let work = Box::new(move || drop(black_box(work())));
        Self { what, by, work, took: Vec::new() }
    }
}

/// Prints the table.
pub(crate) fn print() {
    let mut pieces = ours();
    #[cfg(feature = "peers")]
    pieces.extend(theirs());
    pieces.sort_by_key(|piece| piece.what);
    for turn in 0..=TURNS {
        for piece in &mut pieces {
            let took = processor_time(|| (0..TIMES).for_each(|_| (piece.work)())).as_secs_f64();
            if turn > 0 {
                piece.took.push(took * 1e9 / f64::from(TIMES));
            }
        }
    }
    println!("\n| piece | by | ns | × ours |\n|---|---|---|---|");
    let mut ours = 0.0;
    for piece in pieces {
        let took = median(&piece.took);
        if piece.by == "ours" {
            ours = took;
        }
        println!("| {} | {} | {took:.0} | {:.2} |", piece.what, piece.by, took / ours);
    }
}

fn question() -> Describe {
    Describe::builder()
        .channel_arn(versus::CHANNEL)
        .app_instance_user_arn(versus::USER)
        .chime_bearer(versus::USER)
        .build()
        .unwrap()
}

/// The answer with other metadata, which needs no escapes.
const PLAIN: &str = "deserialize without escapes";

fn without_escapes(body: Bytes) -> Bytes {
    String::from_utf8(body.into()).unwrap().replace("\\\"", "''").into()
}

/// A request that is complete but for its signature, and a time to sign it at.
fn unsigned() -> (http::Request<Bytes>, SystemTime) {
    let mut request = wire::encode_request(&question()).unwrap();
    *request.uri_mut() =
        format!("https://messaging-chime.us-east-1.amazonaws.com{}", request.uri()).parse().unwrap();
    (request, SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291))
}

fn ours() -> Vec<Piece> {
    let (response, body) = (answer::response(), Bytes::from_static(answer::BODY));
    let (plain, plain_body) = (answer::response().map(without_escapes), without_escapes(body.clone()));
    let question = question();
    let (unsigned, time) = unsigned();
    let cloned = unsigned.clone();
    let credentials = Credentials::new(versus::CREDENTIALS.0, versus::CREDENTIALS.1);
    let signer = Signer::default();
    vec![
        Piece::new("deserialize", "ours", move || wire::decode_response::<Describe>(black_box(&response))),
        Piece::new("deserialize", "serde_json, one's own structs", move || {
            serde_json::from_slice::<Answer>(black_box(&body))
        }),
        Piece::new(PLAIN, "ours", move || wire::decode_response::<Describe>(black_box(&plain))),
        Piece::new(PLAIN, "serde_json, one's own structs", move || {
            serde_json::from_slice::<Answer>(black_box(&plain_body))
        }),
        Piece::new("encode", "ours", move || wire::encode_request(black_box(&question))),
        Piece::new("sign", "ours", move || {
            let mut request = unsigned.clone();
            signer.sign(&mut request, &credentials, "us-east-1", time.into()).unwrap();
            request
        }),
        Piece::new("sign", "a copy of the request alone, which the others make too", move || cloned.clone()),
    ]
}

#[cfg(feature = "peers")]
fn theirs() -> Vec<Piece> {
    use aws_sdk_chimesdkmessaging::operation::describe_channel_membership_for_app_instance_user as official;
    use aws_smithy_runtime_api::client::interceptors::context::Input;
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_runtime_api::client::runtime_plugin::RuntimePlugin;
    use aws_smithy_runtime_api::client::ser_de::{
        DeserializeResponse, SerializeRequest, SharedRequestSerializer, SharedResponseDeserializer,
    };
    use aws_smithy_types::body::SdkBody;
    use aws_smithy_types::config_bag::ConfigBag;
    use versus::peers::{Signed, sign};

    let layer = || {
        official::DescribeChannelMembershipForAppInstanceUser::new().config().expect("the operation's layer")
    };
    let deserialize = |response: http::Response<Bytes>| {
        let (response, layer) = (HttpResponse::try_from(response.map(SdkBody::from)).unwrap(), layer());
        move || {
            let deserializer = layer.load::<SharedResponseDeserializer>().unwrap();
            #[allow(deprecated, reason = "the default configuration is measured")]
            deserializer.deserialize_nonstreaming(black_box(&response))
        }
    };
    let input = official::DescribeChannelMembershipForAppInstanceUserInput::builder()
        .channel_arn(versus::CHANNEL)
        .app_instance_user_arn(versus::USER)
        .chime_bearer(versus::USER)
        .build()
        .unwrap();
    let serializing = layer();
    let serialize = move || {
        let serializer = serializing.load::<SharedRequestSerializer>().unwrap();
        serializer.serialize_input(Input::erase(input.clone()), &mut ConfigBag::base())
    };

    let (unsigned, time) = unsigned();
    let identity = Signed::new("localhost").identity().clone();
    vec![
        Piece::new("deserialize", "official SDK", deserialize(answer::response())),
        Piece::new(PLAIN, "official SDK", deserialize(answer::response().map(without_escapes))),
        Piece::new("encode", "official SDK, a copy of its input among it", serialize),
        Piece::new("sign", "aws-sigv4", move || {
            let mut request = unsigned.clone();
            sign(&mut request, &identity, time);
            request
        }),
    ]
}
