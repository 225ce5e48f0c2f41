//! Moderators of channels.

use super::identity::Identity;
use crate::declare::structure;

structure! {
    /// What a list shows of a moderator.
    pub struct ChannelModeratorSummary {
        /// The moderator.
        moderator: Identity,
    }
}
