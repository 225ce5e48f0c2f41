//! The directory for the data that a program keeps for a user.

use std::ffi::OsString;
use std::path::PathBuf;

/// Returns the directory of `chime local`, by the rules of the platform: `$XDG_DATA_HOME/chime-local`, or
/// `~/.local/share/chime-local` if the variable is unset; on macOS in `~/Library/Application Support`, on Windows in
/// `%LOCALAPPDATA%`. None if the user has no home directory.
pub(crate) fn data_directory() -> Option<PathBuf> {
    let variable = if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_DATA_HOME" };
    directory(std::env::var_os(variable), std::env::home_dir())
}

/// The directory if the variable has that value and the user has that home.
fn directory(variable: Option<OsString>, home: Option<PathBuf>) -> Option<PathBuf> {
    // A relative path is to be ignored, says the specification.
    let set = variable.map(PathBuf::from).filter(|path| path.is_absolute());
    let in_home = if cfg!(windows) {
        "AppData/Local"
    } else if cfg!(target_os = "macos") {
        "Library/Application Support"
    } else {
        ".local/share"
    };
    let home = || home.filter(|home| home.is_absolute()).map(|home| home.join(in_home));
    Some(set.or_else(home)?.join("chime-local"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_variable_wins_if_it_is_an_absolute_path() {
        for (variable, home, expected) in [
            (Some("/data"), Some("/home/a"), Some("/data/chime-local")),
            (Some("/data"), None, Some("/data/chime-local")),
            (None, Some("/home/a"), Some("/home/a/.local/share/chime-local")),
            (Some(""), Some("/home/a"), Some("/home/a/.local/share/chime-local")),
            (Some("data"), Some("/home/a"), Some("/home/a/.local/share/chime-local")),
            (Some("data"), Some(""), None),
            (None, None, None),
        ] {
            let found = directory(variable.map(OsString::from), home.map(PathBuf::from));
            assert_eq!(found, expected.map(PathBuf::from), "{variable:?} {home:?}");
        }
    }
}
