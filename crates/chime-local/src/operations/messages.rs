//! Messages.

use chime_types::{
    AppInstanceUserArn, ChannelMessage, ChannelMessagePersistenceType, ChannelMessageStatus,
    ChannelMessageStatusStructure, ChannelMessageSummary, ChannelMessageType, GetChannelMessage,
    GetChannelMessageResponse, ListChannelMessages, ListChannelMessagesResponse, SendChannelMessage,
    SendChannelMessageResponse, SortOrder, Target, Timestamp,
};
use rusqlite::{OptionalExtension, Row};

use super::{
    Handle, arn, bad_request, channel, find_channel, forbidden, identity, json, maybe, native_user,
    no_sub_channel, not_found, structure, time, word,
};
use crate::paging::{Page, Place};
use crate::store::{Call, Refused, Time, new_id};

/// How many characters a message for people may have.
const STANDARD_CHARACTERS: usize = 4096;

/// How many bytes a message for programs may have.
const CONTROL_BYTES: usize = 30;

fn sent() -> ChannelMessageStatusStructure {
    let mut status = ChannelMessageStatusStructure::default();
    status.value = Some(ChannelMessageStatus::Sent);
    status
}

/// The quotas that the model does not tell.
pub(crate) fn check_size(message: &SendChannelMessage) -> Result<(), String> {
    let content = message.content.as_str();
    let (bytes, characters) = (content.len(), content.chars().count());
    let control = message.r#type == ChannelMessageType::Control;
    if control && bytes > CONTROL_BYTES {
        Err(format!("Content: it has {bytes} bytes; expected 1 to {CONTROL_BYTES} of a CONTROL message"))
    } else if control && message.metadata.is_some() {
        Err("Metadata: expected none with a CONTROL message".to_owned())
    } else if !control && characters > STANDARD_CHARACTERS {
        Err(format!("Content: it has {characters} characters; expected 1 to {STANDARD_CHARACTERS}"))
    } else {
        Ok(())
    }
}

impl Handle for SendChannelMessage {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        no_sub_channel(self.sub_channel_id.as_ref())?;
        check_size(&self).map_err(bad_request)?;
        let (channel, standing) = channel(call, &self.channel_arn, caller)?;
        if standing.member.is_none() || standing.is_hidden() {
            return Err(forbidden().into());
        }
        let target = self.target.iter().flatten().find_map(|target| target.member_arn.as_ref());
        let target = match target {
            None => None,
            Some(member) => Some(target_id(call, channel.id, channel.app_instance, member)?),
        };
        let message_id = new_id();
        // A message that does not persist is not heard by anybody here, and leaves nothing behind.
        if self.persistence == ChannelMessagePersistenceType::Persistent {
            call.db
                .prepare_cached(
                    "INSERT INTO messages (message_id, channel_id, sender, type, content, metadata, content_type,
                        attributes, target, created_at, updated_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)",
                )?
                .execute((
                    &message_id,
                    channel.id,
                    caller.id,
                    self.r#type.as_str(),
                    self.content.as_str(),
                    self.metadata.as_ref().map(chime_types::Sensitive::as_str),
                    self.content_type.as_ref().map(chime_types::Sensitive::as_str),
                    json(self.message_attributes.as_ref())?,
                    target,
                    call.now(),
                ))?;
        }
        let mut answer = SendChannelMessageResponse::default();
        answer.channel_arn = Some(self.channel_arn);
        answer.message_id = Some(message_id);
        answer.status = Some(sent());
        Ok(answer)
    }
}

/// The key of a member that a message is for.
fn target_id(
    call: &Call<'_>,
    channel: i64,
    app_instance: i64,
    member: &AppInstanceUserArn,
) -> Result<i64, Refused> {
    let target = match native_user(call, app_instance, member)? {
        None => None,
        Some(user) => call
            .db
            .prepare_cached("SELECT user_id FROM memberships WHERE channel_id = ?1 AND user_id = ?2")?
            .query_row((channel, user.id), |row| row.get(0))
            .optional()?,
    };
    Ok(target.ok_or_else(|| bad_request("Target: MemberArn: it is no member of the channel"))?)
}

/// The columns of a message `m` with its sender `u` and its target `t`.
const MESSAGE: &str =
    "m.message_id, m.content, m.metadata, m.type, m.created_at, m.updated_at, u.arn, u.name,
    m.attributes, m.content_type, t.arn, m.sequence
    FROM messages m JOIN users u ON u.user_id = m.sender LEFT JOIN users t ON t.user_id = m.target";

