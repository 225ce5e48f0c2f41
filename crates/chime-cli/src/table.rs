//! `--output table`: a section for each structure and each list, as the AWS CLI has them. An item of a list is a row,
//! also where it has structures in it: their members are columns of their own, such as `Member.Arn`.

use std::collections::{BTreeMap, BTreeSet};

use chime_client::OneLine;
use serde_json::{Map, Value};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The width of a cell in addition to its text: blanks and border.
const PADDING: usize = 4;
/// The narrowest column that a terminal makes of a wider one.
const NARROWEST: usize = 8;

/// Shows an answer as a table, which is fitted to a terminal of that many columns.
pub(crate) fn table(title: &str, answer: &Value, columns: Option<usize>) -> String {
    let mut sections = Vec::new();
    add(&mut sections, Some(title), answer, 0);
    if sections.is_empty() {
        return String::new();
    }
    let mut width = total_width(&sections);
    if let Some(columns) = columns.filter(|columns| width > *columns) {
        sections.iter_mut().for_each(Section::turn_single_row);
        if total_width(&sections) > columns {
            for section in &mut sections {
                section.fit(columns);
            }
        }
        width = total_width(&sections);
    }
    let mut text = format!("{}\n", "-".repeat(width));
    for section in &sections {
        section.render(&mut text, width);
    }
    text
}

/// A title over rows, perhaps with the names of their columns.
#[derive(Default)]
struct Section {
    title: String,
    depth: usize,
    /// The lines of the columns' names.
    headers: Vec<Vec<String>>,
    rows: Vec<Vec<String>>,
}

/// Adds the sections of a value. Nothing is shown of an empty one.
fn add(sections: &mut Vec<Section>, title: Option<&str>, value: &Value, depth: usize) {
    let is_empty = match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    if is_empty {
        return;
    }
    if let Some(title) = title {
        sections.push(Section { title: shown(&Value::from(title)), depth, ..Section::default() });
    }
    match value {
        Value::Object(members) => add_structure(sections, members, depth),
        Value::Array(items) if items.first().is_some_and(Value::is_object) => {
            add_structures(sections, items);
        }
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Array(cells) if cells.iter().all(is_plain) => {
                        add_row(sections, cells.iter().map(shown).collect());
                    }
                    plain if is_plain(plain) => add_row(sections, vec![shown(plain)]),
                    nested => add(sections, None, nested, depth),
                }
            }
        }
        plain => add_row(sections, vec![shown(plain)]),
    }
}

/// Adds a structure: its plain members as one row, the others as sections below.
fn add_structure(sections: &mut Vec<Section>, members: &Map<String, Value>, depth: usize) {
    let mut names: Vec<_> = members.keys().collect();
    names.sort_unstable();
    let (plain, nested): (Vec<_>, Vec<_>) =
        names.into_iter().partition(|name| is_plain(&members[name.as_str()]));
    match &plain[..] {
        [] => {}
        [name] => add_row(sections, vec![(*name).clone(), shown(&members[name.as_str()])]),
        names => {
            if let Some(section) = sections.last_mut() {
                section.headers = vec![names.iter().map(|name| (*name).clone()).collect()];
            }
            add_row(sections, names.iter().map(|name| shown(&members[name.as_str()])).collect());
        }
    }
    for name in nested {
        add(sections, Some(name), &members[name], depth + 1);
    }
}

/// Adds a list of structures: a row for each.
fn add_structures(sections: &mut [Section], items: &[Value]) {
    let rows: Vec<_> = items.iter().map(columns_of).collect();
    let names: BTreeSet<_> = rows.iter().flat_map(BTreeMap::keys).cloned().collect();
    let Some(section) = sections.last_mut() else { return };
    for row in rows {
        section.rows.push(names.iter().map(|name| row.get(name).cloned().unwrap_or_default()).collect());
    }
    section.headers = vec![names.into_iter().collect()];
}

/// The cells of an item, by the names of their columns.
fn columns_of(item: &Value) -> BTreeMap<String, String> {
    let mut columns = BTreeMap::new();
    let mut rest = vec![(String::new(), item)];
    while let Some((name, value)) = rest.pop() {
        match value {
            Value::Object(members) => rest.extend(members.iter().map(|(member, value)| {
                let name = if name.is_empty() { member.clone() } else { format!("{name}.{member}") };
                (name, value)
            })),
            Value::Array(items) if items.iter().all(is_plain) => {
                columns.insert(name, items.iter().map(shown).collect::<Vec<_>>().join(", "));
            }
            value => {
                columns.insert(name, shown(value));
            }
        }
    }
    columns
}

fn add_row(sections: &mut [Section], cells: Vec<String>) {
    if let Some(section) = sections.last_mut()
        && !cells.is_empty()
    {
        section.rows.push(cells);
    }
}

/// A plain value as the AWS CLI shows it.
pub(crate) fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        other => other.to_string(),
    }
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// A value on one line: a line break or an escape sequence in a name must not tear the table.
fn shown(value: &Value) -> String {
    OneLine(cell(value)).to_string()
}

