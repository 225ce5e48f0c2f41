//! Any response, read as each operation's: decoded values survive, and an unreadable body is kept and not shown.

#![no_main]

use contract_tests::client_laws;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|written: &[u8]| -> Corpus {
    if client_laws::response(written) { Corpus::Keep } else { Corpus::Reject }
});
