//! What ends with a user, a channel or an app instance.
//!
//! A call or an expiration deletes them. What a new table has of them is deleted here.

use crate::events;
use crate::store::Transaction;
use crate::tables::{
    administrators, app_instances, bans, channel_flows, channels, endpoints, memberships, moderators,
    processings, streaming_configurations, tags, users,
};

/// Deletes a user, who leaves all channels and roles. What the user sent and created stays.
pub(crate) fn delete_user(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    events::user_deleted(db, user)?;
    memberships::delete_all_of_user(db, user)?;
    moderators::delete_all_of_user(db, user)?;
    bans::delete_all_of_user(db, user)?;
    administrators::delete(db, user)?;
    tags::delete_of_user(db, user)?;
    endpoints::delete_all_of_user(db, user)?;
    users::delete(db, user)
}

/// Deletes a channel with everything in it.
pub(crate) fn delete_channel(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<()> {
    events::channel_deleted(db, channel)?;
    tags::delete_of_channel(db, channel)?;
    processings::delete_of_channel(db, channel)?;
    channel_flows::associate(db, channel, None)?;
    channels::delete(db, channel)
}

/// Whether messages are left of what is deleted, which [`purge`] has not finished with.
pub(crate) fn is_any_unpurged(db: &Transaction<'_>) -> rusqlite::Result<bool> {
    Ok(channels::is_any_deleted(db)? || app_instances::is_any_unpurged(db)?)
}

/// Deletes up to `limit` messages of what is deleted, of which there may be many.
pub(crate) fn purge(db: &Transaction<'_>, limit: u32) -> rusqlite::Result<()> {
    channels::purge(db, limit)?;
    app_instances::purge(db, limit)
}

/// Deletes an app instance with everything in it.
pub(crate) fn delete_app_instance(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    tags::delete_of_app_instance(db, app_instance)?;
    channels::delete_all(db, app_instance)?;
    processings::delete_all(db, app_instance)?;
    channel_flows::delete_all(db, app_instance)?;
    administrators::delete_all(db, app_instance)?;
    endpoints::delete_all(db, app_instance)?;
    streaming_configurations::delete_all(db, app_instance)?;
    users::delete_all(db, app_instance)?;
    app_instances::delete(db, app_instance)
}
