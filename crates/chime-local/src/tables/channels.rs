//! Channels.

use std::fmt::Write;
use std::sync::LazyLock;

use chime_types::shapes::{
    ChannelMembershipType, ChannelMode, ChannelPrivacy, ElasticChannelConfiguration, ExpirationSettings,
};
use chime_types::{ChannelArn, ChannelFlowArn, Sensitive};
use rusqlite::Row;

use super::messages::LAST_MESSAGE_AT;
use super::users::{NamedUser, expires_at};
use crate::store::{
    Time, Transaction, arn_column, json_column, json_text, optional_arn_column, optional_text_column,
    text_column,
};

/// A new channel.
pub(crate) struct NewChannel<'n> {
    pub(crate) app_instance: i64,
    pub(crate) arn: &'n str,
    pub(crate) name: &'n Sensitive,
    pub(crate) mode: &'n ChannelMode,
    pub(crate) privacy: &'n ChannelPrivacy,
    pub(crate) metadata: Option<&'n Sensitive>,
    pub(crate) expiration_settings: Option<&'n ExpirationSettings>,
    pub(crate) elastic: Option<&'n ElasticChannelConfiguration>,
    pub(crate) created_by: i64,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// The members of a channel that an update changes; `None` leaves a member unchanged.
pub(crate) struct ChannelChange<'n> {
    pub(crate) name: Option<&'n Sensitive>,
    pub(crate) mode: Option<&'n ChannelMode>,
    pub(crate) metadata: Option<&'n Sensitive>,
    pub(crate) updated_at: Time,
}

/// A channel, as far as access depends on it.
pub(crate) struct ChannelRow {
    pub(crate) key: i64,
    pub(crate) app_instance: i64,
    pub(crate) mode: ChannelMode,
    pub(crate) privacy: ChannelPrivacy,
    pub(crate) elastic: Option<ElasticChannelConfiguration>,
}

/// The role of a user in a channel.
pub(crate) struct ChannelRoles {
    pub(crate) membership: Option<ChannelMembershipType>,
    pub(crate) is_moderator: bool,
    pub(crate) is_banned: bool,
    /// The ID of the user's sub-channel.
    pub(crate) sub_channel: Option<String>,
}

/// A channel, as lists have it.
pub(crate) struct ListedChannel {
    pub(crate) arn: ChannelArn,
    pub(crate) name: Sensitive,
    pub(crate) mode: ChannelMode,
    pub(crate) privacy: ChannelPrivacy,
    pub(crate) metadata: Option<Sensitive>,
    /// When the last message was sent that the caller can see.
    pub(crate) last_message_at: Option<Time>,
}

