//! `POST /app-instances/{appInstanceArn}/admins`

use crate::declare::{operation, structure};
use crate::shapes::Identity;
use crate::{AppInstanceArn, AppInstanceUserArn};

operation! {
    /// Makes a user an administrator of an app instance.
    /// An administrator may do nearly everything in it.
    ///
    /// ```
    #[doc = import!("operations::CreateAppInstanceAdmin")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = CreateAppInstanceAdmin::builder()
    ///     .app_instance_admin_arn(format!("{instance}/user/admin"))
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    CreateAppInstanceAdmin, CreateAppInstanceAdminBuilder -> CreateAppInstanceAdminResponse;
    Admins Post "/app-instances/{appInstanceArn}/admins" => 201;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The user to make an administrator.
        app_instance_admin_arn: AppInstanceUserArn = body("AppInstanceAdminArn"),
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
    }
}

structure! {
    /// The new administrator.
    pub struct CreateAppInstanceAdminResponse {
        /// The new administrator.
        app_instance_admin: Identity,
        /// The app instance.
        app_instance_arn: AppInstanceArn,
    }
}
