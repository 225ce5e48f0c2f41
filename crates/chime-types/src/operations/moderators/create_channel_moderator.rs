//! `POST /channels/{channelArn}/moderators`

use crate::declare::{operation, structure};
use crate::shapes::Identity;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Makes a user a moderator of a channel.
    /// A moderator adds and removes members and moderators.
    ///
    /// ```
    #[doc = import!("operations::CreateChannelModerator")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = CreateChannelModerator::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .channel_moderator_arn(format!("{instance}/user/bob"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    CreateChannelModerator, CreateChannelModeratorBuilder -> CreateChannelModeratorResponse;
    Moderators Post "/channels/{channelArn}/moderators" => 201;
    bearer required;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The user to make a moderator.
        channel_moderator_arn: AppInstanceUserArn = body("ChannelModeratorArn"),
    }
}

structure! {
    /// The new moderator.
    pub struct CreateChannelModeratorResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The new moderator.
        channel_moderator: Identity,
    }
}
