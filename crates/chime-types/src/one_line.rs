//! Text that stays on its line.

use std::fmt::{self, Write};

/// The most characters of an excerpt.
const LONGEST_EXCERPT: usize = 1024;

/// Shows a value on one line: control characters and Unicode's line separators are escaped.
///
/// ```
#[doc = import!("OneLine")]
///
/// assert_eq!(OneLine("not\nyours").to_string(), r"not\nyours");
/// ```
///
/// What a service or a proxy says goes into logs and terminals; it must not be able to forge a line there or
/// to send the terminal a command.
#[derive(Clone, Copy, Debug)]
pub struct OneLine<T>(pub T);

impl<T: fmt::Display> fmt::Display for OneLine<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaping(f), "{}", self.0)
    }
}

struct Escaping<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for letter in text.chars() {
            if letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}') {
                write!(self.0, "{}", letter.escape_default())?;
            } else {
                self.0.write_char(letter)?;
            }
        }
        Ok(())
    }
}

/// Shows a text on one line, and at most 1,024 characters of it.
///
/// ```
#[doc = import!("Excerpt")]
///
/// let shown = Excerpt(&"é".repeat(2000)).to_string();
/// assert!(shown.ends_with("é… (4000 bytes)"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Excerpt<'t>(pub &'t str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(LONGEST_EXCERPT) {
            None => write!(f, "{}", OneLine(self.0)),
            Some((end, _)) => {
                let start = self.0.get(..end).unwrap_or_default();
                write!(f, "{}… ({} bytes)", OneLine(start), self.0.len())
            }
        }
    }
}
