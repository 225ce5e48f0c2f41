//! An answer as JSON, text or table, in the AWS CLI's manner.

use chime_client::{OneLine, Timestamp};
use comfy_table::{Table, presets};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The answer of an operation in one of the forms of `--output`, with a line's end; nothing where it has none.
pub(crate) fn format(operation: &str, mut answer: Value, form: &str) -> serde_json::Result<String> {
    if answer.is_null() {
        return Ok(String::new());
    }
    write_out_times(&mut answer);
    Ok(match form {
        "text" => {
            let mut lines = String::new();
            text(&mut lines, None, &answer);
            lines
        }
        "table" => table(operation, &answer),
        _ => json(&answer)?,
    })
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

/// A line for the plain members of each structure, sorted by name and separated by tabs, after the
/// structure's own name.
fn text(lines: &mut String, name: Option<&str>, value: &Value) {
    let mut line = |cells: Vec<String>| {
        let name = name.map(str::to_uppercase);
        let cells: Vec<_> = name.into_iter().chain(cells).collect();
        lines.push_str(&cells.join("\t"));
        lines.push('\n');
    };
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let (plain, nested): (Vec<_>, Vec<_>) =
                members.into_iter().partition(|(_, member)| !member.is_object() && !member.is_array());
            if !plain.is_empty() {
                line(plain.into_iter().map(|(_, member)| cell(member)).collect());
            }
            for (name, member) in nested {
                text(lines, Some(name), member);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| text(lines, name, item)),
        plain => line(vec![cell(plain)]),
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

fn table(operation: &str, answer: &Value) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_FULL_CONDENSED).set_header([operation, ""]);
    rows(&mut table, "", answer);
    format!("{table}\n")
}

/// A row for each plain value, under the path that leads to it.
fn rows(table: &mut Table, path: &str, value: &Value) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| rows(table, &below(name), member)),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                rows(table, &format!("{path}[{index}]"), item);
            }
        }
        // A line break or an escape sequence in a name must not tear the table.
        plain => {
            let escaped = OneLine(cell(plain)).to_string();
            table.add_row([path, &escaped]);
        }
    }
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

    #[test]
    fn json_keeps_the_order_and_writes_times_out() {
        let text = format("Op", json!({"B": {"ATimestamp": 0, "Size": 7}, "A": []}), "json").unwrap();
        assert_eq!(
            text,
            "{\n    \"B\": {\n        \"ATimestamp\": \"1970-01-01T00:00:00+00:00\",\n        \"Size\": 7\n    },\n    \"A\": []\n}\n"
        );
    }

    #[test]
    fn text_has_a_line_for_each_structure() {
        assert_eq!(
            format("Op", answer(), "text").unwrap(),
            "None\nCHANNEL\t2026-02-20T09:30:00+00:00\t2026-02-20T09:30:00.250000+00:00\ta\tb\n\
             MEMBERS\tDEFAULT\nMEMBERS\tHIDDEN\nTAGS\tx\nTAGS\ty\n"
        );
    }

    #[test]
    fn a_table_has_a_row_for_each_value_and_control_characters_do_not_tear_it() {
        let text = format("Op", answer(), "table").unwrap();
        for row in
            ["| Op ", "| Channel.Name           | a\\tb", "| Members[1].Type        | HIDDEN", "| Tags[0] "]
        {
            assert!(text.contains(row), "no {row:?} in\n{text}");
        }
    }
}
