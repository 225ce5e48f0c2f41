//! Laws of the JSON and the wire form, over values made at random.

use bytes::Bytes;
use chime_client::events::{Event, SessionFrame};
use chime_client::operation::Operation;
use chime_client::operations::{DescribeChannelMembershipForAppInstanceUser as Describe, SendChannelMessage};
use chime_client::shapes::{ChannelMembershipType, ChannelMode, ChannelPrivacy};
use chime_client::{ChannelArn, Exception, ServiceError, Timestamp, wire};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample;
use proptest::string::string_regex;
use proptest::test_runner::TestRunner;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use contract_tests::client_laws;
use contract_tests::operations::request_of;
use contract_tests::recorded::example;
use contract_tests::service_model::{Model, Shape, model_of};

/// 1700 to 2242, where a JSON number tells microseconds apart.
fn timestamp() -> impl Strategy<Value = Timestamp> {
    (-8_520_336_000_000_000_i64..8_589_934_592_000_000).prop_map(Timestamp::from_epoch_micros)
}

const APP_INSTANCE: &str = "arn:aws[a-z-]{0,4}:chime:[a-z0-9-]{0,12}:[0-9]{0,12}:app-instance/[!-.0-~]{1,36}";

/// Nothing keeps people from such ids.
const ID: &str = "[ -~é😀]{0,63}[!-~é😀]";

/// An identifier of the kind that stands in a member of that name.
fn arn(member: &str) -> BoxedStrategy<String> {
    let below = |kind: &'static str, id: &'static str| {
        (APP_INSTANCE, kind, id).prop_map(|(instance, kind, id)| format!("{instance}/{kind}/{id}")).boxed()
    };
    match member {
        "AppInstanceArn" => APP_INSTANCE.boxed(),
        "AppInstanceBotArn" => below("bot", ID),
        "ChannelArn" => below("channel", ID),
        "ChannelFlowArn" => below("channel-flow", ID),
        _ => below("user|bot", ID),
    }
}

/// A text of a shape.
fn text(shape: &Shape) -> BoxedStrategy<String> {
    let (min, max) = (shape.min as usize, shape.max as usize);
    match &shape.pattern {
        None => vec(any::<char>(), min..=max.min(min + 8)).prop_map(String::from_iter).boxed(),
        // As it is meant: read as it stands, it is U+1000, the range from `0` to U+10FF, and an `F`.
        Some(pattern) => string_regex(
            &pattern.trim_matches(['^', '$']).replace(r"\u10000-\u10FFFF", r"\x{10000}-\x{10FFFF}"),
        )
        .unwrap()
        .prop_filter("its length", move |text| (min..=max).contains(&text.chars().count()))
        .boxed(),
    }
}

/// JSON of a shape of the model, for a member of that name. A request obeys the model; a response may have any text.
fn json_of(model: &Model, shape: &str, member: &str, asked: bool) -> BoxedStrategy<Value> {
    let shape = model.shape(shape);
    let below = |shape: &str| json_of(model, shape, member, asked);
    match shape.r#type.as_str() {
        "structure" => {
            let members = shape.members.iter().map(|(name, member)| {
                let value = json_of(model, &member.shape, name, asked);
                let value = if shape.required.contains(name) {
                    value.prop_map(Some).boxed()
                } else {
                    of(value).boxed()
                };
                (Just(name.clone()), value).prop_map(|(name, value)| value.map(|value| (name, value)))
            });
            let members: Vec<_> = members.collect();
            members.prop_map(|members| Value::Object(members.into_iter().flatten().collect())).boxed()
        }
        "list" => {
            let min = shape.min as usize;
            vec(below(&shape.member), min..=(shape.max as usize).min(min + 2)).prop_map(Value::Array).boxed()
        }
        "map" => {
            let entry = (text(model.shape(&shape.key)), below(&shape.value));
            vec(entry, 0..3).prop_map(|entries| Value::Object(entries.into_iter().collect())).boxed()
        }
        "integer" => {
            let limits = i32::try_from(shape.min).unwrap()..=i32::try_from(shape.max).unwrap_or(i32::MAX);
            limits.prop_map(Value::from).boxed()
        }
        "boolean" => any::<bool>().prop_map(Value::from).boxed(),
        "timestamp" => timestamp().prop_map(|time| serde_json::to_value(time).unwrap()).boxed(),
        "string" if !asked => {
            let mut known = shape.values.clone();
            known.push("new".to_owned());
            prop_oneof![sample::select(known), any::<String>()].prop_map(Value::from).boxed()
        }
        "string" if !shape.values.is_empty() => {
            sample::select(shape.values.clone()).prop_map(Value::from).boxed()
        }
        "string" if shape.arn_of_another_service().is_some() => {
            Just(Value::from(shape.arn_of_another_service())).boxed()
        }
        "string" if shape.is_arn() => arn(member).prop_map(Value::from).boxed(),
        "string" => text(shape).prop_map(Value::from).boxed(),
        other => panic!("nothing makes a {other}"),
    }
}

