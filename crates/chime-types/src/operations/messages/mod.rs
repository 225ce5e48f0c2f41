//! Operations on messages.

mod get_channel_message;
mod list_channel_messages;
mod redact_channel_message;
mod send_channel_message;

pub use get_channel_message::*;
pub use list_channel_messages::*;
pub use redact_channel_message::*;
pub use send_channel_message::*;
