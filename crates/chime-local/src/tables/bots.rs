//! Bots, which are users with a configuration: they are members, moderators and senders as users are.

use chime_types::shapes::Configuration;
use chime_types::{AppInstanceBotArn, Sensitive};
use rusqlite::{Error, Row};

use super::memberships;
use crate::store::{Time, Transaction, arn_column, json_column, json_text, optional_text_column};

/// A new bot.
pub(crate) struct NewBot<'n> {
    pub(crate) app_instance: i64,
    pub(crate) arn: &'n str,
    pub(crate) name: Option<&'n Sensitive>,
    pub(crate) metadata: Option<&'n Sensitive>,
    pub(crate) configuration: &'n Configuration,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// The members of a bot that an update changes; `None` leaves a member unchanged.
pub(crate) struct BotChange<'n> {
    pub(crate) name: &'n Sensitive,
    pub(crate) metadata: &'n Sensitive,
    pub(crate) configuration: Option<&'n Configuration>,
    pub(crate) updated_at: Time,
}

/// A bot with everything about it.
pub(crate) struct BotRow {
    pub(crate) key: i64,
    pub(crate) arn: AppInstanceBotArn,
    pub(crate) name: Option<Sensitive>,
    pub(crate) metadata: Option<Sensitive>,
    pub(crate) configuration: Configuration,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// The columns of a [`BotRow`]. A bot without a name has an empty one.
const COLUMNS: &str = "user_id, arn, nullif(name, ''), metadata, configuration, created_at, updated_at
    FROM users WHERE configuration IS NOT NULL AND deleted = 0";

fn read(row: &Row<'_>) -> rusqlite::Result<BotRow> {
    Ok(BotRow {
        key: row.get(0)?,
        arn: arn_column(row, 1)?,
        name: optional_text_column(row, 2)?,
        metadata: optional_text_column(row, 3)?,
        configuration: json_column(row, 4)?.ok_or(Error::QueryReturnedNoRows)?,
        created_at: row.get(5)?,
        updated_at: row.get(6)?,
    })
}

/// Inserts a bot and returns its key, or none if one with its ARN exists.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewBot<'_>) -> rusqlite::Result<Option<i64>> {
    db.insert(
        "INSERT OR IGNORE INTO users
         (app_instance_id, arn, name, metadata, configuration, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            new.app_instance,
            new.arn,
            new.name.map_or("", Sensitive::as_str),
            new.metadata.map(Sensitive::as_str),
            json_text(Some(new.configuration))?,
            new.created_at,
            new.updated_at,
        ),
    )
}

/// Changes a bot.
pub(crate) fn update(db: &Transaction<'_>, bot: i64, change: &BotChange<'_>) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE users SET name = ?2, metadata = ?3, configuration = coalesce(?4, configuration), updated_at = ?5
         WHERE user_id = ?1",
        (
            bot,
            change.name.as_str(),
            change.metadata.as_str(),
            json_text(change.configuration)?,
            change.updated_at,
        ),
    )?;
    Ok(())
}

/// A bot by its ARN.
pub(crate) fn find(db: &Transaction<'_>, arn: &AppInstanceBotArn) -> rusqlite::Result<Option<BotRow>> {
    db.find(&format!("SELECT {COLUMNS} AND arn = ?1"), [arn.as_str()], read)
}

/// The bots of an app instance, in the order of their creation.
pub(crate) fn all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<BotRow>> {
    let sql = format!("SELECT {COLUMNS} AND app_instance_id = ?1 ORDER BY user_id");
    db.list(&sql, [app_instance], read)
}

/// The bots of an app instance whose keys are greater than `after`, at most `limit` of them.
pub(crate) fn list(
    db: &Transaction<'_>,
    app_instance: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<BotRow>> {
    let sql = format!("SELECT {COLUMNS} AND app_instance_id = ?1 AND user_id > ?2 ORDER BY user_id LIMIT ?3");
    db.list(&sql, (app_instance, after, limit), read)
}

/// The bots that are members of a channel, and the number of its members.
pub(crate) fn of_channel(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<(Vec<BotRow>, usize)> {
    let sql = format!(
        "SELECT {COLUMNS} AND app_instance_id = (SELECT app_instance_id FROM channels WHERE channel_id = ?1)
         AND EXISTS (SELECT 1 FROM memberships m WHERE m.channel_id = ?1 AND m.user_id = users.user_id)
         ORDER BY user_id"
    );
    let bots = db.list(&sql, [channel], read)?;
    let members = if bots.is_empty() { 0 } else { memberships::count_of_channel(db, channel)? };
    Ok((bots, members))
}
