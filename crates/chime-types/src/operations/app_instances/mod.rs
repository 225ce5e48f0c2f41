//! Operations on app instances.

mod create_app_instance;
mod delete_app_instance;
mod describe_app_instance;
mod get_app_instance_retention_settings;
mod list_app_instances;
mod put_app_instance_retention_settings;
mod update_app_instance;

pub use create_app_instance::*;
pub use delete_app_instance::*;
pub use describe_app_instance::*;
pub use get_app_instance_retention_settings::*;
pub use list_app_instances::*;
pub use put_app_instance_retention_settings::*;
pub use update_app_instance::*;
