//! Messages.

use chime_types::events::Event;
use chime_types::operations::{
    DeleteChannelMessage, GetChannelMessage, GetChannelMessageResponse, GetChannelMessageStatus,
    GetChannelMessageStatusResponse, ListChannelMessages, ListChannelMessagesResponse, RedactChannelMessage,
    RedactChannelMessageResponse, SendChannelMessage, SendChannelMessageResponse, UpdateChannelMessage,
    UpdateChannelMessageResponse,
};
use chime_types::shapes::{
    ChannelMessagePersistenceType, ChannelMessageStatus, ChannelMessageType, SortOrder,
};
use chime_types::{AppInstanceUserArn, ChannelArn};

use super::elastic::sub_channel;
use super::handle::{Handle, World};
use super::notifications::{SentMessage, notify};
use super::processing::{self, Beginning};
use crate::access::{Standing, channel, find_channel, user_of};
use crate::events;
use crate::ids::new_id;
use crate::limits::{check_attributes, check_content};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::shapes::{self, message_summary, status};
use crate::store::{Time, Transaction};
use crate::tables::channel_flows::{self, ChannelFlowRow};
use crate::tables::channels::ChannelRow;
use crate::tables::memberships;
use crate::tables::messages::{self, Bound, MessageChange, MessageRow, NewMessage, Processed};
use crate::tables::processings;
use crate::tables::users::UserRow;

impl Handle for SendChannelMessage {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_content(&self.r#type, &self.content, self.metadata.as_ref()).map_err(Refusal::bad_request)?;
        check_attributes(self.message_attributes.as_ref()).map_err(Refusal::bad_request)?;
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        if !standing.may_send() {
            return Err(standing.refuse("only members who are not hidden may send", &self.channel_arn));
        }
        let sub_channel =
            sub_channel(db, &channel, &standing, self.sub_channel_id.as_ref(), &self.channel_arn)?;
        let target = self.target.iter().flatten().find_map(|target| target.member_arn.as_ref());
        let target = target.map(|member| target_key(db, &channel, member)).transpose()?;
        let message_id = new_id();
        let now = db.write_time();
        let flow = flow_of(db, channel.key, &self.r#type)?;
        let value = if flow.is_some() { ChannelMessageStatus::Pending } else { ChannelMessageStatus::Sent };
        let is_persistent = self.persistence == ChannelMessagePersistenceType::Persistent;
        let new = NewMessage {
            id: &message_id,
            channel: channel.key,
            sender: caller.key,
            r#type: &self.r#type,
            content: Some(&self.content),
            metadata: self.metadata.as_ref(),
            content_type: self.content_type.as_ref(),
            attributes: self.message_attributes.as_ref(),
            target,
            sub_channel: sub_channel.as_ref().map(|sub_channel| sub_channel.key),
            status: &value,
            status_detail: None,
            created_at: now,
            updated_at: now,
            edited_at: None,
        };
        if is_persistent {
            messages::insert(db, &new)?;
        }
        if let Some(flow) = flow {
            let message = Processed {
                content: self.content,
                metadata: self.metadata,
                content_type: self.content_type,
                attributes: self.message_attributes,
                push_notification: self.push_notification,
            };
            let beginning = Beginning {
                channel: channel.key,
                message_id: &message_id,
                sender: caller.key,
                is_update: false,
                is_persistent,
                message: &message,
                target,
                created_at: now,
                edited_at: None,
            };
            processing::begin(db, &beginning, flow.processors)?;
        } else {
            events::message_sent(db, &new, &self.persistence)?;
            let sent =
                SentMessage { channel: channel.key, sender: caller.key, target, id: &message_id, at: now };
            notify(db, &sent, self.push_notification.as_ref(), self.message_attributes.as_ref())?;
        }
        let mut answer = SendChannelMessageResponse::default()
            .channel_arn(self.channel_arn)
            .message_id(message_id)
            .status(status(value, None));
        answer.sub_channel_id = sub_channel.map(|sub_channel| sub_channel.id);
        Ok(answer)
    }
}

/// The channel flow that processes messages of a type in a channel.
fn flow_of(
    db: &Transaction<'_>,
    channel: i64,
    r#type: &ChannelMessageType,
) -> rusqlite::Result<Option<ChannelFlowRow>> {
    if *r#type == ChannelMessageType::Standard { channel_flows::of_channel(db, channel) } else { Ok(None) }
}

/// The key of a member that a message is for.
fn target_key(
    db: &Transaction<'_>,
    channel: &ChannelRow,
    member: &AppInstanceUserArn,
) -> Result<i64, Refusal> {
    if let Some(user) = user_of(db, channel.app_instance, member)?
        && memberships::exists(db, channel.key, user.key)?
    {
        return Ok(user.key);
    }
    Err(Refusal::bad_request("Target: MemberArn: not a member of the channel"))
}

impl Handle for GetChannelMessage {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) =
            find_channel(db, &self.channel_arn, &caller)?.ok_or_else(|| Refusal::not_found("channel"))?;
        standing.check_read(&self.channel_arn)?;
        let sub_channel =
            sub_channel(db, &channel, &standing, self.sub_channel_id.as_ref(), &self.channel_arn)?;
        let sub_channel = sub_channel.map(|sub_channel| sub_channel.key);
        let found = messages::find(db, caller.key, channel.key, sub_channel, &self.message_id)?
            .ok_or_else(|| Refusal::not_found("channel message"))?;
        let message = shapes::message(self.channel_arn, found);
        Ok(GetChannelMessageResponse::default().channel_message(message))
    }
}

