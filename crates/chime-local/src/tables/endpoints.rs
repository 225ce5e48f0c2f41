//! Devices of users, to which push notifications go.

use chime_types::shapes::{
    AllowMessages, AppInstanceUserEndpointType, ChannelMembershipPreferences, EndpointAttributes,
};
use chime_types::{AppInstanceUserArn, PinpointAppArn, Sensitive};
use rusqlite::Row;

use crate::store::{Time, Transaction, arn_column, json_column, optional_text_column, text_column};

/// A new endpoint.
pub(crate) struct NewEndpoint<'n> {
    pub(crate) id: &'n str,
    pub(crate) user: i64,
    pub(crate) name: Option<&'n Sensitive>,
    pub(crate) r#type: &'n AppInstanceUserEndpointType,
    pub(crate) resource_arn: &'n PinpointAppArn,
    pub(crate) attributes: &'n EndpointAttributes,
    pub(crate) allow_messages: &'n AllowMessages,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// An endpoint.
pub(crate) struct EndpointRow {
    pub(crate) key: i64,
    pub(crate) id: String,
    pub(crate) user: AppInstanceUserArn,
    pub(crate) name: Option<Sensitive>,
    pub(crate) r#type: AppInstanceUserEndpointType,
    pub(crate) resource_arn: PinpointAppArn,
    pub(crate) attributes: EndpointAttributes,
    pub(crate) allow_messages: AllowMessages,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// An endpoint of a member, as far as notifications depend on it.
pub(crate) struct MemberEndpoint {
    pub(crate) key: i64,
    /// The key of the user.
    pub(crate) user: i64,
    pub(crate) allow_messages: AllowMessages,
    /// Whether it has a token for calls.
    pub(crate) takes_calls: bool,
    /// The preferences of the user in the channel.
    pub(crate) preferences: Option<ChannelMembershipPreferences>,
}

/// The columns of an [`EndpointRow`].
const COLUMNS: &str = "e.endpoint_key, e.endpoint_id, u.arn, e.name, e.type, e.resource_arn, e.device_token,
    e.voip_device_token, e.allow_messages, e.created_at, e.updated_at
    FROM endpoints e JOIN users u USING (user_id)";

fn read(row: &Row<'_>) -> rusqlite::Result<EndpointRow> {
    let mut attributes = EndpointAttributes::new(text_column::<Sensitive>(row, 6)?);
    attributes.voip_device_token = optional_text_column(row, 7)?;
    Ok(EndpointRow {
        key: row.get(0)?,
        id: row.get(1)?,
        user: arn_column(row, 2)?,
        name: optional_text_column(row, 3)?,
        r#type: text_column(row, 4)?,
        resource_arn: arn_column(row, 5)?,
        attributes,
        allow_messages: text_column(row, 8)?,
        created_at: row.get(9)?,
        updated_at: row.get(10)?,
    })
}

/// Inserts an endpoint; false if one with its id exists.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewEndpoint<'_>) -> rusqlite::Result<bool> {
    let inserted = db.execute(
        "INSERT OR IGNORE INTO endpoints (endpoint_id, user_id, name, type, resource_arn, device_token,
            voip_device_token, allow_messages, created_at, updated_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            new.id,
            new.user,
            new.name.map(Sensitive::as_str),
            new.r#type.as_str(),
            new.resource_arn.as_str(),
            new.attributes.device_token.as_str(),
            new.attributes.voip_device_token.as_ref().map(Sensitive::as_str),
            new.allow_messages.as_str(),
            new.created_at,
            new.updated_at,
        ),
    )?;
    Ok(inserted == 1)
}

/// Whether a device token is registered in an app instance.
pub(crate) fn is_registered(
    db: &Transaction<'_>,
    app_instance: i64,
    device_token: &Sensitive,
) -> rusqlite::Result<bool> {
    let sql =
        "SELECT 1 FROM endpoints JOIN users USING (user_id) WHERE device_token = ?1 AND app_instance_id = ?2";
    Ok(db.find(sql, (device_token.as_str(), app_instance), |_| Ok(()))?.is_some())
}

/// Changes the name of an endpoint and which messages notify it; `None` leaves a member unchanged.
pub(crate) fn update(
    db: &Transaction<'_>,
    endpoint: i64,
    name: Option<&Sensitive>,
    allow_messages: Option<&AllowMessages>,
    updated_at: Time,
) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE endpoints SET name = coalesce(?2, name), allow_messages = coalesce(?3, allow_messages),
            updated_at = ?4 WHERE endpoint_key = ?1",
        (endpoint, name.map(Sensitive::as_str), allow_messages.map(AllowMessages::as_str), updated_at),
    )?;
    Ok(())
}

/// Deletes an endpoint of a user, if it exists.
pub(crate) fn delete(db: &Transaction<'_>, user: i64, id: &str) -> rusqlite::Result<()> {
    db.execute("DELETE FROM endpoints WHERE user_id = ?1 AND endpoint_id = ?2", (user, id))?;
    Ok(())
}

/// Deletes all endpoints of a user.
pub(crate) fn delete_all_of_user(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM endpoints WHERE user_id = ?1", [user])?;
    Ok(())
}

/// Deletes all endpoints of an app instance's users.
pub(crate) fn delete_all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM endpoints WHERE user_id IN (SELECT user_id FROM users WHERE app_instance_id = ?1)",
        [app_instance],
    )?;
    Ok(())
}

/// The time of the latest change of an endpoint.
pub(crate) fn latest(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    Ok(db.find("SELECT max(updated_at) FROM endpoints", [], |row| row.get(0))?.flatten())
}

/// An endpoint of a user by its id.
pub(crate) fn find(db: &Transaction<'_>, user: i64, id: &str) -> rusqlite::Result<Option<EndpointRow>> {
    db.find(&format!("SELECT {COLUMNS} WHERE e.user_id = ?1 AND e.endpoint_id = ?2"), (user, id), read)
}

/// The endpoints of a channel's members, in the order of their registration.
pub(crate) fn of_members(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<MemberEndpoint>> {
    db.list(
        "SELECT e.endpoint_key, e.user_id, e.allow_messages, e.voip_device_token IS NOT NULL, m.preferences
         FROM memberships m CROSS JOIN endpoints e USING (user_id) WHERE m.channel_id = ?1 ORDER BY e.endpoint_key",
        [channel],
        |row| {
            Ok(MemberEndpoint {
                key: row.get(0)?,
                user: row.get(1)?,
                allow_messages: text_column(row, 2)?,
                takes_calls: row.get(3)?,
                preferences: json_column(row, 4)?,
            })
        },
    )
}

/// The endpoints of an app instance's users, in the order of their registration.
pub(crate) fn all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<EndpointRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE u.app_instance_id = ?1 ORDER BY e.endpoint_key");
    db.list(&sql, [app_instance], read)
}

/// The endpoints of a user whose keys are greater than `after`, at most `limit` of them.
pub(crate) fn list(
    db: &Transaction<'_>,
    user: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<EndpointRow>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE e.user_id = ?1 AND e.endpoint_key > ?2 ORDER BY e.endpoint_key LIMIT ?3"
    );
    db.list(&sql, (user, after, limit), read)
}