/// A channel with everything about it.
pub(crate) struct ChannelDetails {
    pub(crate) key: i64,
    pub(crate) listed: ListedChannel,
    pub(crate) expiration_settings: Option<ExpirationSettings>,
    pub(crate) channel_flow: Option<ChannelFlowArn>,
    pub(crate) elastic: Option<ElasticChannelConfiguration>,
    pub(crate) created_by: NamedUser,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// The columns of a [`ListedChannel`], of a channel `c` for the caller `?1`.
pub(super) static LISTED: LazyLock<String> = LazyLock::new(|| {
    // The members of an elastic channel see different messages, and none of them is its last.
    format!(
        "c.name, c.arn, c.mode, c.privacy, c.metadata, iif(c.elastic IS NULL, {}, NULL)",
        *LAST_MESSAGE_AT
    )
});

/// The number of columns of [`LISTED`].
pub(super) const LISTED_COLUMNS: usize = 6;

/// Reads a row that begins with [`LISTED`].
pub(super) fn read_listed(row: &Row<'_>) -> rusqlite::Result<ListedChannel> {
    Ok(ListedChannel {
        name: text_column(row, 0)?,
        arn: arn_column(row, 1)?,
        mode: text_column(row, 2)?,
        privacy: text_column(row, 3)?,
        metadata: optional_text_column(row, 4)?,
        last_message_at: row.get(5)?,
    })
}

/// Reads a row of [`details_of`].
fn read_details(row: &Row<'_>) -> rusqlite::Result<ChannelDetails> {
    Ok(ChannelDetails {
        listed: read_listed(row)?,
        key: row.get(LISTED_COLUMNS)?,
        created_at: row.get(LISTED_COLUMNS + 1)?,
        updated_at: row.get(LISTED_COLUMNS + 2)?,
        expiration_settings: json_column(row, LISTED_COLUMNS + 3)?,
        created_by: NamedUser::read(row, LISTED_COLUMNS + 4)?,
        channel_flow: optional_arn_column(row, LISTED_COLUMNS + 6)?,
        elastic: json_column(row, LISTED_COLUMNS + 7)?,
    })
}

/// The statement that selects everything about the channels `c` that a condition is true of.
fn details_of(condition: &str) -> String {
    format!(
        "SELECT {}, c.channel_id, c.created_at, c.updated_at, c.expiration, u.arn, u.name,
            (SELECT f.arn FROM channel_flows f WHERE f.channel_flow_id = c.channel_flow_id), c.elastic
         FROM channels c JOIN users u ON u.user_id = c.created_by WHERE {condition}",
        *LISTED
    )
}

/// Inserts a channel and returns its key, or none if one with its ARN exists.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewChannel<'_>) -> rusqlite::Result<Option<i64>> {
    db.insert(
        "INSERT OR IGNORE INTO channels
         (app_instance_id, arn, name, mode, privacy, metadata, expiration, created_by, created_at, updated_at,
            expires_at, elastic)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        (
            new.app_instance,
            new.arn,
            new.name.as_str(),
            new.mode.as_str(),
            new.privacy.as_str(),
            new.metadata.map(Sensitive::as_str),
            json_text(new.expiration_settings)?,
            new.created_by,
            new.created_at,
            new.updated_at,
            expires_at(new.created_at, new.expiration_settings),
            json_text(new.elastic)?,
        ),
    )
}

/// Sets when a channel expires.
pub(crate) fn set_expiration(
    db: &Transaction<'_>,
    channel: i64,
    settings: Option<&ExpirationSettings>,
    updated_at: Time,
) -> rusqlite::Result<()> {
    let sql = "SELECT created_at FROM channels WHERE channel_id = ?1";
    let Some(created_at) = db.find(sql, [channel], |row| row.get(0))? else { return Ok(()) };
    db.execute(
        "UPDATE channels SET expiration = ?2, expires_at = ?3, updated_at = ?4 WHERE channel_id = ?1",
        (channel, json_text(settings)?, expires_at(created_at, settings), updated_at),
    )?;
    Ok(())
}

/// A channel that may have expired.
pub(crate) struct ExpiringChannel {
    pub(crate) key: i64,
    pub(crate) settings: ExpirationSettings,
    /// The time of the last message, whether the caller can see it or not.
    pub(crate) last_message_at: Option<Time>,
}

/// Whether a channel may have expired by a time.
pub(crate) fn is_any_expired(db: &Transaction<'_>, by: Time) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM channels WHERE expires_at <= ?1 AND expiration IS NOT NULL LIMIT 1";
    Ok(db.find(sql, [by], |_| Ok(()))?.is_some())
}

/// The channels that may have expired by a time, at most `limit` of them.
pub(crate) fn expired(db: &Transaction<'_>, by: Time, limit: u32) -> rusqlite::Result<Vec<ExpiringChannel>> {
    let rows = db.list(
        "SELECT channel_id, expiration, (SELECT max(created_at) FROM messages m WHERE m.channel_id = c.channel_id)
         FROM channels c WHERE expires_at <= ?1 AND expiration IS NOT NULL ORDER BY expires_at LIMIT ?2",
        (by, limit),
        |row| Ok((row.get(0)?, json_column(row, 1)?, row.get(2)?)),
    )?;
    let settled = rows.into_iter().filter_map(|(key, settings, last_message_at)| {
        Some(ExpiringChannel { key, settings: settings?, last_message_at })
    });
    Ok(settled.collect())
}

