//! The limit on what may precede an answer: 1xx answers.

use std::io;

/// The most bytes of 1xx answers before the answer to a request.
const MOST: usize = 64 * 1024;

/// The beginning of the first line of a 1xx response; `?` is any byte.
const BEGINNING: &[u8] = b"HTTP/1.? 1";

/// Watches the bytes that a connection receives for 1xx answers, of which hyper skips any number.
///
/// It sees the end of each one, so the answer and its body are never counted.
#[derive(Debug, Default)]
pub(crate) struct Interim {
    place: Place,
    /// The bytes of 1xx answers since the last request.
    bytes: usize,
}

#[derive(Clone, Copy, Debug)]
enum Place {
    /// The beginning of a response, after that many bytes of [`BEGINNING`].
    Beginning(usize),
    /// Within a 1xx answer. `line` is whether the line has any byte yet.
    Interim { line: bool },
    /// Within the answer itself.
    Answer,
}

impl Default for Place {
    fn default() -> Self {
        Self::Beginning(0)
    }
}

impl Interim {
    /// Starts anew, since a request is written.
    pub(crate) fn request(&mut self) {
        *self = Self::default();
    }

    /// Watches bytes that were received.
    ///
    /// # Errors
    /// More 1xx answers than the limit.
    pub(crate) fn received(&mut self, bytes: &[u8]) -> io::Result<()> {
        for byte in bytes {
            self.place = match (self.place, byte) {
                (Place::Answer, _) => return Ok(()),
                // hyper skips empty lines there.
                (Place::Beginning(0), b'\r' | b'\n') => Place::Beginning(0),
                (Place::Beginning(at), byte) => match BEGINNING.get(at) {
                    Some(expected) if expected == byte || *expected == b'?' => {
                        if at + 1 == BEGINNING.len() {
                            self.bytes += BEGINNING.len();
                            Place::Interim { line: true }
                        } else {
                            Place::Beginning(at + 1)
                        }
                    }
                    _ => Place::Answer,
                },
                (Place::Interim { line }, byte) => {
                    self.bytes += 1;
                    match byte {
                        b'\n' if !line => Place::Beginning(0),
                        b'\n' => Place::Interim { line: false },
                        b'\r' => Place::Interim { line },
                        _ => Place::Interim { line: true },
                    }
                }
            };
            if self.bytes > MOST {
                return Err(io::Error::other(format!("more than {MOST} bytes of 1xx answers preceded it")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Receives a text in pieces of that size. Returns whether it is within the limit.
    fn within(interim: &mut Interim, text: &str, piece: usize) -> bool {
        text.as_bytes().chunks(piece).all(|bytes| interim.received(bytes).is_ok())
    }

    #[test]
    fn only_1xx_answers_count_whatever_the_pieces_they_come_in() {
        let many = |text: &str| text.repeat(2 * MOST / text.len());
        let answer = "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n";
        // the bytes received, whether they are within the limit
        let cases = [
            (many("HTTP/1.1 100 Continue\r\n\r\n"), false),
            (many("HTTP/1.0 199 x\n\n"), false),
            (many("\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\nlink: b\r\n\r\n"), false),
            (format!("HTTP/1.1 103 Early Hints\r\n{}", many("link: a\r\n")), false),
            (format!("HTTP/1.1 100 Continue\r\n\r\n{answer}{}", many("HTTP/1.1 100 Continue\r\n\r\n")), true),
            (format!("{answer}{}", many("HTTP/1.1 100 Continue\r\n\r\n")), true),
            (format!("HTTP/1.1 100 Continue\n\nHTTP/1.1 404 Not Found\n\n{}", many("x")), true),
            (many("HTTP/1.1 200 OK\r\n\r\n"), true),
            ("HTTP/1.1 100 Continue\r\n\r\n".repeat(100) + answer, true),
        ];
        for (text, expected) in cases {
            for piece in [1, 7, 4096] {
                assert_eq!(within(&mut Interim::default(), &text, piece), expected, "{piece}: {text:.40}");
            }
        }
    }

    #[test]
    fn each_request_has_the_whole_limit() {
        let mut interim = Interim::default();
        let half = "HTTP/1.1 100 Continue\r\n\r\n".repeat(MOST / 2 / 25);
        for _ in 0..5 {
            interim.request();
            assert!(within(&mut interim, &half, 100) && within(&mut interim, "HTTP/1.1 200 OK\r\n\r\n", 100));
        }
        interim.request();
        assert!(within(&mut interim, &half, 100) && !within(&mut interim, &half.repeat(2), 100));
    }
}
