//! Any answer, read as a refusal: nothing of it is lost, and it is shown on one line.

#![no_main]

use contract_tests::client_laws;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|written: &[u8]| -> Corpus {
    if client_laws::error(written) { Corpus::Keep } else { Corpus::Reject }
});
