//! Any text, read as variables, faults and a world: refusals name the setting and show no secret.

#![no_main]

use contract_tests::client_laws;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|written: &[u8]| -> Corpus {
    if client_laws::configuration(written) { Corpus::Keep } else { Corpus::Reject }
});
