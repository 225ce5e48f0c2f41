//! `PUT /channels/{channelArn}`

use crate::declare::{operation, shape};
use crate::operation::{At, Form, Member};
use crate::{AppInstanceUserArn, ChannelArn, ChannelMode, Sensitive};

operation! {
    /// Changes a channel's name, mode or metadata. What is not given stays.
    ///
    /// ```
    /// use chime_types::UpdateChannel;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UpdateChannel::builder()
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
    UpdateChannel, UpdateChannelBuilder -> UpdateChannelResponse;
    Messaging Put "/channels/{channelArn}" => 200,
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
    optional {
        /// Its new name, 1 to 256 characters.
        name: Sensitive = Member::new("Name", At::Body).limits(1, 256).form(Form::Name),
        /// Who may add members from now on.
        mode: ChannelMode = Member::new("Mode", At::Body),
        /// The application's own data from now on, up to 1,024 characters.
        metadata: Sensitive = Member::new("Metadata", At::Body).limits(0, 1024),
    }
}

shape! {
    /// The channel that was changed.
    pub struct UpdateChannelResponse {
        /// The channel's ARN.
        channel_arn: ChannelArn,
    }
}