/// An answer of the operation as JSON.
fn answer<O: Operation>() -> BoxedStrategy<Value> {
    let model = model_of(&O::METADATA);
    match &model.operation(O::METADATA.name).output {
        Some(output) => json_of(&model, output, "", false),
        None => Just(Value::Null).boxed(),
    }
}

fn for_all(values: &BoxedStrategy<Value>, law: impl Fn(Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { cases: 64, ..ProptestConfig::with_source_file(file!()) };
    TestRunner::new(config).run(values, law).unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn every_request_and_every_answer_survives_json_and_the_wire() {
    macro_rules! check {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            $(
                check_requests::<chime_client::operations::$Operation>();
                check_answers::<chime_client::operations::$Operation>();
            )*
        };
    }
    chime_client::for_each_operation!(check);
}

fn check_requests<O: Operation + PartialEq>() {
    let metadata = O::METADATA;
    let model = model_of(&metadata);
    let input = &model.operation(metadata.name).input;
    for_all(&json_of(&model, input, "", true), |json| {
        let request: O = serde_json::from_value(json.clone()).unwrap();
        prop_assert_eq!(&serde_json::to_value(&request).unwrap(), &json);
        survives_json(&request)?;
        prop_assert_eq!(&request_of::<O>(json.as_object().unwrap()).unwrap(), &request);
        let sent = wire::encode_request(&request).unwrap();
        let query = sent.uri().query().unwrap_or_default();
        prop_assert!(metadata.matches(sent.method(), sent.uri().path(), query), "{}", sent.uri());
        prop_assert_eq!(wire::decode_request::<O>(&sent).unwrap(), request);
        Ok(())
    });
}

fn check_answers<O: Operation>()
where
    O::Output: PartialEq,
{
    for_all(&answer::<O>(), |json| {
        let answer: O::Output = serde_json::from_value(json.clone()).unwrap();
        prop_assert_eq!(&serde_json::to_value(&answer).unwrap(), &json);
        survives_json(&answer)?;
        let sent = wire::encode_response::<O>(&answer).unwrap();
        prop_assert_eq!(sent.status(), O::METADATA.success);
        prop_assert_eq!(sent.body().is_empty(), json.is_null());
        prop_assert_eq!(wire::decode_response::<O>(&sent).unwrap(), answer);
        Ok(())
    });
}

/// Writes the times of a payload as events have them.
fn with_iso_times(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if name.ends_with("Timestamp") && member.is_number() {
                    let time: Timestamp = serde_json::from_value(member.take()).unwrap();
                    let millis = time.as_epoch_micros().div_euclid(1000);
                    let text = Timestamp::from_epoch_micros(millis.div_euclid(1000) * 1_000_000).to_string();
                    let text = text.trim_end_matches('Z');
                    *member = format!("{text}.{:03}Z", millis.rem_euclid(1000)).into();
                } else {
                    with_iso_times(member);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(with_iso_times),
        _ => {}
    }
}

#[test]
fn every_event_survives_json_and_has_iso_8601_times() {
    let model = model_of(&SendChannelMessage::METADATA);
    for event_type in Event::NAMED {
        let shape = match *event_type {
            "SESSION_ESTABLISHED" | "CHANNEL_DETAILS" => continue,
            name if name.ends_with("_CHANNEL_MESSAGE") => "ChannelMessage",
            "BATCH_CREATE_CHANNEL_MEMBERSHIP" => "BatchChannelMemberships",
            name if name.ends_with("_CHANNEL_MEMBERSHIP") => "ChannelMembership",
            name if name.ends_with("_CHANNEL_MODERATOR") => "ChannelModerator",
            name if name.ends_with("_CHANNEL_BAN") => "ChannelBan",
            _ => "Channel",
        };
        for_all(&json_of(&model, shape, "", false), |payload| {
            let mut record = serde_json::json!({ "EventType": event_type, "Payload": payload });
            let event: Event = serde_json::from_value(record.clone()).unwrap();
            prop_assert!(!matches!(event, Event::Other(_)), "{}", record);
            with_iso_times(&mut record);
            prop_assert_eq!(&serde_json::to_value(&event).unwrap(), &record);
            // From now on, its times have milliseconds.
            let event: Event = serde_json::from_value(record).unwrap();
            survives_json(&event)?;
            survives_json(&SessionFrame::new(event))
        });
    }
}

fn service_error() -> impl Strategy<Value = ServiceError> {
    let exception = proptest::sample::select(Exception::NAMED);
    (exception, of("[ -~é]{1,80}"), of("[0-9a-f-]{36}")).prop_map(|(exception, message, request_id)| {
        let mut error = ServiceError::new(Exception::from(exception));
        error.message = message;
        error.request_id = request_id;
        error
    })
}

fn survives_json<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(
    value: &T,
) -> Result<(), TestCaseError> {
    let json = serde_json::to_string(value).unwrap();
    prop_assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), value, "{}", json);
    // Through a tree too, where serde asks for the same things in another way.
    let tree = serde_json::to_value(value).unwrap();
    prop_assert_eq!(&serde_json::from_value::<T>(tree).unwrap(), value);
    Ok(())
}

