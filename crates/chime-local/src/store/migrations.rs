//! The versions of the schema: numbered steps, which a new file takes from the first and an old one from its own.
//!
//! A step is never changed once a file may have been written with it; a change of the schema is a new step. The file's
//! `user_version` is the number of its last step.

use rusqlite::Transaction;

/// A step to a version from the one before.
struct Step {
    sql: &'static str,
}

/// All steps; the first makes version 1.
const STEPS: &[Step] = &[Step { sql: include_str!("migrations/0001_world.sql") }];

/// The version of the schema that this program works with.
#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "there are few")]
pub(super) const LATEST: i32 = STEPS.len() as i32;

/// Takes a database from a version, 0 if it is empty, to the [`LATEST`].
pub(super) fn migrate(transaction: &Transaction<'_>, version: i32) -> rusqlite::Result<()> {
    let done = usize::try_from(version).unwrap_or_default();
    for step in STEPS.iter().skip(done) {
        transaction.execute_batch(step.sql)?;
    }
    transaction.pragma_update(None, "user_version", LATEST)
}
