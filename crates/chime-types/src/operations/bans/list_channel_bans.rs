//! `GET /channels/{channelArn}/bans`

use crate::declare::{operation, structure};
use crate::shapes::ChannelBanSummary;
use crate::{ChannelArn, Sensitive};

operation! {
    /// Lists the users who are banned from a channel.
    ///
    /// ```
    #[doc = import!("operations::ListChannelBans")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelBans::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    ListChannelBans, ListChannelBansBuilder -> ListChannelBansResponse;
    Bans Get "/channels/{channelArn}/bans" => 200;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
    lists channel_bans: ChannelBanSummary;
}

structure! {
    /// A page of bans.
    pub struct ListChannelBansResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
        /// The bans.
        channel_bans: Vec<ChannelBanSummary>,
    }
}
