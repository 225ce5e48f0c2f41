//! Writes a store back as a seed.

use std::collections::BTreeSet;
use std::io;
use std::path::Path;

use chime_types::AppInstanceUserArn;
use chime_types::shapes::{
    AppInstanceRetentionSettings, ChannelMessagePersistenceType, ChannelMessageStatus,
    ChannelRetentionSettings,
};

use super::document::{
    AppInstanceSeed, BOT, BanSeed, BotSeed, ChannelFlowSeed, ChannelSeed, EndpointSeed, FormerUserSeed,
    MembershipSeed, MessageSeed, PendingMessageSeed, Seed, UserSeed,
};
use super::moderator::ModeratorSeed;
use crate::store::{Pieces, Transaction, read_data_file};
use crate::tables::app_instances::AppInstanceRow;
use crate::tables::bans::BanRow;
use crate::tables::bots::BotRow;
use crate::tables::channel_flows::ChannelFlowRow;
use crate::tables::channels::ChannelDetails;
use crate::tables::endpoints::EndpointRow;
use crate::tables::memberships::MembershipRow;
use crate::tables::messages::{Bound, MessageRow};
use crate::tables::moderators::ModeratorRow;
use crate::tables::processings::ProcessingRow;
use crate::tables::users::{NamedUser, UserDetails};
use crate::tables::{
    administrators, app_instances, bans, bots, channel_flows, channels, endpoints, memberships, messages,
    moderators, processings, streaming_configurations, sub_channels, tags, users,
};

impl Seed {
    /// Reads the world of a data file; see [`LocalService::data`](crate::LocalService::data).
    ///
    /// The file is not changed, and may be read-only.
    ///
    /// # Errors
    /// The file does not exist, a service uses it, or it is not a data file.
    pub fn from_data(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(read_data_file(path.as_ref(), Self::export)?)
    }

    /// The world of a store.
    ///
    /// Messages are read in pieces, since there may be many: a change of one meanwhile may be included or not. The rest is
    /// one piece.
    pub(crate) fn export(pieces: &Pieces<'_>) -> rusqlite::Result<Self> {
        let (mut seed, channels, last_key) = pieces.read(|db| {
            let mut channels = Vec::new();
            let rows = app_instances::all(db)?.into_iter();
            let app_instances =
                rows.map(|row| app_instance(db, row, &mut channels)).collect::<Result<_, _>>()?;
            Ok((Self { app_instances }, channels, messages::last_key(db)?))
        })?;
        let seeds = seed.app_instances.iter_mut().flat_map(|app_instance| &mut app_instance.channels);
        for (channel, key) in seeds.zip(channels) {
            let mut after = Bound::NONE;
            loop {
                let rows = pieces.read(|db| messages::between(db, key, &after, last_key, PIECE))?;
                let Some(last) = rows.last() else { break };
                after = Bound::at(last.created_at, last.sequence);
                channel.messages.extend(rows.into_iter().map(message));
            }
            name_former_members(channel);
            drop_processed_messages(channel);
        }
        Ok(seed)
    }
}

/// The number of messages that are read at a time.
const PIECE: u32 = 1000;

/// Leaves out what is not processed any more, since it changed between two pieces.
fn drop_processed_messages(channel: &mut ChannelSeed) {
    let ChannelSeed { messages, pending_messages, .. } = channel;
    pending_messages.retain(|pending| {
        let status = if pending.update { ChannelMessageStatus::Sent } else { ChannelMessageStatus::Pending };
        let has_message = || {
            messages.iter().any(|message| {
                message.message_id.as_ref() == Some(&pending.message_id) && message.status == status
            })
        };
        pending.persistence != ChannelMessagePersistenceType::Persistent || has_message()
    });
}

