//! `POST /app-instance-users/{appInstanceUserArn}/endpoints`

use crate::declare::{operation, structure};
use crate::shapes::{AllowMessages, AppInstanceUserEndpointType, EndpointAttributes};
use crate::{AppInstanceUserArn, PinpointAppArn, Sensitive, SensitiveUserArn};

operation! {
    /// Registers a device of a user, to which push notifications go.
    ///
    /// ```
    #[doc = import!("operations::RegisterAppInstanceUserEndpoint")]
    #[doc = import!("shapes::{AppInstanceUserEndpointType, EndpointAttributes}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = RegisterAppInstanceUserEndpoint::builder()
    ///     .app_instance_user_arn(format!("{instance}/user/alice"))
    ///     .resource_arn("arn:aws:mobiletargeting:us-east-1:123456789012:apps/7b2a")
    ///     .endpoint_attributes(EndpointAttributes::new("a1b2c3"))
    ///     .r#type(AppInstanceUserEndpointType::Gcm)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    RegisterAppInstanceUserEndpoint, RegisterAppInstanceUserEndpointBuilder -> RegisterAppInstanceUserEndpointResponse;
    Endpoints Post "/app-instance-users/{appInstanceUserArn}/endpoints" => 201;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The user.
        app_instance_user_arn: SensitiveUserArn = label("AppInstanceUserArn", "appInstanceUserArn"),
        /// The tokens of the device.
        endpoint_attributes: EndpointAttributes = body("EndpointAttributes"),
        /// The Amazon Pinpoint application through which notifications go.
        resource_arn: PinpointAppArn = body("ResourceArn"),
        /// The push service of the device.
        r#type: AppInstanceUserEndpointType = body("Type"),
    }
    token client_request_token: String;
    optional {
        /// Which messages notify the device.
        /// The default is `ALL`.
        allow_messages, set_allow_messages: AllowMessages = body("AllowMessages"),
        /// The endpoint's name.
        /// It has up to 1,600 characters.
        name, set_name: Sensitive = body("Name").limits(0, 1600),
    }
}

structure! {
    /// The new endpoint.
    pub struct RegisterAppInstanceUserEndpointResponse {
        /// The user.
        app_instance_user_arn: AppInstanceUserArn,
        /// The endpoint's id.
        endpoint_id: String,
    }
}
