//! The examples of the documentation, in the crate in which a reader meets them: the pages of `chime-client` have those
//! of `chime-types` and `chime-transport`, whose names a user of the client has no dependency for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The files of those crates that have no page in `chime-client`, below their `src`.
const OWN_PAGES: [&str; 5] = ["lib.rs", "crypto.rs", "endpoint.rs", "http_client.rs", "sigv4"];

fn crates() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates")
}

/// The lines of a crate's files that have pages in `chime-client`, each with its file.
fn lines(name: &str) -> Vec<(String, String)> {
    let mut folders = vec![crates().join(name).join("src")];
    let mut lines = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if OWN_PAGES.iter().any(|own| path.ends_with(Path::new("src").join(own))) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                let file = path.display().to_string();
                lines.extend(text.lines().map(|line| (file.clone(), line.trim().to_owned())));
            }
        }
    }
    lines
}

/// The words of a text that can be names.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[test]
fn examples_import_from_the_crate_of_the_page() {
    for (file, line) in ["chime-types", "chime-transport"].into_iter().flat_map(lines) {
        let documentation = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
        let shown = documentation.map(str::trim).filter(|text| !text.starts_with("# "));
        if let Some(shown) = shown {
            let foreign = words(shown).find(|word| ["chime_types", "chime_transport"].contains(word));
            assert_eq!(foreign, None, "{file}: {line}: import with `import!`, or hide the line with `# `");
        }
    }
}

#[test]
fn everything_that_examples_import_has_a_path_in_the_client() {
    let facade = fs::read_to_string(crates().join("chime-client/src/lib.rs")).unwrap();
    let exported: BTreeSet<_> = words(&facade).collect();
    let mut imports = 0;
    for (file, line) in ["chime-types", "chime-transport"].into_iter().flat_map(lines) {
        let import =
            line.split_once("doc = import!(\"").or_else(|| line.split_once("doc = import_types!(\""));
        let Some((_, path)) = import else { continue };
        imports += 1;
        // One name, or all of a list.
        let path = path.split('"').next().unwrap();
        let roots = if path.starts_with('{') { path } else { path.split("::").next().unwrap() };
        for root in words(roots) {
            assert!(exported.contains(root), "{file}: {line}: `chime_client` does not export `{root}`");
        }
    }
    assert!(imports > 80, "{imports}");
}
