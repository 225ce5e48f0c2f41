//! Writes a store back as a seed.

use std::io;
use std::path::Path;

use chime_types::AppInstanceUserArn;

use super::document::{AppInstanceSeed, ChannelSeed, MembershipSeed, MessageSeed, Seed, UserSeed};
use crate::store::{OpenError, Store, Transaction};
use crate::tables::app_instances::AppInstanceRow;
use crate::tables::channels::ChannelDetails;
use crate::tables::memberships::MembershipRow;
use crate::tables::messages::MessageRow;
use crate::tables::users::UserDetails;
use crate::tables::{administrators, app_instances, channels, memberships, messages, moderators, users};

impl Seed {
    /// The world of a file in which a service keeps one; see [`LocalService::data`](crate::LocalService::data).
    ///
    /// # Errors
    /// A file that is not there, that a service uses, or that is something else.
    pub fn from_data(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        // Opening a file that does not exist would create it.
        std::fs::metadata(path).map_err(|error| OpenError::Io(path.to_owned(), error))?;
        Store::open(path)?.read(Self::export).map_err(io::Error::other)
    }

    /// The world of a store.
    pub(crate) fn export(db: &Transaction<'_>) -> rusqlite::Result<Self> {
        let rows = app_instances::all(db)?.into_iter();
        Ok(Self { app_instances: rows.map(|row| app_instance(db, row)).collect::<Result<_, _>>()? })
    }
}

/// The id at the end of a user's or a channel's ARN.
fn id(arn: &str) -> String {
    arn.splitn(4, '/').nth(3).unwrap_or_default().to_owned()
}

fn user_id(arn: &AppInstanceUserArn) -> String {
    id(arn.as_str())
}

fn app_instance(db: &Transaction<'_>, row: AppInstanceRow) -> rusqlite::Result<AppInstanceSeed> {
    let channels = channels::all(db, row.key)?.into_iter();
    Ok(AppInstanceSeed {
        app_instance_arn: row.arn.as_str().to_owned(),
        name: row.name,
        metadata: row.metadata,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
        users: users::all(db, row.key)?.into_iter().map(user).collect(),
        admins: administrators::all(db, row.key)?.iter().map(user_id).collect(),
        channels: channels.map(|row| channel(db, row)).collect::<Result<_, _>>()?,
    })
}

fn user(row: UserDetails) -> UserSeed {
    UserSeed {
        app_instance_user_id: user_id(&row.arn),
        name: row.name,
        metadata: row.metadata,
        expiration_settings: row.expiration_settings,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
    }
}

fn channel(db: &Transaction<'_>, row: ChannelDetails) -> rusqlite::Result<ChannelSeed> {
    Ok(ChannelSeed {
        channel_id: id(row.listed.arn.as_str()),
        name: row.listed.name,
        mode: row.listed.mode,
        privacy: row.listed.privacy,
        metadata: row.listed.metadata,
        expiration_settings: row.expiration_settings,
        created_by: user_id(&row.created_by.arn),
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
        moderators: moderators::all(db, row.key)?.iter().map(user_id).collect(),
        memberships: memberships::all(db, row.key)?.into_iter().map(membership).collect(),
        messages: messages::all(db, row.key)?.into_iter().map(message).collect(),
    })
}

fn membership(row: MembershipRow) -> MembershipSeed {
    MembershipSeed {
        member: user_id(&row.member.arn),
        r#type: row.r#type,
        invited_by: Some(user_id(&row.invited_by.arn)),
        read_marker_timestamp: row.read_at,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
    }
}

fn message(row: MessageRow) -> MessageSeed {
    MessageSeed {
        message_id: Some(row.id),
        sender: user_id(&row.sender.arn),
        redacted: row.content.is_none(),
        content: row.content,
        r#type: row.r#type,
        metadata: row.metadata,
        content_type: row.content_type,
        message_attributes: row.attributes,
        target: row.target.as_ref().map(user_id),
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
    }
}
