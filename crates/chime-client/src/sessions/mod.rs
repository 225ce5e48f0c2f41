//! Real-time sessions: what happens in a user's channels, as it happens.

mod address;
mod builder;
mod close;
mod connect;
mod error;
mod gaps;
mod item;
mod prefetch;
mod pump;
mod queue;
mod reconnect;
mod session;
mod socket;

pub use builder::MessagingSessionBuilder;
pub use close::Close;
pub use error::{SessionError, SessionErrorKind};
pub use item::{Gap, SessionItem, UnreadableFrame};
pub use prefetch::Prefetch;
pub use session::MessagingSession;
