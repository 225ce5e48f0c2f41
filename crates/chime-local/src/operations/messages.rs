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
    let mut status = ChannelMessageStatusStructure::default();
    status.value = Some(ChannelMessageStatus::Sent);
    status
}

impl Handle for SendChannelMessage {
    type Caller = UserRow;

    fn handle(self, caller: UserRow, World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        no_sub_channel(self.sub_channel_id.as_ref())?;
        check_message(&self).map_err(Refusal::bad_request)?;
        let (channel, standing) = channel(db, &self.channel_arn, &caller)?;
        if !standing.may_send() {
            return Err(Refusal::forbidden());
        }
        let target = self.target.iter().flatten().find_map(|target| target.member_arn.as_ref());
        let target = target.map(|member| target_key(db, &channel, member)).transpose()?;
        let message_id = new_id();
        // Nobody here receives a message that does not persist, and it leaves nothing behind.
        if self.persistence == ChannelMessagePersistenceType::Persistent {
            let now = db.write_time();
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
        let mut answer = SendChannelMessageResponse::default();
        answer.channel_arn = Some(self.channel_arn);
        answer.message_id = Some(message_id);
        answer.status = Some(sent());
        Ok(answer)
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
    Err(Refusal::bad_request("Target: MemberArn: it is no member of the channel"))
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
        if !standing.may_read() {
            return Err(Refusal::forbidden());
        }
        let found = messages::find(db, caller.key, channel.key, &self.message_id)?
            .ok_or_else(|| Refusal::not_found("channel message"))?;
        let mut message = ChannelMessage::default();
        message.channel_arn = Some(self.channel_arn);
        message.message_id = Some(found.id);
        message.redacted = Some(found.content.is_none());
        message.content = found.content;
        message.metadata = found.metadata;
        message.r#type = Some(found.r#type);
        message.created_timestamp = Some(found.created_at.into());
        message.last_updated_timestamp = Some(found.updated_at.into());
        message.sender = Some(identity(found.sender));
        message.persistence = Some(ChannelMessagePersistenceType::Persistent);
        message.status = Some(sent());
        message.message_attributes = found.attributes;
        message.content_type = found.content_type;
        message.target = target(found.target);
        let mut answer = GetChannelMessageResponse::default();
        answer.channel_message = Some(message);
        Ok(answer)
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
        let found = found.ok_or_else(Refusal::forbidden)?;
        let is_own = found.sender.arn == caller.arn;
        if !standing.may_moderate() && !(standing.is_member() && is_own) {
            return Err(Refusal::forbidden());
        }
        messages::redact(db, found.sequence, db.write_time())?;
        Ok(RedactChannelMessageResponse::default().channel_arn(self.channel_arn).message_id(self.message_id))
    }
}

fn summary(message: MessageRow) -> ChannelMessageSummary {
    let mut summary = ChannelMessageSummary::default();
    summary.message_id = Some(message.id);
    summary.redacted = Some(message.content.is_none());
    summary.content = message.content;
    summary.metadata = message.metadata;
    summary.r#type = Some(message.r#type);
    summary.created_timestamp = Some(message.created_at.into());
    summary.last_updated_timestamp = Some(message.updated_at.into());
    summary.sender = Some(identity(message.sender));
    summary.status = Some(sent());
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
        if !standing.may_read() {
            return Err(Refusal::forbidden());
        }
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
        let mut answer = ListChannelMessagesResponse::default();
        answer.channel_arn = Some(self.channel_arn);
        answer.channel_messages = Some(messages);
        answer.next_token = next_token;
        Ok(answer)
    }
}
