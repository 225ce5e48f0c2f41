//! `GET /channel-flows/{channelFlowArn}`

use crate::ChannelFlowArn;
use crate::declare::{operation, structure};
use crate::shapes::ChannelFlow;

operation! {
    /// Describes a channel flow.
    ///
    /// ```
    #[doc = import!("operations::DescribeChannelFlow")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannelFlow::builder()
    ///     .channel_flow_arn(format!("{instance}/channel-flow/moderation"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DescribeChannelFlow, DescribeChannelFlowBuilder -> DescribeChannelFlowResponse;
    ChannelFlows Get "/channel-flows/{channelFlowArn}" => 200;
    required {
        /// The channel flow.
        channel_flow_arn: ChannelFlowArn = label("ChannelFlowArn", "channelFlowArn"),
    }
}

structure! {
    /// A channel flow.
    pub struct DescribeChannelFlowResponse {
        /// The channel flow.
        channel_flow: ChannelFlow,
    }
}
