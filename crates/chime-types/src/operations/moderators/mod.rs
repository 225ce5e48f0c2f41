//! Operations on moderators of channels.

mod create_channel_moderator;
mod delete_channel_moderator;
mod describe_channel_moderated_by_app_instance_user;
mod describe_channel_moderator;
mod list_channel_moderators;
mod list_channels_moderated_by_app_instance_user;

pub use create_channel_moderator::*;
pub use delete_channel_moderator::*;
pub use describe_channel_moderated_by_app_instance_user::*;
pub use describe_channel_moderator::*;
pub use list_channel_moderators::*;
pub use list_channels_moderated_by_app_instance_user::*;
