//! `GET /channels/{channelArn}`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceUserArn, Channel, ChannelArn};

operation! {
    /// Describes a channel.
    ///
    /// ```
    /// use chime_types::DescribeChannel;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannel::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: in a public channel every user of the app instance; in a private one its
    /// members and moderators, and administrators.
    ///
    /// **Quota**: 20 calls a second for each channel, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    DescribeChannel, DescribeChannelBuilder -> DescribeChannelResponse;
    Messaging Get "/channels/{channelArn}" => 200,
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
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
}

shape! {
    /// A channel.
    pub struct DescribeChannelResponse {
        /// The channel.
        channel: Channel,
    }
}
