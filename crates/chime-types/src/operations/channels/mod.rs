//! Operations on channels.

mod create_channel;
mod delete_channel;
mod describe_channel;
mod list_channels;
mod list_sub_channels;
mod put_channel_expiration_settings;
mod search_channels;
mod update_channel;

pub use create_channel::*;
pub use delete_channel::*;
pub use describe_channel::*;
pub use list_channels::*;
pub use list_sub_channels::*;
pub use put_channel_expiration_settings::*;
pub use search_channels::*;
pub use update_channel::*;
