//! Tests of the JSON of events.

use serde_json::{Value, json};

use super::{Event, SessionFrame, SessionMessageType};
use crate::shapes::{ChannelMessage, ChannelMessageType};
use crate::{ChannelArn, Timestamp};

/// A frame as the service sends it.
const FRAME: &str = r#"{"Headers":{"x-amz-chime-event-type":"CREATE_CHANNEL_MESSAGE","x-amz-chime-message-type":"STANDARD"},
 "Payload":"{\"Content\":\"hello\",\"Persistence\":\"PERSISTENT\",\"Redacted\":false,\"LastUpdatedTimestamp\":\"2026-11-26T01:02:03.004Z\",\"Sender\":{\"Name\":\"Alice\",\"Arn\":\"arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/alice\"},\"Type\":\"STANDARD\",\"MessageId\":\"8f2e\",\"CreatedTimestamp\":\"2026-11-26T01:02:03.004Z\",\"ChannelArn\":\"arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/channel/general\"}"}"#;

fn message(event: &Event) -> &ChannelMessage {
    match event {
        Event::CreateChannelMessage(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_frame_of_a_message_is_read_and_written_back() {
    let frame: SessionFrame = serde_json::from_str(FRAME).unwrap();
    assert_eq!(frame.message_type, Some(SessionMessageType::Standard));
    let sent = message(&frame.event);
    assert_eq!(sent.content.as_ref().unwrap().as_str(), "hello");
    assert_eq!(
        sent.channel_arn.as_ref().map(ChannelArn::as_str).unwrap().rsplit('/').next(),
        Some("general")
    );
    assert_eq!(sent.created_timestamp, Some("2026-11-26T01:02:03.004Z".parse().unwrap()));

    let again: Value = serde_json::to_value(&frame).unwrap();
    let mut sent: Value = serde_json::from_str(FRAME).unwrap();
    let (payload, expected) = (again["Payload"].as_str().unwrap(), sent["Payload"].take());
    let payload: Value = serde_json::from_str(payload).unwrap();
    assert_eq!(payload, serde_json::from_str::<Value>(expected.as_str().unwrap()).unwrap());
    assert_eq!(again["Headers"], sent["Headers"]);
}

#[test]
fn times_have_three_digits_in_events_and_are_read_in_either_form() {
    let cases = [
        ("\"2021-06-03T16:26:31.013Z\"", "2021-06-03T16:26:31.013Z"),
        ("\"2021-06-03T16:26:31Z\"", "2021-06-03T16:26:31.000Z"),
        ("\"2021-06-03T16:26:31.1Z\"", "2021-06-03T16:26:31.100Z"),
        ("\"2021-06-03T16:26:31.123456789Z\"", "2021-06-03T16:26:31.123Z"),
        ("1622737591.013", "2021-06-03T16:26:31.013Z"),
        ("1622737591", "2021-06-03T16:26:31.000Z"),
        ("-0.5", "1969-12-31T23:59:59.500Z"),
    ];
    for (read, written) in cases {
        let record =
            format!("{{\"EventType\":\"UPDATE_CHANNEL\",\"Payload\":{{\"CreatedTimestamp\":{read}}}}}");
        let event: Event = serde_json::from_str(&record).unwrap();
        assert!(matches!(event, Event::UpdateChannel(_)), "{read}");
        let again: Value = serde_json::to_value(&event).unwrap();
        assert_eq!(again["Payload"]["CreatedTimestamp"], written, "{read}");
    }
}

#[test]
fn a_time_that_iso_8601_cannot_write_is_refused() {
    let late = Timestamp::from_epoch_micros(i64::MAX);
    let event = Event::CreateChannelMessage(ChannelMessage::default().created_timestamp(late));
    assert!(serde_json::to_string(&event).is_err());
    assert!(serde_json::to_string(&SessionFrame::new(event)).is_err());
}

#[test]
fn channel_details_are_read_with_times_at_any_depth() {
    let record = json!({"EventType": "CHANNEL_DETAILS", "Payload": {
        "Channel": {"Name": "General", "LastMessageTimestamp": "2026-11-26T01:02:03.004Z"},
        "ChannelMessages": [{"MessageId": "8f2e", "CreatedTimestamp": "2026-11-26T01:02:03.004Z",
            "MessageAttributes": {"k": {"StringValues": ["v"]}}}],
        "ChannelMemberships": [{"Member": {"Name": "Alice"}}],
        "ReadMarkerTimestamp": "2026-11-26T01:02:02.000Z",
        "ChannelMessagesHasMore": false,
    }});
    let event: Event = serde_json::from_value(record.clone()).unwrap();
    let Event::ChannelDetails(details) = &event else { panic!("{event:?}") };
    assert_eq!(details.channel_messages_has_more, Some(false));
    assert_eq!(serde_json::to_value(&event).unwrap(), record);
}

#[test]
fn a_session_is_established_with_any_payload_or_without_one() {
    for payload in
        ["", r#","Payload":null"#, r#","Payload":"""#, r#","Payload":"{}""#, r#","Payload":"null""#]
    {
        let text = format!(r#"{{"Headers":{{"x-amz-chime-event-type":"SESSION_ESTABLISHED"}}{payload}}}"#);
        let frame: SessionFrame = serde_json::from_str(&text).unwrap();
        assert_eq!(frame.event, Event::SessionEstablished, "{payload}");
        assert_eq!(frame.message_type, None);
    }
}

#[test]
fn an_event_that_cannot_be_read_keeps_its_payload() {
    for record in [
        json!({"EventType": "NEW_EVENT", "Payload": {"Some": [1, {"Thing": 1_622_737_591.013}]}}),
        json!({"EventType": "NEW_EVENT"}),
        json!({"EventType": "CREATE_CHANNEL", "Payload": {"Name": 4096}}),
        json!({"EventType": "CREATE_CHANNEL"}),
    ] {
        let event: Event = serde_json::from_value(record.clone()).unwrap();
        let Event::Other(other) = &event else { panic!("{event:?}") };
        assert_eq!(other.event_type, record["EventType"]);
        assert_eq!(serde_json::to_value(&event).unwrap(), record);
        assert!(!format!("{event:?}").contains("4096"));
        let frame = SessionFrame::new(event);
        let again: SessionFrame = serde_json::from_value(serde_json::to_value(&frame).unwrap()).unwrap();
        assert_eq!(again, frame);
    }
    let text = r#"{"Headers":{"x-amz-chime-event-type":"CREATE_CHANNEL"},"Payload":"not JSON"}"#;
    let frame: SessionFrame = serde_json::from_str(text).unwrap();
    let Event::Other(other) = frame.event else { panic!("a channel") };
    assert_eq!(other.payload, "not JSON");
}

#[test]
fn a_frame_has_the_kind_of_its_message() {
    let kind = |r#type| {
        let message = ChannelMessage::default().r#type(r#type);
        SessionFrame::new(Event::RedactChannelMessage(message)).message_type.unwrap()
    };
    assert_eq!(kind(ChannelMessageType::Control), SessionMessageType::Control);
    assert_eq!(kind(ChannelMessageType::Standard), SessionMessageType::Standard);
    assert_eq!(kind(ChannelMessageType::from("NEW")).as_str(), "NEW");
    assert_eq!(SessionFrame::new(Event::SessionEstablished).message_type, Some(SessionMessageType::System));
}

#[test]
fn every_named_type_is_read_as_itself() {
    for name in Event::NAMED {
        let event: Event = serde_json::from_value(json!({"EventType": name, "Payload": {}})).unwrap();
        assert_eq!(event.event_type(), *name);
        assert!(!matches!(event, Event::Other(_)), "{name}");
    }
}
