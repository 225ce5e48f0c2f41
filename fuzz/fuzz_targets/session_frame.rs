//! Any frame of a session.

#![no_main]

use contract_tests::client_laws;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|written: &[u8]| -> Corpus {
    if client_laws::session_frame(written) { Corpus::Keep } else { Corpus::Reject }
});
