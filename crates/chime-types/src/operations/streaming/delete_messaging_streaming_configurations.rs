//! `DELETE /app-instances/{appInstanceArn}/streaming-configurations`

use crate::AppInstanceArn;
use crate::declare::operation;

operation! {
    /// Deletes all streaming configurations of an app instance.
    /// No stream receives its events any more.
    ///
    /// ```
    #[doc = import!("operations::DeleteMessagingStreamingConfigurations")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteMessagingStreamingConfigurations::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DeleteMessagingStreamingConfigurations, DeleteMessagingStreamingConfigurationsBuilder -> ();
    Streaming Delete "/app-instances/{appInstanceArn}/streaming-configurations" => 204;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
    }
}
