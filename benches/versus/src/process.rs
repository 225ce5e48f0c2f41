//! Processes that are measured, and what is made of their numbers.

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// The core of the server, and that of the client.
const CORES: (&str, &str) = ("1", "0");

/// This program, or the other one beside it.
pub(crate) fn program(name: &str) -> PathBuf {
    std::env::current_exe().unwrap().with_file_name(name)
}

/// The same command on one core.
fn pinned(core: &str, command: &Command) -> Command {
    let mut pinned = Command::new("taskset");
    pinned.args(["-c", core]).arg(command.get_program()).args(command.get_args());
    pinned
}

/// The server, which ends with this value.
pub(crate) struct Server {
    process: Child,
    pub(crate) address: String,
}

impl Server {
    /// Starts a server of a kind: `server` or `sleeping server`.
    pub(crate) fn start(kind: &str) -> Self {
        let mut process = pinned(CORES.0, Command::new(program("versus")).arg(kind))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut address = String::new();
        BufReader::new(process.stdout.as_mut().unwrap()).read_line(&mut address).unwrap();
        Self { process, address: address.trim().to_owned() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

/// A client that waits to be told how many calls to make.
pub(crate) struct Client {
    process: Child,
    orders: ChildStdin,
    results: BufReader<ChildStdout>,
}

impl Client {
    pub(crate) fn start(command: &Command) -> Self {
        let mut process =
            pinned(CORES.1, command).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (orders, results) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        Self { process, orders, results: BufReader::new(results) }
    }

    /// Microseconds of processor time that each of so many calls took.
    pub(crate) fn ask(&mut self, calls: u32, in_flight: u32) -> f64 {
        writeln!(self.orders, "{calls} {in_flight}").unwrap();
        let mut nanoseconds = String::new();
        self.results.read_line(&mut nanoseconds).unwrap();
        nanoseconds.trim().parse::<f64>().expect("the client ended") / 1000.0 / f64::from(calls)
    }

    /// The most memory it had, in megabytes.
    pub(crate) fn peak_memory(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        end(&mut self.process);
    }
}

fn end(process: &mut Child) {
    process.kill().unwrap();
    process.wait().unwrap();
}

/// A client of another language: `NAME=PROGRAM ARGUMENT …`.
pub(crate) fn parse(script: &str) -> (&str, Command) {
    let (name, command) = script.split_once('=').expect("NAME=PROGRAM ARGUMENT …");
    let mut words = command.split(' ');
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    (name, command)
}

/// The median of some numbers.
pub(crate) fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    *values.get(values.len() / 2).unwrap()
}
