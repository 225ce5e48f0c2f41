//! Moderators of channels.

use super::identity::Identity;
use crate::declare::structure;

structure! {
    /// The summary of a moderator in a list.
    pub struct ChannelModeratorSummary {
        /// The moderator.
        moderator: Identity,
    }
}
