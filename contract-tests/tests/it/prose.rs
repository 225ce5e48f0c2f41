//! The prose of documents and sources has no phrase that makes readers stop: CONTRIBUTING.md, "Writing".

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

/// The files and folders that are searched, from the root of the repository: documents and pages completely, and
/// doc comments and string literals of Rust sources.
const COVERED: [&str; 8] =
    ["README.md", "CONTRIBUTING.md", "docs", "fuzz", "contract-tests", "crates", "benches", ".ci"];

/// The file below [`COVERED`] that is not searched, because it contains the patterns.
const EXCLUDED: &str = "contract-tests/tests/it/prose.rs";

/// A kind of phrase, with what to write instead.
struct Pattern {
    phrases: &'static [&'static str],
    instead: &'static str,
}

/// The patterns. A phrase is in lower case; `. ` at its beginning is the beginning of a sentence.
const PATTERNS: [Pattern; 11] = [
    Pattern {
        phrases: &["is no", "are no", "was no", "were no", "is none", "are none", "be no", "be none"],
        instead: "is not a, does not exist, must be at least 1",
    },
    Pattern {
        phrases: &[
            "whoever",
            "who is",
            "who does",
            "who has",
            "who creates",
            ". what is",
            ". what was",
            ". what has",
        ],
        instead: "the user who, if you, anything that",
    },
    Pattern {
        phrases: &[
            "there is",
            "there are",
            "is there",
            "are there",
            "not there",
            "was there",
            "were there",
            "stands there",
            "stand there",
        ],
        instead: "exists, is implemented, is missing, follows",
    },
    Pattern { phrases: &["another form", "other form"], instead: "may contain only" },
    Pattern { phrases: &["there twice"], instead: "duplicate" },
    Pattern {
        phrases: &["goes on", "go on with", "gone on with", "to go on"],
        instead: "resumes, continues from",
    },
    Pattern {
        phrases: &["what is asked", "was asked", "what was said", "what it takes", "what is said"],
        instead: "the request, the argument, its parameters",
    },
    Pattern { phrases: &["put right", "puts right"], instead: "is corrected, is retried automatically" },
    Pattern {
        phrases: &["by and by", "if it likes", "as it comes", "as they come", "mood"],
        instead: "gradually, optionally, by default, machine load",
    },
    Pattern { phrases: &["the own"], instead: "their own" },
    Pattern { phrases: &["the same with", "the same as with"], instead: "a copy of this with" },
];

/// Phrases that contain a pattern and are ordinary English.
const LEGITIMATE: [&str; 9] = [
    // A part of the form of error messages.
    "what is wrong",
    "is no longer",
    "are no longer",
    "a user who is",
    "someone who is",
    "a member who is",
    "a user who has",
    "the user who is",
    "the user who has",
];

/// A phrase that was found, and its surroundings.
#[derive(Debug, PartialEq)]
struct Hit {
    phrase: &'static str,
    instead: &'static str,
    excerpt: String,
}

/// The text in lower case, with single spaces, and with ` . ` between sentences and parts.
fn normalized(text: &str) -> String {
    let mut words = String::from(" .");
    for line in text.lines() {
        // The start of a line is not that of a sentence, but that of an item, a cell or a heading is.
        let line = line.trim();
        let begins_part = line.is_empty() || line.starts_with(['#', '|', '*']) || line.starts_with("- ");
        words.push_str(if begins_part { " . " } else { " " });
        for character in line.chars() {
            match character {
                '.' | '?' | '!' | '|' | '#' | ':' | ';' => words.push_str(" . "),
                '\'' => words.push('\''),
                _ if character.is_alphanumeric() || character == '_' || character == '-' => {
                    words.extend(character.to_lowercase());
                }
                _ => words.push(' '),
            }
        }
    }
    words.push_str(" . ");
    let mut single = String::from(" ");
    for word in words.split_whitespace() {
        single.push_str(word);
        single.push(' ');
    }
    single
}

/// Every phrase that a text has.
fn hits(text: &str) -> Vec<Hit> {
    let mut text = normalized(text);
    for legitimate in LEGITIMATE {
        text = text.replace(&format!(" {legitimate} "), " … ");
    }
    let mut hits = Vec::new();
    for Pattern { phrases, instead } in PATTERNS {
        for &phrase in phrases {
            for (at, _) in text.match_indices(&format!(" {phrase} ")) {
                let before: String =
                    text[..at].chars().rev().take(30).collect::<Vec<_>>().into_iter().rev().collect();
                let after: String = text[at..].chars().take(phrase.len() + 32).collect();
                hits.push(Hit { phrase, instead, excerpt: format!("{before}{after}") });
            }
        }
    }
    hits
}

