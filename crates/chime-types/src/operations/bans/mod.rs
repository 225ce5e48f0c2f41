//! Operations on bans from channels.

mod create_channel_ban;
mod delete_channel_ban;
mod describe_channel_ban;
mod list_channel_bans;

pub use create_channel_ban::*;
pub use delete_channel_ban::*;
pub use describe_channel_ban::*;
pub use list_channel_bans::*;
