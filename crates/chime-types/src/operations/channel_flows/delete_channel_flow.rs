//! `DELETE /channel-flows/{channelFlowArn}`

use crate::ChannelFlowArn;
use crate::declare::operation;

operation! {
    /// Deletes a channel flow that no channel uses.
    ///
    /// ```
    #[doc = import!("operations::DeleteChannelFlow")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteChannelFlow::builder()
    ///     .channel_flow_arn(format!("{instance}/channel-flow/moderation"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DeleteChannelFlow, DeleteChannelFlowBuilder -> ();
    ChannelFlows Delete "/channel-flows/{channelFlowArn}" => 204;
    errors: common, ConflictException;
    required {
        /// The channel flow.
        channel_flow_arn: ChannelFlowArn = label("ChannelFlowArn", "channelFlowArn"),
    }
}
