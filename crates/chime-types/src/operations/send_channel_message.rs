//! `POST /channels/{channelArn}/messages`

use std::collections::BTreeMap;

use crate::declare::{operation, shape};
use crate::operation::{At, Form, Member};
use crate::{
    AppInstanceUserArn, ChannelArn, ChannelMessagePersistenceType, ChannelMessageStatusStructure,
    ChannelMessageType, MessageAttributeValue, PushNotificationConfiguration, Sensitive, Target,
};

operation! {
    /// Sends a message to a channel.
    ///
    /// ```
    /// use chime_types::{ChannelMessagePersistenceType, ChannelMessageType, SendChannelMessage};
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
    /// **Who may call it**: its members, but for hidden ones; administrators and moderators once they are
    /// members.
    ///
    /// **Quota**: 30 calls a second for each channel in us-east-1, 10 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    SendChannelMessage, SendChannelMessageBuilder -> SendChannelMessageResponse;
    Messaging Post "/channels/{channelArn}/messages" => 201,
    idempotent: true,
    errors: [
        "BadRequestException",
        "ConflictException",
        "ForbiddenException",
        "UnauthorizedClientException",
        "ThrottledClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The channel.
        channel_arn: ChannelArn = Member::new("ChannelArn", At::Label("channelArn")),
        /// What it says: up to 4,096 characters of a `STANDARD` message, up to 30 bytes of a `CONTROL` one.
        content: Sensitive = Member::new("Content", At::Body).limits(1, u32::MAX),
        /// What it is for.
        r#type: ChannelMessageType = Member::new("Type", At::Body),
        /// Whether it is kept.
        persistence: ChannelMessagePersistenceType = Member::new("Persistence", At::Body),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
    token {
        /// By which the service recognizes a repetition, 2 to 64 letters, digits, `-` and `_`.
        client_request_token: Sensitive =
            Member::new("ClientRequestToken", At::Body).limits(2, 64).form(Form::Token),
    }
    optional {
        /// The application's own data, up to 1,024 characters; none with a `CONTROL` message.
        metadata: Sensitive = Member::new("Metadata", At::Body).limits(0, 1024),
        /// The push notification that it causes.
        push_notification: PushNotificationConfiguration = Member::new("PushNotification", At::Body),
        /// What push notifications are filtered by.
        message_attributes: BTreeMap<Sensitive, MessageAttributeValue> =
            Member::new("MessageAttributes", At::Body),
        /// The part of an elastic channel, 1 to 128 letters, digits, `-` and `_`.
        sub_channel_id: String = Member::new("SubChannelId", At::Body).limits(1, 128).form(Form::Token),
        /// The media type of the content, up to 45 characters.
        content_type: Sensitive = Member::new("ContentType", At::Body).limits(0, 45),
        /// The one member that can see it, beside the sender.
        target: Vec<Target> = Member::new("Target", At::Body).limits(1, 1),
    }
}

shape! {
    /// The message that was sent.
    pub struct SendChannelMessageResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The message's id.
        message_id: String,
        /// How far it has come.
        status: ChannelMessageStatusStructure,
        /// The part of an elastic channel that it was sent to.
        sub_channel_id: String,
    }
}
