//! `GET /channels/{channelArn}/moderators`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceUserArn, ChannelArn, ChannelModeratorSummary, Sensitive};

operation! {
    /// Lists the moderators of a channel.
    ///
    /// ```
    /// use chime_types::ListChannelModerators;
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
    ///
    /// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    ListChannelModerators, ListChannelModeratorsBuilder -> ListChannelModeratorsResponse;
    Messaging Get "/channels/{channelArn}/moderators" => 200,
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
        /// How many a page holds, 1 to 50.
        max_results: i32 = Member::new("MaxResults", At::Query("max-results")).limits(1, 50),
        /// Where to go on: what the page before ended with.
        next_token: Sensitive = Member::new("NextToken", At::Query("next-token")).limits(0, 2048),
    }
    lists channel_moderators: ChannelModeratorSummary
}

shape! {
    /// A page of moderators.
    pub struct ListChannelModeratorsResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// What the next page begins with; none after the last.
        next_token: Sensitive,
        /// The moderators.
        channel_moderators: Vec<ChannelModeratorSummary>,
    }
}
