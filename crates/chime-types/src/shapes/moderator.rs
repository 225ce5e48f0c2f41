//! Moderators of channels.

use super::channel::ChannelSummary;
use super::identity::Identity;
use crate::declare::structure;
use crate::{ChannelArn, Timestamp};

structure! {
    /// A moderator, in full.
    pub struct ChannelModerator {
        /// The moderator.
        moderator: Identity,
        /// The channel.
        channel_arn: ChannelArn,
        /// The time at which the user became a moderator.
        created_timestamp: Timestamp,
        /// The user who made the user a moderator.
        created_by: Identity,
    }
}

structure! {
    /// The summary of a moderator in a list.
    pub struct ChannelModeratorSummary {
        /// The moderator.
        moderator: Identity,
    }
}

structure! {
    /// A channel that a user moderates.
    pub struct ChannelModeratedByAppInstanceUserSummary {
        /// The channel.
        channel_summary: ChannelSummary,
    }
}
