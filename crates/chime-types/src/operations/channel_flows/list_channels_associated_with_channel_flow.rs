//! `GET /channels?scope=channel-flow-associations`

use crate::declare::{operation, structure};
use crate::shapes::ChannelAssociatedWithFlowSummary;
use crate::{ChannelFlowArn, Sensitive};

operation! {
    /// Lists the channels that a channel flow is associated with.
    ///
    /// ```
    #[doc = import!("operations::ListChannelsAssociatedWithChannelFlow")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelsAssociatedWithChannelFlow::builder()
    ///     .channel_flow_arn(format!("{instance}/channel-flow/moderation"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ListChannelsAssociatedWithChannelFlow, ListChannelsAssociatedWithChannelFlowBuilder -> ListChannelsAssociatedWithChannelFlowResponse;
    ChannelFlows Get "/channels" ["scope" = "channel-flow-associations"] => 200;
    required {
        /// The channel flow.
        channel_flow_arn: ChannelFlowArn = query("ChannelFlowArn", "channel-flow-arn"),
    }
    lists channels: ChannelAssociatedWithFlowSummary;
}

structure! {
    /// A page of channels.
    pub struct ListChannelsAssociatedWithChannelFlowResponse {
        /// The channels.
        channels: Vec<ChannelAssociatedWithFlowSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
