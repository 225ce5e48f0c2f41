//! What a transaction did, as others learn of it.

use chime_types::AppInstanceUserArn;
use chime_types::events::Event;

/// Something that a transaction did. It is published once the transaction is committed.
#[derive(Debug)]
pub(crate) struct Occurrence {
    pub(crate) event: Event,
    pub(crate) audience: Audience,
    /// Whether the transaction added a record for a stream.
    pub(crate) is_streamed: bool,
}

/// The users whose sessions receive an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Audience {
    /// Only streams receive it.
    Nobody,
    /// The members of a channel after the transaction, and a user who may not be one any more.
    Members {
        /// The key of the channel.
        channel: i64,
        /// The ID of the sub-channel whose members alone receive it, if the channel is elastic.
        sub_channel: Option<String>,
        also: Option<AppInstanceUserArn>,
    },
    /// These users.
    Users(Vec<AppInstanceUserArn>),
}
