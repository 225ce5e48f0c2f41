//! Real-time sessions: WebSocket connections of users, and which of them an event reaches.

mod connect;
mod prefetch;
mod registry;
mod serve;

pub(crate) use connect::{Accepting, accept, is_connect};
pub use registry::SessionRecord;
pub(crate) use registry::{Sessions, is_close_code};
pub(crate) use serve::serve;