/// Names the users whom a message is for and who have left since.
fn name_former_members(channel: &mut ChannelSeed) {
    let members: BTreeSet<&String> =
        channel.memberships.iter().map(|membership| &membership.member).collect();
    let targets: BTreeSet<&String> =
        channel.messages.iter().filter_map(|message| message.target.as_ref()).collect();
    let former = targets.difference(&members).map(|id| (*id).clone()).collect();
    channel.former_members = former;
}

/// The ID at the end of an ARN.
fn id(arn: &str) -> String {
    arn.splitn(4, '/').nth(3).unwrap_or_default().to_owned()
}

/// The ID of a user, or `bot/ID` of a bot.
fn user_id(arn: &AppInstanceUserArn) -> String {
    let mut parts = arn.as_str().splitn(4, '/').skip(2);
    match (parts.next(), parts.next()) {
        (Some("bot"), Some(id)) => format!("{BOT}{id}"),
        (_, id) => id.unwrap_or_default().to_owned(),
    }
}

/// An app instance without messages. The keys of its channels are added to `keys`.
fn app_instance(
    db: &Transaction<'_>,
    row: AppInstanceRow,
    keys: &mut Vec<i64>,
) -> rusqlite::Result<AppInstanceSeed> {
    let channels = channels::all(db, row.key)?;
    keys.extend(channels.iter().map(|channel| channel.key));
    let retention = app_instances::retention(db, row.key)?;
    let admins = administrators::all(db, row.key)?;
    let admins_since = admins.iter().filter(|admin| !admin.is_since_creation);
    let admins_since = admins_since.map(|admin| (user_id(&admin.user.arn), admin.created_at)).collect();
    Ok(AppInstanceSeed {
        app_instance_arn: row.arn.as_str().to_owned(),
        name: row.name,
        metadata: row.metadata,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
        tags: tags::all(db, row.arn.as_str())?,
        app_instance_retention_settings: retention.days.map(|days| {
            let of_channels = ChannelRetentionSettings::default().retention_days(days);
            AppInstanceRetentionSettings::default().channel_retention_settings(of_channels)
        }),
        initiate_deletion_timestamp: retention.initiate_deletion_at,
        streaming_configurations: streaming_configurations::all(db, row.key)?,
        users: users::all(db, row.key)?.into_iter().map(|row| user(db, row)).collect::<Result<_, _>>()?,
        bots: bots::all(db, row.key)?.into_iter().map(|row| bot(db, row)).collect::<Result<_, _>>()?,
        former_users: users::all_deleted(db, row.key)?.into_iter().map(former_user).collect(),
        admins: admins.iter().map(|admin| user_id(&admin.user.arn)).collect(),
        admins_since,
        endpoints: endpoints::all(db, row.key)?.into_iter().map(endpoint).collect(),
        channel_flows: channel_flows::all(db, row.key)?
            .into_iter()
            .map(|row| channel_flow(db, row))
            .collect::<Result<_, _>>()?,
        channels: channels.into_iter().map(|row| channel(db, row)).collect::<Result<_, _>>()?,
    })
}

fn user(db: &Transaction<'_>, row: UserDetails) -> rusqlite::Result<UserSeed> {
    Ok(UserSeed {
        tags: tags::all(db, row.arn.as_str())?,
        app_instance_user_id: user_id(&row.arn),
        name: row.name,
        metadata: row.metadata,
        expiration_settings: row.expiration_settings,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
    })
}

fn bot(db: &Transaction<'_>, row: BotRow) -> rusqlite::Result<BotSeed> {
    Ok(BotSeed {
        app_instance_bot_id: id(row.arn.as_str()),
        tags: tags::all(db, row.arn.as_str())?,
        name: row.name,
        metadata: row.metadata,
        configuration: row.configuration,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
    })
}

fn endpoint(row: EndpointRow) -> EndpointSeed {
    EndpointSeed {
        user: user_id(&row.user),
        endpoint_id: Some(row.id),
        name: row.name,
        r#type: row.r#type,
        resource_arn: row.resource_arn,
        endpoint_attributes: row.attributes,
        allow_messages: row.allow_messages,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
    }
}

