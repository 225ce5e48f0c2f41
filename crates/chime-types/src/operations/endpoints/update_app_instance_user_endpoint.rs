//! `PUT /app-instance-users/{appInstanceUserArn}/endpoints/{endpointId}`

use crate::declare::{operation, structure};
use crate::shapes::AllowMessages;
use crate::{AppInstanceUserArn, Sensitive};

operation! {
    /// Changes the name of an endpoint and which messages notify it.
    /// Members that are left out do not change.
    ///
    /// ```
    #[doc = import!("operations::UpdateAppInstanceUserEndpoint")]
    #[doc = import!("shapes::AllowMessages")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UpdateAppInstanceUserEndpoint::builder()
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .endpoint_id("9c1e")
    ///     .allow_messages(AllowMessages::None)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    UpdateAppInstanceUserEndpoint, UpdateAppInstanceUserEndpointBuilder -> UpdateAppInstanceUserEndpointResponse;
    Endpoints Put "/app-instance-users/{appInstanceUserArn}/endpoints/{endpointId}" => 200;
    errors: common, ConflictException;
    required {
        /// The user.
        app_instance_user_arn: AppInstanceUserArn = label("AppInstanceUserArn", "appInstanceUserArn"),
        /// The endpoint's id.
        /// It has up to 64 characters.
        endpoint_id: String = label("EndpointId", "endpointId").limits(0, 64),
    }
    optional {
        /// Which messages notify the device.
        allow_messages, set_allow_messages: AllowMessages = body("AllowMessages"),
        /// The endpoint's new name.
        /// It has up to 1,600 characters.
        name, set_name: Sensitive = body("Name").limits(0, 1600),
    }
}

structure! {
    /// The endpoint that was updated.
    pub struct UpdateAppInstanceUserEndpointResponse {
        /// The user.
        app_instance_user_arn: AppInstanceUserArn,
        /// The endpoint's id.
        endpoint_id: String,
    }
}
