//! `GET /channels/{channelArn}/messages/{messageId}`

use crate::ChannelArn;
use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::ChannelMessage;

operation! {
    /// Returns a message of a channel.
    ///
    /// ```
    #[doc = import!("operations::GetChannelMessage")]
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
    /// **Who may call it**: in a public channel, any user of the app instance; in a private one, its
    /// members and moderators, and administrators.
    GetChannelMessage, GetChannelMessageBuilder -> GetChannelMessageResponse;
    Messages Get "/channels/{channelArn}/messages/{messageId}" => 200;
    bearer required;
    errors: common, NotFoundException;
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
    /// A message.
    pub struct GetChannelMessageResponse {
        /// The message.
        channel_message: ChannelMessage,
    }
}
