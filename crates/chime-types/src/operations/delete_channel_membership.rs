//! `DELETE /channels/{channelArn}/memberships/{memberArn}`

use crate::declare::operation;
use crate::operation::{At, Form, Member};
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Takes a member out of a channel.
    ///
    /// ```
    /// use chime_types::DeleteChannelMembership;
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
    /// **Who may call it**: moderators and administrators; every member themselves.
    ///
    /// **Quota**: 15 calls a second for each channel in us-east-1, 10 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    DeleteChannelMembership, DeleteChannelMembershipBuilder -> ();
    Messaging Delete "/channels/{channelArn}/memberships/{memberArn}" => 204,
    idempotent: true,
    errors: [
        "BadRequestException",
        "ForbiddenException",
        "UnauthorizedClientException",
        "ConflictException",
        "ThrottledClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The channel.
        channel_arn: ChannelArn = Member::new("ChannelArn", At::Label("channelArn")),
        /// The member to take out.
        member_arn: AppInstanceUserArn = Member::new("MemberArn", At::Label("memberArn")),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
    optional {
        /// The part of an elastic channel, 1 to 128 letters, digits, `-` and `_`.
        sub_channel_id: String =
            Member::new("SubChannelId", At::Query("sub-channel-id")).limits(1, 128).form(Form::Token),
    }
}
