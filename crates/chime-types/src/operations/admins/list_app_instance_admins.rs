//! `GET /app-instances/{appInstanceArn}/admins`

use crate::declare::{operation, structure};
use crate::shapes::AppInstanceAdminSummary;
use crate::{AppInstanceArn, Sensitive};

operation! {
    /// Lists the administrators of an app instance.
    ///
    /// ```
    #[doc = import!("operations::ListAppInstanceAdmins")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListAppInstanceAdmins::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ListAppInstanceAdmins, ListAppInstanceAdminsBuilder -> ListAppInstanceAdminsResponse;
    Admins Get "/app-instances/{appInstanceArn}/admins" => 200;
    errors: common, ResourceLimitExceededException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
    }
    lists app_instance_admins: AppInstanceAdminSummary;
}

structure! {
    /// A page of administrators.
    pub struct ListAppInstanceAdminsResponse {
        /// The administrators.
        app_instance_admins: Vec<AppInstanceAdminSummary>,
        /// The app instance.
        app_instance_arn: AppInstanceArn,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
