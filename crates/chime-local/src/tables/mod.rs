//! The tables, one file each: what a row is, and all SQL that is about it.

pub(crate) mod administrators;
pub(crate) mod app_instances;
pub(crate) mod bans;
pub(crate) mod bots;
pub(crate) mod channel_flows;
pub(crate) mod channels;
pub(crate) mod endpoints;
pub(crate) mod memberships;
pub(crate) mod messages;
pub(crate) mod moderators;
pub(crate) mod notifications;
pub(crate) mod processings;
pub(crate) mod request_tokens;
pub(crate) mod stream_records;
pub(crate) mod streaming_configurations;
pub(crate) mod sub_channels;
pub(crate) mod tags;
pub(crate) mod users;

use crate::store::{Time, Transaction};

/// The time of the last write that the store has.
pub(crate) fn latest_write(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    let of_tables = [
        app_instances::latest,
        users::latest,
        channels::latest,
        memberships::latest,
        moderators::latest,
        bans::latest,
        messages::latest,
        endpoints::latest,
        channel_flows::latest,
    ];
    of_tables.iter().try_fold(None, |latest, of_table| Ok(of_table(db)?.max(latest)))
}
