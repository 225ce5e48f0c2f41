//! The database: opened, migrated, and handed out one transaction at a time.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use chime_types::Timestamp;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;
use rusqlite::ffi::{self, SQLITE_BUSY, SQLITE_READONLY_DBMOVED};
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::file::DatabaseFile;
use super::migrations::{APPLICATION_ID, LATEST, migrate};
use super::occurrence::Occurrence;
use super::open_error::OpenError;
use super::time::Time;
use super::transaction::Transaction;

/// The time for which a write waits for another program that writes to the file.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The time after which a write tries again.
pub(crate) const BETWEEN_TRIES: Duration = Duration::from_millis(10);

/// The largest world that is copied before its first write, so that it can be brought back, in bytes.
const LARGEST_COPY: u64 = 64 * MEBIBYTE;

const MEBIBYTE: u64 = 1024 * 1024;

/// The size to which a write-ahead log is truncated once its contents are in the file, in bytes.
const LARGEST_LOG: i64 = 4 * 1024 * 1024;

/// A database that this process has to itself.
pub(crate) struct Store {
    // Closed before the file is unlocked.
    state: Mutex<State>,
    /// How many calls wait for the state: readers in pieces let them go first.
    waiting: AtomicUsize,
    /// How many readers in pieces share the state.
    sharing: AtomicUsize,
    /// No more pieces are read.
    stopped: AtomicBool,
    file: Option<DatabaseFile>,
    /// Learns what is committed.
    subscriber: Option<Subscriber>,
}

/// A function that is called with what each transaction did, at its end. The result is called once the transaction is
/// committed, in the order of commits. All writes wait for both.
type Subscriber =
    Box<dyn Fn(&Transaction<'_>, Vec<Occurrence>) -> rusqlite::Result<Box<dyn FnOnce()>> + Send + Sync>;

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("file", &self.file).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct State {
    db: Connection,
    /// The time of the last write, in milliseconds: no two have the same.
    last: i64,
    /// The world as it was when the service started.
    start: Start,
    /// How often the whole world was replaced.
    replaced: u64,
}

/// The world as it was when the service started: nothing was written since, or it was copied before.
#[derive(Debug)]
enum Start {
    /// It is not started.
    Filling,
    Unchanged,
    Copied(Connection),
    TooLarge(u64),
}

/// Reads of one state of the world that are made one after another.
pub(crate) enum Pieces<'s> {
    /// All in one transaction, which nobody waits for.
    Snapshot(Transaction<'s>, &'s AtomicBool),
    /// Each in a transaction of its own, with others between them. Only what never changes may be read so.
    Shared { store: &'s Store, replaced: u64 },
}

impl Pieces<'_> {
    /// Reads a piece.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        match self {
            Self::Snapshot(_, stopped) if stopped.load(Ordering::Relaxed) => Err(stopped_reading()),
            Self::Snapshot(transaction, _) => read(transaction),
            Self::Shared { store, .. } if store.stopped.load(Ordering::Relaxed) => Err(stopped_reading()),
            Self::Shared { store, replaced } => {
                store.let_others_go_first();
                let mut state = store.locked();
                if state.replaced != *replaced {
                    return Err(failure(ffi::SQLITE_ABORT, "the world was replaced"));
                }
                state.read(read)
            }
        }
    }
}

impl State {
    fn read<T>(&mut self, read: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        read(&Transaction::new(self.db.transaction()?, self.last, self.last))
    }