/// Sets the earliest time at which a channel can expire.
pub(crate) fn set_expires_at(db: &Transaction<'_>, channel: i64, expires_at: Time) -> rusqlite::Result<()> {
    db.execute("UPDATE channels SET expires_at = ?2 WHERE channel_id = ?1", (channel, expires_at))?;
    Ok(())
}

/// Changes a channel.
pub(crate) fn update(db: &Transaction<'_>, channel: i64, change: &ChannelChange<'_>) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE channels SET name = coalesce(?2, name), mode = coalesce(?3, mode),
            metadata = coalesce(?4, metadata), updated_at = ?5 WHERE channel_id = ?1",
        (
            channel,
            change.name.map(Sensitive::as_str),
            change.mode.map(ChannelMode::as_str),
            change.metadata.map(Sensitive::as_str),
            change.updated_at,
        ),
    )?;
    Ok(())
}

/// Sets the time of the last change of a channel.
pub(crate) fn touch(db: &Transaction<'_>, channel: i64, updated_at: Time) -> rusqlite::Result<()> {
    db.execute("UPDATE channels SET updated_at = ?2 WHERE channel_id = ?1", (channel, updated_at))?;
    Ok(())
}

/// What the `arn` of a deleted channel begins with, while it still has messages; no ARN is as late in the order of texts.
/// Beyond the latest of them is [`AFTER_DELETED`].
pub(super) const DELETED: &str = "deleted/";

const AFTER_DELETED: &str = "deleted0";

/// Deletes a channel with its memberships, moderators and bans. Of its messages there may be many: nobody finds them any more,
/// and [`purge`] deletes them.
pub(crate) fn delete(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM memberships WHERE channel_id = ?1", [channel])?;
    db.execute("DELETE FROM moderators WHERE channel_id = ?1", [channel])?;
    db.execute("DELETE FROM bans WHERE channel_id = ?1", [channel])?;
    db.execute(
        "UPDATE channels SET arn = ?2 || channel_id, name = '', metadata = NULL, expiration = NULL, expires_at = NULL
         WHERE channel_id = ?1",
        (channel, DELETED),
    )?;
    Ok(())
}

/// Deletes all channels of an app instance with everything in them, which [`purge`] deletes.
pub(crate) fn delete_all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE channels SET arn = ?2 || channel_id, name = '', metadata = NULL, expiration = NULL, expires_at = NULL
         WHERE app_instance_id = ?1",
        (app_instance, DELETED),
    )?;
    Ok(())
}

/// The key of a deleted channel that still has messages.
fn find_deleted(db: &Transaction<'_>) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT channel_id FROM channels WHERE arn >= ?1 AND arn < ?2 LIMIT 1";
    db.find(sql, [DELETED, AFTER_DELETED], |row| row.get(0))
}

/// Whether a channel is deleted that [`purge`] has not finished with.
pub(crate) fn is_any_deleted(db: &Transaction<'_>) -> rusqlite::Result<bool> {
    Ok(find_deleted(db)?.is_some())
}

/// Deletes up to `limit` messages of a deleted channel, and the channel once it has none.
pub(crate) fn purge(db: &Transaction<'_>, limit: u32) -> rusqlite::Result<()> {
    let Some(channel) = find_deleted(db)? else { return Ok(()) };
    let messages = db.execute(
        "DELETE FROM messages WHERE sequence IN
            (SELECT sequence FROM messages WHERE channel_id = ?1 ORDER BY created_at, sequence LIMIT ?2)",
        (channel, limit),
    )?;
    if messages == 0 {
        db.execute("DELETE FROM channels WHERE channel_id = ?1", [channel])?;
    }
    Ok(())
}

/// The time of the latest change of a channel.
pub(crate) fn latest(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    Ok(db.find("SELECT max(updated_at) FROM channels", [], |row| row.get(0))?.flatten())
}

/// The key of a channel.
pub(crate) fn key(db: &Transaction<'_>, arn: &ChannelArn) -> rusqlite::Result<Option<i64>> {
    db.find("SELECT channel_id FROM channels WHERE arn = ?1", [arn.as_str()], |row| row.get(0))
}

