//! The way of a message through the processors of a channel flow.
//!
//! A message has one processor at a time. The processor's turn ends with its callback, with its deadline, or at once if it
//! cannot be invoked. Everything that the way depends on is in the store, so that it continues when the service starts
//! again.

use std::mem;

use chime_types::Sensitive;
use chime_types::events::{ChannelFlowEvent, ProcessedMessage};
use chime_types::operations::ChannelFlowCallback;
use chime_types::shapes::{
    ChannelMessageCallback, ChannelMessagePersistenceType, ChannelMessageStatus, ChannelMessageType,
    FallbackAction, Processor,
};
use uuid::Uuid;

use super::notifications::{SentMessage, notify};
use super::parts::{identity, target};
use crate::events;
use crate::limits::{CALLBACK_LIMIT, check_attributes, check_content};
use crate::refusal::Refusal;
use crate::store::{Time, Transaction};
use crate::tables::messages::{self, Processed};
use crate::tables::processings::{self, NewProcessing, ProcessingRow, Turn};

/// A new message, or a change of one, whose way begins.
pub(super) struct Beginning<'b> {
    pub(super) channel: i64,
    pub(super) message_id: &'b str,
    pub(super) sender: i64,
    /// Whether the message was sent before and is changed.
    pub(super) is_update: bool,
    pub(super) is_persistent: bool,
    pub(super) message: &'b Processed,
    /// The only user who can see it in addition to the sender; `None` if every member can.
    pub(super) target: Option<i64>,
    pub(super) created_at: Time,
    pub(super) edited_at: Option<Time>,
}

/// An invocation of a processor.
#[derive(Debug)]
pub(crate) struct Invocation {
    /// The ARN of the Lambda function.
    pub(crate) function: String,
    pub(crate) event: ChannelFlowEvent,
}

/// The turn of the first of some processors; none without processors.
fn first_turn(db: &Transaction<'_>, processors: Vec<Processor>) -> Option<Turn> {
    if processors.is_empty() {
        return None;
    }
    Some(Turn {
        processors,
        callback_id: Uuid::new_v4().to_string(),
        is_invoked: false,
        deadline: db.now().after(CALLBACK_LIMIT),
    })
}

/// Gives a message to the first of the processors, in their order. They stay its processors, whatever becomes of the
/// channel flow.
pub(super) fn begin(
    db: &Transaction<'_>,
    beginning: &Beginning<'_>,
    processors: Vec<Processor>,
) -> rusqlite::Result<()> {
    let Some(turn) = first_turn(db, processors) else { return Ok(()) };
    let new = NewProcessing {
        channel: beginning.channel,
        message_id: beginning.message_id,
        sender: beginning.sender,
        is_update: beginning.is_update,
        is_persistent: beginning.is_persistent,
        message: beginning.message,
        target: beginning.target,
        created_at: beginning.created_at,
        edited_at: beginning.edited_at,
        turn: &turn,
    };
    processings::insert(db, &new)?;
    match processings::find(db, &turn.callback_id)? {
        Some(row) => events::message_processed(db, &row, ChannelMessageStatus::Pending, None),
        None => Ok(()),
    }
}

/// The invocations that are due, the oldest first, at most `limit` of them.
pub(crate) fn due(db: &Transaction<'_>, limit: u32) -> rusqlite::Result<Vec<Invocation>> {
    Ok(processings::to_invoke(db, limit)?.into_iter().filter_map(invocation).collect())
}

/// The invocation of the processor whose turn it is.
fn invocation(row: ProcessingRow) -> Option<Invocation> {
    let processor = row.turn.processors.into_iter().next()?;
    let mut message = ProcessedMessage::new(row.message_id, row.channel_arn);
    message.content = Some(row.message.content);
    message.metadata = row.message.metadata;
    message.sender = Some(identity(row.sender));
    message.persistence = Some(if row.is_persistent {
        ChannelMessagePersistenceType::Persistent
    } else {
        ChannelMessagePersistenceType::NonPersistent
    });
    message.r#type = Some(ChannelMessageType::Standard);
    message.created_timestamp = Some(row.created_at.into());
    message.last_edited_timestamp = row.edited_at.map(Into::into);
    message.message_attributes = row.message.attributes;
    message.content_type = row.message.content_type;
    message.target = target(row.target);
    Some(Invocation {
        function: processor.configuration.lambda.resource_arn.into(),
        event: ChannelFlowEvent::new(row.turn.callback_id, message),
    })
}

/// Remembers that the processor of a callback was invoked.
pub(crate) fn invoked(db: &Transaction<'_>, callback_id: &str) -> rusqlite::Result<()> {
    processings::set_invoked(db, callback_id)
}

