//! An event, and its JSON in a stream.

use std::fmt;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::channel_details::ChannelDetails;
use super::iso_times::IsoTimes;
use crate::shapes::{
    BatchChannelMemberships, Channel, ChannelBan, ChannelMembership, ChannelMessage, ChannelModerator,
};

/// Declares the enum of events from their names in JSON and the shapes of their payloads.
macro_rules! events {
    ($( $(#[$meta:meta])* $Variant:ident($Payload:ty) = $text:literal, )+) => {
        /// Something that happened, with the shape that it happened to.
        ///
        /// ```
        #[doc = import!("events::Event")]
        ///
        /// let event: Event = serde_json::from_str(r#"{"EventType":"DELETE_CHANNEL","Payload":{"Name":"General"}}"#)?;
        /// let Event::DeleteChannel(channel) = &event else { panic!("another event") };
        /// assert_eq!(channel.name.as_ref().unwrap().as_str(), "General");
        /// assert_eq!(event.event_type(), "DELETE_CHANNEL");
        /// # Ok::<(), serde_json::Error>(())
        /// ```
        ///
        /// Its own JSON is a record of a stream; a [`SessionFrame`](super::SessionFrame) has the JSON of a session.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Event {
            /// A session began. Only sessions receive it, first of all.
            SessionEstablished,
            $( $(#[$meta])* $Variant($Payload), )+
            /// An event that this version cannot read, since its type is unknown or its payload is not of the type.
            Other(OtherEvent),
        }

        impl Event {
            /// The types of all events that this version names.
            pub const NAMED: &'static [&'static str] = &["SESSION_ESTABLISHED", $($text),+];

            /// Returns the event's type as the service spells it.
            #[must_use]
            pub fn event_type(&self) -> &str {
                match self {
                    Self::SessionEstablished => "SESSION_ESTABLISHED",
                    $( Self::$Variant(_) => $text, )+
                    Self::Other(other) => &other.event_type,
                }
            }

            /// Reads the payload of an event of a type.
            pub(super) fn read(event_type: String, payload: Value) -> Self {
                let read = match event_type.as_str() {
                    "SESSION_ESTABLISHED" => Some(Self::SessionEstablished),
                    $( $text => <$Payload>::deserialize(&payload).ok().map(Self::$Variant), )+
                    _ => None,
                };
                read.unwrap_or_else(|| Self::Other(OtherEvent { event_type, payload }))
            }
        }

        impl Serialize for Payload<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self.0 {
                    Event::SessionEstablished => serializer.serialize_unit(),
                    $( Event::$Variant(payload) => IsoTimes(payload).serialize(serializer), )+
                    Event::Other(other) => other.payload.serialize(serializer),
                }
            }
        }
    };
}

