//! Operations on channel flows.

mod associate_channel_flow;
mod channel_flow_callback;
mod create_channel_flow;
mod delete_channel_flow;
mod describe_channel_flow;
mod disassociate_channel_flow;
mod list_channel_flows;
mod list_channels_associated_with_channel_flow;
mod update_channel_flow;

pub use associate_channel_flow::*;
pub use channel_flow_callback::*;
pub use create_channel_flow::*;
pub use delete_channel_flow::*;
pub use describe_channel_flow::*;
pub use disassociate_channel_flow::*;
pub use list_channel_flows::*;
pub use list_channels_associated_with_channel_flow::*;
pub use update_channel_flow::*;
