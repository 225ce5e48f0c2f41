//! The rows of the input: CSV with a header, or a JSON object per line.

use std::io::BufRead;

use csv::{ReaderBuilder, StringRecord, Trim};
use serde::Deserialize;

use super::lines::{LONGEST, LineError, Lines};
use crate::failure::Failure;

const CHANNEL: &str = "ChannelArn";
const USER: &str = "AppInstanceUserArn";
const BEARER: &str = "ChimeBearer";

/// The members of a row that the command reads. An empty one is missing.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Members {
    pub(super) channel_arn: Option<String>,
    pub(super) app_instance_user_arn: Option<String>,
    pub(super) chime_bearer: Option<String>,
}

/// A row of the input.
#[derive(Debug)]
pub(super) struct Row {
    /// The line that it begins on.
    pub(super) line: u64,
    /// The number of bytes up to its end.
    pub(super) end: u64,
    pub(super) members: Members,
    /// The reason why the row has no request.
    pub(super) fault: Option<String>,
}

impl Row {
    fn new(line: u64, end: u64, members: Result<Members, String>) -> Self {
        let (mut members, mut fault) = match members {
            Ok(members) => (members, None),
            Err(fault) => (Members::default(), Some(fault)),
        };
        for member in
            [&mut members.channel_arn, &mut members.app_instance_user_arn, &mut members.chime_bearer]
        {
            *member = member.take().filter(|text| !text.is_empty());
        }
        if fault.is_none() {
            let required = [(CHANNEL, &members.channel_arn), (USER, &members.app_instance_user_arn)];
            let missing: Vec<_> =
                required.iter().filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
            fault = match missing[..] {
                [] => None,
                [name] => Some(format!("{name} is missing")),
                _ => Some(format!("{} are missing", missing.join(" and "))),
            };
        }
        Self { line, end, members, fault }
    }
}

/// The rows of a source, in their order. The first error is the last item.
pub(super) struct Rows<R> {
    /// The name of the source in messages.
    name: String,
    lines: Lines<R>,
    form: Form,
    /// The first line of JSON, which showed the format and is a row.
    first: Option<(u64, Vec<u8>)>,
    ended: bool,
}

enum Form {
    Json,
    Csv(Columns),
}

/// The places of the columns.
struct Columns {
    channel: usize,
    user: usize,
    bearer: Option<usize>,
}

impl<R: BufRead> Rows<R> {
    /// Reads until the format is known: the header of CSV, or the first row of JSON.
    pub(super) fn new(name: &str, source: R) -> Result<Self, Failure> {
        // A source without any line is CSV without rows.
        let empty = Form::Csv(Columns { channel: 0, user: 0, bearer: None });
        let mut rows =
            Self { name: name.to_owned(), lines: Lines::new(source), form: empty, first: None, ended: false };
        let Some((line, text)) = rows.next_line()? else { return Ok(rows) };
        match text.trim_ascii_start().first() {
            Some(b'{') => {
                rows.form = Form::Json;
                rows.first = Some((line, text));
            }
            Some(b'[') => {
                let reason = "a JSON array is not a list of rows; expected a JSON object per line";
                return Err(rows.refuse(line, reason));
            }
            _ => {
                let (text, closed) = rows.rest_of_record(line, text)?;
                let record = record(&text).filter(|_| closed);
                let record = record.ok_or_else(|| rows.refuse(line, "the header is not CSV in UTF-8"))?;
                rows.form = Form::Csv(columns(&record).map_err(|reason| rows.refuse(line, &reason))?);
            }
        }
        Ok(rows)
    }

    /// The next line that is not blank, and its number.
    fn next_line(&mut self) -> Result<Option<(u64, Vec<u8>)>, Failure> {
        loop {
            let mut text = Vec::new();
            match self.lines.append(&mut text) {
                Ok(true) if text.trim_ascii().is_empty() => {}
                Ok(true) => return Ok(Some((self.lines.count, text))),
                Ok(false) => return Ok(None),
                Err(error) => return Err(self.failed(self.lines.count + 1, &error)),
            }
        }
    }

    /// The record that begins with a line, and whether its last quote is closed.
    fn rest_of_record(&mut self, line: u64, mut text: Vec<u8>) -> Result<(Vec<u8>, bool), Failure> {
        let mut place = Place::Beginning.after(&text);
        while place == Place::Quoted {
            let before = text.len();
            if !self.lines.append(&mut text).map_err(|error| self.failed(line, &error))? {
                return Ok((text, false));
            }
            place = place.after(text.get(before..).unwrap_or_default());
        }
        Ok((text, true))
    }

    fn failed(&self, line: u64, error: &LineError) -> Failure {
        match error {
            LineError::Io(error) => Failure::other(&format!("{}: {error}", self.name)),
            LineError::TooLong => self.refuse(
                line,
                &format!("the row has more than {LONGEST} bytes; in CSV, a quote may not be closed"),
            ),
        }
    }

