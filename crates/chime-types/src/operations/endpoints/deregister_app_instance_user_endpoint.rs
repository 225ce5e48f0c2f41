//! `DELETE /app-instance-users/{appInstanceUserArn}/endpoints/{endpointId}`

use crate::AppInstanceUserArn;
use crate::declare::operation;

operation! {
    /// Removes a device of a user, which gets no push notifications any more.
    ///
    /// ```
    #[doc = import!("operations::DeregisterAppInstanceUserEndpoint")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeregisterAppInstanceUserEndpoint::builder()
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .endpoint_id("9c1e")
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DeregisterAppInstanceUserEndpoint, DeregisterAppInstanceUserEndpointBuilder -> ();
    Endpoints Delete "/app-instance-users/{appInstanceUserArn}/endpoints/{endpointId}" => 204;
    required {
        /// The user.
        app_instance_user_arn: AppInstanceUserArn = label("AppInstanceUserArn", "appInstanceUserArn"),
        /// The endpoint's id.
        /// It has up to 64 characters.
        endpoint_id: String = label("EndpointId", "endpointId").limits(0, 64),
    }
}
