//! Operations on administrators of app instances.

mod create_app_instance_admin;
mod delete_app_instance_admin;
mod describe_app_instance_admin;
mod list_app_instance_admins;

pub use create_app_instance_admin::*;
pub use delete_app_instance_admin::*;
pub use describe_app_instance_admin::*;
pub use list_app_instance_admins::*;
