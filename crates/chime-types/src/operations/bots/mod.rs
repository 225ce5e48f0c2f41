//! Operations on bots.

mod create_app_instance_bot;
mod delete_app_instance_bot;
mod describe_app_instance_bot;
mod list_app_instance_bots;
mod update_app_instance_bot;

pub use create_app_instance_bot::*;
pub use delete_app_instance_bot::*;
pub use describe_app_instance_bot::*;
pub use list_app_instance_bots::*;
pub use update_app_instance_bot::*;
