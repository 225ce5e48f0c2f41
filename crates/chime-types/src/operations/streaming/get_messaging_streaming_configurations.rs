//! `GET /app-instances/{appInstanceArn}/streaming-configurations`

use crate::AppInstanceArn;
use crate::declare::{operation, structure};
use crate::shapes::StreamingConfiguration;

operation! {
    /// Returns the streams that receive an app instance's events.
    ///
    /// ```
    #[doc = import!("operations::GetMessagingStreamingConfigurations")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = GetMessagingStreamingConfigurations::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    GetMessagingStreamingConfigurations, GetMessagingStreamingConfigurationsBuilder -> GetMessagingStreamingConfigurationsResponse;
    Streaming Get "/app-instances/{appInstanceArn}/streaming-configurations" => 200;
    errors: common, NotFoundException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
    }
}

structure! {
    /// The streams that receive an app instance's events.
    pub struct GetMessagingStreamingConfigurationsResponse {
        /// The configurations.
        streaming_configurations: Vec<StreamingConfiguration>,
    }
}
