//! What each operation does, one file for each kind of resource.

mod app_instances;
mod channels;
mod memberships;
mod messages;
mod moderators;
mod users;

use chime_types::operation::Operation;
use chime_types::{
    AppInstanceUserArn, ChannelArn, ChannelMembershipType, ChannelMode, ChannelPrivacy, ChannelSummary,
    Exception, Identity, InvalidValue, Sensitive, ServiceError, Timestamp,
};
use rusqlite::{OptionalExtension, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(crate) use memberships::MEMBERS_OF_A_CHANNEL;
pub(crate) use messages::check_size;

use crate::router::refuse;
use crate::store::{Call, Refused, Time};

/// An operation that the service answers.
pub(crate) trait Handle: Operation {
    /// The answer, or the exception.
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused>;
}

/// What the service says to whoever may not.
fn forbidden() -> ServiceError {
    refuse(Exception::ForbiddenException, "You do not have sufficient access to perform this action")
}

fn not_found(what: &str) -> ServiceError {
    refuse(Exception::NotFoundException, format!("There is no such {what}"))
}

fn bad_request(message: impl Into<String>) -> ServiceError {
    refuse(Exception::BadRequestException, message)
}

fn conflict(message: impl Into<String>) -> ServiceError {
    refuse(Exception::ConflictException, message)
}

/// Elastic channels and their parts are not there.
fn no_sub_channel(given: Option<&String>) -> Result<(), ServiceError> {
    match given {
        None => Ok(()),
        Some(_) => Err(bad_request("SubChannelId: there are no elastic channels here; expected none")),
    }
}

/// A user of the database.
#[derive(Debug)]
pub(crate) struct User {
    pub(crate) id: i64,
    app_instance: i64,
    arn: AppInstanceUserArn,
    name: Sensitive,
    administrator: bool,
}

impl User {
    fn identity(&self) -> Identity {
        identity(self.arn.clone(), self.name.clone())
    }
}

fn identity(arn: AppInstanceUserArn, name: Sensitive) -> Identity {
    let mut identity = Identity::default();
    identity.arn = Some(arn);
    identity.name = Some(name);
    identity
}

/// The user of that ARN.
pub(crate) fn user(call: &Call<'_>, arn: &AppInstanceUserArn) -> rusqlite::Result<Option<User>> {
    call.db
        .prepare_cached(
            "SELECT user_id, app_instance_id, name, EXISTS (SELECT 1 FROM administrators a WHERE a.user_id = u.user_id)
             FROM users u WHERE arn = ?1",
        )?
        .query_row([arn.as_str()], |row| {
            Ok(User {
                id: row.get(0)?,
                app_instance: row.get(1)?,
                arn: arn.clone(),
                name: word(row, 2)?,
                administrator: row.get(3)?,
            })
        })
        .optional()
}

/// A channel of the database.
struct Channel {
    id: i64,
    app_instance: i64,
    mode: ChannelMode,
    privacy: ChannelPrivacy,
}

/// What somebody is in a channel.
struct Standing {
    /// An administrator of the channel's app instance.
    administrator: bool,
    moderator: bool,
    member: Option<ChannelMembershipType>,
    /// A public channel, of the user's own app instance.
    public: bool,
}

impl Standing {
    /// Who may see the channel, its members and its messages.
    fn may_read(&self) -> bool {
        self.public || self.member.is_some() || self.may_moderate()
    }

    /// Who may change the channel and decide who is in it.
    fn may_moderate(&self) -> bool {
        self.administrator || self.moderator
    }

    /// One who reads, and neither sees the others nor sends.
    fn is_hidden(&self) -> bool {
        self.member == Some(ChannelMembershipType::Hidden) && !self.may_moderate()
    }
}

/// A channel, and what the caller is in it.
fn find_channel(
    call: &Call<'_>,
    arn: &ChannelArn,
    caller: &User,
) -> rusqlite::Result<Option<(Channel, Standing)>> {
    call.db
        .prepare_cached(
            "SELECT channel_id, app_instance_id, mode, privacy,
                    (SELECT type FROM memberships m WHERE m.channel_id = c.channel_id AND m.user_id = ?2),
                    EXISTS (SELECT 1 FROM moderators o WHERE o.channel_id = c.channel_id AND o.user_id = ?2)
             FROM channels c WHERE arn = ?1",
        )?
        .query_row((arn.as_str(), caller.id), |row| {
            let channel = Channel {
                id: row.get(0)?,
                app_instance: row.get(1)?,
                mode: word(row, 2)?,
                privacy: word(row, 3)?,
            };
            let native = channel.app_instance == caller.app_instance;
            let standing = Standing {
                administrator: native && caller.administrator,
                moderator: row.get(5)?,
                member: maybe(row, 4)?,
                public: native && channel.privacy == ChannelPrivacy::Public,
            };
            Ok((channel, standing))
        })
        .optional()
}

/// The same, where a channel that does not exist is answered like one that is not the caller's to see: most
/// operations document no `NotFoundException`.
fn channel(call: &Call<'_>, arn: &ChannelArn, caller: &User) -> Result<(Channel, Standing), Refused> {
    Ok(find_channel(call, arn, caller)?.ok_or_else(forbidden)?)
}

/// A user whom the channel could have as a member.
fn native_user(
    call: &Call<'_>,
    app_instance: i64,
    arn: &AppInstanceUserArn,
) -> rusqlite::Result<Option<User>> {
    Ok(user(call, arn)?.filter(|user| user.app_instance == app_instance))
}

/// The columns of a [`ChannelSummary`], of a channel `c` for the caller `?1`.
///
/// The last message is the last that the caller can see.
const SUMMARY: &str = "c.name, c.arn, c.mode, c.privacy, c.metadata,
    (SELECT created_at FROM messages m
     WHERE m.channel_id = c.channel_id AND (m.target IS NULL OR m.target = ?1 OR m.sender = ?1)
     ORDER BY created_at DESC LIMIT 1)";

/// A summary from a row that begins with [`SUMMARY`].
fn summary(row: &Row<'_>) -> rusqlite::Result<ChannelSummary> {
    let mut summary = ChannelSummary::default();
    summary.name = Some(word(row, 0)?);
    summary.channel_arn = Some(arn(row, 1)?);
    summary.mode = Some(word(row, 2)?);
    summary.privacy = Some(word(row, 3)?);
    summary.metadata = maybe(row, 4)?;
    summary.last_message_timestamp = time(row, 5)?;
    Ok(summary)
}

/// An ARN in a column.
fn arn<T: TryFrom<String, Error = InvalidValue>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    T::try_from(row.get(column)?).map_err(|error| unreadable(column, error))
}

/// A text in a column, as what it stands for.
pub(crate) fn word<T: for<'a> From<&'a str>>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    Ok(row.get_ref(column)?.as_str().map_err(|error| unreadable(column, error))?.into())
}

/// The same where there may be none.
pub(crate) fn maybe<T: for<'a> From<&'a str>>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(|error| unreadable(column, error))?;
    Ok(text.map(T::from))
}

/// A time in a column, if there is one.
pub(crate) fn time(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<Time>>(column)?.map(|time| time.0))
}

/// A structure in a column, as JSON, if there is one.
pub(crate) fn structure<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<T>> {
    let text = row.get_ref(column)?.as_str_or_null().map_err(|error| unreadable(column, error))?;
    text.map(serde_json::from_str).transpose().map_err(|error| unreadable(column, error))
}

/// A structure as JSON, for a column.
pub(crate) fn json<T: Serialize>(value: Option<&T>) -> rusqlite::Result<Option<String>> {
    let text = value.map(serde_json::to_string).transpose();
    text.map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))
}

fn unreadable(column: usize, error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(error))
}
