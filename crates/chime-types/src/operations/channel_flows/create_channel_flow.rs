//! `POST /channel-flows`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::{Processor, Tag};
use crate::{AppInstanceArn, ChannelFlowArn, Sensitive};

operation! {
    /// Creates a channel flow, a list of processors through which the messages of channels go.
    /// A processor is a Lambda function. It gets each new or changed `STANDARD` message before it is delivered, and
    /// answers with `ChannelFlowCallback`.
    ///
    /// ```
    #[doc = import!("operations::CreateChannelFlow")]
    #[doc = import!("shapes::{FallbackAction, InvocationType, LambdaConfiguration, Processor, ProcessorConfiguration}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let function = "arn:aws:lambda:us-east-1:123456789012:function:moderate";
    /// let configuration = ProcessorConfiguration::new(LambdaConfiguration::new(function, InvocationType::Async));
    /// let request = CreateChannelFlow::builder()
    ///     .app_instance_arn(instance)
    ///     .name("Moderation")
    ///     .processors([Processor::new("Moderation", configuration, 1, FallbackAction::Abort)])
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    CreateChannelFlow, CreateChannelFlowBuilder -> CreateChannelFlowResponse;
    ChannelFlows Post "/channel-flows" => 201;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = body("AppInstanceArn"),
        /// The name of the channel flow.
        /// It has 1 to 256 characters.
        name: Sensitive = body("Name").limits(1, 256).form(Form::Name),
        /// The processors.
        /// It has 1 to 3 items, whose execution orders are 1, 2 and 3.
        processors: Vec<Processor> = body("Processors").limits(1, 3),
    }
    token client_request_token: Sensitive;
    optional {
        /// The tags to attach.
        /// It has 1 to 50 items.
        tags, set_tags: Vec<Tag> = body("Tags").limits(1, 50),
    }
}

structure! {
    /// The new channel flow.
    pub struct CreateChannelFlowResponse {
        /// The new channel flow's ARN.
        channel_flow_arn: ChannelFlowArn,
    }
}
