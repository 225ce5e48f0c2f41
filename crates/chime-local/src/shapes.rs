//! Rows as the shapes of responses and events.

use chime_types::shapes::{
    Channel, ChannelBan, ChannelMembership, ChannelMembershipSummary, ChannelMessage,
    ChannelMessagePersistenceType, ChannelMessageStatus, ChannelMessageStatusStructure,
    ChannelMessageSummary, ChannelMessageType, ChannelModerator, ChannelSummary, Identity, Target,
};
use chime_types::{AppInstanceUserArn, ChannelArn};

use crate::store::Time;
use crate::tables::bans::BanRow;
use crate::tables::channels::{ChannelDetails, ListedChannel};
use crate::tables::memberships::MembershipRow;
use crate::tables::messages::MessageRow;
use crate::tables::moderators::ModeratorRow;
use crate::tables::processings::ProcessingRow;
use crate::tables::users::NamedUser;

pub(crate) fn identity(user: impl Into<NamedUser>) -> Identity {
    let user = user.into();
    Identity::default().arn(user.arn).name(user.name)
}

pub(crate) fn channel_summary(channel: ListedChannel) -> ChannelSummary {
    let mut summary = ChannelSummary::default()
        .name(channel.name)
        .channel_arn(channel.arn)
        .mode(channel.mode)
        .privacy(channel.privacy);
    summary.metadata = channel.metadata;
    summary.last_message_timestamp = channel.last_message_at.map(Into::into);
    summary
}

pub(crate) fn channel(details: ChannelDetails) -> Channel {
    let mut channel = Channel::default()
        .name(details.listed.name)
        .channel_arn(details.listed.arn)
        .mode(details.listed.mode)
        .privacy(details.listed.privacy)
        .created_by(identity(details.created_by))
        .created_timestamp(details.created_at)
        .last_updated_timestamp(details.updated_at);
    channel.metadata = details.listed.metadata;
    channel.last_message_timestamp = details.listed.last_message_at.map(Into::into);
    channel.expiration_settings = details.expiration_settings;
    channel.elastic_channel_configuration = details.elastic;
    channel.channel_flow_arn = details.channel_flow;
    channel
}

pub(crate) fn membership(channel: ChannelArn, row: MembershipRow) -> ChannelMembership {
    let mut membership = ChannelMembership::default()
        .channel_arn(channel)
        .member(identity(row.member))
        .r#type(row.r#type)
        .invited_by(identity(row.invited_by))
        .created_timestamp(row.created_at)
        .last_updated_timestamp(row.updated_at);
    membership.sub_channel_id = row.sub_channel;
    membership
}

pub(crate) fn moderator(channel: ChannelArn, row: ModeratorRow) -> ChannelModerator {
    ChannelModerator::default()
        .moderator(identity(row.user))
        .channel_arn(channel)
        .created_timestamp(row.created_at)
        .created_by(identity(row.created_by))
}

pub(crate) fn ban(channel: ChannelArn, row: BanRow) -> ChannelBan {
    ChannelBan::default()
        .member(identity(row.user))
        .channel_arn(channel)
        .created_timestamp(row.created_at)
        .created_by(identity(row.created_by))
}

/// A message, which is persistent since it has a row.
pub(crate) fn message(channel: ChannelArn, row: MessageRow) -> ChannelMessage {
    let mut message = ChannelMessage::default()
        .channel_arn(channel)
        .message_id(row.id)
        .r#type(row.r#type)
        .created_timestamp(row.created_at)
        .last_updated_timestamp(row.updated_at)
        .sender(identity(row.sender))
        .redacted(row.content.is_none())
        .persistence(ChannelMessagePersistenceType::Persistent)
        .status(status(row.status, row.status_detail));
    message.last_edited_timestamp = row.edited_at.map(Into::into);
    message.content = row.content;
    message.metadata = row.metadata;
    message.message_attributes = row.attributes;
    message.content_type = row.content_type;
    message.target = target(row.target);
    message.sub_channel_id = row.sub_channel;
    message
}

/// A message, or a change of one, that a channel flow processes.
pub(crate) fn processed(
    row: &ProcessingRow,
    value: ChannelMessageStatus,
    detail: Option<&str>,
    updated_at: Time,
) -> ChannelMessage {
    let persistence = if row.is_persistent {
        ChannelMessagePersistenceType::Persistent
    } else {
        ChannelMessagePersistenceType::NonPersistent
    };
    let mut message = ChannelMessage::default()
        .channel_arn(row.channel_arn.clone())
        .message_id(row.message_id.clone())
        .content(row.message.content.clone())
        .r#type(ChannelMessageType::Standard)
        .created_timestamp(row.created_at)
        .last_updated_timestamp(updated_at)
        .sender(Identity::default().arn(row.sender.arn.clone()).name(row.sender.name.clone()))
        .redacted(false)
        .persistence(persistence)
        .status(status(value, detail.map(str::to_owned)));
    message.last_edited_timestamp = row.edited_at.map(Into::into);
    message.metadata.clone_from(&row.message.metadata);
    message.message_attributes.clone_from(&row.message.attributes);
    message.content_type.clone_from(&row.message.content_type);
    message.target = target(row.target.clone());
    message
}

/// The target of a message.
pub(crate) fn target(member: Option<AppInstanceUserArn>) -> Option<Vec<Target>> {
    member.map(|member| vec![Target::default().member_arn(member)])
}

pub(crate) fn status(value: ChannelMessageStatus, detail: Option<String>) -> ChannelMessageStatusStructure {
    let mut status = ChannelMessageStatusStructure::default().value(value);
    status.detail = detail;
    status
}

pub(crate) fn message_summary(message: MessageRow) -> ChannelMessageSummary {
    let mut summary = ChannelMessageSummary::default()
        .message_id(message.id)
        .r#type(message.r#type)
        .created_timestamp(message.created_at)
        .last_updated_timestamp(message.updated_at)
        .sender(identity(message.sender))
        .redacted(message.content.is_none())
        .status(status(message.status, message.status_detail));
    summary.last_edited_timestamp = message.edited_at.map(Into::into);
    summary.content = message.content;
    summary.metadata = message.metadata;
    summary.message_attributes = message.attributes;
    summary.content_type = message.content_type;
    summary.target = target(message.target);
    summary
}

pub(crate) fn membership_summary(member: NamedUser) -> ChannelMembershipSummary {
    ChannelMembershipSummary::default().member(identity(member))
}
