//! App instance users.

use chime_types::shapes::{Configuration, ExpirationSettings};
use chime_types::{AppInstanceUserArn, Sensitive};
use rusqlite::Row;

use crate::store::{
    Time, Transaction, arn_column, json_column, json_text, optional_text_column, text_column,
};

/// A new user.
pub(crate) struct NewUser<'n> {
    pub(crate) app_instance: i64,
    pub(crate) arn: &'n str,
    pub(crate) name: &'n Sensitive,
    pub(crate) metadata: Option<&'n Sensitive>,
    pub(crate) expiration_settings: Option<&'n ExpirationSettings>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

/// A user or a bot, as far as access depends on it.
#[derive(Debug)]
pub(crate) struct UserRow {
    pub(crate) key: i64,
    pub(crate) app_instance: i64,
    pub(crate) arn: AppInstanceUserArn,
    pub(crate) name: Sensitive,
    pub(crate) is_administrator: bool,
    pub(crate) is_bot: bool,
}

/// A user, as rows of other tables name it.
pub(crate) struct NamedUser {
    pub(crate) arn: AppInstanceUserArn,
    pub(crate) name: Sensitive,
}

/// A user, as lists have it.
pub(crate) struct ListedUser {
    pub(crate) key: i64,
    pub(crate) arn: AppInstanceUserArn,
    pub(crate) name: Sensitive,
    pub(crate) metadata: Option<Sensitive>,
}

/// A user with everything about it.
pub(crate) struct UserDetails {
    pub(crate) arn: AppInstanceUserArn,
    pub(crate) name: Sensitive,
    pub(crate) metadata: Option<Sensitive>,
    pub(crate) expiration_settings: Option<ExpirationSettings>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
}

impl NamedUser {
    /// Reads the columns `arn` and `name`, of which `arn` is at `first`.
    pub(super) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self { arn: arn_column(row, first)?, name: text_column(row, first + 1)? })
    }
}

impl From<UserRow> for NamedUser {
    fn from(user: UserRow) -> Self {
        Self { arn: user.arn, name: user.name }
    }
}

/// The columns of a [`UserDetails`].
const DETAILS: &str = "arn, name, metadata, expiration, created_at, updated_at FROM users";

fn read_details(row: &Row<'_>) -> rusqlite::Result<UserDetails> {
    Ok(UserDetails {
        arn: arn_column(row, 0)?,
        name: text_column(row, 1)?,
        metadata: optional_text_column(row, 2)?,
        expiration_settings: json_column(row, 3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
    })
}

/// Inserts a user and returns its key, or none if one with its ARN exists.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewUser<'_>) -> rusqlite::Result<Option<i64>> {
    db.insert(
        "INSERT OR IGNORE INTO users
         (app_instance_id, arn, name, metadata, expiration, created_at, updated_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            new.app_instance,
            new.arn,
            new.name.as_str(),
            new.metadata.map(Sensitive::as_str),
            json_text(new.expiration_settings)?,
            new.created_at,
            new.updated_at,
            expires_at(new.created_at, new.expiration_settings),
        ),
    )
}

/// When what was created at a time expires at the earliest.
pub(super) fn expires_at(created_at: Time, settings: Option<&ExpirationSettings>) -> Option<Time> {
    settings.map(|settings| created_at.after_days(settings.expiration_days))
}

/// Sets when a user expires.
pub(crate) fn set_expiration(
    db: &Transaction<'_>,
    user: i64,
    settings: Option<&ExpirationSettings>,
    updated_at: Time,
) -> rusqlite::Result<()> {
    let sql = "SELECT created_at FROM users WHERE user_id = ?1";
    let Some(created_at) = db.find(sql, [user], |row| row.get(0))? else { return Ok(()) };
    db.execute(
        "UPDATE users SET expiration = ?2, expires_at = ?3, updated_at = ?4 WHERE user_id = ?1",
        (user, json_text(settings)?, expires_at(created_at, settings), updated_at),
    )?;
    Ok(())
}

/// Whether a user has expired by a time.
pub(crate) fn is_any_expired(db: &Transaction<'_>, by: Time) -> rusqlite::Result<bool> {
    Ok(db.find("SELECT 1 FROM users WHERE expires_at <= ?1 LIMIT 1", [by], |_| Ok(()))?.is_some())
}

