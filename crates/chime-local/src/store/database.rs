//! The database: opened, migrated, and handed out one transaction at a time.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use chime_types::Timestamp;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode};

use super::lock::lock;
use super::migrations::{APPLICATION_ID, LATEST, migrate};
use super::open_error::OpenError;
use super::time::Time;
use super::transaction::Transaction;

/// A database that this process has to itself.
#[derive(Debug)]
pub(crate) struct Store {
    state: Mutex<State>,
    /// Held as long as the store is open.
    _lock: Option<File>,
}

#[derive(Debug)]
struct State {
    db: Connection,
    /// The time of the last write, in milliseconds: no two have the same.
    last: i64,
}

impl Store {
    /// A store that ends with the process.
    pub(crate) fn in_memory() -> Result<Self, OpenError> {
        let failed = |error| OpenError::Sqlite(PathBuf::from("memory"), error);
        let mut db = Connection::open_in_memory().map_err(failed)?;
        prepare(&mut db, 0).map_err(failed)?;
        Ok(Self::of(db, None))
    }

    /// The store in a file, which is created if it does not exist, and migrated if an older version wrote it.
    ///
    /// The write-ahead log makes a commit one append, which is the operating system's by the time that the call is
    /// answered: it survives the process. The rollback journal would survive no more, and be slower.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        let lock = lock(path)?;
        let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => OpenError::Foreign(path.to_owned(), "it is no SQLite database"),
            Some(ErrorCode::DatabaseBusy) => OpenError::InUse(path.to_owned()),
            _ => OpenError::Sqlite(path.to_owned(), error),
        };
        let mut db = Connection::open(path).map_err(failed)?;
        let version = version(&db).map_err(failed)?;
        let version = version
            .ok_or_else(|| OpenError::Foreign(path.to_owned(), "it is a database of another program"))?;
        if version > LATEST {
            return Err(OpenError::Newer(path.to_owned(), version, LATEST));
        }
        let mut set_up = || {
            db.pragma_update(None, "journal_mode", "WAL")?;
            db.pragma_update(None, "synchronous", "NORMAL")?;
            prepare(&mut db, version)
        };
        set_up().map_err(failed)?;
        Ok(Self::of(db, Some(lock)))
    }

    fn of(db: Connection, lock: Option<File>) -> Self {
        Self { state: Mutex::new(State { db, last: i64::MIN }), _lock: lock }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A transaction that panicked was rolled back.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads in one transaction, which is not committed.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let mut state = self.state();
        let last = state.last;
        read(&Transaction::new(state.db.transaction()?, last, last))
    }

    /// Reads and writes in one transaction, which leaves nothing behind if `write` fails.
    pub(crate) fn write<T, E: From<rusqlite::Error>>(
        &self,
        now: SystemTime,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut state = self.state();
        let State { db, last } = &mut *state;
        let now = Time::from(Timestamp::from(aws_smithy_types::DateTime::from(now)));
        let transaction = Transaction::new(db.transaction()?, now.as_millis(), *last);
        let written = write(&transaction)?;
        *last = transaction.commit()?;
        Ok(written)
    }
}

/// The version of a store's schema, 0 if the database is new; none if it is not a store.
fn version(db: &Connection) -> rusqlite::Result<Option<i32>> {
    let number = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = db.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0))?;
    Ok(match application {
        0 if tables == 0 => Some(0),
        APPLICATION_ID if version > 0 => Some(version),
        _ => None,
    })
}

/// Prepares a connection for transactions, and brings its schema to the latest version.
fn prepare(db: &mut Connection, version: i32) -> rusqlite::Result<()> {
    // For programs that look at the file while it is written.
    db.busy_timeout(Duration::from_secs(5))?;
    db.pragma_update(None, "foreign_keys", true)?;
    // A plan is made once for each statement, not anew for each value that is bound.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(128);
    if version == LATEST {
        return Ok(());
    }
    migrate(db, version)
}
