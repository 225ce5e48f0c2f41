//! What channel flows process: new messages, and changes of messages.

use chime_types::shapes::Processor;
use chime_types::{AppInstanceUserArn, ChannelArn, Sensitive};
use rusqlite::Row;

use super::messages::Processed;
use super::users::NamedUser;
use crate::store::{
    Time, Transaction, arn_column, json_column, json_text, optional_arn_column, optional_text_column,
    text_column,
};

/// A processor's turn: the processor that has a message, those that follow, and the callback that ends its turn.
pub(crate) struct Turn {
    /// The processor that has the message, and those that follow; never empty.
    pub(crate) processors: Vec<Processor>,
    pub(crate) callback_id: String,
    /// Whether the processor was invoked.
    pub(crate) is_invoked: bool,
    /// The time after which the callback is not accepted any more.
    pub(crate) deadline: Time,
}

/// A new message, or a change of one, that is about to be processed.
pub(crate) struct NewProcessing<'n> {
    pub(crate) channel: i64,
    pub(crate) message_id: &'n str,
    pub(crate) sender: i64,
    /// Whether the message was sent before and is changed.
    pub(crate) is_update: bool,
    pub(crate) is_persistent: bool,
    pub(crate) message: &'n Processed,
    /// The only user who can see it in addition to the sender; `None` if every member can.
    pub(crate) target: Option<i64>,
    pub(crate) created_at: Time,
    pub(crate) edited_at: Option<Time>,
    pub(crate) turn: &'n Turn,
}

/// A message, or a change of one, that is being processed.
pub(crate) struct ProcessingRow {
    pub(crate) key: i64,
    pub(crate) channel: i64,
    pub(crate) channel_arn: ChannelArn,
    pub(crate) message_id: String,
    /// The key of the sender.
    pub(crate) sender_key: i64,
    pub(crate) sender: NamedUser,
    /// Whether the message was sent before and is changed.
    pub(crate) is_update: bool,
    pub(crate) is_persistent: bool,
    pub(crate) message: Processed,
    /// The key of the only user who can see it in addition to the sender; `None` if every member can.
    pub(crate) target_key: Option<i64>,
    pub(crate) target: Option<AppInstanceUserArn>,
    pub(crate) created_at: Time,
    pub(crate) edited_at: Option<Time>,
    pub(crate) turn: Turn,
}

/// The columns of a [`ProcessingRow`].
const COLUMNS: &str = "p.processing_id, p.channel_id, c.arn, p.message_id, p.sender, u.arn, u.name, p.is_update,
    p.is_persistent, p.content, p.metadata, p.content_type, p.attributes, p.push_notification, p.target, t.arn,
    p.created_at, p.edited_at, p.processors, p.callback_id, p.is_invoked, p.deadline
    FROM processings p JOIN channels c USING (channel_id) JOIN users u ON u.user_id = p.sender
    LEFT JOIN users t ON t.user_id = p.target";

fn read(row: &Row<'_>) -> rusqlite::Result<ProcessingRow> {
    Ok(ProcessingRow {
        key: row.get(0)?,
        channel: row.get(1)?,
        channel_arn: arn_column(row, 2)?,
        message_id: row.get(3)?,
        sender_key: row.get(4)?,
        sender: NamedUser::read(row, 5)?,
        is_update: row.get(7)?,
        is_persistent: row.get(8)?,
        message: Processed {
            content: text_column(row, 9)?,
            metadata: optional_text_column(row, 10)?,
            content_type: optional_text_column(row, 11)?,
            attributes: json_column(row, 12)?,
            push_notification: json_column(row, 13)?,
        },
        target_key: row.get(14)?,
        target: optional_arn_column(row, 15)?,
        created_at: row.get(16)?,
        edited_at: row.get(17)?,
        turn: Turn {
            processors: json_column(row, 18)?.unwrap_or_default(),
            callback_id: row.get(19)?,
            is_invoked: row.get(20)?,
            deadline: row.get(21)?,
        },
    })
}

/// Inserts a message, or a change of one, that is processed from now on; false if its callback id exists.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewProcessing<'_>) -> rusqlite::Result<bool> {
    let inserted = db.insert(
        "INSERT OR IGNORE INTO processings (channel_id, message_id, sender, is_update, is_persistent, content, target,
            created_at, edited_at, processors, callback_id, is_invoked, deadline)
         VALUES (?1, ?2, ?3, ?4, ?5, '', ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        (
            new.channel,
            new.message_id,
            new.sender,
            new.is_update,
            new.is_persistent,
            new.target,
            new.created_at,
            new.edited_at,
            json_text(Some(&new.turn.processors))?,
            &new.turn.callback_id,
            new.turn.is_invoked,
            new.turn.deadline,
        ),
    )?;
    let Some(key) = inserted else { return Ok(false) };
    set_message(db, key, new.message)?;
    Ok(true)
}