events! {
    /// A channel that the session's user belongs to. Only sessions receive it, if they asked for it.
    ChannelDetails(ChannelDetails) = "CHANNEL_DETAILS",
    /// A message was sent.
    CreateChannelMessage(ChannelMessage) = "CREATE_CHANNEL_MESSAGE",
    /// The content of a message was changed.
    UpdateChannelMessage(ChannelMessage) = "UPDATE_CHANNEL_MESSAGE",
    /// The content of a message was removed.
    RedactChannelMessage(ChannelMessage) = "REDACT_CHANNEL_MESSAGE",
    /// A message was deleted.
    DeleteChannelMessage(ChannelMessage) = "DELETE_CHANNEL_MESSAGE",
    /// A message waits for its channel flow. Only its sender receives it.
    PendingCreateChannelMessage(ChannelMessage) = "PENDING_CREATE_CHANNEL_MESSAGE",
    /// A channel flow failed for a message. Only its sender receives it.
    FailedCreateChannelMessage(ChannelMessage) = "FAILED_CREATE_CHANNEL_MESSAGE",
    /// A channel flow denied a message. Only its sender receives it.
    DeniedCreateChannelMessage(ChannelMessage) = "DENIED_CREATE_CHANNEL_MESSAGE",
    /// A change of a message waits for its channel flow. Only its sender receives it.
    PendingUpdateChannelMessage(ChannelMessage) = "PENDING_UPDATE_CHANNEL_MESSAGE",
    /// A channel flow failed for a change of a message. Only its sender receives it.
    FailedUpdateChannelMessage(ChannelMessage) = "FAILED_UPDATE_CHANNEL_MESSAGE",
    /// A channel flow denied a change of a message. Only its sender receives it.
    DeniedUpdateChannelMessage(ChannelMessage) = "DENIED_UPDATE_CHANNEL_MESSAGE",
    /// A channel was created. Only streams receive it.
    CreateChannel(Channel) = "CREATE_CHANNEL",
    /// A channel was changed.
    UpdateChannel(Channel) = "UPDATE_CHANNEL",
    /// A channel was deleted with everything in it.
    DeleteChannel(Channel) = "DELETE_CHANNEL",
    /// A user became a member.
    CreateChannelMembership(ChannelMembership) = "CREATE_CHANNEL_MEMBERSHIP",
    /// A member was moved to another sub-channel.
    UpdateChannelMembership(ChannelMembership) = "UPDATE_CHANNEL_MEMBERSHIP",
    /// A member left or was removed.
    DeleteChannelMembership(ChannelMembership) = "DELETE_CHANNEL_MEMBERSHIP",
    /// Several users became members in one call.
    BatchCreateChannelMembership(BatchChannelMemberships) = "BATCH_CREATE_CHANNEL_MEMBERSHIP",
    /// A user became a moderator. Only streams receive it.
    CreateChannelModerator(ChannelModerator) = "CREATE_CHANNEL_MODERATOR",
    /// A user is not a moderator any more. Only streams receive it.
    DeleteChannelModerator(ChannelModerator) = "DELETE_CHANNEL_MODERATOR",
    /// A user was banned. Only streams receive it.
    CreateChannelBan(ChannelBan) = "CREATE_CHANNEL_BAN",
    /// A user is not banned any more. Only streams receive it.
    DeleteChannelBan(ChannelBan) = "DELETE_CHANNEL_BAN",
}

/// The payload of an event, to be written.
pub(super) struct Payload<'e>(pub(super) &'e Event);

/// An event that this version cannot read. Its payload is kept as it came.
///
/// ```
#[doc = import!("events::Event")]
///
/// let record = r#"{"EventType":"CREATE_SUB_CHANNEL","Payload":{"SubChannelId":"8f2e"}}"#;
/// let event: Event = serde_json::from_str(record)?;
/// let Event::Other(other) = &event else { panic!("a known event") };
/// assert_eq!(other.payload["SubChannelId"], "8f2e");
/// assert_eq!(serde_json::to_string(&event)?, record);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OtherEvent {
    /// The event's type as the service spells it.
    pub event_type: String,
    /// The payload, or `null` without one. It may have sensitive members, so `Debug` does not show it.
    pub payload: Value,
}

impl fmt::Debug for OtherEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OtherEvent").field("event_type", &self.event_type).finish_non_exhaustive()
    }
}

impl Event {
    /// Whether the event has a payload.
    pub(super) fn has_payload(&self) -> bool {
        match self {
            Self::SessionEstablished => false,
            Self::Other(other) => !other.payload.is_null(),
            _ => true,
        }
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let members = if self.has_payload() { 2 } else { 1 };
        let mut record = serializer.serialize_struct("Event", members)?;
        record.serialize_field("EventType", self.event_type())?;
        if self.has_payload() {
            record.serialize_field("Payload", &Payload(self))?;
        }
        record.end()
    }
}

/// A record of a stream.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    event_type: String,
    #[serde(default)]
    payload: Value,
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Record { event_type, payload } = Record::deserialize(deserializer)?;
        Ok(Self::read(event_type, payload))
    }
}
