//! What the compiler says of a request that is not complete.
//!
//! Each program in `compiler_messages/` does not compile, and the file beside it has the compiler's messages, of which
//! the first line names the parameter. They are compared whole by the toolchain of the workspace's `rust-version`, whose
//! words they are. Any other toolchain is held to the first line of each. To renew them:
//!
//! ```text
//! TRYBUILD=overwrite cargo +1.95 test -p chime-types --test compiler_messages
//! ```

#![allow(clippy::unwrap_used, reason = "a failure ends the test")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use trybuild::TestCases;

/// The folder of the programs and their messages.
const CASES: &str = "tests/compiler_messages";
/// Where the messages of another toolchain are written, if the test runs itself for that.
const WRITE_TO: &str = "COMPILER_MESSAGES_WRITE_TO";

/// Whether the compiler has the version that the messages are of.
fn is_the_messages_toolchain() -> bool {
    let rustc = Command::new("rustc").arg("--version").output().unwrap();
    let version = String::from_utf8(rustc.stdout).unwrap();
    version.starts_with(concat!("rustc ", env!("CARGO_PKG_RUST_VERSION"), "."))
}

/// The first line of the messages for each program.
fn first_lines(folder: &Path) -> BTreeMap<String, String> {
    let mut lines = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "stderr") {
            let messages = fs::read_to_string(&path).unwrap();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            lines.insert(name, messages.lines().next().unwrap_or_default().to_owned());
        }
    }
    lines
}

/// Has trybuild write the messages of this toolchain into another folder. Its mode is a variable of the environment,
/// which can be set for another process only.
fn write_messages(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    fs::create_dir_all(folder).unwrap();
    for entry in fs::read_dir(CASES).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            fs::copy(&path, folder.join(path.file_name().unwrap())).unwrap();
        }
    }
    let written = Command::new(env::current_exe().unwrap())
        .args(["--exact", "the_first_line_names_the_parameter"])
        .env("TRYBUILD", "overwrite")
        .env(WRITE_TO, folder)
        .output()
        .unwrap();
    assert!(written.status.success(), "{}", String::from_utf8_lossy(&written.stdout));
}

#[test]
fn the_first_line_names_the_parameter() {
    if let Some(folder) = env::var_os(WRITE_TO) {
        TestCases::new().compile_fail(Path::new(&folder).join("*.rs"));
    } else if is_the_messages_toolchain() {
        TestCases::new().compile_fail(format!("{CASES}/*.rs"));
    } else {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiler_messages");
        write_messages(&folder);
        assert_eq!(first_lines(&folder), first_lines(Path::new(CASES)));
    }
}
