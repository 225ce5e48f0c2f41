//! The table.

use std::io::Write;
use std::process::{Command, Stdio};

use tokio::time::Instant;
use versus::{CHANNEL, CREDENTIALS, USER, peers};

use crate::counts;
use crate::process::{Client, Server, program};

/// How often each client has its turn, and with how many calls.
const TURNS: usize = 25;
const CALLS: u32 = 6_400;

/// Every client, and those of other languages that were named, as `NAME=PROGRAM ARGUMENT …`.
pub(crate) fn print(scripts: &[&str]) {
    let server = Server::start();
    calls(scripts, &server);
    crate::pieces::print();
    starts(scripts, &server);
}

/// What a call takes as more of them are made at the same time, and by more users.
pub(crate) fn print_growth() {
    let (server, versus) = (Server::start(), program("versus"));
    let mut rows: Vec<_> = ["hyper", "ours", "ours, 1,000 bearers"]
        .iter()
        .flat_map(|name| [1, 8, 32, 128, 512].map(|in_flight| (*name, in_flight)))
        .map(|(name, in_flight)| {
            let mut command = Command::new(&versus);
            let client = Client::start(command.args(["client", name, &server.address, "one"]));
            (name, in_flight, client, Vec::new())
        })
        .collect();
    for turn in 0..=TURNS {
        for (_, in_flight, client, took) in &mut rows {
            let microseconds = client.ask(CALLS, *in_flight);
            if turn > 0 {
                took.push(microseconds);
            }
        }
    }
    println!("| client | in flight | µs of CPU per call | peak memory, MB |\n|---|---|---|---|");
    for (name, in_flight, client, took) in &mut rows {
        println!("| {name} | {in_flight} | {:.1} | {:.1} |", median(took), client.peak_memory());
    }
}

/// How often each program is started.
const STARTS: usize = 21;

/// From spawning a process to its end, with one call in between.
fn starts(scripts: &[&str], server: &Server) {
    let versus = program("versus");
    let mut programs: Vec<(String, Command)> = peers::ALL
        .iter()
        .map(|name| {
            let mut command = Command::new(&versus);
            command.args(["calls", name, &server.address, "1"]);
            ((*name).to_owned(), command)
        })
        .collect();
    // It is there after `cargo build --release -p chime-cli`.
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

/// A client of another language: `NAME=PROGRAM ARGUMENT …`.
fn parse(script: &str) -> (&str, Command) {
    let (name, command) = script.split_once('=').expect("NAME=PROGRAM ARGUMENT …");
    let mut words = command.split(' ');
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    (name, command)
}

/// One row of the table.
struct Row {
    name: String,
    one: Vec<f64>,
    many: Vec<f64>,
    threads: Vec<f64>,
    memory: f64,
}

fn calls(scripts: &[&str], server: &Server) {
    let versus = program("versus");
    let start = |name: &str, threads: &str| {
        Client::start(Command::new(&versus).args(["client", name, &server.address, threads]))
    };
    let mut clients = Vec::new();
    for name in peers::ALL {
        clients.push((Row::new(name), start(name, "one"), Some(start(name, "many"))));
    }
    for script in scripts {
        let (name, mut command) = parse(script);
        clients.push((Row::new(name), Client::start(command.arg(&server.address)), None));
    }
    for turn in 0..=TURNS {
        for (row, one, many) in &mut clients {
            let calls = if many.is_some() { CALLS } else { CALLS / 20 };
            let took = [one.ask(calls, 1), one.ask(calls, 32)];
            let threads = many.as_mut().map(|many| many.ask(calls, 32));
            // In the first turn connections are made.
            if turn > 0 {
                row.one.push(took[0]);
                row.many.push(took[1]);
                row.threads.extend(threads);
            }
        }
    }
    println!(
        "| client | µs of CPU per call, 1 in flight | 32 in flight | × hyper | 32 in flight, multi-thread runtime | × hyper | peak memory, MB | system calls | allocations | bytes | instructions |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    let floor = clients.first().map(|(hyper, ..)| (hyper.many.clone(), hyper.threads.clone())).unwrap();
    for (mut row, one, many) in clients {
        row.memory = one.peak_memory();
        let times = median(&mut ratios(&row.many, &floor.0));
        print!(
            "| {} | {:.1} | {:.1} | {times:.2} |",
            row.name,
            median(&mut row.one.clone()),
            median(&mut row.many.clone())
        );
        if many.is_none() {
            println!(" | | {:.1} | | | | |", row.memory);
            continue;
        }
        let times = median(&mut ratios(&row.threads, &floor.1));
        print!(" {:.1} | {times:.2} | {:.1} |", median(&mut row.threads.clone()), row.memory);
        let (allocations, bytes) = counts::allocations(&row.name, server);
        let instructions = counts::instructions(&row.name, server);
        println!(" {} | {allocations} | {bytes} | {instructions} |", counts::system_calls(&row.name, server));
    }
}

/// What each turn took against the floor's turn next to it.
fn ratios(took: &[f64], floor: &[f64]) -> Vec<f64> {
    took.iter().zip(floor).map(|(took, floor)| took / floor).collect()
}

impl Row {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), one: Vec::new(), many: Vec::new(), threads: Vec::new(), memory: 0.0 }
    }
}

pub(crate) fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    *values.get(values.len() / 2).unwrap()
}
