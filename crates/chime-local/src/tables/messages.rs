//! Persistent messages. Others are forgotten once they were answered for.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chime_types::shapes::{
    ChannelMessageStatus, ChannelMessageType, MessageAttributeValue, PushNotificationConfiguration,
};
use chime_types::{AppInstanceUserArn, Sensitive};
use rusqlite::Row;

use super::users::NamedUser;
use crate::store::{
    Time, Transaction, json_column, json_text, optional_arn_column, optional_text_column, text_column,
};

/// The attributes of a message.
pub(crate) type MessageAttributes = BTreeMap<Sensitive, MessageAttributeValue>;

/// A new message.
pub(crate) struct NewMessage<'n> {
    pub(crate) id: &'n str,
    pub(crate) channel: i64,
    pub(crate) sender: i64,
    pub(crate) r#type: &'n ChannelMessageType,
    /// None if the message was redacted.
    pub(crate) content: Option<&'n Sensitive>,
    pub(crate) metadata: Option<&'n Sensitive>,
    pub(crate) content_type: Option<&'n Sensitive>,
    pub(crate) attributes: Option<&'n MessageAttributes>,
    /// The only user who can see it in addition to the sender; `None` if every member can.
    pub(crate) target: Option<i64>,
    /// The key of the sub-channel of an elastic channel.
    pub(crate) sub_channel: Option<i64>,
    pub(crate) status: &'n ChannelMessageStatus,
    /// The reason for the status.
    pub(crate) status_detail: Option<&'n str>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
    /// The time at which the content was last edited.
    pub(crate) edited_at: Option<Time>,
}

/// What channel flows may change of a message.
pub(crate) struct Processed {
    pub(crate) content: Sensitive,
    pub(crate) metadata: Option<Sensitive>,
    pub(crate) content_type: Option<Sensitive>,
    pub(crate) attributes: Option<MessageAttributes>,
    pub(crate) push_notification: Option<PushNotificationConfiguration>,
}

/// The members of a message that an update changes; `None` leaves a member unchanged.
pub(crate) struct MessageChange<'n> {
    pub(crate) content: &'n Sensitive,
    pub(crate) metadata: Option<&'n Sensitive>,
    pub(crate) content_type: Option<&'n Sensitive>,
}

/// A message.
pub(crate) struct MessageRow {
    /// The key.
    pub(crate) sequence: i64,
    pub(crate) channel: i64,
    pub(crate) id: String,
    pub(crate) sender: NamedUser,
    pub(crate) r#type: ChannelMessageType,
    /// None if the message was redacted.
    pub(crate) content: Option<Sensitive>,
    pub(crate) metadata: Option<Sensitive>,
    pub(crate) content_type: Option<Sensitive>,
    pub(crate) attributes: Option<MessageAttributes>,
    /// The only user who can see it in addition to the sender; `None` if every member can.
    pub(crate) target: Option<AppInstanceUserArn>,
    pub(crate) target_key: Option<i64>,
    /// The ID of the sub-channel of an elastic channel.
    pub(crate) sub_channel: Option<String>,
    pub(crate) status: ChannelMessageStatus,
    /// The reason for the status.
    pub(crate) status_detail: Option<String>,
    pub(crate) created_at: Time,
    pub(crate) updated_at: Time,
    /// The time at which the content was last edited.
    pub(crate) edited_at: Option<Time>,
}

/// The columns of a [`MessageRow`].
const COLUMNS: &str =
    "m.message_id, iif(m.redacted, NULL, m.content), m.metadata, m.type, m.created_at, m.updated_at, u.arn, u.name,
    m.attributes, m.content_type, t.arn, m.sequence, m.status, m.status_detail, m.edited_at,
    m.channel_id, m.target, (SELECT s.sub_channel_id FROM sub_channels s WHERE s.sub_channel_key = m.sub_channel)
    FROM messages m JOIN users u ON u.user_id = m.sender LEFT JOIN users t ON t.user_id = m.target";

/// The parts of what a caller `?1` sees of messages `m`, each with the index that has it in order. A message is in at
/// most one of them.
const PARTS: [(&str, &str); 3] = [
    ("messages_for_everybody", "m.target IS NULL AND m.status = 'SENT'"),
    ("messages_for_a_member", "m.target = ?1 AND m.sender <> ?1 AND m.status = 'SENT'"),
    ("messages_by_a_member", "m.sender = ?1 AND (m.target IS NOT NULL OR m.status <> 'SENT')"),
];

