//! `DELETE /channels/{channelArn}/moderators/{channelModeratorArn}`

use crate::declare::operation;
use crate::operation::{At, Member};
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Makes a moderator of a channel an ordinary user of it.
    ///
    /// ```
    /// use chime_types::DeleteChannelModerator;
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
    ///
    /// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    DeleteChannelModerator, DeleteChannelModeratorBuilder -> ();
    Messaging Delete "/channels/{channelArn}/moderators/{channelModeratorArn}" => 204,
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
        /// The moderator.
        channel_moderator_arn: AppInstanceUserArn =
            Member::new("ChannelModeratorArn", At::Label("channelModeratorArn")),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
}
