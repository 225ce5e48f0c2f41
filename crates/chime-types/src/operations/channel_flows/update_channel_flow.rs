//! `PUT /channel-flows/{channelFlowArn}`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::Processor;
use crate::{ChannelFlowArn, Sensitive};

operation! {
    /// Replaces the name and the processors of a channel flow.
    ///
    /// ```
    #[doc = import!("operations::UpdateChannelFlow")]
    #[doc = import!("shapes::{FallbackAction, InvocationType, LambdaConfiguration, Processor, ProcessorConfiguration}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let function = "arn:aws:lambda:us-east-1:123456789012:function:moderate";
    /// let configuration = ProcessorConfiguration::new(LambdaConfiguration::new(function, InvocationType::Async));
    /// let request = UpdateChannelFlow::builder()
    ///     .channel_flow_arn(format!("{instance}/channel-flow/moderation"))
    ///     .name("Moderation")
    ///     .processors([Processor::new("Moderation", configuration, 1, FallbackAction::Abort)])
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    UpdateChannelFlow, UpdateChannelFlowBuilder -> UpdateChannelFlowResponse;
    ChannelFlows Put "/channel-flows/{channelFlowArn}" => 200;
    errors: common, ConflictException;
    required {
        /// The channel flow.
        channel_flow_arn: ChannelFlowArn = label("ChannelFlowArn", "channelFlowArn"),
        /// The new name of the channel flow.
        /// It has 1 to 256 characters.
        name: Sensitive = body("Name").limits(1, 256).form(Form::Name),
        /// The new processors.
        /// It has 1 to 3 items, whose execution orders are 1, 2 and 3.
        processors: Vec<Processor> = body("Processors").limits(1, 3),
    }
}

structure! {
    /// The channel flow that was updated.
    pub struct UpdateChannelFlowResponse {
        /// The channel flow's ARN.
        channel_flow_arn: ChannelFlowArn,
    }
}
