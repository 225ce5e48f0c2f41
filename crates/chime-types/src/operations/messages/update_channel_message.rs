//! `PUT /channels/{channelArn}/messages/{messageId}`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::ChannelMessageStatusStructure;
use crate::{ChannelArn, Sensitive};

operation! {
    /// Changes the content of a message.
    /// The message gets a `LastEditedTimestamp`.
    ///
    /// ```
    #[doc = import!("operations::UpdateChannelMessage")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UpdateChannelMessage::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .message_id("9c1e")
    ///     .content("Hello again")
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: the sender of the message.
    UpdateChannelMessage, UpdateChannelMessageBuilder -> UpdateChannelMessageResponse;
    Messages Put "/channels/{channelArn}/messages/{messageId}" => 200;
    bearer required;
    errors: common, ConflictException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The message's id.
        /// It has 1 to 128 letters, digits, `-` and `_`.
        message_id: String = label("MessageId", "messageId").limits(1, 128).form(Form::Token),
        /// The new text of the message.
        /// A `STANDARD` message has up to 4,096 bytes of UTF-8, a `CONTROL` message up to 30.
        content: Sensitive = body("Content").limits(1, u32::MAX),
    }
    optional {
        /// The application's own data about the message.
        /// It has up to 1,024 bytes of UTF-8; a `CONTROL` message has none.
        metadata, set_metadata: Sensitive = body("Metadata").limits(0, 1024),
        /// The media type of the content.
        /// It has up to 45 characters.
        content_type, set_content_type: Sensitive = body("ContentType").limits(0, 45),
    }
    sub_channel body;
}

structure! {
    /// The message that was changed.
    pub struct UpdateChannelMessageResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The message's id.
        message_id: String,
        /// The state of the change in a channel flow.
        status: ChannelMessageStatusStructure,
        /// The sub-channel of an elastic channel that the message was sent to.
        sub_channel_id: String,
    }
}
