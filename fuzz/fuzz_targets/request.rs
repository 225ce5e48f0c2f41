//! Any request, signed or not: the local service answers as it promises.

#![no_main]

use contract_tests::laws;
use libfuzzer_sys::{Corpus, fuzz_target};

fuzz_target!(|written: &[u8]| -> Corpus {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if runtime.block_on(laws::answer_written(written)) { Corpus::Keep } else { Corpus::Reject }
});
