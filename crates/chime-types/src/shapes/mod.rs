//! Structures and enumerations that operations share.
//!
//! A structure of an answer has only optional members: the service may leave out any. To build one in a test, start
//! from `default()` and set members by value:
//!
//! ```
#![doc = import!("shapes::{ChannelMode, ChannelSummary}")]
//!
//! let channel = ChannelSummary::default().name("General").mode(ChannelMode::Restricted);
//! assert_eq!(channel.mode.unwrap().as_str(), "RESTRICTED");
//! ```
//!
//! An enumeration keeps a value that this version does not name, and gives it back as text through `as_str()`.

mod admin;
mod app_instance;
mod ban;
mod bot;
mod channel;
mod channel_flow;
mod endpoint;
mod expiration;
mod identity;
mod membership;
mod message;
mod moderator;
mod preferences;
mod search;
mod session;
mod streaming;
mod tag;
mod user;

pub use admin::*;
pub use app_instance::*;
pub use ban::*;
pub use bot::*;
pub use channel::*;
pub use channel_flow::*;
pub use endpoint::*;
pub use expiration::*;
pub use identity::*;
pub use membership::*;
pub use message::*;
pub use moderator::*;
pub use preferences::*;
pub use search::*;
pub use session::*;
pub use streaming::*;
pub use tag::*;
pub use user::*;
