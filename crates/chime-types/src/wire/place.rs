//! The member that a place in an answer belongs to.

use std::fmt::Write;

/// The members whose value is a map. Their keys come from users, so a log must not show them.
const MAPS: [&str; 1] = ["MessageAttributes"];

/// An object or an array that contains the place.
enum Container<'j> {
    /// An object, at the member of that name. `named` is whether the next text is a value.
    Object { name: &'j str, named: bool },
    /// An array, at that item.
    Array(usize),
}

/// Returns the path of the value that ends at a line and column of a JSON text, such as `Tags[1].Key`, both as
/// `serde_json` counts them. It is empty for the text as a whole.
pub(super) fn path_at(json: &[u8], line: usize, column: usize) -> String {
    let before: usize =
        json.split_inclusive(|byte| *byte == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    let json = json.get(..before.saturating_add(column).min(json.len())).unwrap_or_default();
    let mut containers = Vec::new();
    let mut at = 0;
    while let Some(byte) = json.get(at) {
        at += 1;
        match (byte, containers.last_mut()) {
            (b'{', _) => containers.push(Container::Object { name: "", named: false }),
            (b'[', _) => containers.push(Container::Array(0)),
            (b'}' | b']', _) => {
                containers.pop();
            }
            (b',', Some(Container::Array(item))) => *item += 1,
            (b',', Some(Container::Object { named, .. })) => *named = false,
            (b':', Some(Container::Object { named, .. })) => *named = true,
            (b'"', container) => {
                let text = json.get(at..).unwrap_or_default();
                let length = text_length(text);
                if let Some(Container::Object { name, named: false }) = container {
                    *name = std::str::from_utf8(text.get(..length).unwrap_or_default()).unwrap_or_default();
                }
                at += length + 1;
            }
            _ => {}
        }
    }
    path(&containers)
}

/// Returns the length of a text that begins after its opening quote.
fn text_length(json: &[u8]) -> usize {
    let mut escaped = false;
    let end = json.iter().position(|byte| {
        let end = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        end
    });
    end.unwrap_or(json.len())
}

fn path(containers: &[Container<'_>]) -> String {
    let mut path = String::new();
    for container in containers {
        // Writing to a text does not fail.
        let _ = match container {
            Container::Object { name, .. } => {
                let dot = if path.is_empty() { "" } else { "." };
                write!(path, "{dot}{name}")
            }
            Container::Array(item) => write!(path, "[{item}]"),
        };
        if matches!(container, Container::Object { name, .. } if MAPS.contains(name)) {
            break;
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_is_that_of_the_value_which_ends_there() {
        // the text up to the place, the path
        let cases = [
            ("", ""),
            ("{}", ""),
            (r#"{"A":7"#, "A"),
            (r#"{"A":{"B":null"#, "A.B"),
            (r#"{"A":{"B":null}"#, "A"),
            (r#"{"A":{"B":null},"C":[{"D":1},{"D":"x""#, "C[1].D"),
            (r#"{"A":"\",{[\\","C":[[1,2],[3"#, "C[1][0]"),
            ("{\n\t\"A\" : [\n1 , 2", "A[1]"),
            (r#"{"A":{"MessageAttributes":{"SECRET":{"StringValues":5"#, "A.MessageAttributes"),
            ("}}]]", ""),
            (r#"{"A":"unfinished"#, "A"),
            (r#"{"A"#, "A"),
        ];
        for (before, path) in cases {
            let line = before.split('\n').count();
            let column = before.rsplit('\n').next().unwrap_or_default().len();
            let json = format!("{before} ,\"Behind\":[0]}}");
            assert_eq!(path_at(json.as_bytes(), line, column), path, "{before}");
        }
        assert_eq!(path_at(b"{\"A\":1}", 9, 9), "");
    }
}
