//! A transaction, and the clock of its writes.

use std::cell::{Cell, RefCell};

use rusqlite::{OptionalExtension, Params, Row};

use super::occurrence::Occurrence;
use super::time::{EARLIEST_MILLIS, LATEST_MILLIS, Time};

/// A transaction, which leaves nothing behind unless it is committed.
pub(crate) struct Transaction<'s> {
    sqlite: rusqlite::Transaction<'s>,
    /// The clock's time, in milliseconds.
    now: i64,
    /// The time of the last write, in milliseconds.
    last: Cell<i64>,
    occurrences: RefCell<Vec<Occurrence>>,
}

impl<'s> Transaction<'s> {
    pub(super) fn new(sqlite: rusqlite::Transaction<'s>, now: i64, last: i64) -> Self {
        let now = now.clamp(EARLIEST_MILLIS, LATEST_MILLIS);
        Self { sqlite, now, last: Cell::new(last), occurrences: RefCell::default() }
    }

    /// Commits, and returns the time of the last write.
    pub(super) fn commit(self) -> rusqlite::Result<i64> {
        self.sqlite.commit()?;
        Ok(self.last.get())
    }

    /// Takes what is to be published.
    pub(super) fn take_occurrences(&self) -> Vec<Occurrence> {
        self.occurrences.take()
    }

    /// Publishes something once the transaction is committed.
    pub(crate) fn publish(&self, occurrence: Occurrence) {
        self.occurrences.borrow_mut().push(occurrence);
    }

    /// The clock's time.
    pub(crate) fn now(&self) -> Time {
        Time::from_millis(self.now)
    }

    /// The time of a new write: the clock's, but later than any write before, so that a message that is sent after a
    /// read marker was set is later than the marker. At the end of time it stands still.
    pub(crate) fn write_time(&self) -> Time {
        let last = self.last.get();
        let now = self.now.max(last.saturating_add(1)).min(LATEST_MILLIS.max(last));
        self.last.set(now);
        Time::from_millis(now)
    }

    /// Makes all further writes later than `time`.
    pub(crate) fn continue_after(&self, time: Time) {
        self.last.set(self.last.get().max(time.as_millis()));
    }

    /// Executes a statement and returns how many rows it changed.
    pub(crate) fn execute(&self, sql: &str, parameters: impl Params) -> rusqlite::Result<usize> {
        self.sqlite.prepare_cached(sql)?.execute(parameters)
    }

    /// Executes an `INSERT OR IGNORE` and returns the key of the new row, or none if the row exists.
    pub(crate) fn insert(&self, sql: &str, parameters: impl Params) -> rusqlite::Result<Option<i64>> {
        Ok((self.execute(sql, parameters)? == 1).then(|| self.sqlite.last_insert_rowid()))
    }

    /// The one row that a statement selects, if it exists.
    pub(crate) fn find<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        self.sqlite.prepare_cached(sql)?.query_row(parameters, read).optional()
    }

    /// All rows that a statement selects.
    pub(crate) fn list<T>(
        &self,
        sql: &str,
        parameters: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        self.sqlite.prepare_cached(sql)?.query_map(parameters, read)?.collect()
    }
}