/// What a caller can see of a channel: `?1` and `?2`.
const VISIBLE: &str = "m.channel_id = ?2 AND (m.target IS NULL OR m.target = ?1 OR m.sender = ?1)";

/// What sorts before and after every time in the database.
const BEFORE: &str = "";
const AFTER: &str = "~";

/// A message from a row of [`MESSAGE`].
fn message(row: &Row<'_>) -> rusqlite::Result<ChannelMessageSummary> {
    let mut message = ChannelMessageSummary::default();
    message.message_id = Some(row.get(0)?);
    message.content = Some(word(row, 1)?);
    message.metadata = maybe(row, 2)?;
    message.r#type = Some(word(row, 3)?);
    message.created_timestamp = time(row, 4)?;
    message.last_updated_timestamp = time(row, 5)?;
    message.sender = Some(identity(arn(row, 6)?, word(row, 7)?));
    message.redacted = Some(false);
    message.status = Some(sent());
    message.message_attributes = structure(row, 8)?;
    message.content_type = maybe(row, 9)?;
    if row.get_ref(10)?.as_str_or_null().is_ok_and(|target| target.is_some()) {
        message.target = Some(vec![Target::new(arn(row, 10)?)]);
    }
    Ok(message)
}

impl Handle for GetChannelMessage {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let (channel, standing) =
            find_channel(call, &self.channel_arn, caller)?.ok_or_else(|| not_found("channel"))?;
        if !standing.may_read() {
            return Err(forbidden().into());
        }
        let found = call
            .db
            .prepare_cached(&format!("SELECT {MESSAGE} WHERE {VISIBLE} AND m.message_id = ?3"))?
            .query_row((caller.id, channel.id, &self.message_id), message)
            .optional()?
            .ok_or_else(|| not_found("channel message"))?;
        let mut message = ChannelMessage::default();
        message.channel_arn = Some(self.channel_arn);
        message.message_id = found.message_id;
        message.content = found.content;
        message.metadata = found.metadata;
        message.r#type = found.r#type;
        message.created_timestamp = found.created_timestamp;
        message.last_updated_timestamp = found.last_updated_timestamp;
        message.sender = found.sender;
        message.redacted = found.redacted;
        message.persistence = Some(ChannelMessagePersistenceType::Persistent);
        message.status = found.status;
        message.message_attributes = found.message_attributes;
        message.content_type = found.content_type;
        message.target = found.target;
        let mut answer = GetChannelMessageResponse::default();
        answer.channel_message = Some(message);
        Ok(answer)
    }
}

impl Handle for ListChannelMessages {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let caller = call.caller()?;
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let (channel, standing) = channel(call, &self.channel_arn, caller)?;
        if !standing.may_read() {
            return Err(forbidden().into());
        }
        let ascending = self.sort_order == Some(SortOrder::Ascending);
        let list = ("messages", channel.id, ascending, self.not_before, self.not_after);
        let page = Page::new(list, self.max_results, self.next_token.as_ref())?;
        // The list lies between two places, of which the last page moves one: so the index leads to every page.
        let mut lower =
            (self.not_before.map_or(BEFORE.to_owned(), |time| Time::not_before(time).to_string()), 0);
        let mut upper =
            (self.not_after.map_or(AFTER.to_owned(), |time| Time::from(time).to_string()), i64::MAX);
        if let Some(Place { order, key }) = page.after {
            let time = Time(Timestamp::from_epoch_micros(order.saturating_mul(1000)));
            *(if ascending { &mut lower } else { &mut upper }) = (time.to_string(), key);
        }
        let order = if ascending { "ASC" } else { "DESC" };
        let rows = call
            .db
            .prepare_cached(&format!(
                "SELECT {MESSAGE} WHERE {VISIBLE}
                 AND (m.created_at, m.sequence) > (?3, ?4) AND (m.created_at, m.sequence) < (?5, ?6)
                 ORDER BY m.created_at {order}, m.sequence {order} LIMIT ?7"
            ))?
            .query_map((caller.id, channel.id, lower.0, lower.1, upper.0, upper.1, page.rows), |row| {
                let message = message(row)?;
                let sent = message.created_timestamp.map_or(0, |time| time.as_epoch_micros() / 1000);
                Ok((Place { order: sent, key: row.get(11)? }, message))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut answer = ListChannelMessagesResponse::default();
        let (messages, next_token) = page.finish(rows);
        answer.channel_arn = Some(self.channel_arn);
        answer.channel_messages = Some(messages);
        answer.next_token = next_token;
        Ok(answer)
    }
}
