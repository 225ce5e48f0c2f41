//! `PUT /app-instance-users/{appInstanceUserArn}`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::{AppInstanceUserArn, Sensitive};

operation! {
    /// Changes the name and the metadata of a user.
    /// Both are required: give what should not change, too.
    ///
    /// ```
    #[doc = import!("operations::UpdateAppInstanceUser")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UpdateAppInstanceUser::builder()
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .name("Alice")
    ///     .metadata("{}")
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    UpdateAppInstanceUser, UpdateAppInstanceUserBuilder -> UpdateAppInstanceUserResponse;
    Users Put "/app-instance-users/{appInstanceUserArn}" => 200;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The user.
        app_instance_user_arn: AppInstanceUserArn = label("AppInstanceUserArn", "appInstanceUserArn"),
        /// The application's own data about the user.
        /// It has up to 1,024 characters.
        metadata: Sensitive = body("Metadata").limits(0, 1024),
        /// The user's new name.
        /// It has 1 to 100 characters.
        name: Sensitive = body("Name").limits(1, 100).form(Form::NotBlank),
    }
}

structure! {
    /// The user that was updated.
    pub struct UpdateAppInstanceUserResponse {
        /// The user's ARN.
        app_instance_user_arn: AppInstanceUserArn,
    }
}
