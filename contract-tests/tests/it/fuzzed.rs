//! The requests that the fuzz target has come upon, once more.

#[tokio::test]
async fn what_was_found_is_answered_as_promised() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/request");
    let mut requests = 0;
    for file in std::fs::read_dir(corpus).unwrap() {
        let written = std::fs::read(file.unwrap().path()).unwrap();
        requests += usize::from(crate::laws::answer_written(&written).await);
    }
    assert!(requests >= 25, "{requests}");
}
