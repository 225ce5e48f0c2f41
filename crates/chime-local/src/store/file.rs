//! The file of a database: one service has it at a time, and it must stay where it is.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use super::open_error::OpenError;

/// The longest record of a lock file that is read, in bytes.
const LONGEST_RECORD: u64 = 4096;

/// The device and the inode of a file.
type Identity = (u64, u64);

/// The databases that this process has open: another handle of one of them, once closed, would take away the locks
/// that SQLite has on it.
static OPEN: Mutex<BTreeSet<Identity>> = Mutex::new(BTreeSet::new());

/// A database file that this process has to itself, until the value is dropped.
///
/// Two locks keep a second service off: a file beside the database, and on Linux the database's inode, which may have
/// another name or be mounted elsewhere. Both are `flock`s there, which SQLite does not use: other programs can read
/// and write the database meanwhile.
#[derive(Debug)]
pub(super) struct DatabaseFile {
    /// The absolute form of the path that was given.
    path: PathBuf,
    /// The file that the path led to; none where files have no identity.
    identity: Option<Identity>,
    /// The files created for a service that has not started yet.
    made: Vec<PathBuf>,
    /// The file existed and was empty, and no service has started with it yet.
    is_still_empty: bool,
    lock: File,
    /// Closed last: SQLite must have closed the file before.
    inode: Option<File>,
}

impl DatabaseFile {
    /// Locks the database at a path, which is created if it does not exist.
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let failed = |error| OpenError::Io(path.to_owned(), error);
        let absolute = std::path::absolute(path).map_err(failed)?;
        if fs::metadata(&absolute).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(OpenError::Foreign(path.to_owned(), "it is not a regular file"));
        }
        // The lock is beside the database itself, even if that is reached through a link.
        let real = absolute.canonicalize().unwrap_or_else(|_| absolute.clone());
        let lock_path = beside(&real, ".lock");
        let (lock, lock_is_new) = open_or_create(&lock_path).map_err(failed)?;
        let made = if lock_is_new { vec![lock_path] } else { Vec::new() };
        // From here on, what was made is removed if the database is refused.
        let mut file =
            Self { path: absolute, identity: None, made, is_still_empty: false, lock, inode: None };
        match file.lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                file.made.clear();
                return Err(OpenError::InUse(path.to_owned()));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        file.lock_inode(path)?;
        if file.has_foreign_log().map_err(failed)? {
            return Err(OpenError::ForeignLog(path.to_owned()));
        }
        Ok(file)
    }

    /// Opens the database, or creates it, and locks its inode.
    fn lock_inode(&mut self, path: &Path) -> Result<(), OpenError> {
        let failed = |error| OpenError::Io(path.to_owned(), error);
        let renamed = || OpenError::InUseUnderAnotherName(path.to_owned());
        let mut open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(identity) = fs::metadata(&self.path).ok().and_then(|metadata| identity(&metadata))
            && open.contains(&identity)
        {
            return Err(renamed());
        }
        let (file, is_new) = open_or_create(&self.path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        let identity = identity(&metadata);
        if metadata.len() == 0 {
            let real = self.path.canonicalize().unwrap_or_else(|_| self.path.clone());
            self.made.extend([beside(&real, "-wal"), beside(&real, "-shm")]);
            self.is_still_empty = !is_new;
            self.made.extend(is_new.then_some(real));
        }
        // Elsewhere such a lock is, or disturbs, one of SQLite's own.
        if cfg!(any(target_os = "linux", target_os = "android")) {
            match file.try_lock() {
                Ok(()) => self.inode = Some(file),
                Err(TryLockError::WouldBlock) => return Err(renamed()),
                // A file system without such locks.
                Err(TryLockError::Error(_)) => {}
            }
        }
        open.extend(identity);
        self.identity = identity;
        Ok(())
    }

    /// Whether the write-ahead log beside the database is that of a file that was in its place before: applied to this
    /// one, it would destroy it. The lock file says whose log it is.
    fn has_foreign_log(&mut self) -> io::Result<bool> {
        let real = self.path.canonicalize()?;
        let current = birth(&fs::metadata(&real)?);
        let mut recorded = String::new();
        (&mut self.lock).take(LONGEST_RECORD).read_to_string(&mut recorded)?;
        if is_foreign(&recorded, &current) && has_log(&real) {
            return Ok(true);
        }
        if recorded != current {
            self.lock.rewind()?;
            self.lock.set_len(0)?;
            self.lock.write_all(current.as_bytes())?;
        }
        Ok(false)
    }

    /// The path to open.
    ///
    /// It is absolute: SQLite takes some relative ones for something else, such as `:memory:` and `file:x`.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Keeps what was made: the service has started.
    pub(super) fn keep(&mut self) {
        self.made.clear();
        self.is_still_empty = false;
    }

    /// Whether the path leads to another file by now, or to none.
    pub(super) fn is_moved(&self) -> bool {
        let Some(expected) = self.identity else { return false };
        fs::metadata(&self.path).ok().and_then(|metadata| identity(&metadata)) != Some(expected)
    }
}

