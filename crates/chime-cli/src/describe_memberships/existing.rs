//! The rows that an output has already, held against the input.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use super::answers::{BEGINNING, Finished, Outcome};
use super::rows::Row;
use crate::failure::Failure;

/// The longest row of an output: an answer may have 4 MiB, of which each byte may be escaped.
const LONGEST: u64 = 32 * 1024 * 1024;

/// The whole rows of an output, in their order.
pub(super) struct Existing {
    /// The name of the output in messages.
    name: String,
    file: BufReader<File>,
    /// Whether rows without an answer are asked about again: then a rejected row may have been corrected.
    retries: bool,
    /// The number of rows that were read, which are lines.
    count: u64,
    /// The number of bytes up to the last whole row that was read.
    pub(super) end: u64,
    /// The line of the input that the last row is about.
    last: Option<u64>,
}

/// A row of the output, and the row of the input that it is about.
pub(super) struct Pair {
    pub(super) row: Row,
    pub(super) finished: Finished,
    /// The row of the output as it is, with its line's end.
    pub(super) text: Vec<u8>,
}

impl Existing {
    /// Reads a file from its beginning.
    pub(super) fn new(path: &str, file: File, retries: bool) -> Self {
        let name = format!("--output {path}");
        Self { name, file: BufReader::new(file), retries, count: 0, end: 0, last: None }
    }

    /// Returns the next complete row and its row of the input, or `None` after the last one.
    pub(super) fn next(
        &mut self,
        rows: &mut impl Iterator<Item = Result<Row, Failure>>,
    ) -> Result<Option<Pair>, Failure> {
        let mut text = Vec::new();
        let length = self
            .file
            .by_ref()
            .take(LONGEST)
            .read_until(b'\n', &mut text)
            .map_err(|error| Failure::other(&format!("{}: {error}", self.name)))?;
        if text.last() != Some(&b'\n') {
            // Nothing, or half a row that a process had no time to finish.
            let beginning = text.get(..BEGINNING.len()).unwrap_or(&text);
            return if BEGINNING.starts_with(beginning) { Ok(None) } else { Err(self.foreign()) };
        }
        let finished: Finished = serde_json::from_slice(&text).map_err(|_| self.foreign())?;
        let row = rows.next().transpose()?;
        let may_be_corrected = self.retries && finished.outcome == Outcome::Rejected;
        if let Some(reason) = mismatch(row.as_ref(), &finished, self.last, may_be_corrected) {
            return Err(self.refuse(&reason));
        }
        let Some(row) = row else { return Ok(None) };
        self.count += 1;
        self.end += length as u64;
        self.last = Some(finished.line);
        Ok(Some(Pair { row, finished, text }))
    }

    fn foreign(&self) -> Failure {
        self.refuse("not a row that this command wrote")
    }

    fn refuse(&self, reason: &str) -> Failure {
        Failure::usage(&format!(
            "{}: line {}: {reason}; expected a new file, or the output of the same input",
            self.name,
            self.count + 1
        ))
    }
}

/// Returns the reason why a row of the output is not the expected one, if it is not. `last` is the line of the one
/// before it.
fn mismatch(
    row: Option<&Row>,
    finished: &Finished,
    last: Option<u64>,
    may_be_corrected: bool,
) -> Option<String> {
    let line = finished.line;
    match row {
        Some(row) if row.line == line => {
            let same = may_be_corrected
                || row.members.channel_arn == finished.channel_arn
                    && row.members.app_instance_user_arn == finished.app_instance_user_arn;
            (!same).then(|| format!("it has other ARNs than line {line} of the input"))
        }
        _ if last == Some(line) => Some(format!("a duplicate of the row for line {line} of the input")),
        _ if last.is_some_and(|last| line < last) => {
            Some(format!("the row for line {line} of the input is out of order"))
        }
        Some(row) if row.line < line => {
            Some(format!("the row for line {} of the input is missing before it", row.line))
        }
        _ => Some(format!("the input has no row on line {line}")),
    }
}
