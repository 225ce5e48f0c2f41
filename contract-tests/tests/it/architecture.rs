//! Arrows between the modules of a crate run one way: no two files import each other, directly or by way of others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::imports::{circles, imports};

/// The repository.
fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The folders of this project's crates: those below `crates`, and the contract tests.
fn crates() -> Vec<String> {
    let folders = fs::read_dir(repository().join("crates")).unwrap();
    let mut crates: Vec<_> = folders
        .map(|folder| format!("crates/{}", folder.unwrap().file_name().into_string().unwrap()))
        .collect();
    crates.push("contract-tests".to_owned());
    crates.sort();
    crates
}

/// Every Rust file below a folder, relative to `source`.
fn files(source: &Path, folder: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(source.join(folder)).unwrap() {
        let entry = entry.unwrap();
        let path = folder.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            files.extend(self::files(source, &path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.insert(path);
        }
    }
    files
}

/// The circles of a crate, each as lines that name its files and what they import of each other.
fn circles_of(name: &str) -> Vec<String> {
    let source = repository().join(name).join("src");
    let root = if source.join("lib.rs").exists() { "lib.rs" } else { "main.rs" };
    let imports = imports(root, &|file| fs::read_to_string(source.join(file)).ok());
    let of_modules: BTreeSet<_> = imports.keys().cloned().collect();
    // Programs have roots of their own; the files of tests are left out as all is that only tests have.
    let is_elsewhere =
        |file: &PathBuf| file.starts_with("bin") || file.to_string_lossy().ends_with("tests.rs");
    let files: BTreeSet<_> =
        files(&source, Path::new("")).into_iter().filter(|file| !is_elsewhere(file)).collect();
    assert_eq!(of_modules, files, "{name}: files that no `mod` names");
    let shown = |circle: BTreeSet<PathBuf>| {
        let mut lines = vec![format!("{name}: a circle of {} files", circle.len())];
        for file in &circle {
            for (other, path) in imports[file].iter().filter(|(other, _)| circle.contains(*other)) {
                lines.push(format!("  {} imports {}: {path}", file.display(), other.display()));
            }
        }
        lines.join("\n")
    };
    circles(&imports).into_iter().map(shown).collect()
}

#[test]
fn no_two_modules_of_a_crate_import_each_other() {
    let circles: Vec<_> = crates().iter().flat_map(|name| circles_of(name)).collect();
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

/// The circles of a crate that is written here: names of files, and their text.
fn circles_among(files: &[(&str, &str)]) -> Vec<Vec<String>> {
    let files: BTreeMap<_, _> = files.iter().map(|(name, text)| (PathBuf::from(name), *text)).collect();
    let imports = imports("lib.rs", &|file| files.get(file).map(|text| (*text).to_owned()));
    let names = |circle: BTreeSet<PathBuf>| circle.iter().map(|file| file.display().to_string()).collect();
    circles(&imports).into_iter().map(names).collect()
}

#[test]
fn a_circle_is_found_however_it_is_imported() {
    let a = |text: &'static str| ("a.rs", text);
    let b = |text: &'static str| ("b.rs", text);
    let root = ("lib.rs", "mod a; mod b; pub use a::A; pub use b::*;");
    for (one, other) in [
        (a("use crate::b::B; pub struct A;"), b("use crate::a::A; pub struct B;")),
        // By way of the root.
        (a("use crate::B; pub struct A;"), b("use crate::A; pub struct B;")),
        (a("use super::{B as Other}; pub struct A;"), b("pub struct B(crate::A);")),
        // In code and in a macro.
        (a("pub struct A; fn f() { crate::b::g() }"), b("pub struct B; pub fn g() { super::a::A; }")),
        (a("pub struct A; fn f() { say!(crate::B); }"), b("pub struct B; fn g(_: crate::A) {}")),
        // Of what a macro makes.
        (a("use crate::b::B; make! { pub struct A; }"), b("use crate::A; make! { B, BBuilder; }")),
        (a("use crate::BBuilder; pub struct A;"), b("use crate::A; make! { B, BBuilder; }")),
        (a("use crate::b::Unseen; pub struct A;"), b("use crate::A; make! { B }")),
    ] {
        assert_eq!(circles_among(&[root, one, other]), [["a.rs", "b.rs"]], "{one:?} {other:?}");
    }
}

#[test]
fn a_module_and_the_one_above_it_may_be_a_circle() {
    let child = ("a/child.rs", "use super::A; pub struct Child;");
    let root = ("lib.rs", "mod a;");
    // A re-export is not a use.
    let facade = ("a/mod.rs", "mod child; pub use child::Child; pub struct A;");
    assert_eq!(circles_among(&[root, facade, child]), <[Vec<String>; 0]>::default());
    for user in [
        "mod child; pub use child::Child; pub struct A; fn f(_: Child) {}",
        "mod child; pub use child::*; pub struct A; fn f(_: Child) {}",
        "mod child; pub struct A; fn f(_: child::Child) {}",
        "mod child; use child::Child; pub struct A;",
    ] {
        assert_eq!(circles_among(&[root, ("a/mod.rs", user), child]), [["a/child.rs", "a/mod.rs"]], "{user}");
    }
}

#[test]
fn arrows_that_run_one_way_are_not_a_circle() {
    let root = ("lib.rs", "mod a; mod b; mod c; pub use a::A; pub use std::fmt::Debug;");
    let a = ("a.rs", "use crate::b::B; use crate::Debug; pub struct A { b: B, c: crate::c::C }");
    let b = ("b.rs", "use super::c::{self, C}; pub struct B; mod inner { use super::B; } fn a() { c::f() }");
    let tests = "#[cfg(test)] mod tests { use crate::A; } #[cfg(test)] use crate::a;";
    let c = ("c.rs", "pub struct C; pub fn f() { let a = 1; let b = a; self::g(b); } fn g(_: i32) {}");
    let c = (c.0, &*format!("{} {tests}", c.1));
    assert_eq!(circles_among(&[root, a, b, c]), <[Vec<String>; 0]>::default());
}
