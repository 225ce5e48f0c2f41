//! Real-time sessions: WebSocket connections of users, and which of them an event reaches.

mod connect;
mod prefetch;
mod refused;
mod registry;
mod script;
mod serve;

pub(crate) use connect::{Accepting, accept, is_connect};
pub(crate) use refused::Refused;
pub use registry::SessionRecord;
pub(crate) use registry::Sessions;
pub(crate) use serve::serve;
