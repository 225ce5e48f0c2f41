//! `GET /channels/{channelArn}/bans/{memberArn}`

use crate::declare::{operation, structure};
use crate::shapes::ChannelBan;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Returns the ban of a user from a channel.
    ///
    /// ```
    #[doc = import!("operations::DescribeChannelBan")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannelBan::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .member_arn(format!("{instance}/user/bob"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    DescribeChannelBan, DescribeChannelBanBuilder -> DescribeChannelBanResponse;
    Bans Get "/channels/{channelArn}/bans/{memberArn}" => 200;
    bearer required;
    errors: common, NotFoundException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The banned user.
        member_arn: AppInstanceUserArn = label("MemberArn", "memberArn"),
    }
}

structure! {
    /// A ban.
    pub struct DescribeChannelBanResponse {
        /// The ban.
        channel_ban: ChannelBan,
    }
}
