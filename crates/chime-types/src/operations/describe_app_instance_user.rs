//! `GET /app-instance-users/{appInstanceUserArn}`

use crate::declare::{operation, shape};
use crate::operation::{At, Member};
use crate::{AppInstanceUser, AppInstanceUserArn};

operation! {
    /// Describes an app instance user.
    ///
    /// ```
    /// use chime_types::DescribeAppInstanceUser;
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeAppInstanceUser::builder()
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: the AWS account that it belongs to; there is no bearer.
    ///
    /// **Quota**: 10 calls a second for each account, adjustable.
    ///
    /// **Source**: the model of `chime-sdk-identity` 2021-04-20.
    DescribeAppInstanceUser, DescribeAppInstanceUserBuilder -> DescribeAppInstanceUserResponse;
    Identity Get "/app-instance-users/{appInstanceUserArn}" => 200,
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
        /// The user.
        app_instance_user_arn: AppInstanceUserArn =
            Member::new("AppInstanceUserArn", At::Label("appInstanceUserArn")),
    }
}

shape! {
    /// An app instance user.
    pub struct DescribeAppInstanceUserResponse {
        /// The user.
        app_instance_user: AppInstanceUser,
    }
}