/// A message that was sent, which the caller is about to change; or else, why the caller may not.
///
/// A message that the caller cannot see is answered like one that is not the caller's to change: the operations document
/// no `NotFoundException`.
fn message_to_change(
    db: &Transaction<'_>,
    arn: &ChannelArn,
    (id, sub_channel_id): (&str, Option<&String>),
    caller: &UserRow,
    (rule, may_change): (&str, fn(&Standing, bool) -> bool),
) -> Result<MessageRow, Refusal> {
    let (channel, standing) = channel(db, arn, caller)?;
    let sub_channel = sub_channel(db, &channel, &standing, sub_channel_id, arn)?;
    let sub_channel = sub_channel.map(|sub_channel| sub_channel.key);
    let found = messages::find(db, caller.key, channel.key, sub_channel, id)?
        .ok_or_else(|| standing.refuse("the message does not exist, or the caller cannot see it", arn))?;
    if !may_change(&standing, found.sender.arn == caller.arn) {
        return Err(standing.refuse(rule, arn));
    }
    if found.status != ChannelMessageStatus::Sent {
        let rule = format!("only sent messages may be changed; the message is {}", found.status);
        return Err(standing.refuse(&rule, arn));
    }
    Ok(found)
}

impl Handle for UpdateChannelMessage {
    type Caller = UserRow;

    /// Metadata and content type that are not given stay as they are.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let may_change: fn(&Standing, bool) -> bool =
            |standing, is_own| is_own && (standing.may_moderate() || standing.is_member());
        let rule = ("only its sender may update a message", may_change);
        let message = (self.message_id.as_str(), self.sub_channel_id.as_ref());
        let found = message_to_change(db, &self.channel_arn, message, &caller, rule)?;
        check_content(&found.r#type, &self.content, self.metadata.as_ref()).map_err(Refusal::bad_request)?;
        if found.content.is_none() {
            return Err(Refusal::conflict("MessageId: the message is redacted"));
        }
        let now = db.write_time();
        let mut answer =
            UpdateChannelMessageResponse::default().channel_arn(self.channel_arn).message_id(self.message_id);
        answer.sub_channel_id.clone_from(&found.sub_channel);
        if let Some(flow) = flow_of(db, found.channel, &found.r#type)? {
            let message = Processed {
                content: self.content,
                metadata: self.metadata.or(found.metadata),
                content_type: self.content_type.or(found.content_type),
                attributes: found.attributes,
                push_notification: None,
            };
            let beginning = Beginning {
                channel: found.channel,
                message_id: &found.id,
                sender: caller.key,
                is_update: true,
                is_persistent: true,
                message: &message,
                target: found.target_key,
                created_at: found.created_at,
                edited_at: Some(now),
            };
            processing::begin(db, &beginning, flow.processors)?;
            return Ok(answer.status(status(ChannelMessageStatus::Pending, None)));
        }
        let change = MessageChange {
            content: &self.content,
            metadata: self.metadata.as_ref(),
            content_type: self.content_type.as_ref(),
        };
        messages::update(db, found.sequence, &change, now)?;
        events::message_changed(db, found.sequence, Event::UpdateChannelMessage)?;
        Ok(answer.status(status(ChannelMessageStatus::Sent, None)))
    }
}

