//! What ends with a user, a channel or an app instance.
//!
//! A call or an expiration deletes them. What a new table has of them is deleted here.

use crate::store::Transaction;
use crate::tables::{administrators, app_instances, channels, memberships, moderators, tags, users};

/// Deletes a user, who leaves all channels and roles. What the user sent and created stays.
pub(crate) fn delete_user(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    memberships::delete_all_of_user(db, user)?;
    moderators::delete_all_of_user(db, user)?;
    administrators::delete(db, user)?;
    tags::delete_of_user(db, user)?;
    users::delete(db, user)
}

/// Deletes a channel with everything in it.
pub(crate) fn delete_channel(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<()> {
    tags::delete_of_channel(db, channel)?;
    channels::delete(db, channel)
}

/// Deletes an app instance with everything in it.
pub(crate) fn delete_app_instance(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    tags::delete_of_app_instance(db, app_instance)?;
    channels::delete_all(db, app_instance)?;
    administrators::delete_all(db, app_instance)?;
    users::delete_all(db, app_instance)?;
    app_instances::delete(db, app_instance)
}
