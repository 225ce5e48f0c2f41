//! The items of a session.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use chime_types::events::SessionFrame;
use chime_types::{ChannelArn, Timestamp};

use super::error::SessionError;
use crate::Error;

/// An item of a session: an event, or a change of the session itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionItem {
    /// An event.
    Event(Box<SessionFrame>),
    /// A frame that is not an event. It is kept, and the session continues.
    Unreadable(UnreadableFrame),
    /// The connection was lost, or a connect failed. The session connects again by itself.
    Disconnected {
        /// What happened.
        error: SessionError,
        /// The number of losses since a session lasted, from 1.
        attempt: u32,
        /// The time until the next connect.
        retry_in: Duration,
    },
    /// The session is established again. The events of the gap may be missing.
    Reconnected {
        /// The time of which events may be missing.
        gap: Gap,
    },
    /// Messages of a gap could not be fetched. Only sessions that fill gaps have it.
    NotFilled {
        /// The channel whose messages are missing, or `None` if the list of channels could not be fetched.
        channel_arn: Option<ChannelArn>,
        /// The failure of the list.
        error: Error,
    },
}

/// The time in which a session may have missed events, by the client's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Gap {
    /// The last time at which something came from the service.
    pub from: Timestamp,
    /// The time at which the session was established again.
    pub to: Timestamp,
}

/// A frame that is not an event. Nothing of it is lost.
///
/// `Debug` shows its length only, since it may have sensitive members.
#[derive(Clone, PartialEq, Eq)]
pub struct UnreadableFrame {
    bytes: Bytes,
    reason: String,
}

impl UnreadableFrame {
    /// A frame whose bytes are not JSON of an event. The reason of serde might quote it, so its place has to do.
    pub(super) fn new(bytes: Bytes, error: &serde_json::Error) -> Self {
        let reason = format!("line {}, column {}", error.line(), error.column());
        Self { bytes, reason }
    }

    /// Returns the whole frame.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

impl fmt::Display for UnreadableFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, reason } = self;
        write!(
            f,
            "session: a frame of {} bytes is not an event ({reason}); expected JSON with Headers",
            bytes.len()
        )
    }
}

impl fmt::Debug for UnreadableFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadableFrame")
            .field("length", &self.bytes.len())
            .field("reason", &self.reason)
            .finish()
    }
}

impl std::error::Error for UnreadableFrame {}
