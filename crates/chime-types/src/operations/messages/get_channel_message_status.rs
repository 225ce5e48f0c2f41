//! `GET /channels/{channelArn}/messages/{messageId}?scope=message-status`

use crate::ChannelArn;
use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::ChannelMessageStatusStructure;

operation! {
    /// Returns the state of a message in a channel flow.
    ///
    /// ```
    #[doc = import!("operations::GetChannelMessageStatus")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = GetChannelMessageStatus::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .message_id("9c1e")
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: the sender of the message.
    GetChannelMessageStatus, GetChannelMessageStatusBuilder -> GetChannelMessageStatusResponse;
    Messages Get "/channels/{channelArn}/messages/{messageId}" ["scope" = "message-status"] => 200;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The message's id.
        /// It has 1 to 128 letters, digits, `-` and `_`.
        message_id: String = label("MessageId", "messageId").limits(1, 128).form(Form::Token),
    }
    sub_channel query;
}

structure! {
    /// The state of a message.
    pub struct GetChannelMessageStatusResponse {
        /// The status, and the reason for it.
        status: ChannelMessageStatusStructure,
    }
}
