//! `GET /app-instance-users/{appInstanceUserArn}/endpoints`

use crate::declare::{operation, structure};
use crate::shapes::AppInstanceUserEndpointSummary;
use crate::{Sensitive, SensitiveUserArn};

operation! {
    /// Lists the devices of a user.
    ///
    /// ```
    #[doc = import!("operations::ListAppInstanceUserEndpoints")]
    #[doc = import!("AppInstanceUserArn")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let user: AppInstanceUserArn = format!("{instance}/user/alice").parse()?;
    /// let request = ListAppInstanceUserEndpoints::builder()
    ///     .app_instance_user_arn(user)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ListAppInstanceUserEndpoints, ListAppInstanceUserEndpointsBuilder -> ListAppInstanceUserEndpointsResponse;
    Endpoints Get "/app-instance-users/{appInstanceUserArn}/endpoints" => 200;
    required {
        /// The user.
        app_instance_user_arn: SensitiveUserArn = label("AppInstanceUserArn", "appInstanceUserArn"),
    }
    lists app_instance_user_endpoints: AppInstanceUserEndpointSummary;
}

structure! {
    /// A page of endpoints.
    pub struct ListAppInstanceUserEndpointsResponse {
        /// The endpoints.
        app_instance_user_endpoints: Vec<AppInstanceUserEndpointSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
