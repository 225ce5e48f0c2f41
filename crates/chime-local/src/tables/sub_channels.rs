//! Sub-channels of elastic channels.

use rusqlite::Row;

use crate::store::Transaction;

/// A sub-channel.
#[derive(Clone)]
pub(crate) struct SubChannelRow {
    pub(crate) key: i64,
    pub(crate) id: String,
    pub(crate) members: i64,
}

/// The columns of a [`SubChannelRow`].
const COLUMNS: &str = "s.sub_channel_key, s.sub_channel_id,
    (SELECT count(*) FROM memberships m WHERE m.sub_channel = s.sub_channel_key) FROM sub_channels s";

fn read(row: &Row<'_>) -> rusqlite::Result<SubChannelRow> {
    Ok(SubChannelRow { key: row.get(0)?, id: row.get(1)?, members: row.get(2)? })
}

/// Inserts a sub-channel and returns its key, or none if the channel has one with its ID.
pub(crate) fn insert(db: &Transaction<'_>, channel: i64, id: &str) -> rusqlite::Result<Option<i64>> {
    db.insert(
        "INSERT OR IGNORE INTO sub_channels (channel_id, sub_channel_id) VALUES (?1, ?2)",
        (channel, id),
    )
}

/// Deletes a sub-channel without members, with its messages.
pub(crate) fn delete(db: &Transaction<'_>, sub_channel: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM messages WHERE sub_channel = ?1", [sub_channel])?;
    db.execute("DELETE FROM sub_channels WHERE sub_channel_key = ?1", [sub_channel])?;
    Ok(())
}

/// A sub-channel by its ID.
pub(crate) fn find(db: &Transaction<'_>, channel: i64, id: &str) -> rusqlite::Result<Option<SubChannelRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE s.channel_id = ?1 AND s.sub_channel_id = ?2");
    db.find(&sql, (channel, id), read)
}

/// The ID of a sub-channel.
pub(crate) fn id(db: &Transaction<'_>, sub_channel: i64) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT sub_channel_id FROM sub_channels WHERE sub_channel_key = ?1";
    db.find(sql, [sub_channel], |row| row.get(0))
}

/// The sub-channels of a channel, in the order of their creation.
pub(crate) fn all(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<SubChannelRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE s.channel_id = ?1 ORDER BY s.sub_channel_key");
    db.list(&sql, [channel], read)
}

/// The sub-channels of a channel whose keys are greater than `after`, at most `limit` of them.
pub(crate) fn list(
    db: &Transaction<'_>,
    channel: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<SubChannelRow>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE s.channel_id = ?1 AND s.sub_channel_key > ?2 ORDER BY s.sub_channel_key LIMIT ?3"
    );
    db.list(&sql, (channel, after, limit), read)
}
