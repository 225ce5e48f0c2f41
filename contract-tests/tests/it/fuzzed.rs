//! What the fuzz targets have come upon, once more.

use std::collections::BTreeSet;
use std::fs;

use contract_tests::{client_laws, laws};

const FUZZ: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz");

/// Holds bytes to a target's laws and returns whether they were of its kind.
type Holds<'l> = &'l dyn Fn(&[u8]) -> bool;

/// The names of what is in a folder, without what is after a dot.
fn names(folder: &str) -> BTreeSet<String> {
    let files = fs::read_dir(format!("{FUZZ}/{folder}")).expect(folder);
    files.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn the_fuzzing_corpus_obeys_the_laws() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let request = |written: &[u8]| runtime.block_on(laws::answer_written(written));
    let targets: [(&str, Holds<'_>); 8] = [
        ("arn", &client_laws::arn),
        ("configuration", &client_laws::configuration),
        ("error", &client_laws::error),
        ("request", &request),
        ("response", &client_laws::response),
        ("session_frame", &client_laws::session_frame),
        ("session_query", &client_laws::session_query),
        ("timestamp", &client_laws::timestamp),
    ];
    assert!(names("fuzz_targets").iter().eq(targets.map(|(name, _)| name)));
    for (name, holds) in targets {
        let files = names(&format!("corpus/{name}"));
        let of_its_kind = files.iter().filter(|file| {
            let written = fs::read(format!("{FUZZ}/corpus/{name}/{file}")).unwrap();
            holds(&written)
        });
        let of_its_kind = of_its_kind.count();
        assert!(of_its_kind >= 25, "{name}: {of_its_kind} of {} files", files.len());
    }
}
