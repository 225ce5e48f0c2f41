//! `GET /channels/{channelArn}/memberships/{memberArn}/preferences`

use crate::declare::{operation, structure};
use crate::shapes::{ChannelMembershipPreferences, Identity};
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Returns the preferences of a member in a channel.
    ///
    /// ```
    #[doc = import!("operations::GetChannelMembershipPreferences")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = GetChannelMembershipPreferences::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .member_arn(format!("{instance}/user/alice"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: members, about themselves.
    GetChannelMembershipPreferences, GetChannelMembershipPreferencesBuilder -> GetChannelMembershipPreferencesResponse;
    Memberships Get "/channels/{channelArn}/memberships/{memberArn}/preferences" => 200;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The member, which is the caller.
        member_arn: AppInstanceUserArn = label("MemberArn", "memberArn"),
    }
}

structure! {
    /// The preferences of a member.
    pub struct GetChannelMembershipPreferencesResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The member.
        member: Identity,
        /// The preferences.
        preferences: ChannelMembershipPreferences,
    }
}
