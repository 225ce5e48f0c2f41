//! `DELETE /channels/{channelArn}`

use crate::declare::operation;
use crate::operation::{At, Member};
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Deletes a channel, its memberships and its messages.
    ///
    /// ```
    /// use chime_types::DeleteChannel;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteChannel::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
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
    DeleteChannel, DeleteChannelBuilder -> ();
    Messaging Delete "/channels/{channelArn}" => 204,
    idempotent: true,
    errors: [
        "BadRequestException",
        "ForbiddenException",
        "ConflictException",
        "UnauthorizedClientException",
        "ThrottledClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The channel.
        channel_arn: ChannelArn = Member::new("ChannelArn", At::Label("channelArn")),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
}
