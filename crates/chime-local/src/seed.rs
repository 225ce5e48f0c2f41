//! Worlds as JSON: what a store is filled with, and written back as.

#![allow(clippy::struct_field_names, reason = "the names of the members in JSON")]

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::io;
use std::path::Path;
use std::str::FromStr;

use chime_types::operation::Operation;
use chime_types::{
    AppInstanceArn, AppInstanceUserArn, ChannelMembershipType, ChannelMessageType, ChannelMode,
    ChannelPrivacy, CreateAppInstance, CreateAppInstanceUser, CreateChannel, ExpirationSettings,
    GetChannelMessage, InvalidParameter, MessageAttributeValue, OneLine, SendChannelMessage, Sensitive,
};
use rusqlite::{Params, Row, Transaction};
use serde::{Deserialize, Serialize};

use crate::operations::{MEMBERS_OF_A_CHANNEL, check_size, json, maybe, structure, word};
use crate::store::{OpenError, Store, Time, new_id};

/// A world, from JSON: app instances with their users, channels, memberships and messages.
///
/// ```
/// use chime_local::{LocalService, Seed};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let seed: Seed = r#"{
///   "AppInstances": [
///     {
///       "AppInstanceArn": "arn:aws:chime:us-east-1:123456789012:app-instance/support",
///       "Name": "Support desk",
///       "Users": [{ "AppInstanceUserId": "ada", "Name": "Ada" }],
///       "Channels": [
///         {
///           "ChannelId": "general",
///           "Name": "General",
///           "CreatedBy": "ada",
///           "Memberships": [{ "Member": "ada" }],
///           "Messages": [{ "Sender": "ada", "Content": "Hello" }]
///         }
///       ]
///     }
///   ]
/// }"#
/// .parse()?;
/// let local = LocalService::seeded(seed).start().await?;
/// assert!(local.export()?.to_string().contains("Support desk"));
/// # Ok(())
/// # }
/// ```
///
/// `docs/local.md` lists the members. `Display` is JSON, which reads back as the same world. A member that is unknown
/// or of the wrong type is refused with its line; what the service itself would refuse, or what names a user that is
/// not there, when the store is filled, with its path.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Seed {
    app_instances: Vec<AppInstance>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct AppInstance {
    app_instance_arn: String,
    name: Sensitive,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_updated_timestamp: Option<Time>,
    #[serde(default)]
    users: Vec<User>,
    #[serde(default)]
    admins: Vec<String>,
    #[serde(default)]
    channels: Vec<Channel>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct User {
    app_instance_user_id: String,
    name: Sensitive,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expiration_settings: Option<ExpirationSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_updated_timestamp: Option<Time>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Channel {
    channel_id: String,
    name: Sensitive,
    #[serde(default = "unrestricted")]
    mode: ChannelMode,
    #[serde(default = "public")]
    privacy: ChannelPrivacy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    expiration_settings: Option<ExpirationSettings>,
    created_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_updated_timestamp: Option<Time>,
    #[serde(default)]
    moderators: Vec<String>,
    #[serde(default)]
    memberships: Vec<Membership>,
    #[serde(default)]
    messages: Vec<Message>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Membership {
    member: String,
    #[serde(default = "default_type")]
    r#type: ChannelMembershipType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invited_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read_marker_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_updated_timestamp: Option<Time>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Message {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message_id: Option<String>,
    sender: String,
    content: Sensitive,
    #[serde(default = "standard")]
    r#type: ChannelMessageType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    metadata: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    content_type: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message_attributes: Option<BTreeMap<Sensitive, MessageAttributeValue>>,
    /// Who can see it beside the sender, if not everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_updated_timestamp: Option<Time>,
}

fn unrestricted() -> ChannelMode {
    ChannelMode::Unrestricted
}

fn public() -> ChannelPrivacy {
    ChannelPrivacy::Public
}

fn default_type() -> ChannelMembershipType {
    ChannelMembershipType::Default
}

fn standard() -> ChannelMessageType {
    ChannelMessageType::Standard
}

/// A text that describes no world; `Display` says on one line where it goes wrong and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSeed(String);

impl fmt::Display for InvalidSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(&self.0).fmt(f)
    }
}

impl std::error::Error for InvalidSeed {}

impl From<rusqlite::Error> for InvalidSeed {
    fn from(error: rusqlite::Error) -> Self {
        Self(format!("the store: {error}"))
    }
}

impl InvalidSeed {
    fn at(path: &str, member: &str, reason: impl fmt::Display) -> Self {
        Self(format!("{path}.{member}: {reason}"))
    }
}

impl FromStr for Seed {
    type Err = InvalidSeed;

    fn from_str(json: &str) -> Result<Self, InvalidSeed> {
        serde_json::from_str(json).map_err(|error| InvalidSeed(error.to_string()))
    }
}

/// How many app instances there are: most of what is in them is sensitive.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seed").field("app_instances", &self.app_instances.len()).finish_non_exhaustive()
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string_pretty(self).map_err(|_| fmt::Error)?)
    }
}

