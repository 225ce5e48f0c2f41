//! `POST /channels/{channelArn}?operation=channel-flow-callback`

use crate::ChannelArn;
use crate::declare::{operation, structure};
use crate::operation::Token;
use crate::shapes::ChannelMessageCallback;

operation! {
    /// Answers for a processor of a channel flow: lets a message through, changes it or denies it.
    /// The processor has 48 hours for it.
    ///
    /// ```
    #[doc = import!("operations::ChannelFlowCallback")]
    #[doc = import!("shapes::ChannelMessageCallback")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ChannelFlowCallback::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .callback_id("5c0a54d7-62d6-4a1e-9d67-4d2f4f0a9c11")
    ///     .channel_message(ChannelMessageCallback::new("8f3a").content("Hello, ****"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ChannelFlowCallback, ChannelFlowCallbackBuilder -> ChannelFlowCallbackResponse;
    ChannelFlows Post "/channels/{channelArn}" ["operation" = "channel-flow-callback"] => 200;
    errors: common, ConflictException;
    idempotent: true;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The `CallbackId` of the event that the processor received.
        callback_id: String = body("CallbackId").token(Token::Caller).limits(32, 64),
        /// The message, with the members to change.
        channel_message: ChannelMessageCallback = body("ChannelMessage"),
    }
    optional {
        /// Whether to deny the message.
        delete_resource, set_delete_resource: bool = body("DeleteResource"),
    }
}

structure! {
    /// The message that was answered for.
    pub struct ChannelFlowCallbackResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The `CallbackId` of the event.
        callback_id: String,
    }
}
