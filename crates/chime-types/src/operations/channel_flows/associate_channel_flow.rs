//! `PUT /channels/{channelArn}/channel-flow`

use crate::declare::operation;
use crate::{ChannelArn, ChannelFlowArn};

operation! {
    /// Associates a channel flow with a channel.
    /// From then on, its processors get the messages of the channel. A channel has at most one channel flow.
    ///
    /// ```
    #[doc = import!("operations::AssociateChannelFlow")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = AssociateChannelFlow::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .channel_flow_arn(format!("{instance}/channel-flow/moderation"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    AssociateChannelFlow, AssociateChannelFlowBuilder -> ();
    ChannelFlows Put "/channels/{channelArn}/channel-flow" => 200;
    bearer required;
    errors: common, ConflictException, NotFoundException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The channel flow, of the same app instance.
        channel_flow_arn: ChannelFlowArn = body("ChannelFlowArn"),
    }
}