/// The messages `m` that a caller `?1` sees, which [`PARTS`] has in parts.
const VISIBLE: &str = "(m.sender = ?1 OR m.status = 'SENT' AND (m.target IS NULL OR m.target = ?1))";

/// The time of the last message in a channel `c` that a caller `?1` can see.
pub(super) static LAST_MESSAGE_AT: LazyLock<String> = LazyLock::new(|| {
    let last = PARTS.map(|(index, part)| {
        format!(
            "coalesce((SELECT m.created_at FROM messages m INDEXED BY {index}
             WHERE m.channel_id = c.channel_id AND {part} AND m.created_at >=
                (SELECT hidden_before FROM app_instances a WHERE a.app_instance_id = c.app_instance_id)
             ORDER BY m.created_at DESC, m.sequence DESC LIMIT 1), '')"
        )
    });
    format!("nullif(max({}), '')", last.join(", "))
});

fn read(row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        id: row.get(0)?,
        content: optional_text_column(row, 1)?,
        metadata: optional_text_column(row, 2)?,
        r#type: text_column(row, 3)?,
        created_at: row.get(4)?,
        updated_at: row.get(5)?,
        sender: NamedUser::read(row, 6)?,
        attributes: json_column(row, 8)?,
        content_type: optional_text_column(row, 9)?,
        target: optional_arn_column(row, 10)?,
        sequence: row.get(11)?,
        status: text_column(row, 12)?,
        status_detail: row.get(13)?,
        edited_at: row.get(14)?,
        channel: row.get(15)?,
        target_key: row.get(16)?,
        sub_channel: row.get(17)?,
    })
}

/// Inserts a message; false if the channel has one with its id.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewMessage<'_>) -> rusqlite::Result<bool> {
    let inserted = db.execute(
        "INSERT OR IGNORE INTO messages (message_id, channel_id, sender, type, content, metadata, content_type,
            attributes, target, status, status_detail, created_at, updated_at, edited_at, redacted, sub_channel)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        (
            new.id,
            new.channel,
            new.sender,
            new.r#type.as_str(),
            new.content.map_or("", Sensitive::as_str),
            new.metadata.map(Sensitive::as_str),
            new.content_type.map(Sensitive::as_str),
            json_text(new.attributes)?,
            new.target,
            new.status.as_str(),
            new.status_detail,
            new.created_at,
            new.updated_at,
            new.edited_at,
            new.content.is_none(),
            new.sub_channel,
        ),
    )?;
    Ok(inserted == 1)
}

/// Removes the content and the metadata of a message.
pub(crate) fn redact(db: &Transaction<'_>, sequence: i64, now: Time) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE messages SET content = '', metadata = NULL, redacted = 1, updated_at = ?2 WHERE sequence = ?1",
        (sequence, now),
    )?;
    Ok(())
}

/// Changes the content of a message.
pub(crate) fn update(
    db: &Transaction<'_>,
    sequence: i64,
    change: &MessageChange<'_>,
    now: Time,
) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE messages SET content = ?2, metadata = coalesce(?3, metadata),
            content_type = coalesce(?4, content_type), updated_at = ?5, edited_at = ?5
         WHERE sequence = ?1",
        (
            sequence,
            change.content.as_str(),
            change.metadata.map(Sensitive::as_str),
            change.content_type.map(Sensitive::as_str),
            now,
        ),
    )?;
    Ok(())
}

/// Makes a message visible to everybody as a channel flow has it, or changes one so; false if it was deleted or redacted
/// meanwhile.
pub(crate) fn let_through(
    db: &Transaction<'_>,
    channel: i64,
    id: &str,
    processed: &Processed,
    now: Time,
    edited_at: Option<Time>,
) -> rusqlite::Result<bool> {
    let changed = db.execute(
        "UPDATE messages SET content = ?3, metadata = ?4, content_type = ?5, attributes = ?6, status = 'SENT',
            updated_at = ?7, edited_at = coalesce(?8, edited_at)
         WHERE channel_id = ?1 AND message_id = ?2 AND redacted = 0",
        (
            channel,
            id,
            processed.content.as_str(),
            processed.metadata.as_ref().map(Sensitive::as_str),
            processed.content_type.as_ref().map(Sensitive::as_str),
            json_text(processed.attributes.as_ref())?,
            now,
            edited_at,
        ),
    )?;
    Ok(changed == 1)
}