    fn refuse(&self, line: u64, reason: &str) -> Failure {
        Failure::usage(&format!("{}: line {line}: {reason}", self.name))
    }

    fn next_row(&mut self) -> Result<Option<Row>, Failure> {
        let first = self.first.take();
        let Some((line, text)) = first.map_or_else(|| self.next_line(), |first| Ok(Some(first)))? else {
            return Ok(None);
        };
        let members = if let Form::Json = self.form {
            json_members(&text)
        } else {
            let (text, closed) = self.rest_of_record(line, text)?;
            match (&self.form, record(&text)) {
                _ if !closed => Err("a quote is not closed before the end of the input".to_owned()),
                (Form::Csv(columns), Some(record)) => Ok(columns.members(&record)),
                _ => Err("not UTF-8".to_owned()),
            }
        };
        Ok(Some(Row::new(line, self.lines.bytes, members)))
    }
}

impl<R: BufRead> Iterator for Rows<R> {
    type Item = Result<Row, Failure>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let row = self.next_row().transpose();
        self.ended = !matches!(row, Some(Ok(_)));
        row
    }
}

fn json_members(text: &[u8]) -> Result<Members, String> {
    let text = text.trim_ascii_end();
    if !text.trim_ascii_start().starts_with(b"{") {
        return Err("not a JSON object".to_owned());
    }
    serde_json::from_slice(text).map_err(|error| {
        // Its line is that within the row.
        let reason = error.to_string();
        let reason = reason.rsplit_once(" at line ").map_or(&*reason, |(reason, _)| reason);
        format!("{reason} at column {}", error.column())
    })
}

/// The fields of a record, unless they are not UTF-8.
fn record(text: &[u8]) -> Option<StringRecord> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(Trim::All)
        .buffer_capacity(text.len())
        .from_reader(text);
    let mut record = StringRecord::new();
    reader.read_record(&mut record).ok().map(|_| record)
}

fn columns(names: &StringRecord) -> Result<Columns, String> {
    let expected = "expected a header with ChannelArn, AppInstanceUserArn and optionally ChimeBearer";
    let place = |name: &str| {
        let mut places = names.iter().enumerate().filter(|(_, column)| *column == name);
        match (places.next(), places.next()) {
            (_, Some(_)) => Err(format!("the column {name} is a duplicate; {expected}")),
            (place, None) => Ok(place.map(|(place, _)| place)),
        }
    };
    match (place(CHANNEL)?, place(USER)?) {
        (Some(channel), Some(user)) => Ok(Columns { channel, user, bearer: place(BEARER)? }),
        (Some(_), None) => Err(format!("the column {USER} is missing; {expected}")),
        (None, Some(_)) => Err(format!("the column {CHANNEL} is missing; {expected}")),
        (None, None) => Err(format!("the columns {CHANNEL} and {USER} are missing; {expected}")),
    }
}

impl Columns {
    fn members(&self, record: &StringRecord) -> Members {
        let text = |column: usize| record.get(column).map(str::to_owned);
        Members {
            channel_arn: text(self.channel),
            app_instance_user_arn: text(self.user),
            chime_bearer: self.bearer.and_then(text),
        }
    }
}

/// A place in a CSV record. A quote opens a field only where it begins, as for the `csv` crate.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    /// The beginning of a field.
    Beginning,
    /// Within a field that is not quoted, or behind the quotes of one that is.
    Plain,
    /// Within quotes.
    Quoted,
    /// Behind a quote within quotes, which another one would escape.
    Quote,
}

