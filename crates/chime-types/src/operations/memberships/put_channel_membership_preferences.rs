//! `PUT /channels/{channelArn}/memberships/{memberArn}/preferences`

use crate::declare::{operation, structure};
use crate::shapes::{ChannelMembershipPreferences, Identity};
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Sets the preferences of a member in a channel.
    ///
    /// ```
    #[doc = import!("operations::PutChannelMembershipPreferences")]
    #[doc = import!("shapes::{AllowNotifications, ChannelMembershipPreferences, PushNotificationPreferences}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = PutChannelMembershipPreferences::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .member_arn(format!("{instance}/user/alice"))
    ///     .preferences(
    ///         ChannelMembershipPreferences::default()
    ///             .push_notifications(PushNotificationPreferences::new(AllowNotifications::None)),
    ///     )
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: members, about themselves.
    PutChannelMembershipPreferences, PutChannelMembershipPreferencesBuilder -> PutChannelMembershipPreferencesResponse;
    Memberships Put "/channels/{channelArn}/memberships/{memberArn}/preferences" => 200;
    bearer required;
    errors: common, ConflictException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The member, which is the caller.
        member_arn: AppInstanceUserArn = label("MemberArn", "memberArn"),
        /// The preferences.
        preferences: ChannelMembershipPreferences = body("Preferences"),
    }
}

structure! {
    /// The preferences of a member.
    pub struct PutChannelMembershipPreferencesResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The member.
        member: Identity,
        /// The preferences.
        preferences: ChannelMembershipPreferences,
    }
}
