//! `DELETE /channels/{channelArn}/messages/{messageId}`

use crate::ChannelArn;
use crate::declare::operation;
use crate::operation::Form;

operation! {
    /// Deletes a message.
    /// Nothing of it stays in lists; `RedactChannelMessage` keeps its place.
    ///
    /// ```
    #[doc = import!("operations::DeleteChannelMessage")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteChannelMessage::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .message_id("9c1e")
    ///     .chime_bearer(format!("{instance}/user/admin"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: administrators.
    DeleteChannelMessage, DeleteChannelMessageBuilder -> ();
    Messages Delete "/channels/{channelArn}/messages/{messageId}" => 204;
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
