//! The handlers of the operations, one file for each resource.

mod admins;
mod app_instances;
mod bans;
mod bots;
mod channel_flows;
mod channels;
mod elastic;
mod endpoints;
mod handle;
mod memberships;
mod messages;
mod moderators;
mod notifications;
mod parts;
mod processing;
mod sessions;
mod streaming;
mod tags;
mod users;

pub(crate) use handle::{Handle, Settings, World};
pub(crate) use processing::{Invocation, due, end_late_turns, invoked, is_any_late, not_invoked};
