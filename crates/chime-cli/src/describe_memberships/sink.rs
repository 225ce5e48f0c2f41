//! The destination of the rows of the output.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::existing::Existing;
use crate::failure::Failure;

/// The output: standard output, or a file.
pub(super) struct Sink {
    /// The name of the destination in messages.
    name: String,
    to: To,
}

enum To {
    Standard,
    File(File),
    Replacement(Replacement),
}

/// A file next to the output that replaces it once it has a row for each of the output's.
struct Replacement {
    file: File,
    path: PathBuf,
    output: PathBuf,
    /// The output, whose lock keeps other processes off.
    _locked: File,
}

impl Sink {
    /// Opens an output, and the rows that it has already. With `replaces`, these are written anew.
    pub(super) fn open(path: &str, replaces: bool) -> Result<(Self, Option<Existing>), Failure> {
        if path == "-" {
            if replaces {
                return Err(Failure::usage(
                    "--retry-failed needs the file of an earlier run; got --output -",
                ));
            }
            return Ok((Self { name: "standard output".to_owned(), to: To::Standard }, None));
        }
        let name = format!("--output {path}");
        let fail = |error: io::Error| Failure::other(&format!("{name}: {error}"));
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Failure::usage(&format!("{name}: not a regular file; - is standard output")));
        }
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(fail)?;
        lock(&file, &name)?;
        let existing = Existing::new(path, file.try_clone().map_err(fail)?, replaces);
        let to = if replaces {
            To::Replacement(Replacement::new(path, file).map_err(fail)?)
        } else {
            To::File(file)
        };
        Ok((Self { name, to }, Some(existing)))
    }

    pub(super) fn is_standard_output(&self) -> bool {
        matches!(self.to, To::Standard)
    }

    /// Continues behind the whole rows of an output, which end there.
    pub(super) fn continue_at(&mut self, end: u64) -> Result<(), Failure> {
        let To::File(file) = &mut self.to else { return Ok(()) };
        let continued = file.set_len(end).and_then(|()| file.seek(SeekFrom::Start(end)));
        continued.map(|_| ()).map_err(|error| self.failed(&error))
    }

    /// Writes a row in one piece, so that what is written survives the process.
    pub(super) fn write(&mut self, row: &[u8]) -> io::Result<()> {
        match &mut self.to {
            To::Standard => {
                let mut standard = io::stdout().lock();
                standard.write_all(row).and_then(|()| standard.flush())
            }
            To::File(file) | To::Replacement(Replacement { file, .. }) => file.write_all(row),
        }
    }

    /// Puts the replacement in the output's place, now that it has all its rows. Does nothing without a replacement.
    pub(super) fn replace(&mut self) -> Result<(), Failure> {
        if let To::Replacement(replacement) = &mut self.to {
            let file = replacement.put_in_place();
            let file = file.map_err(|error| self.failed(&error))?;
            self.to = To::File(file);
        }
        Ok(())
    }

    /// Ends before the replacement has all rows of the output: it gets those from that byte on as they are.
    pub(super) fn replace_with_rest(&mut self, from: u64) -> Result<(), Failure> {
        if let To::Replacement(replacement) = &mut self.to {
            replacement.copy_rest(from).map_err(|error| self.failed(&error))?;
        }
        self.replace()
    }

    /// Leaves the output as it was. Does nothing if it is not being replaced.
    pub(super) fn discard(&mut self) -> Result<(), Failure> {
        match &self.to {
            To::Replacement(replacement) => {
                fs::remove_file(&replacement.path).map_err(|error| self.failed(&error))
            }
            To::Standard | To::File(_) => Ok(()),
        }
    }

    /// Waits until everything is on the disk.
    pub(super) fn sync(&self) -> Result<(), Failure> {
        match &self.to {
            To::File(file) => file.sync_all().map_err(|error| self.failed(&error)),
            To::Standard | To::Replacement(_) => Ok(()),
        }
    }

    pub(super) fn failed(&self, error: &io::Error) -> Failure {
        Failure::other(&format!("{}: {error}", self.name))
    }
}

fn lock(file: &File, name: &str) -> Result<(), Failure> {
    file.try_lock().map_err(|_| Failure::usage(&format!("{name}: another process is writing it")))
}

impl Replacement {
    fn new(output: &str, locked: File) -> io::Result<Self> {
        // If the path is a link, its target is replaced.
        let output = fs::canonicalize(output)?;
        let mut name = OsString::from(".");
        name.push(output.file_name().unwrap_or_default());
        name.push(".retry");
        let path = output.with_file_name(name);
        // One that a process left behind when it was killed.
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().read(true).write(true).create_new(true).open(&path)?;
        file.set_permissions(locked.metadata()?.permissions())?;
        // It is the output later on.
        file.try_lock().map_err(io::Error::from)?;
        Ok(Self { file, path, output, _locked: locked })
    }

    fn copy_rest(&mut self, from: u64) -> io::Result<()> {
        let mut rest = File::open(&self.output)?;
        rest.seek(SeekFrom::Start(from))?;
        io::copy(&mut rest, &mut self.file).map(|_| ())
    }

    fn put_in_place(&mut self) -> io::Result<File> {
        self.file.sync_all()?;
        fs::rename(&self.path, &self.output)?;
        // Makes the rename survive a power failure.
        File::open(self.output.parent().unwrap_or(Path::new(".")))?.sync_all()?;
        self.file.try_clone()
    }
}
