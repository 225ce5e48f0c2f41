//! Operations on channels.

mod create_channel;
mod delete_channel;
mod describe_channel;
mod list_channels;
mod update_channel;

pub use create_channel::*;
pub use delete_channel::*;
pub use describe_channel::*;
pub use list_channels::*;
pub use update_channel::*;