/// What a world is put into.
struct Filling<'t> {
    db: &'t Transaction<'t>,
    now: Time,
}

/// The users of an app instance: their ARNs and keys by their ids.
type Users<'s> = HashMap<&'s str, (AppInstanceUserArn, i64)>;

fn known<'u>(
    users: &'u Users<'_>,
    path: &str,
    member: &str,
    id: &str,
) -> Result<&'u (AppInstanceUserArn, i64), InvalidSeed> {
    users.get(id).ok_or_else(|| {
        InvalidSeed::at(
            path,
            member,
            format_args!("{id:?} is no user; expected the AppInstanceUserId of one of Users"),
        )
    })
}

impl Filling<'_> {
    /// Inserts a row and returns its key; none where there is such a row already.
    fn insert(&self, sql: &str, row: impl Params) -> rusqlite::Result<Option<i64>> {
        let inserted = self.db.prepare_cached(sql)?.execute(row)?;
        Ok((inserted == 1).then(|| self.db.last_insert_rowid()))
    }

    fn app_instance(&self, path: &str, seed: &AppInstance) -> Result<(), InvalidSeed> {
        let arn: AppInstanceArn =
            seed.app_instance_arn.parse().map_err(|error| InvalidSeed::at(path, "AppInstanceArn", error))?;
        let invalid = |error: InvalidParameter| refused(path, &error);
        let mut request = CreateAppInstance::builder()
            .name(seed.name.clone())
            .client_request_token("seed")
            .build()
            .map_err(invalid)?;
        request.metadata.clone_from(&seed.metadata);
        request.check().map_err(invalid)?;
        let created = seed.created_timestamp.unwrap_or(self.now);
        let key = self
            .insert(
                "INSERT OR IGNORE INTO app_instances (arn, name, metadata, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                (
                    arn.as_str(),
                    seed.name.as_str(),
                    seed.metadata.as_ref().map(Sensitive::as_str),
                    created,
                    seed.last_updated_timestamp.unwrap_or(created),
                ),
            )?
            .ok_or_else(|| InvalidSeed::at(path, "AppInstanceArn", "it is there twice"))?;
        let mut users = Users::new();
        for (index, user) in seed.users.iter().enumerate() {
            self.user(&format!("{path}.Users[{index}]"), &arn, key, user, &mut users)?;
        }
        for (index, admin) in seed.admins.iter().enumerate() {
            let member = format!("Admins[{index}]");
            let (_, user) = known(&users, path, &member, admin)?;
            self.insert("INSERT OR IGNORE INTO administrators (user_id) VALUES (?1)", [user])?
                .ok_or_else(|| InvalidSeed::at(path, &member, "it is there twice"))?;
        }
        for (index, channel) in seed.channels.iter().enumerate() {
            self.channel(&format!("{path}.Channels[{index}]"), &arn, key, channel, &users)?;
        }
        Ok(())
    }

    fn user<'s>(
        &self,
        path: &str,
        app_instance_arn: &AppInstanceArn,
        app_instance: i64,
        seed: &'s User,
        users: &mut Users<'s>,
    ) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| refused(path, &error);
        let mut request = CreateAppInstanceUser::builder()
            .app_instance_arn(app_instance_arn)
            .app_instance_user_id(&seed.app_instance_user_id)
            .name(seed.name.clone())
            .client_request_token("seed")
            .build()
            .map_err(invalid)?;
        request.metadata.clone_from(&seed.metadata);
        request.expiration_settings.clone_from(&seed.expiration_settings);
        request.check().map_err(invalid)?;
        let arn: AppInstanceUserArn = format!("{app_instance_arn}/user/{}", seed.app_instance_user_id)
            .parse()
            .map_err(|error| InvalidSeed::at(path, "AppInstanceUserId", error))?;
        let created = seed.created_timestamp.unwrap_or(self.now);
        let key = self
            .insert(
                "INSERT OR IGNORE INTO users (app_instance_id, arn, name, metadata, expiration, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                (
                    app_instance,
                    arn.as_str(),
                    seed.name.as_str(),
                    seed.metadata.as_ref().map(Sensitive::as_str),
                    json(seed.expiration_settings.as_ref())?,
                    created,
                    seed.last_updated_timestamp.unwrap_or(created),
                ),
            )?
            .ok_or_else(|| InvalidSeed::at(path, "AppInstanceUserId", "it is there twice"))?;
        users.insert(&seed.app_instance_user_id, (arn, key));
        Ok(())
    }

    fn channel(
        &self,
        path: &str,
        app_instance_arn: &AppInstanceArn,
        app_instance: i64,
        seed: &Channel,
        users: &Users<'_>,
    ) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| refused(path, &error);
        let (creator_arn, creator) = known(users, path, "CreatedBy", &seed.created_by)?;
        let mut request = CreateChannel::builder()
            .app_instance_arn(app_instance_arn)
            .name(seed.name.clone())
            .client_request_token("seed")
            .chime_bearer(creator_arn)
            .channel_id(&seed.channel_id)
            .mode(&seed.mode)
            .privacy(&seed.privacy)
            .build()
            .map_err(invalid)?;
        request.metadata.clone_from(&seed.metadata);
        request.expiration_settings.clone_from(&seed.expiration_settings);
        request.check().map_err(invalid)?;
        let arn = format!("{app_instance_arn}/channel/{}", seed.channel_id);
        let created = seed.created_timestamp.unwrap_or(self.now);
        let key = self
            .insert(
                "INSERT OR IGNORE INTO channels
                 (app_instance_id, arn, name, mode, privacy, metadata, expiration, created_by, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
                (
                    app_instance,
                    &arn,
                    seed.name.as_str(),
                    seed.mode.as_str(),
                    seed.privacy.as_str(),
                    seed.metadata.as_ref().map(Sensitive::as_str),
                    json(seed.expiration_settings.as_ref())?,
                    creator,
                    created,
                    seed.last_updated_timestamp.unwrap_or(created),
                ),
            )?
            .ok_or_else(|| InvalidSeed::at(path, "ChannelId", "it is there twice"))?;
        for (index, moderator) in seed.moderators.iter().enumerate() {
            let member = format!("Moderators[{index}]");
            let (_, user) = known(users, path, &member, moderator)?;
            self.insert(
                "INSERT OR IGNORE INTO moderators (channel_id, user_id) VALUES (?1, ?2)",
                (key, user),
            )?
            .ok_or_else(|| InvalidSeed::at(path, &member, "it is there twice"))?;
        }
        if seed.memberships.len() > MEMBERS_OF_A_CHANNEL {
            let reason =
                format_args!("it has {}; expected at most {MEMBERS_OF_A_CHANNEL}", seed.memberships.len());
            return Err(InvalidSeed::at(path, "Memberships", reason));
        }
        for (index, membership) in seed.memberships.iter().enumerate() {
            let path = format!("{path}.Memberships[{index}]");
            self.membership(&path, key, *creator, created, membership, users)?;
        }
        for (index, message) in seed.messages.iter().enumerate() {
            self.message(&format!("{path}.Messages[{index}]"), &arn, key, message, users)?;
        }
        Ok(())
    }

    fn membership(
        &self,
        path: &str,
        channel: i64,
        creator: i64,
        channel_created: Time,
        seed: &Membership,
        users: &Users<'_>,
    ) -> Result<(), InvalidSeed> {
        let (_, user) = known(users, path, "Member", &seed.member)?;
        let invited_by = match &seed.invited_by {
            Some(id) => known(users, path, "InvitedBy", id)?.1,
            None => creator,
        };
        if !ChannelMembershipType::NAMED.contains(&seed.r#type.as_str()) {
            let names = ChannelMembershipType::NAMED.join(" or ");
            let reason = format_args!("{:?} is no type; expected {names}", seed.r#type.as_str());
            return Err(InvalidSeed::at(path, "Type", reason));
        }
        let created = seed.created_timestamp.unwrap_or(channel_created);
        self.insert(
            "INSERT OR IGNORE INTO memberships (channel_id, user_id, type, invited_by, read_at, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                channel,
                user,
                seed.r#type.as_str(),
                invited_by,
                seed.read_marker_timestamp,
                created,
                seed.last_updated_timestamp.unwrap_or(created),
            ),
        )?
        .ok_or_else(|| InvalidSeed::at(path, "Member", "the user is a member already"))?;
        Ok(())
    }

    fn message(
        &self,
        path: &str,
        channel_arn: &str,
        channel: i64,
        seed: &Message,
        users: &Users<'_>,
    ) -> Result<(), InvalidSeed> {
        let invalid = |error: InvalidParameter| refused(path, &error);
        let (sender_arn, sender) = known(users, path, "Sender", &seed.sender)?;
        let target = match &seed.target {
            Some(id) => Some(known(users, path, "Target", id)?.1),
            None => None,
        };
        let mut request = SendChannelMessage::builder()
            .channel_arn(channel_arn)
            .content(seed.content.clone())
            .r#type(&seed.r#type)
            .persistence(chime_types::ChannelMessagePersistenceType::Persistent)
            .client_request_token("seed")
            .chime_bearer(sender_arn)
            .build()
            .map_err(invalid)?;
        request.metadata.clone_from(&seed.metadata);
        request.content_type.clone_from(&seed.content_type);
        request.message_attributes.clone_from(&seed.message_attributes);
        request.check().map_err(invalid)?;
        check_size(&request).map_err(|reason| InvalidSeed(format!("{path}.{reason}")))?;
        let created = seed.created_timestamp.unwrap_or(self.now);
        let id = seed.message_id.clone().unwrap_or_else(new_id);
        // It must be one that can be asked for.
        GetChannelMessage::builder()
            .channel_arn(channel_arn)
            .message_id(&id)
            .chime_bearer(sender_arn)
            .build()
            .map_err(invalid)?;
        self.insert(
            "INSERT OR IGNORE INTO messages (message_id, channel_id, sender, type, content, metadata, content_type,
                attributes, target, created_at, updated_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            (
                &id,
                channel,
                sender,
                seed.r#type.as_str(),
                seed.content.as_str(),
                seed.metadata.as_ref().map(Sensitive::as_str),
                seed.content_type.as_ref().map(Sensitive::as_str),
                json(seed.message_attributes.as_ref())?,
                target,
                created,
                seed.last_updated_timestamp.unwrap_or(created),
            ),
        )?
        .ok_or_else(|| InvalidSeed::at(path, "MessageId", "it is there twice"))?;
        Ok(())
    }
}

