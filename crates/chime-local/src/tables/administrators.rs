//! The administrators of app instances, who are users of them.

use chime_types::AppInstanceUserArn;

use crate::store::{Transaction, arn_column};

/// Makes a user an administrator; false if the user is one already.
pub(crate) fn insert(db: &Transaction<'_>, user: i64) -> rusqlite::Result<bool> {
    Ok(db.execute("INSERT OR IGNORE INTO administrators (user_id) VALUES (?1)", [user])? == 1)
}

/// The administrators of an app instance.
pub(crate) fn all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<AppInstanceUserArn>> {
    db.list(
        "SELECT u.arn FROM administrators JOIN users u USING (user_id)
         WHERE u.app_instance_id = ?1 ORDER BY user_id",
        [app_instance],
        |row| arn_column(row, 0),
    )
}
