//! `GET /app-instance-users/{appInstanceUserArn}`

use crate::AppInstanceUserArn;
use crate::declare::{operation, structure};
use crate::shapes::AppInstanceUser;

operation! {
    /// Describes an app instance user.
    ///
    /// ```
    #[doc = import!("operations::DescribeAppInstanceUser")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeAppInstanceUser::builder()
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DescribeAppInstanceUser, DescribeAppInstanceUserBuilder -> DescribeAppInstanceUserResponse;
    Users Get "/app-instance-users/{appInstanceUserArn}" => 200;
    required {
        /// The user.
        app_instance_user_arn: AppInstanceUserArn = label("AppInstanceUserArn", "appInstanceUserArn"),
    }
}

structure! {
    /// An app instance user.
    pub struct DescribeAppInstanceUserResponse {
        /// The user.
        app_instance_user: AppInstanceUser,
    }
}
