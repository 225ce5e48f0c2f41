//! `DELETE /app-instances/{appInstanceArn}/admins/{appInstanceAdminArn}`

use crate::declare::operation;
use crate::{AppInstanceArn, AppInstanceUserArn};

operation! {
    /// Removes the role of administrator from a user.
    /// The user remains.
    ///
    /// ```
    #[doc = import!("operations::DeleteAppInstanceAdmin")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteAppInstanceAdmin::builder()
    ///     .app_instance_admin_arn(format!("{instance}/user/admin"))
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DeleteAppInstanceAdmin, DeleteAppInstanceAdminBuilder -> ();
    Admins Delete "/app-instances/{appInstanceArn}/admins/{appInstanceAdminArn}" => 204;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
        /// The administrator.
        app_instance_admin_arn: AppInstanceUserArn = label("AppInstanceAdminArn", "appInstanceAdminArn"),
    }
}
