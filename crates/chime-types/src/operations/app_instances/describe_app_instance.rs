//! `GET /app-instances/{appInstanceArn}`

use crate::AppInstanceArn;
use crate::declare::{operation, structure};
use crate::shapes::AppInstance;

operation! {
    /// Describes an app instance.
    ///
    /// ```
    #[doc = import!("operations::DescribeAppInstance")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeAppInstance::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DescribeAppInstance, DescribeAppInstanceBuilder -> DescribeAppInstanceResponse;
    AppInstances Get "/app-instances/{appInstanceArn}" => 200;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = label("AppInstanceArn", "appInstanceArn"),
    }
}

structure! {
    /// An app instance.
    pub struct DescribeAppInstanceResponse {
        /// The app instance.
        app_instance: AppInstance,
    }
}
