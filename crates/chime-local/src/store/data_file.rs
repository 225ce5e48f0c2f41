//! A file that is read without being served, migrated or otherwise changed.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use rusqlite::backup::Backup;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::database::{Pieces, known_version, open_error, prepare};
use super::file::{ReadLock, has_log};
use super::migrations::LATEST;
use super::open_error::OpenError;
use super::transaction::Transaction;

/// Reads the store in a file that no service has.
pub(crate) fn read_data_file<T>(
    path: &Path,
    read: impl Fn(&Pieces<'_>) -> rusqlite::Result<T>,
) -> Result<T, OpenError> {
    // Closed last.
    let _lock = ReadLock::open(path)?;
    let failed = |error| open_error(path, error);
    let mut db = open(path)?;
    let version = known_version(&db, path)?;
    if version < LATEST {
        let mut copy = Connection::open_in_memory().map_err(failed)?;
        Backup::new(&db, &mut copy).and_then(|backup| backup.step(-1)).map_err(failed)?;
        prepare(&mut copy, version).map_err(failed)?;
        db = copy;
    }
    let transaction = db.transaction().map_err(failed)?;
    let never = AtomicBool::new(false);
    read(&Pieces::Snapshot(Transaction::new(transaction, 0, 0), &never)).map_err(failed)
}

/// Opens the database to read it.
fn open(path: &Path) -> Result<Connection, OpenError> {
    let real = path.canonicalize().map_err(|error| OpenError::Io(path.to_owned(), error))?;
    let failed = |error| open_error(path, error);
    if !has_log(&real) {
        // Without a log, SQLite writes nothing next to the file, which may be on a read-only disk.
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        return Connection::open_with_flags(immutable(&real), flags).map_err(failed);
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
    let opened = Connection::open_with_flags(&real, flags).map_err(failed)?;
    // The log stays as it is.
    opened.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(failed)?;
    match known_version(&opened, path) {
        Err(OpenError::Sqlite(path, error)) if is_denied(&error) => Err(OpenError::Unreadable(path)),
        Err(error) => Err(error),
        Ok(_) => Ok(opened),
    }
}

/// Returns whether a log cannot be read because nothing can be written next to it.
fn is_denied(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{CannotOpen, PermissionDenied, ReadOnly};
    matches!(error.sqlite_error_code(), Some(CannotOpen | PermissionDenied | ReadOnly))
}

/// The URI of a file that nobody changes.
fn immutable(path: &Path) -> String {
    let mut uri = "file:".to_owned();
    let bytes = path.as_os_str().as_encoded_bytes();
    if !bytes.starts_with(b"/") {
        uri.push('/');
    }
    for byte in bytes {
        match byte {
            b'\\' if cfg!(windows) => uri.push('/'),
            b'%' | b'?' | b'#' | 0..=b' ' | 0x7f.. => uri.extend(["%".to_owned(), format!("{byte:02X}")]),
            _ => uri.push(char::from(*byte)),
        }
    }
    uri + "?immutable=1"
}
