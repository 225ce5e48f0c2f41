//! The files of recorded facts and of stories, as values.

use serde::de::DeserializeOwned;

/// Reads a JSON file, whose path is relative to the folder `contract-tests`.
pub fn json<T: DeserializeOwned>(path: &str) -> T {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{path}: {error}"))
}
