//! The operations, one file each.

mod batch_create_channel_membership;
mod create_app_instance;
mod create_app_instance_admin;
mod create_app_instance_user;
mod create_channel;
mod create_channel_membership;
mod create_channel_moderator;
mod delete_channel;
mod delete_channel_membership;
mod delete_channel_moderator;
mod describe_app_instance;
mod describe_app_instance_user;
mod describe_channel;
mod describe_channel_membership;
mod describe_channel_membership_for_app_instance_user;
mod get_channel_message;
mod list_app_instance_users;
mod list_channel_memberships;
mod list_channel_memberships_for_app_instance_user;
mod list_channel_messages;
mod list_channel_moderators;
mod list_channels;
mod send_channel_message;
mod update_channel;
mod update_channel_read_marker;

pub use batch_create_channel_membership::*;
pub use create_app_instance::*;
pub use create_app_instance_admin::*;
pub use create_app_instance_user::*;
pub use create_channel::*;
pub use create_channel_membership::*;
pub use create_channel_moderator::*;
pub use delete_channel::*;
pub use delete_channel_membership::*;
pub use delete_channel_moderator::*;
pub use describe_app_instance::*;
pub use describe_app_instance_user::*;
pub use describe_channel::*;
pub use describe_channel_membership::*;
pub use describe_channel_membership_for_app_instance_user::*;
pub use get_channel_message::*;
pub use list_app_instance_users::*;
pub use list_channel_memberships::*;
pub use list_channel_memberships_for_app_instance_user::*;
pub use list_channel_messages::*;
pub use list_channel_moderators::*;
pub use list_channels::*;
pub use send_channel_message::*;
pub use update_channel::*;
pub use update_channel_read_marker::*;

/// Calls a macro with the list of every operation: its snake-case name, its type and its builder.
///
/// ```
/// macro_rules! names {
///     ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
///         [$( <chime_types::$Operation as chime_types::operation::Operation>::METADATA.name ),*]
///     };
/// }
/// let names = chime_types::for_each_operation!(names);
/// assert!(names.contains(&"DescribeChannelMembershipForAppInstanceUser"));
/// ```
///
/// The client's methods, the command line's subcommands and the tests are made from this one list.
#[macro_export]
macro_rules! for_each_operation {
    ($callback:ident) => {
        $callback! {
            create_channel: CreateChannel, CreateChannelBuilder;
            describe_channel: DescribeChannel, DescribeChannelBuilder;
            update_channel: UpdateChannel, UpdateChannelBuilder;
            delete_channel: DeleteChannel, DeleteChannelBuilder;
            list_channels: ListChannels, ListChannelsBuilder;
            create_channel_membership: CreateChannelMembership, CreateChannelMembershipBuilder;
            batch_create_channel_membership: BatchCreateChannelMembership, BatchCreateChannelMembershipBuilder;
            describe_channel_membership: DescribeChannelMembership, DescribeChannelMembershipBuilder;
            list_channel_memberships: ListChannelMemberships, ListChannelMembershipsBuilder;
            delete_channel_membership: DeleteChannelMembership, DeleteChannelMembershipBuilder;
            list_channel_memberships_for_app_instance_user: ListChannelMembershipsForAppInstanceUser, ListChannelMembershipsForAppInstanceUserBuilder;
            create_channel_moderator: CreateChannelModerator, CreateChannelModeratorBuilder;
            delete_channel_moderator: DeleteChannelModerator, DeleteChannelModeratorBuilder;
            list_channel_moderators: ListChannelModerators, ListChannelModeratorsBuilder;
            send_channel_message: SendChannelMessage, SendChannelMessageBuilder;
            get_channel_message: GetChannelMessage, GetChannelMessageBuilder;
            list_channel_messages: ListChannelMessages, ListChannelMessagesBuilder;
            update_channel_read_marker: UpdateChannelReadMarker, UpdateChannelReadMarkerBuilder;
            describe_channel_membership_for_app_instance_user: DescribeChannelMembershipForAppInstanceUser, DescribeChannelMembershipForAppInstanceUserBuilder;
            create_app_instance: CreateAppInstance, CreateAppInstanceBuilder;
            describe_app_instance: DescribeAppInstance, DescribeAppInstanceBuilder;
            create_app_instance_admin: CreateAppInstanceAdmin, CreateAppInstanceAdminBuilder;
            create_app_instance_user: CreateAppInstanceUser, CreateAppInstanceUserBuilder;
            describe_app_instance_user: DescribeAppInstanceUser, DescribeAppInstanceUserBuilder;
            list_app_instance_users: ListAppInstanceUsers, ListAppInstanceUsersBuilder;
        }
    };
}