/// The prose of a Markdown document: everything but code.
fn of_markdown(text: &str) -> String {
    let mut prose = String::new();
    let mut in_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        } else if !in_code {
            // Code within a line is replaced by a word.
            for (index, part) in line.split('`').enumerate() {
                prose.push_str(if index % 2 == 0 { part } else { "code" });
            }
        }
        prose.push('\n');
    }
    prose
}

/// The prose of Rust source: each doc comment without its code, and each string literal.
fn of_rust(source: &str) -> Vec<String> {
    let tokens: TokenStream = source.parse().unwrap();
    let mut prose = Vec::new();
    let mut comment = String::new();
    collect(tokens, &mut comment, &mut prose);
    prose.push(of_markdown(&comment));
    prose
}

/// Adds the strings of tokens to `prose`. Adjacent lines of a doc comment are gathered in `comment`.
fn collect(tokens: TokenStream, comment: &mut String, prose: &mut Vec<String>) {
    let mut is_doc = false;
    for token in tokens {
        match token {
            TokenTree::Group(group) => collect(group.stream(), comment, prose),
            TokenTree::Literal(literal) => {
                let Ok(literal) = syn::parse_str::<syn::LitStr>(&literal.to_string()) else { continue };
                if is_doc {
                    comment.push_str(&literal.value());
                    comment.push('\n');
                } else {
                    prose.push(literal.value());
                }
            }
            TokenTree::Ident(ident) => {
                is_doc = ident == "doc";
                if !is_doc && !comment.is_empty() {
                    prose.push(of_markdown(&std::mem::take(comment)));
                }
            }
            TokenTree::Punct(_) => {}
        }
    }
}

/// Adds the hits in a file, or in every document and source below a folder, as lines that name the file.
fn search(root: &Path, path: &str, found: &mut String) {
    if path == EXCLUDED {
        return;
    }
    let file = root.join(path);
    if file.is_dir() {
        let mut names: Vec<_> =
            fs::read_dir(&file).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        for name in names {
            search(root, &format!("{path}/{}", name.to_str().unwrap()), found);
        }
        return;
    }
    let prose = match file.extension().and_then(|extension| extension.to_str()) {
        Some("md") => vec![of_markdown(&fs::read_to_string(&file).unwrap())],
        // The page of the console.
        Some("html" | "js") => vec![fs::read_to_string(&file).unwrap()],
        Some("rs") => of_rust(&fs::read_to_string(&file).unwrap()),
        _ => return,
    };
    for Hit { phrase, instead, excerpt } in prose.iter().flat_map(|text| hits(text)) {
        let _ = writeln!(found, "{path}: {phrase:?} in \"…{excerpt}…\"; write: {instead}");
    }
}

#[test]
fn prose_has_no_phrase_that_makes_readers_stop() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for path in COVERED {
        assert!(root.join(path).exists(), "{path} does not exist");
    }
    let mut found = String::new();
    for path in COVERED {
        search(&root, path, &mut found);
    }
    assert!(found.is_empty(), "{} hits:\n{found}", found.lines().count());
}

#[test]
fn a_phrase_is_found_wherever_it_stands() {
    let phrases = |text: &str| hits(text).into_iter().map(|hit| hit.phrase).collect::<Vec<_>>();
    for (text, phrase) in [
        ("It is no database.", "is no"),
        ("The count: 0 is none", "is none"),
        ("it is\n  no database", "is no"),
        ("Whoever calls it", "whoever"),
        ("Done. What is left follows.", ". what is"),
        ("| What is left | follows |", ". what is"),
        ("nothing; there is (really) more", "there is"),
        ("gradually, By and by", "by and by"),
        ("with the own keys", "the own"),
    ] {
        assert_eq!(phrases(text), [phrase], "{text}");
    }
    for text in [
        "It is no longer there.",
        "a user who is a member",
        "it is not a database",
        "this nose",
        "I see what is left",
    ] {
        assert_eq!(phrases(text), <[&str; 0]>::default(), "{text}");
    }
}

#[test]
fn prose_is_doc_comments_and_string_literals() {
    let source = r#"
        //! A module
        //! in two lines.

        /// A function.
        ///
        /// ```
        /// let code = "code";
        /// ```
        /// The `end`.
        // A comment.
        fn f() { g("a literal"); }
    "#;
    let words = |text: &String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let prose: Vec<_> = of_rust(source).iter().map(words).filter(|text| !text.is_empty()).collect();
    assert_eq!(prose, ["A module in two lines. A function. The code.", "a literal"]);
}
