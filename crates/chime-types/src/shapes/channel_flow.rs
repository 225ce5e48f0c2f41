//! Channel flows.

use std::collections::BTreeMap;

use super::channel::{ChannelMode, ChannelPrivacy};
use super::message::{MessageAttributeValue, PushNotificationConfiguration};
use crate::declare::structure;
use crate::open_enum::open_enum;
use crate::operation::Form;
use crate::{ChannelArn, ChannelFlowArn, LambdaFunctionArn, Sensitive, Timestamp};

open_enum! {
    /// What happens to a message if a processor cannot be reached.
    pub enum FallbackAction {
        /// The next processor gets the message. After the last one, the message is sent.
        Continue = "CONTINUE",
        /// The message fails, and nobody but its sender sees it.
        Abort = "ABORT",
    }
}

open_enum! {
    /// How the Lambda function of a processor is invoked.
    pub enum InvocationType {
        /// The service does not wait for the function, which answers with `ChannelFlowCallback`.
        Async = "ASYNC",
    }
}

structure! {
    /// The Lambda function of a processor.
    ///
    /// ```
    #[doc = import!("shapes::{InvocationType, LambdaConfiguration}")]
    ///
    /// let function = "arn:aws:lambda:us-east-1:123456789012:function:moderate";
    /// let lambda = LambdaConfiguration::new(function, InvocationType::Async);
    /// ```
    pub struct LambdaConfiguration {
        required {
            /// The function.
            resource_arn: LambdaFunctionArn,
            /// How the function is invoked.
            invocation_type: InvocationType,
        }
    }
}

structure! {
    /// The program of a processor.
    ///
    /// ```
    #[doc = import!("shapes::{InvocationType, LambdaConfiguration, ProcessorConfiguration}")]
    ///
    /// let function = "arn:aws:lambda:us-east-1:123456789012:function:moderate";
    /// let configuration = ProcessorConfiguration::new(LambdaConfiguration::new(function, InvocationType::Async));
    /// ```
    pub struct ProcessorConfiguration {
        required {
            /// The Lambda function.
            lambda: LambdaConfiguration,
        }
    }
}

structure! {
    /// A processor of a channel flow, which lets messages through, changes them or denies them.
    ///
    /// ```
    #[doc = import!("shapes::{FallbackAction, InvocationType, LambdaConfiguration, Processor, ProcessorConfiguration}")]
    ///
    /// let function = "arn:aws:lambda:us-east-1:123456789012:function:moderate";
    /// let configuration = ProcessorConfiguration::new(LambdaConfiguration::new(function, InvocationType::Async));
    /// let processor = Processor::new("Moderation", configuration, 1, FallbackAction::Abort);
    /// ```
    pub struct Processor {
        required {
            /// The name of the processor, 1 to 256 characters.
            name: Sensitive = limits(1, 256).form(Form::Name),
            /// The program of the processor.
            configuration: ProcessorConfiguration,
            /// The place of the processor among those of its channel flow, 1 to 3.
            execution_order: i32 = limits(1, 3),
            /// What happens to a message if the processor cannot be reached.
            fallback_action: FallbackAction,
        }
    }
}

structure! {
    /// A channel flow, in full.
    pub struct ChannelFlow {
        /// The channel flow's ARN.
        channel_flow_arn: ChannelFlowArn,
        /// The processors.
        processors: Vec<Processor>,
        /// The name of the channel flow, 1 to 256 characters.
        name: Sensitive,
        /// When the channel flow was created.
        created_timestamp: Timestamp,
        /// When the channel flow was last updated.
        last_updated_timestamp: Timestamp,
    }
}

structure! {
    /// The summary of a channel flow in a list.
    pub struct ChannelFlowSummary {
        /// The channel flow's ARN.
        channel_flow_arn: ChannelFlowArn,
        /// The name of the channel flow, 1 to 256 characters.
        name: Sensitive,
        /// The processors.
        processors: Vec<Processor>,
    }
}

structure! {
    /// The summary of a channel whose messages a channel flow processes.
    pub struct ChannelAssociatedWithFlowSummary {
        /// The channel's name, 1 to 256 characters.
        name: Sensitive,
        /// The channel's ARN, kept as the service sent it, whatever its form.
        channel_arn: ChannelArn,
        /// Who may add members to the channel.
        mode: ChannelMode,
        /// Who may find and read the channel.
        privacy: ChannelPrivacy,
        /// The application's own data about the channel, up to 1,024 characters.
        metadata: Sensitive,
    }
}

structure! {
    /// A message as its processor returns it. Members that are left out do not change.
    ///
    /// ```
    #[doc = import!("shapes::ChannelMessageCallback")]
    ///
    /// let message = ChannelMessageCallback::new("8f3a").content("Hello, ****");
    /// ```
    pub struct ChannelMessageCallback {
        required {
            /// The message's id.
            message_id: String = limits(1, 128).form(Form::Token),
        }
        optional {
            /// The new text of the message, at least one character.
            content: Sensitive = limits(1, u32::MAX),
            /// The application's own data about the message, up to 1,024 characters.
            metadata: Sensitive = limits(0, 1024),
            /// The push notification that the message causes.
            push_notification: PushNotificationConfiguration,
            /// The attributes by which push notifications are filtered.
            message_attributes: BTreeMap<Sensitive, MessageAttributeValue> = items(1, 64),
            /// The sub-channel of an elastic channel that the message was sent to.
            sub_channel_id: String = limits(1, 128).form(Form::Token),
            /// The media type of the content, up to 45 characters.
            content_type: Sensitive = limits(0, 45),
        }
    }
}
