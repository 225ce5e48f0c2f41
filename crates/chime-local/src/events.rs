//! What a write tells streams and sessions.
//!
//! A handler says what happened by one of these functions, within its transaction. The function adds the record for the
//! stream that receives such events, if the app instance has one. The event is published once the transaction is
//! committed. A deletion is announced before it happens, since the event contains the deleted thing.

use chime_types::AppInstanceUserArn;
use chime_types::events::Event;
use chime_types::shapes::{
    BatchChannelMemberships, Channel, ChannelBan, ChannelMembership, ChannelMessage,
    ChannelMessagePersistenceType, ChannelMessageStatus, ChannelModerator, MessagingDataType,
};

use crate::shapes;
use crate::store::{Audience, Occurrence, Transaction};
use crate::tables::memberships::MembershipRow;
use crate::tables::messages::{MessageRow, NewMessage};
use crate::tables::processings::ProcessingRow;
use crate::tables::stream_records::{self, NewStreamRecord};
use crate::tables::{
    bans, channels, memberships, messages, moderators, streaming_configurations, sub_channels, users,
};

/// Notes an event of a channel.
fn happened(db: &Transaction<'_>, channel: i64, event: Event, audience: Audience) -> rusqlite::Result<()> {
    let Some((arn, app_instance)) = channels::place(db, channel)? else { return Ok(()) };
    let stream = streaming_configurations::find(db, app_instance, &data_type(&event))?;
    if let Some(stream) = &stream {
        let data = serde_json::to_string(&event)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let new = NewStreamRecord { stream, channel: &arn, data: &data, created_at: db.now() };
        stream_records::insert(db, &new)?;
    }
    db.publish(Occurrence { channel_arn: arn, event, audience, is_streamed: stream.is_some() });
    Ok(())
}

/// The type of data that an event belongs to.
fn data_type(event: &Event) -> MessagingDataType {
    if event.event_type().ends_with("_CHANNEL_MESSAGE") {
        MessagingDataType::ChannelMessage
    } else {
        MessagingDataType::Channel
    }
}

