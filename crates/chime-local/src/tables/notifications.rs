//! Which devices the last messages would have notified: no push service is asked. The texts of notifications are not
//! kept, since messages may be redacted, deleted or not persistent.

use chime_types::shapes::{AppInstanceUserEndpointType, PushNotificationType};
use chime_types::{AppInstanceUserArn, ChannelArn};
use serde::Serialize;

use super::channels::DELETED;
use crate::store::{Time, Transaction, arn_column, text_column};

/// How many notifications are kept.
const KEPT: i64 = 1000;

/// A new notification.
pub(crate) struct NewNotification<'n> {
    pub(crate) channel: i64,
    pub(crate) endpoint: i64,
    pub(crate) message_id: &'n str,
    pub(crate) r#type: &'n PushNotificationType,
    pub(crate) created_at: Time,
}

/// A notification, as the administrative path shows it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct NotificationRow {
    time: Time,
    channel_arn: ChannelArn,
    message_id: String,
    app_instance_user_arn: AppInstanceUserArn,
    endpoint_id: String,
    endpoint_type: AppInstanceUserEndpointType,
    r#type: PushNotificationType,
}

/// Inserts a notification, and removes the oldest above the limit.
pub(crate) fn insert(db: &Transaction<'_>, new: &NewNotification<'_>) -> rusqlite::Result<()> {
    let inserted = db.insert(
        "INSERT INTO notifications (channel_id, endpoint_key, message_id, type, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        (new.channel, new.endpoint, new.message_id, new.r#type.as_str(), new.created_at),
    )?;
    let last_forgotten = inserted.unwrap_or_default() - KEPT;
    db.execute("DELETE FROM notifications WHERE notification_id <= ?1", [last_forgotten])?;
    Ok(())
}

/// The last notifications, the oldest first.
pub(crate) fn all(db: &Transaction<'_>) -> rusqlite::Result<Vec<NotificationRow>> {
    db.list(
        "SELECT n.created_at, c.arn, n.message_id, u.arn, e.endpoint_id, e.type, n.type
         FROM notifications n JOIN channels c USING (channel_id) JOIN endpoints e USING (endpoint_key)
         JOIN users u USING (user_id) WHERE c.arn < ?1 ORDER BY n.notification_id",
        [DELETED],
        |row| {
            Ok(NotificationRow {
                time: row.get(0)?,
                channel_arn: arn_column(row, 1)?,
                message_id: row.get(2)?,
                app_instance_user_arn: arn_column(row, 3)?,
                endpoint_id: row.get(4)?,
                endpoint_type: text_column(row, 5)?,
                r#type: text_column(row, 6)?,
            })
        },
    )
}
