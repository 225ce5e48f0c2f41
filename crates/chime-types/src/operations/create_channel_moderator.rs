//! `POST /channels/{channelArn}/moderators`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceUserArn, ChannelArn, Identity};

operation! {
    /// Makes a user a moderator of a channel: one who adds and removes members and moderators.
    ///
    /// ```
    /// use chime_types::CreateChannelModerator;
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
    ///
    /// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    CreateChannelModerator, CreateChannelModeratorBuilder -> CreateChannelModeratorResponse;
    Messaging Post "/channels/{channelArn}/moderators" => 201,
    idempotent: false,
    errors: [
        "BadRequestException",
        "ForbiddenException",
        "UnauthorizedClientException",
        "ConflictException",
        "ResourceLimitExceededException",
        "ThrottledClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The channel.
        channel_arn: ChannelArn = Member::new("ChannelArn", At::Label("channelArn")),
        /// The user to make a moderator.
        channel_moderator_arn: AppInstanceUserArn = Member::new("ChannelModeratorArn", At::Body),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
}

shape! {
    /// The moderator that was made.
    pub struct CreateChannelModeratorResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The new moderator.
        channel_moderator: Identity,
    }
}
