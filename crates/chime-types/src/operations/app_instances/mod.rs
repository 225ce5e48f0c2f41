//! Operations on app instances.

mod create_app_instance;
mod describe_app_instance;

pub use create_app_instance::*;
pub use describe_app_instance::*;
