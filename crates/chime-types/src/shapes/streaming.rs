//! Streaming configurations.

use crate::StreamArn;
use crate::declare::structure;
use crate::open_enum::open_enum;

open_enum! {
    /// The events that a stream receives.
    pub enum MessagingDataType {
        /// Events of channels, memberships, moderators and bans.
        Channel = "Channel",
        /// Events of messages.
        ChannelMessage = "ChannelMessage",
    }
}

structure! {
    /// A stream that receives one type of an app instance's events.
    ///
    /// ```
    #[doc = import!("shapes::{MessagingDataType, StreamingConfiguration}")]
    ///
    /// let stream = "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events";
    /// let configuration = StreamingConfiguration::new(MessagingDataType::ChannelMessage, stream);
    /// assert_eq!(configuration.resource_arn.as_str(), stream);
    /// ```
    pub struct StreamingConfiguration {
        required {
            /// The events that the stream receives.
            data_type: MessagingDataType,
            /// The Kinesis data stream or Firehose delivery stream.
            resource_arn: StreamArn,
        }
    }
}
