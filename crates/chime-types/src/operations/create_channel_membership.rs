//! `POST /channels/{channelArn}/memberships`

use crate::declare::{operation, shape};
use crate::operation::{At, Form, Member};
use crate::{AppInstanceUserArn, ChannelArn, ChannelMembershipType, Identity};

operation! {
    /// Adds a member to a channel.
    ///
    /// ```
    /// use chime_types::{ChannelMembershipType, CreateChannelMembership};
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
    /// **Who may call it**: moderators and administrators; in an unrestricted channel every member.
    ///
    /// **Quota**: 15 calls a second for each channel in us-east-1, 10 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    CreateChannelMembership, CreateChannelMembershipBuilder -> CreateChannelMembershipResponse;
    Messaging Post "/channels/{channelArn}/memberships" => 201,
    idempotent: false,
    errors: [
        "BadRequestException",
        "NotFoundException",
        "ForbiddenException",
        "UnauthorizedClientException",
        "ConflictException",
        "ResourceLimitExceededException",
        "ThrottledClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The channel.
        channel_arn: ChannelArn = Member::new("ChannelArn", At::Label("channelArn")),
        /// The user to add.
        member_arn: AppInstanceUserArn = Member::new("MemberArn", At::Body),
        /// How the member shows.
        r#type: ChannelMembershipType = Member::new("Type", At::Body),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
    optional {
        /// The part of an elastic channel, 1 to 128 letters, digits, `-` and `_`.
        sub_channel_id: String = Member::new("SubChannelId", At::Body).limits(1, 128).form(Form::Token),
    }
}

shape! {
    /// The member that was added.
    pub struct CreateChannelMembershipResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The new member.
        member: Identity,
        /// The part of an elastic channel that the member is in.
        sub_channel_id: String,
    }
}
