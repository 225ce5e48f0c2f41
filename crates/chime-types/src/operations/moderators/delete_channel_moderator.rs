//! `DELETE /channels/{channelArn}/moderators/{channelModeratorArn}`

use crate::declare::operation;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Removes the moderator role of a user in a channel.
    ///
    /// ```
    #[doc = import!("operations::DeleteChannelModerator")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteChannelModerator::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .channel_moderator_arn(format!("{instance}/user/bob"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    DeleteChannelModerator, DeleteChannelModeratorBuilder -> ();
    Moderators Delete "/channels/{channelArn}/moderators/{channelModeratorArn}" => 204;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The moderator.
        channel_moderator_arn: AppInstanceUserArn = label("ChannelModeratorArn", "channelModeratorArn"),
    }
}