/// Sets that the processing of a message failed, with the reason.
pub(crate) fn fail(
    db: &Transaction<'_>,
    channel: i64,
    id: &str,
    detail: &str,
    now: Time,
) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE messages SET status = 'FAILED', status_detail = ?3, updated_at = ?4
         WHERE channel_id = ?1 AND message_id = ?2",
        (channel, id, detail, now),
    )?;
    Ok(())
}

/// Deletes a message that is being processed.
pub(crate) fn delete_pending(db: &Transaction<'_>, channel: i64, id: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM messages WHERE channel_id = ?1 AND message_id = ?2 AND status = 'PENDING'";
    db.execute(sql, (channel, id))?;
    Ok(())
}

/// Deletes a message.
pub(crate) fn delete(db: &Transaction<'_>, sequence: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM messages WHERE sequence = ?1", [sequence])?;
    Ok(())
}

/// The time of the latest message or change of one.
pub(crate) fn latest(db: &Transaction<'_>) -> rusqlite::Result<Option<Time>> {
    Ok(db.find("SELECT max(updated_at) FROM messages", [], |row| row.get(0))?.flatten())
}

/// A message that a caller can see, by its id.
pub(crate) fn find(
    db: &Transaction<'_>,
    caller: i64,
    channel: i64,
    sub_channel: Option<i64>,
    id: &str,
) -> rusqlite::Result<Option<MessageRow>> {
    let sql = format!(
        "SELECT {COLUMNS} WHERE m.channel_id = ?2 AND m.message_id = ?3 AND m.sub_channel IS ?4 AND {VISIBLE}
         AND m.created_at >= (SELECT hidden_before FROM channels JOIN app_instances USING (app_instance_id)
            WHERE channel_id = ?2)"
    );
    db.find(&sql, (caller, channel, id, sub_channel), read)
}

/// Returns the status of a message by its sender and its id.
pub(crate) fn status_of(
    db: &Transaction<'_>,
    sender: i64,
    channel: i64,
    id: &str,
) -> rusqlite::Result<Option<ChannelMessageStatus>> {
    let sql = "SELECT status FROM messages WHERE channel_id = ?2 AND message_id = ?3 AND sender = ?1";
    db.find(sql, (sender, channel, id), |row| text_column(row, 0))
}

/// A message by its key, even if the caller cannot see it.
pub(crate) fn by_sequence(db: &Transaction<'_>, sequence: i64) -> rusqlite::Result<Option<MessageRow>> {
    db.find(&format!("SELECT {COLUMNS} WHERE m.sequence = ?1"), [sequence], read)
}

/// A message by its ID, even if the caller cannot see it.
pub(crate) fn by_id(db: &Transaction<'_>, channel: i64, id: &str) -> rusqlite::Result<Option<MessageRow>> {
    db.find(&format!("SELECT {COLUMNS} WHERE m.channel_id = ?1 AND m.message_id = ?2"), (channel, id), read)
}

/// Returns the key of the last message, or 0 without messages.
pub(crate) fn last_key(db: &Transaction<'_>) -> rusqlite::Result<i64> {
    Ok(db.find("SELECT max(sequence) FROM messages", [], |row| row.get(0))?.flatten().unwrap_or_default())
}

/// The messages of a channel from the one after a place to a last key, at most `limit` of them, by time.
pub(crate) fn between(
    db: &Transaction<'_>,
    channel: i64,
    after: &Bound,
    last_key: i64,
    limit: u32,
) -> rusqlite::Result<Vec<MessageRow>> {
    db.list(
        &format!(
            "SELECT {COLUMNS} WHERE m.channel_id = ?1 AND (m.created_at, m.sequence) > (?2, ?3)
             AND m.sequence <= ?4 AND +m.created_at >= (SELECT deleted_before
                FROM channels JOIN app_instances USING (app_instance_id) WHERE channel_id = ?1)
             ORDER BY m.created_at, m.sequence LIMIT ?5"
        ),
        (channel, after.text(""), after.sequence, last_key, limit),
        read,
    )
}