/// The ARN of a channel, and the key of its app instance; none if the channel is deleted.
pub(crate) fn place(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Option<(ChannelArn, i64)>> {
    let sql = "SELECT arn, app_instance_id FROM channels WHERE channel_id = ?1 AND arn < ?2";
    db.find(sql, (channel, DELETED), |row| Ok((arn_column(row, 0)?, row.get(1)?)))
}

/// A channel by its ARN, and what a user is in it.
pub(crate) fn find(
    db: &Transaction<'_>,
    arn: &ChannelArn,
    user: i64,
) -> rusqlite::Result<Option<(ChannelRow, ChannelRoles)>> {
    db.find(
        "SELECT channel_id, app_instance_id, mode, privacy,
                (SELECT type FROM memberships m WHERE m.channel_id = c.channel_id AND m.user_id = ?2),
                EXISTS (SELECT 1 FROM moderators o WHERE o.channel_id = c.channel_id AND o.user_id = ?2),
                EXISTS (SELECT 1 FROM bans b WHERE b.channel_id = c.channel_id AND b.user_id = ?2),
                elastic,
                (SELECT s.sub_channel_id FROM memberships m JOIN sub_channels s ON s.sub_channel_key = m.sub_channel
                 WHERE m.channel_id = c.channel_id AND m.user_id = ?2)
         FROM channels c WHERE arn = ?1",
        (arn.as_str(), user),
        |row| {
            let channel = ChannelRow {
                key: row.get(0)?,
                app_instance: row.get(1)?,
                mode: text_column(row, 2)?,
                privacy: text_column(row, 3)?,
                elastic: json_column(row, 7)?,
            };
            let roles = ChannelRoles {
                membership: optional_text_column(row, 4)?,
                is_moderator: row.get(5)?,
                is_banned: row.get(6)?,
                sub_channel: row.get(8)?,
            };
            Ok((channel, roles))
        },
    )
}

/// A channel by its key, with everything about it, for a caller.
pub(crate) fn details(
    db: &Transaction<'_>,
    caller: i64,
    channel: i64,
) -> rusqlite::Result<Option<ChannelDetails>> {
    db.find(&details_of("c.channel_id = ?2"), (caller, channel), read_details)
}

/// The channels of an app instance, in the order of their creation.
pub(crate) fn all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<ChannelDetails>> {
    let nobody: Option<i64> = None;
    let sql = details_of("c.app_instance_id = ?2 AND c.arn < ?3 ORDER BY c.channel_id");
    db.list(&sql, (nobody, app_instance, DELETED), read_details)
}

/// The channels of an app instance whose keys are greater than `after`, at most `limit` of them, for a caller, with
/// their keys: those with one privacy, or all.
pub(crate) fn list(
    db: &Transaction<'_>,
    caller: i64,
    app_instance: i64,
    privacy: Option<&ChannelPrivacy>,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<(i64, ListedChannel)>> {
    let (index, condition) = match privacy {
        Some(_) => ("channels_by_privacy", "AND privacy = ?4"),
        None => ("channels_of_an_app_instance", ""),
    };
    db.list(
        &format!(
            "SELECT {}, c.channel_id FROM channels c INDEXED BY {index}
             WHERE app_instance_id = ?2 AND channel_id > ?3 AND c.arn < ?6 {condition}
             ORDER BY channel_id LIMIT ?5",
            *LISTED
        ),
        (caller, app_instance, after, privacy.map(ChannelPrivacy::as_str), limit, DELETED),
        |row| Ok((row.get(LISTED_COLUMNS)?, read_listed(row)?)),
    )
}

/// The largest number of memberships that one call of a search looks at: other calls wait for it.
const LOOKED_AT: u32 = 1000;

/// A condition of a search: users, each of whom is a member of a channel.
pub(crate) struct MembersCondition {
    pub(crate) users: Vec<i64>,
    /// Whether the channel has no other members.
    pub(crate) is_exact: bool,
}

/// The channels that a part of a search found, with their keys.
#[derive(Default)]
pub(crate) struct Found {
    pub(crate) channels: Vec<(i64, ListedChannel)>,
    /// The key after which the search continues, unless it has looked at everything.
    pub(crate) looked_up_to: Option<i64>,
}

/// The channels that meet all conditions, at most `limit` of them. Hidden members do not count. With a `member`, only
/// the channels of that user are found.
///
/// The memberships of the first user of the first condition lead to the channels; each channel has the key of that
/// membership, which is greater than `after`. Of many memberships, only the first [`LOOKED_AT`] are looked at.
pub(crate) fn search(
    db: &Transaction<'_>,
    caller: i64,
    member: Option<i64>,
    conditions: &[MembersCondition],
    after: i64,
    limit: u32,
) -> rusqlite::Result<Found> {
    let Some(first) = conditions.iter().find_map(|condition| condition.users.first()) else {
        return Ok(Found::default());
    };
    let looked_up_to = db.find(
        "SELECT membership_id FROM memberships INDEXED BY memberships_of_a_user
         WHERE user_id = ?1 AND membership_id > ?2 ORDER BY membership_id LIMIT 1 OFFSET ?3",
        (first, after, LOOKED_AT - 1),
        |row| row.get(0),
    )?;
    let mut sql = format!(
        "SELECT {}, o.membership_id FROM memberships o INDEXED BY memberships_of_a_user JOIN channels c USING (channel_id)
         WHERE o.user_id = ?2 AND o.type = 'DEFAULT' AND o.membership_id > ?3 AND o.membership_id <= ?7 AND c.arn < ?6
         AND (?4 IS NULL OR EXISTS (SELECT 1 FROM memberships n WHERE n.channel_id = c.channel_id AND n.user_id = ?4))",
        *LISTED
    );
    for condition in conditions {
        let users = condition.users.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        let of_the_channel = "FROM memberships n WHERE n.channel_id = c.channel_id AND n.type = 'DEFAULT'";
        let count = condition.users.len();
        let _ = write!(sql, " AND (SELECT count(*) {of_the_channel} AND n.user_id IN ({users})) = {count}");
        if condition.is_exact {
            let _ = write!(sql, " AND NOT EXISTS (SELECT 1 {of_the_channel} AND n.user_id NOT IN ({users}))");
        }
    }
    sql.push_str(" ORDER BY o.membership_id LIMIT ?5");
    let last = looked_up_to.unwrap_or(i64::MAX);
    let channels = db.list(&sql, (caller, first, after, member, limit, DELETED, last), |row| {
        Ok((row.get(LISTED_COLUMNS)?, read_listed(row)?))
    })?;
    Ok(Found { channels, looked_up_to })
}

/// The channels that a user moderates, whose keys as a moderator are greater than `after`, at most `limit` of them, for a
/// caller, with those keys.
pub(crate) fn list_moderated(
    db: &Transaction<'_>,
    caller: i64,
    user: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<(i64, ListedChannel)>> {
    db.list(
        &format!(
            "SELECT {}, o.moderator_id FROM moderators o JOIN channels c USING (channel_id)
             WHERE o.user_id = ?2 AND o.moderator_id > ?3 AND c.arn < ?5
             ORDER BY o.moderator_id LIMIT ?4",
            *LISTED
        ),
        (caller, user, after, limit, DELETED),
        |row| Ok((row.get(LISTED_COLUMNS)?, read_listed(row)?)),
    )
}

/// A channel that a user moderates, for a caller.
pub(crate) fn find_moderated(
    db: &Transaction<'_>,
    caller: i64,
    channel: &ChannelArn,
    user: i64,
) -> rusqlite::Result<Option<ListedChannel>> {
    db.find(
        &format!(
            "SELECT {} FROM channels c JOIN moderators o USING (channel_id) WHERE c.arn = ?2 AND o.user_id = ?3",
            *LISTED
        ),
        (caller, channel.as_str(), user),
        read_listed,
    )
}

/// A channel as the administrative path shows it, without the rights of a user.
pub(crate) struct ChannelView {
    pub(crate) key: i64,
    pub(crate) arn: ChannelArn,
    pub(crate) name: Sensitive,
    pub(crate) mode: ChannelMode,
    pub(crate) privacy: ChannelPrivacy,
    pub(crate) metadata: Option<Sensitive>,
    pub(crate) expiration_settings: Option<ExpirationSettings>,
    pub(crate) elastic: Option<ElasticChannelConfiguration>,
    pub(crate) channel_flow: Option<ChannelFlowArn>,
    pub(crate) created_by: NamedUser,
    pub(crate) created_at: Time,
    pub(crate) last_message_at: Option<Time>,
    /// The number of members and that of messages, up to the largest that is counted.
    pub(crate) members: u32,
    pub(crate) messages: u32,
}

/// The columns of a [`ChannelView`] whose counts stop at `?1`.
const VIEW: &str = "c.channel_id, c.arn, c.name, c.mode, c.privacy, c.metadata, c.expiration, c.elastic,
    (SELECT f.arn FROM channel_flows f WHERE f.channel_flow_id = c.channel_flow_id), u.arn, u.name, c.created_at,
    (SELECT max(m.created_at) FROM messages m INDEXED BY messages_of_a_channel
        WHERE m.channel_id = c.channel_id AND m.created_at >= a.hidden_before),
    (SELECT count(*) FROM (SELECT 1 FROM memberships m INDEXED BY memberships_of_a_channel
        WHERE m.channel_id = c.channel_id LIMIT ?1)),
    (SELECT count(*) FROM (SELECT 1 FROM messages m INDEXED BY messages_of_a_channel
        WHERE m.channel_id = c.channel_id AND m.created_at >= a.hidden_before LIMIT ?1))
    FROM channels c JOIN users u ON u.user_id = c.created_by
    JOIN app_instances a ON a.app_instance_id = c.app_instance_id";

fn read_view(row: &Row<'_>) -> rusqlite::Result<ChannelView> {
    Ok(ChannelView {
        key: row.get(0)?,
        arn: arn_column(row, 1)?,
        name: text_column(row, 2)?,
        mode: text_column(row, 3)?,
        privacy: text_column(row, 4)?,
        metadata: optional_text_column(row, 5)?,
        expiration_settings: json_column(row, 6)?,
        elastic: json_column(row, 7)?,
        channel_flow: optional_arn_column(row, 8)?,
        created_by: NamedUser::read(row, 9)?,
        created_at: row.get(11)?,
        last_message_at: row.get(12)?,
        members: row.get(13)?,
        messages: row.get(14)?,
    })
}

/// The view of a channel, whose counts stop at `most`.
pub(crate) fn view(db: &Transaction<'_>, arn: &str, most: u32) -> rusqlite::Result<Option<ChannelView>> {
    db.find(&format!("SELECT {VIEW} WHERE c.arn = ?2 AND c.arn < ?3"), (most, arn, DELETED), read_view)
}

/// The views of the channels of an app instance whose keys are less than `before`, at most `limit` of them, the newest
/// first. Counts stop at `most`.
pub(crate) fn views(
    db: &Transaction<'_>,
    app_instance: i64,
    before: i64,
    limit: u32,
    most: u32,
) -> rusqlite::Result<Vec<ChannelView>> {
    let sql = format!(
        "SELECT {VIEW} WHERE c.app_instance_id = ?2 AND c.channel_id < ?3 AND c.arn < ?5
         ORDER BY c.channel_id DESC LIMIT ?4"
    );
    db.list(&sql, (most, app_instance, before, limit, DELETED), read_view)
}

/// The number of channels of an app instance, up to `most`.
pub(crate) fn count(db: &Transaction<'_>, app_instance: i64, most: u32) -> rusqlite::Result<u32> {
    let sql =
        "SELECT count(*) FROM (SELECT 1 FROM channels WHERE app_instance_id = ?1 AND arn < ?3 LIMIT ?2)";
    Ok(db.find(sql, (app_instance, most, DELETED), |row| row.get(0))?.unwrap_or_default())
}
