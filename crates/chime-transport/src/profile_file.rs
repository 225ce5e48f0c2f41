//! The form of `~/.aws/config` and `~/.aws/credentials`, as the AWS CLI reads it.
//!
//! A section begins with `[NAME]`. Its properties are `name = value` lines, which may be indented. A line that is
//! indented deeper than the property before it belongs to that property's value.

use std::collections::BTreeMap;

/// The characters that begin a comment.
const COMMENT: [char; 2] = ['#', ';'];

/// A section and its properties, whose names are in lower case.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Section {
    /// The text between the brackets.
    pub(crate) header: String,
    pub(crate) line: usize,
    pub(crate) properties: BTreeMap<String, String>,
}

/// A line that is neither a section nor a property. The line is not quoted, since it may be a secret.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed {
    pub(crate) line: usize,
    pub(crate) reason: &'static str,
}

/// Reads the sections of a file, in its order.
pub(crate) fn sections(text: &str) -> Result<Vec<Section>, Malformed> {
    let mut sections: Vec<Section> = Vec::new();
    // The property that deeper lines belong to, and its indentation.
    let mut open: Option<(String, usize)> = None;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let malformed = |reason| Malformed { line: index + 1, reason };
        let content = line.trim();
        if content.is_empty() || content.starts_with(COMMENT) {
            continue;
        }
        let indentation = line.len() - line.trim_start().len();
        let section = sections.last_mut();
        if let (Some(section), Some((name, depth))) = (section, &open)
            && indentation > *depth
            && !content.starts_with('[')
        {
            let value = section.properties.entry(name.clone()).or_default();
            let is_nested = value.is_empty() || value.starts_with('\n');
            if is_nested && !content.contains('=') {
                return Err(malformed("expected name = value below a property without a value"));
            }
            if is_nested || !looks_like_property(content) {
                value.push('\n');
                value.push_str(without_comment(content));
                continue;
            }
            // A value on its own line has no properties below it: this is the next one.
        }
        if let Some(rest) = content.strip_prefix('[') {
            let header = rest.rsplit_once(']').map(|(header, _)| header.trim());
            let header = header.filter(|header| !header.is_empty());
            let header = header.ok_or_else(|| malformed("expected a section such as [profile NAME]"))?;
            sections.push(Section { header: header.to_owned(), line: index + 1, ..Section::default() });
            open = None;
            continue;
        }
        let Some(section) = sections.last_mut() else {
            return Err(malformed("expected a section such as [default] before the first property"));
        };
        let (name, value) = content
            .split_once(['=', ':'])
            .filter(|(name, _)| !name.trim().is_empty())
            .ok_or_else(|| malformed("expected name = value"))?;
        let name = name.trim().to_ascii_lowercase();
        section.properties.insert(name.clone(), without_comment(value.trim()).to_owned());
        open = Some((name, indentation));
    }
    Ok(sections)
}

/// Returns whether a line could be a property by itself, such as `output = json`.
fn looks_like_property(line: &str) -> bool {
    let name = line.split_once('=').map(|(name, _)| name.trim_end());
    name.is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
}

/// The value before a comment, which needs a blank before it.
fn without_comment(value: &str) -> &str {
    let begins = |(at, _): &(usize, char)| value[..*at].ends_with([' ', '\t']);
    let comment = value.char_indices().filter(|(_, c)| COMMENT.contains(c)).find(begins);
    comment.map_or(value, |(at, _)| value[..at].trim_end())
}

/// The properties of a nested value, such as `endpoint_url` below `chime_sdk_messaging =`.
pub(crate) fn nested(value: &str) -> BTreeMap<String, String> {
    let pairs = value.lines().filter_map(|line| line.split_once('='));
    pairs.map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned())).collect()
}

