//! Moderators of channels.

use chime_types::AppInstanceUserArn;

use rusqlite::Row;

use super::users::NamedUser;
use crate::store::{Time, Transaction};

/// A moderator.
pub(crate) struct ModeratorRow {
    pub(crate) key: i64,
    pub(crate) user: NamedUser,
    pub(crate) created_by: NamedUser,
    pub(crate) created_at: Time,
}

/// The columns of a [`ModeratorRow`].
const COLUMNS: &str = "o.moderator_id, u.arn, u.name, c.arn, c.name, o.created_at
    FROM moderators o JOIN users u USING (user_id) JOIN users c ON c.user_id = o.created_by";

fn read(row: &Row<'_>) -> rusqlite::Result<ModeratorRow> {
    Ok(ModeratorRow {
        key: row.get(0)?,
        user: NamedUser::read(row, 1)?,
        created_by: NamedUser::read(row, 3)?,
        created_at: row.get(5)?,
    })
}

/// Makes a user a moderator; false if the user is one already.
pub(crate) fn insert(
    db: &Transaction<'_>,
    channel: i64,
    user: i64,
    created_by: i64,
    created_at: Time,
) -> rusqlite::Result<bool> {
    let sql = "INSERT OR IGNORE INTO moderators (channel_id, user_id, created_by, created_at)
         VALUES (?1, ?2, ?3, ?4)";
    Ok(db.execute(sql, (channel, user, created_by, created_at))? == 1)
}

/// Makes a moderator a moderator no more, if the user is one.
pub(crate) fn delete(
    db: &Transaction<'_>,
    channel: i64,
    moderator: &AppInstanceUserArn,
) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM moderators WHERE channel_id = ?1
         AND user_id = (SELECT user_id FROM users WHERE arn = ?2)",
        (channel, moderator.as_str()),
    )?;
    Ok(())
}

/// Makes a user a moderator of no channel any more.
pub(crate) fn delete_all_of_user(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM moderators WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Returns whether a user is a moderator.
pub(crate) fn exists(db: &Transaction<'_>, channel: i64, user: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM moderators WHERE channel_id = ?1 AND user_id = ?2";
    Ok(db.find(sql, (channel, user), |_| Ok(()))?.is_some())
}

/// The time at which the latest moderator became one.
pub(crate) fn latest(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    Ok(db.find("SELECT nullif(max(created_at), '') FROM moderators", [], |row| row.get(0))?.flatten())
}

/// A moderator of a channel.
pub(crate) fn find(
    db: &Transaction<'_>,
    channel: i64,
    moderator: &AppInstanceUserArn,
) -> rusqlite::Result<Option<ModeratorRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE o.channel_id = ?1 AND u.arn = ?2");
    db.find(&sql, (channel, moderator.as_str()), read)
}

/// The keys of the channels that a user moderates.
pub(crate) fn channels(db: &Transaction<'_>, user: i64) -> rusqlite::Result<Vec<i64>> {
    let sql = "SELECT channel_id FROM moderators WHERE user_id = ?1 ORDER BY moderator_id";
    db.list(sql, [user], |row| row.get(0))
}

/// The moderators of a channel, in the order in which they became that.
pub(crate) fn all(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<ModeratorRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE o.channel_id = ?1 ORDER BY o.moderator_id");
    db.list(&sql, [channel], read)
}

/// The moderators of a channel whose keys are greater than `after`, at most `limit` of them.
pub(crate) fn list(
    db: &Transaction<'_>,
    channel: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<ModeratorRow>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE o.channel_id = ?1 AND o.moderator_id > ?2 ORDER BY o.moderator_id LIMIT ?3"
    );
    db.list(&sql, (channel, after, limit), read)
}
