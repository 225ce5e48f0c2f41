//! `GET /app-instance-users`

use crate::declare::{operation, structure};
use crate::shapes::AppInstanceUserSummary;
use crate::{AppInstanceArn, Sensitive};

operation! {
    /// Lists the users of an app instance.
    ///
    /// ```
    #[doc = import!("operations::ListAppInstanceUsers")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListAppInstanceUsers::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ListAppInstanceUsers, ListAppInstanceUsersBuilder -> ListAppInstanceUsersResponse;
    Users Get "/app-instance-users" => 200;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = query("AppInstanceArn", "app-instance-arn"),
    }
    lists app_instance_users: AppInstanceUserSummary;
}

structure! {
    /// A page of users.
    pub struct ListAppInstanceUsersResponse {
        /// The app instance.
        app_instance_arn: AppInstanceArn,
        /// The users.
        app_instance_users: Vec<AppInstanceUserSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
