//! Texts that are cut to a length.

/// A text of at most `longest` bytes and, where it is cut, a character that says so.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().find(|(at, letter)| at + letter.len_utf8() > longest) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_two_characters() {
        assert_eq!(cut("äöü", 6), "äöü");
        assert_eq!(cut("äöü", 5), "äö…");
        assert_eq!(cut("äöü", 1), "…");
    }
}
