//! `GET /channels/{channelArn}/messages/{messageId}`

use crate::declare::{operation, shape};
use crate::operation::{At, Form, Member};
use crate::{AppInstanceUserArn, ChannelArn, ChannelMessage};

operation! {
    /// Reads one message of a channel.
    ///
    /// ```
    /// use chime_types::GetChannelMessage;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = GetChannelMessage::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .message_id("3f2a")
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: in a public channel every user of the app instance; in a private one its
    /// members and moderators, and administrators.
    ///
    /// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    GetChannelMessage, GetChannelMessageBuilder -> GetChannelMessageResponse;
    Messaging Get "/channels/{channelArn}/messages/{messageId}" => 200,
    idempotent: true,
    errors: [
        "BadRequestException",
        "ForbiddenException",
        "NotFoundException",
        "UnauthorizedClientException",
        "ThrottledClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The channel.
        channel_arn: ChannelArn = Member::new("ChannelArn", At::Label("channelArn")),
        /// The message, 1 to 128 letters, digits, `-` and `_`.
        message_id: String =
            Member::new("MessageId", At::Label("messageId")).limits(1, 128).form(Form::Token),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
    optional {
        /// The part of an elastic channel, 1 to 128 letters, digits, `-` and `_`.
        sub_channel_id: String =
            Member::new("SubChannelId", At::Query("sub-channel-id")).limits(1, 128).form(Form::Token),
    }
}

shape! {
    /// A message.
    pub struct GetChannelMessageResponse {
        /// The message.
        channel_message: ChannelMessage,
    }
}
