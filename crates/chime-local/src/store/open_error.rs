//! The error for a file that cannot be opened as a store.

use std::path::PathBuf;
use std::{fmt, io};

/// The reason why a store cannot be used.
#[derive(Debug)]
pub(crate) enum OpenError {
    /// Another process has it.
    InUse(PathBuf),
    /// Another process has it, by another path.
    InUseUnderAnotherName(PathBuf),
    /// It is not a store; the reason says what it is.
    Foreign(PathBuf, &'static str),
    /// The write-ahead log next to the file belongs to another file.
    ForeignLog(PathBuf),
    /// A newer version of this program wrote it: the version of its schema, and the latest that is known here.
    Newer(PathBuf, i32, i32),
    /// Its last writes are in a write-ahead log, and reading that needs a folder that can be written.
    Unreadable(PathBuf),
    /// It cannot be read or written.
    Io(PathBuf, io::Error),
    /// SQLite reports an error.
    Sqlite(PathBuf, rusqlite::Error),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse(path) => {
                write!(f, "{}: another process uses it; end that one, or give another file", path.display())
            }
            Self::InUseUnderAnotherName(path) => write!(
                f,
                "{}: another process uses it under another name (a hard link or a mount); end that one, or give \
                 another file",
                path.display()
            ),
            Self::Foreign(path, reason) => write!(f, "{}: {reason}; give another file", path.display()),
            Self::ForeignLog(path) => {
                let path = path.display();
                write!(
                    f,
                    "{path}: {path}-wal holds writes to another file that was here before; to use this file without \
                     them, delete {path}-wal and {path}-shm; if it was copied together with its log, delete \
                     {path}.lock"
                )
            }
            Self::Newer(path, version, latest) => write!(
                f,
                "{}: a newer version of this program wrote it (its schema has version {version}, and this program \
                 knows versions up to {latest}); update this program, or give another file",
                path.display()
            ),
            Self::Unreadable(path) => {
                let path = path.display();
                write!(
                    f,
                    "{path}: its last writes are in {path}-wal; copy both to a folder that can be written"
                )
            }
            Self::Io(path, error) => write!(f, "{}: {error}", path.display()),
            Self::Sqlite(path, error) => write!(f, "{}: {error}", path.display()),
        }
    }
}

impl std::error::Error for OpenError {}

impl From<OpenError> for io::Error {
    fn from(error: OpenError) -> Self {
        let kind = match &error {
            OpenError::InUse(_) | OpenError::InUseUnderAnotherName(_) => io::ErrorKind::ResourceBusy,
            OpenError::Foreign(..) | OpenError::ForeignLog(_) | OpenError::Newer(..) => {
                io::ErrorKind::InvalidData
            }
            OpenError::Unreadable(_) => io::ErrorKind::PermissionDenied,
            OpenError::Io(_, error) => error.kind(),
            OpenError::Sqlite(..) => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}
