//! `GET /channels/{channelArn}?scope=app-instance-user-moderated-channel`

use crate::declare::{operation, structure};
use crate::shapes::ChannelModeratedByAppInstanceUserSummary;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Returns a channel that a user moderates.
    ///
    /// ```
    #[doc = import!("operations::DescribeChannelModeratedByAppInstanceUser")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannelModeratedByAppInstanceUser::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: administrators, about any user; any other user, about themselves.
    DescribeChannelModeratedByAppInstanceUser, DescribeChannelModeratedByAppInstanceUserBuilder -> DescribeChannelModeratedByAppInstanceUserResponse;
    Moderators Get "/channels/{channelArn}" ["scope" = "app-instance-user-moderated-channel"] => 200;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The moderator.
        app_instance_user_arn: AppInstanceUserArn = query("AppInstanceUserArn", "app-instance-user-arn"),
    }
}

structure! {
    /// A channel that the user moderates.
    pub struct DescribeChannelModeratedByAppInstanceUserResponse {
        /// The channel.
        channel: ChannelModeratedByAppInstanceUserSummary,
    }
}
