//! `POST /app-instances`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::Tag;
use crate::{AppInstanceArn, Sensitive};

operation! {
    /// Creates an app instance, which contains users and channels.
    ///
    /// ```
    #[doc = import!("operations::CreateAppInstance")]
    ///
    /// let request = CreateAppInstance::builder()
    ///     .name("Support")
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    CreateAppInstance, CreateAppInstanceBuilder -> CreateAppInstanceResponse;
    AppInstances Post "/app-instances" => 201;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The app instance's name.
        /// It has 1 to 256 characters.
        name: Sensitive = body("Name").limits(1, 256).form(Form::Name),
    }
    token client_request_token: String;
    optional {
        /// The application's own data about the app instance.
        /// It has up to 1,024 characters.
        metadata, set_metadata: Sensitive = body("Metadata").limits(0, 1024),
        /// The tags to attach.
        /// It has 1 to 50 items.
        tags, set_tags: Vec<Tag> = body("Tags").limits(1, 50),
    }
}

structure! {
    /// The new app instance.
    pub struct CreateAppInstanceResponse {
        /// The new app instance's ARN.
        app_instance_arn: AppInstanceArn,
    }
}
