//! `PUT /app-instances/{appInstanceArn}`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::{AppInstanceArn, Sensitive};

operation! {
    /// Changes the name and the metadata of an app instance.
    /// Both are required: give what should not change, too.
    ///
    /// ```
    #[doc = import!("operations::UpdateAppInstance")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UpdateAppInstance::builder()
    ///     .app_instance_arn(instance)
    ///     .name("Support")
    ///     .metadata("{}")
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    UpdateAppInstance, UpdateAppInstanceBuilder -> UpdateAppInstanceResponse;
    AppInstances Put "/app-instances/{appInstanceArn}" => 200;
    errors: common, ConflictException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
        /// The application's own data about the app instance.
        /// It has up to 1,024 characters.
        metadata: Sensitive = body("Metadata").limits(0, 1024),
        /// The app instance's new name.
        /// It has 1 to 256 characters.
        name: Sensitive = body("Name").limits(1, 256).form(Form::Name),
    }
}

structure! {
    /// The app instance that was updated.
    pub struct UpdateAppInstanceResponse {
        /// The app instance's ARN.
        app_instance_arn: AppInstanceArn,
    }
}
