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
    absent("CreateChannelFlow", Method::Post, "/channel-flows", &[]),
    absent("DeleteChannelFlow", Method::Delete, "/channel-flows/{channelFlowArn}", &[]),
    absent("DeleteMessagingStreamingConfigurations", Method::Delete, "/app-instances/{appInstanceArn}/streaming-configurations", &[]),
    absent("DescribeChannelFlow", Method::Get, "/channel-flows/{channelFlowArn}", &[]),
    absent("DisassociateChannelFlow", Method::Delete, "/channels/{channelArn}/channel-flow/{channelFlowArn}", &[]),
    absent("GetMessagingStreamingConfigurations", Method::Get, "/app-instances/{appInstanceArn}/streaming-configurations", &[]),
    absent("ListChannelFlows", Method::Get, "/channel-flows", &[]),
    absent("ListChannelsAssociatedWithChannelFlow", Method::Get, "/channels", &[("scope", "channel-flow-associations")]),
    absent("PutMessagingStreamingConfigurations", Method::Put, "/app-instances/{appInstanceArn}/streaming-configurations", &[]),
    absent("UpdateChannelFlow", Method::Put, "/channel-flows/{channelFlowArn}", &[]),
];
