//! `GET /channels/{channelArn}/moderators`

use crate::declare::{operation, structure};
use crate::shapes::ChannelModeratorSummary;
use crate::{ChannelArn, Sensitive};

operation! {
    /// Lists the moderators of a channel.
    ///
    /// ```
    #[doc = import!("operations::ListChannelModerators")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelModerators::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    ListChannelModerators, ListChannelModeratorsBuilder -> ListChannelModeratorsResponse;
    Moderators Get "/channels/{channelArn}/moderators" => 200;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
    lists channel_moderators: ChannelModeratorSummary;
}

structure! {
    /// A page of moderators.
    pub struct ListChannelModeratorsResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
        /// The moderators.
        channel_moderators: Vec<ChannelModeratorSummary>,
    }
}
