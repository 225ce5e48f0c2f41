//! For each operation, a request that the local service accepts in its demo world.

use bytes::Bytes;

use crate::arns::LEX_BOT_ALIAS;

use chime_client::operation::{At, Metadata};
use chime_local::Demo;
use http::Request;
use serde_json::{Value, json};

use crate::arns::CALLBACK_ID;
use crate::world::processor;

/// A request in parts, each as it goes over the wire, so that a test can change any of them.
#[derive(Clone, Debug)]
pub struct RequestParts {
    /// The HTTP method.
    pub method: http::Method,
    /// The segments of the path, escaped.
    pub path: Vec<String>,
    /// The names and values of the query, escaped.
    pub query: Vec<(String, String)>,
    /// The names and values of the headers.
    pub headers: Vec<(String, String)>,
    /// The names of the body's members, and their values as JSON.
    pub body: Vec<(String, String)>,
}

/// Escapes everything in a text that is not unreserved.
pub fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// A value that the operation accepts in the demo world; `None` if the request does well without it.
fn accepted(operation: &str, member: &str) -> Option<Value> {
    let demo = Demo::new();
    let [alice, bob, carol] = demo.app_instance_user_arns();
    Some(match (operation, member) {
        (
            "SendChannelMessage"
            | "UpdateChannelMessage"
            | "GetChannelMessageStatus"
            | "UpdateChannelReadMarker"
            | "GetChannelMembershipPreferences"
            | "PutChannelMembershipPreferences",
            "ChimeBearer",
        ) => json!(alice),
        (_, "ChimeBearer") => json!(demo.administrator_arn()),
        ("CreateChannelMembership" | "CreateChannelBan", "MemberArn")
        | ("CreateChannelModerator", "ChannelModeratorArn") => json!(bob),
        ("DescribeChannelBan" | "DeleteChannelBan", "MemberArn") => json!(carol),
        ("DescribeAppInstanceAdmin" | "DeleteAppInstanceAdmin", "AppInstanceAdminArn") => {
            json!(demo.administrator_arn())
        }
        (_, "MemberArn" | "AppInstanceUserArn" | "ChannelModeratorArn" | "AppInstanceAdminArn") => {
            json!(alice)
        }
        (_, "MemberArns" | "ModeratorArns") => json!([bob]),
        (_, "AppInstanceArn") => json!(demo.app_instance_arn()),
        (_, "ChannelFlowArn") => json!(format!("{}/channel-flow/flow", demo.app_instance_arn())),
        (_, "Processors") => json!([processor(1, "ABORT")]),
        (_, "CallbackId") => json!(CALLBACK_ID),
        (_, "ChannelMessage") => json!({"MessageId": "pending", "Content": "text", "Metadata": "text"}),
        (_, "DeleteResource") => json!(false),
        (_, "ChannelArn" | "ResourceARN") => json!(demo.channel_arns()[1]),
        (_, "AppInstanceUserId" | "ChannelId") => json!("new"),
        (_, "MessageId") => json!("9939aa6bc799243530f186a4ff2dda7579fa0815e081cf757f262f797dd5e51a"),
        (_, "ExpirationSettings") => json!({"ExpirationDays": 1, "ExpirationCriterion": "CREATED_TIMESTAMP"}),
        (_, "AppInstanceRetentionSettings") => json!({"ChannelRetentionSettings": {"RetentionDays": 1}}),
        (_, "StreamingConfigurations") => json!([{"DataType": "Channel",
            "ResourceArn": "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events"}]),
        (_, "MaxResults") => json!(1),
        (_, "MessageAttributes") => json!({"key": {"StringValues": ["value"]}}),
        (_, "Mode") => json!("RESTRICTED"),
        (_, "Privacy") => json!("PRIVATE"),
        (_, "Persistence") => json!("PERSISTENT"),
        ("RegisterAppInstanceUserEndpoint", "Type") => json!("GCM"),
        (_, "ResourceArn") => json!("arn:aws:mobiletargeting:us-east-1:123456789012:apps/7b2a"),
        (_, "EndpointAttributes") => json!({"DeviceToken": "text"}),
        (_, "EndpointId") => json!("device"),
        (_, "AllowMessages") => json!("ALL"),
        ("SendChannelMessage", "Type") => json!("STANDARD"),
        (_, "Type") => json!("DEFAULT"),
        (_, "SortOrder") => json!("DESCENDING"),
        (_, "NotBefore") => json!("2020-01-01T00:00:00Z"),
        (_, "NotAfter") => json!("2030-01-01T00:00:00Z"),
        ("DescribeAppInstanceBot" | "UpdateAppInstanceBot" | "DeleteAppInstanceBot", "AppInstanceBotArn") => {
            json!(format!("{}/bot/helper", demo.app_instance_arn()))
        }
        (_, "Configuration") => json!({"Lex": {"LexBotAliasArn": LEX_BOT_ALIAS, "LocaleId": "en_US"}}),
        (_, "Preferences") => json!({"PushNotifications": {"AllowNotifications": "NONE"}}),
        (_, "Fields") => json!([{"Key": "MEMBERS", "Operator": "INCLUDES", "Values": [alice]}]),
        (_, "NetworkType") => json!("IPV4_ONLY"),
        (_, "TagKeys") => json!(["key"]),
        (_, "Tags") => json!([{"Key": "key", "Value": "value"}]),
        (_, "Target") => json!([{"MemberArn": alice}]),
        (_, "PushNotification") => json!({"Title": "title", "Body": "body", "Type": "DEFAULT"}),
        (_, "Content" | "ContentType" | "ClientRequestToken" | "Metadata" | "Name") => json!("text"),
        _ => return None,
    })
}

impl RequestParts {
    /// The parts of a request for an operation.
    pub fn of(operation: &Metadata) -> Self {
        let mut parts = Self {
            method: operation.method.into(),
            path: operation.path.split('/').skip(1).map(str::to_owned).collect(),
            query: operation.query.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        for member in operation.input {
            let Some(value) = accepted(operation.name, member.name) else { continue };
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            match member.at {
                At::Label(label) => {
                    let label = format!("{{{label}}}");
                    let segment = parts.path.iter_mut().find(|segment| **segment == label);
                    *segment.unwrap() = escaped(&text);
                }
                At::Query(name) => parts.query.push((name.into(), escaped(&text))),
                At::Header(name) => parts.headers.push((name.into(), text)),
                At::Body => parts.body.push((member.name.into(), value.to_string())),
                other => panic!("{}: {other:?} has no place in a request", member.name),
            }
        }
        parts
    }

    /// The request, if HTTP can carry it.
    pub fn request(&self) -> Option<Request<Bytes>> {
        let mut target = format!("http://localhost/{}", self.path.join("/"));
        for (at, (name, value)) in self.query.iter().enumerate() {
            target.extend([if at == 0 { "?" } else { "&" }, name, "=", value]);
        }
        let mut request = Request::builder().method(self.method.clone()).uri(target);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let members: Vec<_> = self.body.iter().map(|(name, value)| format!("{name:?}:{value}")).collect();
        let body = if members.is_empty() { String::new() } else { format!("{{{}}}", members.join(",")) };
        request.body(body.into()).ok()
    }
}
