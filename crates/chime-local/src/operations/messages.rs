//! Messages.

use chime_types::AppInstanceUserArn;
use chime_types::operations::{
    GetChannelMessage, GetChannelMessageResponse, ListChannelMessages, ListChannelMessagesResponse,
    RedactChannelMessage, RedactChannelMessageResponse, SendChannelMessage, SendChannelMessageResponse,
};
use chime_types::shapes::{
    ChannelMessage, ChannelMessagePersistenceType, ChannelMessageStatus, ChannelMessageStatusStructure,
    ChannelMessageSummary, SortOrder, Target,
};

use super::handle::{Handle, World};
use super::notifications::{SentMessage, notify};
use super::parts::{identity, no_sub_channel};
use crate::access::{channel, find_channel, user_of};
use crate::ids::new_id;
use crate::limits::check_message;
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::store::{Time, Transaction};
use crate::tables::channels::ChannelRow;
use crate::tables::memberships;
use crate::tables::messages::{self, Bound, MessageRow, NewMessage};
use crate::tables::users::UserRow;

fn sent() -> ChannelMessageStatusStructure {
    ChannelMessageStatusStructure::default().value(ChannelMessageStatus::Sent)
}

impl Handle for SendChannelMessage {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        no_sub_channel(self.sub_channel_id.as_ref())?;
        check_message(&self).map_err(Refusal::bad_request)?;
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        if !standing.may_send() {
            return Err(standing.refuse("only members who are not hidden may send", &self.channel_arn));
        }
        let target = self.target.iter().flatten().find_map(|target| target.member_arn.as_ref());
        let target = target.map(|member| target_key(db, &channel, member)).transpose()?;
        let message_id = new_id();
        let now = db.write_time();
        let sent_message =
            SentMessage { channel: channel.key, sender: caller.key, target, id: &message_id, at: now };
        notify(db, &sent_message, &self)?;
        // Nobody can receive a message that is not persistent, so nothing is stored.
        if self.persistence == ChannelMessagePersistenceType::Persistent {
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
                created_at: now,
                updated_at: now,
            };
            messages::insert(db, &new)?;
        }
        Ok(SendChannelMessageResponse::default()
            .channel_arn(self.channel_arn)
            .message_id(message_id)
            .status(sent()))
    }
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

fn target(message: Option<AppInstanceUserArn>) -> Option<Vec<Target>> {
    message.map(|member| vec![Target::default().member_arn(member)])
}

impl Handle for GetChannelMessage {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let (channel, standing) =
            find_channel(db, &self.channel_arn, &caller)?.ok_or_else(|| Refusal::not_found("channel"))?;
        standing.check_read(&self.channel_arn)?;
        let found = messages::find(db, caller.key, channel.key, &self.message_id)?
            .ok_or_else(|| Refusal::not_found("channel message"))?;
        let mut message = ChannelMessage::default()
            .channel_arn(self.channel_arn)
            .message_id(found.id)
            .r#type(found.r#type)
            .created_timestamp(found.created_at)
            .last_updated_timestamp(found.updated_at)
            .sender(identity(found.sender))
            .redacted(found.content.is_none())
            .persistence(ChannelMessagePersistenceType::Persistent)
            .status(sent());
        message.content = found.content;
        message.metadata = found.metadata;
        message.message_attributes = found.attributes;
        message.content_type = found.content_type;
        message.target = target(found.target);
        Ok(GetChannelMessageResponse::default().channel_message(message))
    }
}

impl Handle for RedactChannelMessage {
    type Caller = UserRow;

    /// A message that the caller cannot see is answered like one that is not the caller's to redact: the operation
    /// documents no `NotFoundException`.
    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        let found = messages::find(db, caller.key, channel.key, &self.message_id)?;
        let refuse = |rule: &str| standing.refuse(rule, &self.channel_arn);
        let found = found.ok_or_else(|| refuse("the message does not exist, or the caller cannot see it"))?;
        let is_own = found.sender.arn == caller.arn;
        if !(standing.may_moderate() || standing.is_member() && is_own) {
            return Err(refuse("members redact their own messages, administrators and moderators any"));
        }
        messages::redact(db, found.sequence, db.write_time())?;
        Ok(RedactChannelMessageResponse::default().channel_arn(self.channel_arn).message_id(self.message_id))
    }
}

fn summary(message: MessageRow) -> ChannelMessageSummary {
    let mut summary = ChannelMessageSummary::default()
        .message_id(message.id)
        .r#type(message.r#type)
        .created_timestamp(message.created_at)
        .last_updated_timestamp(message.updated_at)
        .sender(identity(message.sender))
        .redacted(message.content.is_none())
        .status(sent());
    summary.content = message.content;
    summary.metadata = message.metadata;
    summary.message_attributes = message.attributes;
    summary.content_type = message.content_type;
    summary.target = target(message.target);
    summary
}

impl Handle for ListChannelMessages {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        no_sub_channel(self.sub_channel_id.as_ref())?;
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        standing.check_read(&self.channel_arn)?;
        let ascending = self.sort_order == Some(SortOrder::Ascending);
        let list = ("messages", channel.key, ascending, self.not_before, self.not_after);
        let page = Page::new(list, self.max_results, self.next_token.as_ref())?;
        // The list lies between two bounds, of which the last page moves one: so the index leads to every page.
        let mut lower = self.not_before.map_or(Bound::NONE, |time| Bound::before(Time::not_before(time)));
        let mut upper = self.not_after.map_or(Bound::NONE, |time| Bound::after(Time::from(time)));
        if let Some(Place { order, key }) = page.after {
            *(if ascending { &mut lower } else { &mut upper }) = Bound::at(Time::from_millis(order), key);
        }
        let rows = messages::list(db, caller.key, channel.key, (&lower, &upper), ascending, page.rows)?;
        let place =
            |message: &MessageRow| Place { order: message.created_at.as_millis(), key: message.sequence };
        let (messages, next_token) = page.finish(rows, place, summary);
        let mut answer =
            ListChannelMessagesResponse::default().channel_arn(self.channel_arn).channel_messages(messages);
        answer.next_token = next_token;
        Ok(answer)
    }
}
