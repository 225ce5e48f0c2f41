//! `DELETE /channels/{channelArn}/bans/{memberArn}`

use crate::declare::operation;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Ends the ban of a user from a channel.
    /// The user becomes a member again only by `CreateChannelMembership`.
    ///
    /// ```
    #[doc = import!("operations::DeleteChannelBan")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteChannelBan::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .member_arn(format!("{instance}/user/bob"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    DeleteChannelBan, DeleteChannelBanBuilder -> ();
    Bans Delete "/channels/{channelArn}/bans/{memberArn}" => 204;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The banned user.
        member_arn: AppInstanceUserArn = label("MemberArn", "memberArn"),
    }
}
