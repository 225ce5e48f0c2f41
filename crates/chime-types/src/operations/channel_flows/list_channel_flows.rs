//! `GET /channel-flows`

use crate::declare::{operation, structure};
use crate::shapes::ChannelFlowSummary;
use crate::{AppInstanceArn, Sensitive};

operation! {
    /// Lists the channel flows of an app instance.
    ///
    /// ```
    #[doc = import!("operations::ListChannelFlows")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelFlows::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ListChannelFlows, ListChannelFlowsBuilder -> ListChannelFlowsResponse;
    ChannelFlows Get "/channel-flows" => 200;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = query("AppInstanceArn", "app-instance-arn"),
    }
    lists channel_flows: ChannelFlowSummary;
}

structure! {
    /// A page of channel flows.
    pub struct ListChannelFlowsResponse {
        /// The channel flows.
        channel_flows: Vec<ChannelFlowSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