/// The users who have expired by a time, at most `limit` of them.
pub(crate) fn expired(db: &Transaction<'_>, by: Time, limit: u32) -> rusqlite::Result<Vec<i64>> {
    let sql = "SELECT user_id FROM users WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2";
    db.list(sql, (by, limit), |row| row.get(0))
}

/// Brings a deleted user back as a new one; false if none with its ARN is deleted.
pub(crate) fn restore(db: &Transaction<'_>, new: &NewUser<'_>) -> rusqlite::Result<bool> {
    let restored = db.execute(
        "UPDATE users SET name = ?2, metadata = ?3, expiration = ?4, created_at = ?5, updated_at = ?6,
            expires_at = ?7, deleted = 0
         WHERE arn = ?1 AND deleted = 1",
        (
            new.arn,
            new.name.as_str(),
            new.metadata.map(Sensitive::as_str),
            json_text(new.expiration_settings)?,
            new.created_at,
            new.updated_at,
            expires_at(new.created_at, new.expiration_settings),
        ),
    )?;
    Ok(restored == 1)
}

/// Changes the name and the metadata of a user.
pub(crate) fn update(
    db: &Transaction<'_>,
    user: i64,
    name: &Sensitive,
    metadata: &Sensitive,
    updated_at: Time,
) -> rusqlite::Result<()> {
    let sql = "UPDATE users SET name = ?2, metadata = ?3, updated_at = ?4 WHERE user_id = ?1";
    db.execute(sql, (user, name.as_str(), metadata.as_str(), updated_at))?;
    Ok(())
}

/// Deletes a user. Its row stays with its ARN and name, by which messages and channels name it.
pub(crate) fn delete(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE users SET metadata = NULL, expiration = NULL, expires_at = NULL, deleted = 1 WHERE user_id = ?1",
        [user],
    )?;
    Ok(())
}

/// Deletes all users of an app instance. Nothing that is left names them.
pub(crate) fn delete_all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE users SET arn = 'deleted/' || user_id, name = '', metadata = NULL, expiration = NULL,
            expires_at = NULL, deleted = 1
         WHERE app_instance_id = ?1",
        [app_instance],
    )?;
    Ok(())
}

/// A user or a bot by its ARN.
pub(crate) fn find(db: &Transaction<'_>, arn: &AppInstanceUserArn) -> rusqlite::Result<Option<UserRow>> {
    db.find(
        "SELECT user_id, app_instance_id, name, EXISTS (SELECT 1 FROM administrators a WHERE a.user_id = u.user_id),
            configuration IS NOT NULL
         FROM users u WHERE arn = ?1 AND deleted = 0",
        [arn.as_str()],
        |row| {
            Ok(UserRow {
                key: row.get(0)?,
                app_instance: row.get(1)?,
                arn: arn.clone(),
                name: text_column(row, 2)?,
                is_administrator: row.get(3)?,
                is_bot: row.get(4)?,
            })
        },
    )
}

/// A user by its key, who may be deleted.
pub(crate) fn named(db: &Transaction<'_>, user: i64) -> rusqlite::Result<Option<NamedUser>> {
    db.find("SELECT arn, name FROM users WHERE user_id = ?1", [user], |row| NamedUser::read(row, 0))
}

/// The time of the latest change of a user.
pub(crate) fn latest(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    Ok(db.find("SELECT max(updated_at) FROM users", [], |row| row.get(0))?.flatten())
}

/// A user by its ARN, with everything about it.
pub(crate) fn details(
    db: &Transaction<'_>,
    arn: &AppInstanceUserArn,
) -> rusqlite::Result<Option<UserDetails>> {
    db.find(
        &format!("SELECT {DETAILS} WHERE arn = ?1 AND deleted = 0 AND configuration IS NULL"),
        [arn.as_str()],
        read_details,
    )
}

/// The users of an app instance, in the order of their creation.
pub(crate) fn all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<UserDetails>> {
    let sql = format!(
        "SELECT {DETAILS} WHERE app_instance_id = ?1 AND deleted = 0 AND configuration IS NULL ORDER BY user_id"
    );
    db.list(&sql, [app_instance], read_details)
}

