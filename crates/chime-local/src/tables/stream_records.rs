//! Records for streams. Those that wait for their delivery are kept without limit, and the last of the others.

use chime_types::{ChannelArn, StreamArn};

use crate::store::{Time, Transaction, arn_column};

/// How many records are kept that do not wait for their delivery.
const KEPT: i64 = 1000;

/// A new record.
pub(crate) struct NewStreamRecord<'n> {
    pub(crate) stream: &'n StreamArn,
    pub(crate) channel: &'n ChannelArn,
    /// The event, as JSON.
    pub(crate) data: &'n str,
    pub(crate) created_at: Time,
}

/// A record that waits for its delivery.
pub(crate) struct WaitingRecord {
    pub(crate) key: i64,
    pub(crate) channel: String,
    pub(crate) data: String,
}

/// A record, as it can be read.
pub(crate) struct StreamRecordRow {
    pub(crate) created_at: Time,
    pub(crate) stream: StreamArn,
    pub(crate) channel: ChannelArn,
    pub(crate) data: String,
    pub(crate) is_delivered: bool,
}

/// Inserts a record.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewStreamRecord<'_>) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO stream_records (stream_arn, channel_arn, data, created_at) VALUES (?1, ?2, ?3, ?4)",
        (new.stream.as_str(), new.channel.as_str(), new.data, new.created_at),
    )?;
    Ok(())
}

/// The stream after another one, in the order of their ARNs, for which records wait.
pub(crate) fn next_waiting_stream(db: &Transaction<'_>, after: &str) -> rusqlite::Result<Option<StreamArn>> {
    db.find(
        "SELECT stream_arn FROM stream_records WHERE delivered = 0 AND stream_arn > ?1 ORDER BY stream_arn LIMIT 1",
        [after],
        |row| arn_column(row, 0),
    )
}

/// The first records that wait for a stream, at most `limit` of them, in order.
pub(crate) fn waiting(
    db: &Transaction<'_>,
    stream: &StreamArn,
    limit: u32,
) -> rusqlite::Result<Vec<WaitingRecord>> {
    db.list(
        "SELECT record_id, channel_arn, data FROM stream_records
         WHERE delivered = 0 AND stream_arn = ?1 ORDER BY record_id LIMIT ?2",
        (stream.as_str(), limit),
        |row| Ok(WaitingRecord { key: row.get(0)?, channel: row.get(1)?, data: row.get(2)? }),
    )
}

/// Notes that records were delivered.
///
/// If the world was replaced meanwhile, their keys may be those of other records.
pub(crate) fn set_delivered(db: &Transaction<'_>, records: &[WaitingRecord]) -> rusqlite::Result<()> {
    for record in records {
        db.execute(
            "UPDATE stream_records SET delivered = 1 WHERE record_id = ?1 AND data = ?2",
            (record.key, &record.data),
        )?;
    }
    Ok(())
}

/// The condition of the oldest records above the limit and `?1` more. Those that wait for their delivery stay, unless
/// nothing delivers them.
fn old(with_waiting: bool) -> String {
    let delivered = if with_waiting { "" } else { " AND delivered = 1" };
    format!("record_id <= (SELECT max(record_id) FROM stream_records) - {KEPT} - ?1{delivered}")
}

/// Whether so many records are kept above the limit that removing them is worth a write.
pub(crate) fn is_any_old(db: &Transaction<'_>, with_waiting: bool) -> rusqlite::Result<bool> {
    let sql = format!("SELECT 1 FROM stream_records WHERE {} LIMIT 1", old(with_waiting));
    Ok(db.find(&sql, [KEPT / 10], |_| Ok(()))?.is_some())
}

/// Removes the oldest records above the limit.
pub(crate) fn delete_old(db: &Transaction<'_>, with_waiting: bool) -> rusqlite::Result<()> {
    db.execute(&format!("DELETE FROM stream_records WHERE {}", old(with_waiting)), [0])?;
    Ok(())
}

/// The last records, the oldest first.
pub(crate) fn last(db: &Transaction<'_>) -> rusqlite::Result<Vec<StreamRecordRow>> {
    db.list(
        "SELECT created_at, stream_arn, channel_arn, data, delivered FROM
            (SELECT * FROM stream_records ORDER BY record_id DESC LIMIT ?1) ORDER BY record_id",
        [KEPT],
        |row| {
            Ok(StreamRecordRow {
                created_at: row.get(0)?,
                stream: arn_column(row, 1)?,
                channel: arn_column(row, 2)?,
                data: row.get(3)?,
                is_delivered: row.get(4)?,
            })
        },
    )
}