/// Does what the processor of a callback has for the case that it cannot be invoked, and says what that is; none if it has
/// called back nevertheless.
pub(crate) fn not_invoked(db: &Transaction<'_>, callback_id: &str) -> rusqlite::Result<Option<&'static str>> {
    let Some(row) = processings::find(db, callback_id)? else { return Ok(None) };
    fall_back(db, row, "could not be invoked").map(Some)
}

/// Whether a processor has not called back in time.
pub(crate) fn is_any_late(db: &Transaction<'_>, now: Time) -> rusqlite::Result<bool> {
    processings::is_any_late(db, now)
}

/// Does what the processors that have not called back in time have for the case that they cannot be reached, for at most
/// `limit` of them.
pub(crate) fn end_late_turns(db: &Transaction<'_>, now: Time, limit: u32) -> rusqlite::Result<()> {
    for row in processings::late(db, now, limit)? {
        fall_back(db, row, "did not call back within 48 hours")?;
    }
    Ok(())
}

/// Does what the processor whose turn it is has for the case that it cannot be reached.
fn fall_back(db: &Transaction<'_>, row: ProcessingRow, reason: &str) -> rusqlite::Result<&'static str> {
    let processor = row.turn.processors.first();
    if processor.is_some_and(|processor| processor.fallback_action == FallbackAction::Continue) {
        let is_last = row.turn.processors.len() == 1;
        end_turn(db, row)?;
        return Ok(if is_last { "the message is sent" } else { "the next processor gets the message" });
    }
    let order = processor.map(|processor| processor.execution_order).unwrap_or_default();
    processings::delete(db, row.key)?;
    let detail = format!("The processor with the execution order {order} {reason}");
    if row.is_persistent && !row.is_update {
        messages::fail(db, row.channel, &row.message_id, &detail, db.write_time())?;
    }
    events::message_processed(db, &row, ChannelMessageStatus::Failed, Some(&detail))?;
    Ok("the message has failed")
}

/// Gives the message to the next processor, or lets it through after the last one.
fn end_turn(db: &Transaction<'_>, mut row: ProcessingRow) -> rusqlite::Result<()> {
    let next = mem::take(&mut row.turn.processors).into_iter().skip(1).collect();
    match first_turn(db, next) {
        Some(turn) => processings::set_turn(db, row.key, &turn),
        None => let_through(db, &row),
    }
}

fn let_through(db: &Transaction<'_>, row: &ProcessingRow) -> rusqlite::Result<()> {
    processings::delete(db, row.key)?;
    let now = db.write_time();
    // It may have been redacted or deleted meanwhile.
    if row.is_persistent
        && !messages::let_through(db, row.channel, &row.message_id, &row.message, now, row.edited_at)?
    {
        return Ok(());
    }
    events::message_processed(db, row, ChannelMessageStatus::Sent, None)?;
    if row.is_update {
        return Ok(());
    }
    let sent = SentMessage {
        channel: row.channel,
        sender: row.sender_key,
        target: row.target_key,
        id: &row.message_id,
        at: now,
    };
    let Processed { push_notification, attributes, .. } = &row.message;
    notify(db, &sent, push_notification.as_ref(), attributes.as_ref())
}

/// Denies a message. A new one is not kept, and a change of one is not made.
fn deny(db: &Transaction<'_>, row: &ProcessingRow) -> rusqlite::Result<()> {
    processings::delete(db, row.key)?;
    if row.is_persistent && !row.is_update {
        messages::delete_pending(db, row.channel, &row.message_id)?;
    }
    events::message_processed(db, row, ChannelMessageStatus::Denied, None)
}

/// Does what a processor answers.
pub(super) fn answer(db: &Transaction<'_>, callback: &ChannelFlowCallback) -> Result<(), Refusal> {
    let found = processings::find(db, &callback.callback_id)?;
    let found = found.filter(|row| row.channel_arn == callback.channel_arn && row.turn.deadline > db.now());
    let mut row = found.ok_or_else(|| {
        Refusal::forbidden(format!(
            "no message of the channel waits for this CallbackId: it was never given to a processor, is older than 48 \
             hours, or the processing of the message has ended; the channel is {}",
            callback.channel_arn
        ))
    })?;
    if row.message_id != callback.channel_message.message_id {
        let message = "ChannelMessage: MessageId: the CallbackId is for another message";
        return Err(Refusal::bad_request(message));
    }
    if callback.delete_resource == Some(true) {
        return Ok(deny(db, &row)?);
    }
    change(&mut row.message, &callback.channel_message)?;
    processings::set_message(db, row.key, &row.message)?;
    Ok(end_turn(db, row)?)
}

/// Changes a message as a processor wants it.
fn change(message: &mut Processed, given: &ChannelMessageCallback) -> Result<(), Refusal> {
    if let Some(content) = &given.content {
        message.content.clone_from(content);
    }
    let set = |to: &mut Option<Sensitive>, given: &Option<Sensitive>| {
        if given.is_some() {
            to.clone_from(given);
        }
    };
    set(&mut message.metadata, &given.metadata);
    set(&mut message.content_type, &given.content_type);
    if given.message_attributes.is_some() {
        message.attributes.clone_from(&given.message_attributes);
    }
    if given.push_notification.is_some() {
        message.push_notification.clone_from(&given.push_notification);
    }
    check_content(&ChannelMessageType::Standard, &message.content, message.metadata.as_ref())
        .and_then(|()| check_attributes(message.attributes.as_ref()))
        .map_err(|reason| Refusal::bad_request(format!("ChannelMessage: {reason}")))
}
