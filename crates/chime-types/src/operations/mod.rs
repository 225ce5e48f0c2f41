//! The operations of both services, one file each, in a folder for each kind of resource.
//!
//! An operation is a struct, the request, whose documentation says what it does, who may call it and which exceptions it
//! answers. Its builder checks at compile time that every required parameter is set:
//!
//! ```
#![doc = import!("operations::DescribeChannel")]
//!
//! let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
//! let request = DescribeChannel::builder()
//!     .channel_arn(format!("{instance}/channel/general"))
//!     .chime_bearer(format!("{instance}/user/alice"))
//!     .build()?;
//! # Ok::<(), chime_types::InvalidParameter>(())
//! ```
//!
//! [`ALL`] has the [`Metadata`] of each.

mod admins;
mod app_instances;
mod bans;
mod bots;
mod channel_flows;
mod channels;
mod endpoints;
mod memberships;
mod messages;
mod moderators;
mod sessions;
mod streaming;
mod tags;
mod users;

pub use admins::*;
pub use app_instances::*;
pub use bans::*;
pub use bots::*;
pub use channel_flows::*;
pub use channels::*;
pub use endpoints::*;
pub use memberships::*;
pub use messages::*;
pub use moderators::*;
pub use sessions::*;
pub use streaming::*;
pub use tags::*;
pub use users::*;

use crate::operation::{Metadata, Operation};

