//! `GET /channels/{channelArn}?scope=app-instance-user-membership`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceUserArn, ChannelArn, ChannelMembershipForAppInstanceUserSummary};

operation! {
    /// Asks for one user's membership of one channel, together with a summary of that channel.
    ///
    /// ```
    /// use chime_types::DescribeChannelMembershipForAppInstanceUser;
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
    /// A request without one of its parameters does not compile,
    ///
    /// ```compile_fail,E0277
    /// use chime_types::DescribeChannelMembershipForAppInstanceUser;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannelMembershipForAppInstanceUser::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// nor does one with channel and user exchanged.
    ///
    /// ```compile_fail,E0277
    /// use chime_types::{AppInstanceUserArn, ChannelArn, DescribeChannelMembershipForAppInstanceUser};
    ///
    /// fn ask(channel: ChannelArn, user: AppInstanceUserArn) {
    ///     let request = DescribeChannelMembershipForAppInstanceUser::builder()
    ///         .channel_arn(user)
    ///         .app_instance_user_arn(channel);
    /// }
    /// ```
    ///
    /// **Who may ask**: an app instance administrator about any user; everybody else about themselves.
    ///
    /// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
    ///
    /// What a user who is no member gets is documented nowhere; `ForbiddenException` is likely, since the
    /// operation lists no `NotFoundException`.
    ///
    /// **Source**: `Chime.Client.describe_channel_membership_for_app_instance_user` of boto3 up to 1.37.0, and
    /// the model of `chime-sdk-messaging` 2021-05-15.
    DescribeChannelMembershipForAppInstanceUser, DescribeChannelMembershipForAppInstanceUserBuilder
        -> DescribeChannelMembershipForAppInstanceUserResponse;
    Messaging Get "/channels/{channelArn}" ["scope" = "app-instance-user-membership"] => 200,
    idempotent: true,
    errors: [
        "BadRequestException",
        "ForbiddenException",
        "UnauthorizedClientException",
        "ThrottledClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The channel.
        channel_arn: ChannelArn = Member::new("ChannelArn", At::Label("channelArn")),
        /// The user whose membership is asked for.
        app_instance_user_arn: AppInstanceUserArn =
            Member::new("AppInstanceUserArn", At::Query("app-instance-user-arn")),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
}

shape! {
    /// One user's membership of one channel.
    ///
    /// ```
    /// use chime_types::DescribeChannelMembershipForAppInstanceUserResponse;
    ///
    /// let answer: DescribeChannelMembershipForAppInstanceUserResponse = serde_json::from_str(
    ///     r#"{"ChannelMembership":{"ChannelSummary":{"Mode":"RESTRICTED"},"NewerThanThisCrate":1}}"#,
    /// )?;
    /// let channel = answer.channel_membership.unwrap().channel_summary.unwrap();
    /// assert_eq!(channel.mode.unwrap().as_str(), "RESTRICTED");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct DescribeChannelMembershipForAppInstanceUserResponse {
        /// The channel and what the user is in it.
        channel_membership: ChannelMembershipForAppInstanceUserSummary,
    }
}