/// What the service would refuse, with the path of the member that it names.
fn refused(path: &str, error: &InvalidParameter) -> InvalidSeed {
    InvalidSeed::at(path, error.parameter().unwrap_or("?"), error.reason())
}

impl Seed {
    /// The world of a file in which a service keeps one; see [`LocalService::data`](crate::LocalService::data).
    ///
    /// # Errors
    /// A file that is not there, that a service uses, or that is something else.
    pub fn from_data(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        // To open it would make it.
        std::fs::metadata(path).map_err(|error| OpenError::Io(path.to_owned(), error))?;
        Store::open(path)?.export().map_err(io::Error::other)
    }

    /// Puts this world into an empty store.
    pub(crate) fn insert(&self, db: &Transaction<'_>, now: Time) -> Result<(), InvalidSeed> {
        let filling = Filling { db, now };
        for (index, app_instance) in self.app_instances.iter().enumerate() {
            filling.app_instance(&format!("AppInstances[{index}]"), app_instance)?;
        }
        Ok(())
    }

    /// The world of a store.
    pub(crate) fn select(db: &Transaction<'_>) -> rusqlite::Result<Self> {
        let app_instances = rows(
            db,
            "SELECT app_instance_id, arn, name, metadata, created_at, updated_at FROM app_instances
             ORDER BY app_instance_id",
            [],
            |row| {
                let key: i64 = row.get(0)?;
                Ok(AppInstance {
                    app_instance_arn: row.get(1)?,
                    name: word(row, 2)?,
                    metadata: maybe(row, 3)?,
                    created_timestamp: row.get(4)?,
                    last_updated_timestamp: row.get(5)?,
                    users: users(db, key)?,
                    admins: rows(
                        db,
                        "SELECT u.arn FROM administrators JOIN users u USING (user_id)
                         WHERE u.app_instance_id = ?1 ORDER BY user_id",
                        [key],
                        |row| id(row, 0),
                    )?,
                    channels: channels(db, key)?,
                })
            },
        )?;
        Ok(Self { app_instances })
    }
}

