//! Operations on memberships of channels, and of how far members have read.

mod batch_create_channel_membership;
mod create_channel_membership;
mod delete_channel_membership;
mod describe_channel_membership;
mod describe_channel_membership_for_app_instance_user;
mod get_channel_membership_preferences;
mod list_channel_memberships;
mod list_channel_memberships_for_app_instance_user;
mod put_channel_membership_preferences;
mod update_channel_read_marker;

pub use batch_create_channel_membership::*;
pub use create_channel_membership::*;
pub use delete_channel_membership::*;
pub use describe_channel_membership::*;
pub use describe_channel_membership_for_app_instance_user::*;
pub use get_channel_membership_preferences::*;
pub use list_channel_memberships::*;
pub use list_channel_memberships_for_app_instance_user::*;
pub use put_channel_membership_preferences::*;
pub use update_channel_read_marker::*;
