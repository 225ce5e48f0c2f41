//! Events that the service sends to programs.
//!
//! [`ChannelFlowEvent`] is the event that a processor of a channel flow receives.

mod channel_flow;
mod iso;
mod other;

pub use channel_flow::{ChannelFlowEvent, ChannelFlowEventType, ProcessedMessage};
pub use other::OtherMembers;
