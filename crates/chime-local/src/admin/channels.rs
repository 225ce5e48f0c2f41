//! Views of app instances and of channels: their settings, members and messages, without the rights of a user.

use serde_json::{Value, json};

use super::refused::{Refused, bad_request, from_store, not_found};
use super::view::{MOST, PARTS, Parameters, count_sessions, listed, named, object, with};
use crate::paging::Place;
use crate::sessions::Sessions;
use crate::store::{Store, Time, Transaction};
use crate::tables::channels::ChannelView;
use crate::tables::memberships::MembershipView;
use crate::tables::messages::{Bound, MessageRow};
use crate::tables::{
    administrators, app_instances, bans, channel_flows, channels, memberships, messages, moderators,
    sub_channels, users,
};

/// The number at which the counts of one channel stop.
const MOST_OF_ONE: u32 = 100_000;

/// All app instances.
pub(super) fn app_instances(store: &Store) -> Result<Value, Refused> {
    let view = |db: &Transaction<'_>| {
        let mut list = Vec::new();
        for row in app_instances::list(db, 0, PARTS)? {
            let administrators = administrators::list(db, row.key, 0, PARTS)?;
            let (users, bots) = users::count(db, row.key, MOST)?;
            list.push(object(json!({
                "AppInstanceArn": row.arn,
                "Name": row.name,
                "Metadata": row.metadata,
                "CreatedTimestamp": row.created_at,
                "Administrators": administrators.iter().map(|(_, user)| named(user)).collect::<Vec<_>>(),
                "Users": users,
                "Bots": bots,
                "Channels": channels::count(db, row.key, MOST)?,
            })));
        }
        Ok(json!({ "AppInstances": list }))
    };
    store.read(view).map_err(from_store)
}

/// The key of the app instance that a parameter names.
pub(super) fn app_instance(store: &Store, parameters: &Parameters<'_>) -> Result<i64, Refused> {
    let arn = parameters.get("app-instance-arn").and_then(|arn| arn.parse().ok());
    let arn = arn.ok_or_else(|| {
        bad_request("app-instance-arn: missing or malformed; expected one of GET /_local/app-instances")
    })?;
    let key = store.read(|db| app_instances::key(db, &arn)).map_err(from_store)?;
    key.ok_or_else(|| not_found("the app instance"))
}

/// A page of the channels of an app instance, the newest first.
pub(super) fn list(store: &Store, parameters: &Parameters<'_>) -> Result<Value, Refused> {
    let app_instance = app_instance(store, parameters)?;
    let page = parameters.page(&format!("channels of {app_instance}"))?;
    let before = page.after.map_or(i64::MAX, |place| place.key);
    let rows =
        store.read(|db| channels::views(db, app_instance, before, page.rows, MOST)).map_err(from_store)?;
    Ok(listed("Channels", &page, rows, |row| Place::key(row.key), |row| object(summary(&row))))
}

fn summary(row: &ChannelView) -> Value {
    json!({
        "ChannelArn": row.arn,
        "Name": row.name,
        "Mode": row.mode,
        "Privacy": row.privacy,
        "ElasticChannelConfiguration": row.elastic,
        "ChannelFlowArn": row.channel_flow,
        "CreatedBy": named(&row.created_by),
        "CreatedTimestamp": row.created_at,
        "LastMessageTimestamp": row.last_message_at,
        "Members": row.members,
        "Messages": row.messages,
    })
}