/// A place between two messages: a time, and a key where several messages have that time.
pub(crate) struct Bound {
    time: Option<Time>,
    sequence: i64,
}

impl Bound {
    /// Before or after all messages.
    pub(crate) const NONE: Self = Self { time: None, sequence: 0 };

    /// Before all messages of a time.
    pub(crate) fn before(time: Time) -> Self {
        Self { time: Some(time), sequence: 0 }
    }

    /// After all messages of a time.
    pub(crate) fn after(time: Time) -> Self {
        Self { time: Some(time), sequence: i64::MAX }
    }

    /// At a message, which is on neither side of it.
    pub(crate) fn at(time: Time, sequence: i64) -> Self {
        Self { time: Some(time), sequence }
    }

    /// The time's text, or one that sorts as `without` does.
    fn text(&self, without: &str) -> String {
        self.time.map_or_else(|| without.to_owned(), |time| time.to_string())
    }
}

/// The time before which the messages of a channel are hidden, as text; empty if none are.
fn hidden_before(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<String> {
    let sql =
        "SELECT hidden_before FROM channels JOIN app_instances USING (app_instance_id) WHERE channel_id = ?1";
    Ok(db.find(sql, [channel], |row| row.get(0))?.unwrap_or_default())
}

/// The messages between two bounds that a caller can see, at most `limit` of them.
pub(crate) fn list(
    db: &Transaction<'_>,
    caller: i64,
    (channel, sub_channel): (i64, Option<i64>),
    (lower, upper): (&Bound, &Bound),
    ascending: bool,
    limit: u32,
) -> rusqlite::Result<Vec<MessageRow>> {
    let order = if ascending { "ASC" } else { "DESC" };
    let (from, sequence) = (lower.text(""), lower.sequence);
    let kept_from = hidden_before(db, channel)?;
    let (from, sequence) = if from < kept_from { (kept_from, 0) } else { (from, sequence) };
    let part = |(index, part): (&str, &str)| {
        format!(
            "SELECT * FROM (SELECT m.sequence FROM messages m INDEXED BY {index}
             WHERE m.channel_id = ?2 AND m.sub_channel IS ?8 AND {part}
             AND (m.created_at, m.sequence) > (?3, ?4) AND (m.created_at, m.sequence) < (?5, ?6)
             ORDER BY m.created_at {order}, m.sequence {order} LIMIT ?7)"
        )
    };
    let of_a_sub_channel = format!("m.sub_channel = ?8 AND {VISIBLE}");
    let parts = match sub_channel {
        None => PARTS.map(part).join(" UNION ALL "),
        Some(_) => part(("messages_of_a_sub_channel", &of_a_sub_channel)),
    };
    db.list(
        &format!(
            "SELECT {COLUMNS} WHERE m.sequence IN ({parts})
             ORDER BY m.created_at {order}, m.sequence {order} LIMIT ?7"
        ),
        // The empty text sorts before every time, and a tilde after.
        (caller, channel, from, sequence, upper.text("~"), upper.sequence, limit, sub_channel),
        read,
    )
}

/// The messages of a channel before a place, at most `limit` of them, the newest first, without the rights of a user.
pub(crate) fn before(
    db: &Transaction<'_>,
    channel: i64,
    place: &Bound,
    limit: u32,
) -> rusqlite::Result<Vec<MessageRow>> {
    db.list(
        &format!(
            "SELECT {COLUMNS} WHERE m.sequence IN
                (SELECT m.sequence FROM messages m INDEXED BY messages_of_a_channel
                 WHERE m.channel_id = ?1 AND (m.created_at, m.sequence) > (?2, 0)
                 AND (m.created_at, m.sequence) < (?3, ?4)
                 ORDER BY m.created_at DESC, m.sequence DESC LIMIT ?5)
             ORDER BY m.created_at DESC, m.sequence DESC"
        ),
        // A tilde sorts after every time.
        (channel, hidden_before(db, channel)?, place.text("~"), place.sequence, limit),
        read,
    )
}
