//! What each operation does, one file for each kind of resource.

mod admins;
mod app_instances;
mod channels;
mod handle;
mod memberships;
mod messages;
mod moderators;
mod parts;
mod users;

pub(crate) use handle::{Handle, Settings, World};