fn channel_flow(db: &Transaction<'_>, row: ChannelFlowRow) -> rusqlite::Result<ChannelFlowSeed> {
    Ok(ChannelFlowSeed {
        channel_flow_id: id(row.arn.as_str()),
        tags: tags::all(db, row.arn.as_str())?,
        name: row.name,
        processors: row.processors,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
    })
}

fn former_user(row: NamedUser) -> FormerUserSeed {
    FormerUserSeed { app_instance_user_id: user_id(&row.arn), name: row.name }
}

fn channel(db: &Transaction<'_>, row: ChannelDetails) -> rusqlite::Result<ChannelSeed> {
    let moderator = |moderator: ModeratorRow| ModeratorSeed {
        moderator: user_id(&moderator.user.arn),
        created_by: Some(moderator.created_by.arn)
            .filter(|by| *by != row.created_by.arn)
            .as_ref()
            .map(user_id),
        created_timestamp: Some(moderator.created_at).filter(|at| *at != row.created_at),
    };
    let moderators = moderators::all(db, row.key)?.into_iter().map(moderator).collect();
    Ok(ChannelSeed {
        channel_id: id(row.listed.arn.as_str()),
        tags: tags::all(db, row.listed.arn.as_str())?,
        name: row.listed.name,
        mode: row.listed.mode,
        privacy: row.listed.privacy,
        metadata: row.listed.metadata,
        expiration_settings: row.expiration_settings,
        channel_flow: row.channel_flow.map(|arn| id(arn.as_str())),
        elastic_channel_configuration: row.elastic,
        sub_channels: sub_channels::all(db, row.key)?.into_iter().map(|sub_channel| sub_channel.id).collect(),
        created_by: user_id(&row.created_by.arn),
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
        moderators,
        bans: bans::all(db, row.key)?.iter().map(ban).collect(),
        memberships: memberships::all(db, row.key)?.into_iter().map(membership).collect(),
        former_members: Vec::new(),
        messages: Vec::new(),
        pending_messages: processings::all(db, row.key)?.into_iter().map(pending_message).collect(),
    })
}

fn ban(row: &BanRow) -> BanSeed {
    BanSeed {
        member: user_id(&row.user.arn),
        created_by: Some(user_id(&row.created_by.arn)),
        created_timestamp: Some(row.created_at),
    }
}

fn membership(row: MembershipRow) -> MembershipSeed {
    MembershipSeed {
        member: user_id(&row.member.arn),
        r#type: row.r#type,
        invited_by: Some(user_id(&row.invited_by.arn)),
        read_marker_timestamp: row.read_at,
        preferences: row.preferences,
        sub_channel_id: row.sub_channel,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
    }
}

fn pending_message(row: ProcessingRow) -> PendingMessageSeed {
    PendingMessageSeed {
        message_id: row.message_id,
        sender: user_id(&row.sender.arn),
        update: row.is_update,
        persistence: if row.is_persistent {
            ChannelMessagePersistenceType::Persistent
        } else {
            ChannelMessagePersistenceType::NonPersistent
        },
        content: row.message.content,
        metadata: row.message.metadata,
        content_type: row.message.content_type,
        message_attributes: row.message.attributes,
        push_notification: row.message.push_notification,
        target: row.target.as_ref().map(user_id),
        processors: row.turn.processors,
        callback_id: row.turn.callback_id,
        invoked: row.turn.is_invoked,
        deadline: Some(row.turn.deadline),
        created_timestamp: Some(row.created_at),
        last_edited_timestamp: row.edited_at,
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
        sub_channel_id: row.sub_channel,
        status: row.status,
        status_detail: row.status_detail,
        last_edited_timestamp: row.edited_at,
        created_timestamp: Some(row.created_at),
        last_updated_timestamp: Some(row.updated_at),
    }
}
