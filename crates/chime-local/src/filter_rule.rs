//! Filter rules: which messages notify a member, by the attributes of the messages.
//!
//! A rule is a JSON object. Each of its keys is the name of an attribute, with the values that match it or, as
//! `{"anything-but": […]}`, those that do not. All keys must match; of the rules of a `$or`, one must.

use std::collections::BTreeMap;

use chime_types::Sensitive;
use chime_types::shapes::{AllowNotifications, ChannelMembershipPreferences, MessageAttributeValue};
use serde_json::{Map, Value};

/// The largest number of bytes of a rule.
const BYTES: usize = 2048;

/// The largest number of keys of a rule, and the largest number of its values.
const KEYS_AND_VALUES: usize = 20;

/// The largest number of rules of a `$or`.
const ALTERNATIVES: usize = 5;

/// A rule, all conditions of which must match.
struct FilterRule {
    conditions: Vec<Condition>,
}

enum Condition {
    /// The attribute has one of the values, or one that none of the excluded is.
    Attribute {
        key: String,
        values: Vec<String>,
        excluded: Vec<Vec<String>>,
    },
    AnyOf(Vec<FilterRule>),
}

/// The numbers of keys and values of a rule.
#[derive(Default)]
struct Size {
    keys: usize,
    values: usize,
}

/// Whether preferences can be set; otherwise, the parameter that is malformed, and why.
pub(crate) fn check_preferences(preferences: &ChannelMembershipPreferences) -> Result<(), String> {
    let Some(push) = &preferences.push_notifications else { return Ok(()) };
    let invalid = |reason| format!("Preferences: PushNotifications: FilterRule: {reason}");
    match &push.filter_rule {
        Some(rule) => FilterRule::parse(rule).map(drop).map_err(invalid),
        None if push.allow_notifications == AllowNotifications::Filtered => {
            Err(invalid("missing; FILTERED requires it".to_owned()))
        }
        None => Ok(()),
    }
}

/// Returns whether a member's preferences allow the notification of a message with these attributes.
pub(crate) fn allow(
    preferences: Option<&ChannelMembershipPreferences>,
    attributes: &BTreeMap<Sensitive, MessageAttributeValue>,
) -> bool {
    let Some(push) = preferences.and_then(|preferences| preferences.push_notifications.as_ref()) else {
        return true;
    };
    match push.allow_notifications {
        AllowNotifications::None => false,
        AllowNotifications::Filtered => {
            let rule = push.filter_rule.as_ref().and_then(|rule| FilterRule::parse(rule).ok());
            rule.is_some_and(|rule| rule.matches(attributes))
        }
        _ => true,
    }
}

impl FilterRule {
    /// Reads a rule. The reason why it is malformed quotes nothing of it, since a rule is sensitive.
    fn parse(text: &Sensitive) -> Result<Self, String> {
        let text = text.as_str();
        if text.len() > BYTES {
            return Err(format!("it has {} bytes of UTF-8; expected at most {BYTES}", text.len()));
        }
        let json: Map<String, Value> = serde_json::from_str(text)
            .map_err(|error| format!("not a JSON object, at column {}", error.column()))?;
        let mut size = Size::default();
        let rule = Self::read(&json, &mut size)?;
        for (count, what) in [(size.keys, "keys"), (size.values, "values")] {
            if count > KEYS_AND_VALUES {
                return Err(format!("it has {count} {what}; expected at most {KEYS_AND_VALUES}"));
            }
        }
        Ok(rule)
    }

    fn read(json: &Map<String, Value>, size: &mut Size) -> Result<Self, String> {
        if json.is_empty() {
            return Err("it has an object without keys; expected at least one key".to_owned());
        }
        let conditions = json.iter().map(|(key, value)| Condition::read(key, value, size));
        Ok(Self { conditions: conditions.collect::<Result<_, _>>()? })
    }

    /// Returns whether the attributes of a message match.
    fn matches(&self, attributes: &BTreeMap<Sensitive, MessageAttributeValue>) -> bool {
        self.conditions.iter().all(|condition| condition.matches(attributes))
    }
}

impl Condition {
    fn read(key: &str, value: &Value, size: &mut Size) -> Result<Self, String> {
        let items = value.as_array().filter(|items| !items.is_empty());
        let items =
            items.ok_or("a key has a value that is not a list; expected a list of at least one item")?;
        if key == "$or" {
            if items.len() > ALTERNATIVES {
                let reason = "$or: it has more than 5 rules; expected at most 5";
                return Err(reason.to_owned());
            }
            let rules = items.iter().map(|item| match item {
                Value::Object(rule) => FilterRule::read(rule, size),
                _ => Err("$or: an item is not an object; expected a list of rules".to_owned()),
            });
            return Ok(Self::AnyOf(rules.collect::<Result<_, _>>()?));
        }
        size.keys += 1;
        let (mut values, mut excluded) = (Vec::new(), Vec::new());
        for item in items {
            match item {
                Value::String(value) => {
                    size.values += 1;
                    values.push(value.clone());
                }
                Value::Object(object) => excluded.push(anything_but(object, size)?),
                _ => return Err(format!("an item is neither a string nor an object; {EXPECTED_ITEM}")),
            }
        }
        Ok(Self::Attribute { key: key.to_owned(), values, excluded })
    }

