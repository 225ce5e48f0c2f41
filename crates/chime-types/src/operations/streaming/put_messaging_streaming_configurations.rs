//! `PUT /app-instances/{appInstanceArn}/streaming-configurations`

use crate::AppInstanceArn;
use crate::declare::{operation, structure};
use crate::shapes::StreamingConfiguration;

operation! {
    /// Sets the streams that receive an app instance's events.
    /// The configurations replace all earlier ones.
    ///
    /// ```
    #[doc = import!("operations::PutMessagingStreamingConfigurations")]
    #[doc = import!("shapes::{MessagingDataType, StreamingConfiguration}")]
    ///
    /// let stream = "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events";
    /// let request = PutMessagingStreamingConfigurations::builder()
    ///     .app_instance_arn("arn:aws:chime:us-east-1:123456789012:app-instance/7b2a")
    ///     .streaming_configurations([StreamingConfiguration::new(MessagingDataType::Channel, stream)])
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// A stream's records are [`Event`](crate::events::Event)s.
    PutMessagingStreamingConfigurations, PutMessagingStreamingConfigurationsBuilder -> PutMessagingStreamingConfigurationsResponse;
    Streaming Put "/app-instances/{appInstanceArn}/streaming-configurations" => 200;
    errors: common, ConflictException, NotFoundException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
        /// The configurations, one for each type of data.
        streaming_configurations: Vec<StreamingConfiguration> = body("StreamingConfigurations").limits(1, 2),
    }
}

structure! {
    /// The streams that receive an app instance's events.
    pub struct PutMessagingStreamingConfigurationsResponse {
        /// The configurations.
        streaming_configurations: Vec<StreamingConfiguration>,
    }
}
