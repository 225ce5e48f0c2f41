//! `POST /channels/{channelArn}/memberships`

use crate::declare::{operation, structure};
use crate::shapes::{ChannelMembershipType, Identity};
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Adds a member to a channel.
    ///
    /// ```
    #[doc = import!("operations::CreateChannelMembership")]
    #[doc = import!("shapes::ChannelMembershipType")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = CreateChannelMembership::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .member_arn(format!("{instance}/user/bob"))
    ///     .r#type(ChannelMembershipType::Default)
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators and administrators; in an unrestricted channel, any member.
    CreateChannelMembership, CreateChannelMembershipBuilder -> CreateChannelMembershipResponse;
    Memberships Post "/channels/{channelArn}/memberships" => 201;
    bearer required;
    quota: 15, 10 for each Channel;
    errors: common, NotFoundException, ConflictException, ResourceLimitExceededException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The user to add.
        member_arn: AppInstanceUserArn = body("MemberArn"),
        /// Whether the member is ordinary or hidden.
        r#type: ChannelMembershipType = body("Type"),
    }
    sub_channel body;
}

structure! {
    /// The new member.
    pub struct CreateChannelMembershipResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The new member.
        member: Identity,
        /// The sub-channel of an elastic channel that the member is in.
        sub_channel_id: String,
    }
}
