//! The lock file beside a database, which keeps a second process off.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::open_error::OpenError;

/// Locks a database for this process, until the returned file is closed.
///
/// The lock is a file of its own, so that other programs can read the database meanwhile.
pub(super) fn lock(database: &Path) -> Result<File, OpenError> {
    // It is beside the database itself, even if that is reached through a link.
    let mut path = database.canonicalize().unwrap_or_else(|_| database.to_owned()).into_os_string();
    path.push(".lock");
    let path = PathBuf::from(path);
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(|error| OpenError::Io(database.to_owned(), error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(database.to_owned())),
        Err(TryLockError::Error(error)) => Err(OpenError::Io(path, error)),
    }
}