/// One channel in full.
pub(super) fn one(store: &Store, arn: &str) -> Result<Value, Refused> {
    let view = |db: &Transaction<'_>| {
        let Some(row) = channels::view(db, arn, MOST_OF_ONE)? else { return Ok(None) };
        let moderators = moderators::list(db, row.key, 0, PARTS)?;
        let bans = bans::list(db, row.key, 0, PARTS)?;
        let sub_channels = sub_channels::list(db, row.key, 0, PARTS)?;
        let flow = channel_flows::of_channel(db, row.key)?.map(
            |flow| json!({ "ChannelFlowArn": flow.arn, "Name": flow.name, "Processors": flow.processors }),
        );
        let sub_channels =
            sub_channels.iter().map(|row| json!({ "SubChannelId": row.id, "Members": row.members }));
        let more = json!({
            "Metadata": row.metadata,
            "ExpirationSettings": row.expiration_settings,
            "Moderators": moderators.iter().map(|row| named(&row.user)).collect::<Value>(),
            "Bans": bans.iter().map(|row| named(&row.user)).collect::<Value>(),
            "SubChannels": sub_channels.collect::<Value>(),
            "ChannelFlow": flow,
        });
        Ok(Some(object(with(summary(&row), more))))
    };
    store.read(view).map_err(from_store)?.ok_or_else(|| not_found("the channel"))
}

/// The key of a channel.
fn key(store: &Store, arn: &str) -> Result<i64, Refused> {
    let key = match arn.parse() {
        Ok(arn) => store.read(|db| channels::key(db, &arn)).map_err(from_store)?,
        Err(_) => None,
    };
    key.ok_or_else(|| not_found("the channel"))
}

/// A page of the memberships of a channel, in the order of their creation.
pub(super) fn memberships(
    store: &Store,
    sessions: &Sessions,
    arn: &str,
    parameters: &Parameters<'_>,
) -> Result<Value, Refused> {
    let channel = key(store, arn)?;
    let page = parameters.page(&format!("memberships of {channel}"))?;
    let rows = store
        .read(|db| memberships::views_of_channel(db, channel, page.after_key(), page.rows, MOST))
        .map_err(from_store)?;
    let counts = count_sessions(sessions);
    let item = |row: MembershipView| {
        let sessions = counts.get(&row.member.arn).copied().unwrap_or_default();
        membership(&row, sessions)
    };
    Ok(listed("Memberships", &page, rows, |row| Place::key(row.key), item))
}

fn membership(row: &MembershipView, sessions: u32) -> Value {
    let role = match (row.is_administrator, row.is_moderator) {
        (true, _) => "Administrator",
        (false, true) => "Moderator",
        (false, false) => "Member",
    };
    object(json!({
        "Member": named(&row.member),
        "Type": row.r#type,
        "Role": role,
        "ReadMarkerTimestamp": row.read_at,
        "Unread": row.unread,
        "SubChannelId": row.sub_channel,
        "Sessions": sessions,
    }))
}

/// A page of the messages of a channel, the newest first.
pub(super) fn messages(store: &Store, arn: &str, parameters: &Parameters<'_>) -> Result<Value, Refused> {
    let channel = key(store, arn)?;
    let page = parameters.page(&format!("messages of {channel}"))?;
    let bound = page.after.map_or(Bound::NONE, |place| Bound::at(Time::from_millis(place.order), place.key));
    let rows = store.read(|db| messages::before(db, channel, &bound, page.rows)).map_err(from_store)?;
    let place = |row: &MessageRow| Place { order: row.created_at.as_millis(), key: row.sequence };
    Ok(listed("Messages", &page, rows, place, |row| message(&row)))
}

fn message(row: &MessageRow) -> Value {
    object(json!({
        "MessageId": row.id,
        "Content": row.content,
        "ContentType": row.content_type,
        "Metadata": row.metadata,
        "Type": row.r#type,
        "Persistence": "PERSISTENT",
        "Status": object(json!({ "Value": row.status, "Detail": row.status_detail })),
        "Sender": named(&row.sender),
        "CreatedTimestamp": row.created_at,
        "LastEditedTimestamp": row.edited_at,
        "LastUpdatedTimestamp": row.updated_at,
        "Redacted": row.content.is_none(),
        "MessageAttributes": row.attributes,
        "Target": row.target.as_ref().map(|member| json!([{ "MemberArn": member }])),
        "SubChannelId": row.sub_channel,
    }))
}
