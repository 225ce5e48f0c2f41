//! Allocations of one call: `allocations CLIENT ADDRESS` prints how many, and how many bytes.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a measurement, which ends where it goes wrong"
)]

use versus::{ask, with_peer};

/// Enough for what happens now and then to show.
const CALLS: usize = 1000;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (name, address) = (arguments.next().unwrap_or_default(), arguments.next().unwrap_or_default());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    with_peer!(name.as_str(), &address, |peer| {
        // The connection, the credentials and the key exist now.
        runtime.block_on(ask(&peer, 10, 1));
        let counted = allocation_counter::measure(|| runtime.block_on(ask(&peer, CALLS, 1)));
        let per_call = |count: u64| count / CALLS as u64;
        println!("{} {}", per_call(counted.count_total), per_call(counted.bytes_total));
    });
}
