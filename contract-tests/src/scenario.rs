//! The player of scenarios: calls written as JSON, and what must come of each.
//!
//! `interop/scenario.json` is played by the clients of other people too, so it uses no key but those that
//! `interop/scenario.py` documents. The stories in `data/stories` may use every key of [`Step`].

use std::collections::BTreeMap;

use chime_client::{Client, Error, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{data, operations};

/// A call and what must come of it: an answer or a refusal.
///
/// In `with` and `answer`, a text that begins with `$` recalls a name, and a `/` ends the name. In `answer`, a text
/// that begins with `#` matches any text of that kind; after `>` follows the name to remember it by.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The operation.
    pub call: String,
    /// The parameters.
    pub with: Map<String, Value>,
    /// The whole answer, times written as text.
    pub answer: Option<Value>,
    /// The exception that the call is refused with.
    pub refused: Option<String>,
    /// A text that the error contains.
    pub says: Option<String>,
    /// How often the call is made in a row, with the same outcome each time.
    #[serde(default = "once")]
    pub times: usize,
    /// Two remembered times, of which the first is later.
    pub later: Option<[String; 2]>,
    /// Two remembered times, of which the first is not earlier.
    pub not_earlier: Option<[String; 2]>,
    /// Remembered texts of which no two are the same.
    #[serde(default)]
    pub differ: Vec<String>,
    /// Whether the documentation page's boto3 lacks the operation or a member.
    #[serde(default)]
    pub newer: bool,
}

fn once() -> usize {
    1
}

/// The steps of `interop/scenario.json`.
pub fn shared() -> Vec<Step> {
    data::json("interop/scenario.json")
}

/// The remembered values by name.
type Names = BTreeMap<String, String>;

/// Plays steps with one client and remembers what the steps tell it to.
#[derive(Debug)]
pub struct Player<'c> {
    client: &'c Client,
    names: Names,
}

impl<'c> Player<'c> {
    /// A player that remembers nothing yet.
    pub fn new(client: &'c Client) -> Self {
        Self { client, names: Names::new() }
    }

    /// Remembers a text under a name.
    pub fn remember(&mut self, name: &str, text: impl Into<String>) {
        self.names.insert(name.to_owned(), text.into());
    }

    /// Makes a call and returns the answer with times written as text; `None` if the operation is not implemented.
    pub async fn call(&self, operation: &str, with: &Map<String, Value>) -> Option<Result<Value, Error>> {
        let with = with.iter().map(|(name, value)| (name.clone(), recall(value, &self.names))).collect();
        let answer = operations::call(self.client, operation, &with).await?;
        Some(answer.map(|answer| match written(answer) {
            // The scenario writes no answer as an empty one.
            Value::Null => Value::Object(Map::new()),
            answer => answer,
        }))
    }

    /// Plays a step and asserts what came of it.
    pub async fn play(&mut self, step: &Step) {
        for _ in 0..step.times {
            let given = self.call(&step.call, &step.with).await;
            self.check(step, given.unwrap_or_else(|| panic!("{} is not implemented: {step:?}", step.call)));
        }
    }

