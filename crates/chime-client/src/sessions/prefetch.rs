//! The channels that a session receives when it begins.

/// The order in which a session receives channels when it begins. At most 50 channels are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Prefetch {
    /// Channels with unread messages come first, then those with the latest messages.
    UnreadFirst,
    /// Channels with the latest messages come first.
    LatestFirst,
}

impl Prefetch {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::UnreadFirst => "unread",
            Self::LatestFirst => "last-message-timestamp",
        }
    }
}
