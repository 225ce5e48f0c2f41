//! An answer as JSON, text or table, in the AWS CLI's manner.

use std::io::{ErrorKind, Write};

use chime_client::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::failure::Failure;
use crate::table::{cell, table};

/// A form of `--output`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Text,
    Table,
}

impl Form {
    /// The form of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "json" => Some(Self::Json),
            "text" => Some(Self::Text),
            "table" => Some(Self::Table),
            _ => None,
        }
    }
}

/// An answer in a form, with a line's end. `columns` is how wide a terminal is.
pub(crate) fn format(
    operation: &str,
    answer: &Value,
    form: Form,
    columns: Option<usize>,
) -> serde_json::Result<String> {
    Ok(match form {
        Form::Text => {
            let mut lines = String::new();
            text(&mut lines, None, answer, None);
            lines
        }
        Form::Table => table(operation, answer, columns),
        Form::Json => json(answer)?,
    })
}

/// Returns the width of the terminal of standard output, if it is one.
pub(crate) fn columns() -> Option<usize> {
    let (width, _) = terminal_size::terminal_size_of(std::io::stdout())?;
    Some(width.0.into())
}

/// Writes to standard output. A reader that closes the pipe, such as `head`, does not cause an error.
pub(crate) fn print(bytes: &[u8]) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::other(&format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Turns times into ISO-8601, as the AWS CLI shows them: `2026-02-20T09:30:00.250000+00:00`. The service names
/// every member that is a time, and no other, `…Timestamp`.
pub(crate) fn write_out_times(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let time = Timestamp::deserialize(&*member).ok().filter(|_| name.ends_with("Timestamp"));
                match time {
                    Some(time) => *member = Value::String(iso_8601(time)),
                    None => write_out_times(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(write_out_times),
        _ => {}
    }
}

fn iso_8601(time: Timestamp) -> String {
    let text = time.to_string();
    let text = text.trim_end_matches('Z');
    match text.split_once('.') {
        Some((seconds, fraction)) => format!("{seconds}.{fraction:0<6}+00:00"),
        None => format!("{text}+00:00"),
    }
}

fn json(answer: &Value) -> serde_json::Result<String> {
    let mut text = Vec::new();
    let indent = serde_json::ser::PrettyFormatter::with_indent(b"    ");
    answer.serialize(&mut serde_json::Serializer::with_formatter(&mut text, indent))?;
    text.push(b'\n');
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A line for the plain members of each structure, sorted by name and separated by tabs, after the structure's own
/// name. `columns` are the members that all structures of a list have a place for.
fn text(lines: &mut String, name: Option<&str>, value: &Value, columns: Option<&[&str]>) {
    let is_plain = |value: &Value| !value.is_object() && !value.is_array();
    match value {
        Value::Object(members) => {
            let mut names: Vec<_> = members.keys().map(String::as_str).collect();
            names.sort_unstable();
            let is_cell = |name: &str| match columns {
                Some(columns) => columns.contains(&name),
                None => members.get(name).is_some_and(is_plain),
            };
            let (plain, nested): (Vec<_>, Vec<_>) = names.into_iter().partition(|name| is_cell(name));
            let cells: Vec<_> = columns
                .unwrap_or(&plain)
                .iter()
                .map(|name| members.get(*name).map(cell).unwrap_or_default())
                .collect();
            if !cells.is_empty() {
                line(lines, name, &cells);
            }
            for name in nested {
                text(lines, Some(name), members.get(name).unwrap_or(&Value::Null), None);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_object) => {
            let members = items.iter().filter_map(Value::as_object).flatten();
            let plain = members.filter(|(_, member)| is_plain(member));
            let mut columns: Vec<_> = plain.map(|(name, _)| name.as_str()).collect();
            columns.sort_unstable();
            columns.dedup();
            for item in items {
                text(lines, name, item, Some(&columns));
            }
        }
        Value::Array(items) => {
            let (plain, nested): (Vec<_>, Vec<_>) = items.iter().partition(|item| is_plain(item));
            let cells: Vec<_> = plain.into_iter().map(cell).collect();
            match name {
                Some(_) => cells.iter().for_each(|cell| line(lines, name, std::slice::from_ref(cell))),
                None if cells.is_empty() => {}
                None => line(lines, name, &cells),
            }
            for item in nested {
                text(lines, name, item, None);
            }
        }
        plain => line(lines, None, &[cell(plain)]),
    }
}

fn line(lines: &mut String, name: Option<&str>, cells: &[String]) {
    let name = name.map(str::to_uppercase);
    let cells: Vec<_> = name.iter().chain(cells).map(String::as_str).collect();
    lines.push_str(&cells.join("\t"));
    lines.push('\n');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn answer() -> Value {
        json!({
            "Channel": {"Name": "a\tb", "LastTimestamp": 1_771_579_800.25, "FirstTimestamp": 1_771_579_800},
            "Members": [{"Type": "DEFAULT"}, {"Type": "HIDDEN"}],
            "Tags": ["x", "y"],
            "NextToken": null,
        })
    }

    fn shown(mut answer: Value, form: Form) -> String {
        write_out_times(&mut answer);
        format("Op", &answer, form, None).unwrap()
    }

    #[test]
    fn json_keeps_the_order_and_writes_times_out() {
        let text = shown(json!({"B": {"ATimestamp": 0, "Size": 7}, "A": []}), Form::Json);
        assert_eq!(
            text,
            "{\n    \"B\": {\n        \"ATimestamp\": \"1970-01-01T00:00:00+00:00\",\n        \"Size\": 7\n    },\n    \"A\": []\n}\n"
        );
    }

    #[test]
    fn text_has_a_line_for_each_structure() {
        assert_eq!(
            shown(answer(), Form::Text),
            "None\nCHANNEL\t2026-02-20T09:30:00+00:00\t2026-02-20T09:30:00.250000+00:00\ta\tb\n\
             MEMBERS\tDEFAULT\nMEMBERS\tHIDDEN\nTAGS\tx\nTAGS\ty\n"
        );
        // The value that a query may select.
        let cases = [
            (json!("x"), "x\n"),
            (json!(["x", "y", 7, true, null]), "x\ty\t7\tTrue\tNone\n"),
            (json!([["x", "y"], ["z"]]), "x\ty\nz\n"),
            (json!([{"B": 1, "A": 2}, {"A": 3}]), "2\t1\n3\t\n"),
            (json!(null), "None\n"),
            (json!([]), ""),
        ];
        for (answer, expected) in cases {
            assert_eq!(shown(answer, Form::Text), expected);
        }
    }
}
