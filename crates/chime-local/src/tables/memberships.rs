//! Memberships of channels, and how far members have read.

use std::collections::HashSet;

use chime_types::shapes::{ChannelMembershipPreferences, ChannelMembershipType};
use chime_types::{AppInstanceUserArn, ChannelArn, Sensitive};
use rusqlite::Row;

use super::channels::{DELETED, LISTED, LISTED_COLUMNS, ListedChannel, read_listed};
use super::users::NamedUser;
use crate::store::{Time, Transaction, arn_column, json_column, json_text, text_column};

/// A new membership.
pub(crate) struct NewMembership<'n> {
    pub(crate) channel: i64,
    pub(crate) user: i64,
    pub(crate) r#type: &'n ChannelMembershipType,
    pub(crate) invited_by: i64,
    pub(crate) read_at: Option<Time>,
    pub(crate) preferences: Option<&'n ChannelMembershipPreferences>,
    /// The key of the sub-channel of an elastic channel.
    pub(crate) sub_channel: Option<i64>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// A membership with everything about it.
pub(crate) struct MembershipRow {
    pub(crate) member: NamedUser,
    pub(crate) r#type: ChannelMembershipType,
    pub(crate) invited_by: NamedUser,
    /// The read marker.
    pub(crate) read_at: Option<Time>,
    pub(crate) preferences: Option<ChannelMembershipPreferences>,
    /// The ID of the sub-channel of an elastic channel.
    pub(crate) sub_channel: Option<String>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// A channel and what a user is in it.
pub(crate) struct ChannelOfUser {
    pub(crate) channel: ListedChannel,
    pub(crate) r#type: ChannelMembershipType,
    /// The read marker.
    pub(crate) read_at: Option<Time>,
    /// The ID of the sub-channel of an elastic channel.
    pub(crate) sub_channel: Option<String>,
}

/// The columns of a [`MembershipRow`].
const COLUMNS: &str =
    "u.arn, u.name, m.type, i.arn, i.name, m.read_at, m.created_at, m.updated_at, m.preferences,
        (SELECT s.sub_channel_id FROM sub_channels s WHERE s.sub_channel_key = m.sub_channel)
    FROM memberships m JOIN users u USING (user_id) JOIN users i ON i.user_id = m.invited_by";

fn read(row: &Row<'_>) -> rusqlite::Result<MembershipRow> {
    Ok(MembershipRow {
        member: NamedUser::read(row, 0)?,
        r#type: text_column(row, 2)?,
        invited_by: NamedUser::read(row, 3)?,
        read_at: row.get(5)?,
        created_at: row.get(6)?,
        updated_at: row.get(7)?,
        preferences: json_column(row, 8)?,
        sub_channel: row.get(9)?,
    })
}

/// What a membership `m` has besides the [`LISTED`] channel.
const OF_USER: &str = "m.type, m.read_at,
    (SELECT s.sub_channel_id FROM sub_channels s WHERE s.sub_channel_key = m.sub_channel)";

/// Reads a row of [`LISTED`] and [`OF_USER`].
fn read_channel_of_user(row: &Row<'_>) -> rusqlite::Result<ChannelOfUser> {
    Ok(ChannelOfUser {
        channel: read_listed(row)?,
        r#type: text_column(row, LISTED_COLUMNS)?,
        read_at: row.get(LISTED_COLUMNS + 1)?,
        sub_channel: row.get(LISTED_COLUMNS + 2)?,
    })
}

/// Makes a user a member; false if the user is one already.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewMembership<'_>) -> rusqlite::Result<bool> {
    let inserted = db.execute(
        "INSERT OR IGNORE INTO memberships (channel_id, user_id, type, invited_by, read_at, created_at, updated_at,
            preferences, sub_channel)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        (
            new.channel,
            new.user,
            new.r#type.as_str(),
            new.invited_by,
            new.read_at,
            new.created_at,
            new.updated_at,
            json_text(new.preferences)?,
            new.sub_channel,
        ),
    )?;
    Ok(inserted == 1)
}

