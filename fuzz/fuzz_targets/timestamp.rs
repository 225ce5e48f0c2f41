//! Any text, read as a time and as the JSON of one.

#![no_main]

use contract_tests::client_laws;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|written: &[u8]| -> Corpus {
    if client_laws::timestamp(written) { Corpus::Keep } else { Corpus::Reject }
});
