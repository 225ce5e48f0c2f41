//! `POST /app-instance-users`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::{ExpirationSettings, Tag};
use crate::{AppInstanceArn, AppInstanceUserArn, Sensitive};

operation! {
    /// Creates a user in an app instance.
    ///
    /// ```
    #[doc = import!("operations::CreateAppInstanceUser")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = CreateAppInstanceUser::builder()
    ///     .app_instance_arn(instance)
    ///     .app_instance_user_id("alice")
    ///     .name("Alice")
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    CreateAppInstanceUser, CreateAppInstanceUserBuilder -> CreateAppInstanceUserResponse;
    Users Post "/app-instance-users" => 201;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = body("AppInstanceArn"),
        /// The user's id, the last part of the ARN.
        /// It has 1 to 64 letters, digits and `:-_.@`.
        app_instance_user_id: Sensitive = body("AppInstanceUserId").limits(1, 64).form(Form::Id),
        /// The user's name.
        /// It has 1 to 100 characters.
        name: Sensitive = body("Name").limits(1, 100).form(Form::NotBlank),
    }
    token client_request_token: String;
    optional {
        /// The application's own data about the user.
        /// It has up to 1,024 characters.
        metadata, set_metadata: Sensitive = body("Metadata").limits(0, 1024),
        /// The tags to attach.
        /// It has 1 to 50 items.
        tags, set_tags: Vec<Tag> = body("Tags").limits(1, 50),
        /// When the user expires.
        /// By default, the user does not expire.
        expiration_settings, set_expiration_settings: ExpirationSettings = body("ExpirationSettings"),
    }
}

structure! {
    /// The new user.
    pub struct CreateAppInstanceUserResponse {
        /// The new user's ARN.
        app_instance_user_arn: AppInstanceUserArn,
    }
}
