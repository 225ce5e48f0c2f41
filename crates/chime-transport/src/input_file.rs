//! Reading files that users name: bounded, and never without an end.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

/// The time that a pipe's writer has to appear.
const WRITER: Duration = Duration::from_secs(5);

/// Reads a regular file or a pipe of at most `limit` bytes. `/dev/null` is an empty file.
///
/// The command `chime` reads its inputs with it too.
///
/// # Errors
/// The reason why the file cannot be read: it does not exist, is a directory or a device, is too large, or is a pipe
/// that nobody opens for writing within 5 s.
#[doc(hidden)]
pub fn read_file(path: &Path, limit: usize) -> io::Result<Vec<u8>> {
    let kind = std::fs::metadata(path)?.file_type();
    let refuse = |reason: &str| {
        Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{reason}; expected a regular file or a pipe"),
        ))
    };
    if kind.is_dir() {
        return refuse("it is a directory");
    }
    if is_device(kind) && path != Path::new("/dev/null") {
        return refuse("it is a device");
    }
    let file = if kind.is_file() { File::open(path)? } else { open_pipe(path)? };
    let mut bytes = Vec::new();
    // One byte more distinguishes a file of exactly that size from a larger one.
    file.take(limit as u64 + 1).read_to_end(&mut bytes)?;
    if bytes.len() > limit {
        let reason = format!("it has more than the {limit} bytes that are read");
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    Ok(bytes)
}

/// Refuses what is not a regular file, for a reader that has no limit.
///
/// # Errors
/// The file does not exist, or is a directory, a device or a pipe.
#[cfg(feature = "credentials-chain")]
pub(crate) fn check_regular(path: &Path) -> io::Result<()> {
    if std::fs::metadata(path)?.is_file() {
        return Ok(());
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"))
}

#[cfg(unix)]
fn is_device(kind: std::fs::FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_char_device() || kind.is_block_device()
}

#[cfg(not(unix))]
fn is_device(_: std::fs::FileType) -> bool {
    false
}

/// Opening waits for a writer, which may never come, so a separate thread does it. Opening waits for the writer, which
/// may never come, so a thread of its own does that.
fn open_pipe(path: &Path) -> io::Result<File> {
    let (sender, receiver) = sync_channel(1);
    let path = path.to_owned();
    std::thread::spawn(move || {
        // The receiver may have stopped waiting.
        let _ = sender.send(File::open(path));
    });
    receiver.recv_timeout(WRITER).unwrap_or_else(|_| {
        let reason = format!("nobody has opened the pipe for writing within {WRITER:?}");
        Err(io::Error::new(io::ErrorKind::TimedOut, reason))
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn devices_directories_and_large_files_are_refused() {
        let source = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/input_file.rs"));
        let length = std::fs::metadata(source).unwrap().len();
        let length = usize::try_from(length).unwrap();
        assert_eq!(read_file(source, length).unwrap().len(), length);
        assert_eq!(read_file(Path::new("/dev/null"), 0).unwrap(), b"");
        let cases = [
            (source, length - 1, "it has more than the"),
            (Path::new("/dev/zero"), 9, "it is a device; expected a regular file or a pipe"),
            (Path::new("/dev/full"), 9, "it is a device"),
            (Path::new("/"), 9, "it is a directory"),
            (Path::new("/nonexistent"), 9, "No such file"),
        ];
        for (path, limit, reason) in cases {
            let refused = read_file(path, limit).unwrap_err().to_string();
            assert!(refused.contains(reason), "{}: {refused}", path.display());
        }
    }
}
