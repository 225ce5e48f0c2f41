//! The costs of a call that do not depend on machine load: allocations, instructions, system calls.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::process::{Server, program};

/// The numbers that ours reached, which CI holds. A better one goes in here; a worse one has to be worth it.
const ALLOCATIONS: u64 = 25;
const INSTRUCTIONS: u64 = 86_100;
const SYSTEM_CALLS: u64 = 3;

/// How much more there may be, since compilers and libraries differ.
const MARGIN_PERCENT: u64 = 3;

/// Between two runs of a program that differ in nothing else, what a call takes is the difference.
const CALLS: u64 = 200;
const MORE_CALLS: u64 = 700;

/// Prints the counts of ours; whether they are within what is held. Without valgrind or strace nothing is.
pub(crate) fn hold() -> bool {
    let server = Server::start("server");
    let (allocations, _) = allocations("ours", &server);
    let rows = [
        ("allocations", allocations, ALLOCATIONS),
        ("system calls", system_calls("ours", &server), SYSTEM_CALLS),
        ("instructions", instructions("ours", &server), INSTRUCTIONS),
    ];
    let mut held = true;
    for (what, count, bound) in rows {
        let most = bound + bound * MARGIN_PERCENT / 100;
        let within = count <= most;
        println!("{what} of a call: {count}, at most {most}{}", if within { "" } else { ": too many" });
        held &= within;
    }
    held
}

/// Allocations of a call, and the bytes allocated.
pub(crate) fn allocations(peer: &str, server: &Server) -> (u64, u64) {
    let mut command = Command::new(program("allocations"));
    let output = command.args([peer, &server.address]).stderr(Stdio::inherit()).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let (count, bytes) = text.trim().split_once(' ').expect("the client ended");
    (count.parse().unwrap(), bytes.parse().unwrap())
}

/// Instructions of a call, as valgrind counts them: it has no SHA extensions, so hashing takes more of them than time.
pub(crate) fn instructions(peer: &str, server: &Server) -> u64 {
    per_call(|calls| {
        under("valgrind", &["--tool=callgrind", "--callgrind-out-file=FILE"], peer, server, calls, |text| {
            let line = text.lines().find_map(|line| line.strip_prefix("totals: "));
            line.expect("callgrind's totals").trim().parse().unwrap()
        })
    })
}

/// System calls of a call.
pub(crate) fn system_calls(peer: &str, server: &Server) -> u64 {
    per_call(|calls| {
        under("strace", &["-f", "-c", "-U", "calls,name", "-o", "FILE"], peer, server, calls, |text| {
            let total = text.lines().find(|line| line.ends_with(" total")).expect("strace's total");
            total.split_whitespace().next().unwrap().parse().unwrap()
        })
    })
}

/// The difference, to the nearest whole number.
fn per_call(count: impl Fn(u64) -> u64) -> u64 {
    let (few, many) = (count(CALLS), count(MORE_CALLS));
    let calls = MORE_CALLS - CALLS;
    (many - few + calls / 2) / calls
}

/// Makes that many calls under a tool that writes a file, and reads the file.
fn under(
    tool: &str,
    options: &[&str],
    peer: &str,
    server: &Server,
    calls: u64,
    read: impl Fn(&str) -> u64,
) -> u64 {
    let file = std::env::temp_dir().join(format!("versus-{}-{tool}", std::process::id()));
    let path = file.to_str().unwrap();
    let ended = Command::new(tool)
        .args(options.iter().map(|option| option.replace("FILE", path)))
        .arg(program("versus"))
        .args(["calls", peer, &server.address, &calls.to_string()])
        .stderr(Stdio::null())
        .status()
        .unwrap_or_else(|error| panic!("{tool}: {error}"));
    assert!(ended.success(), "{tool} {ended}");
    let count = read(&fs::read_to_string(Path::new(&file)).unwrap());
    fs::remove_file(&file).unwrap();
    count
}
