//! `GET /channels?scope=app-instance-user-memberships`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceUserArn, ChannelMembershipForAppInstanceUserSummary, Sensitive};

operation! {
    /// Lists the channels that a user is a member of.
    ///
    /// ```
    /// use chime_types::ListChannelMembershipsForAppInstanceUser;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelMembershipsForAppInstanceUser::builder()
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: administrators about any user; everybody else about themselves.
    ///
    /// **Quota**: 15 calls a second for each user, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-messaging` 2021-05-15.
    ListChannelMembershipsForAppInstanceUser, ListChannelMembershipsForAppInstanceUserBuilder -> ListChannelMembershipsForAppInstanceUserResponse;
    Messaging Get "/channels" ["scope" = "app-instance-user-memberships"] => 200,
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
        /// The user that makes the call.
        chime_bearer: AppInstanceUserArn = Member::new("ChimeBearer", At::Header("x-amz-chime-bearer")),
    }
    optional {
        /// The user whose channels are listed; the caller if not given.
        app_instance_user_arn: AppInstanceUserArn =
            Member::new("AppInstanceUserArn", At::Query("app-instance-user-arn")),
        /// How many a page holds, 1 to 50.
        max_results: i32 = Member::new("MaxResults", At::Query("max-results")).limits(1, 50),
        /// Where to go on: what the page before ended with.
        next_token: Sensitive = Member::new("NextToken", At::Query("next-token")).limits(0, 2048),
    }
    lists channel_memberships: ChannelMembershipForAppInstanceUserSummary
}

shape! {
    /// A page of a user's channels.
    pub struct ListChannelMembershipsForAppInstanceUserResponse {
        /// The channels, and what the user is in each.
        channel_memberships: Vec<ChannelMembershipForAppInstanceUserSummary>,
        /// What the next page begins with; none after the last.
        next_token: Sensitive,
    }
}
