//! Any text, read as each kind of identifier.

#![no_main]
#![allow(dead_code, reason = "each target holds to some of the laws")]

use libfuzzer_sys::{Corpus, fuzz_target};

#[path = "../../contract-tests/tests/it/client_laws.rs"]
mod client_laws;
#[path = "../../contract-tests/tests/it/laws.rs"]
mod laws;

fuzz_target!(|written: &[u8]| -> Corpus {
    if client_laws::arn(written) { Corpus::Keep } else { Corpus::Reject }
});
