//! `POST /app-instance-users`

use crate::declare::{operation, shape};
use crate::operation::{At, Form, Member};
use crate::{AppInstanceArn, AppInstanceUserArn, ExpirationSettings, Sensitive, Tag};

operation! {
    /// Creates a user in an app instance.
    ///
    /// ```
    /// use chime_types::CreateAppInstanceUser;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = CreateAppInstanceUser::builder()
    ///     .app_instance_arn(instance)
    ///     .app_instance_user_id("alice")
    ///     .name("Alice")
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: the AWS account that it belongs to; there is no bearer.
    ///
    /// **Quota**: 10 calls a second for each account, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-identity` 2021-04-20.
    CreateAppInstanceUser, CreateAppInstanceUserBuilder -> CreateAppInstanceUserResponse;
    Identity Post "/app-instance-users" => 201,
    idempotent: true,
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
        /// The app instance.
        app_instance_arn: AppInstanceArn = Member::new("AppInstanceArn", At::Body),
        /// The user's id, the last part of the ARN: 1 to 64 letters, digits and `:-_.@`.
        app_instance_user_id: Sensitive =
            Member::new("AppInstanceUserId", At::Body).limits(1, 64).form(Form::Id),
        /// The user's name, 1 to 100 characters.
        name: Sensitive = Member::new("Name", At::Body).limits(1, 100).form(Form::NotBlank),
    }
    token {
        /// By which the service recognizes a repetition, 2 to 64 letters, digits, `-` and `_`.
        client_request_token: String =
            Member::new("ClientRequestToken", At::Body).limits(2, 64).form(Form::Token),
    }
    optional {
        /// The application's own data, up to 1,024 characters.
        metadata: Sensitive = Member::new("Metadata", At::Body).limits(0, 1024),
        /// Tags, 1 to 50.
        tags: Vec<Tag> = Member::new("Tags", At::Body).limits(1, 50),
        /// When the user expires, if ever.
        expiration_settings: ExpirationSettings = Member::new("ExpirationSettings", At::Body),
    }
}

shape! {
    /// The user that was created.
    pub struct CreateAppInstanceUserResponse {
        /// The new user's ARN.
        app_instance_user_arn: AppInstanceUserArn,
    }
}
