//! `GET /app-instances/{appInstanceArn}`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstance, AppInstanceArn};

operation! {
    /// Describes an app instance.
    ///
    /// ```
    /// use chime_types::DescribeAppInstance;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeAppInstance::builder()
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
    DescribeAppInstance, DescribeAppInstanceBuilder -> DescribeAppInstanceResponse;
    Identity Get "/app-instances/{appInstanceArn}" => 200,
    idempotent: true,
    errors: [
        "BadRequestException",
        "ForbiddenException",
        "ThrottledClientException",
        "UnauthorizedClientException",
        "ServiceUnavailableException",
        "ServiceFailureException",
    ];
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = Member::new("AppInstanceArn", At::Label("appInstanceArn")),
    }
}

shape! {
    /// An app instance.
    pub struct DescribeAppInstanceResponse {
        /// The app instance.
        app_instance: AppInstance,
    }
}
