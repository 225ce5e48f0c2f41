//! Bans from channels.

use super::identity::Identity;
use crate::declare::structure;
use crate::{ChannelArn, Timestamp};

structure! {
    /// A ban, in full.
    pub struct ChannelBan {
        /// The banned user.
        member: Identity,
        /// The channel.
        channel_arn: ChannelArn,
        /// The time at which the user was banned.
        created_timestamp: Timestamp,
        /// The user who banned the member.
        created_by: Identity,
    }
}

structure! {
    /// The summary of a ban in a list.
    pub struct ChannelBanSummary {
        /// The banned user.
        member: Identity,
    }
}
