//! The operations of the services that are not implemented, which are refused by name.
//!
//! A contract test compares the list with the service models.

use chime_types::operation::{Metadata, Method};

/// An operation's name, method, path and constant query.
const fn absent(
    name: &'static str,
    method: Method,
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
) -> Metadata {
    Metadata::undeclared(name, method, path, query)
}

/// Every operation of both services that is not implemented.
#[rustfmt::skip]
pub(crate) const ABSENT: &[Metadata] = &[
    absent("AssociateChannelFlow", Method::Put, "/channels/{channelArn}/channel-flow", &[]),
    absent("ChannelFlowCallback", Method::Post, "/channels/{channelArn}", &[("operation", "channel-flow-callback")]),
    absent("CreateChannelBan", Method::Post, "/channels/{channelArn}/bans", &[]),
    absent("CreateChannelFlow", Method::Post, "/channel-flows", &[]),
    absent("DeleteChannelBan", Method::Delete, "/channels/{channelArn}/bans/{memberArn}", &[]),
    absent("DeleteChannelFlow", Method::Delete, "/channel-flows/{channelFlowArn}", &[]),
    absent("DeleteChannelMessage", Method::Delete, "/channels/{channelArn}/messages/{messageId}", &[]),
    absent("DeleteMessagingStreamingConfigurations", Method::Delete, "/app-instances/{appInstanceArn}/streaming-configurations", &[]),
    absent("DescribeChannelBan", Method::Get, "/channels/{channelArn}/bans/{memberArn}", &[]),
    absent("DescribeChannelFlow", Method::Get, "/channel-flows/{channelFlowArn}", &[]),
    absent("DescribeChannelModeratedByAppInstanceUser", Method::Get, "/channels/{channelArn}", &[("scope", "app-instance-user-moderated-channel")]),
    absent("DescribeChannelModerator", Method::Get, "/channels/{channelArn}/moderators/{channelModeratorArn}", &[]),
    absent("DisassociateChannelFlow", Method::Delete, "/channels/{channelArn}/channel-flow/{channelFlowArn}", &[]),
    absent("GetChannelMembershipPreferences", Method::Get, "/channels/{channelArn}/memberships/{memberArn}/preferences", &[]),
    absent("GetChannelMessageStatus", Method::Get, "/channels/{channelArn}/messages/{messageId}", &[("scope", "message-status")]),
    absent("GetMessagingSessionEndpoint", Method::Get, "/endpoints/messaging-session", &[]),
    absent("GetMessagingStreamingConfigurations", Method::Get, "/app-instances/{appInstanceArn}/streaming-configurations", &[]),
    absent("ListChannelBans", Method::Get, "/channels/{channelArn}/bans", &[]),
    absent("ListChannelFlows", Method::Get, "/channel-flows", &[]),
    absent("ListChannelsAssociatedWithChannelFlow", Method::Get, "/channels", &[("scope", "channel-flow-associations")]),
    absent("ListChannelsModeratedByAppInstanceUser", Method::Get, "/channels", &[("scope", "app-instance-user-moderated-channels")]),
    absent("ListSubChannels", Method::Get, "/channels/{channelArn}/subchannels", &[]),
    absent("PutChannelMembershipPreferences", Method::Put, "/channels/{channelArn}/memberships/{memberArn}/preferences", &[]),
    absent("PutMessagingStreamingConfigurations", Method::Put, "/app-instances/{appInstanceArn}/streaming-configurations", &[]),
    absent("SearchChannels", Method::Post, "/channels", &[("operation", "search")]),
    absent("UpdateChannelFlow", Method::Put, "/channel-flows/{channelFlowArn}", &[]),
    absent("UpdateChannelMessage", Method::Put, "/channels/{channelArn}/messages/{messageId}", &[]),
    absent("CreateAppInstanceBot", Method::Post, "/app-instance-bots", &[]),
    absent("DeleteAppInstanceBot", Method::Delete, "/app-instance-bots/{appInstanceBotArn}", &[]),
    absent("DescribeAppInstanceBot", Method::Get, "/app-instance-bots/{appInstanceBotArn}", &[]),
    absent("ListAppInstanceBots", Method::Get, "/app-instance-bots", &[]),
    absent("UpdateAppInstanceBot", Method::Put, "/app-instance-bots/{appInstanceBotArn}", &[]),
];
