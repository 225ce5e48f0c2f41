//! Operations on administrators of app instances.

mod create_app_instance_admin;

pub use create_app_instance_admin::*;
