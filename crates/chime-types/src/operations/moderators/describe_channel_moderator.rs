//! `GET /channels/{channelArn}/moderators/{channelModeratorArn}`

use crate::declare::{operation, structure};
use crate::shapes::ChannelModerator;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Returns the moderator role of a user in a channel.
    ///
    /// ```
    #[doc = import!("operations::DescribeChannelModerator")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannelModerator::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .channel_moderator_arn(format!("{instance}/user/bob"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    DescribeChannelModerator, DescribeChannelModeratorBuilder -> DescribeChannelModeratorResponse;
    Moderators Get "/channels/{channelArn}/moderators/{channelModeratorArn}" => 200;
    bearer required;
    errors: common, NotFoundException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The moderator.
        channel_moderator_arn: AppInstanceUserArn = label("ChannelModeratorArn", "channelModeratorArn"),
    }
}

structure! {
    /// A moderator.
    pub struct DescribeChannelModeratorResponse {
        /// The moderator.
        channel_moderator: ChannelModerator,
    }
}
