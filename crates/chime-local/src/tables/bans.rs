//! Bans from channels.

use chime_types::AppInstanceUserArn;
use rusqlite::Row;

use super::users::NamedUser;
use crate::store::{Time, Transaction};

/// A ban.
pub(crate) struct BanRow {
    pub(crate) key: i64,
    pub(crate) user: NamedUser,
    pub(crate) created_by: NamedUser,
    pub(crate) created_at: Time,
}

/// The columns of a [`BanRow`].
const COLUMNS: &str = "b.ban_id, u.arn, u.name, c.arn, c.name, b.created_at
    FROM bans b JOIN users u USING (user_id) JOIN users c ON c.user_id = b.created_by";

fn read(row: &Row<'_>) -> rusqlite::Result<BanRow> {
    Ok(BanRow {
        key: row.get(0)?,
        user: NamedUser::read(row, 1)?,
        created_by: NamedUser::read(row, 3)?,
        created_at: row.get(5)?,
    })
}

/// Bans a user; false if the user is banned already.
pub(crate) fn insert(
    db: &Transaction<'_>,
    channel: i64,
    user: i64,
    created_by: i64,
    created_at: Time,
) -> rusqlite::Result<bool> {
    let sql =
        "INSERT OR IGNORE INTO bans (channel_id, user_id, created_by, created_at) VALUES (?1, ?2, ?3, ?4)";
    Ok(db.execute(sql, (channel, user, created_by, created_at))? == 1)
}

/// Ends the ban of a user, if the user is banned.
pub(crate) fn delete(db: &Transaction<'_>, channel: i64, user: &AppInstanceUserArn) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM bans WHERE channel_id = ?1 AND user_id = (SELECT user_id FROM users WHERE arn = ?2)",
        (channel, user.as_str()),
    )?;
    Ok(())
}

/// Ends all bans of a user.
pub(crate) fn delete_all_of_user(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM bans WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Returns whether a user is banned.
pub(crate) fn exists(db: &Transaction<'_>, channel: i64, user: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM bans WHERE channel_id = ?1 AND user_id = ?2";
    Ok(db.find(sql, (channel, user), |_| Ok(()))?.is_some())
}

/// The time of the latest ban.
pub(crate) fn latest(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    Ok(db.find("SELECT max(created_at) FROM bans", [], |row| row.get(0))?.flatten())
}

/// The ban of a user.
pub(crate) fn find(
    db: &Transaction<'_>,
    channel: i64,
    user: &AppInstanceUserArn,
) -> rusqlite::Result<Option<BanRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE b.channel_id = ?1 AND u.arn = ?2");
    db.find(&sql, (channel, user.as_str()), read)
}

/// The bans of a channel whose keys are greater than `after`, at most `limit` of them.
pub(crate) fn list(
    db: &Transaction<'_>,
    channel: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<BanRow>> {
    let sql =
        format!("SELECT {COLUMNS} WHERE b.channel_id = ?1 AND b.ban_id > ?2 ORDER BY b.ban_id LIMIT ?3");
    db.list(&sql, (channel, after, limit), read)
}

/// The keys of the channels that a user is banned from.
pub(crate) fn channels(db: &Transaction<'_>, user: i64) -> rusqlite::Result<Vec<i64>> {
    let sql = "SELECT channel_id FROM bans WHERE user_id = ?1 ORDER BY ban_id";
    db.list(sql, [user], |row| row.get(0))
}

/// The bans of a channel, in the order of their creation.
pub(crate) fn all(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<BanRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE b.channel_id = ?1 ORDER BY b.ban_id");
    db.list(&sql, [channel], read)
}
