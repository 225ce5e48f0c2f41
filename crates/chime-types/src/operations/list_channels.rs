//! `GET /channels`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceArn, AppInstanceUserArn, ChannelPrivacy, ChannelSummary, Sensitive};

operation! {
    /// Lists the channels of an app instance.
    ///
    /// ```
    /// use chime_types::ListChannels;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannels::builder()
    ///     .app_instance_arn(instance)
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: every user the public ones; administrators the private ones too.
    ///
    /// **Quota**: 10 calls a second for each bearer in us-east-1, 5 in eu-central-1, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    ListChannels, ListChannelsBuilder -> ListChannelsResponse;
    Messaging Get "/channels" => 200,
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
        /// The app instance.
        app_instance_arn: AppInstanceArn = Member::new("AppInstanceArn", At::Query("app-instance-arn")),
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
    optional {
        /// Only those that are public, or only those that are private.
        privacy: ChannelPrivacy = Member::new("Privacy", At::Query("privacy")),
        /// How many a page holds, 1 to 50.
        max_results: i32 = Member::new("MaxResults", At::Query("max-results")).limits(1, 50),
        /// Where to go on: what the page before ended with.
        next_token: Sensitive = Member::new("NextToken", At::Query("next-token")).limits(0, 2048),
    }
    lists channels: ChannelSummary
}

shape! {
    /// A page of channels.
    pub struct ListChannelsResponse {
        /// The channels.
        channels: Vec<ChannelSummary>,
        /// What the next page begins with; none after the last.
        next_token: Sensitive,
    }
}
