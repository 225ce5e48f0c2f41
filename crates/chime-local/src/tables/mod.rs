//! The tables, one file each: what a row is, and all SQL that is about it.

pub(crate) mod administrators;
pub(crate) mod app_instances;
pub(crate) mod channels;
pub(crate) mod memberships;
pub(crate) mod messages;
pub(crate) mod moderators;
pub(crate) mod request_tokens;
pub(crate) mod users;

use crate::store::{Time, Transaction};

/// The time of the last write that is compared with other writes: a message or a read marker.
pub(crate) fn latest_write(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    Ok(messages::latest(db)?.max(memberships::latest_read_marker(db)?))
}