/// Calls a macro with the list of every operation: its snake-case name, its type, its builder, and whether its bearer is
/// `required`, `optional` or `none`.
///
/// ```
#[doc = import!("{for_each_operation, operations}")]
///
/// macro_rules! requests {
///     ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
///         [$( std::mem::size_of::<operations::$Operation>() ),*]
///     };
/// }
/// let sizes = for_each_operation!(requests);
/// assert_eq!(sizes.len(), operations::ALL.len());
/// ```
///
/// The client's methods, the command's subcommands and the local service's routes are made from this one list. Where
/// names or tables are enough, [`ALL`](crate::operations::ALL) has them.
#[macro_export]
macro_rules! for_each_operation {
    ($callback:ident) => {
        $callback! {
            create_channel: CreateChannel, CreateChannelBuilder, required;
            describe_channel: DescribeChannel, DescribeChannelBuilder, required;
            update_channel: UpdateChannel, UpdateChannelBuilder, required;
            delete_channel: DeleteChannel, DeleteChannelBuilder, required;
            list_channels: ListChannels, ListChannelsBuilder, required;
            search_channels: SearchChannels, SearchChannelsBuilder, optional;
            list_sub_channels: ListSubChannels, ListSubChannelsBuilder, required;
            put_channel_expiration_settings: PutChannelExpirationSettings, PutChannelExpirationSettingsBuilder, optional;
            create_channel_membership: CreateChannelMembership, CreateChannelMembershipBuilder, required;
            batch_create_channel_membership: BatchCreateChannelMembership, BatchCreateChannelMembershipBuilder, required;
            describe_channel_membership: DescribeChannelMembership, DescribeChannelMembershipBuilder, required;
            list_channel_memberships: ListChannelMemberships, ListChannelMembershipsBuilder, required;
            delete_channel_membership: DeleteChannelMembership, DeleteChannelMembershipBuilder, required;
            list_channel_memberships_for_app_instance_user: ListChannelMembershipsForAppInstanceUser, ListChannelMembershipsForAppInstanceUserBuilder, required;
            describe_channel_membership_for_app_instance_user: DescribeChannelMembershipForAppInstanceUser, DescribeChannelMembershipForAppInstanceUserBuilder, required;
            update_channel_read_marker: UpdateChannelReadMarker, UpdateChannelReadMarkerBuilder, required;
            get_channel_membership_preferences: GetChannelMembershipPreferences, GetChannelMembershipPreferencesBuilder, required;
            put_channel_membership_preferences: PutChannelMembershipPreferences, PutChannelMembershipPreferencesBuilder, required;
            create_channel_moderator: CreateChannelModerator, CreateChannelModeratorBuilder, required;
            delete_channel_moderator: DeleteChannelModerator, DeleteChannelModeratorBuilder, required;
            list_channel_moderators: ListChannelModerators, ListChannelModeratorsBuilder, required;
            describe_channel_moderator: DescribeChannelModerator, DescribeChannelModeratorBuilder, required;
            list_channels_moderated_by_app_instance_user: ListChannelsModeratedByAppInstanceUser, ListChannelsModeratedByAppInstanceUserBuilder, required;
            describe_channel_moderated_by_app_instance_user: DescribeChannelModeratedByAppInstanceUser, DescribeChannelModeratedByAppInstanceUserBuilder, required;
            create_channel_ban: CreateChannelBan, CreateChannelBanBuilder, required;
            describe_channel_ban: DescribeChannelBan, DescribeChannelBanBuilder, required;
            delete_channel_ban: DeleteChannelBan, DeleteChannelBanBuilder, required;
            list_channel_bans: ListChannelBans, ListChannelBansBuilder, required;
            send_channel_message: SendChannelMessage, SendChannelMessageBuilder, required;
            get_channel_message: GetChannelMessage, GetChannelMessageBuilder, required;
            list_channel_messages: ListChannelMessages, ListChannelMessagesBuilder, required;
            update_channel_message: UpdateChannelMessage, UpdateChannelMessageBuilder, required;
            redact_channel_message: RedactChannelMessage, RedactChannelMessageBuilder, required;
            delete_channel_message: DeleteChannelMessage, DeleteChannelMessageBuilder, required;
            get_channel_message_status: GetChannelMessageStatus, GetChannelMessageStatusBuilder, required;
            create_channel_flow: CreateChannelFlow, CreateChannelFlowBuilder, none;
            describe_channel_flow: DescribeChannelFlow, DescribeChannelFlowBuilder, none;
            update_channel_flow: UpdateChannelFlow, UpdateChannelFlowBuilder, none;
            delete_channel_flow: DeleteChannelFlow, DeleteChannelFlowBuilder, none;
            list_channel_flows: ListChannelFlows, ListChannelFlowsBuilder, none;
            associate_channel_flow: AssociateChannelFlow, AssociateChannelFlowBuilder, required;
            disassociate_channel_flow: DisassociateChannelFlow, DisassociateChannelFlowBuilder, required;
            list_channels_associated_with_channel_flow: ListChannelsAssociatedWithChannelFlow, ListChannelsAssociatedWithChannelFlowBuilder, none;
            channel_flow_callback: ChannelFlowCallback, ChannelFlowCallbackBuilder, none;
            get_messaging_session_endpoint: GetMessagingSessionEndpoint, GetMessagingSessionEndpointBuilder, none;
            put_messaging_streaming_configurations: PutMessagingStreamingConfigurations, PutMessagingStreamingConfigurationsBuilder, none;
            get_messaging_streaming_configurations: GetMessagingStreamingConfigurations, GetMessagingStreamingConfigurationsBuilder, none;
            delete_messaging_streaming_configurations: DeleteMessagingStreamingConfigurations, DeleteMessagingStreamingConfigurationsBuilder, none;
            create_app_instance: CreateAppInstance, CreateAppInstanceBuilder, none;
            describe_app_instance: DescribeAppInstance, DescribeAppInstanceBuilder, none;
            update_app_instance: UpdateAppInstance, UpdateAppInstanceBuilder, none;
            delete_app_instance: DeleteAppInstance, DeleteAppInstanceBuilder, none;
            list_app_instances: ListAppInstances, ListAppInstancesBuilder, none;
            get_app_instance_retention_settings: GetAppInstanceRetentionSettings, GetAppInstanceRetentionSettingsBuilder, none;
            put_app_instance_retention_settings: PutAppInstanceRetentionSettings, PutAppInstanceRetentionSettingsBuilder, none;
            create_app_instance_admin: CreateAppInstanceAdmin, CreateAppInstanceAdminBuilder, none;
            describe_app_instance_admin: DescribeAppInstanceAdmin, DescribeAppInstanceAdminBuilder, none;
            delete_app_instance_admin: DeleteAppInstanceAdmin, DeleteAppInstanceAdminBuilder, none;
            list_app_instance_admins: ListAppInstanceAdmins, ListAppInstanceAdminsBuilder, none;
            create_app_instance_user: CreateAppInstanceUser, CreateAppInstanceUserBuilder, none;
            describe_app_instance_user: DescribeAppInstanceUser, DescribeAppInstanceUserBuilder, none;
            update_app_instance_user: UpdateAppInstanceUser, UpdateAppInstanceUserBuilder, none;
            delete_app_instance_user: DeleteAppInstanceUser, DeleteAppInstanceUserBuilder, none;
            list_app_instance_users: ListAppInstanceUsers, ListAppInstanceUsersBuilder, none;
            put_app_instance_user_expiration_settings: PutAppInstanceUserExpirationSettings, PutAppInstanceUserExpirationSettingsBuilder, none;
            create_app_instance_bot: CreateAppInstanceBot, CreateAppInstanceBotBuilder, none;
            describe_app_instance_bot: DescribeAppInstanceBot, DescribeAppInstanceBotBuilder, none;
            update_app_instance_bot: UpdateAppInstanceBot, UpdateAppInstanceBotBuilder, none;
            delete_app_instance_bot: DeleteAppInstanceBot, DeleteAppInstanceBotBuilder, none;
            list_app_instance_bots: ListAppInstanceBots, ListAppInstanceBotsBuilder, none;
            register_app_instance_user_endpoint: RegisterAppInstanceUserEndpoint, RegisterAppInstanceUserEndpointBuilder, none;
            describe_app_instance_user_endpoint: DescribeAppInstanceUserEndpoint, DescribeAppInstanceUserEndpointBuilder, none;
            update_app_instance_user_endpoint: UpdateAppInstanceUserEndpoint, UpdateAppInstanceUserEndpointBuilder, none;
            deregister_app_instance_user_endpoint: DeregisterAppInstanceUserEndpoint, DeregisterAppInstanceUserEndpointBuilder, none;
            list_app_instance_user_endpoints: ListAppInstanceUserEndpoints, ListAppInstanceUserEndpointsBuilder, none;
            tag_resource: TagResource, TagResourceBuilder, none;
            untag_resource: UntagResource, UntagResourceBuilder, none;
            list_tags_for_resource: ListTagsForResource, ListTagsForResourceBuilder, none;
        }
    };
}

macro_rules! all {
    ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
        &[$( &<$Operation as Operation>::METADATA ),*]
    };
}

/// The metadata of every operation, by resource.
///
/// ```
#[doc = import!("operations::ALL")]
///
/// let operation = ALL.iter().find(|operation| operation.name == "CreateChannel").unwrap();
/// assert_eq!(operation.path, "/channels");
/// assert!(operation.about.starts_with("Creates a channel"));
/// ```
pub const ALL: &[&Metadata] = for_each_operation!(all);
