//! Laws of the JSON and the wire form, over values made at random.

use bytes::Bytes;
use chime_client::{
    AppInstanceUserArn, AppInstanceUserMembershipSummary, ChannelArn,
    ChannelMembershipForAppInstanceUserSummary, ChannelMembershipType, ChannelMode, ChannelPrivacy,
    ChannelSummary, DescribeChannelMembershipForAppInstanceUser as Describe,
    DescribeChannelMembershipForAppInstanceUserResponse, Exception, Sensitive, ServiceError, Timestamp, wire,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// 1700 to 2242, where a JSON number tells microseconds apart.
fn timestamp() -> impl Strategy<Value = Timestamp> {
    (-8_520_336_000_000_000_i64..8_589_934_592_000_000).prop_map(Timestamp::from_epoch_micros)
}

fn sensitive() -> impl Strategy<Value = Sensitive> {
    any::<String>().prop_map(Sensitive::from)
}

/// A value that is known, or any other text.
fn open<T: for<'a> From<&'a str> + std::fmt::Debug>(
    known: &'static [&'static str],
) -> impl Strategy<Value = T> {
    prop_oneof![proptest::sample::select(known).prop_map(str::to_owned), any::<String>()]
        .prop_map(|text| T::from(text.as_str()))
}

const APP_INSTANCE: &str = "arn:aws[a-z-]{0,4}:chime:[a-z0-9-]{0,12}:[0-9]{0,12}:app-instance/[!-.0-~]{1,36}";

/// Nothing keeps people from such ids.
const ID: &str = "[ -~é😀]{0,63}[!-~é😀]";

fn channel_arn() -> impl Strategy<Value = ChannelArn> {
    (APP_INSTANCE, "[!-~]{1,64}")
        .prop_map(|(instance, id)| format!("{instance}/channel/{id}").parse().unwrap())
}

fn user_arn() -> impl Strategy<Value = AppInstanceUserArn> {
    (APP_INSTANCE, "user|bot", ID)
        .prop_map(|(instance, kind, id)| format!("{instance}/{kind}/{id}").parse().unwrap())
}

fn request() -> impl Strategy<Value = Describe> {
    (channel_arn(), user_arn(), user_arn()).prop_map(|(channel, user, bearer)| {
        Describe::builder()
            .channel_arn(channel)
            .app_instance_user_arn(user)
            .chime_bearer(bearer)
            .build()
            .unwrap()
    })
}

fn channel_summary() -> impl Strategy<Value = ChannelSummary> {
    let mode = open::<ChannelMode>(ChannelMode::NAMED);
    let privacy = open::<ChannelPrivacy>(ChannelPrivacy::NAMED);
    (of(sensitive()), of(channel_arn()), of(mode), of(privacy), of(sensitive()), of(timestamp())).prop_map(
        |(name, channel_arn, mode, privacy, metadata, last_message_timestamp)| {
            let mut summary = ChannelSummary::default();
            summary.name = name;
            summary.channel_arn = channel_arn;
            summary.mode = mode;
            summary.privacy = privacy;
            summary.metadata = metadata;
            summary.last_message_timestamp = last_message_timestamp;
            summary
        },
    )
}

fn membership_summary() -> impl Strategy<Value = AppInstanceUserMembershipSummary> {
    let r#type = open::<ChannelMembershipType>(ChannelMembershipType::NAMED);
    (of(r#type), of(timestamp()), of(any::<String>())).prop_map(
        |(r#type, read_marker_timestamp, sub_channel_id)| {
            let mut summary = AppInstanceUserMembershipSummary::default();
            summary.r#type = r#type;
            summary.read_marker_timestamp = read_marker_timestamp;
            summary.sub_channel_id = sub_channel_id;
            summary
        },
    )
}

fn membership() -> impl Strategy<Value = ChannelMembershipForAppInstanceUserSummary> {
    (of(channel_summary()), of(membership_summary())).prop_map(|(channel, membership)| {
        let mut summary = ChannelMembershipForAppInstanceUserSummary::default();
        summary.channel_summary = channel;
        summary.app_instance_user_membership_summary = membership;
        summary
    })
}

fn response() -> impl Strategy<Value = DescribeChannelMembershipForAppInstanceUserResponse> {
    of(membership()).prop_map(|membership| {
        let mut response = DescribeChannelMembershipForAppInstanceUserResponse::default();
        response.channel_membership = membership;
        response
    })
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
    fn every_shape_survives_json(
        request in request(),
        response in response(),
        membership in membership(),
        channel in channel_summary(),
        user in membership_summary(),
        exception in open::<Exception>(Exception::NAMED),
    ) {
        survives_json(&request)?;
        survives_json(&response)?;
        survives_json(&membership)?;
        survives_json(&channel)?;
        survives_json(&user)?;
        survives_json(&exception)?;
    }

    #[test]
    fn a_request_survives_the_wire(request in request()) {
        let sent = wire::encode_request(&request).unwrap();
        prop_assert_eq!(wire::decode_request::<Describe>(&sent).unwrap(), request);
    }

    #[test]
    fn an_answer_survives_the_wire(response in response()) {
        let sent = wire::encode_response::<Describe>(&response).unwrap();
        prop_assert_eq!(sent.status(), 200);
        prop_assert_eq!(wire::decode_response::<Describe>(&sent).unwrap(), response);
    }

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
    fn whatever_an_error_says_is_one_line(code in any::<String>(), message in any::<String>()) {
        let body = serde_json::json!({"Code": code, "Message": message}).to_string();
        decode_all(body.into_bytes(), 400, b"");
    }

    #[test]
    fn no_damage_to_an_answer_makes_decoding_panic(
        response in response(),
        damage in vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = serde_json::to_vec(&response).unwrap();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        decode_all(bytes, 200, b"");
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

fn decode_all(bytes: Vec<u8>, status: u16, header: &[u8]) {
    let _ = serde_json::from_slice::<Timestamp>(&bytes);
    let mut response = http::Response::builder().status(status);
    if let Ok(value) = http::HeaderValue::from_bytes(header) {
        response = response.header("x-amzn-errortype", &value).header("x-amzn-requestid", value);
    }
    let response = response.body(Bytes::from(bytes)).unwrap();
    if let Err(unreadable) = wire::decode_response::<Describe>(&response) {
        assert_eq!(unreadable.body(), response.body());
        one_line(&unreadable.to_string());
    }
    let error = wire::decode_error(&response);
    assert_eq!(&error.body, response.body());
    one_line(&error.to_string());
    let _ = wire::encode_error(&error);
}

fn one_line(text: &str) {
    assert!(!text.contains(|c: char| c.is_control() || c == '\u{2028}' || c == '\u{2029}'), "{text:?}");
}