fn rows<T>(
    db: &Transaction<'_>,
    sql: &str,
    parameters: impl Params,
    read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    db.prepare_cached(sql)?.query_map(parameters, read)?.collect()
}

/// The id at the end of an ARN.
fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(maybe_id(row, column)?.unwrap_or_default())
}

fn maybe_id(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<String>> {
    let arn: Option<String> = row.get(column)?;
    Ok(arn.map(|arn| arn.splitn(4, '/').nth(3).unwrap_or_default().to_owned()))
}

fn users(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<User>> {
    rows(
        db,
        "SELECT arn, name, metadata, expiration, created_at, updated_at FROM users
         WHERE app_instance_id = ?1 ORDER BY user_id",
        [app_instance],
        |row| {
            Ok(User {
                app_instance_user_id: id(row, 0)?,
                name: word(row, 1)?,
                metadata: maybe(row, 2)?,
                expiration_settings: structure(row, 3)?,
                created_timestamp: row.get(4)?,
                last_updated_timestamp: row.get(5)?,
            })
        },
    )
}

fn channels(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<Vec<Channel>> {
    rows(
        db,
        "SELECT c.channel_id, c.arn, c.name, c.mode, c.privacy, c.metadata, c.expiration, u.arn, c.created_at,
            c.updated_at
         FROM channels c JOIN users u ON u.user_id = c.created_by WHERE c.app_instance_id = ?1 ORDER BY c.channel_id",
        [app_instance],
        |row| {
            let key: i64 = row.get(0)?;
            Ok(Channel {
                channel_id: id(row, 1)?,
                name: word(row, 2)?,
                mode: word(row, 3)?,
                privacy: word(row, 4)?,
                metadata: maybe(row, 5)?,
                expiration_settings: structure(row, 6)?,
                created_by: id(row, 7)?,
                created_timestamp: row.get(8)?,
                last_updated_timestamp: row.get(9)?,
                moderators: rows(
                    db,
                    "SELECT u.arn FROM moderators o JOIN users u USING (user_id)
                     WHERE o.channel_id = ?1 ORDER BY o.moderator_id",
                    [key],
                    |row| id(row, 0),
                )?,
                memberships: memberships(db, key)?,
                messages: messages(db, key)?,
            })
        },
    )
}

fn memberships(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<Membership>> {
    rows(
        db,
        "SELECT u.arn, m.type, i.arn, m.read_at, m.created_at, m.updated_at
         FROM memberships m JOIN users u USING (user_id) JOIN users i ON i.user_id = m.invited_by
         WHERE m.channel_id = ?1 ORDER BY m.membership_id",
        [channel],
        |row| {
            Ok(Membership {
                member: id(row, 0)?,
                r#type: word(row, 1)?,
                invited_by: maybe_id(row, 2)?,
                read_marker_timestamp: row.get(3)?,
                created_timestamp: row.get(4)?,
                last_updated_timestamp: row.get(5)?,
            })
        },
    )
}

fn messages(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<Message>> {
    rows(
        db,
        "SELECT m.message_id, u.arn, m.content, m.type, m.metadata, m.content_type, m.attributes, t.arn, m.created_at,
            m.updated_at
         FROM messages m JOIN users u ON u.user_id = m.sender LEFT JOIN users t ON t.user_id = m.target
         WHERE m.channel_id = ?1 ORDER BY m.sequence",
        [channel],
        |row| {
            Ok(Message {
                message_id: row.get(0)?,
                sender: id(row, 1)?,
                content: word(row, 2)?,
                r#type: word(row, 3)?,
                metadata: maybe(row, 4)?,
                content_type: maybe(row, 5)?,
                message_attributes: structure(row, 6)?,
                target: maybe_id(row, 7)?,
                created_timestamp: row.get(8)?,
                last_updated_timestamp: row.get(9)?,
            })
        },
    )
}
