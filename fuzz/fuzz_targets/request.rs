//! Any request, signed or not: the local service answers as it promises.

#![no_main]

use libfuzzer_sys::{Corpus, fuzz_target};

#[path = "../../contract-tests/tests/it/laws.rs"]
#[allow(dead_code, reason = "the tests and the other targets have more of it")]
mod laws;

fuzz_target!(|written: &[u8]| -> Corpus {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if runtime.block_on(laws::answer_written(written)) { Corpus::Keep } else { Corpus::Reject }
});
