//! `GET /app-instances/{appInstanceArn}/retention-settings`

use crate::declare::{operation, structure};
use crate::shapes::AppInstanceRetentionSettings;
use crate::{AppInstanceArn, Timestamp};

operation! {
    /// Returns how long an app instance keeps messages.
    ///
    /// ```
    #[doc = import!("operations::GetAppInstanceRetentionSettings")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = GetAppInstanceRetentionSettings::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    GetAppInstanceRetentionSettings, GetAppInstanceRetentionSettingsBuilder -> GetAppInstanceRetentionSettingsResponse;
    AppInstances Get "/app-instances/{appInstanceArn}/retention-settings" => 200;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
    }
}

structure! {
    /// How long an app instance keeps messages.
    pub struct GetAppInstanceRetentionSettingsResponse {
        /// The retention settings.
        app_instance_retention_settings: AppInstanceRetentionSettings,
        /// When the service begins to delete older messages for good.
        initiate_deletion_timestamp: Timestamp,
    }
}
