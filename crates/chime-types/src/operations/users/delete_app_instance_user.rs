//! `DELETE /app-instance-users/{appInstanceUserArn}`

use crate::AppInstanceUserArn;
use crate::declare::operation;

operation! {
    /// Deletes a user, with their memberships and roles.
    /// The user's messages stay, with the user's name.
    ///
    /// ```
    #[doc = import!("operations::DeleteAppInstanceUser")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteAppInstanceUser::builder()
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DeleteAppInstanceUser, DeleteAppInstanceUserBuilder -> ();
    Users Delete "/app-instance-users/{appInstanceUserArn}" => 204;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The user.
        app_instance_user_arn: AppInstanceUserArn = label("AppInstanceUserArn", "appInstanceUserArn"),
    }
}
