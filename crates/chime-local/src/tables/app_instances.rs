//! App instances.

use chime_types::{AppInstanceArn, Sensitive};
use rusqlite::Row;

use crate::store::{Time, Transaction, arn_column, optional_text_column, text_column};

/// A new app instance.
pub(crate) struct NewAppInstance<'n> {
    pub(crate) arn: &'n str,
    pub(crate) name: &'n Sensitive,
    pub(crate) metadata: Option<&'n Sensitive>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// An app instance.
pub(crate) struct AppInstanceRow {
    pub(crate) key: i64,
    pub(crate) arn: AppInstanceArn,
    pub(crate) name: Sensitive,
    pub(crate) metadata: Option<Sensitive>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// The columns of an [`AppInstanceRow`].
const COLUMNS: &str = "app_instance_id, arn, name, metadata, created_at, updated_at FROM app_instances";

fn read(row: &Row<'_>) -> rusqlite::Result<AppInstanceRow> {
    Ok(AppInstanceRow {
        key: row.get(0)?,
        arn: arn_column(row, 1)?,
        name: text_column(row, 2)?,
        metadata: optional_text_column(row, 3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
    })
}

/// Inserts an app instance and returns its key, or none if one with its ARN exists.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewAppInstance<'_>) -> rusqlite::Result<Option<i64>> {
    db.insert(
        "INSERT OR IGNORE INTO app_instances (arn, name, metadata, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        (new.arn, new.name.as_str(), new.metadata.map(Sensitive::as_str), new.created_at, new.updated_at),
    )
}

/// Changes the name and the metadata of an app instance.
pub(crate) fn update(
    db: &Transaction<'_>,
    app_instance: i64,
    name: &Sensitive,
    metadata: &Sensitive,
    updated_at: Time,
) -> rusqlite::Result<()> {
    let sql = "UPDATE app_instances SET name = ?2, metadata = ?3, updated_at = ?4 WHERE app_instance_id = ?1";
    db.execute(sql, (app_instance, name.as_str(), metadata.as_str(), updated_at))?;
    Ok(())
}

/// What the `arn` of a deleted app instance begins with; no ARN is as late in the order of texts.
const DELETED: &str = "deleted/";

/// Deletes an app instance. Its row stays, since that of each of its users refers to it, but nobody finds it any more.
pub(crate) fn delete(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE app_instances SET arn = ?2 || app_instance_id, name = '', metadata = NULL, retention_days = NULL
         WHERE app_instance_id = ?1",
        (app_instance, DELETED),
    )?;
    Ok(())
}

/// Whether no app instance exists.
pub(crate) fn is_empty(db: &Transaction<'_>) -> rusqlite::Result<bool> {
    Ok(db.find("SELECT 1 FROM app_instances WHERE arn < ?1 LIMIT 1", [DELETED], |_| Ok(()))?.is_none())
}

/// The time of the latest change of an app instance.
pub(crate) fn latest(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    Ok(db.find("SELECT max(updated_at) FROM app_instances", [], |row| row.get(0))?.flatten())
}

/// The key of an app instance.
pub(crate) fn key(db: &Transaction<'_>, arn: &AppInstanceArn) -> rusqlite::Result<Option<i64>> {
    db.find("SELECT app_instance_id FROM app_instances WHERE arn = ?1", [arn.as_str()], |row| row.get(0))
}

/// An app instance by its ARN.
pub(crate) fn find(db: &Transaction<'_>, arn: &AppInstanceArn) -> rusqlite::Result<Option<AppInstanceRow>> {
    db.find(&format!("SELECT {COLUMNS} WHERE arn = ?1"), [arn.as_str()], read)
}

/// All app instances, in the order of their creation.
pub(crate) fn all(db: &Transaction<'_>) -> rusqlite::Result<Vec<AppInstanceRow>> {
    db.list(&format!("SELECT {COLUMNS} WHERE arn < ?1 ORDER BY app_instance_id"), [DELETED], read)
}

