//! `GET /app-instance-users/{appInstanceUserArn}/endpoints/{endpointId}`

use crate::declare::{operation, structure};
use crate::shapes::AppInstanceUserEndpoint;

operation! {
    /// Describes a device of a user.
    ///
    /// ```
    #[doc = import!("operations::DescribeAppInstanceUserEndpoint")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeAppInstanceUserEndpoint::builder()
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .endpoint_id("9c1e")
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DescribeAppInstanceUserEndpoint, DescribeAppInstanceUserEndpointBuilder -> DescribeAppInstanceUserEndpointResponse;
    Endpoints Get "/app-instance-users/{appInstanceUserArn}/endpoints/{endpointId}" => 200;
    required {
        /// The user.
        /// It has up to 1,600 characters.
        app_instance_user_arn: String = label("AppInstanceUserArn", "appInstanceUserArn").limits(0, 1600),
        /// The endpoint's id.
        /// It has up to 64 characters.
        endpoint_id: String = label("EndpointId", "endpointId").limits(0, 64),
    }
}

structure! {
    /// A device of a user.
    pub struct DescribeAppInstanceUserEndpointResponse {
        /// The endpoint.
        app_instance_user_endpoint: AppInstanceUserEndpoint,
    }
}
