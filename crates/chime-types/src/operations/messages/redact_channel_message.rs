//! `POST /channels/{channelArn}/messages/{messageId}?operation=redact`

use crate::ChannelArn;
use crate::declare::{operation, structure};
use crate::operation::Form;

operation! {
    /// Redacts a message, which removes its content and metadata permanently.
    /// The message stays in lists, with `Redacted` set.
    ///
    /// ```
    #[doc = import!("operations::RedactChannelMessage")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = RedactChannelMessage::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .message_id("9c1e")
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: administrators and moderators, for any message; members, for their own.
    RedactChannelMessage, RedactChannelMessageBuilder -> RedactChannelMessageResponse;
    Messages Post "/channels/{channelArn}/messages/{messageId}" ["operation" = "redact"] => 200;
    bearer required;
    errors: common, ConflictException;
    idempotent: true;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The message's id.
        /// It has 1 to 128 letters, digits, `-` and `_`.
        message_id: String = label("MessageId", "messageId").limits(1, 128).form(Form::Token),
    }
    sub_channel body;
}

structure! {
    /// The message that was redacted.
    pub struct RedactChannelMessageResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The message's id.
        message_id: String,
        /// The sub-channel of an elastic channel that the message was sent to.
        sub_channel_id: String,
    }
}
