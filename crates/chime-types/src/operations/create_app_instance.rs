//! `POST /app-instances`

use crate::declare::{operation, shape};
use crate::operation::{At, Form, Member};
use crate::{AppInstanceArn, Sensitive, Tag};

operation! {
    /// Creates an app instance, which users and channels lie in.
    ///
    /// ```
    /// use chime_types::CreateAppInstance;
    ///
    /// let request = CreateAppInstance::builder()
    ///     .name("Support")
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: the AWS account that it belongs to; there is no bearer.
    ///
    /// **Quota**: 10 calls a second for each account, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-identity` 2021-04-20.
    CreateAppInstance, CreateAppInstanceBuilder -> CreateAppInstanceResponse;
    Identity Post "/app-instances" => 201,
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
        /// Its name, 1 to 256 characters.
        name: Sensitive = Member::new("Name", At::Body).limits(1, 256).form(Form::Name),
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
    }
}

shape! {
    /// The app instance that was created.
    pub struct CreateAppInstanceResponse {
        /// The new app instance's ARN.
        app_instance_arn: AppInstanceArn,
    }
}
