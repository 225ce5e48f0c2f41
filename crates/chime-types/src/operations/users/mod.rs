//! Operations on users of app instances.

mod create_app_instance_user;
mod describe_app_instance_user;
mod list_app_instance_users;

pub use create_app_instance_user::*;
pub use describe_app_instance_user::*;
pub use list_app_instance_users::*;
