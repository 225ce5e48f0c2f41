//! `GET /channels/{channelArn}/messages`

use crate::declare::{operation, structure};
use crate::shapes::{ChannelMessageSummary, SortOrder};
use crate::{ChannelArn, Sensitive, Timestamp};

operation! {
    /// Lists the messages of a channel.
    ///
    /// ```
    #[doc = import!("operations::ListChannelMessages")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelMessages::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: in a public channel, any user of the app instance; in a private one, its
    /// members and moderators, and administrators.
    ListChannelMessages, ListChannelMessagesBuilder -> ListChannelMessagesResponse;
    Messages Get "/channels/{channelArn}/messages" => 200;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
    optional {
        /// Whether the newest or the oldest message comes first.
        /// The default is `DESCENDING`, the newest first.
        sort_order, set_sort_order: SortOrder = query("SortOrder", "sort-order"),
        /// The earliest time at which a listed message was sent.
        not_before, set_not_before: Timestamp = query("NotBefore", "not-before"),
        /// The latest time at which a listed message was sent.
        not_after, set_not_after: Timestamp = query("NotAfter", "not-after"),
    }
    sub_channel query;
    lists channel_messages: ChannelMessageSummary;
}

structure! {
    /// A page of messages.
    pub struct ListChannelMessagesResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
        /// The messages.
        channel_messages: Vec<ChannelMessageSummary>,
        /// The sub-channel of an elastic channel.
        sub_channel_id: String,
    }
}
