//! Messages.

use std::collections::BTreeMap;

use super::identity::Identity;
use crate::declare::structure;
use crate::open_enum::open_enum;
use crate::{AppInstanceUserArn, ChannelArn, Sensitive, Timestamp};

open_enum! {
    /// The purpose of a message.
    pub enum ChannelMessageType {
        /// For people: up to 4,096 characters, with metadata.
        Standard = "STANDARD",
        /// For programs, such as "is typing": up to 30 bytes, without metadata.
        Control = "CONTROL",
    }
}

open_enum! {
    /// Whether a message is kept.
    pub enum ChannelMessagePersistenceType {
        /// The message is kept and can be listed.
        Persistent = "PERSISTENT",
        /// The message is delivered to connected members and not kept.
        NonPersistent = "NON_PERSISTENT",
    }
}

open_enum! {
    /// The state of a message in a channel flow.
    pub enum ChannelMessageStatus {
        /// The message was processed, or needs no processing.
        Sent = "SENT",
        /// The message is being processed.
        Pending = "PENDING",
        /// The processing failed.
        Failed = "FAILED",
        /// The processing denied the message.
        Denied = "DENIED",
    }
}

open_enum! {
    /// The order in which messages are listed, by the time at which they were sent.
    pub enum SortOrder {
        /// The oldest message comes first.
        Ascending = "ASCENDING",
        /// The newest message comes first.
        Descending = "DESCENDING",
    }
}

structure! {
    /// A message, in full.
    ///
    /// ```
    #[doc = import!("shapes::ChannelMessage")]
    ///
    /// let message = ChannelMessage::default().content("Hello");
    /// assert!(!format!("{message:?}").contains("Hello"));
    /// ```
    pub struct ChannelMessage {
        /// The channel.
        channel_arn: ChannelArn,
        /// The message's id.
        message_id: String,
        /// The text of the message, up to 4,096 characters.
        content: Sensitive,
        /// The application's own data about the message, up to 1,024 characters.
        metadata: Sensitive,
        /// Whether the message is for people or for programs.
        r#type: ChannelMessageType,
        /// The time at which the message was sent.
        created_timestamp: Timestamp,
        /// The time at which the content was last edited.
        last_edited_timestamp: Timestamp,
        /// The time at which the message was last updated in any way.
        last_updated_timestamp: Timestamp,
        /// The sender of the message.
        sender: Identity,
        /// Whether the content was redacted.
        redacted: bool,
        /// Whether the message is kept.
        persistence: ChannelMessagePersistenceType,
        /// The state of the message in a channel flow.
        status: ChannelMessageStatusStructure,
        /// The attributes by which push notifications are filtered.
        message_attributes: BTreeMap<Sensitive, MessageAttributeValue>,
        /// The sub-channel of an elastic channel that the message was sent to.
        sub_channel_id: String,
        /// The media type of the content.
        content_type: Sensitive,
        /// The only member who can see the message in addition to the sender.
        target: Vec<Target>,
    }
}

structure! {
    /// The summary of a message in a list.
    pub struct ChannelMessageSummary {
        /// The message's id.
        message_id: String,
        /// The text of the message, up to 4,096 characters.
        content: Sensitive,
        /// The application's own data about the message, up to 1,024 characters.
        metadata: Sensitive,
        /// Whether the message is for people or for programs.
        r#type: ChannelMessageType,
        /// The time at which the message was sent.
        created_timestamp: Timestamp,
        /// The time at which the message was last updated in any way.
        last_updated_timestamp: Timestamp,
        /// The time at which the content was last edited.
        last_edited_timestamp: Timestamp,
        /// The sender of the message.
        sender: Identity,
        /// Whether the content was redacted.
        redacted: bool,
        /// The state of the message in a channel flow.
        status: ChannelMessageStatusStructure,
        /// The attributes by which push notifications are filtered.
        message_attributes: BTreeMap<Sensitive, MessageAttributeValue>,
        /// The media type of the content.
        content_type: Sensitive,
        /// The only member who can see the message in addition to the sender.
        target: Vec<Target>,
    }
}

structure! {
    /// The state of a message in a channel flow, with its reason.
    ///
    /// ```
    #[doc = import!("shapes::ChannelMessageStatusStructure")]
    ///
    /// let status: ChannelMessageStatusStructure = serde_json::from_str(r#"{"Value":"SENT"}"#)?;
    /// assert_eq!(status.value.unwrap().as_str(), "SENT");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct ChannelMessageStatusStructure {
        /// The status of the message.
        value: ChannelMessageStatus,
        /// The reason for which the processing failed or denied the message.
        detail: String,
    }
}

structure! {
    /// The values of one attribute of a message.
    ///
    /// ```
    #[doc = import!("shapes::MessageAttributeValue")]
    ///
    /// let mentions = MessageAttributeValue::default().string_values(["alice", "bob"]);
    /// ```
    pub struct MessageAttributeValue {
        /// The values, 1 to 512 characters each.
        string_values: Vec<Sensitive> = items(1, 512),
    }
}

structure! {
    /// The member who can see a message in addition to its sender.
    ///
    /// ```
    #[doc = import!("shapes::Target")]
    ///
    /// let alice = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/alice";
    /// assert!(Target::default().member_arn(alice).member_arn.is_some());
    /// ```
    pub struct Target {
        /// The member.
        member_arn: AppInstanceUserArn,
    }
}

open_enum! {
    /// The kind of push notification that a message causes.
    pub enum PushNotificationType {
        /// A notification that is shown.
        Default = "DEFAULT",
        /// A notification that an application handles, as for a call.
        Voip = "VOIP",
    }
}

structure! {
    /// The push notification that a message causes.
    ///
    /// ```
    #[doc = import!("shapes::PushNotificationConfiguration")]
    ///
    /// let push = PushNotificationConfiguration::default().title("New message");
    /// ```
    pub struct PushNotificationConfiguration {
        /// The title of the notification, 1 to 50 characters.
        title: Sensitive = limits(1, 50),
        /// The text of the notification, 1 to 150 characters.
        body: Sensitive = limits(1, 150),
        /// The kind of the notification.
        r#type: PushNotificationType,
    }
}
