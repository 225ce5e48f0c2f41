//! What every answer of the local service is like, whatever the request.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use chime_client::{Clock, Exception};
use chime_local::{LocalService, RunningService};
use chime_transport::sigv4::Signer;
use http::{Request, Response};
use serde_json::json;

use crate::arns::{CALLBACK_ID, LEX_BOT_ALIAS, PINPOINT_APP, STREAM};
use crate::operations;
use crate::world::channel_flow;
use crate::written::{self, WrittenRequest};

/// What a request is refused with before its operation is known: name and status.
const FRONT_DOOR: [(&str, u16); 11] = [
    ("MissingAuthenticationTokenException", 403),
    ("IncompleteSignatureException", 403),
    ("InvalidSignatureException", 403),
    ("UnrecognizedClientException", 403),
    ("AccessDeniedException", 403),
    ("BadRequestException", 400),
    ("BadRequestException", 414),
    ("BadRequestException", 431),
    ("RequestTimeoutException", 400),
    ("UnknownOperationException", 404),
    ("NotImplementedException", 501),
];

/// The time that the service's clock shows; it stands still.
pub fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291)
}

/// Starts a service at the time of [`now`], with the demo world and what the demo lacks: streams, a device of the first
/// user, who also moderates the private channel, a bot, a ban from that channel, a message of it that is being processed,
/// and a channel flow.
pub async fn start() -> RunningService {
    let demo = LocalService::demo().clock(Clock::new(now)).start_in_process().unwrap().export().unwrap();
    let mut world: serde_json::Value = serde_json::from_str(&demo.to_string()).unwrap();
    let device = json!({
        "User": "alice", "EndpointId": "device", "Type": "GCM", "ResourceArn": PINPOINT_APP,
        "EndpointAttributes": { "DeviceToken": "token" },
    });
    let flow = channel_flow("flow");
    let pending = json!({
        "MessageId": "pending", "Sender": "alice", "Persistence": "NON_PERSISTENT", "Content": "Hello",
        "Processors": flow["Processors"], "CallbackId": CALLBACK_ID, "Invoked": true,
    });
    world["AppInstances"][0]["Endpoints"] = json!([device]);
    let configuration = json!({ "Lex": { "LexBotAliasArn": LEX_BOT_ALIAS, "LocaleId": "en_US" } });
    world["AppInstances"][0]["Bots"] =
        json!([{ "AppInstanceBotId": "helper", "Name": "Helper", "Configuration": configuration }]);
    world["AppInstances"][0]["ChannelFlows"] = json!([flow]);
    let stream = |data_type: &str| json!({ "DataType": data_type, "ResourceArn": STREAM });
    world["AppInstances"][0]["StreamingConfigurations"] =
        json!([stream("Channel"), stream("ChannelMessage")]);
    let board = &mut world["AppInstances"][0]["Channels"][1];
    board["Moderators"] = json!(["alice"]);
    board["Bans"] = json!([{ "Member": "carol" }]);
    board["PendingMessages"] = json!([pending]);
    let seed = world.to_string().parse().unwrap();
    LocalService::seeded(seed).clock(Clock::new(now)).start().await.unwrap()
}

/// Signs everything in a request as it is, whatever it is.
pub fn signed(local: &RunningService, mut request: Request<Bytes>) -> Request<Bytes> {
    Signer::default().sign(&mut request, &local.credentials(), "us-east-1", now().into()).unwrap();
    request
}

/// Answers a request and holds the answer to the laws.
pub async fn answer(local: &RunningService, request: Request<Bytes>) -> Response<Bytes> {
    let administrative = request.uri().path().starts_with("/_local/");
    let answer = local.answer(request).await.expect("no fault is set");
    let status = answer.status().as_u16();
    let is_preflight = answer.headers().contains_key("access-control-allow-methods");
    let record = local.requests().pop().filter(|_| !administrative);
    let name = record.as_ref().and_then(|record| record.operation);
    let has_output = status >= 300 || name.is_none_or(operations::has_output);
    if is_preflight || !has_output {
        assert!(answer.body().is_empty(), "{answer:?}");
    } else {
        let body: serde_json::Value = serde_json::from_slice(answer.body()).expect("a JSON body");
        assert!(body.is_object() || administrative, "{answer:?}");
        assert_eq!(answer.headers()["content-type"], "application/json", "{answer:?}");
        assert!(status < 400 || body["Message"].is_string(), "{answer:?}");
    }
    if administrative {
        assert!([200, 400, 403, 404].contains(&status), "{answer:?}");
        return answer;
    }
    let record = record.unwrap();
    assert_eq!(answer.headers()["x-amzn-requestid"], record.request_id.as_str());
    assert_eq!(record.status, Some(status));
    if is_preflight {
        assert_eq!((status, record.operation), (200, None), "{answer:?}");
        return answer;
    }
    let operation = record.operation.and_then(operations::find);
    let Some(error) = answer.headers().get("x-amzn-errortype") else {
        assert_eq!(Some(status), operation.map(|operation| operation.success), "{answer:?}");
        return answer;
    };
    let name = error.to_str().unwrap();
    assert_eq!(record.exception.as_deref(), Some(name));
    let documented = operation.is_some_and(|operation| {
        operation.errors.contains(&name)
            && Exception::from(name).status() == Some(status)
            && !matches!(status, 429 | 500..)
    });
    assert!(documented || FRONT_DOOR.contains(&(name, status)), "{operation:?}: {answer:?}");
    // The request is foreign, or the caller may not do this; any other 403 is about the signature.
    let is_known = ["AccessDeniedException", "ForbiddenException"].contains(&name);
    assert_eq!(record.signature.is_some(), status == 403 && !is_known, "{answer:?}");
    answer
}

/// Answers a request that is [written] and returns whether the bytes were one.
///
/// It is answered twice, since the second answer may differ: by then, what it creates exists.
///
/// [written]: mod@crate::written
pub async fn answer_written(written: &[u8]) -> bool {
    let Some(WrittenRequest { is_signed, request }) = written::request(written) else { return false };
    let local = start().await;
    for _ in 0..2 {
        let request = request.clone();
        answer(&local, if is_signed { signed(&local, request) } else { request }).await;
    }
    local.stop().await;
    true
}
