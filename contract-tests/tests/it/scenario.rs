//! The scenario that other people's clients play in `interop/`, played by this one.

use std::collections::BTreeMap;

use chime_client::operation::Operation;
use chime_client::{Client, Exception, Timestamp, wire};
use chime_local::LocalService;
use serde_json::{Map, Value, json};

use crate::client;

/// What was remembered, by its name.
type Names = BTreeMap<String, String>;

/// A value of the scenario with what was remembered in place of names.
fn recall(value: &Value, names: &Names) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.clone(), recall(value, names))).collect()
        }
        Value::Array(items) => items.iter().map(|item| recall(item, names)).collect(),
        Value::String(text) => match text.strip_prefix('$') {
            Some(rest) => {
                let (name, rest) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                format!("{}{rest}", names[name]).into()
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
            names.insert(name.to_owned(), given.clone());
            let last = given.rsplit('/').next().unwrap();
            let hexadecimal = last.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
            match kind {
                "app-instance" => given.contains(":app-instance/") && last.len() == 36,
                "channel" => given.contains("/channel/") && last.len() == 64 && hexadecimal,
                "hex64" => given.len() == 64 && hexadecimal,
                "text" | "token" => !given.is_empty(),
                "time" => given.parse::<Timestamp>().is_ok(),
                other => panic!("{other} is no kind"),
            }
        }
        (expected, given) => expected == given,
    }
}

/// An answer with times as the scenario writes them: JSON has them as numbers.
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

/// What comes of a call, in the form that the players of `interop/` have; none where there is no such operation.
async fn play(client: &Client, call: &str, with: &Value) -> Option<Value> {
    macro_rules! dispatch {
        ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
            match call {
                $( stringify!($Operation) => Some(carry_out::<chime_client::$Operation>(client, with).await), )*
                _ => None,
            }
        };
    }
    chime_client::for_each_operation!(dispatch)
}

async fn carry_out<O: Operation>(client: &Client, with: &Value) -> Value {
    let members = with
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (O::METADATA.member(name).expect(name).name, value.clone()));
    let operation: O = wire::from_members(members).unwrap();
    match client.call(operation).await {
        // What has no answer is written as an empty one.
        Ok(answer) => match written(serde_json::to_value(&answer).unwrap()) {
            Value::Null => json!({"answer": {}}),
            answer => json!({"answer": answer}),
        },
        Err(error) => {
            json!({"exception": error.exception().map(Exception::as_str), "message": error.to_string()})
        }
    }
}

#[tokio::test]
async fn the_scenario_has_the_answers_that_other_clients_get() {
    let local = LocalService::empty().start().await.unwrap();
    let client = client(&local.endpoint_url()).credentials(local.credentials()).build().unwrap();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/interop/scenario.json");
    let steps: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut names = Names::new();
    let mut absent = 0;
    for step in steps {
        let call = step["call"].as_str().unwrap();
        let Some(given) = play(&client, call, &recall(&step["with"], &names)).await else {
            assert_eq!(step["absent"], true, "{call}");
            absent += 1;
            continue;
        };
        if let Some(exception) = step.get("refused") {
            assert_eq!(given["exception"], *exception, "{step}\n{given}");
        } else {
            let expected = recall(&step["answer"], &names);
            assert!(same(&expected, &given["answer"], &mut names), "{call}\n{expected}\n{given}");
        }
        if let Some(times) = step.get("later") {
            let [later, earlier] = [0, 1].map(|index| &names[times[index].as_str().unwrap()]);
            assert!(later > earlier, "{step}: {later} is not later than {earlier}");
        }
    }
    assert_eq!(absent, 1);
}