    fn matches(&self, attributes: &BTreeMap<Sensitive, MessageAttributeValue>) -> bool {
        match self {
            Self::AnyOf(rules) => rules.iter().any(|rule| rule.matches(attributes)),
            Self::Attribute { key, values, excluded } => {
                let found = attributes.iter().find(|(name, _)| name.as_str() == key);
                let found = found.and_then(|(_, attribute)| attribute.string_values.as_ref());
                let has =
                    |value: &String| found.iter().copied().flatten().any(|given| given.as_str() == value);
                found.is_some()
                    && (values.iter().any(has) || excluded.iter().any(|excluded| !excluded.iter().any(has)))
            }
        }
    }
}

const EXPECTED_ITEM: &str = "expected a string or {\"anything-but\": [strings]}";

/// Reads the values of an `anything-but`.
fn anything_but(object: &Map<String, Value>, size: &mut Size) -> Result<Vec<String>, String> {
    let excluded = object.get("anything-but").filter(|_| object.len() == 1).and_then(Value::as_array);
    let excluded = excluded.filter(|excluded| !excluded.is_empty());
    let excluded = excluded.ok_or_else(|| format!("an item is another object; {EXPECTED_ITEM}"))?;
    size.values += excluded.len();
    let excluded = excluded.iter().map(|value| value.as_str().map(str::to_owned)).collect::<Option<_>>();
    excluded.ok_or_else(|| format!("anything-but has an item that is not a string; {EXPECTED_ITEM}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attributes(pairs: &[(&str, &[&str])]) -> BTreeMap<Sensitive, MessageAttributeValue> {
        let value = |values: &[&str]| MessageAttributeValue::default().string_values(values);
        pairs.iter().map(|(key, values)| (Sensitive::from(*key), value(values))).collect()
    }

    #[test]
    fn a_rule_matches_the_attributes_that_its_conditions_name() {
        let message = attributes(&[("color", &["red", "green"]), ("size", &["small"])]);
        for (rule, expected) in [
            (r#"{"color":["red"]}"#, true),
            (r#"{"color":["blue","green"]}"#, true),
            (r#"{"color":["blue"]}"#, false),
            (r#"{"color":["red"],"size":["small"]}"#, true),
            (r#"{"color":["red"],"size":["large"]}"#, false),
            (r#"{"shape":["round"]}"#, false),
            (r#"{"size":[{"anything-but":["large"]}]}"#, true),
            (r#"{"size":[{"anything-but":["small"]}]}"#, false),
            (r#"{"shape":[{"anything-but":["round"]}]}"#, false),
            (r#"{"$or":[{"color":["blue"]},{"size":["small"]}]}"#, true),
            (r#"{"$or":[{"color":["blue"]},{"size":["large"]}]}"#, false),
            (r#"{"color":["blue"],"$or":[{"size":["small"]}]}"#, false),
        ] {
            let rule_read = FilterRule::parse(&Sensitive::from(rule)).unwrap();
            assert_eq!(rule_read.matches(&message), expected, "{rule}");
            assert!(!rule_read.matches(&BTreeMap::new()), "{rule}");
        }
    }

    #[test]
    fn a_malformed_rule_is_refused_without_quoting_it() {
        let long = format!(r#"{{"secret":["{}"]}}"#, "x".repeat(BYTES));
        let keys: Vec<_> = (0..21).map(|key| format!(r#""secret{key}":["v"]"#)).collect();
        let values: Vec<_> = (0..21).map(|value| format!(r#""secret{value}""#)).collect();
        let rules = [r#"{"secret":["v"]}"#; 6].join(",");
        for (rule, expected) in [
            (long.as_str(), "it has 2063 bytes of UTF-8; expected at most 2048"),
            ("secret", "not a JSON object, at column 1"),
            (r#"["secret"]"#, "not a JSON object, at column 0"),
            ("{}", "it has an object without keys"),
            (r#"{"secret":"v"}"#, "a key has a value that is not a list"),
            (r#"{"secret":[]}"#, "a key has a value that is not a list"),
            (r#"{"secret":[1]}"#, "an item is neither a string nor an object"),
            (r#"{"secret":[{"prefix":"v"}]}"#, "an item is another object"),
            (r#"{"secret":[{"anything-but":["v"],"prefix":"v"}]}"#, "an item is another object"),
            (r#"{"secret":[{"anything-but":[1]}]}"#, "anything-but has an item that is not a string"),
            (r#"{"$or":[1]}"#, "$or: an item is not an object"),
            (&format!("{{{}}}", keys.join(",")), "it has 21 keys; expected at most 20"),
            (&format!(r#"{{"secret":[{}]}}"#, values.join(",")), "it has 21 values; expected at most 20"),
            (&format!(r#"{{"$or":[{rules}]}}"#), "$or: it has more than 5 rules"),
        ] {
            let reason = FilterRule::parse(&Sensitive::from(rule)).err().unwrap();
            assert!(reason.starts_with(expected), "{rule}: {reason}");
            assert!(!reason.contains("secret"), "{reason}");
        }
    }
}
