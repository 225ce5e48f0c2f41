//! Values within a message.

use std::fmt::{self, Write};

/// The number of bytes of a text that are quoted.
const LONGEST: usize = 256;

/// A text as a refusal quotes it: escaped, and no more of it than helps to find it.
pub(crate) struct Quoted<'t>(pub(crate) &'t str);

impl fmt::Debug for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.char_indices().nth(LONGEST) {
            None => fmt::Debug::fmt(self.0, f),
            Some((end, _)) => {
                fmt::Debug::fmt(self.0.get(..end).unwrap_or_default(), f)?;
                f.write_char('…')
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut() {
        let longest = "é".repeat(LONGEST);
        for (text, quoted) in [
            ("a\n\"", r#""a\n\"""#.to_owned()),
            (&longest, format!("\"{longest}\"")),
            (&format!("{longest}x"), format!("\"{longest}\"…")),
        ] {
            assert_eq!(format!("{:?}", Quoted(text)), quoted);
        }
    }

    #[test]
    fn no_refusal_grows_with_what_is_refused() {
        let instance = "arn:aws:chime:us-east-1:1:app-instance/i";
        let long = "\u{10ffff}".repeat(100_000);
        let refusals = [
            long.parse::<crate::ChannelArn>().unwrap_err().to_string(),
            format!("arn:{long}:chime:::x").parse::<crate::ChannelArn>().unwrap_err().to_string(),
            format!("arn:aws:{}:::x", "x".repeat(63)).parse::<crate::ChannelArn>().unwrap_err().to_string(),
            format!("{instance}/{}/c", "k".repeat(900)).parse::<crate::ChannelArn>().unwrap_err().to_string(),
            long.parse::<crate::Timestamp>().unwrap_err().to_string(),
        ];
        for refused in refusals {
            assert!(refused.len() < 8192 && refused.contains("expected "), "{} bytes", refused.len());
        }
    }
}