impl Drop for DatabaseFile {
    fn drop(&mut self) {
        for path in &self.made {
            let _ = fs::remove_file(path);
        }
        if self.is_still_empty {
            let _ = File::options().write(true).open(&self.path).and_then(|file| file.set_len(0));
        }
        if let Some(identity) = &self.identity {
            OPEN.lock().unwrap_or_else(PoisonError::into_inner).remove(identity);
        }
    }
}

/// Locks a database for reading, without writing anything: no service may have it.
#[derive(Debug)]
pub(super) struct ReadLock {
    /// Closed last.
    _file: Option<File>,
}

impl ReadLock {
    pub(super) fn open(path: &Path) -> Result<Self, OpenError> {
        let failed = |error| OpenError::Io(path.to_owned(), error);
        let real = path.canonicalize().map_err(failed)?;
        let metadata = fs::metadata(&real).map_err(failed)?;
        if !metadata.is_file() {
            return Err(OpenError::Foreign(path.to_owned(), "it is not a regular file"));
        }
        let open = OPEN.lock().unwrap_or_else(PoisonError::into_inner);
        if identity(&metadata).is_some_and(|identity| open.contains(&identity)) {
            return Err(OpenError::InUse(path.to_owned()));
        }
        let is_locked = |file: &File| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock));
        if let Ok(lock) = File::open(beside(&real, ".lock")) {
            if is_locked(&lock) {
                return Err(OpenError::InUse(path.to_owned()));
            }
            let mut recorded = String::new();
            lock.take(LONGEST_RECORD).read_to_string(&mut recorded).map_err(failed)?;
            if is_foreign(&recorded, &birth(&metadata)) && has_log(&real) {
                return Err(OpenError::ForeignLog(path.to_owned()));
            }
        }
        if !cfg!(any(target_os = "linux", target_os = "android")) {
            return Ok(Self { _file: None });
        }
        let file = File::open(&real).map_err(failed)?;
        if is_locked(&file) {
            return Err(OpenError::InUse(path.to_owned()));
        }
        Ok(Self { _file: Some(file) })
    }
}

/// Whether a database has a write-ahead log with something in it.
pub(super) fn has_log(database: &Path) -> bool {
    fs::metadata(beside(database, "-wal")).is_ok_and(|log| log.len() > 0)
}

/// Whether a lock file records another database than the current one.
fn is_foreign(recorded: &str, current: &str) -> bool {
    !recorded.is_empty() && recorded != current
}

/// The path of a file beside another, whose name is longer.
fn beside(path: &Path, ending: impl AsRef<OsStr>) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}

/// Opens a file to read and write it, and whether it is new.
fn open_or_create(path: &Path) -> io::Result<(File, bool)> {
    let options = || {
        let mut options = File::options();
        options.read(true).write(true);
        options
    };
    match options().open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened.map(|file| (file, false)),
    }
    // Through a link that leads nowhere yet, `create_new` would fail.
    options().create(true).truncate(false).open(path).map(|file| (file, true))
}

#[cfg(unix)]
#[allow(clippy::unnecessary_wraps, reason = "other platforms have no such lock")]
fn identity(metadata: &Metadata) -> Option<Identity> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<Identity> {
    None
}

/// A text that two files have in common only if they are the same, also after the machine was started anew.
fn birth(metadata: &Metadata) -> String {
    let inode = identity(metadata).map_or(0, |(_, inode)| inode);
    let created = metadata.created().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    format!("{inode} {}\n", created.unwrap_or_default().as_nanos())
}
