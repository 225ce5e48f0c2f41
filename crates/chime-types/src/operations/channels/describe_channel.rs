//! `GET /channels/{channelArn}`

use crate::ChannelArn;
use crate::declare::{operation, structure};
use crate::shapes::Channel;

operation! {
    /// Describes a channel.
    ///
    /// ```
    #[doc = import!("operations::DescribeChannel")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeChannel::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: in a public channel, any user of the app instance; in a private one, its
    /// members and moderators, and administrators.
    DescribeChannel, DescribeChannelBuilder -> DescribeChannelResponse;
    Channels Get "/channels/{channelArn}" => 200;
    bearer required;
    quota: 20, 20 for each Channel;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
}

structure! {
    /// A channel.
    pub struct DescribeChannelResponse {
        /// The channel.
        channel: Channel,
    }
}
