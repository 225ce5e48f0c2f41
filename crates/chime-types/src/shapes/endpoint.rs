//! Devices of users, to which push notifications go.

use crate::declare::structure;
use crate::open_enum::open_enum;
use crate::{AppInstanceUserArn, PinpointAppArn, Sensitive, Timestamp};

open_enum! {
    /// Which messages notify a device.
    pub enum AllowMessages {
        /// All messages that have a push notification.
        All = "ALL",
        /// No message.
        None = "NONE",
    }
}

open_enum! {
    /// The push service of a device.
    pub enum AppInstanceUserEndpointType {
        /// Apple's push service.
        Apns = "APNS",
        /// The sandbox of Apple's push service, for development.
        ApnsSandbox = "APNS_SANDBOX",
        /// Google's push service.
        Gcm = "GCM",
    }
}

open_enum! {
    /// Whether a device receives push notifications.
    pub enum EndpointStatus {
        /// The device receives push notifications.
        Active = "ACTIVE",
        /// The device receives no push notifications.
        Inactive = "INACTIVE",
    }
}

open_enum! {
    /// Why a device receives no push notifications.
    pub enum EndpointStatusReason {
        /// The push service does not know the device token.
        InvalidDeviceToken = "INVALID_DEVICE_TOKEN",
        /// The Amazon Pinpoint application cannot be used.
        InvalidPinpointArn = "INVALID_PINPOINT_ARN",
    }
}

structure! {
    /// The tokens by which push services know a device.
    ///
    /// ```
    #[doc = import!("shapes::EndpointAttributes")]
    ///
    /// let device = EndpointAttributes::new("a1b2c3");
    /// assert!(!format!("{device:?}").contains("a1b2c3"));
    /// ```
    pub struct EndpointAttributes {
        required {
            /// The device token, 1 to 1,600 characters.
            device_token: Sensitive = limits(1, 1600),
        }
        optional {
            /// The token for calls over Apple's push service, 1 to 1,600 characters.
            voip_device_token: Sensitive = limits(1, 1600),
        }
    }
}

structure! {
    /// The state of an endpoint.
    pub struct EndpointState {
        required {
            /// Whether the device receives push notifications.
            status: EndpointStatus,
        }
        optional {
            /// Why it does not.
            status_reason: EndpointStatusReason,
        }
    }
}

structure! {
    /// A device of a user, in full.
    pub struct AppInstanceUserEndpoint {
        /// Which messages notify the device.
        allow_messages: AllowMessages,
        /// The user.
        app_instance_user_arn: AppInstanceUserArn,
        /// When the endpoint was registered.
        created_timestamp: Timestamp,
        /// The tokens of the device.
        endpoint_attributes: EndpointAttributes,
        /// The endpoint's id.
        endpoint_id: String,
        /// Whether the device receives push notifications.
        endpoint_state: EndpointState,
        /// When the endpoint was last updated.
        last_updated_timestamp: Timestamp,
        /// The endpoint's name, up to 1,600 characters.
        name: Sensitive,
        /// The Amazon Pinpoint application through which notifications go.
        resource_arn: PinpointAppArn,
        /// The push service of the device.
        r#type: AppInstanceUserEndpointType,
    }
}

structure! {
    /// What a list shows of a device of a user.
    pub struct AppInstanceUserEndpointSummary {
        /// Which messages notify the device.
        allow_messages: AllowMessages,
        /// The user.
        app_instance_user_arn: AppInstanceUserArn,
        /// The endpoint's id.
        endpoint_id: String,
        /// Whether the device receives push notifications.
        endpoint_state: EndpointState,
        /// The endpoint's name, up to 1,600 characters.
        name: Sensitive,
        /// The push service of the device.
        r#type: AppInstanceUserEndpointType,
    }
}