    /// Copies the world before its first change.
    fn copy_start(&mut self) -> rusqlite::Result<()> {
        if !matches!(self.start, Start::Unchanged) {
            return Ok(());
        }
        let number = |pragma| self.db.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
        let size = number("page_count")?.saturating_mul(number("page_size")?).unsigned_abs();
        self.start = if size > LARGEST_COPY {
            Start::TooLarge(size)
        } else {
            let mut copy = Connection::open_in_memory()?;
            copy_database(&self.db, &mut copy)?;
            Start::Copied(copy)
        };
        Ok(())
    }
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
        let file = DatabaseFile::open(path)?;
        let failed = |error: rusqlite::Error| open_error(path, error);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db = Connection::open_with_flags(file.path(), flags).map_err(failed)?;
        let version = known_version(&db, path)?;
        let mut set_up = || {
            db.pragma_update(None, "journal_mode", "WAL")?;
            db.pragma_update(None, "synchronous", "NORMAL")?;
            db.pragma_update(None, "journal_size_limit", LARGEST_LOG)?;
            prepare(&mut db, version)
        };
        set_up().map_err(failed)?;
        Ok(Self::of(db, Some(file)))
    }

    fn of(db: Connection, file: Option<DatabaseFile>) -> Self {
        Self {
            state: Mutex::new(State { db, last: i64::MIN, start: Start::Filling, replaced: 0 }),
            waiting: AtomicUsize::new(0),
            sharing: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            file,
            subscriber: None,
        }
    }

    /// Keeps the file, which is removed otherwise if it is new, and remembers the world as that of the start. From now
    /// on, a write does not wait for other programs but fails as busy: it should be tried again.
    pub(crate) fn started(&mut self) -> rusqlite::Result<()> {
        if let Some(file) = &mut self.file {
            file.keep();
        }
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        state.start = Start::Unchanged;
        shorten_log(&state.db);
        state.db.busy_timeout(Duration::ZERO)
    }

    /// Calls a function with what each transaction did.
    pub(crate) fn subscribe(
        &mut self,
        subscriber: impl Fn(&Transaction<'_>, Vec<Occurrence>) -> rusqlite::Result<Box<dyn FnOnce()>>
        + Send
        + Sync
        + 'static,
    ) {
        self.subscriber = Some(Box::new(subscriber));
    }

    /// Counts what SQLite does for all further statements: the instructions of its virtual machine.
    #[cfg(test)]
    pub(crate) fn count_instructions(&mut self) -> std::sync::Arc<AtomicUsize> {
        let count = std::sync::Arc::new(AtomicUsize::new(0));
        let shared = std::sync::Arc::clone(&count);
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        let add = move || {
            shared.fetch_add(1, Ordering::Relaxed);
            false
        };
        state.db.progress_handler(1, Some(add)).unwrap();
        count
    }

    fn locked(&self) -> MutexGuard<'_, State> {
        // A transaction that panicked was rolled back.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let state = self.locked();
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        state
    }

    /// Waits while others wait for the state, up to a limit.
    fn let_others_go_first(&self) {
        for _ in 0..1000 {
            if self.waiting.load(Ordering::Relaxed) == 0 {
                return;
            }
            thread::sleep(Duration::from_micros(50));
        }
    }

    /// Reads in one transaction, which is not committed.
    pub(crate) fn read<T>(
        &self,
        read: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        self.state().read(read)
    }

    /// Reads one state of the world in pieces, so that other calls wait for a piece at most.
    ///
    /// A file has a snapshot for that; in memory it is for `read` to see that it is one state.
    pub(crate) fn read_in_pieces<T>(
        &self,
        read: impl Fn(&Pieces<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        if let Some(file) = &self.file {
            self.check_place()?;
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let mut db = Connection::open_with_flags(file.path(), flags)?;
            db.busy_timeout(LONGEST_WAIT)?;
            let transaction = Transaction::new(db.transaction()?, 0, 0);
            return read(&Pieces::Snapshot(transaction, &self.stopped));
        }
        self.sharing.fetch_add(1, Ordering::AcqRel);
        let result = loop {
            let replaced = self.state().replaced;
            let result = read(&Pieces::Shared { store: self, replaced });
            if result.is_ok() || self.state().replaced == replaced {
                break result;
            }
        };
        self.sharing.fetch_sub(1, Ordering::AcqRel);
        result
    }

    /// Lets readers in pieces fail: the service ends.
    pub(crate) fn stop_reading(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    /// Whether somebody reads in pieces what should never change meanwhile.
    pub(crate) fn is_shared(&self) -> bool {
        self.sharing.load(Ordering::Acquire) > 0
    }

    /// Reads and writes in one transaction, which leaves nothing behind if `write` fails.
    pub(crate) fn write<T, E: From<rusqlite::Error>>(
        &self,
        now: SystemTime,
        write: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut state = self.state();
        state.copy_start()?;
        let State { db, last, .. } = &mut *state;
        let now = Time::from(Timestamp::from(now));
        // A transaction that began as a reader could not wait for other writers.
        let sqlite = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let transaction = Transaction::new(sqlite, now.as_millis(), *last);
        let written = write(&transaction)?;
        if let Err(moved) = self.check_place() {
            drop(transaction);
            shorten_log(db);
            return Err(moved.into());
        }
        let occurrences = transaction.take_occurrences();
        let publish = match &self.subscriber {
            Some(subscriber) if !occurrences.is_empty() => Some(subscriber(&transaction, occurrences)?),
            _ => None,
        };
        *last = transaction.commit()?;
        if let Some(publish) = publish {
            // Still locked, so that they are published in the order of commits.
            publish();
        }
        Ok(written)
    }

    /// Refuses to write to a file to which its path leads no longer.
    fn check_place(&self) -> rusqlite::Result<()> {
        match &self.file {
            Some(file) if file.is_moved() => {
                let message = format!(
                    "{} was deleted or replaced while the service ran; start the service again",
                    file.path().display()
                );
                Err(failure(SQLITE_READONLY_DBMOVED, message))
            }
            _ => Ok(()),
        }
    }

    /// Replaces the whole world by that of another store, at once. Time does not go back.
    pub(crate) fn replace(&self, world: &Self) -> rusqlite::Result<()> {
        let world = world.locked();
        self.change(|state| {
            state.copy_start()?;
            copy_database(&world.db, &mut state.db)?;
            state.last = state.last.max(world.last);
            Ok(())
        })
    }

    /// Brings the world back as it was when the service started, at once. Time does not go back.
    ///
    /// Fails as unsupported if it was too large to be copied.
    pub(crate) fn reset(&self) -> io::Result<()> {
        let too_large = match &self.state().start {
            Start::TooLarge(size) => Some(*size),
            _ => None,
        };
        if let Some(size) = too_large {
            let message = format!(
                "the world had {} MiB when the service started, and only one of up to {} MiB is kept for a reset; \
                 replace the world instead",
                size.div_ceil(MEBIBYTE),
                LARGEST_COPY / MEBIBYTE
            );
            return Err(io::Error::new(io::ErrorKind::Unsupported, message));
        }
        let reset = |state: &mut State| match &state.start {
            Start::Copied(start) => copy_database(start, &mut state.db),
            _ => Ok(()),
        };
        self.change(reset).map_err(io::Error::other)
    }

    /// Changes everything, once no other program writes to the file.
    fn change(&self, change: impl FnOnce(&mut State) -> rusqlite::Result<()>) -> rusqlite::Result<()> {
        let mut state = self.state();
        self.check_place()?;
        // It runs beside the calls: it may wait.
        state.db.busy_timeout(LONGEST_WAIT)?;
        let result = change(&mut state);
        state.replaced += 1;
        shorten_log(&state.db);
        state.db.busy_timeout(Duration::ZERO)?;
        result
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // SQLite leaves the log of a file that was moved, and the next file in its place would get it.
        if self.check_place().is_err() {
            shorten_log(&self.state.get_mut().unwrap_or_else(PoisonError::into_inner).db);
        }
    }
}

/// Moves the contents of the write-ahead log to the file, wherever that is by now, and empties it, unless somebody
/// reads it.
fn shorten_log(db: &Connection) {
    // Nothing depends on it.
    let _ = db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
}

/// Copies all of a database over another, in one transaction.
fn copy_database(from: &Connection, to: &mut Connection) -> rusqlite::Result<()> {
    match Backup::new(from, to)?.step(-1)? {
        StepResult::Done => Ok(()),
        _ => Err(failure(SQLITE_BUSY, "another program writes to the file")),
    }
}

fn stopped_reading() -> rusqlite::Error {
    failure(ffi::SQLITE_INTERRUPT, "the service ends")
}

fn failure(code: i32, message: impl Into<String>) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), Some(message.into()))
}

