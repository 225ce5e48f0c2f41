//! `GET /channels/{channelArn}/messages`

use crate::declare::{operation, shape};
use crate::operation::{At, Form, Member};
use crate::{AppInstanceUserArn, ChannelArn, ChannelMessageSummary, Sensitive, SortOrder, Timestamp};

operation! {
    /// Lists the messages of a channel, the newest first.
    ///
    /// ```
    /// use chime_types::ListChannelMessages;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelMessages::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: in a public channel every user of the app instance; in a private one its
    /// members and moderators, and administrators.
    ///
    /// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    ListChannelMessages, ListChannelMessagesBuilder -> ListChannelMessagesResponse;
    Messaging Get "/channels/{channelArn}/messages" => 200,
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
    optional {
        /// Which come first; the newest if not given.
        sort_order: SortOrder = Member::new("SortOrder", At::Query("sort-order")),
        /// Only those that were sent then or later.
        not_before: Timestamp = Member::new("NotBefore", At::Query("not-before")),
        /// Only those that were sent then or earlier.
        not_after: Timestamp = Member::new("NotAfter", At::Query("not-after")),
        /// How many a page holds, 1 to 50.
        max_results: i32 = Member::new("MaxResults", At::Query("max-results")).limits(1, 50),
        /// Where to go on: what the page before ended with.
        next_token: Sensitive = Member::new("NextToken", At::Query("next-token")).limits(0, 2048),
        /// The part of an elastic channel, 1 to 128 letters, digits, `-` and `_`.
        sub_channel_id: String =
            Member::new("SubChannelId", At::Query("sub-channel-id")).limits(1, 128).form(Form::Token),
    }
    lists channel_messages: ChannelMessageSummary
}

shape! {
    /// A page of messages.
    pub struct ListChannelMessagesResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// What the next page begins with; none after the last.
        next_token: Sensitive,
        /// The messages.
        channel_messages: Vec<ChannelMessageSummary>,
        /// The part of an elastic channel.
        sub_channel_id: String,
    }
}
