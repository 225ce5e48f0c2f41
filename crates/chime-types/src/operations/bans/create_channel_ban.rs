//! `POST /channels/{channelArn}/bans`

use crate::declare::{operation, structure};
use crate::shapes::Identity;
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Bans a user from a channel.
    /// A member who is banned is removed, and nobody can add the user again until the ban is deleted.
    ///
    /// ```
    #[doc = import!("operations::CreateChannelBan")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = CreateChannelBan::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .member_arn(format!("{instance}/user/bob"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators. They cannot ban one another.
    CreateChannelBan, CreateChannelBanBuilder -> CreateChannelBanResponse;
    Bans Post "/channels/{channelArn}/bans" => 201;
    bearer required;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
        /// The user to ban.
        member_arn: AppInstanceUserArn = body("MemberArn"),
    }
}

structure! {
    /// The new ban.
    pub struct CreateChannelBanResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The banned user.
        member: Identity,
    }
}
