//! `PUT /app-instance-users/{appInstanceUserArn}/expiration-settings`

use crate::AppInstanceUserArn;
use crate::declare::{operation, structure};
use crate::shapes::ExpirationSettings;

operation! {
    /// Sets when a user expires.
    /// The service deletes an expired user within six hours.
    ///
    /// ```
    #[doc = import!("operations::PutAppInstanceUserExpirationSettings")]
    #[doc = import!("shapes::{ExpirationCriterion, ExpirationSettings}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = PutAppInstanceUserExpirationSettings::builder()
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .expiration_settings(ExpirationSettings::new(30, ExpirationCriterion::CreatedTimestamp))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    PutAppInstanceUserExpirationSettings, PutAppInstanceUserExpirationSettingsBuilder -> PutAppInstanceUserExpirationSettingsResponse;
    Users Put "/app-instance-users/{appInstanceUserArn}/expiration-settings" => 200;
    errors: common, ConflictException;
    required {
        /// The user.
        app_instance_user_arn: AppInstanceUserArn = label("AppInstanceUserArn", "appInstanceUserArn"),
    }
    optional {
        /// When the user expires.
        /// Without it, the user does not expire.
        expiration_settings, set_expiration_settings: ExpirationSettings = body("ExpirationSettings"),
    }
}

structure! {
    /// When a user expires.
    pub struct PutAppInstanceUserExpirationSettingsResponse {
        /// The user's ARN.
        app_instance_user_arn: AppInstanceUserArn,
        /// When the user expires.
        expiration_settings: ExpirationSettings,
    }
}
