//! Operations on real-time sessions.

mod get_messaging_session_endpoint;

pub use get_messaging_session_endpoint::*;
