//! `PUT /channels/{channelArn}/readMarker`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceUserArn, ChannelArn};

operation! {
    /// Moves the caller's read marker of a channel to now.
    ///
    /// ```
    /// use chime_types::UpdateChannelReadMarker;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UpdateChannelReadMarker::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: members of the channel. Elastic channels have no read markers.
    ///
    /// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    UpdateChannelReadMarker, UpdateChannelReadMarkerBuilder -> UpdateChannelReadMarkerResponse;
    Messaging Put "/channels/{channelArn}/readMarker" => 200,
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

shape! {
    /// The channel that was read.
    pub struct UpdateChannelReadMarkerResponse {
        /// The channel.
        channel_arn: ChannelArn,
    }
}
