//! Operations on messages.

mod delete_channel_message;
mod get_channel_message;
mod get_channel_message_status;
mod list_channel_messages;
mod redact_channel_message;
mod send_channel_message;
mod update_channel_message;

pub use delete_channel_message::*;
pub use get_channel_message::*;
pub use get_channel_message_status::*;
pub use list_channel_messages::*;
pub use redact_channel_message::*;
pub use send_channel_message::*;
pub use update_channel_message::*;