/// Why a database cannot be opened, by what SQLite says of it.
pub(super) fn open_error(path: &Path, error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::Foreign(path.to_owned(), "not a SQLite database"),
        Some(ErrorCode::DatabaseBusy) => OpenError::InUse(path.to_owned()),
        _ => OpenError::Sqlite(path.to_owned(), error),
    }
}

/// Returns the version of a store's schema, 0 if the database is new. A file that is not a store, or is of a newer
/// version, is refused.
pub(super) fn known_version(db: &Connection, path: &Path) -> Result<i32, OpenError> {
    let version = version(db).map_err(|error| open_error(path, error))?;
    let foreign = || OpenError::Foreign(path.to_owned(), "it is a database of another program");
    match version.ok_or_else(foreign)? {
        version if version > LATEST => Err(OpenError::Newer(path.to_owned(), version, LATEST)),
        version => Ok(version),
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
pub(super) fn prepare(db: &mut Connection, version: i32) -> rusqlite::Result<()> {
    // For programs that look at the file while it is written.
    db.busy_timeout(LONGEST_WAIT)?;
    db.pragma_update(None, "foreign_keys", true)?;
    // A plan is made once for each statement, not anew for each value that is bound.
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    db.set_prepared_statement_cache_capacity(128);
    if version == LATEST {
        return Ok(());
    }
    migrate(db, version)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use chime_types::events::Event;
    use chime_types::shapes::Channel;

    use super::super::occurrence::Audience;
    use super::*;

    /// Publishes an event that is told by its name.
    fn publish(db: &Transaction<'_>, name: &str) {
        let event = Event::UpdateChannel(Channel::default().name(name));
        let channel_arn = "arn:aws:chime:us-east-1:123456789012:app-instance/i/channel/c".parse().unwrap();
        db.publish(Occurrence { channel_arn, event, audience: Audience::Nobody, is_streamed: false });
    }

    #[test]
    fn what_is_committed_is_published_in_order_and_what_is_not_is_not() {
        let mut store = Store::in_memory().unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let listener = Arc::clone(&told);
        store.subscribe(move |_, occurrences| {
            let names = occurrences.iter().map(|occurrence| match &occurrence.event {
                Event::UpdateChannel(channel) => channel.name.as_ref().unwrap().as_str().to_owned(),
                other => panic!("{other:?}"),
            });
            let (names, listener) = (names.collect::<Vec<_>>(), Arc::clone(&listener));
            Ok(Box::new(move || listener.lock().unwrap().push(names)))
        });
        let now = SystemTime::UNIX_EPOCH;
        let write = |name: &'static str| {
            store.write(now, |db| {
                publish(db, name);
                publish(db, "and");
                Ok::<_, rusqlite::Error>(())
            })
        };
        write("first").unwrap();
        let refused = store.write(now, |db| {
            publish(db, "never");
            Err::<(), _>(rusqlite::Error::QueryReturnedNoRows)
        });
        refused.unwrap_err();
        store.write(now, |_| Ok::<_, rusqlite::Error>(())).unwrap();
        write("second").unwrap();
        assert_eq!(*told.lock().unwrap(), [["first", "and"], ["second", "and"]]);
    }
}
