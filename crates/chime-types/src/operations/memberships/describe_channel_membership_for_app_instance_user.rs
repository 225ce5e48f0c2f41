//! `GET /channels/{channelArn}?scope=app-instance-user-membership`

use crate::declare::{operation, structure};
use crate::shapes::ChannelMembershipForAppInstanceUserSummary;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Describes a user's membership in a channel, with a summary of the channel.
    ///
    /// ```
    #[doc = import!("operations::DescribeChannelMembershipForAppInstanceUser")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannelMembershipForAppInstanceUser::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// assert_eq!(request.channel_arn.app_instance_arn(), Some(instance));
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// A request without one of its parameters does not compile:
    ///
    /// ```compile_fail,E0277
    #[doc = import!("operations::DescribeChannelMembershipForAppInstanceUser")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannelMembershipForAppInstanceUser::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// Nor does one with the channel and the user exchanged:
    ///
    /// ```compile_fail,E0277
    #[doc = import!("{AppInstanceUserArn, ChannelArn}")]
    #[doc = import!("operations::DescribeChannelMembershipForAppInstanceUser")]
    ///
    /// fn ask(channel: ChannelArn, user: AppInstanceUserArn) {
    ///     let request = DescribeChannelMembershipForAppInstanceUser::builder()
    ///         .channel_arn(user)
    ///         .app_instance_user_arn(channel);
    /// }
    /// ```
    ///
    /// **Who may call it**: administrators, about any user; any other user, about themselves.
    ///
    /// The documentation does not say what the service answers about a user who is not a member.
    /// `ForbiddenException` is likely, since the operation lists no `NotFoundException`.
    ///
    /// In boto3 up to 1.37.0, it is also `Chime.Client.describe_channel_membership_for_app_instance_user`.
    DescribeChannelMembershipForAppInstanceUser, DescribeChannelMembershipForAppInstanceUserBuilder -> DescribeChannelMembershipForAppInstanceUserResponse;
    Memberships Get "/channels/{channelArn}" ["scope" = "app-instance-user-membership"] => 200;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The user whose membership to describe.
        app_instance_user_arn: AppInstanceUserArn = query("AppInstanceUserArn", "app-instance-user-arn"),
    }
}

structure! {
    /// One user's membership of one channel.
    ///
    /// ```
    #[doc = import!("operations::DescribeChannelMembershipForAppInstanceUserResponse")]
    ///
    /// let answer: DescribeChannelMembershipForAppInstanceUserResponse = serde_json::from_str(
    ///     r#"{"ChannelMembership":{"ChannelSummary":{"Mode":"RESTRICTED"},"NewerThanThisCrate":1}}"#,
    /// )?;
    /// let channel = answer.channel_membership.unwrap().channel_summary.unwrap();
    /// assert_eq!(channel.mode.unwrap().as_str(), "RESTRICTED");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct DescribeChannelMembershipForAppInstanceUserResponse {
        /// The channel, and what the user is in it.
        channel_membership: ChannelMembershipForAppInstanceUserSummary,
    }
}
