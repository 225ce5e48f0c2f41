//! The same call by several clients, side by side: `cargo build --release -p versus && target/release/versus` prints a
//! table.
//!
//! Each client is a process, pinned to one core, with the server on another. They take turns, and the table shows the
//! median of the turns. `versus sleeping` prints it for a server that sleeps while it has nothing to do. `versus counts`
//! checks the costs that do not depend on machine load.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "a measurement, which ends where it goes wrong"
)]

mod calls;
mod counts;
mod growth;
mod pieces;
mod process;
mod starts;

use std::io::{BufRead, stdin};
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::runtime::{Builder, Runtime};
use versus::{ask, with_peer};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["server"] => server(true),
        ["sleeping server"] => server(false),
        ["client", name, address, threads] => client(name, address, &runtime(threads)),
        ["calls", name, address, number] => make_calls(name, address, number.parse().unwrap()),
        ["counts"] => std::process::exit(i32::from(!counts::hold())),
        ["pieces"] => pieces::print(),
        ["growth"] => growth::print(),
        ["sleeping", scripts @ ..] => calls::print(scripts, &process::Server::start("sleeping server")),
        scripts => {
            let server = process::Server::start("server");
            calls::print(scripts, &server);
            pieces::print();
            starts::print(scripts, &server);
        }
    }
}

fn runtime(threads: &str) -> Runtime {
    match threads {
        "one" => Builder::new_current_thread().enable_all().build().unwrap(),
        "many" => Builder::new_multi_thread().enable_all().build().unwrap(),
        other => panic!("{other:?} is neither one nor many"),
    }
}

/// Prints its address, and answers for ever.
fn server(is_awake: bool) {
    runtime("one").block_on(async {
        if is_awake {
            tokio::spawn(versus::answer::stay_awake());
        }
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        println!("{}", listener.local_addr().unwrap());
        versus::answer::serve(listener).await;
    });
}

/// Makes calls whenever it reads how many and how many at a time, and prints the processor time they took, in
/// nanoseconds.
fn client(name: &str, address: &str, runtime: &Runtime) {
    with_peer!(name, address, |peer| {
        for line in stdin().lock().lines().map(Result::unwrap) {
            let (calls, in_flight) = line.split_once(' ').unwrap();
            let (calls, in_flight) = (calls.parse().unwrap(), in_flight.parse().unwrap());
            let took = processor_time(|| runtime.block_on(ask(&peer, calls, in_flight)));
            println!("{}", took.as_nanos());
        }
    });
}

/// Makes that many calls, one after another.
fn make_calls(name: &str, address: &str, number: usize) {
    with_peer!(name, address, |peer| runtime("one").block_on(ask(&peer, number, 1)));
}

/// The processor time that something takes, all threads of this process together.
fn processor_time(work: impl FnOnce()) -> Duration {
    let now = || Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap();
    let before = now();
    work();
    now().saturating_sub(before)
}
