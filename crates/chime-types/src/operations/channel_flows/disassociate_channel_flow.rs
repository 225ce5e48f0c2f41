//! `DELETE /channels/{channelArn}/channel-flow/{channelFlowArn}`

use crate::declare::operation;
use crate::{ChannelArn, ChannelFlowArn};

operation! {
    /// Removes the channel flow of a channel.
    /// New messages are not processed any more.
    ///
    /// ```
    #[doc = import!("operations::DisassociateChannelFlow")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DisassociateChannelFlow::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .channel_flow_arn(format!("{instance}/channel-flow/moderation"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    DisassociateChannelFlow, DisassociateChannelFlowBuilder -> ();
    ChannelFlows Delete "/channels/{channelArn}/channel-flow/{channelFlowArn}" => 204;
    bearer required;
    errors: common, ConflictException, NotFoundException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The channel flow of the channel.
        channel_flow_arn: ChannelFlowArn = label("ChannelFlowArn", "channelFlowArn"),
    }
}
