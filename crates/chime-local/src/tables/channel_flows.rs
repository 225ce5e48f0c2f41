//! Channel flows.

use chime_types::shapes::{ChannelMode, ChannelPrivacy, Processor};
use chime_types::{ChannelArn, ChannelFlowArn, Sensitive};
use rusqlite::Row;

use crate::store::{
    Time, Transaction, arn_column, json_column, json_text, optional_text_column, text_column,
};

/// A new channel flow.
pub(crate) struct NewChannelFlow<'n> {
    pub(crate) app_instance: i64,
    pub(crate) arn: &'n str,
    pub(crate) name: &'n Sensitive,
    pub(crate) processors: &'n Vec<Processor>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// A channel flow.
pub(crate) struct ChannelFlowRow {
    pub(crate) key: i64,
    pub(crate) app_instance: i64,
    pub(crate) arn: ChannelFlowArn,
    pub(crate) name: Sensitive,
    /// In the order of their execution.
    pub(crate) processors: Vec<Processor>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// A channel that a channel flow is associated with.
pub(crate) struct AssociatedChannel {
    pub(crate) key: i64,
    pub(crate) arn: ChannelArn,
    pub(crate) name: Sensitive,
    pub(crate) mode: ChannelMode,
    pub(crate) privacy: ChannelPrivacy,
    pub(crate) metadata: Option<Sensitive>,
}

/// The columns of a [`ChannelFlowRow`].
const COLUMNS: &str =
    "channel_flow_id, app_instance_id, arn, name, processors, created_at, updated_at FROM channel_flows";

fn read(row: &Row<'_>) -> rusqlite::Result<ChannelFlowRow> {
    let mut processors: Vec<Processor> = json_column(row, 4)?.unwrap_or_default();
    processors.sort_by_key(|processor| processor.execution_order);
    Ok(ChannelFlowRow {
        key: row.get(0)?,
        app_instance: row.get(1)?,
        arn: arn_column(row, 2)?,
        name: text_column(row, 3)?,
        processors,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
    })
}

/// Inserts a channel flow and returns its key, or none if one with its ARN exists.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewChannelFlow<'_>) -> rusqlite::Result<Option<i64>> {
    db.insert(
        "INSERT OR IGNORE INTO channel_flows (app_instance_id, arn, name, processors, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            new.app_instance,
            new.arn,
            new.name.as_str(),
            json_text(Some(new.processors))?,
            new.created_at,
            new.updated_at,
        ),
    )
}

/// Replaces the name and the processors of a channel flow.
pub(crate) fn update(
    db: &Transaction<'_>,
    channel_flow: i64,
    name: &Sensitive,
    processors: &Vec<Processor>,
    updated_at: Time,
) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE channel_flows SET name = ?2, processors = ?3, updated_at = ?4 WHERE channel_flow_id = ?1",
        (channel_flow, name.as_str(), json_text(Some(processors))?, updated_at),
    )?;
    Ok(())
}

/// Deletes a channel flow that no channel uses.
pub(crate) fn delete(db: &Transaction<'_>, channel_flow: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM channel_flows WHERE channel_flow_id = ?1", [channel_flow])?;
    Ok(())
}

/// Deletes all channel flows of an app instance, which its channels do not use any more.
pub(crate) fn delete_all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    db.execute("UPDATE channels SET channel_flow_id = NULL WHERE app_instance_id = ?1", [app_instance])?;
    db.execute("DELETE FROM channel_flows WHERE app_instance_id = ?1", [app_instance])?;
    Ok(())
}

/// Sets the channel flow of a channel, or none.
pub(crate) fn associate(
    db: &Transaction<'_>,
    channel: i64,
    channel_flow: Option<i64>,
) -> rusqlite::Result<()> {
    db.execute("UPDATE channels SET channel_flow_id = ?2 WHERE channel_id = ?1", (channel, channel_flow))?;
    Ok(())
}

/// The time of the latest change of a channel flow.
pub(crate) fn latest(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    Ok(db.find("SELECT max(updated_at) FROM channel_flows", [], |row| row.get(0))?.flatten())
}

/// A channel flow by its ARN.
pub(crate) fn find(db: &Transaction<'_>, arn: &ChannelFlowArn) -> rusqlite::Result<Option<ChannelFlowRow>> {
    db.find(&format!("SELECT {COLUMNS} WHERE arn = ?1"), [arn.as_str()], read)
}

/// The channel flow of a channel, if it has one.
pub(crate) fn of_channel(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Option<ChannelFlowRow>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE channel_flow_id = (SELECT channel_flow_id FROM channels WHERE channel_id = ?1)"
    );
    db.find(&sql, [channel], read)
}

/// Whether a channel uses a channel flow.
pub(crate) fn is_used(db: &Transaction<'_>, channel_flow: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM channels WHERE channel_flow_id = ?1 LIMIT 1";
    Ok(db.find(sql, [channel_flow], |_| Ok(()))?.is_some())
}

/// The channel flows of an app instance, in the order of their creation.
pub(crate) fn all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<ChannelFlowRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE app_instance_id = ?1 ORDER BY channel_flow_id");
    db.list(&sql, [app_instance], read)
}

/// The channel flows of an app instance whose keys are greater than `after`, at most `limit` of them.
pub(crate) fn list(
    db: &Transaction<'_>,
    app_instance: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<ChannelFlowRow>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE app_instance_id = ?1 AND channel_flow_id > ?2 ORDER BY channel_flow_id LIMIT ?3"
    );
    db.list(&sql, (app_instance, after, limit), read)
}

/// The channels of a channel flow whose keys are greater than `after`, at most `limit` of them.
pub(crate) fn channels(
    db: &Transaction<'_>,
    channel_flow: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<AssociatedChannel>> {
    db.list(
        "SELECT channel_id, arn, name, mode, privacy, metadata FROM channels
         WHERE channel_flow_id = ?1 AND channel_id > ?2 ORDER BY channel_id LIMIT ?3",
        (channel_flow, after, limit),
        |row| {
            Ok(AssociatedChannel {
                key: row.get(0)?,
                arn: arn_column(row, 1)?,
                name: text_column(row, 2)?,
                mode: text_column(row, 3)?,
                privacy: text_column(row, 4)?,
                metadata: optional_text_column(row, 5)?,
            })
        },
    )
}
