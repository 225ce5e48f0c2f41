//! `POST /channels/{channelArn}/messages`

use std::collections::BTreeMap;

use crate::declare::{operation, structure};
use crate::shapes::{
    ChannelMessagePersistenceType, ChannelMessageStatusStructure, ChannelMessageType, MessageAttributeValue,
    PushNotificationConfiguration, Target,
};
use crate::{ChannelArn, Sensitive};

operation! {
    /// Sends a message to a channel.
    ///
    /// ```
    #[doc = import!("operations::SendChannelMessage")]
    #[doc = import!("shapes::{ChannelMessagePersistenceType, ChannelMessageType}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = SendChannelMessage::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .content("Hello")
    ///     .r#type(ChannelMessageType::Standard)
    ///     .persistence(ChannelMessagePersistenceType::Persistent)
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: members that are not hidden. Administrators and moderators must be members too.
    SendChannelMessage, SendChannelMessageBuilder -> SendChannelMessageResponse;
    Messages Post "/channels/{channelArn}/messages" => 201;
    bearer required;
    quota: 30, 10 for each Channel;
    errors: common, ConflictException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The text of the message.
        /// A `STANDARD` message has up to 4,096 characters, a `CONTROL` message up to 30 bytes.
        content: Sensitive = body("Content").limits(1, u32::MAX),
        /// Whether the message is for people or for programs.
        r#type: ChannelMessageType = body("Type"),
        /// Whether the message is kept.
        persistence: ChannelMessagePersistenceType = body("Persistence"),
    }
    token client_request_token: Sensitive;
    optional {
        /// The application's own data about the message.
        /// It has up to 1,024 characters; a `CONTROL` message has none.
        metadata, set_metadata: Sensitive = body("Metadata").limits(0, 1024),
        /// The push notification that the message causes.
        push_notification, set_push_notification: PushNotificationConfiguration = body("PushNotification"),
        /// The attributes by which push notifications are filtered.
        message_attributes, set_message_attributes: BTreeMap<Sensitive, MessageAttributeValue> =
            body("MessageAttributes").items(1, 64),
        /// The media type of the content.
        /// It has up to 45 characters.
        content_type, set_content_type: Sensitive = body("ContentType").limits(0, 45),
        /// The one member, beside the sender, that can see the message.
        target, set_target: Vec<Target> = body("Target").limits(1, 1),
    }
    sub_channel body;
}

structure! {
    /// The message that was sent.
    pub struct SendChannelMessageResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The message's id.
        message_id: String,
        /// Whether the message is delivered, or how far its processing is.
        status: ChannelMessageStatusStructure,
        /// The sub-channel of an elastic channel that the message was sent to.
        sub_channel_id: String,
    }
}