proptest! {
    #[test]
    fn an_error_survives_the_wire(error in service_error()) {
        let sent = wire::encode_error(&error);
        let mut received = wire::decode_error(&sent);
        received.body = Bytes::new();
        prop_assert_eq!(received, error);
    }

    #[test]
    fn a_timestamp_survives_json_and_text(time in timestamp()) {
        survives_json(&time)?;
        prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
        prop_assert_eq!(Timestamp::from_epoch_micros(time.as_epoch_micros()), time);
    }

    #[test]
    fn an_unknown_value_is_given_back_unchanged(text in any::<String>()) {
        prop_assert!(ChannelMode::from(text.as_str()).as_str() == text);
        prop_assert!(ChannelPrivacy::from(text.as_str()).as_str() == text);
        prop_assert!(ChannelMembershipType::from(text.as_str()).as_str() == text);
        prop_assert!(Exception::from(text.as_str()).as_str() == text);
    }

    #[test]
    fn an_arn_that_parses_is_kept_and_refusals_name_it(text in any::<String>()) {
        match text.parse::<ChannelArn>() {
            Ok(arn) => prop_assert_eq!(arn.as_str(), text),
            Err(refused) => {
                let start = format!("{text:?} is not a channel ARN");
                prop_assert!(refused.to_string().starts_with(&start), "{}", refused);
            }
        }
    }

    #[test]
    fn no_bytes_make_decoding_panic(bytes in any::<Vec<u8>>(), status in 100_u16..600, header in any::<Vec<u8>>()) {
        decode_all(bytes, status, &header);
    }

    #[test]
    fn every_error_is_one_line(code in any::<String>(), message in any::<String>()) {
        let body = serde_json::json!({"Code": code, "Message": message}).to_string();
        decode_all(body.into_bytes(), 400, b"");
    }

    #[test]
    fn no_damage_to_an_answer_makes_decoding_panic(
        response in answer::<Describe>(),
        damage in vec((any::<sample::Index>(), any::<u8>()), 1..4),
    ) {
        decode_all(damaged(serde_json::to_vec(&response).unwrap(), damage), 200, b"");
    }

    #[test]
    fn no_damage_to_a_request_makes_decoding_panic_or_tell_what_is_sensitive(
        damage in vec((any::<sample::Index>(), any::<u8>()), 1..4),
    ) {
        let (head, body) = wire::encode_request(&example::<SendChannelMessage>()).unwrap().into_parts();
        let request = http::Request::from_parts(head, damaged(body.to_vec(), damage));
        if let Err(refused) = wire::decode_request::<SendChannelMessage>(&request) {
            let shown = format!("{refused} {refused:?}");
            prop_assert!(!shown.contains("b/%+&"), "{}", shown);
        }
    }

    #[test]
    fn no_request_makes_decoding_panic(
        path in "/channels/[!-~]{0,40}",
        query in "[!-~]{0,40}",
        bearer in any::<Vec<u8>>(),
        body in any::<Vec<u8>>(),
    ) {
        let request = http::Request::builder()
            .uri(format!("{path}?{query}"))
            .header("x-amz-chime-bearer", bearer)
            .body(body);
        if let Ok(request) = request {
            let _ = wire::decode_request::<Describe>(&request);
        }
    }
}

fn damaged(mut bytes: Vec<u8>, damage: Vec<(sample::Index, u8)>) -> Vec<u8> {
    for (at, byte) in damage {
        let at = at.index(bytes.len());
        bytes[at] = byte;
    }
    bytes
}

fn decode_all(bytes: Vec<u8>, status: u16, header: &[u8]) {
    client_laws::timestamp(&bytes);
    let mut response = http::Response::builder().status(status);
    if let Ok(value) = http::HeaderValue::from_bytes(header) {
        response = response.header("x-amzn-errortype", &value).header("x-amzn-requestid", value);
    }
    let response = response.body(Bytes::from(bytes)).unwrap();
    client_laws::decode_responses(&response);
    client_laws::decode_error(&response);
}
