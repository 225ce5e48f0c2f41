//! The event that a processor of a channel flow receives.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::iso_times;
use super::other::OtherMembers;
use crate::open_enum::open_enum;
use crate::operations::ChannelFlowCallback;
use crate::shapes::{
    ChannelMessageCallback, ChannelMessagePersistenceType, ChannelMessageType, Identity,
    MessageAttributeValue, Target,
};
use crate::{ChannelArn, Sensitive, Timestamp};

open_enum! {
    /// The kind of an event that a processor receives.
    pub enum ChannelFlowEventType {
        /// A message was sent or changed.
        ChannelMessage = "CHANNEL_MESSAGE_EVENT",
    }
}

/// The event that the Lambda function of a processor receives: a message to let through, change or deny.
///
/// The core of such a function turns the event into a call of `ChannelFlowCallback`:
///
/// ```
#[doc = import!("events::{ChannelFlowEvent, ChannelFlowEventType}")]
#[doc = import!("operations::ChannelFlowCallback")]
///
/// fn answer(event: &ChannelFlowEvent) -> Option<ChannelFlowCallback> {
///     if event.event_type != ChannelFlowEventType::ChannelMessage {
///         return None;
///     }
///     let mut callback = event.callback();
///     match event.channel_message.content.as_ref().map(|content| content.as_str()) {
///         Some(content) if content.contains("buy now") => callback.delete_resource = Some(true),
///         Some(content) => callback.channel_message.content = Some(content.replace("damn", "****").into()),
///         None => {}
///     }
///     Some(callback)
/// }
///
/// // What Lambda passes to the function.
/// let event: ChannelFlowEvent = serde_json::from_str(r#"{
///     "EventType": "CHANNEL_MESSAGE_EVENT",
///     "CallbackId": "5c0a54d7-62d6-4a1e-9d67-4d2f4f0a9c11",
///     "ChannelMessage": {
///         "MessageId": "8f3a",
///         "ChannelArn": "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/channel/general",
///         "Content": "Well, damn",
///         "Persistence": "PERSISTENT",
///         "Type": "STANDARD",
///         "CreatedTimestamp": "2026-06-04T07:14:51.000Z"
///     }
/// }"#)?;
/// let callback = answer(&event).unwrap();
/// assert_eq!(callback.channel_message.content.unwrap(), "Well, ****");
/// // With a client of this library: `client.call(callback).await?;`
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// Members that this version does not name are kept. Timestamps are written as ISO-8601 text and read in any form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ChannelFlowEvent {
    /// The kind of the event.
    pub event_type: ChannelFlowEventType,
    /// The identifier by which `ChannelFlowCallback` answers. It is valid for 48 hours.
    pub callback_id: String,
    /// The message.
    pub channel_message: ProcessedMessage,
    /// The members that this version does not name.
    #[serde(flatten)]
    pub other: OtherMembers,
}

/// A message that a channel flow processes.
///
/// ```
#[doc = import!("events::ProcessedMessage")]
///
/// let channel = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/channel/general";
/// let mut message = ProcessedMessage::new("8f3a", channel.parse()?);
/// message.content = Some("Hello".into());
/// # Ok::<(), chime_types::InvalidValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ProcessedMessage {
    /// The message's id.
    pub message_id: String,
    /// The channel.
    pub channel_arn: ChannelArn,
    /// The text of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Sensitive>,
    /// The application's own data about the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Sensitive>,
    /// The sender of the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender: Option<Identity>,
    /// Whether the message is kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub persistence: Option<ChannelMessagePersistenceType>,
    /// Whether the message is for people or for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ChannelMessageType>,
    /// The time at which the message was sent.
    #[serde(serialize_with = "iso_times::serialize", skip_serializing_if = "Option::is_none")]
    pub created_timestamp: Option<Timestamp>,
    /// The time at which the content was last edited.
    #[serde(serialize_with = "iso_times::serialize", skip_serializing_if = "Option::is_none")]
    pub last_edited_timestamp: Option<Timestamp>,
    /// The attributes by which push notifications are filtered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_attributes: Option<BTreeMap<Sensitive, MessageAttributeValue>>,
    /// The media type of the content.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<Sensitive>,
    /// The sub-channel of an elastic channel that the message was sent to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_channel_id: Option<String>,
    /// The only member who can see the message in addition to the sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Vec<Target>>,
    /// The members that this version does not name.
    #[serde(flatten)]
    pub other: OtherMembers,
}

impl ChannelFlowEvent {
    /// Returns the event about a message.
    #[must_use]
    pub fn new(callback_id: impl Into<String>, channel_message: ProcessedMessage) -> Self {
        Self {
            event_type: ChannelFlowEventType::ChannelMessage,
            callback_id: callback_id.into(),
            channel_message,
            other: OtherMembers::default(),
        }
    }

