//! From spawning a program to its answer.

use std::io::Write;
use std::process::{Command, Stdio};

use tokio::time::Instant;
use versus::{CHANNEL, CREDENTIALS, USER, peers};

use crate::process::{Server, median, parse, program};

/// How often each program is started.
const STARTS: usize = 21;

/// Prints the table: from spawning each process to its end, with one call in between.
pub(crate) fn print(scripts: &[&str], server: &Server) {
    let versus = program("versus");
    let mut programs: Vec<(String, Command)> = peers::ALL
        .iter()
        .map(|name| {
            let mut command = Command::new(&versus);
            command.args(["calls", name, &server.address, "1"]);
            ((*name).to_owned(), command)
        })
        .collect();
    // `cargo build --release -p chime-cli` creates it.
    let chime = program("chime");
    if chime.exists() {
        let mut command = Command::new(chime);
        command
            .args(["describe-channel-membership-for-app-instance-user", "--region", "us-east-1"])
            .args(["--channel-arn", CHANNEL, "--app-instance-user-arn", USER, "--chime-bearer", USER])
            .args(["--endpoint-url", &format!("http://{}", server.address)])
            .env("AWS_ACCESS_KEY_ID", CREDENTIALS.0)
            .env("AWS_SECRET_ACCESS_KEY", CREDENTIALS.1);
        programs.push(("chime describe-…".to_owned(), command));
    }
    for script in scripts {
        let (name, mut command) = parse(script);
        command.arg(&server.address);
        programs.push((name.to_owned(), command));
    }
    let mut took: Vec<Vec<f64>> = programs.iter().map(|_| Vec::new()).collect();
    for _ in 0..STARTS {
        for ((_, command), took) in programs.iter_mut().zip(&mut took) {
            took.push(once(command));
        }
    }
    println!("\n| program | ms from spawn to answer |\n|---|---|");
    for ((name, _), took) in programs.iter().zip(&mut took) {
        println!("| {name} | {:.1} |", median(took));
    }
}

/// Runs a program with one call, in milliseconds. Those that wait to be told are told.
fn once(command: &mut Command) -> f64 {
    let before = Instant::now();
    let mut process =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a program that can be run");
    // One that does not read this may have ended before.
    let _ = process.stdin.take().unwrap().write_all(b"1 1\n");
    let output = process.wait_with_output().unwrap();
    assert!(output.status.success(), "{command:?} {}", output.status);
    before.elapsed().as_secs_f64() * 1000.0
}
