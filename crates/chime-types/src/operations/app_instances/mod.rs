//! Operations on app instances.

mod create_app_instance;
mod delete_app_instance;
mod describe_app_instance;
mod list_app_instances;
mod update_app_instance;

pub use create_app_instance::*;
pub use delete_app_instance::*;
pub use describe_app_instance::*;
pub use list_app_instances::*;
pub use update_app_instance::*;
