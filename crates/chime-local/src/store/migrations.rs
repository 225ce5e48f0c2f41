//! The versions of the schema: a new file has the latest one, and an old file takes numbered steps from its own.
//!
//! A step is never changed once a file may have been written with it. A change of the schema is a new step, and a change
//! of `schema.sql`, which a test compares with what all steps lead to. The file's `user_version` is the number of its last
//! step.

use rusqlite::{Connection, TransactionBehavior};

use super::digest::json_digest;

/// The latest schema. All steps together take five times as long, and every service in memory is new.
const SCHEMA: &str = include_str!("schema.sql");

/// A step to a version from the one before.
struct Step {
    sql: &'static str,
    /// What SQL cannot do, after it.
    then: fn(&Connection) -> rusqlite::Result<()>,
}

/// All steps; the first makes version 1.
const STEPS: &[Step] = &[
    Step { sql: include_str!("migrations/0001_world.sql"), then: |_| Ok(()) },
    Step { sql: include_str!("migrations/0002_request_digests.sql"), then: digest_requests },
    Step { sql: include_str!("migrations/0003_redaction.sql"), then: |_| Ok(()) },
    Step { sql: include_str!("migrations/0004_life.sql"), then: |_| Ok(()) },
    Step { sql: include_str!("migrations/0005_moderation.sql"), then: |_| Ok(()) },
    Step { sql: include_str!("migrations/0006_flows.sql"), then: |_| Ok(()) },
    Step { sql: include_str!("migrations/0007_bots.sql"), then: |_| Ok(()) },
    Step { sql: include_str!("migrations/0008_streams.sql"), then: |_| Ok(()) },
    Step { sql: include_str!("migrations/0009_elastic.sql"), then: |_| Ok(()) },
    Step { sql: include_str!("migrations/0010_pages.sql"), then: |_| Ok(()) },
];

/// The version of the schema that this program works with.
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "the list is short")]
pub(super) const LATEST: i32 = STEPS.len() as i32;

/// Tells a store from any other database; SQLite keeps it in the file's head.
pub(super) const APPLICATION_ID: i32 = 0x4368_696d;

/// Takes a database from a version, 0 if it is empty, to the [`LATEST`], in one transaction.
pub(super) fn migrate(db: &mut Connection, version: i32) -> rusqlite::Result<()> {
    let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if version == 0 {
        transaction.execute_batch(SCHEMA)?;
    } else {
        take_steps(&transaction, version)?;
    }
    transaction.pragma_update(None, "user_version", LATEST)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()?;
    if version > 0 {
        // What a step took out of a file is still in pages that are not used any more.
        db.execute_batch("VACUUM")?;
    }
    Ok(())
}

/// Takes all steps from a version on.
fn take_steps(db: &Connection, version: i32) -> rusqlite::Result<()> {
    for step in STEPS.iter().skip(usize::try_from(version).unwrap_or_default()) {
        db.execute_batch(step.sql)?;
        (step.then)(db)?;
    }
    Ok(())
}

/// Replaces the requests of version 1 by their digests.
fn digest_requests(db: &Connection) -> rusqlite::Result<()> {
    let mut select = db.prepare("SELECT operation, caller, token, request_digest FROM request_tokens")?;
    let digests = select
        .query_map([], |row| {
            let key: (String, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            // A text that is not JSON equals no request.
            Ok((key, json_digest(serde_json::from_str(row.get_ref(3)?.as_str()?).unwrap_or_default())))
        })?
        .collect::<Result<Vec<_>, _>>()?;
    let mut update = db.prepare(
        "UPDATE request_tokens SET request_digest = ?4 WHERE operation = ?1 AND caller = ?2 AND token = ?3",
    )?;
    for ((operation, caller, token), digest) in digests {
        update.execute((operation, caller, token, digest))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The statements that made the tables and indexes, without comments and spaces.
    fn schema(db: &Connection) -> BTreeMap<String, String> {
        let mut select =
            db.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
        let read = |row: &rusqlite::Row<'_>| {
            let sql: String = row.get(1)?;
            let code = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
            Ok((row.get(0)?, code.flat_map(str::split_whitespace).collect()))
        };
        select.query_map([], read).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn all_steps_lead_to_the_schema_of_a_new_file() {
        let [stepped, new] = [(), ()].map(|()| Connection::open_in_memory().unwrap());
        take_steps(&stepped, 0).unwrap();
        new.execute_batch(SCHEMA).unwrap();
        let (stepped, new) = (schema(&stepped), schema(&new));
        assert!(stepped.len() > 40);
        assert_eq!(stepped, new);
    }
}
