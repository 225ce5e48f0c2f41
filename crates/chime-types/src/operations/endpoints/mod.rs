//! Operations on devices of users, to which push notifications go.

mod deregister_app_instance_user_endpoint;
mod describe_app_instance_user_endpoint;
mod list_app_instance_user_endpoints;
mod register_app_instance_user_endpoint;
mod update_app_instance_user_endpoint;

pub use deregister_app_instance_user_endpoint::*;
pub use describe_app_instance_user_endpoint::*;
pub use list_app_instance_user_endpoints::*;
pub use register_app_instance_user_endpoint::*;
pub use update_app_instance_user_endpoint::*;