impl Handle for RedactChannelMessage {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let may_change: fn(&Standing, bool) -> bool =
            |standing, is_own| standing.may_moderate() || standing.is_member() && is_own;
        let rule = ("members redact their own messages, administrators and moderators any", may_change);
        let message = (self.message_id.as_str(), self.sub_channel_id.as_ref());
        let found = message_to_change(db, &self.channel_arn, message, &caller, rule)?;
        processings::delete_of_message(db, found.sequence)?;
        messages::redact(db, found.sequence, db.write_time())?;
        events::message_changed(db, found.sequence, Event::RedactChannelMessage)?;
        let mut answer =
            RedactChannelMessageResponse::default().channel_arn(self.channel_arn).message_id(self.message_id);
        answer.sub_channel_id = found.sub_channel;
        Ok(answer)
    }
}

impl Handle for DeleteChannelMessage {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let may_change: fn(&Standing, bool) -> bool = |standing, _| standing.is_administrator();
        let rule = ("only administrators may delete a message", may_change);
        let message = (self.message_id.as_str(), self.sub_channel_id.as_ref());
        let found = message_to_change(db, &self.channel_arn, message, &caller, rule)?;
        processings::delete_of_message(db, found.sequence)?;
        events::message_changed(db, found.sequence, Event::DeleteChannelMessage)?;
        messages::delete(db, found.sequence)?;
        Ok(())
    }
}

impl Handle for GetChannelMessageStatus {
    type Caller = UserRow;

    /// A change that a channel flow processes makes the message pending for its sender, and so is a message that is not
    /// kept. The operation documents no `NotFoundException`.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        standing.check_read(&self.channel_arn)?;
        if processings::is_pending(db, channel.key, &self.message_id, caller.key)? {
            let pending = status(ChannelMessageStatus::Pending, None);
            return Ok(GetChannelMessageStatusResponse::default().status(pending));
        }
        let sub_channel =
            sub_channel(db, &channel, &standing, self.sub_channel_id.as_ref(), &self.channel_arn)?;
        let sub_channel = sub_channel.map(|sub_channel| sub_channel.key);
        let found = messages::find(db, caller.key, channel.key, sub_channel, &self.message_id)?;
        let found = found.filter(|found| found.sender.arn == caller.arn).ok_or_else(|| {
            standing.refuse("only its sender may ask for the status of a message", &self.channel_arn)
        })?;
        Ok(GetChannelMessageStatusResponse::default().status(status(found.status, found.status_detail)))
    }
}

impl Handle for ListChannelMessages {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        standing.check_read(&self.channel_arn)?;
        let sub_channel =
            sub_channel(db, &channel, &standing, self.sub_channel_id.as_ref(), &self.channel_arn)?;
        let (sub_channel, sub_channel_id) =
            sub_channel.map(|sub_channel| (sub_channel.key, sub_channel.id)).unzip();
        let ascending = self.sort_order == Some(SortOrder::Ascending);
        let list = ("messages", channel.key, sub_channel, ascending, self.not_before, self.not_after);
        let page = Page::new(list, self.max_results, self.next_token.as_ref())?;
        // The list lies between two bounds, of which the last page moves one: so the index leads to every page.
        let mut lower = self.not_before.map_or(Bound::NONE, |time| Bound::before(Time::not_before(time)));
        let mut upper = self.not_after.map_or(Bound::NONE, |time| Bound::after(Time::from(time)));
        if let Some(Place { order, key }) = page.after {
            *(if ascending { &mut lower } else { &mut upper }) = Bound::at(Time::from_millis(order), key);
        }
        let rows = messages::list(
            db,
            caller.key,
            (channel.key, sub_channel),
            (&lower, &upper),
            ascending,
            page.rows,
        )?;
        let place =
            |message: &MessageRow| Place { order: message.created_at.as_millis(), key: message.sequence };
        let (messages, next_token) = page.finish(rows, place, message_summary);
        let mut answer =
            ListChannelMessagesResponse::default().channel_arn(self.channel_arn).channel_messages(messages);
        answer.sub_channel_id = sub_channel_id;
        answer.next_token = next_token;
        Ok(answer)
    }
}
