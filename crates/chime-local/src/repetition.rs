//! The `chime` command that repeats a request.

use bytes::Bytes;
use chime_types::OneLine;
use chime_types::operation::{At, Kind, Member, Metadata, kebab_case};
use chime_types::wire::shown_path;
use http::Request;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::headers::header_text;
use crate::sessions::Accepting;

/// Returns the command that repeats a request for an operation.
///
/// It has the ARNs, the numbers and the enumerations of the request. Other values may be private: a word in capitals
/// takes their place.
pub(crate) fn command(metadata: &Metadata, request: &Request<Bytes>) -> String {
    let body = serde_json::from_slice::<Map<String, Value>>(request.body()).unwrap_or_default();
    let mut words = vec!["chime".to_owned(), kebab_case(metadata.name)];
    for member in metadata.input.iter().filter(|member| !member.is_made_by_client()) {
        let value = match member.at {
            At::Label(label) => in_path(metadata, request.uri().path(), label),
            At::Query(parameter) => in_query(member, request.uri().query().unwrap_or_default(), parameter),
            At::Header(name) => header_text(request.headers(), name).map(|text| Some(text.to_owned())),
            _ => body.get(member.name).map(|value| in_body(member, value)),
        };
        if let Some(value) = value {
            let value = value.map_or_else(|| placeholder(member).to_owned(), |value| quote(&value));
            words.extend([format!("--{}", kebab_case(member.name)), value]);
        }
    }
    words.join(" ")
}

/// Returns the command that listens as a session does.
pub(crate) fn listen(session: &Accepting) -> Option<String> {
    let prefetch = if session.has_prefetch() { " --prefetch" } else { "" };
    Some(format!("chime listen --app-instance-user-arn {}{prefetch}", quote(&session.user()?)))
}

/// A member that is not given, one whose value is private, or a value.
type Given = Option<Option<String>>;

fn in_path(metadata: &Metadata, path: &str, label: &str) -> Given {
    let is_label =
        |segment: &&str| segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) == Some(label);
    let position = metadata.path.split('/').position(|segment| is_label(&segment))?;
    let text = path.split('/').nth(position)?;
    let is_shown = shown_path(path).split('/').nth(position) == Some(text);
    Some(is_shown.then(|| percent_decode_str(text).decode_utf8_lossy().into_owned()))
}

fn in_query(member: &Member, query: &str, parameter: &str) -> Given {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let (_, text) = pairs.find(|(name, _)| *name == parameter)?;
    // The token of a page serves only once.
    let is_token = member.name == "NextToken";
    (!is_token).then(|| Some(percent_decode_str(text).decode_utf8_lossy().into_owned()))
}

fn in_body(member: &Member, value: &Value) -> Option<String> {
    let is_arn = |value: &Value| value.as_str().is_some_and(|text| text.starts_with("arn:"));
    match (member.kind, value) {
        (Kind::Enumeration(known), Value::String(text)) if known.contains(&text.as_str()) => {
            Some(text.clone())
        }
        (Kind::Integer, Value::Number(_)) | (Kind::Boolean, Value::Bool(_)) => Some(value.to_string()),
        (Kind::Text, Value::String(arn)) if member.name.ends_with("Arn") && is_arn(value) => {
            Some(arn.clone())
        }
        (Kind::TextList, Value::Array(arns)) if member.name.ends_with("Arns") && arns.iter().all(is_arn) => {
            Some(value.to_string())
        }
        _ => None,
    }
}

fn placeholder(member: &Member) -> &'static str {
    match member.kind {
        Kind::Structure | Kind::StructureList | Kind::TextList => "JSON",
        Kind::Time => "TIME",
        _ => "TEXT",
    }
}

/// Returns a value as one word of a shell.
fn quote(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:/@=,+%".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        return value.to_owned();
    }
    format!("'{}'", OneLine(value).to_string().replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use chime_types::operations::ALL;

    use super::*;

    const CHANNEL: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/channel/c";

    fn repeat(name: &str, path: &str, body: &str) -> String {
        let metadata = ALL.iter().find(|metadata| metadata.name == name).unwrap();
        let request = Request::builder().uri(path).header("x-amz-chime-bearer", "arn:bearer");
        command(metadata, &request.body(Bytes::from(body.to_owned())).unwrap()).replace(CHANNEL, "CHANNEL")
    }

    #[test]
    fn a_command_has_what_is_not_private() {
        let channel = CHANNEL.replace(':', "%3A").replace('/', "%2F");
        let cases = [
            (
                "SendChannelMessage",
                format!("/channels/{channel}/messages"),
                r#"{"Content":"secret","Type":"STANDARD","Persistence":"secret","ClientRequestToken":"t","Target":[{"MemberArn":"secret"}]}"#,
                "chime send-channel-message --channel-arn CHANNEL --content TEXT --type STANDARD --persistence TEXT \
                 --chime-bearer arn:bearer --target JSON",
            ),
            (
                "ListChannelMessages",
                format!("/channels/{channel}/messages?max-results=5&next-token=secret&sort-order=ASCENDING"),
                "",
                "chime list-channel-messages --channel-arn CHANNEL --chime-bearer arn:bearer --sort-order ASCENDING \
                 --max-results 5",
            ),
            (
                "BatchCreateChannelMembership",
                format!("/channels/{channel}/memberships?operation=batch-create"),
                r#"{"MemberArns":["arn:a","arn:b"]}"#,
                "chime batch-create-channel-membership --channel-arn CHANNEL --member-arns '[\"arn:a\",\"arn:b\"]' \
                 --chime-bearer arn:bearer",
            ),
            (
                "ListAppInstanceUserEndpoints",
                "/app-instance-users/secret/endpoints".to_owned(),
                "",
                "chime list-app-instance-user-endpoints --app-instance-user-arn TEXT",
            ),
            (
                "DescribeChannel",
                "/channels/it's%0a%24(rm)".to_owned(),
                "not JSON",
                r"chime describe-channel --channel-arn 'it'\''s\n$(rm)' --chime-bearer arn:bearer",
            ),
        ];
        for (name, path, body, expected) in cases {
            assert_eq!(repeat(name, &path, body), expected);
        }
    }
}
