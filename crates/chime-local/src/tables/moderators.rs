//! Moderators of channels.

use chime_types::AppInstanceUserArn;

use super::users::NamedUser;
use crate::store::{Transaction, arn_column};

/// Makes a user a moderator; false if the user is one already.
pub(crate) fn insert(db: &Transaction<'_>, channel: i64, user: i64) -> rusqlite::Result<bool> {
    let sql = "INSERT OR IGNORE INTO moderators (channel_id, user_id) VALUES (?1, ?2)";
    Ok(db.execute(sql, (channel, user))? == 1)
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

/// The moderators of a channel, in the order in which they became that.
pub(crate) fn all(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<AppInstanceUserArn>> {
    db.list(
        "SELECT u.arn FROM moderators o JOIN users u USING (user_id)
         WHERE o.channel_id = ?1 ORDER BY o.moderator_id",
        [channel],
        |row| arn_column(row, 0),
    )
}

/// The moderators of a channel whose keys are greater than `after`, at most `limit` of them, with those keys.
pub(crate) fn list(
    db: &Transaction<'_>,
    channel: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<(i64, NamedUser)>> {
    db.list(
        "SELECT u.arn, u.name, o.moderator_id FROM moderators o JOIN users u USING (user_id)
         WHERE o.channel_id = ?1 AND o.moderator_id > ?2 ORDER BY o.moderator_id LIMIT ?3",
        (channel, after, limit),
        |row| Ok((row.get(2)?, NamedUser::read(row, 0)?)),
    )
}
