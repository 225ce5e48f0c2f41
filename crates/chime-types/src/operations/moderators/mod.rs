//! Operations on moderators of channels.

mod create_channel_moderator;
mod delete_channel_moderator;
mod list_channel_moderators;

pub use create_channel_moderator::*;
pub use delete_channel_moderator::*;
pub use list_channel_moderators::*;