    /// Returns the request that lets the message through as it is.
    ///
    /// Set members of its `channel_message` to change the message, or its `delete_resource` to deny it.
    #[must_use]
    pub fn callback(&self) -> ChannelFlowCallback {
        let message = &self.channel_message;
        let mut answer = ChannelMessageCallback::new(message.message_id.clone());
        answer.sub_channel_id.clone_from(&message.sub_channel_id);
        ChannelFlowCallback {
            channel_arn: message.channel_arn.clone(),
            callback_id: self.callback_id.clone(),
            channel_message: answer,
            delete_resource: None,
        }
    }
}

impl ProcessedMessage {
    /// Returns a message of a channel without any other member.
    #[must_use]
    pub fn new(message_id: impl Into<String>, channel_arn: ChannelArn) -> Self {
        Self {
            message_id: message_id.into(),
            channel_arn,
            content: None,
            metadata: None,
            sender: None,
            persistence: None,
            r#type: None,
            created_timestamp: None,
            last_edited_timestamp: None,
            message_attributes: None,
            content_type: None,
            sub_channel_id: None,
            target: None,
            other: OtherMembers::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn event() -> Value {
        json!({
            "EventType": "CHANNEL_MESSAGE_EVENT",
            "CallbackId": "5c0a54d7-62d6-4a1e-9d67-4d2f4f0a9c11",
            "ChannelMessage": {
                "MessageId": "8f3a",
                "ChannelArn": "arn:aws:chime:us-east-1:123456789012:app-instance/i/channel/c",
                "Content": "Hello",
                "Metadata": "{}",
                "Sender": { "Arn": "arn:aws:chime:us-east-1:123456789012:app-instance/i/user/u", "Name": "Ada" },
                "Persistence": "PERSISTENT",
                "Type": "STANDARD",
                "CreatedTimestamp": "2026-06-04T07:14:51.000Z",
                "LastEditedTimestamp": "2026-06-04T07:14:52.120Z",
                "Target": [{ "MemberArn": "arn:aws:chime:us-east-1:123456789012:app-instance/i/user/v" }],
            },
        })
    }

    #[test]
    fn an_event_is_written_as_it_was_read() {
        let mut new = event();
        new["EventType"] = json!("CHANNEL_REACTION_EVENT");
        new["Attempt"] = json!(2);
        new["ChannelMessage"]["Reactions"] = json!([{ "Emoji": "heart" }]);
        for event in [event(), new] {
            let read: ChannelFlowEvent = serde_json::from_value(event.clone()).unwrap();
            assert_eq!(serde_json::to_value(&read).unwrap(), event);
        }
    }

    #[test]
    fn times_are_read_in_any_form_and_written_as_text() {
        let mut numbers = event();
        numbers["ChannelMessage"]["CreatedTimestamp"] = json!(1_780_557_291);
        numbers["ChannelMessage"]["LastEditedTimestamp"] = json!("2026-06-04T07:14:52.12Z");
        let read: ChannelFlowEvent = serde_json::from_value(numbers).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), event());
    }

    #[test]
    fn members_that_are_missing_or_null_are_absent() {
        let mut least = event();
        least["ChannelMessage"] = json!({
            "MessageId": "8f3a", "ChannelArn": event()["ChannelMessage"]["ChannelArn"], "Content": null,
            "CreatedTimestamp": null,
        });
        let read: ChannelFlowEvent = serde_json::from_value(least).unwrap();
        assert_eq!((read.channel_message.content, read.channel_message.created_timestamp), (None, None));
    }

    #[test]
    fn a_callback_lets_the_message_through_as_it_is() {
        let event: ChannelFlowEvent = serde_json::from_value(event()).unwrap();
        let callback = serde_json::to_value(event.callback()).unwrap();
        assert_eq!(
            callback,
            json!({
                "ChannelArn": event.channel_message.channel_arn,
                "CallbackId": event.callback_id,
                "ChannelMessage": { "MessageId": "8f3a" },
            })
        );
    }

    #[test]
    fn debug_shows_nothing_sensitive() {
        let mut secret = event();
        secret["New"] = json!("hidden-new");
        secret["ChannelMessage"]["Content"] = json!("hidden-content");
        secret["ChannelMessage"]["Other"] = json!({ "a": "hidden-other" });
        let event: ChannelFlowEvent = serde_json::from_value(secret).unwrap();
        let shown = format!("{event:?}");
        assert!(shown.contains("\"Other\"") && !shown.contains("hidden"), "{shown}");
    }
}
