//! The channels that a session receives when it begins.

use serde::{Deserialize, Serialize};

use crate::Timestamp;
use crate::shapes::{ChannelMembershipSummary, ChannelMessageSummary, ChannelSummary};

/// A channel with its latest messages and some of its members, which a session receives when it begins.
///
/// ```
#[doc = import!("events::ChannelDetails")]
#[doc = import!("shapes::ChannelSummary")]
///
/// let mut details = ChannelDetails::default();
/// details.channel = Some(ChannelSummary::default().name("General"));
/// assert_eq!(serde_json::to_string(&details)?, r#"{"Channel":{"Name":"General"}}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// The session must ask for it: `prefetch-on=connect`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ChannelDetails {
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelSummary>,
    /// The latest messages that the user can see, at most 20, the newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_messages: Option<Vec<ChannelMessageSummary>>,
    /// At most 30 of the members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_memberships: Option<Vec<ChannelMembershipSummary>>,
    /// The time up to which the user has read, unless it was never set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_marker_timestamp: Option<Timestamp>,
    /// Whether the channel has more messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_messages_has_more: Option<bool>,
}
