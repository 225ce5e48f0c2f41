//! Views of users and bots: their channels, devices and sessions.

use serde_json::{Value, json};

use super::channels::app_instance;
use super::refused::{Refused, from_store, not_found};
use super::view::{MOST, PARTS, Parameters, count_sessions, listed, object, with};
use crate::paging::Place;
use crate::sessions::{SessionRecord, Sessions};
use crate::store::{Store, Transaction};
use crate::tables::endpoints::EndpointRow;
use crate::tables::memberships::MembershipView;
use crate::tables::users::UserView;
use crate::tables::{endpoints, memberships, users};

/// A page of the users and bots of an app instance, in the order of their creation.
pub(super) fn list(
    store: &Store,
    sessions: &Sessions,
    parameters: &Parameters<'_>,
) -> Result<Value, Refused> {
    let app_instance = app_instance(store, parameters)?;
    let page = parameters.page(&format!("users of {app_instance}"))?;
    let rows = store
        .read(|db| users::views(db, app_instance, page.after_key(), page.rows, MOST))
        .map_err(from_store)?;
    let counts = count_sessions(sessions);
    let item = |row: UserView| {
        let sessions = counts.get(&row.user.arn).copied().unwrap_or_default();
        with(summary(&row), json!({ "Sessions": sessions, "Channels": row.channels }))
    };
    Ok(listed("Users", &page, rows, |row| Place::key(row.key), item))
}

fn summary(row: &UserView) -> Value {
    json!({
        "Arn": row.user.arn,
        "Name": row.user.name,
        "Kind": if row.configuration.is_some() { "Bot" } else { "User" },
        "IsAdministrator": row.is_administrator,
        "CreatedTimestamp": row.created_at,
    })
}

/// One user or bot in full.
pub(super) fn one(store: &Store, sessions: &Sessions, arn: &str) -> Result<Value, Refused> {
    let view = |db: &Transaction<'_>| {
        let Some(row) = users::view(db, arn, 1)? else { return Ok(None) };
        let memberships = memberships::views_of_user(db, row.key, PARTS, MOST)?;
        let endpoints = endpoints::list(db, row.key, 0, PARTS)?;
        let sessions: Vec<SessionRecord> = sessions
            .records()
            .into_iter()
            .filter(|session| session.app_instance_user_arn == row.user.arn)
            .collect();
        let more = json!({
            "Metadata": row.metadata,
            "Configuration": row.configuration,
            "Channels": memberships.iter().map(channel).collect::<Value>(),
            "Endpoints": endpoints.iter().map(endpoint).collect::<Value>(),
            "Sessions": sessions,
        });
        Ok(Some(object(with(summary(&row), more))))
    };
    store.read(view).map_err(from_store)?.ok_or_else(|| not_found("the user"))
}

fn channel(row: &MembershipView) -> Value {
    object(json!({
        "ChannelArn": row.channel,
        "Name": row.channel_name,
        "Type": row.r#type,
        "Unread": row.unread,
        "ReadMarkerTimestamp": row.read_at,
    }))
}

/// A device, without its tokens.
fn endpoint(row: &EndpointRow) -> Value {
    object(json!({
        "EndpointId": row.id,
        "Name": row.name,
        "Type": row.r#type,
        "ResourceArn": row.resource_arn,
        "AllowMessages": row.allow_messages,
        "CreatedTimestamp": row.created_at,
        "LastUpdatedTimestamp": row.updated_at,
    }))
}