/// The words of a section's header, as a shell would split it: `profile "my work"` is two.
///
/// # Errors
/// A quote is not closed.
pub(crate) fn words(header: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut letters = header.chars();
    while let Some(letter) = letters.next() {
        match letter {
            ' ' | '\t' => words.extend(word.take()),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match letters.next() {
                        None => return Err("expected a closing quote in the section's name"),
                        Some(end) if end == letter => break,
                        Some('\\') if letter == '"' => match letters.next() {
                            Some(escaped @ ('"' | '\\')) => word.push(escaped),
                            other => {
                                word.push('\\');
                                word.extend(other);
                            }
                        },
                        Some(other) => word.push(other),
                    }
                }
            }
            '\\' => word.get_or_insert_default().extend(letters.next()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(String, Vec<(String, String)>)> {
        let sections = sections(text).unwrap().into_iter();
        sections.map(|section| (section.header, section.properties.into_iter().collect())).collect()
    }

    #[test]
    fn properties_may_be_indented_commented_and_nested() {
        let cases = [
            // text; the properties of its one section, name=value
            ("[a]\nregion = x\noutput=y", "output=y region=x"),
            ("[a]\n  region = x\n  output = y", "output=y region=x"),
            ("  [a]\n\tregion=x\r\n\toutput: y\r\n", "output=y region=x"),
            (
                "\u{feff}[a] # comment\n# region = z\n; more\n\nREGION = x # why\noutput = y;z",
                "output=y;z region=x",
            ),
            // Its own indentation.
            ("[a]\nregion = x\n  output = y", "output=y region=x"),
            ("[a]\n  region = x\n    output = y\nz = 1", "output=y region=x z=1"),
            ("[a]\ns3 =\n  size = 1\n  depth = 2\nregion = x", "region=x s3=\nsize = 1\ndepth = 2"),
            ("[a]\n  s3 =\n    size = 1\n\n    depth = 2\n  region = x", "region=x s3=\nsize = 1\ndepth = 2"),
            ("[a]\ncredential_process = vend\n  --to stdout", "credential_process=vend\n--to stdout"),
            ("[a]\nurl = http://x/#y", "url=http://x/#y"),
        ];
        for (text, expected) in cases {
            let [(header, properties)] = &read(text)[..] else { panic!("{text}") };
            let properties: Vec<_> =
                properties.iter().map(|(name, value)| format!("{name}={value}")).collect();
            assert_eq!((header.as_str(), properties.join(" ").as_str()), ("a", expected), "{text}");
        }
        assert_eq!(
            nested("\nsize = 1\n Depth=2"),
            [("depth", "2"), ("size", "1")].map(|(n, v)| (n.to_owned(), v.to_owned())).into()
        );
    }

    #[test]
    fn a_malformed_line_is_named_and_not_quoted() {
        let cases = [
            ("region = x", 1, "before the first property"),
            ("[a]\n\nsecret S3CRET", 3, "name = value"),
            ("[a\nregion = x", 1, "[profile NAME]"),
            ("[]", 1, "[profile NAME]"),
            ("[a]\n = x", 2, "name = value"),
            ("[a]\ns3 =\n  S3CRET", 3, "below a property"),
        ];
        for (text, line, reason) in cases {
            let malformed = sections(text).unwrap_err();
            assert_eq!(malformed.line, line, "{text}");
            assert!(malformed.reason.contains(reason), "{text}: {}", malformed.reason);
        }
    }

    #[test]
    fn names_are_split_as_a_shell_splits_them() {
        let cases: [(&str, &[&str]); 8] = [
            ("default", &["default"]),
            ("profile work", &["profile", "work"]),
            ("profile \"my work\"", &["profile", "my work"]),
            ("sso-session 'A B'", &["sso-session", "A B"]),
            ("profile\tmy\\ work", &["profile", "my work"]),
            ("profile my' 'work", &["profile", "my work"]),
            ("profile \"a \\\"b\\\" \\c\"", &["profile", "a \"b\" \\c"]),
            ("profile a b", &["profile", "a", "b"]),
        ];
        for (header, expected) in cases {
            assert_eq!(words(header).unwrap(), expected, "{header}");
        }
        assert!(words("profile \"my work").is_err());
    }
}
