//! A text line by line, counted as an editor counts them.

use std::io::{self, BufRead, ErrorKind};

/// The longest row, so that one cannot fill the memory.
pub(super) const LONGEST: usize = 64 * 1024;

/// The mark that some programs begin a UTF-8 file with.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// The lines of a source. A line ends with `\n`, `\r\n` or `\r`; the last one may lack it.
pub(super) struct Lines<R> {
    source: R,
    /// The number of lines that were read.
    pub(super) count: u64,
    /// The number of bytes that were read.
    pub(super) bytes: u64,
}

/// The reason why the next line could not be read.
#[derive(Debug)]
pub(super) enum LineError {
    Io(io::Error),
    /// The line, or the row that it belongs to, is too long.
    TooLong,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(source: R) -> Self {
        Self { source, count: 0, bytes: 0 }
    }

    /// Appends the next line to a text, with its end. Returns whether there was one.
    pub(super) fn append(&mut self, text: &mut Vec<u8>) -> Result<bool, LineError> {
        let mut any = false;
        let mut carriage_return = false;
        loop {
            let buffer = match self.source.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(LineError::Io(error)),
            };
            if carriage_return {
                // A line feed behind it belongs to it.
                let length = usize::from(buffer.first() == Some(&b'\n'));
                text.extend_from_slice(buffer.get(..length).unwrap_or_default());
                self.consume(length);
                break;
            }
            if buffer.is_empty() {
                break;
            }
            let end = buffer.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let length = end.map_or(buffer.len(), |end| end + 1);
            let piece = buffer.get(..length).unwrap_or_default();
            any = true;
            carriage_return = piece.last() == Some(&b'\r');
            if text.len() + length > LONGEST {
                return Err(LineError::TooLong);
            }
            text.extend_from_slice(piece);
            self.consume(length);
            if end.is_some() && !carriage_return {
                break;
            }
        }
        if any {
            self.count += 1;
            if self.count == 1 && text.starts_with(BYTE_ORDER_MARK) {
                text.drain(..BYTE_ORDER_MARK.len());
            }
        }
        Ok(any)
    }

    fn consume(&mut self, length: usize) {
        self.source.consume(length);
        self.bytes += length as u64;
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn lines(text: &str, piece: usize) -> Vec<String> {
        let mut lines = Lines::new(BufReader::with_capacity(piece, text.as_bytes()));
        let mut all = Vec::new();
        loop {
            let mut line = Vec::new();
            if !lines.append(&mut line).unwrap() {
                assert_eq!((lines.count, lines.bytes), (all.len() as u64, text.len() as u64));
                return all;
            }
            all.push(String::from_utf8(line).unwrap());
        }
    }

    #[test]
    fn a_line_ends_as_in_an_editor() {
        let cases: [(&str, &[&str]); 7] = [
            ("", &[]),
            ("a", &["a"]),
            ("a\n", &["a\n"]),
            ("a\r\nb\nc\rd", &["a\r\n", "b\n", "c\r", "d"]),
            ("\n\r\n\r\r\n", &["\n", "\r\n", "\r", "\r\n"]),
            ("\u{feff}a\n\u{feff}b", &["a\n", "\u{feff}b"]),
            ("a\r", &["a\r"]),
        ];
        for (text, expected) in cases {
            for piece in [1, 2, 3, 100] {
                assert_eq!(lines(text, piece), expected, "{text:?} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn a_line_without_end_is_refused() {
        let mut lines = Lines::new(BufReader::new(io::repeat(b'x')));
        assert!(matches!(lines.append(&mut Vec::new()), Err(LineError::TooLong)));
    }
}