/// The app instances whose keys are greater than `after`, at most `limit` of them, in the order of their creation.
pub(crate) fn list(db: &Transaction<'_>, after: i64, limit: u32) -> rusqlite::Result<Vec<AppInstanceRow>> {
    let sql =
        format!("SELECT {COLUMNS} WHERE app_instance_id > ?1 AND arn < ?3 ORDER BY app_instance_id LIMIT ?2");
    db.list(&sql, (after, limit, DELETED), read)
}

/// How long an app instance keeps messages.
#[derive(Clone, Copy, Default)]
pub(crate) struct Retention {
    /// How many days, if not for ever.
    pub(crate) days: Option<i32>,
    /// When the service begins to delete older messages.
    pub(crate) initiate_deletion_at: Option<Time>,
}

/// How long an app instance keeps messages.
pub(crate) fn retention(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Retention> {
    let found = db.find(
        "SELECT retention_days, initiate_deletion_at FROM app_instances WHERE app_instance_id = ?1",
        [app_instance],
        |row| Ok(Retention { days: row.get(0)?, initiate_deletion_at: row.get(1)? }),
    )?;
    Ok(found.unwrap_or_default())
}

/// Sets how long an app instance keeps messages. Those that are not deleted and not too old are visible again.
pub(crate) fn set_retention(
    db: &Transaction<'_>,
    app_instance: i64,
    retention: Retention,
    now: Time,
) -> rusqlite::Result<()> {
    let kept_from = retention.days.map(|days| now.before_days(days).to_string()).unwrap_or_default();
    db.execute(
        "UPDATE app_instances SET retention_days = ?2, initiate_deletion_at = ?3,
            hidden_before = max(deleted_before, ?4) WHERE app_instance_id = ?1",
        (app_instance, retention.days, retention.initiate_deletion_at, kept_from),
    )?;
    Ok(())
}

/// Whether an app instance does not keep messages for ever.
pub(crate) fn is_any_retention(db: &Transaction<'_>) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM app_instances WHERE retention_days IS NOT NULL LIMIT 1";
    Ok(db.find(sql, [], |_| Ok(()))?.is_some())
}

/// Hides the messages that are too old now. Once the deletion was initiated, they are gone.
pub(crate) fn move_retention(db: &Transaction<'_>, now: Time) -> rusqlite::Result<()> {
    let sql = "SELECT app_instance_id, retention_days FROM app_instances WHERE retention_days IS NOT NULL";
    for (app_instance, days) in db.list(sql, [], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))? {
        db.execute(
            "UPDATE app_instances SET hidden_before = max(hidden_before, ?2),
                deleted_before = iif(initiate_deletion_at <= ?3, max(hidden_before, ?2), deleted_before)
             WHERE app_instance_id = ?1",
            (app_instance, now.before_days(days), now),
        )?;
    }
    Ok(())
}

/// Whether messages may be in the table that are deleted by now.
pub(crate) fn is_any_unpurged(db: &Transaction<'_>) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM app_instances WHERE purged_before < deleted_before LIMIT 1";
    Ok(db.find(sql, [], |_| Ok(()))?.is_some())
}

/// Deletes up to `limit` messages that are deleted by now.
pub(crate) fn purge(db: &Transaction<'_>, limit: u32) -> rusqlite::Result<()> {
    let messages = db.execute(
        "DELETE FROM messages WHERE sequence IN (
            SELECT m.sequence FROM app_instances a
            CROSS JOIN channels c ON c.app_instance_id = a.app_instance_id
            CROSS JOIN messages m ON m.channel_id = c.channel_id AND m.created_at < a.deleted_before
            WHERE a.purged_before < a.deleted_before LIMIT ?1)",
        [limit],
    )?;
    if messages == 0 {
        let sql =
            "UPDATE app_instances SET purged_before = deleted_before WHERE purged_before < deleted_before";
        db.execute(sql, [])?;
    }
    Ok(())
}
