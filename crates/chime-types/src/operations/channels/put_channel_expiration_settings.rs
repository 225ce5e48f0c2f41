//! `PUT /channels/{channelArn}/expiration-settings`

use crate::ChannelArn;
use crate::declare::{operation, structure};
use crate::shapes::ExpirationSettings;

operation! {
    /// Sets when a channel expires.
    /// The service deletes an expired channel within six hours.
    ///
    /// ```
    #[doc = import!("operations::PutChannelExpirationSettings")]
    #[doc = import!("shapes::{ExpirationCriterion, ExpirationSettings}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = PutChannelExpirationSettings::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .expiration_settings(ExpirationSettings::new(30, ExpirationCriterion::LastMessageTimestamp))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators; without a bearer, anyone with the account's credentials.
    PutChannelExpirationSettings, PutChannelExpirationSettingsBuilder -> PutChannelExpirationSettingsResponse;
    Channels Put "/channels/{channelArn}/expiration-settings" => 200;
    bearer optional;
    errors: common, ConflictException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
    optional {
        /// When the channel expires.
        /// Without it, the channel does not expire.
        expiration_settings, set_expiration_settings: ExpirationSettings = body("ExpirationSettings"),
    }
}

structure! {
    /// When a channel expires.
    pub struct PutChannelExpirationSettingsResponse {
        /// The channel's ARN.
        channel_arn: ChannelArn,
        /// When the channel expires.
        expiration_settings: ExpirationSettings,
    }
}