fn total_width(sections: &[Section]) -> usize {
    sections.iter().map(Section::width).max().unwrap_or_default()
}

impl Section {
    /// The width of the text in each column.
    fn text_widths(&self) -> Vec<usize> {
        let rows = || self.headers.iter().chain(&self.rows);
        let columns = rows().map(Vec::len).max().unwrap_or_default();
        let width = |column| rows().filter_map(|row| row.get(column)).map(|cell: &String| cell.width()).max();
        (0..columns).map(|column| width(column).unwrap_or_default()).collect()
    }

    fn width(&self) -> usize {
        let columns: usize = self.text_widths().iter().map(|width| width + PADDING).sum();
        2 * self.depth + 2 + columns.max(self.title.width())
    }

    /// Puts the names of a single row in front of its values, one below the other.
    fn turn_single_row(&mut self) {
        if self.rows.len() == 1 {
            self.turn();
        }
    }

    /// Puts the names of the columns in front of the values, one below the other. A blank row ends each but the last.
    fn turn(&mut self) {
        let Some(names) = self.headers.pop() else { return };
        let rows = std::mem::take(&mut self.rows);
        let is_single = rows.len() == 1;
        for cells in rows {
            if !self.rows.is_empty() {
                self.rows.push(vec![String::new(), String::new()]);
            }
            let pairs = names.iter().cloned().zip(cells).filter(|(_, cell)| is_single || !cell.is_empty());
            self.rows.extend(pairs.map(|(name, cell)| vec![name, cell]));
        }
    }

    /// If columns would be too narrow to read, their names precede the values. Where columns would be too narrow to be
    /// read, their names stand in front of the values.
    fn fit(&mut self, columns: usize) {
        if self.width() <= columns {
            return;
        }
        let room = |count: usize| columns.saturating_sub(2 * self.depth + 2 + PADDING * count);
        let widths = narrowed(self.text_widths(), room(self.text_widths().len()));
        let Some(widths) = widths else {
            if !self.headers.is_empty() {
                self.turn();
                self.fit(columns);
            }
            // A terminal this narrow breaks the lines itself.
            return;
        };
        let break_rows = |rows: &mut Vec<Vec<String>>| {
            *rows = rows.drain(..).flat_map(|row| broken(&row, &widths)).collect();
        };
        break_rows(&mut self.headers);
        break_rows(&mut self.rows);
    }

    /// The width of each column with its borders, of which the sum is the section's.
    fn column_widths(&self, width: usize) -> Vec<usize> {
        let unscaled: Vec<_> = self.text_widths().iter().map(|width| width + PADDING).collect();
        let sum: usize = unscaled.iter().sum();
        if sum == 0 {
            return unscaled;
        }
        // To the nearest, and halfway to the even one, as Python rounds.
        let scaled = |column: usize| {
            let (whole, rest) = (column * width / sum, column * width % sum);
            whole + usize::from(2 * rest > sum || (2 * rest == sum && whole % 2 == 1))
        };
        let mut widths: Vec<_> = unscaled.into_iter().map(scaled).collect();
        let count = widths.len();
        // Rounding is corrected column by column: missing width is added from the last one on, surplus removed from the first.
        for turn in 0..count {
            let sum: usize = widths.iter().sum();
            let (column, fixed) = match sum.cmp(&width) {
                std::cmp::Ordering::Equal => break,
                std::cmp::Ordering::Less => (count - 1 - turn, 1),
                std::cmp::Ordering::Greater => (turn, -1),
            };
            if let Some(column) = widths.get_mut(column) {
                *column = column.saturating_add_signed(fixed);
            }
        }
        widths
    }

    fn render(&self, text: &mut String, width: usize) {
        let edge = "|".repeat(self.depth);
        let width = width - 2 * self.depth;
        let mut line = |content: &str| text.extend([&edge, content, &edge, "\n"]);
        if !self.title.is_empty() {
            line(&centered("|", &self.title, width));
            if self.headers.is_empty() && self.rows.is_empty() {
                line(&format!("+{}+", "-".repeat(width - 2)));
            }
        }
        let widths = self.column_widths(width);
        if widths.is_empty() {
            return;
        }
        let left = |column| if column == 0 { "|" } else { "" };
        let rule: String = widths
            .iter()
            .enumerate()
            .map(|(column, width)| match column {
                0 => format!("+{}+", "-".repeat(width.saturating_sub(2))),
                _ => format!("{}+", "-".repeat(width.saturating_sub(1))),
            })
            .collect();
        if !self.headers.is_empty() {
            line(&rule);
        }
        for names in &self.headers {
            let cells = names.iter().zip(&widths).enumerate();
            line(
                &cells
                    .map(|(column, (name, width))| centered(left(column), name, *width))
                    .collect::<String>(),
            );
        }
        line(&rule);
        for row in &self.rows {
            let cells = widths.iter().enumerate();
            let cell = |column| row.get(column).map_or("", String::as_str);
            line(
                &cells.map(|(column, width)| aligned(left(column), cell(column), *width)).collect::<String>(),
            );
        }
        line(&rule);
    }
}