/// Takes a user out of a channel, if the user is in it.
pub(crate) fn delete(
    db: &Transaction<'_>,
    channel: i64,
    member: &AppInstanceUserArn,
) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM memberships WHERE channel_id = ?1
         AND user_id = (SELECT user_id FROM users WHERE arn = ?2)",
        (channel, member.as_str()),
    )?;
    Ok(())
}

/// Takes a user out of all channels.
pub(crate) fn delete_all_of_user(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM memberships WHERE user_id = ?1", [user])?;
    Ok(())
}

/// The users among some who are members of a channel, or of one of its sub-channels.
pub(crate) fn among(
    db: &Transaction<'_>,
    channel: i64,
    sub_channel: Option<&str>,
    users: &[i64],
) -> rusqlite::Result<HashSet<i64>> {
    let users = users.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
    let members = db.list(
        "SELECT m.user_id FROM json_each(?2) j CROSS JOIN memberships m ON m.channel_id = ?1 AND m.user_id = j.value
         WHERE ?3 IS NULL OR m.sub_channel = (SELECT s.sub_channel_key FROM sub_channels s
            WHERE s.channel_id = ?1 AND s.sub_channel_id = ?3)",
        (channel, format!("[{users}]"), sub_channel),
        |row| row.get(0),
    )?;
    Ok(members.into_iter().collect())
}

/// The keys of the memberships in a sub-channel, in the order of their creation.
pub(crate) fn keys_of_sub_channel(db: &Transaction<'_>, sub_channel: i64) -> rusqlite::Result<Vec<i64>> {
    let sql = "SELECT membership_id FROM memberships WHERE sub_channel = ?1 ORDER BY membership_id";
    db.list(sql, [sub_channel], |row| row.get(0))
}

/// Moves a member to another sub-channel.
pub(crate) fn move_to(
    db: &Transaction<'_>,
    membership: i64,
    sub_channel: i64,
    updated_at: Time,
) -> rusqlite::Result<()> {
    let sql = "UPDATE memberships SET sub_channel = ?2, updated_at = ?3 WHERE membership_id = ?1";
    db.execute(sql, (membership, sub_channel, updated_at))?;
    Ok(())
}

/// Sets a member's read marker.
pub(crate) fn set_read_marker(
    db: &Transaction<'_>,
    channel: i64,
    user: i64,
    read_at: Time,
) -> rusqlite::Result<()> {
    let sql = "UPDATE memberships SET read_at = ?3 WHERE channel_id = ?1 AND user_id = ?2";
    db.execute(sql, (channel, user, read_at))?;
    Ok(())
}

/// Sets a member's preferences.
pub(crate) fn set_preferences(
    db: &Transaction<'_>,
    channel: i64,
    user: i64,
    preferences: &ChannelMembershipPreferences,
) -> rusqlite::Result<()> {
    let sql = "UPDATE memberships SET preferences = ?3 WHERE channel_id = ?1 AND user_id = ?2";
    db.execute(sql, (channel, user, json_text(Some(preferences))?))?;
    Ok(())
}

/// Returns a member's preferences, if they were set.
pub(crate) fn preferences(
    db: &Transaction<'_>,
    channel: i64,
    user: i64,
) -> rusqlite::Result<Option<ChannelMembershipPreferences>> {
    let sql = "SELECT preferences FROM memberships WHERE channel_id = ?1 AND user_id = ?2";
    Ok(db.find(sql, (channel, user), |row| json_column(row, 0))?.flatten())
}

/// The time of the latest change of a membership or a read marker.
pub(crate) fn latest(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    let sql = "SELECT max(max(updated_at, coalesce(read_at, ''))) FROM memberships";
    Ok(db.find(sql, [], |row| row.get(0))?.flatten())
}

/// Whether a user is a member.
pub(crate) fn exists(db: &Transaction<'_>, channel: i64, user: i64) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM memberships WHERE channel_id = ?1 AND user_id = ?2";
    Ok(db.find(sql, (channel, user), |_| Ok(()))?.is_some())
}

