//! The store: a SQLite database, in a file or in memory, that one process has to itself.

use std::cell::Cell;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;
use std::{fmt, io};

use chime_types::{Exception, ServiceError, Timestamp};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use uuid::Uuid;

use crate::operations::User;
use crate::router::refuse;
use crate::seed::{InvalidSeed, Seed};

/// Tells a store of this schema from another database; SQLite keeps it in the file's head.
const APPLICATION_ID: i32 = 0x4368_696d;

/// The version of `schema.sql`.
const SCHEMA_VERSION: i32 = 1;

/// Why a call got no answer: the service refuses it, or the database failed.
#[derive(Debug)]
pub(crate) enum Refused {
    Service(Box<ServiceError>),
    Store(rusqlite::Error),
}

impl From<ServiceError> for Refused {
    fn from(error: ServiceError) -> Self {
        Self::Service(Box::new(error))
    }
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error)
    }
}

/// Why a store cannot be used.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// Another process has it.
    InUse(PathBuf),
    /// It is a database of something else, or of a newer version.
    Foreign(PathBuf, String),
    /// It cannot be read or written.
    Io(PathBuf, io::Error),
    /// SQLite says so.
    Sqlite(PathBuf, rusqlite::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(path) => {
                write!(f, "{}: another process uses it; end that one, or give another file", path.display())
            }
            Self::Foreign(path, reason) => write!(f, "{}: {reason}; give another file", path.display()),
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Sqlite(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<OpenError> for io::Error {
    fn from(error: OpenError) -> Self {
        let kind = match &error {
            OpenError::InUse(_) => io::ErrorKind::ResourceBusy,
            OpenError::Foreign(..) => io::ErrorKind::InvalidData,
            OpenError::Io(_, error) => error.kind(),
            OpenError::Sqlite(..) => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

/// The world as it is.
#[derive(Debug)]
pub(crate) struct Store {
    state: Mutex<State>,
    /// Held as long as the store is: who has it has the file.
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
        let db = Connection::open_in_memory().map_err(failed)?;
        Self::prepare(db, None).map_err(failed)
    }

    /// The store in a file, which is made if there is none.
    ///
    /// The write-ahead log makes a commit one append, which is the operating system's by the time that the call is
    /// answered: it survives the process. The rollback journal would survive no more, and be slower.
    pub(crate) fn open(path: &Path) -> Result<Self, OpenError> {
        // A file of its own, so that other programs can read the database meanwhile. It is beside the database
        // itself, by whatever link that is reached.
        let mut lock_path = path.canonicalize().unwrap_or_else(|_| path.to_owned()).into_os_string();
        lock_path.push(".lock");
        let lock_path = PathBuf::from(lock_path);
        let unusable = |error| OpenError::Io(lock_path.clone(), error);
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(|error| OpenError::Io(path.to_owned(), error))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(std::fs::TryLockError::WouldBlock) => return Err(OpenError::InUse(path.to_owned())),
            Err(std::fs::TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => {
                OpenError::Foreign(path.to_owned(), "it is no SQLite database".to_owned())
            }
            Some(rusqlite::ErrorCode::DatabaseBusy) => OpenError::InUse(path.to_owned()),
            _ => OpenError::Sqlite(path.to_owned(), error),
        };
        let db = Connection::open(path).map_err(failed)?;
        let number = |pragma: &str| db.pragma_query_value(None, pragma, |row| row.get::<_, i32>(0));
        let (application, version) =
            (number("application_id").map_err(failed)?, number("user_version").map_err(failed)?);
        let tables: i64 =
            db.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get(0)).map_err(failed)?;
        let foreign = |reason: String| Err(OpenError::Foreign(path.to_owned(), reason));
        let is_new = tables == 0 && application == 0;
        if !is_new && application != APPLICATION_ID {
            return foreign("it is a database of another program".to_owned());
        }
        if !is_new && version != SCHEMA_VERSION {
            return foreign(format!("its schema has version {version}, this program knows {SCHEMA_VERSION}"));
        }
        db.pragma_update(None, "journal_mode", "WAL").map_err(failed)?;
        db.pragma_update(None, "synchronous", "NORMAL").map_err(failed)?;
        Self::prepare(db, Some(lock)).map_err(failed)
    }

    fn prepare(mut db: Connection, lock: Option<File>) -> rusqlite::Result<Self> {
        // For programs that look at the file while it is written.
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        db.pragma_update(None, "foreign_keys", true)?;
        // A plan is made once for each statement, not anew for each value that is bound.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        db.set_prepared_statement_cache_capacity(128);
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if transaction.query_row("SELECT count(*) FROM sqlite_master", [], |row| row.get::<_, i64>(0))? == 0 {
            transaction.execute_batch(include_str!("schema.sql"))?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", SCHEMA_VERSION)?;
        }
        let last = last(&transaction)?;
        transaction.commit()?;
        Ok(Self { state: Mutex::new(State { db, last }), _lock: lock })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A transaction that panicked was rolled back.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is no app instance yet.
    pub(crate) fn is_empty(&self) -> rusqlite::Result<bool> {
        let row =
            self.state().db.query_row("SELECT 1 FROM app_instances LIMIT 1", [], |_| Ok(())).optional()?;
        Ok(row.is_none())
    }

    /// Fills an empty store. What the seed says no time of happens `now`.
    pub(crate) fn load(&self, seed: &Seed, now: SystemTime) -> Result<(), InvalidSeed> {
        let mut state = self.state();
        let State { db, last: written } = &mut *state;
        let transaction = db.transaction()?;
        seed.insert(&transaction, Time(aws_smithy_types::DateTime::from(now).into()))?;
        *written = last(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    /// The world as a seed.
    pub(crate) fn export(&self) -> rusqlite::Result<Seed> {
        let mut state = self.state();
        let transaction = state.db.transaction()?;
        Seed::select(&transaction)
    }

    /// Carries out a call as one transaction, which leaves nothing behind where the call is refused.
    pub(crate) fn call<T>(
        &self,
        settings: &Settings,
        now: SystemTime,
        handle: impl FnOnce(&mut Call<'_>) -> Result<T, Refused>,
    ) -> Result<T, Refused> {
        let mut state = self.state();
        let State { db, last } = &mut *state;
        let now = Timestamp::from(aws_smithy_types::DateTime::from(now));
        let transaction = db.transaction()?;
        let mut call = Call {
            db: transaction,
            settings,
            caller: None,
            now: now.as_epoch_micros().div_euclid(1000),
            last: Cell::new(*last),
        };
        let answer = handle(&mut call)?;
        let Call { db: transaction, last: written, .. } = call;
        transaction.commit()?;
        *last = written.get();
        Ok(answer)
    }
}

/// The time of the last write that another is compared with, in milliseconds.
fn last(db: &Connection) -> rusqlite::Result<i64> {
    let last: Option<Time> = db.query_row(
        "SELECT max(at) FROM (SELECT max(created_at) AS at FROM messages UNION ALL SELECT max(read_at) FROM memberships)",
        [],
        |row| row.get(0),
    )?;
    Ok(last.map_or(i64::MIN, |time| time.0.as_epoch_micros().div_euclid(1000)))
}

/// What the service does where it is not known what the real one does.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// What `DescribeChannelMembershipForAppInstanceUser` answers about a user who is no member.
    pub(crate) not_a_member: Exception,
}

impl Default for Settings {
    fn default() -> Self {
        Self { not_a_member: Exception::ForbiddenException }
    }
}

/// A call under way: the database, the time, and what is random.
pub(crate) struct Call<'s> {
    pub(crate) db: Transaction<'s>,
    pub(crate) settings: &'s Settings,
    /// Whom the bearer names, if that is a user.
    pub(crate) caller: Option<User>,
    /// The clock's time, in milliseconds.
    now: i64,
    last: Cell<i64>,
}

impl Call<'_> {
    /// Who calls. The service refuses a bearer that is absent, malformed or unknown in one and the same way.
    pub(crate) fn caller(&self) -> Result<&User, ServiceError> {
        let message = "An invalid app instance user ARN was supplied for the x-amz-chime-bearer HTTP header.";
        self.caller.as_ref().ok_or_else(|| refuse(Exception::UnauthorizedClientException, message))
    }

    /// The time of a write: the clock's, but later than that of any write before, so that a message that was sent
    /// after a read marker was set is later than it.
    pub(crate) fn now(&self) -> Time {
        let now = self.now.max(self.last.get().saturating_add(1));
        self.last.set(now);
        Time(Timestamp::from_epoch_micros(now.saturating_mul(1000)))
    }
}

/// 64 hexadecimal digits, which no other channel or message has.
pub(crate) fn new_id() -> String {
    format!("{:032x}{:032x}", Uuid::new_v4().as_u128(), Uuid::new_v4().as_u128())
}

/// The year 9999, in microseconds.
const TOO_LATE: i64 = 253_370_764_800_000_000;

/// A time as the database has it: text, to the millisecond, that sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(pub(crate) Timestamp);

impl Time {
    /// The first millisecond that is not before a time.
    pub(crate) fn not_before(time: Timestamp) -> Self {
        let millis =
            time.as_epoch_micros().div_euclid(1000) + i64::from(time.as_epoch_micros().rem_euclid(1000) > 0);
        Self(Timestamp::from_epoch_micros(millis.saturating_mul(1000)))
    }
}

impl From<Timestamp> for Time {
    /// What is finer than a millisecond is cut off.
    fn from(time: Timestamp) -> Self {
        Self(Timestamp::from_epoch_micros(time.as_epoch_micros().div_euclid(1000).saturating_mul(1000)))
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let text = text.trim_end_matches('Z');
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
        write!(f, "{seconds}.{fraction:0<3.3}Z")
    }
}

impl rusqlite::ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time: Timestamp = text.parse().map_err(serde::de::Error::custom)?;
        // Every write is later than the latest time there is, and the year 10000 cannot be written.
        if time.as_epoch_micros() >= TOO_LATE {
            let reason = format!("{text:?} is too late; expected a time before the year 9999");
            return Err(serde::de::Error::custom(reason));
        }
        Ok(time.into())
    }
}

impl rusqlite::types::FromSql for Time {
    fn column_result(value: rusqlite::types::ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map(Self)
            .map_err(|error| rusqlite::types::FromSqlError::Other(Box::new(error)))
    }
}
