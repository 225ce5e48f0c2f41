//! An event as a session receives it.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};
use serde_json::Value;

use super::event::{Event, Payload};
use crate::open_enum::open_enum;
use crate::shapes::ChannelMessageType;

open_enum! {
    /// The kind of an event in a session.
    pub enum SessionMessageType {
        /// An event of a message that people read.
        Standard = "STANDARD",
        /// An event of a message that programs read.
        Control = "CONTROL",
        /// Any other event.
        System = "SYSTEM",
    }
}

/// A frame of a session: an event and its headers.
///
/// ```
#[doc = import!("events::{Event, SessionFrame}")]
///
/// let frame = SessionFrame::new(Event::SessionEstablished);
/// let text = r#"{"Headers":{"x-amz-chime-event-type":"SESSION_ESTABLISHED","x-amz-chime-message-type":"SYSTEM"}}"#;
/// assert_eq!(serde_json::to_string(&frame)?, text);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionFrame {
    /// The event.
    pub event: Event,
    /// The kind of the event.
    pub message_type: Option<SessionMessageType>,
    /// The reason, such as `subchannel_DELETED`, if the service states one.
    pub reason: Option<String>,
}

impl SessionFrame {
    /// Returns the frame of an event, with the kind that follows from it.
    #[must_use]
    pub fn new(event: Event) -> Self {
        let message_type = Some(message_type(&event));
        Self { event, message_type, reason: None }
    }
}

/// The kind of an event: that of its message, if it is an event of a message.
fn message_type(event: &Event) -> SessionMessageType {
    let (Event::CreateChannelMessage(message)
    | Event::UpdateChannelMessage(message)
    | Event::RedactChannelMessage(message)
    | Event::DeleteChannelMessage(message)
    | Event::PendingCreateChannelMessage(message)
    | Event::FailedCreateChannelMessage(message)
    | Event::DeniedCreateChannelMessage(message)
    | Event::PendingUpdateChannelMessage(message)
    | Event::FailedUpdateChannelMessage(message)
    | Event::DeniedUpdateChannelMessage(message)) = event
    else {
        return SessionMessageType::System;
    };
    message.r#type.as_ref().map_or(SessionMessageType::Standard, |r#type| match r#type {
        ChannelMessageType::Standard => SessionMessageType::Standard,
        ChannelMessageType::Control => SessionMessageType::Control,
        other @ ChannelMessageType::Unknown(_) => other.as_str().into(),
    })
}

/// The headers of a frame. Others are ignored.
#[derive(Serialize, Deserialize)]
struct Headers {
    #[serde(rename = "x-amz-chime-event-type")]
    event_type: String,
    #[serde(rename = "x-amz-chime-message-type", skip_serializing_if = "Option::is_none")]
    message_type: Option<SessionMessageType>,
    #[serde(rename = "x-amz-chime-event-reason", skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A frame as JSON.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Frame<P> {
    headers: Headers,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    payload: Option<P>,
}

fn none<P>() -> Option<P> {
    None
}

impl Serialize for SessionFrame {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let headers = Headers {
            event_type: self.event.event_type().to_owned(),
            message_type: self.message_type.clone(),
            reason: self.reason.clone(),
        };
        let payload = self.event.has_payload().then(|| serde_json::to_string(&Payload(&self.event)));
        let payload = payload.transpose().map_err(ser::Error::custom)?;
        Frame { headers, payload }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SessionFrame {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Frame { headers, payload } = Frame::<Value>::deserialize(deserializer)?;
        let payload = match payload.unwrap_or_default() {
            Value::String(text) if text.is_empty() => Value::Null,
            // A text that is not JSON is kept as it is.
            Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            other => other,
        };
        let event = Event::read(headers.event_type, payload);
        Ok(Self { event, message_type: headers.message_type, reason: headers.reason })
    }
}
