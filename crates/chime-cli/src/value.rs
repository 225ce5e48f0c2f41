//! The values of arguments: texts, and what the AWS CLI makes of them.

use std::path::Path;

use chime_client::operation::{Kind, Member};
use chime_client::read_file;
use serde_json::{Map, Number, Value};

/// A member's value from the texts that its argument was given.
pub(crate) fn value_of(member: &Member, texts: Vec<String>) -> Result<Value, String> {
    let mut texts = texts.into_iter().map(from_file).collect::<Result<Vec<_>, _>>()?;
    // One text is all of it but for the items of a list.
    let only = if texts.len() == 1 { texts.pop() } else { None };
    match (member.kind, only) {
        (Kind::TextList | Kind::StructureList, Some(text)) if text.trim_start().starts_with('[') => {
            parse_json(&text)
        }
        (Kind::TextList, only) => Ok(only.into_iter().chain(texts).map(Value::from).collect()),
        (Kind::StructureList, only) => {
            only.into_iter().chain(texts).map(|text| parse_structure(&text)).collect()
        }
        (Kind::Structure, Some(text)) => parse_structure(&text),
        // Seconds since 1970 are a number, every other time is a text.
        (Kind::Time, Some(text)) => Ok(text.parse::<Number>().map_or(Value::String(text), Value::Number)),
        (_, only) => Ok(only.unwrap_or_default().into()),
    }
}

/// The most bytes of a file that is a value.
const LARGEST_FILE: usize = 16 * 1024 * 1024;

/// A text, or that of the file which `file://` or `fileb://` names.
fn from_file(text: String) -> Result<String, String> {
    let Some(name) = text.strip_prefix("file://").or_else(|| text.strip_prefix("fileb://")) else {
        return Ok(text);
    };
    let path = expanded(name, &|variable| std::env::var(variable).ok());
    let bytes = read_file(Path::new(&path), LARGEST_FILE).map_err(|error| format!("{path}: {error}"))?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        format!("{path}: byte {at} is not UTF-8; every parameter of these operations is text")
    })
}

/// A path with `~/` for the home directory, and with `$NAME` or `${NAME}` for variables that are set.
fn expanded(path: &str, variable: &dyn Fn(&str) -> Option<String>) -> String {
    let home = || variable("HOME").or_else(|| variable("USERPROFILE"));
    let mut text = String::new();
    let mut rest = path;
    if let Some(below) = path.strip_prefix('~').filter(|below| below.is_empty() || below.starts_with('/'))
        && let Some(home) = home()
    {
        text.push_str(home.trim_end_matches('/'));
        rest = below;
    }
    while let Some((before, after)) = rest.split_once('$') {
        text.push_str(before);
        let (name, length) =
            if let Some((name, _)) = after.strip_prefix('{').and_then(|braced| braced.split_once('}')) {
                (name, name.len() + 2)
            } else {
                let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
                let end = after.find(|c| !is_part(c)).unwrap_or(after.len());
                (after.get(..end).unwrap_or_default(), end)
            };
        if let Some(value) = variable(name).filter(|_| !name.is_empty()) {
            text.push_str(&value);
            rest = after.get(length..).unwrap_or_default();
        } else {
            text.push('$');
            rest = after;
        }
    }
    text + rest
}

fn parse_json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("not JSON: {error}"))
}

/// A structure as JSON or in the AWS CLI's short form, `Key=a,Value=b`.
fn parse_structure(text: &str) -> Result<Value, String> {
    if text.trim_start().starts_with('{') {
        return parse_json(text);
    }
    let mut members = Map::new();
    for pair in text.split(',') {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| "it is neither JSON nor Name=value pairs with commas between them".to_owned())?;
        // JSON replaces the AWS CLI's other shorthand forms.
        if value.starts_with(['"', '\'', '[', '{']) {
            return Err(format!("{name} is not plain text; expected JSON instead of Name=value pairs"));
        }
        if members.insert(name.trim().to_owned(), value.into()).is_some() {
            return Err(format!("{name} is a duplicate"));
        }
    }
    Ok(Value::Object(members))
}

/// Returns the first member of a structure that the operation does not have, which the request would lose.
pub(crate) fn unknown_member<'v>(given: &'v Value, kept: &Value) -> Option<&'v str> {
    match given {
        Value::Object(members) => members.iter().find_map(|(name, member)| match kept.get(name) {
            Some(kept) => unknown_member(member, kept),
            None => Some(name.as_str()),
        }),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(index, item)| unknown_member(item, kept.get(index)?))
        }
        _ => None,
    }
}

/// Returns an example of a structure.
pub(crate) fn example_of(member: &Member) -> &'static str {
    match member.name {
        "Tags" => "Key=team,Value=support",
        "ExpirationSettings" => "ExpirationDays=30,ExpirationCriterion=CREATED_TIMESTAMP",
        "ElasticChannelConfiguration" => {
            "MaximumSubChannels=100,TargetMembershipsPerSubChannel=500,MinimumMembershipPercentage=30"
        }
        "AppInstanceRetentionSettings" => r#"{"ChannelRetentionSettings":{"RetentionDays":365}}"#,
        "EndpointAttributes" => "DeviceToken=a1b2c3",
        "PushNotification" => "Title=News,Body=Hello,Type=DEFAULT",
        "MessageAttributes" => r#"{"color":{"StringValues":["red"]}}"#,
        "Target" => "MemberArn=arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/bob",
        "Configuration" => {
            r#"{"Lex":{"LexBotAliasArn":"arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID","LocaleId":"en_US"}}"#
        }
        "Processors" => {
            r#"{"Name":"Moderation","Configuration":{"Lambda":{"ResourceArn":"arn:aws:lambda:us-east-1:123456789012:function:moderate","InvocationType":"ASYNC"}},"ExecutionOrder":1,"FallbackAction":"ABORT"}"#
        }
        "ChannelMessage" => "MessageId=8f3a,Content=Hello",
        "StreamingConfigurations" => {
            "DataType=Channel,ResourceArn=arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events"
        }
        "Preferences" => r#"{"PushNotifications":{"AllowNotifications":"NONE"}}"#,
        "Fields" => {
            r#"[{"Key":"MEMBERS","Operator":"INCLUDES","Values":["arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/bob"]}]"#
        }
        _ => "",
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    #[test]
    fn a_path_may_name_the_home_directory_and_variables() {
        let variable = |name: &str| match name {
            "HOME" => Some("/home/ada/".to_owned()),
            "DIR" => Some("texts".to_owned()),
            _ => None,
        };
        let cases = [
            ("~/x", "/home/ada/x"),
            ("~", "/home/ada"),
            ("~bob/x", "~bob/x"),
            ("a/~/x", "a/~/x"),
            ("$DIR/x", "texts/x"),
            ("~/${DIR}s/$DIR", "/home/ada/textss/texts"),
            ("$NONE/$/${", "$NONE/$/${"),
        ];
        for (path, expected) in cases {
            assert_eq!(expanded(path, &variable), expected, "{path}");
        }
        assert_eq!(expanded("~/x", &|_| None), "~/x");
    }

    #[test]
    fn every_structure_has_an_example_that_can_be_read() {
        for member in chime_client::operations::ALL.iter().flat_map(|metadata| metadata.input) {
            if matches!(member.kind, Kind::Structure | Kind::StructureList) {
                assert!(value_of(member, vec![example_of(member).to_owned()]).is_ok(), "{}", member.name);
            }
        }
    }
}
