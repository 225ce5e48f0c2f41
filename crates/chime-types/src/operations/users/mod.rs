//! Operations on users of app instances.

mod create_app_instance_user;
mod delete_app_instance_user;
mod describe_app_instance_user;
mod list_app_instance_users;
mod put_app_instance_user_expiration_settings;
mod update_app_instance_user;

pub use create_app_instance_user::*;
pub use delete_app_instance_user::*;
pub use describe_app_instance_user::*;
pub use list_app_instance_users::*;
pub use put_app_instance_user_expiration_settings::*;
pub use update_app_instance_user::*;
