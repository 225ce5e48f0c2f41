//! Which devices a message notifies.

use std::collections::BTreeMap;

use chime_types::shapes::{AllowMessages, PushNotificationConfiguration, PushNotificationType};

use crate::filter_rule::allow;
use crate::store::{Time, Transaction};
use crate::tables::endpoints::{self, MemberEndpoint};
use crate::tables::messages::MessageAttributes;
use crate::tables::notifications::{self, NewNotification};

/// A message that was sent, as far as notifications depend on it.
pub(super) struct SentMessage<'m> {
    pub(super) channel: i64,
    pub(super) sender: i64,
    /// The one member whom the message is for; none if it is for all.
    pub(super) target: Option<i64>,
    pub(super) id: &'m str,
    pub(super) at: Time,
}

/// Notifies the devices of a channel's members of a message, if it has a push notification.
pub(super) fn notify(
    db: &Transaction<'_>,
    sent: &SentMessage<'_>,
    push_notification: Option<&PushNotificationConfiguration>,
    attributes: Option<&MessageAttributes>,
) -> rusqlite::Result<()> {
    let Some(configuration) = push_notification else { return Ok(()) };
    let r#type = configuration.r#type.as_ref().unwrap_or(&PushNotificationType::Default);
    for endpoint in endpoints::of_members(db, sent.channel)? {
        if !is_for(sent, &endpoint) || !is_wanted(&endpoint, r#type, attributes) {
            continue;
        }
        let new = NewNotification {
            channel: sent.channel,
            endpoint: endpoint.key,
            message_id: sent.id,
            r#type,
            created_at: sent.at,
        };
        notifications::insert(db, &new)?;
    }
    Ok(())
}

/// Whether a message is for the user of a device.
fn is_for(sent: &SentMessage<'_>, endpoint: &MemberEndpoint) -> bool {
    endpoint.user != sent.sender && sent.target.is_none_or(|target| target == endpoint.user)
}

/// Whether a member wants a notification on a device.
fn is_wanted(
    endpoint: &MemberEndpoint,
    r#type: &PushNotificationType,
    attributes: Option<&MessageAttributes>,
) -> bool {
    let is_call = *r#type == PushNotificationType::Voip;
    endpoint.allow_messages == AllowMessages::All
        && (!is_call || endpoint.takes_calls)
        && allow(endpoint.preferences.as_ref(), attributes.unwrap_or(&BTreeMap::new()))
}
