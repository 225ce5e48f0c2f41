//! `PUT /app-instances/{appInstanceArn}/retention-settings`

use crate::declare::{operation, structure};
use crate::shapes::AppInstanceRetentionSettings;
use crate::{AppInstanceArn, Timestamp};

operation! {
    /// Sets how long an app instance keeps messages.
    /// Older messages are hidden at once and deleted 30 days later.
    ///
    /// ```
    #[doc = import!("operations::PutAppInstanceRetentionSettings")]
    #[doc = import!("shapes::{AppInstanceRetentionSettings, ChannelRetentionSettings}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let year = ChannelRetentionSettings::default().retention_days(365);
    /// let settings = AppInstanceRetentionSettings::default().channel_retention_settings(year);
    /// let request = PutAppInstanceRetentionSettings::builder()
    ///     .app_instance_arn(instance)
    ///     .app_instance_retention_settings(settings)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    PutAppInstanceRetentionSettings, PutAppInstanceRetentionSettingsBuilder -> PutAppInstanceRetentionSettingsResponse;
    AppInstances Put "/app-instances/{appInstanceArn}/retention-settings" => 200;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
        /// How long messages are kept.
        /// Empty `ChannelRetentionSettings` keep messages for ever.
        app_instance_retention_settings: AppInstanceRetentionSettings = body("AppInstanceRetentionSettings"),
    }
}

structure! {
    /// How long an app instance keeps messages.
    pub struct PutAppInstanceRetentionSettingsResponse {
        /// The retention settings.
        app_instance_retention_settings: AppInstanceRetentionSettings,
        /// When the service begins to delete older messages for good.
        initiate_deletion_timestamp: Timestamp,
    }
}
