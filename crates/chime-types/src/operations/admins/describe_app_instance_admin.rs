//! `GET /app-instances/{appInstanceArn}/admins/{appInstanceAdminArn}`

use crate::declare::{operation, structure};
use crate::shapes::AppInstanceAdmin;
use crate::{AppInstanceArn, AppInstanceUserArn};

operation! {
    /// Describes an administrator of an app instance.
    ///
    /// ```
    #[doc = import!("operations::DescribeAppInstanceAdmin")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeAppInstanceAdmin::builder()
    ///     .app_instance_admin_arn(format!("{instance}/user/admin"))
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DescribeAppInstanceAdmin, DescribeAppInstanceAdminBuilder -> DescribeAppInstanceAdminResponse;
    Admins Get "/app-instances/{appInstanceArn}/admins/{appInstanceAdminArn}" => 200;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
        /// The administrator.
        app_instance_admin_arn: AppInstanceUserArn = label("AppInstanceAdminArn", "appInstanceAdminArn"),
    }
}

structure! {
    /// An administrator.
    pub struct DescribeAppInstanceAdminResponse {
        /// The administrator.
        app_instance_admin: AppInstanceAdmin,
    }
}
