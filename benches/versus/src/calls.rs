//! A call by each client, and its cost.

use std::process::Command;

use versus::peers;

use crate::counts;
use crate::process::{Client, Server, median, parse, program};

/// How often each client has its turn, and with how many calls.
pub(crate) const TURNS: usize = 25;
pub(crate) const CALLS: u32 = 6_400;

/// A client: its processes, and what its turns took, in microseconds.
struct Row {
    name: String,
    client: Client,
    /// The call under the multi-thread runtime, if the client has one.
    threaded: Option<Client>,
    one: Vec<f64>,
    many: Vec<f64>,
    threads: Vec<f64>,
}

impl Row {
    fn new(name: &str, client: Client, threaded: Option<Client>) -> Self {
        Self {
            name: name.to_owned(),
            client,
            threaded,
            one: Vec::new(),
            many: Vec::new(),
            threads: Vec::new(),
        }
    }

    fn turn(&mut self) {
        // A call of another language takes fifty times as long.
        let calls = if self.threaded.is_some() { CALLS } else { CALLS / 20 };
        self.one.push(self.client.ask(calls, 1));
        self.many.push(self.client.ask(calls, 32));
        self.threads.extend(self.threaded.as_mut().map(|threaded| threaded.ask(calls, 32)));
    }

    fn print(&self, floor: &Self, server: &Server) {
        let Self { name, one, many, threads, .. } = self;
        let memory = self.client.peak_memory();
        print!("| {name} | {:.1} | {:.1} | {:.2} |", median(one), median(many), times(many, &floor.many));
        if threads.is_empty() {
            println!(" | | {memory:.1} | | | | |");
            return;
        }
        print!(" {:.1} | {:.2} | {memory:.1} |", median(threads), times(threads, &floor.threads));
        let (allocations, bytes) = counts::allocations(name, server);
        let (system_calls, instructions) =
            (counts::system_calls(name, server), counts::instructions(name, server));
        println!(" {system_calls} | {allocations} | {bytes} | {instructions} |");
    }
}

/// The median of what each turn took against the floor's turn next to it.
fn times(took: &[f64], floor: &[f64]) -> f64 {
    median(&took.iter().zip(floor).map(|(took, floor)| took / floor).collect::<Vec<_>>())
}

/// Prints the table.
pub(crate) fn print(scripts: &[&str], server: &Server) {
    let versus = program("versus");
    let start = |name: &str, threads: &str| {
        Client::start(Command::new(&versus).args(["client", name, &server.address, threads]))
    };
    let mut rows: Vec<Row> =
        peers::ALL.iter().map(|name| Row::new(name, start(name, "one"), Some(start(name, "many")))).collect();
    for script in scripts {
        let (name, mut command) = parse(script);
        rows.push(Row::new(name, Client::start(command.arg(&server.address)), None));
    }
    // In the first turn connections are made.
    rows.iter_mut().for_each(Row::turn);
    for row in &mut rows {
        (row.one, row.many, row.threads) = Default::default();
    }
    for _ in 0..TURNS {
        rows.iter_mut().for_each(Row::turn);
    }
    println!(
        "| client | µs of CPU per call, 1 in flight | 32 in flight | × hyper | 32 in flight, multi-thread runtime | × hyper | peak memory, MB | system calls | allocations | bytes | instructions |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for row in &rows {
        row.print(rows.first().unwrap(), server);
    }
}
