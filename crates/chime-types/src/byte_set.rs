//! Sets of characters, as tables.

/// A set of ASCII characters, as a table of all bytes.
pub(crate) struct ByteSet([bool; 256]);

impl ByteSet {
    /// Returns the set of the characters of an ASCII text.
    #[allow(clippy::indexing_slicing, reason = "in a constant, a panic is a compile error")]
    pub(crate) const fn of(members: &str) -> Self {
        let mut set = [false; 256];
        let mut at = 0;
        while at < members.len() {
            set[members.as_bytes()[at] as usize] = true;
            at += 1;
        }
        Self(set)
    }

    /// Returns the number of bytes before the first that is not in the set.
    pub(crate) fn run(&self, bytes: &[u8]) -> usize {
        let has = |byte: u8| self.0.get(usize::from(byte)).is_some_and(|has| *has);
        bytes.iter().take_while(|byte| has(**byte)).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_before_the_first_byte_outside_the_set() {
        const SET: ByteSet = ByteSet::of("ab");
        for (text, run) in [("", 0), ("aba", 3), ("abc", 2), ("cab", 0), ("b\0ab", 1), ("aéb", 1)] {
            assert_eq!(SET.run(text.as_bytes()), run, "{text:?}");
        }
    }
}
