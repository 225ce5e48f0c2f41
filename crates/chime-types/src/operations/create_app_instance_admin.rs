//! `POST /app-instances/{appInstanceArn}/admins`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceArn, AppInstanceUserArn, Identity};

operation! {
    /// Makes a user an administrator of the app instance: one who may do nearly everything in it.
    ///
    /// ```
    /// use chime_types::CreateAppInstanceAdmin;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = CreateAppInstanceAdmin::builder()
    ///     .app_instance_admin_arn(format!("{instance}/user/admin"))
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
    CreateAppInstanceAdmin, CreateAppInstanceAdminBuilder -> CreateAppInstanceAdminResponse;
    Identity Post "/app-instances/{appInstanceArn}/admins" => 201,
    idempotent: false,
    errors: [
        "BadRequestException",
        "ConflictException",
        "ForbiddenException",
        "ResourceLimitExceededException",
        "ThrottledClientException",
        "UnauthorizedClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The user to make an administrator.
        app_instance_admin_arn: AppInstanceUserArn = Member::new("AppInstanceAdminArn", At::Body),
        /// The app instance.
        app_instance_arn: AppInstanceArn = Member::new("AppInstanceArn", At::Label("appInstanceArn")),
    }
}

shape! {
    /// The administrator that was made.
    pub struct CreateAppInstanceAdminResponse {
        /// The new administrator.
        app_instance_admin: Identity,
        /// The app instance.
        app_instance_arn: AppInstanceArn,
    }
}
