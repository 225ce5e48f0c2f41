//! `POST /channels/{channelArn}/memberships?operation=batch-create`

use crate::declare::{operation, shape};
use crate::operation::{At, Form, Member};
use crate::{
    AppInstanceUserArn, BatchChannelMemberships, BatchCreateChannelMembershipError, ChannelArn,
    ChannelMembershipType,
};

operation! {
    /// Adds up to 100 members to a channel. One that cannot be added does not keep the others out.
    ///
    /// ```
    /// use chime_types::BatchCreateChannelMembership;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = BatchCreateChannelMembership::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .member_arns([format!("{instance}/user/bob"), format!("{instance}/user/carol")])
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
    BatchCreateChannelMembership, BatchCreateChannelMembershipBuilder -> BatchCreateChannelMembershipResponse;
    Messaging Post "/channels/{channelArn}/memberships" ["operation" = "batch-create"] => 200,
    idempotent: false,
    errors: [
        "ServiceFailureException",
        "ServiceUnavailableException",
        "UnauthorizedClientException",
        "BadRequestException",
        "NotFoundException",
        "ForbiddenException",
        "ThrottledClientException",
        "ResourceLimitExceededException",
    ];
    required {
        /// The channel.
        channel_arn: ChannelArn = Member::new("ChannelArn", At::Label("channelArn")),
        /// The users to add, 1 to 100.
        member_arns: Vec<AppInstanceUserArn> = Member::new("MemberArns", At::Body).limits(1, 100),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
    optional {
        /// How the members show; `DEFAULT` if not given.
        r#type: ChannelMembershipType = Member::new("Type", At::Body),
        /// The part of an elastic channel, 1 to 128 letters, digits, `-` and `_`.
        sub_channel_id: String = Member::new("SubChannelId", At::Body).limits(1, 128).form(Form::Token),
    }
}

shape! {
    /// Who was added and who was not.
    pub struct BatchCreateChannelMembershipResponse {
        /// The members that were added.
        batch_channel_memberships: BatchChannelMemberships,
        /// Those that were not, and why.
        errors: Vec<BatchCreateChannelMembershipError>,
    }
}
