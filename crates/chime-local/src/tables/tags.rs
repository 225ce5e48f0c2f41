//! Tags of resources, by the ARNs of these.

use chime_types::Sensitive;
use chime_types::shapes::Tag;

use crate::store::{Transaction, text_column};

/// Attaches a tag to a resource, in place of one with the same key.
pub(crate) fn attach(db: &Transaction<'_>, resource: &str, tag: &Tag) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO tags (resource, tag_key, value) VALUES (?1, ?2, ?3)
         ON CONFLICT (resource, tag_key) DO UPDATE SET value = excluded.value",
        (resource, tag.key.as_str(), tag.value.as_str()),
    )?;
    Ok(())
}

/// Removes a tag from a resource, if it has one with that key.
pub(crate) fn remove(db: &Transaction<'_>, resource: &str, key: &Sensitive) -> rusqlite::Result<()> {
    db.execute("DELETE FROM tags WHERE resource = ?1 AND tag_key = ?2", (resource, key.as_str()))?;
    Ok(())
}

/// The tags of a resource, in the order in which they were first attached.
pub(crate) fn all(db: &Transaction<'_>, resource: &str) -> rusqlite::Result<Vec<Tag>> {
    db.list("SELECT tag_key, value FROM tags WHERE resource = ?1 ORDER BY tag_id", [resource], |row| {
        Ok(Tag::new(text_column::<Sensitive>(row, 0)?, text_column::<Sensitive>(row, 1)?))
    })
}

/// Removes all tags of a user.
pub(crate) fn delete_of_user(db: &Transaction<'_>, user: i64) -> rusqlite::Result<()> {
    db.execute("DELETE FROM tags WHERE resource = (SELECT arn FROM users WHERE user_id = ?1)", [user])?;
    Ok(())
}

/// Removes all tags of a channel.
pub(crate) fn delete_of_channel(db: &Transaction<'_>, channel: i64) -> rusqlite::Result<()> {
    let sql = "DELETE FROM tags WHERE resource = (SELECT arn FROM channels WHERE channel_id = ?1)";
    db.execute(sql, [channel])?;
    Ok(())
}

/// Removes all tags of a channel flow.
pub(crate) fn delete_of_channel_flow(db: &Transaction<'_>, channel_flow: i64) -> rusqlite::Result<()> {
    let sql = "DELETE FROM tags WHERE resource = (SELECT arn FROM channel_flows WHERE channel_flow_id = ?1)";
    db.execute(sql, [channel_flow])?;
    Ok(())
}

/// Removes all tags of an app instance and of everything in it.
pub(crate) fn delete_of_app_instance(db: &Transaction<'_>, app_instance: i64) -> rusqlite::Result<()> {
    // The ARNs of its resources begin with its ARN and a slash; the next character after the slash is a zero.
    for sql in [
        "DELETE FROM tags WHERE resource = (SELECT arn FROM app_instances WHERE app_instance_id = ?1)",
        "DELETE FROM tags WHERE resource > (SELECT arn || '/' FROM app_instances WHERE app_instance_id = ?1)
         AND resource < (SELECT arn || '0' FROM app_instances WHERE app_instance_id = ?1)",
    ] {
        db.execute(sql, [app_instance])?;
    }
    Ok(())
}