impl Place {
    /// The place after more bytes.
    fn after(self, bytes: &[u8]) -> Self {
        bytes.iter().fold(self, |place, byte| match (place, byte) {
            (Self::Quoted, b'"') => Self::Quote,
            (Self::Quoted, _) | (Self::Quote | Self::Beginning, b'"') => Self::Quoted,
            (_, b',' | b'\n' | b'\r') => Self::Beginning,
            _ => Self::Plain,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as its line and its members or its fault.
    fn rows(text: &str) -> Result<Vec<String>, String> {
        let rows = Rows::new("in", text.as_bytes()).map_err(|failure| failure.message)?;
        let shown = |row: Row| {
            let members = row.members;
            let shown = [members.channel_arn, members.app_instance_user_arn, members.chime_bearer];
            let shown: Vec<_> = shown.into_iter().map(|member| member.unwrap_or("-".to_owned())).collect();
            format!("{}: {}", row.line, row.fault.unwrap_or(shown.join(" ")))
        };
        rows.map(|row| row.map(shown).map_err(|failure| failure.message)).collect()
    }

    #[test]
    fn a_row_has_the_line_that_an_editor_shows_and_what_is_wrong_with_it() {
        let header = "ChannelArn,AppInstanceUserArn,ChimeBearer";
        let cases: [(String, &[&str]); 14] = [
            (String::new(), &[]),
            (header.to_owned(), &[]),
            (format!("{header}\na,b,c\nd,e,"), &["2: a b c", "3: d e -"]),
            (format!("\u{feff}{header}\r\na,b,c\r\n\r\n \r\nd,e\r\n"), &["2: a b c", "5: d e -"]),
            (format!("\r\n\n{header}\ra,b,c\r\rd,e,f"), &["4: a b c", "6: d e f"]),
            (
                format!("Note,{header}\n\"two\r\nlines\",a,b,c\n\"three \"\"\n\n\",d,e,f\nx,g,h,i\n"),
                &["2: a b c", "4: d e f", "7: g h i"],
            ),
            (format!("\"Two\nlines\",{header}\nx,a,b,c"), &["3: a b c"]),
            (
                format!("{header}\n,b\na\n,\n\"a\n\n"),
                &[
                    "2: ChannelArn is missing",
                    "3: AppInstanceUserArn is missing",
                    "4: ChannelArn and AppInstanceUserArn are missing",
                    "5: a quote is not closed before the end of the input",
                ],
            ),
            (format!("{header}\na,b\"c,d\n e , \"f\" \n"), &["2: a b\"c d", "3: e \"f\" -"]),
            ("AppInstanceUserArn , x,ChannelArn\nb,x,a,too,many".to_owned(), &["2: a b -"]),
            (
                "\n{\"ChannelArn\":\"a\",\"AppInstanceUserArn\":\"b\"}\r\n\r\n  {\"ChannelArn\": 7}\n"
                    .to_owned(),
                &["2: a b -", "4: invalid type: integer `7`, expected a string at column 18"],
            ),
            (
                "\u{feff}{}\nnonsense\n{\"a\"\n[\"a\",\"b\"]\n{\"ChannelArn\":\"a\",\"ChannelArn\":\"b\"}"
                    .to_owned(),
                &[
                    "1: ChannelArn and AppInstanceUserArn are missing",
                    "2: not a JSON object",
                    "3: EOF while parsing an object at column 4",
                    "4: not a JSON object",
                    "5: duplicate field `ChannelArn` at column 30",
                ],
            ),
            (
                "{\"ChannelArn\":\"\",\"AppInstanceUserArn\":null,\"ChimeBearer\":\"c\"}".to_owned(),
                &["1: ChannelArn and AppInstanceUserArn are missing"],
            ),
            (
                "{\"ChannelArn\":\"a\",\"AppInstanceUserArn\":\"b\",\"ChimeBearer\":\"\"} x".to_owned(),
                &["1: trailing characters at column 62"],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(rows(&text).unwrap(), expected, "{text:?}");
        }
    }

    #[test]
    fn an_input_that_has_no_rows_is_refused_once_with_its_line() {
        let expected = "expected a header with ChannelArn, AppInstanceUserArn and optionally ChimeBearer";
        let cases = [
            (
                "a,b\n1,2\n",
                format!("line 1: the columns ChannelArn and AppInstanceUserArn are missing; {expected}"),
            ),
            ("\n\nChannelArn\nx\n", format!("line 3: the column AppInstanceUserArn is missing; {expected}")),
            (
                "AppInstanceUserArn;ChannelArn\n",
                format!("line 1: the columns ChannelArn and AppInstanceUserArn are missing; {expected}"),
            ),
            ("AppInstanceUserArn", format!("line 1: the column ChannelArn is missing; {expected}")),
            (
                "ChannelArn,AppInstanceUserArn,ChannelArn",
                format!("line 1: the column ChannelArn is a duplicate; {expected}"),
            ),
            ("\"ChannelArn,AppInstanceUserArn\n\na,b\n", "line 1: the header is not CSV in UTF-8".to_owned()),
            (
                "\n [{}]",
                "line 2: a JSON array is not a list of rows; expected a JSON object per line".to_owned(),
            ),
        ];
        for (text, reason) in cases {
            assert_eq!(rows(text).unwrap_err(), format!("chime: in: {reason}"), "{text:?}");
        }
    }

    #[test]
    fn a_row_that_is_not_text_is_its_own_fault_and_one_that_is_too_long_ends_the_input() {
        let text = b"ChannelArn,AppInstanceUserArn\n\xff,b\na,b\n";
        let faults: Vec<_> =
            Rows::new("in", &text[..]).ok().unwrap().map(|row| row.ok().unwrap().fault).collect();
        assert_eq!(faults, [Some("not UTF-8".to_owned()), None]);
        for beginning in ["ChannelArn,AppInstanceUserArn\na,b\n\"", "{}\n{\"", "{}\n"] {
            let text = format!("{beginning}{}", "x".repeat(1 << 20));
            let mut rows = Rows::new("in", text.as_bytes()).ok().unwrap();
            let last = rows.by_ref().last().unwrap().err().unwrap().message;
            assert!(last.contains("more than 65536 bytes"), "{last}");
            assert!(rows.next().is_none());
        }
    }
}
