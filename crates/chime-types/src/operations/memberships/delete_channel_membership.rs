//! `DELETE /channels/{channelArn}/memberships/{memberArn}`

use crate::declare::operation;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Removes a member from a channel.
    ///
    /// ```
    #[doc = import!("operations::DeleteChannelMembership")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteChannelMembership::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .member_arn(format!("{instance}/user/bob"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators and administrators; members, for themselves.
    DeleteChannelMembership, DeleteChannelMembershipBuilder -> ();
    Memberships Delete "/channels/{channelArn}/memberships/{memberArn}" => 204;
    bearer required;
    quota: 15, 10 for each Channel;
    errors: common, ConflictException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The member to remove.
        member_arn: AppInstanceUserArn = label("MemberArn", "memberArn"),
    }
    sub_channel query;
}
