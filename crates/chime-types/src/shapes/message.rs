//! Messages.

use std::collections::BTreeMap;

use super::identity::Identity;
use crate::declare::structure;
use crate::open_enum::open_enum;
use crate::{AppInstanceUserArn, ChannelArn, Sensitive, Timestamp};

open_enum! {
    /// What a message is for.
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
        /// It is kept and can be listed.
        Persistent = "PERSISTENT",
        /// It is delivered to those who are connected, and forgotten.
        NonPersistent = "NON_PERSISTENT",
    }
}

open_enum! {
    /// How far a message has come, where a channel flow processes it.
    pub enum ChannelMessageStatus {
        /// Processed, or there is nothing to process.
        Sent = "SENT",
        /// Being processed.
        Pending = "PENDING",
        /// Processing failed.
        Failed = "FAILED",
        /// Processing denied it.
        Denied = "DENIED",
    }
}

open_enum! {
    /// The order in which messages are listed, by the time at which they were sent.
    pub enum SortOrder {
        /// The oldest first.
        Ascending = "ASCENDING",
        /// The newest first.
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
        /// What it says, up to 4,096 characters.
        content: Sensitive,
        /// The application's own data about the message, up to 1,024 characters.
        metadata: Sensitive,
        /// What it is for.
        r#type: ChannelMessageType,
        /// When it was sent.
        created_timestamp: Timestamp,
        /// When its content was last edited.
        last_edited_timestamp: Timestamp,
        /// When it was last updated in any way.
        last_updated_timestamp: Timestamp,
        /// Who sent it.
        sender: Identity,
        /// Whether its content was taken away.
        redacted: bool,
        /// Whether it is kept.
        persistence: ChannelMessagePersistenceType,
        /// How far it has come.
        status: ChannelMessageStatusStructure,
        /// What push notifications are filtered by.
        message_attributes: BTreeMap<Sensitive, MessageAttributeValue>,
        /// The part of an elastic channel that it was sent to.
        sub_channel_id: String,
        /// The media type of the content.
        content_type: Sensitive,
        /// The one member that can see it beside the sender, where there is one.
        target: Vec<Target>,
    }
}

structure! {
    /// What a list shows of a message.
    pub struct ChannelMessageSummary {
        /// The message's id.
        message_id: String,
        /// What it says, up to 4,096 characters.
        content: Sensitive,
        /// The application's own data about the message, up to 1,024 characters.
        metadata: Sensitive,
        /// What it is for.
        r#type: ChannelMessageType,
        /// When it was sent.
        created_timestamp: Timestamp,
        /// When it was last updated in any way.
        last_updated_timestamp: Timestamp,
        /// When its content was last edited.
        last_edited_timestamp: Timestamp,
        /// Who sent it.
        sender: Identity,
        /// Whether its content was taken away.
        redacted: bool,
        /// How far it has come.
        status: ChannelMessageStatusStructure,
        /// What push notifications are filtered by.
        message_attributes: BTreeMap<Sensitive, MessageAttributeValue>,
        /// The media type of the content.
        content_type: Sensitive,
        /// The one member that can see it beside the sender, where there is one.
        target: Vec<Target>,
    }
}

structure! {
    /// How far a message has come.
    ///
    /// ```
    #[doc = import!("shapes::ChannelMessageStatusStructure")]
    ///
    /// let status: ChannelMessageStatusStructure = serde_json::from_str(r#"{"Value":"SENT"}"#)?;
    /// assert_eq!(status.value.unwrap().as_str(), "SENT");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct ChannelMessageStatusStructure {
        /// How far.
        value: ChannelMessageStatus,
        /// Why, where it failed or was denied.
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
    /// The member that can see a message, beside its sender.
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
    /// What kind of push notification a message causes.
    pub enum PushNotificationType {
        /// A notification that is shown.
        Default = "DEFAULT",
        /// One that an application handles, as for a call.
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
        /// Its title, 1 to 50 characters.
        title: Sensitive = limits(1, 50),
        /// Its text, 1 to 150 characters.
        body: Sensitive = limits(1, 150),
        /// What kind it is.
        r#type: PushNotificationType,
    }
}