/// Columns that are narrow enough for that much room: the widest become narrower, unless they would be too narrow.
fn narrowed(mut widths: Vec<usize>, room: usize) -> Option<Vec<usize>> {
    while widths.iter().sum::<usize>() > room {
        let widest = widths.iter_mut().max().filter(|widest| **widest > NARROWEST)?;
        *widest -= 1;
    }
    Some(widths)
}

/// A row as rows whose texts are at most that wide.
fn broken(row: &[String], widths: &[usize]) -> Vec<Vec<String>> {
    let cells: Vec<Vec<String>> = row.iter().zip(widths).map(|(text, width)| pieces(text, *width)).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or_default();
    let piece = |cell: &Vec<String>, line| cell.get(line).cloned().unwrap_or_default();
    (0..height).map(|line| cells.iter().map(|cell| piece(cell, line)).collect()).collect()
}

/// A text in pieces that are at most that wide.
fn pieces(text: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for letter in text.chars() {
        let wide = letter.width().unwrap_or_default();
        if used + wide > width && used > 0 {
            pieces.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(piece) = pieces.last_mut() {
            piece.push(letter);
        }
    }
    pieces
}

/// A cell of that width, borders included, with its text in the middle.
fn centered(left: &str, text: &str, width: usize) -> String {
    let before = (width / 2).saturating_sub(text.width() / 2 + 1);
    let used = left.len() + before + text.width();
    format!("{left}{}{text}{}|", " ".repeat(before), " ".repeat(width.saturating_sub(used + 1)))
}

/// A cell of that width, borders included, with its text at the left.
fn aligned(left: &str, text: &str, width: usize) -> String {
    let border = left.len() + 1;
    let before = if text.width() + 2 + border <= width { 2 } else { 0 };
    let used = border + before + text.width();
    format!("{left}{}{text}{}|", " ".repeat(before), " ".repeat(width.saturating_sub(used)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_has_a_row_for_each_item() {
        let answer = json!({"AppInstanceArn": "arn", "Users": [
            {"Name": "Alice", "Arn": "a"}, {"Name": "Bob\n", "Arn": "b", "Metadata": "{}"},
        ]});
        // As the AWS CLI shows it.
        let expected = "\
--------------------------------
|             List             |
+---------------------+--------+
|  AppInstanceArn     |  arn   |
+---------------------+--------+
||            Users           ||
|+-----+------------+---------+|
|| Arn | Metadata   |  Name   ||
|+-----+------------+---------+|
||  a  |            |  Alice  ||
||  b  |  {}        |  Bob\\n  ||
|+-----+------------+---------+|
";
        assert_eq!(table("List", &answer, None), expected);
        assert_eq!(table("List", &answer, Some(32)), expected);
    }

    #[test]
    fn a_table_is_fitted_to_the_terminal() {
        let answer = json!({"Users": [
            {"Arn": "arn:aws:chime:us-east-1:1:app-instance/i/user/a", "Name": "é".repeat(40)},
            {"Arn": "arn:aws:chime:us-east-1:1:app-instance/i/user/b", "Name": "b"},
        ]});
        let wide = table("List", &answer, None);
        assert!(wide.lines().any(|line| line.contains("user/a") && line.contains(&"é".repeat(40))), "{wide}");
        let fitted = table("List", &answer, Some(60));
        assert!(fitted.lines().all(|line| line.width() <= 60), "{fitted}");
        assert_eq!(fitted.matches('é').count(), 40, "{fitted}");
        // A structure within an item has columns. If they are too many, each line begins with a name instead.
        let many = json!([
            {"Id": 1, "Sender": {"Name": "Alice", "Arn": "a"}, "Colors": ["red", "blue"]},
            {"Id": 2, "Sender": {"Name": "Bob", "Arn": "b"}, "More": [{"x": 1}]},
        ]);
        let wide = table("List", &many, None);
        assert!(wide.contains("| Sender.Arn   |  Sender.Name  |"), "{wide}");
        assert!(wide.lines().any(|line| line.contains("red, blue") && line.contains("Alice")), "{wide}");
        let narrow = table("List", &many, Some(30));
        assert!(narrow.lines().all(|line| line.width() <= 30), "{narrow}");
        assert!(narrow.contains("|  Sender.Name |"), "{narrow}");
        // A single row is turned first.
        let one = json!({"Channel": {"Arn": "a".repeat(30), "Name": "b".repeat(30), "Mode": "UNRESTRICTED"}});
        let turned = table("Describe", &one, Some(60));
        assert!(
            turned.lines().any(|line| line.contains("|  Name") && line.contains(&"b".repeat(30))),
            "{turned}"
        );
    }
}