/// Returns the number of members of a channel.
pub(crate) fn count_of_channel(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<usize> {
    count(db, "SELECT count(*) FROM memberships WHERE channel_id = ?1", channel)
}

/// Returns the number of channels of a user.
pub(crate) fn count_of_user(db: &Transaction<'_>, user: i64) -> rusqlite::Result<usize> {
    count(db, "SELECT count(*) FROM memberships WHERE user_id = ?1", user)
}

fn count(db: &Transaction<'_>, sql: &str, key: i64) -> rusqlite::Result<usize> {
    let count: Option<u32> = db.find(sql, [key], |row| row.get(0))?;
    Ok(count.and_then(|count| usize::try_from(count).ok()).unwrap_or_default())
}

/// A user's membership of a channel.
pub(crate) fn find(
    db: &Transaction<'_>,
    channel: i64,
    member: &AppInstanceUserArn,
) -> rusqlite::Result<Option<MembershipRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE m.channel_id = ?1 AND u.arn = ?2");
    db.find(&sql, (channel, member.as_str()), read)
}

/// The ARNs of the members of a channel, in the order of their memberships' creation.
pub(crate) fn members(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<AppInstanceUserArn>> {
    db.list(
        "SELECT u.arn FROM memberships m JOIN users u USING (user_id)
         WHERE m.channel_id = ?1 ORDER BY m.membership_id",
        [channel],
        |row| arn_column(row, 0),
    )
}

/// The keys of the channels that a user is a member of.
pub(crate) fn channels(db: &Transaction<'_>, user: i64) -> rusqlite::Result<Vec<i64>> {
    let sql = "SELECT channel_id FROM memberships WHERE user_id = ?1 ORDER BY membership_id";
    db.list(sql, [user], |row| row.get(0))
}

/// A membership by its key.
pub(crate) fn by_key(db: &Transaction<'_>, membership: i64) -> rusqlite::Result<Option<MembershipRow>> {
    db.find(&format!("SELECT {COLUMNS} WHERE m.membership_id = ?1"), [membership], read)
}

/// The memberships of a channel, in the order of their creation.
pub(crate) fn all(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<MembershipRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE m.channel_id = ?1 ORDER BY m.membership_id");
    db.list(&sql, [channel], read)
}

/// The members of one type, in a sub-channel if the channel is elastic, whose memberships' keys are greater than `after`,
/// at most `limit` of them, with those keys.
pub(crate) fn list_members(
    db: &Transaction<'_>,
    channel: i64,
    sub_channel: Option<i64>,
    r#type: &ChannelMembershipType,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<(i64, NamedUser)>> {
    let (index, condition) = match sub_channel {
        Some(_) => ("memberships_of_a_sub_channel", "m.sub_channel = ?5"),
        None => ("memberships_of_a_channel", "m.sub_channel IS ?5"),
    };
    db.list(
        &format!(
            "SELECT u.arn, u.name, m.membership_id FROM memberships m INDEXED BY {index} JOIN users u USING (user_id)
             WHERE m.channel_id = ?1 AND m.membership_id > ?2 AND m.type = ?3 AND {condition}
             ORDER BY m.membership_id LIMIT ?4"
        ),
        (channel, after, r#type.as_str(), limit, sub_channel),
        |row| Ok((row.get(2)?, NamedUser::read(row, 0)?)),
    )
}

/// A channel and what a user is in it, for a caller of an app instance: the caller's own, or one of that app instance.
pub(crate) fn find_channel_of_user(
    db: &Transaction<'_>,
    caller: i64,
    app_instance: i64,
    channel: &ChannelArn,
    user: &AppInstanceUserArn,
) -> rusqlite::Result<Option<ChannelOfUser>> {
    db.find(
        &format!(
            "SELECT {}, {OF_USER}
             FROM channels c JOIN memberships m USING (channel_id) JOIN users u USING (user_id)
             WHERE c.arn = ?2 AND u.arn = ?3 AND (u.user_id = ?1 OR c.app_instance_id = ?4)",
            *LISTED
        ),
        (caller, channel.as_str(), user.as_str(), app_instance),
        read_channel_of_user,
    )
}

/// The channels of a user whose memberships' keys are greater than `after`, at most `limit` of them, for a caller, with
/// those keys.
pub(crate) fn list_channels_of_user(
    db: &Transaction<'_>,
    caller: i64,
    user: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<(i64, ChannelOfUser)>> {
    db.list(
        &format!(
            "SELECT {}, {OF_USER}, m.membership_id
             FROM memberships m JOIN channels c USING (channel_id)
             WHERE m.user_id = ?2 AND m.membership_id > ?3
             ORDER BY m.membership_id LIMIT ?4",
            *LISTED
        ),
        (caller, user, after, limit),
        |row| Ok((row.get(LISTED_COLUMNS + 3)?, read_channel_of_user(row)?)),
    )
}

/// A membership as the administrative path shows it.
pub(crate) struct MembershipView {
    pub(crate) key: i64,
    pub(crate) channel: ChannelArn,
    pub(crate) channel_name: Sensitive,
    pub(crate) member: NamedUser,
    pub(crate) r#type: ChannelMembershipType,
    /// The read marker.
    pub(crate) read_at: Option<Time>,
    /// The ID of the sub-channel of an elastic channel.
    pub(crate) sub_channel: Option<String>,
    pub(crate) is_moderator: bool,
    pub(crate) is_administrator: bool,
    /// How many of the latest messages the member can see and has not read.
    pub(crate) unread: u32,
}

/// The columns of a [`MembershipView`] that looks at the latest `?1` messages.
const VIEW: &str = "m.membership_id, c.arn, c.name, u.arn, u.name, m.type, m.read_at,
    (SELECT s.sub_channel_id FROM sub_channels s WHERE s.sub_channel_key = m.sub_channel),
    EXISTS (SELECT 1 FROM moderators o WHERE o.channel_id = m.channel_id AND o.user_id = m.user_id),
    EXISTS (SELECT 1 FROM administrators o WHERE o.user_id = m.user_id),
    (SELECT count(*) FROM
        (SELECT * FROM messages x INDEXED BY messages_of_a_channel WHERE x.channel_id = m.channel_id
         AND x.created_at > max(coalesce(m.read_at, ''), a.hidden_before) ORDER BY x.created_at DESC LIMIT ?1) x
     WHERE x.sender <> m.user_id AND x.status = 'SENT' AND (x.target IS NULL OR x.target = m.user_id)
     AND x.sub_channel IS m.sub_channel)
    FROM memberships m JOIN channels c USING (channel_id) JOIN users u USING (user_id)
    JOIN app_instances a ON a.app_instance_id = c.app_instance_id";

fn read_view(row: &Row<'_>) -> rusqlite::Result<MembershipView> {
    Ok(MembershipView {
        key: row.get(0)?,
        channel: arn_column(row, 1)?,
        channel_name: text_column(row, 2)?,
        member: NamedUser::read(row, 3)?,
        r#type: text_column(row, 5)?,
        read_at: row.get(6)?,
        sub_channel: row.get(7)?,
        is_moderator: row.get(8)?,
        is_administrator: row.get(9)?,
        unread: row.get(10)?,
    })
}

/// The views of a channel's memberships whose keys are greater than `after`, at most `limit` of them, which look at the
/// latest `most` messages.
pub(crate) fn views_of_channel(
    db: &Transaction<'_>,
    channel: i64,
    after: i64,
    limit: u32,
    most: u32,
) -> rusqlite::Result<Vec<MembershipView>> {
    let sql = format!(
        "SELECT {VIEW} WHERE m.channel_id = ?2 AND m.membership_id > ?3 ORDER BY m.membership_id LIMIT ?4"
    );
    db.list(&sql, (most, channel, after, limit), read_view)
}

/// The views of a user's memberships, at most `limit` of them, which look at the latest `most` messages of each channel.
pub(crate) fn views_of_user(
    db: &Transaction<'_>,
    user: i64,
    limit: u32,
    most: u32,
) -> rusqlite::Result<Vec<MembershipView>> {
    let sql = format!("SELECT {VIEW} WHERE m.user_id = ?2 AND c.arn < ?4 ORDER BY m.membership_id LIMIT ?3");
    db.list(&sql, (most, user, limit, DELETED), read_view)
}