    fn check(&mut self, step: &Step, given: Result<Value, Error>) {
        match (given, &step.answer, &step.refused) {
            (Ok(given), Some(expected), None) => {
                let expected = recall(expected, &self.names);
                let call = &step.call;
                assert!(
                    same(&expected, &given, &mut self.names),
                    "{call}\nexpected {expected}\ngot      {given}"
                );
            }
            (Err(error), None, Some(expected)) => {
                let exception = error.exception().map(|exception| exception.as_str().to_owned());
                assert_eq!(exception.as_ref(), Some(expected), "{step:?}: {error}");
                if let Some(says) = &step.says {
                    assert!(error.to_string().contains(says), "{error} does not say {says:?}");
                }
            }
            (given, ..) => panic!("{step:?}: {given:?}"),
        }
        let name = |name: &String| self.names.get(name).unwrap_or_else(|| panic!("{name} is not remembered"));
        if let Some(times) = &step.later {
            let [later, earlier] = times.each_ref().map(name);
            assert!(later > earlier, "{step:?}: {later} is not later than {earlier}");
        }
        if let Some(times) = &step.not_earlier {
            let [later, earlier] = times.each_ref().map(name);
            assert!(later >= earlier, "{step:?}: {later} is earlier than {earlier}");
        }
        let mut texts: Vec<_> = step.differ.iter().map(name).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), step.differ.len(), "{step:?}: two of them are the same: {texts:?}");
    }

    /// Asserts that a value is as a step's `answer` would have it.
    pub fn assert_same(&mut self, expected: &Value, given: &Value) {
        let expected = recall(expected, &self.names);
        assert!(same(&expected, given, &mut self.names), "\nexpected {expected}\ngot      {given}");
    }
}

/// A value of the scenario with what is remembered in place of names.
fn recall(value: &Value, names: &Names) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), recall(value, names))).collect()
        }
        Value::Array(items) => items.iter().map(|item| recall(item, names)).collect(),
        Value::String(text) => match text.strip_prefix('$') {
            Some(rest) => {
                let (name, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                let remembered = names.get(name).unwrap_or_else(|| panic!("{name} is not remembered"));
                format!("{remembered}{rest}").into()
            }
            None => value.clone(),
        },
        other => other.clone(),
    }
}

/// Whether a value is as expected; remembers what is to be remembered.
fn same(expected: &Value, given: &Value, names: &mut Names) -> bool {
    match (expected, given) {
        (Value::Object(expected), Value::Object(given)) => {
            expected.len() == given.len()
                && expected
                    .iter()
                    .all(|(name, value)| given.get(name).is_some_and(|given| same(value, given, names)))
        }
        (Value::Array(expected), Value::Array(given)) => {
            expected.len() == given.len()
                && expected.iter().zip(given).all(|(expected, given)| same(expected, given, names))
        }
        (Value::String(expected), Value::String(given)) if expected.starts_with('#') => {
            let (kind, name) = expected[1..].split_once('>').unwrap_or((&expected[1..], ""));
            if !name.is_empty() {
                names.insert(name.to_owned(), given.clone());
            }
            is_of_kind(kind, given)
        }
        (expected, given) => expected == given,
    }
}

fn is_of_kind(kind: &str, given: &str) -> bool {
    let is_hexadecimal = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let is_generated = |id: &str| id.len() == 64 && is_hexadecimal(id);
    let last = given.rsplit('/').next().unwrap();
    match kind {
        "app-instance" => {
            let groups: Vec<_> = last.split('-').collect();
            let lengths = groups.iter().map(|group| group.len());
            given.contains(":app-instance/")
                && lengths.eq([8, 4, 4, 4, 12])
                && groups.iter().all(|group| is_hexadecimal(group))
        }
        "channel" => given.contains("/channel/") && is_generated(last),
        "bot" => given.contains("/bot/"),
        "hex64" => is_generated(given),
        "text" | "token" => !given.is_empty(),
        "time" => given.parse::<Timestamp>().is_ok(),
        other => panic!("{other} is not a kind"),
    }
}

/// An answer with times as the scenario writes them; JSON has them as numbers.
fn written(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| match value {
                Value::Number(_) if name.ends_with("Timestamp") => {
                    let time: Timestamp = serde_json::from_value(value).unwrap();
                    (name, Value::String(in_milliseconds(time)))
                }
                value => (name, written(value)),
            })
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(written).collect(),
        other => other,
    }
}

fn in_milliseconds(time: Timestamp) -> String {
    let text = time.to_string();
    let (seconds, fraction) = text.trim_end_matches('Z').split_once('.').unwrap_or((&text[..19], ""));
    format!("{seconds}.{fraction:0<3}Z")
}
