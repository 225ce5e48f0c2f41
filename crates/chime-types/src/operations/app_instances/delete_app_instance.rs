//! `DELETE /app-instances/{appInstanceArn}`

use crate::AppInstanceArn;
use crate::declare::operation;

operation! {
    /// Deletes an app instance and everything in it.
    /// Its users are not valid bearers any more.
    ///
    /// ```
    #[doc = import!("operations::DeleteAppInstance")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteAppInstance::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DeleteAppInstance, DeleteAppInstanceBuilder -> ();
    AppInstances Delete "/app-instances/{appInstanceArn}" => 204;
    errors: common, ResourceLimitExceededException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
    }
}
