//! `GET /channels/{channelArn}/memberships/{memberArn}`

use crate::declare::{operation, structure};
use crate::shapes::ChannelMembership;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Describes the membership of a user in a channel.
    ///
    /// ```
    #[doc = import!("operations::DescribeChannelMembership")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannelMembership::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .member_arn(format!("{instance}/user/bob"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: in a public channel, any user of the app instance; in a private one, its
    /// members and moderators, and administrators.
    DescribeChannelMembership, DescribeChannelMembershipBuilder -> DescribeChannelMembershipResponse;
    Memberships Get "/channels/{channelArn}/memberships/{memberArn}" => 200;
    bearer required;
    errors: common, NotFoundException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The user whose membership to describe.
        member_arn: AppInstanceUserArn = label("MemberArn", "memberArn"),
    }
    sub_channel query;
}

structure! {
    /// A membership.
    pub struct DescribeChannelMembershipResponse {
        /// The membership.
        channel_membership: ChannelMembership,
    }
}
