//! How the cost of a call grows with the calls in flight and the users that make them.

use std::process::Command;

use crate::calls::{CALLS, TURNS};
use crate::process::{Client, Server, median, program};

/// Prints the table.
pub(crate) fn print() {
    let (server, versus) = (Server::start("server"), program("versus"));
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