/// Sets the message as its processors have it so far.
pub(crate) fn set_message(
    db: &Transaction<'_>,
    processing: i64,
    message: &Processed,
) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE processings SET content = ?2, metadata = ?3, content_type = ?4, attributes = ?5,
            push_notification = ?6 WHERE processing_id = ?1",
        (
            processing,
            message.content.as_str(),
            message.metadata.as_ref().map(Sensitive::as_str),
            message.content_type.as_ref().map(Sensitive::as_str),
            json_text(message.attributes.as_ref())?,
            json_text(message.push_notification.as_ref())?,
        ),
    )?;
    Ok(())
}

/// Gives the message to another processor.
pub(crate) fn set_turn(db: &Transaction<'_>, processing: i64, turn: &Turn) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE processings SET processors = ?2, callback_id = ?3, is_invoked = ?4, deadline = ?5
         WHERE processing_id = ?1",
        (processing, json_text(Some(&turn.processors))?, &turn.callback_id, turn.is_invoked, turn.deadline),
    )?;
    Ok(())
}

/// Remembers that the processor was invoked whose turn a callback ends, if it still is its turn.
pub(crate) fn set_invoked(db: &Transaction<'_>, callback_id: &str) -> rusqlite::Result<()> {
    db.execute("UPDATE processings SET is_invoked = 1 WHERE callback_id = ?1", [callback_id])?;
    Ok(())
}

/// Ends the processing of a message.
pub(crate) fn delete(db: &Transaction<'_>, processing: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM processings WHERE processing_id = ?1", [processing])?;
    Ok(())
}

/// Ends all processing of a message that was sent, given by its key.
pub(crate) fn delete_of_message(db: &Transaction<'_>, message: i64) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM processings WHERE (channel_id, message_id) =
            (SELECT channel_id, message_id FROM messages WHERE sequence = ?1)",
        [message],
    )?;
    Ok(())
}

/// Ends the processing of all messages of a channel.
pub(crate) fn delete_of_channel(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM processings WHERE channel_id = ?1", [channel])?;
    Ok(())
}

/// Ends the processing of all messages of an app instance.
pub(crate) fn delete_all(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    db.execute(
        "DELETE FROM processings WHERE channel_id IN
            (SELECT channel_id FROM channels WHERE app_instance_id = ?1)",
        [app_instance],
    )?;
    Ok(())
}

/// The message that waits for a callback.
pub(crate) fn find(db: &Transaction<'_>, callback_id: &str) -> rusqlite::Result<Option<ProcessingRow>> {
    db.find(&format!("SELECT {COLUMNS} WHERE p.callback_id = ?1"), [callback_id], read)
}

/// Whether a message of a sender, or a change of it, is being processed.
pub(crate) fn is_pending(
    db: &Transaction<'_>,
    channel: i64,
    message_id: &str,
    sender: i64,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM processings WHERE channel_id = ?1 AND message_id = ?2 AND sender = ?3 LIMIT 1";
    Ok(db.find(sql, (channel, message_id, sender), |_| Ok(()))?.is_some())
}

/// The messages for which a processor is to be invoked, the oldest first, at most `limit` of them.
pub(crate) fn to_invoke(db: &Transaction<'_>, limit: u32) -> rusqlite::Result<Vec<ProcessingRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE p.is_invoked = 0 ORDER BY p.processing_id LIMIT ?1");
    db.list(&sql, [limit], read)
}

/// Whether a deadline has passed by a time.
pub(crate) fn is_any_late(db: &Transaction<'_>, by: Time) -> rusqlite::Result<bool> {
    Ok(db.find("SELECT 1 FROM processings WHERE deadline <= ?1 LIMIT 1", [by], |_| Ok(()))?.is_some())
}

/// The messages whose deadline has passed by a time, at most `limit` of them.
pub(crate) fn late(db: &Transaction<'_>, by: Time, limit: u32) -> rusqlite::Result<Vec<ProcessingRow>> {
    db.list(
        &format!("SELECT {COLUMNS} WHERE p.deadline <= ?1 ORDER BY p.deadline LIMIT ?2"),
        (by, limit),
        read,
    )
}

/// Everything that is processed in a channel.
pub(crate) fn all(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<Vec<ProcessingRow>> {
    let sql = format!("SELECT {COLUMNS} WHERE p.channel_id = ?1 ORDER BY p.processing_id");
    db.list(&sql, [channel], read)
}