/// Announces a new channel, which has its first members and moderators.
pub(crate) fn channel_created(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<()> {
    announce_channel(db, channel, Event::CreateChannel, Audience::Nobody)?;
    for row in memberships::all(db, channel)? {
        member_added(db, channel, &row.member.arn)?;
    }
    for row in moderators::all(db, channel)? {
        moderator_added(db, channel, &row.user.arn)?;
    }
    Ok(())
}

/// Announces the change of a channel.
pub(crate) fn channel_updated(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<()> {
    announce_channel(db, channel, Event::UpdateChannel, members_of(channel, None))
}

/// Announces the end of a channel, which still exists.
pub(crate) fn channel_deleted(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<()> {
    let audience = Audience::Users(memberships::members(db, channel)?);
    announce_channel(db, channel, Event::DeleteChannel, audience)
}

fn announce_channel(
    db: &Transaction<'_>,
    channel: i64,
    event: impl FnOnce(Channel) -> Event,
    audience: Audience,
) -> rusqlite::Result<()> {
    match channels::details(db, NOBODY, channel)? {
        Some(details) => happened(db, channel, event(shapes::channel(details)), audience),
        None => Ok(()),
    }
}

/// No user's key. The last message in an event is one for everybody.
const NOBODY: i64 = 0;

/// The members of a channel, or of one of its sub-channels.
fn members_of(channel: i64, sub_channel: Option<String>) -> Audience {
    Audience::Members { channel, sub_channel, also: None }
}

/// Announces a new member.
pub(crate) fn member_added(
    db: &Transaction<'_>,
    channel: i64,
    member: &AppInstanceUserArn,
) -> rusqlite::Result<()> {
    let Some(row) = memberships::find(db, channel, member)? else { return Ok(()) };
    let audience = members_of(channel, row.sub_channel.clone());
    announce_member(db, channel, row, Event::CreateChannelMembership, audience)
}

/// Announces the new members of a batch, if it has any. In an elastic channel, each has an event, since they may be in
/// different sub-channels.
pub(crate) fn members_added(
    db: &Transaction<'_>,
    channel: i64,
    batch: &BatchChannelMemberships,
    is_elastic: bool,
) -> rusqlite::Result<()> {
    let mut members = batch.members.iter().flatten().filter_map(|member| member.arn.as_ref()).peekable();
    if is_elastic {
        return members.try_for_each(|member| member_added(db, channel, member));
    }
    if members.peek().is_none() {
        return Ok(());
    }
    happened(db, channel, Event::BatchCreateChannelMembership(batch.clone()), members_of(channel, None))
}

/// Announces that a member was moved to another sub-channel.
pub(crate) fn member_moved(db: &Transaction<'_>, channel: i64, membership: i64) -> rusqlite::Result<()> {
    let Some(row) = memberships::by_key(db, membership)? else { return Ok(()) };
    let audience = Audience::Users(vec![row.member.arn.clone()]);
    announce_member(db, channel, row, Event::UpdateChannelMembership, audience)
}

/// Announces that a member is about to be removed; nothing if the user is not one.
pub(crate) fn member_removed(
    db: &Transaction<'_>,
    channel: i64,
    member: &AppInstanceUserArn,
) -> rusqlite::Result<()> {
    let Some(row) = memberships::find(db, channel, member)? else { return Ok(()) };
    let (sub_channel, also) = (row.sub_channel.clone(), Some(member.clone()));
    let audience = Audience::Members { channel, sub_channel, also };
    announce_member(db, channel, row, Event::DeleteChannelMembership, audience)
}

fn announce_member(
    db: &Transaction<'_>,
    channel: i64,
    row: MembershipRow,
    event: impl FnOnce(ChannelMembership) -> Event,
    audience: Audience,
) -> rusqlite::Result<()> {
    let Some((arn, _)) = channels::place(db, channel)? else { return Ok(()) };
    happened(db, channel, event(shapes::membership(arn, row)), audience)
}

/// Announces a new moderator.
pub(crate) fn moderator_added(
    db: &Transaction<'_>,
    channel: i64,
    moderator: &AppInstanceUserArn,
) -> rusqlite::Result<()> {
    announce_moderator(db, channel, moderator, Event::CreateChannelModerator)
}

/// Announces that a moderator is about to be one no more; nothing if the user is not one.
pub(crate) fn moderator_removed(
    db: &Transaction<'_>,
    channel: i64,
    moderator: &AppInstanceUserArn,
) -> rusqlite::Result<()> {
    announce_moderator(db, channel, moderator, Event::DeleteChannelModerator)
}

fn announce_moderator(
    db: &Transaction<'_>,
    channel: i64,
    moderator: &AppInstanceUserArn,
    event: impl FnOnce(ChannelModerator) -> Event,
) -> rusqlite::Result<()> {
    let (Some((arn, _)), Some(row)) =
        (channels::place(db, channel)?, moderators::find(db, channel, moderator)?)
    else {
        return Ok(());
    };
    happened(db, channel, event(shapes::moderator(arn, row)), Audience::Nobody)
}

/// Announces a new ban.
pub(crate) fn user_banned(
    db: &Transaction<'_>,
    channel: i64,
    user: &AppInstanceUserArn,
) -> rusqlite::Result<()> {
    announce_ban(db, channel, user, Event::CreateChannelBan)
}

/// Announces that a ban is about to end; nothing if the user is not banned.
pub(crate) fn ban_ended(
    db: &Transaction<'_>,
    channel: i64,
    user: &AppInstanceUserArn,
) -> rusqlite::Result<()> {
    announce_ban(db, channel, user, Event::DeleteChannelBan)
}

fn announce_ban(
    db: &Transaction<'_>,
    channel: i64,
    user: &AppInstanceUserArn,
    event: impl FnOnce(ChannelBan) -> Event,
) -> rusqlite::Result<()> {
    let (Some((arn, _)), Some(row)) = (channels::place(db, channel)?, bans::find(db, channel, user)?) else {
        return Ok(());
    };
    happened(db, channel, event(shapes::ban(arn, row)), Audience::Nobody)
}

/// Announces that a user is about to leave all channels and roles.
pub(crate) fn user_deleted(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    let Some(named) = users::named(db, user)? else { return Ok(()) };
    for channel in memberships::channels(db, user)? {
        member_removed(db, channel, &named.arn)?;
    }
    for channel in moderators::channels(db, user)? {
        moderator_removed(db, channel, &named.arn)?;
    }
    for channel in bans::channels(db, user)? {
        ban_ended(db, channel, &named.arn)?;
    }
    Ok(())
}

/// Announces a message that was sent, persistent or not.
pub(crate) fn message_sent(
    db: &Transaction<'_>,
    new: &NewMessage<'_>,
    persistence: &ChannelMessagePersistenceType,
) -> rusqlite::Result<()> {
    let (Some((arn, _)), Some(sender)) = (channels::place(db, new.channel)?, users::named(db, new.sender)?)
    else {
        return Ok(());
    };
    let target = match new.target {
        Some(target) => users::named(db, target)?.map(|user| user.arn),
        None => None,
    };
    let sub_channel = match new.sub_channel {
        Some(sub_channel) => sub_channels::id(db, sub_channel)?,
        None => None,
    };
    let row = MessageRow {
        sequence: 0,
        channel: new.channel,
        id: new.id.to_owned(),
        sender,
        r#type: new.r#type.clone(),
        content: new.content.cloned(),
        metadata: new.metadata.cloned(),
        content_type: new.content_type.cloned(),
        attributes: new.attributes.cloned(),
        target,
        target_key: new.target,
        sub_channel,
        status: new.status.clone(),
        status_detail: new.status_detail.map(str::to_owned),
        created_at: new.created_at,
        updated_at: new.updated_at,
        edited_at: new.edited_at,
    };
    let message = shapes::message(arn, row).persistence(persistence.clone());
    announce_message(db, new.channel, message, Event::CreateChannelMessage)
}

/// Announces what became of a stored message, or is about to become of it.
pub(crate) fn message_changed(
    db: &Transaction<'_>,
    sequence: i64,
    event: impl FnOnce(ChannelMessage) -> Event,
) -> rusqlite::Result<()> {
    let Some(row) = messages::by_sequence(db, sequence)? else { return Ok(()) };
    let channel = row.channel;
    let Some((arn, _)) = channels::place(db, channel)? else { return Ok(()) };
    announce_message(db, channel, shapes::message(arn, row), event)
}

/// Announces where a message, or a change of one, is on its way through a channel flow.
pub(crate) fn message_processed(
    db: &Transaction<'_>,
    row: &ProcessingRow,
    status: ChannelMessageStatus,
    detail: Option<&str>,
) -> rusqlite::Result<()> {
    let event = match (&status, row.is_update) {
        (ChannelMessageStatus::Pending, false) => Event::PendingCreateChannelMessage,
        (ChannelMessageStatus::Pending, true) => Event::PendingUpdateChannelMessage,
        (ChannelMessageStatus::Failed, false) => Event::FailedCreateChannelMessage,
        (ChannelMessageStatus::Failed, true) => Event::FailedUpdateChannelMessage,
        (ChannelMessageStatus::Denied, false) => Event::DeniedCreateChannelMessage,
        (ChannelMessageStatus::Denied, true) => Event::DeniedUpdateChannelMessage,
        (_, false) => Event::CreateChannelMessage,
        (_, true) => Event::UpdateChannelMessage,
    };
    let stored = match status {
        ChannelMessageStatus::Sent => messages::by_id(db, row.channel, &row.message_id)?,
        _ => None,
    };
    let message = match stored {
        Some(stored) => shapes::message(row.channel_arn.clone(), stored),
        None => shapes::processed(row, status, detail, db.now()),
    };
    announce_message(db, row.channel, message, event)
}

/// A message for one member reaches only that member and its sender, and one that is not sent only its sender.
fn announce_message(
    db: &Transaction<'_>,
    channel: i64,
    message: ChannelMessage,
    event: impl FnOnce(ChannelMessage) -> Event,
) -> rusqlite::Result<()> {
    let target = message.target.iter().flatten().find_map(|target| target.member_arn.clone());
    let sender = message.sender.as_ref().and_then(|sender| sender.arn.clone());
    let is_sent =
        message.status.as_ref().is_none_or(|status| status.value == Some(ChannelMessageStatus::Sent));
    let audience = match target {
        _ if !is_sent => Audience::Users(sender.into_iter().collect()),
        Some(target) => Audience::Users(sender.into_iter().chain([target]).collect()),
        None => members_of(channel, message.sub_channel_id.clone()),
    };
    happened(db, channel, event(message), audience)
}
