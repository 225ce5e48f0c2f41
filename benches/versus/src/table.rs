//! The table.

use std::path::Path;

use versus::peers;

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
    let start =
        |name: &str, threads: &str| Client::start(&versus, &["client", name, &server.address, threads]);
    let mut clients = Vec::new();
    for name in peers::ALL {
        clients.push((Row::new(name), start(name, "one"), Some(start(name, "many"))));
    }
    for script in scripts {
        let (name, command) = script.split_once('=').expect("NAME=PROGRAM ARGUMENT …");
        let mut words = command.split(' ');
        let program = Path::new(words.next().unwrap());
        let arguments: Vec<&str> = words.chain([server.address.as_str()]).collect();
        clients.push((Row::new(name), Client::start(program, &arguments), None));
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
    let floor = (clients[0].0.many.clone(), clients[0].0.threads.clone());
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
    values[values.len() / 2]
}
