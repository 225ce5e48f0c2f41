//! `GET /app-instance-users`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceArn, AppInstanceUserSummary, Sensitive};

operation! {
    /// Lists the users of an app instance.
    ///
    /// ```
    /// use chime_types::ListAppInstanceUsers;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListAppInstanceUsers::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: the AWS account that it belongs to; there is no bearer.
    ///
    /// **Quota**: 10 calls a second for each account, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-identity` 2021-04-20.
    ListAppInstanceUsers, ListAppInstanceUsersBuilder -> ListAppInstanceUsersResponse;
    Identity Get "/app-instance-users" => 200,
    idempotent: true,
    errors: [
        "BadRequestException",
        "ForbiddenException",
        "ThrottledClientException",
        "UnauthorizedClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = Member::new("AppInstanceArn", At::Query("app-instance-arn")),
    }
    optional {
        /// How many a page holds, 1 to 50.
        max_results: i32 = Member::new("MaxResults", At::Query("max-results")).limits(1, 50),
        /// Where to go on: what the page before ended with.
        next_token: Sensitive = Member::new("NextToken", At::Query("next-token")).limits(0, 2048),
    }
    lists app_instance_users: AppInstanceUserSummary
}

shape! {
    /// A page of users.
    pub struct ListAppInstanceUsersResponse {
        /// The app instance.
        app_instance_arn: AppInstanceArn,
        /// The users.
        app_instance_users: Vec<AppInstanceUserSummary>,
        /// What the next page begins with; none after the last.
        next_token: Sensitive,
    }
}
