//! The administrators of app instances, who are users of them.

use super::users::NamedUser;
use crate::store::{Time, Transaction};

/// An administrator.
pub(crate) struct AdministratorRow {
    pub(crate) user: NamedUser,
    /// When the user became one.
    pub(crate) created_at: Time,
    /// Whether the user was one from the user's creation.
    pub(crate) is_since_creation: bool,
}

/// Makes a user an administrator; false if the user is one already.
pub(crate) fn insert(db: &Transaction<'_>, user: i64, created_at: Time) -> rusqlite::Result<bool> {
    let sql = "INSERT OR IGNORE INTO administrators (user_id, created_at) VALUES (?1, ?2)";
    Ok(db.execute(sql, (user, created_at))? == 1)
}

/// Makes a user an administrator no more, if the user is one.
pub(crate) fn delete(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM administrators WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Leaves an app instance without administrators.
pub(crate) fn delete_all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM administrators WHERE user_id IN (SELECT user_id FROM users WHERE app_instance_id = ?1)",
        [app_instance],
    )?;
    Ok(())
}

/// When a user became an administrator; none if the user is not one.
pub(crate) fn created_at(db: &Transaction<'_>, user: i64) -> rusqlite::Result<Option<Time>> {
    db.find("SELECT created_at FROM administrators WHERE user_id = ?1", [user], |row| row.get(0))
}

/// The administrators of an app instance.
pub(crate) fn all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<AdministratorRow>> {
    db.list(
        "SELECT u.arn, u.name, a.created_at, a.created_at = u.created_at FROM administrators a JOIN users u USING (user_id)
         WHERE u.app_instance_id = ?1 ORDER BY user_id",
        [app_instance],
        |row| {
            Ok(AdministratorRow {
                user: NamedUser::read(row, 0)?,
                created_at: row.get(2)?,
                is_since_creation: row.get(3)?,
            })
        },
    )
}

/// The administrators of an app instance whose keys are greater than `after`, at most `limit` of them, with those keys.
pub(crate) fn list(
    db: &Transaction<'_>,
    app_instance: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<(i64, NamedUser)>> {
    // A few users of many are administrators.
    db.list(
        "SELECT u.arn, u.name, user_id FROM administrators a CROSS JOIN users u USING (user_id)
         WHERE u.app_instance_id = ?1 AND a.user_id > ?2 ORDER BY a.user_id LIMIT ?3",
        (app_instance, after, limit),
        |row| Ok((row.get(2)?, NamedUser::read(row, 0)?)),
    )
}
