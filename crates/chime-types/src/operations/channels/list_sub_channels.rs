//! `GET /channels/{channelArn}/subchannels`

use crate::declare::{operation, structure};
use crate::shapes::SubChannelSummary;
use crate::{ChannelArn, Sensitive};

operation! {
    /// Lists the sub-channels of an elastic channel.
    ///
    /// ```
    #[doc = import!("operations::ListSubChannels")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListSubChannels::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    ListSubChannels, ListSubChannelsBuilder -> ListSubChannelsResponse;
    Channels Get "/channels/{channelArn}/subchannels" => 200;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
    lists sub_channels: SubChannelSummary;
}

structure! {
    /// A page of sub-channels.
    pub struct ListSubChannelsResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The sub-channels.
        sub_channels: Vec<SubChannelSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