/// The deleted users of an app instance, in the order of their creation.
pub(crate) fn all_deleted(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<NamedUser>> {
    db.list(
        "SELECT arn, name FROM users WHERE app_instance_id = ?1 AND deleted = 1 ORDER BY user_id",
        [app_instance],
        |row| NamedUser::read(row, 0),
    )
}

/// The users of an app instance whose keys are greater than `after`, at most `limit` of them.
pub(crate) fn list(
    db: &Transaction<'_>,
    app_instance: i64,
    after: i64,
    limit: u32,
) -> rusqlite::Result<Vec<ListedUser>> {
    db.list(
        "SELECT arn, name, metadata, user_id FROM users INDEXED BY listed_users_of_an_app_instance
         WHERE app_instance_id = ?1 AND user_id > ?2 AND deleted = 0 AND configuration IS NULL
         ORDER BY user_id LIMIT ?3",
        (app_instance, after, limit),
        |row| {
            Ok(ListedUser {
                arn: arn_column(row, 0)?,
                name: text_column(row, 1)?,
                metadata: optional_text_column(row, 2)?,
                key: row.get(3)?,
            })
        },
    )
}

/// A user or a bot as the administrative path shows it.
pub(crate) struct UserView {
    pub(crate) key: i64,
    pub(crate) user: NamedUser,
    pub(crate) metadata: Option<Sensitive>,
    /// Of a bot.
    pub(crate) configuration: Option<Configuration>,
    pub(crate) created_at: Time,
    pub(crate) is_administrator: bool,
    /// The number of channels, up to the largest that is counted.
    pub(crate) channels: u32,
}

/// The columns of a [`UserView`] whose count stops at `?1`.
const VIEW: &str = "u.user_id, u.arn, u.name, u.metadata, u.configuration, u.created_at,
    EXISTS (SELECT 1 FROM administrators a WHERE a.user_id = u.user_id),
    (SELECT count(*) FROM (SELECT 1 FROM memberships m INDEXED BY memberships_of_a_user
        WHERE m.user_id = u.user_id LIMIT ?1))
    FROM users u WHERE u.deleted = 0";

fn read_view(row: &Row<'_>) -> rusqlite::Result<UserView> {
    Ok(UserView {
        key: row.get(0)?,
        user: NamedUser::read(row, 1)?,
        metadata: optional_text_column(row, 3)?,
        configuration: json_column(row, 4)?,
        created_at: row.get(5)?,
        is_administrator: row.get(6)?,
        channels: row.get(7)?,
    })
}

/// The view of a user or a bot, whose count stops at `most`.
pub(crate) fn view(db: &Transaction<'_>, arn: &str, most: u32) -> rusqlite::Result<Option<UserView>> {
    db.find(&format!("SELECT {VIEW} AND u.arn = ?2"), (most, arn), read_view)
}

/// The views of the users and bots of an app instance whose keys are greater than `after`, at most `limit` of them. Counts
/// stop at `most`.
pub(crate) fn views(
    db: &Transaction<'_>,
    app_instance: i64,
    after: i64,
    limit: u32,
    most: u32,
) -> rusqlite::Result<Vec<UserView>> {
    let sql =
        format!("SELECT {VIEW} AND u.app_instance_id = ?2 AND u.user_id > ?3 ORDER BY u.user_id LIMIT ?4");
    db.list(&sql, (most, app_instance, after, limit), read_view)
}

/// The number of users and that of bots of an app instance, up to `most` each.
pub(crate) fn count(db: &Transaction<'_>, app_instance: i64, most: u32) -> rusqlite::Result<(u32, u32)> {
    let sql = "SELECT
        (SELECT count(*) FROM (SELECT 1 FROM users INDEXED BY listed_users_of_an_app_instance
            WHERE app_instance_id = ?1 AND configuration IS NULL AND deleted = 0 LIMIT ?2)),
        (SELECT count(*) FROM (SELECT 1 FROM users INDEXED BY bots_of_an_app_instance
            WHERE app_instance_id = ?1 AND configuration IS NOT NULL AND deleted = 0 LIMIT ?2))";
    Ok(db.find(sql, (app_instance, most), |row| Ok((row.get(0)?, row.get(1)?)))?.unwrap_or_default())
}
