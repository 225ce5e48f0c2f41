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
        "UPDATE app_instances SET arn = ?2 || app_instance_id, name = '', metadata = NULL
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
