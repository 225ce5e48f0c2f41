//! `POST /channels/{channelArn}/memberships?operation=batch-create`

use crate::declare::{operation, structure};
use crate::shapes::{BatchChannelMemberships, BatchCreateChannelMembershipError, ChannelMembershipType};
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Adds up to 100 members to a channel.
    /// A user who cannot be added does not keep the others out.
    ///
    /// ```
    #[doc = import!("operations::BatchCreateChannelMembership")]
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
    /// **Who may call it**: moderators and administrators; in an unrestricted channel, any member.
    BatchCreateChannelMembership, BatchCreateChannelMembershipBuilder -> BatchCreateChannelMembershipResponse;
    Memberships Post "/channels/{channelArn}/memberships" ["operation" = "batch-create"] => 200;
    bearer required;
    quota: 15, 10 for each Channel;
    errors: common, NotFoundException, ResourceLimitExceededException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The users to add.
        /// It has 1 to 100 items.
        member_arns: Vec<AppInstanceUserArn> = body("MemberArns").limits(1, 100),
    }
    optional {
        /// Whether the members are ordinary or hidden.
        /// The default is `DEFAULT`.
        r#type, set_type: ChannelMembershipType = body("Type"),
    }
    sub_channel body;
}

structure! {
    /// The users who were added, and those who were not.
    pub struct BatchCreateChannelMembershipResponse {
        /// The members that were added.
        batch_channel_memberships: BatchChannelMemberships,
        /// The users who were not added, each with the reason.
        errors: Vec<BatchCreateChannelMembershipError>,
    }
}
