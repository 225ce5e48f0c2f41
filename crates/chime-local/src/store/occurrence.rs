//! What a transaction did, as others learn of it.

use chime_types::events::Event;
use chime_types::{AppInstanceUserArn, ChannelArn};
use serde::ser::{Error, SerializeStruct};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Something that a transaction did. It is published once the transaction is committed.
#[derive(Debug)]
pub(crate) struct Occurrence {
    pub(crate) channel_arn: ChannelArn,
    pub(crate) event: Event,
    pub(crate) audience: Audience,
    /// Whether the transaction added a record for a stream.
    pub(crate) is_streamed: bool,
}

/// Writes the event, with the channel that it is about.
impl Serialize for Occurrence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let event = serde_json::to_value(&self.event).map_err(S::Error::custom)?;
        let mut written = serializer.serialize_struct("Event", 3)?;
        written.serialize_field("Type", self.event.event_type())?;
        written.serialize_field("ChannelArn", &self.channel_arn)?;
        written.serialize_field("Payload", event.get("Payload").unwrap_or(&Value::Null))?;
        written.end()
    }
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
