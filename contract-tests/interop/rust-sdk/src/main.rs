//! Calls by the official Rust SDK: each a line of JSON on standard input, what came of it a line of JSON on standard
//! output. Parameters and answers go through the SDK's own types.

use std::collections::HashMap;
use std::env;
use std::io::{BufRead, stdin};

use aws_sdk_chimesdkidentity as identity;
use aws_sdk_chimesdkmessaging as messaging;
use messaging::config::retry::RetryConfig;
use messaging::config::{BehaviorVersion, Credentials, Region, SharedHttpClient};
use messaging::error::{ProvideErrorMetadata, SdkError};
use messaging::operation::RequestId;
use messaging::primitives::{DateTime, DateTimeFormat};
use messaging::types::{self, ChannelMessageStatusStructure, ChannelSummary};
use serde_json::{Map, Value, json};

/// A parameter from JSON.
trait Parameter: Sized {
    fn read(value: &Value) -> Self;
}

impl Parameter for String {
    fn read(value: &Value) -> Self {
        value.as_str().unwrap().to_owned()
    }
}

impl Parameter for i32 {
    fn read(value: &Value) -> Self {
        value.as_i64().unwrap().try_into().unwrap()
    }
}

impl Parameter for DateTime {
    fn read(value: &Value) -> Self {
        Self::from_str(value.as_str().unwrap(), DateTimeFormat::DateTime).unwrap()
    }
}

impl<T: Parameter> Parameter for Vec<T> {
    fn read(value: &Value) -> Self {
        value.as_array().unwrap().iter().map(T::read).collect()
    }
}

impl<T: Parameter> Parameter for HashMap<String, T> {
    fn read(value: &Value) -> Self {
        value.as_object().unwrap().iter().map(|(key, value)| (key.clone(), T::read(value))).collect()
    }
}

impl Parameter for types::MessageAttributeValue {
    fn read(value: &Value) -> Self {
        Self::builder().set_string_values(Some(Parameter::read(&value["StringValues"]))).build()
    }
}

impl Parameter for types::Tag {
    fn read(value: &Value) -> Self {
        let [key, value] = ["Key", "Value"].map(|member| String::read(&value[member]));
        Self::builder().key(key).value(value).build().unwrap()
    }
}

/// Both SDKs have this structure, each a type of its own.
macro_rules! expiration_settings {
    ($($service:ident)*) => { $(
        impl Parameter for $service::types::ExpirationSettings {
            fn read(value: &Value) -> Self {
                let criterion = value["ExpirationCriterion"].as_str().unwrap().into();
                let days = i32::read(&value["ExpirationDays"]);
                Self::builder().expiration_days(days).expiration_criterion(criterion).build().unwrap()
            }
        }
    )* };
}

expiration_settings! { identity messaging }

impl Parameter for identity::types::Configuration {
    fn read(value: &Value) -> Self {
        let lex = &value["Lex"];
        let invoked_by = lex.get("InvokedBy").map(|by| {
            identity::types::InvokedBy::builder()
                .standard_messages(by["StandardMessages"].as_str().unwrap().into())
                .targeted_messages(by["TargetedMessages"].as_str().unwrap().into())
                .build()
                .unwrap()
        });
        let of_lex = identity::types::LexConfiguration::builder()
            .lex_bot_alias_arn(String::read(&lex["LexBotAliasArn"]))
            .locale_id(String::read(&lex["LocaleId"]))
            .set_invoked_by(invoked_by)
            .set_responds_to(lex.get("RespondsTo").map(|to| to.as_str().unwrap().into()))
            .set_welcome_intent(lex.get("WelcomeIntent").map(Parameter::read))
            .build()
            .unwrap();
        Self::builder().lex(of_lex).build()
    }
}

impl Parameter for identity::types::Tag {
    fn read(value: &Value) -> Self {
        let [key, value] = ["Key", "Value"].map(|member| String::read(&value[member]));
        Self::builder().key(key).value(value).build().unwrap()
    }
}

impl Parameter for identity::types::EndpointAttributes {
    fn read(value: &Value) -> Self {
        Self::builder().device_token(String::read(&value["DeviceToken"])).build().unwrap()
    }
}

impl Parameter for identity::types::AppInstanceUserEndpointType {
    fn read(value: &Value) -> Self {
        value.as_str().unwrap().into()
    }
}

impl Parameter for identity::types::AllowMessages {
    fn read(value: &Value) -> Self {
        value.as_str().unwrap().into()
    }
}

impl Parameter for identity::types::AppInstanceRetentionSettings {
    fn read(value: &Value) -> Self {
        let days = value["ChannelRetentionSettings"].get("RetentionDays").map(Parameter::read);
        let of_channels =
            identity::types::ChannelRetentionSettings::builder().set_retention_days(days).build();
        Self::builder().channel_retention_settings(of_channels).build()
    }
}

impl Parameter for types::Processor {
    fn read(value: &Value) -> Self {
        let lambda = &value["Configuration"]["Lambda"];
        let lambda = types::LambdaConfiguration::builder()
            .resource_arn(String::read(&lambda["ResourceArn"]))
            .invocation_type(lambda["InvocationType"].as_str().unwrap().into())
            .build()
            .unwrap();
        Self::builder()
            .name(String::read(&value["Name"]))
            .configuration(types::ProcessorConfiguration::builder().lambda(lambda).build())
            .execution_order(i32::read(&value["ExecutionOrder"]))
            .fallback_action(value["FallbackAction"].as_str().unwrap().into())
            .build()
            .unwrap()
    }
}

impl Parameter for types::ChannelMessageCallback {
    fn read(value: &Value) -> Self {
        let content = value.get("Content").map(Parameter::read);
        Self::builder().message_id(String::read(&value["MessageId"])).set_content(content).build().unwrap()
    }
}

impl Parameter for bool {
    fn read(value: &Value) -> Self {
        value.as_bool().unwrap()
    }
}

impl Parameter for types::Target {
    fn read(value: &Value) -> Self {
        Self::builder().member_arn(String::read(&value["MemberArn"])).build()
    }
}

impl Parameter for types::ChannelMembershipPreferences {
    fn read(value: &Value) -> Self {
        let push = &value["PushNotifications"];
        let of_push = types::PushNotificationPreferences::builder()
            .allow_notifications(Parameter::read(&push["AllowNotifications"]))
            .set_filter_rule(push.get("FilterRule").map(Parameter::read))
            .build()
            .unwrap();
        Self::builder().push_notifications(of_push).build()
    }
}

impl Parameter for types::StreamingConfiguration {
    fn read(value: &Value) -> Self {
        Self::builder()
            .data_type(value["DataType"].as_str().unwrap().into())
            .resource_arn(value["ResourceArn"].as_str().unwrap())
            .build()
            .unwrap()
    }
}

impl Parameter for types::SearchField {
    fn read(value: &Value) -> Self {
        Self::builder()
            .key(value["Key"].as_str().unwrap().into())
            .operator(value["Operator"].as_str().unwrap().into())
            .set_values(Some(Parameter::read(&value["Values"])))
            .build()
            .unwrap()
    }
}

macro_rules! enumerations {
    ($($Name:ident)*) => { $(
        impl Parameter for types::$Name {
            fn read(value: &Value) -> Self {
                value.as_str().unwrap().into()
            }
        }
    )* };
}

enumerations! {
    AllowNotifications ChannelMembershipType ChannelMessagePersistenceType ChannelMessageType ChannelMode ChannelPrivacy SortOrder
}

/// Sends a call with the parameters that are given, and says what came of it.
macro_rules! send {
    ($call:expr, $with:ident, [$($setter:ident $Name:ident)*], $answer:pat => $said:expr) => {
        {
            let unset = $with.as_object().unwrap().keys().find(|name| ![$( stringify!($Name) ),*].contains(&name.as_str()));
            assert_eq!(unset, None, "a parameter without a setter here");
            said($call $( .$setter($with.get(stringify!($Name)).map(Parameter::read)) )* .send().await, |$answer| $said)
        }
    };
}

fn said<T: RequestId, E: ProvideErrorMetadata>(
    result: Result<T, SdkError<E>>,
    answer: impl FnOnce(&T) -> Value,
) -> Value {
    match result {
        Ok(output) => {
            json!({"status": 200, "requestId": output.request_id(), "answer": without_nulls(answer(&output))})
        }
        Err(error) => json!({
            "exception": error.code(),
            "message": error.message(),
            "status": error.raw_response().map(|response| response.status().as_u16()),
            "requestId": error.raw_response().and_then(|response| response.headers().get("x-amzn-requestid")),
        }),
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, without_nulls(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

fn time(time: Option<&DateTime>) -> Value {
    let Some(time) = time else { return Value::Null };
    // The SDK cuts off what a double has below the millisecond, and leaves zeros at the end out.
    let milliseconds = (time.as_secs_f64() * 1000.0).round() as i64;
    let text = DateTime::from_millis(milliseconds).fmt(DateTimeFormat::DateTime).unwrap();
    let text = text.trim_end_matches('Z');
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
    format!("{seconds}.{fraction:0<3}Z").into()
}

fn who(identity: Option<&types::Identity>) -> Value {
    identity.map_or(Value::Null, |identity| json!({"Arn": identity.arn(), "Name": identity.name()}))
}

fn status(status: Option<&ChannelMessageStatusStructure>) -> Value {
    status.map_or(Value::Null, |status| json!({"Value": status.value().map(|value| value.as_str())}))
}

fn configuration(configuration: Option<&identity::types::Configuration>) -> Value {
    let lex = configuration.and_then(|configuration| configuration.lex());
    json!({"Lex": lex.map(|lex| json!({
        "LexBotAliasArn": lex.lex_bot_alias_arn(), "LocaleId": lex.locale_id(),
        "WelcomeIntent": lex.welcome_intent(), "RespondsTo": lex.responds_to().map(|to| to.as_str()),
        "InvokedBy": lex.invoked_by().map(|by| json!({
            "StandardMessages": by.standard_messages().as_str(), "TargetedMessages": by.targeted_messages().as_str(),
        })),
    }))})
}

fn retention(settings: Option<&identity::types::AppInstanceRetentionSettings>) -> Value {
    let of_channels = settings.and_then(|settings| settings.channel_retention_settings());
    json!({"ChannelRetentionSettings": of_channels.map(|of| json!({"RetentionDays": of.retention_days()}))})
}

fn attributes(attributes: &HashMap<String, types::MessageAttributeValue>) -> Value {
    let value = |value: &types::MessageAttributeValue| json!({"StringValues": value.string_values()});
    attributes.iter().map(|(key, of)| (key.clone(), value(of))).collect()
}

fn targets(targets: &[types::Target]) -> Value {
    targets.iter().map(|target| json!({"MemberArn": target.member_arn()})).collect()
}

fn summary(channel: Option<&ChannelSummary>) -> Value {
    let Some(channel) = channel else { return Value::Null };
    json!({
        "Name": channel.name(),
        "ChannelArn": channel.channel_arn(),
        "Mode": channel.mode().map(|mode| mode.as_str()),
        "Privacy": channel.privacy().map(|privacy| privacy.as_str()),
        "Metadata": channel.metadata(),
        "LastMessageTimestamp": time(channel.last_message_timestamp()),
    })
}

fn streaming(configuration: &types::StreamingConfiguration) -> Value {
    json!({"DataType": configuration.data_type().as_str(), "ResourceArn": configuration.resource_arn()})
}

fn preferences(preferences: Option<&types::ChannelMembershipPreferences>) -> Value {
    let push = preferences.and_then(|preferences| preferences.push_notifications());
    json!({"PushNotifications": push.map(|push| json!({
        "AllowNotifications": push.allow_notifications().as_str(), "FilterRule": push.filter_rule(),
    }))})
}

fn membership(membership: &types::ChannelMembershipForAppInstanceUserSummary) -> Value {
    json!({
        "ChannelSummary": summary(membership.channel_summary()),
        "AppInstanceUserMembershipSummary": membership.app_instance_user_membership_summary().map(|user| json!({
            "Type": user.r#type().map(|r#type| r#type.as_str()),
            "ReadMarkerTimestamp": time(user.read_marker_timestamp()),
        })),
    })
}

fn processors(processors: &[types::Processor]) -> Value {
    all(processors, |processor| {
        let lambda = processor.configuration().and_then(|configuration| configuration.lambda());
        json!({
            "Name": processor.name(), "ExecutionOrder": processor.execution_order(),
            "FallbackAction": processor.fallback_action().as_str(),
            "Configuration": {"Lambda": lambda.map(|lambda| json!({
                "ResourceArn": lambda.resource_arn(), "InvocationType": lambda.invocation_type().as_str(),
            }))},
        })
    })
}

fn all<T>(items: &[T], write: impl Fn(&T) -> Value) -> Value {
    items.iter().map(write).collect()
}

struct Clients {
    messaging: messaging::Client,
    identity: identity::Client,
}

impl Clients {
    fn from_env() -> Self {
        let setting = |name| env::var(name).unwrap();
        let url = setting("AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING");
        let credentials = Credentials::new(
            setting("AWS_ACCESS_KEY_ID"),
            setting("AWS_SECRET_ACCESS_KEY"),
            None,
            None,
            "environment",
        );
        let http: SharedHttpClient = aws_smithy_http_client::Builder::new().build_http();
        macro_rules! client {
            ($service:ident) => {
                $service::Client::from_conf(
                    $service::Config::builder()
                        .behavior_version(BehaviorVersion::latest())
                        .endpoint_url(&url)
                        .region(Region::new(setting("AWS_REGION")))
                        .credentials_provider(credentials.clone())
                        .http_client(http.clone())
                        .retry_config(RetryConfig::disabled())
                        .build(),
                )
            };
        }
        Self { messaging: client!(messaging), identity: client!(identity) }
    }

    async fn identity(&self, call: &str, with: &Value) -> Option<Value> {
        let client = &self.identity;
        Some(match call {
            "CreateAppInstance" => send!(client.create_app_instance(), with,
                [set_name Name set_metadata Metadata],
                a => json!({"AppInstanceArn": a.app_instance_arn()})),
            "DescribeAppInstance" => send!(client.describe_app_instance(), with,
            [set_app_instance_arn AppInstanceArn],
            a => json!({"AppInstance": a.app_instance().map(|i| json!({
                "AppInstanceArn": i.app_instance_arn(), "Name": i.name(), "Metadata": i.metadata(),
                "CreatedTimestamp": time(i.created_timestamp()),
                "LastUpdatedTimestamp": time(i.last_updated_timestamp()),
            }))})),
            "UpdateAppInstance" => send!(client.update_app_instance(), with,
                [set_app_instance_arn AppInstanceArn set_name Name set_metadata Metadata],
                a => json!({"AppInstanceArn": a.app_instance_arn()})),
            "DeleteAppInstance" => send!(client.delete_app_instance(), with,
                [set_app_instance_arn AppInstanceArn],
                _ => json!({})),
            "ListAppInstances" => send!(client.list_app_instances(), with,
            [set_max_results MaxResults set_next_token NextToken],
            a => json!({
                "NextToken": a.next_token(),
                "AppInstances": all(a.app_instances(), |i| json!({
                    "AppInstanceArn": i.app_instance_arn(), "Name": i.name(), "Metadata": i.metadata(),
                })),
            })),
            "GetAppInstanceRetentionSettings" => send!(client.get_app_instance_retention_settings(), with,
            [set_app_instance_arn AppInstanceArn],
            a => json!({
                "AppInstanceRetentionSettings": retention(a.app_instance_retention_settings()),
                "InitiateDeletionTimestamp": time(a.initiate_deletion_timestamp()),
            })),
            "PutAppInstanceRetentionSettings" => send!(client.put_app_instance_retention_settings(), with,
            [set_app_instance_arn AppInstanceArn set_app_instance_retention_settings AppInstanceRetentionSettings],
            a => json!({
                "AppInstanceRetentionSettings": retention(a.app_instance_retention_settings()),
                "InitiateDeletionTimestamp": time(a.initiate_deletion_timestamp()),
            })),
            "CreateAppInstanceAdmin" => send!(client.create_app_instance_admin(), with,
            [set_app_instance_arn AppInstanceArn set_app_instance_admin_arn AppInstanceAdminArn],
            a => json!({
                "AppInstanceArn": a.app_instance_arn(),
                "AppInstanceAdmin": a.app_instance_admin().map(|u| json!({"Arn": u.arn(), "Name": u.name()})),
            })),
            "DescribeAppInstanceAdmin" => send!(client.describe_app_instance_admin(), with,
            [set_app_instance_arn AppInstanceArn set_app_instance_admin_arn AppInstanceAdminArn],
            a => json!({"AppInstanceAdmin": a.app_instance_admin().map(|admin| json!({
                "Admin": admin.admin().map(|u| json!({"Arn": u.arn(), "Name": u.name()})),
                "AppInstanceArn": admin.app_instance_arn(), "CreatedTimestamp": time(admin.created_timestamp()),
            }))})),
            "DeleteAppInstanceAdmin" => send!(client.delete_app_instance_admin(), with,
                [set_app_instance_arn AppInstanceArn set_app_instance_admin_arn AppInstanceAdminArn],
                _ => json!({})),
            "ListAppInstanceAdmins" => send!(client.list_app_instance_admins(), with,
            [set_app_instance_arn AppInstanceArn set_max_results MaxResults set_next_token NextToken],
            a => json!({
                "AppInstanceArn": a.app_instance_arn(), "NextToken": a.next_token(),
                "AppInstanceAdmins": all(a.app_instance_admins(), |admin| json!({
                    "Admin": admin.admin().map(|u| json!({"Arn": u.arn(), "Name": u.name()})),
                })),
            })),
            "CreateAppInstanceBot" => send!(client.create_app_instance_bot(), with,
                [set_app_instance_arn AppInstanceArn set_name Name set_metadata Metadata
                 set_configuration Configuration set_tags Tags],
                a => json!({"AppInstanceBotArn": a.app_instance_bot_arn()})),
            "DescribeAppInstanceBot" => send!(client.describe_app_instance_bot(), with,
            [set_app_instance_bot_arn AppInstanceBotArn],
            a => json!({"AppInstanceBot": a.app_instance_bot().map(|bot| json!({
                "AppInstanceBotArn": bot.app_instance_bot_arn(), "Name": bot.name(), "Metadata": bot.metadata(),
                "Configuration": configuration(bot.configuration()),
                "CreatedTimestamp": time(bot.created_timestamp()),
                "LastUpdatedTimestamp": time(bot.last_updated_timestamp()),
            }))})),
            "ListAppInstanceBots" => send!(client.list_app_instance_bots(), with,
            [set_app_instance_arn AppInstanceArn set_max_results MaxResults set_next_token NextToken],
            a => json!({
                "AppInstanceArn": a.app_instance_arn(), "NextToken": a.next_token(),
                "AppInstanceBots": all(a.app_instance_bots(), |bot| json!({
                    "AppInstanceBotArn": bot.app_instance_bot_arn(), "Name": bot.name(), "Metadata": bot.metadata(),
                })),
            })),
            "UpdateAppInstanceBot" => send!(client.update_app_instance_bot(), with,
                [set_app_instance_bot_arn AppInstanceBotArn set_name Name set_metadata Metadata],
                a => json!({"AppInstanceBotArn": a.app_instance_bot_arn()})),
            "DeleteAppInstanceBot" => send!(client.delete_app_instance_bot(), with,
                [set_app_instance_bot_arn AppInstanceBotArn],
                _ => json!({})),
            "CreateAppInstanceUser" => send!(client.create_app_instance_user(), with,
                [set_app_instance_arn AppInstanceArn set_app_instance_user_id AppInstanceUserId set_name Name
                 set_metadata Metadata],
                a => json!({"AppInstanceUserArn": a.app_instance_user_arn()})),
            "DescribeAppInstanceUser" => send!(client.describe_app_instance_user(), with,
            [set_app_instance_user_arn AppInstanceUserArn],
            a => json!({"AppInstanceUser": a.app_instance_user().map(|u| json!({
                "AppInstanceUserArn": u.app_instance_user_arn(), "Name": u.name(), "Metadata": u.metadata(),
                "CreatedTimestamp": time(u.created_timestamp()),
                "LastUpdatedTimestamp": time(u.last_updated_timestamp()),
            }))})),
            "UpdateAppInstanceUser" => send!(client.update_app_instance_user(), with,
                [set_app_instance_user_arn AppInstanceUserArn set_name Name set_metadata Metadata],
                a => json!({"AppInstanceUserArn": a.app_instance_user_arn()})),
            "PutAppInstanceUserExpirationSettings" => {
                send!(client.put_app_instance_user_expiration_settings(), with,
                [set_app_instance_user_arn AppInstanceUserArn set_expiration_settings ExpirationSettings],
                a => json!({
                    "AppInstanceUserArn": a.app_instance_user_arn(),
                    "ExpirationSettings": a.expiration_settings().map(|settings| json!({
                        "ExpirationDays": settings.expiration_days(),
                        "ExpirationCriterion": settings.expiration_criterion().as_str(),
                    })),
                }))
            }
            "DeleteAppInstanceUser" => send!(client.delete_app_instance_user(), with,
                [set_app_instance_user_arn AppInstanceUserArn],
                _ => json!({})),
            "ListAppInstanceUsers" => send!(client.list_app_instance_users(), with,
            [set_app_instance_arn AppInstanceArn set_max_results MaxResults set_next_token NextToken],
            a => json!({
                "AppInstanceArn": a.app_instance_arn(), "NextToken": a.next_token(),
                "AppInstanceUsers": all(a.app_instance_users(), |u| json!({
                    "AppInstanceUserArn": u.app_instance_user_arn(), "Name": u.name(), "Metadata": u.metadata(),
                })),
            })),
            _ => return None,
        })
    }

    async fn endpoints(&self, call: &str, with: &Value) -> Option<Value> {
        let client = &self.identity;
        let state = |state: Option<&identity::types::EndpointState>| {
            state.map(|state| json!({"Status": state.status().as_str()}))
        };
        Some(match call {
            "RegisterAppInstanceUserEndpoint" => send!(client.register_app_instance_user_endpoint(), with,
            [set_app_instance_user_arn AppInstanceUserArn set_name Name set_type Type set_resource_arn ResourceArn
             set_endpoint_attributes EndpointAttributes],
            a => json!({"AppInstanceUserArn": a.app_instance_user_arn(), "EndpointId": a.endpoint_id()})),
            "UpdateAppInstanceUserEndpoint" => send!(client.update_app_instance_user_endpoint(), with,
            [set_app_instance_user_arn AppInstanceUserArn set_endpoint_id EndpointId set_name Name
             set_allow_messages AllowMessages],
            a => json!({"AppInstanceUserArn": a.app_instance_user_arn(), "EndpointId": a.endpoint_id()})),
            "DeregisterAppInstanceUserEndpoint" => {
                send!(client.deregister_app_instance_user_endpoint(), with,
                [set_app_instance_user_arn AppInstanceUserArn set_endpoint_id EndpointId],
                _ => json!({}))
            }
            "DescribeAppInstanceUserEndpoint" => send!(client.describe_app_instance_user_endpoint(), with,
            [set_app_instance_user_arn AppInstanceUserArn set_endpoint_id EndpointId],
            a => json!({"AppInstanceUserEndpoint": a.app_instance_user_endpoint().map(|e| json!({
                "AppInstanceUserArn": e.app_instance_user_arn(), "EndpointId": e.endpoint_id(), "Name": e.name(),
                "Type": e.r#type().map(|r#type| r#type.as_str()), "ResourceArn": e.resource_arn(),
                "EndpointAttributes": e.endpoint_attributes().map(|of| json!({"DeviceToken": of.device_token()})),
                "CreatedTimestamp": time(e.created_timestamp()),
                "LastUpdatedTimestamp": time(e.last_updated_timestamp()),
                "AllowMessages": e.allow_messages().map(|allow| allow.as_str()),
                "EndpointState": state(e.endpoint_state()),
            }))})),
            "ListAppInstanceUserEndpoints" => send!(client.list_app_instance_user_endpoints(), with,
            [set_app_instance_user_arn AppInstanceUserArn set_max_results MaxResults set_next_token NextToken],
            a => json!({
                "NextToken": a.next_token(),
                "AppInstanceUserEndpoints": all(a.app_instance_user_endpoints(), |e| json!({
                    "AppInstanceUserArn": e.app_instance_user_arn(), "EndpointId": e.endpoint_id(),
                    "Name": e.name(), "Type": e.r#type().map(|r#type| r#type.as_str()),
                    "AllowMessages": e.allow_messages().map(|allow| allow.as_str()),
                    "EndpointState": state(e.endpoint_state()),
                })),
            })),
            _ => return None,
        })
    }

    async fn channel_flows(&self, call: &str, with: &Value) -> Option<Value> {
        let client = &self.messaging;
        Some(match call {
            "CreateChannelFlow" => send!(client.create_channel_flow(), with,
                [set_app_instance_arn AppInstanceArn set_name Name set_processors Processors],
                a => json!({"ChannelFlowArn": a.channel_flow_arn()})),
            "UpdateChannelFlow" => send!(client.update_channel_flow(), with,
                [set_channel_flow_arn ChannelFlowArn set_name Name set_processors Processors],
                a => json!({"ChannelFlowArn": a.channel_flow_arn()})),
            "DeleteChannelFlow" => send!(client.delete_channel_flow(), with,
                [set_channel_flow_arn ChannelFlowArn],
                _ => json!({})),
            "DescribeChannelFlow" => send!(client.describe_channel_flow(), with,
            [set_channel_flow_arn ChannelFlowArn],
            a => json!({"ChannelFlow": a.channel_flow().map(|f| json!({
                "ChannelFlowArn": f.channel_flow_arn(), "Name": f.name(), "Processors": processors(f.processors()),
                "CreatedTimestamp": time(f.created_timestamp()),
                "LastUpdatedTimestamp": time(f.last_updated_timestamp()),
            }))})),
            "ListChannelFlows" => send!(client.list_channel_flows(), with,
            [set_app_instance_arn AppInstanceArn set_max_results MaxResults set_next_token NextToken],
            a => json!({
                "NextToken": a.next_token(),
                "ChannelFlows": all(a.channel_flows(), |f| json!({
                    "ChannelFlowArn": f.channel_flow_arn(), "Name": f.name(), "Processors": processors(f.processors()),
                })),
            })),
            "AssociateChannelFlow" => send!(client.associate_channel_flow(), with,
                [set_channel_arn ChannelArn set_channel_flow_arn ChannelFlowArn set_chime_bearer ChimeBearer],
                _ => json!({})),
            "DisassociateChannelFlow" => send!(client.disassociate_channel_flow(), with,
                [set_channel_arn ChannelArn set_channel_flow_arn ChannelFlowArn set_chime_bearer ChimeBearer],
                _ => json!({})),
            "ListChannelsAssociatedWithChannelFlow" => send!(client.list_channels_associated_with_channel_flow(), with,
            [set_channel_flow_arn ChannelFlowArn set_max_results MaxResults set_next_token NextToken],
            a => json!({
                "NextToken": a.next_token(),
                "Channels": all(a.channels(), |c| json!({
                    "ChannelArn": c.channel_arn(), "Name": c.name(), "Metadata": c.metadata(),
                    "Mode": c.mode().map(|mode| mode.as_str()),
                    "Privacy": c.privacy().map(|privacy| privacy.as_str()),
                })),
            })),
            "ChannelFlowCallback" => send!(client.channel_flow_callback(), with,
                [set_channel_arn ChannelArn set_callback_id CallbackId set_channel_message ChannelMessage
                 set_delete_resource DeleteResource],
                a => json!({"ChannelArn": a.channel_arn(), "CallbackId": a.callback_id()})),
            _ => return None,
        })
    }

    async fn channels(&self, call: &str, with: &Value) -> Option<Value> {
        let client = &self.messaging;
        Some(match call {
            "CreateChannel" => send!(client.create_channel(), with,
                [set_app_instance_arn AppInstanceArn set_name Name set_mode Mode set_privacy Privacy
                 set_metadata Metadata set_client_request_token ClientRequestToken set_tags Tags
                 set_channel_id ChannelId set_member_arns MemberArns set_moderator_arns ModeratorArns
                 set_chime_bearer ChimeBearer],
                a => json!({"ChannelArn": a.channel_arn()})),
            "DescribeChannel" => send!(client.describe_channel(), with,
            [set_channel_arn ChannelArn set_chime_bearer ChimeBearer],
            a => json!({"Channel": a.channel().map(|c| json!({
                "ChannelArn": c.channel_arn(), "Name": c.name(), "Metadata": c.metadata(),
                "Mode": c.mode().map(|mode| mode.as_str()), "Privacy": c.privacy().map(|privacy| privacy.as_str()),
                "CreatedBy": who(c.created_by()), "CreatedTimestamp": time(c.created_timestamp()),
                "LastUpdatedTimestamp": time(c.last_updated_timestamp()),
                "LastMessageTimestamp": time(c.last_message_timestamp()), "ChannelFlowArn": c.channel_flow_arn(),
            }))})),
            "UpdateChannel" => send!(client.update_channel(), with,
                [set_channel_arn ChannelArn set_name Name set_mode Mode set_chime_bearer ChimeBearer],
                a => json!({"ChannelArn": a.channel_arn()})),
            "PutChannelExpirationSettings" => send!(client.put_channel_expiration_settings(), with,
            [set_channel_arn ChannelArn set_expiration_settings ExpirationSettings set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(),
                "ExpirationSettings": a.expiration_settings().map(|settings| json!({
                    "ExpirationDays": settings.expiration_days(),
                    "ExpirationCriterion": settings.expiration_criterion().as_str(),
                })),
            })),
            "DeleteChannel" => send!(client.delete_channel(), with,
                [set_channel_arn ChannelArn set_chime_bearer ChimeBearer],
                _ => json!({})),
            "ListChannels" => send!(client.list_channels(), with,
                [set_app_instance_arn AppInstanceArn set_privacy Privacy set_max_results MaxResults
                 set_next_token NextToken set_chime_bearer ChimeBearer],
                a => json!({"Channels": all(a.channels(), |c| summary(Some(c))), "NextToken": a.next_token()})),
            "SearchChannels" => send!(client.search_channels(), with,
                [set_fields Fields set_max_results MaxResults set_next_token NextToken set_chime_bearer ChimeBearer],
                a => json!({"Channels": all(a.channels(), |c| summary(Some(c))), "NextToken": a.next_token()})),
            "ListSubChannels" => send!(client.list_sub_channels(), with,
            [set_channel_arn ChannelArn set_max_results MaxResults set_next_token NextToken
             set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(), "NextToken": a.next_token(),
                "SubChannels": all(a.sub_channels(), |sub| json!({
                    "SubChannelId": sub.sub_channel_id(), "MembershipCount": sub.membership_count(),
                })),
            })),
            "GetMessagingSessionEndpoint" => send!(client.get_messaging_session_endpoint(), with,
                [],
                a => json!({"Endpoint": a.endpoint().map(|endpoint| json!({"Url": endpoint.url()}))})),
            "TagResource" => send!(client.tag_resource(), with,
                [set_resource_arn ResourceARN set_tags Tags],
                _ => json!({})),
            "UntagResource" => send!(client.untag_resource(), with,
                [set_resource_arn ResourceARN set_tag_keys TagKeys],
                _ => json!({})),
            "ListTagsForResource" => send!(client.list_tags_for_resource(), with,
            [set_resource_arn ResourceARN],
            a => json!({"Tags": all(a.tags(), |tag| json!({"Key": tag.key(), "Value": tag.value()}))})),
            "CreateChannelModerator" => send!(client.create_channel_moderator(), with,
                [set_channel_arn ChannelArn set_channel_moderator_arn ChannelModeratorArn set_chime_bearer ChimeBearer],
                a => json!({"ChannelArn": a.channel_arn(), "ChannelModerator": who(a.channel_moderator())})),
            "DeleteChannelModerator" => send!(client.delete_channel_moderator(), with,
                [set_channel_arn ChannelArn set_channel_moderator_arn ChannelModeratorArn set_chime_bearer ChimeBearer],
                _ => json!({})),
            "PutMessagingStreamingConfigurations" => {
                send!(client.put_messaging_streaming_configurations(), with,
                [set_app_instance_arn AppInstanceArn set_streaming_configurations StreamingConfigurations],
                a => json!({"StreamingConfigurations": all(a.streaming_configurations(), streaming)}))
            }
            "GetMessagingStreamingConfigurations" => {
                send!(client.get_messaging_streaming_configurations(), with,
                [set_app_instance_arn AppInstanceArn],
                a => json!({"StreamingConfigurations": all(a.streaming_configurations(), streaming)}))
            }
            "DeleteMessagingStreamingConfigurations" => {
                send!(client.delete_messaging_streaming_configurations(), with,
                [set_app_instance_arn AppInstanceArn],
                _ => json!({}))
            }
            "DescribeChannelModerator" => send!(client.describe_channel_moderator(), with,
            [set_channel_arn ChannelArn set_channel_moderator_arn ChannelModeratorArn set_chime_bearer ChimeBearer],
            a => json!({"ChannelModerator": a.channel_moderator().map(|m| json!({
                "Moderator": who(m.moderator()), "ChannelArn": m.channel_arn(),
                "CreatedTimestamp": time(m.created_timestamp()), "CreatedBy": who(m.created_by()),
            }))})),
            "DescribeChannelModeratedByAppInstanceUser" => {
                send!(client.describe_channel_moderated_by_app_instance_user(), with,
                [set_channel_arn ChannelArn set_app_instance_user_arn AppInstanceUserArn
                 set_chime_bearer ChimeBearer],
                a => json!({"Channel": a.channel().map(|c| json!({
                    "ChannelSummary": summary(c.channel_summary()),
                }))}))
            }
            "ListChannelsModeratedByAppInstanceUser" => {
                send!(client.list_channels_moderated_by_app_instance_user(), with,
                [set_app_instance_user_arn AppInstanceUserArn set_max_results MaxResults set_next_token NextToken
                 set_chime_bearer ChimeBearer],
                a => json!({
                    "NextToken": a.next_token(),
                    "Channels": all(a.channels(), |c| json!({"ChannelSummary": summary(c.channel_summary())})),
                }))
            }
            "CreateChannelBan" => send!(client.create_channel_ban(), with,
                [set_channel_arn ChannelArn set_member_arn MemberArn set_chime_bearer ChimeBearer],
                a => json!({"ChannelArn": a.channel_arn(), "Member": who(a.member())})),
            "DescribeChannelBan" => send!(client.describe_channel_ban(), with,
            [set_channel_arn ChannelArn set_member_arn MemberArn set_chime_bearer ChimeBearer],
            a => json!({"ChannelBan": a.channel_ban().map(|ban| json!({
                "Member": who(ban.member()), "ChannelArn": ban.channel_arn(),
                "CreatedTimestamp": time(ban.created_timestamp()), "CreatedBy": who(ban.created_by()),
            }))})),
            "DeleteChannelBan" => send!(client.delete_channel_ban(), with,
                [set_channel_arn ChannelArn set_member_arn MemberArn set_chime_bearer ChimeBearer],
                _ => json!({})),
            "ListChannelBans" => send!(client.list_channel_bans(), with,
            [set_channel_arn ChannelArn set_max_results MaxResults set_next_token NextToken
             set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(), "NextToken": a.next_token(),
                "ChannelBans": all(a.channel_bans(), |ban| json!({"Member": who(ban.member())})),
            })),
            "ListChannelModerators" => send!(client.list_channel_moderators(), with,
            [set_channel_arn ChannelArn set_max_results MaxResults set_next_token NextToken
             set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(), "NextToken": a.next_token(),
                "ChannelModerators": all(a.channel_moderators(), |m| json!({"Moderator": who(m.moderator())})),
            })),
            _ => return None,
        })
    }

    async fn memberships(&self, call: &str, with: &Value) -> Option<Value> {
        let client = &self.messaging;
        Some(match call {
            "CreateChannelMembership" => send!(client.create_channel_membership(), with,
                [set_channel_arn ChannelArn set_member_arn MemberArn set_type Type set_chime_bearer ChimeBearer],
                a => json!({"ChannelArn": a.channel_arn(), "Member": who(a.member())})),
            "BatchCreateChannelMembership" => send!(client.batch_create_channel_membership(), with,
            [set_channel_arn ChannelArn set_member_arns MemberArns set_chime_bearer ChimeBearer],
            a => json!({
                "BatchChannelMemberships": a.batch_channel_memberships().map(|batch| json!({
                    "InvitedBy": who(batch.invited_by()), "ChannelArn": batch.channel_arn(),
                    "Type": batch.r#type().map(|r#type| r#type.as_str()),
                    "Members": all(batch.members(), |member| who(Some(member))),
                })),
                "Errors": all(a.errors(), |error| json!({
                    "MemberArn": error.member_arn(), "ErrorMessage": error.error_message(),
                    "ErrorCode": error.error_code().map(|code| code.as_str()),
                })),
            })),
            "DescribeChannelMembership" => send!(client.describe_channel_membership(), with,
            [set_channel_arn ChannelArn set_member_arn MemberArn set_chime_bearer ChimeBearer],
            a => json!({"ChannelMembership": a.channel_membership().map(|m| json!({
                "ChannelArn": m.channel_arn(), "Member": who(m.member()), "InvitedBy": who(m.invited_by()),
                "Type": m.r#type().map(|r#type| r#type.as_str()), "CreatedTimestamp": time(m.created_timestamp()),
                "LastUpdatedTimestamp": time(m.last_updated_timestamp()),
            }))})),
            "ListChannelMemberships" => send!(client.list_channel_memberships(), with,
            [set_channel_arn ChannelArn set_type Type set_max_results MaxResults set_next_token NextToken
             set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(), "NextToken": a.next_token(),
                "ChannelMemberships": all(a.channel_memberships(), |m| json!({"Member": who(m.member())})),
            })),
            "DeleteChannelMembership" => send!(client.delete_channel_membership(), with,
                [set_channel_arn ChannelArn set_member_arn MemberArn set_chime_bearer ChimeBearer],
                _ => json!({})),
            "DescribeChannelMembershipForAppInstanceUser" => {
                send!(client.describe_channel_membership_for_app_instance_user(), with,
                    [set_channel_arn ChannelArn set_app_instance_user_arn AppInstanceUserArn
                     set_chime_bearer ChimeBearer],
                    a => json!({"ChannelMembership": a.channel_membership().map(membership)}))
            }
            "ListChannelMembershipsForAppInstanceUser" => {
                send!(client.list_channel_memberships_for_app_instance_user(), with,
                [set_app_instance_user_arn AppInstanceUserArn set_max_results MaxResults set_next_token NextToken
                 set_chime_bearer ChimeBearer],
                a => json!({
                    "ChannelMemberships": all(a.channel_memberships(), membership), "NextToken": a.next_token(),
                }))
            }
            "GetChannelMembershipPreferences" => send!(client.get_channel_membership_preferences(), with,
            [set_channel_arn ChannelArn set_member_arn MemberArn set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(), "Member": who(a.member()), "Preferences": preferences(a.preferences()),
            })),
            "PutChannelMembershipPreferences" => send!(client.put_channel_membership_preferences(), with,
            [set_channel_arn ChannelArn set_member_arn MemberArn set_preferences Preferences
             set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(), "Member": who(a.member()), "Preferences": preferences(a.preferences()),
            })),
            "UpdateChannelReadMarker" => send!(client.update_channel_read_marker(), with,
                [set_channel_arn ChannelArn set_chime_bearer ChimeBearer],
                a => json!({"ChannelArn": a.channel_arn()})),
            _ => return None,
        })
    }

    async fn messages(&self, call: &str, with: &Value) -> Option<Value> {
        let client = &self.messaging;
        Some(match call {
            "SendChannelMessage" => send!(client.send_channel_message(), with,
            [set_channel_arn ChannelArn set_content Content set_type Type set_persistence Persistence
             set_metadata Metadata set_client_request_token ClientRequestToken set_content_type ContentType
             set_message_attributes MessageAttributes set_target Target set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(), "MessageId": a.message_id(), "Status": status(a.status()),
            })),
            "GetChannelMessage" => send!(client.get_channel_message(), with,
            [set_channel_arn ChannelArn set_message_id MessageId set_chime_bearer ChimeBearer],
            a => json!({"ChannelMessage": a.channel_message().map(|m| json!({
                "ChannelArn": m.channel_arn(), "MessageId": m.message_id(), "Content": m.content(),
                "Metadata": m.metadata(), "Type": m.r#type().map(|r#type| r#type.as_str()),
                "CreatedTimestamp": time(m.created_timestamp()),
                "LastUpdatedTimestamp": time(m.last_updated_timestamp()), "Sender": who(m.sender()),
                "LastEditedTimestamp": time(m.last_edited_timestamp()),
                "Redacted": m.redacted(), "Persistence": m.persistence().map(|persistence| persistence.as_str()),
                "Status": status(m.status()), "ContentType": m.content_type(),
                "MessageAttributes": m.message_attributes().map(attributes), "Target": m.target.as_deref().map(targets),
            }))})),
            "ListChannelMessages" => send!(client.list_channel_messages(), with,
            [set_channel_arn ChannelArn set_sort_order SortOrder set_not_before NotBefore set_not_after NotAfter
             set_max_results MaxResults set_next_token NextToken set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(), "NextToken": a.next_token(),
                "ChannelMessages": all(a.channel_messages(), |m| json!({
                    "MessageId": m.message_id(), "Content": m.content(), "Metadata": m.metadata(),
                    "Type": m.r#type().map(|r#type| r#type.as_str()),
                    "CreatedTimestamp": time(m.created_timestamp()),
                    "LastUpdatedTimestamp": time(m.last_updated_timestamp()), "Sender": who(m.sender()),
                    "Redacted": m.redacted(), "Status": status(m.status()),
                })),
            })),
            "UpdateChannelMessage" => send!(client.update_channel_message(), with,
            [set_channel_arn ChannelArn set_message_id MessageId set_content Content set_metadata Metadata
             set_chime_bearer ChimeBearer],
            a => json!({
                "ChannelArn": a.channel_arn(), "MessageId": a.message_id(), "Status": status(a.status()),
            })),
            "GetChannelMessageStatus" => send!(client.get_channel_message_status(), with,
                [set_channel_arn ChannelArn set_message_id MessageId set_chime_bearer ChimeBearer],
                a => json!({"Status": status(a.status())})),
            "RedactChannelMessage" => send!(client.redact_channel_message(), with,
                [set_channel_arn ChannelArn set_message_id MessageId set_chime_bearer ChimeBearer],
                a => json!({"ChannelArn": a.channel_arn(), "MessageId": a.message_id()})),
            "DeleteChannelMessage" => send!(client.delete_channel_message(), with,
                [set_channel_arn ChannelArn set_message_id MessageId set_chime_bearer ChimeBearer],
                _a => json!({})),
            _ => return None,
        })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let clients = Clients::from_env();
    for line in stdin().lock().lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let (call, with) = (line["call"].as_str().unwrap(), &line["with"]);
        let said = match clients.identity(call, with).await {
            None => match clients.endpoints(call, with).await {
                None => match clients.channels(call, with).await {
                    None => match clients.memberships(call, with).await {
                        None => match clients.messages(call, with).await {
                            None => clients.channel_flows(call, with).await,
                            said => said,
                        },
                        said => said,
                    },
                    said => said,
                },
                said => said,
            },
            said => said,
        };
        println!("{}", said.expect(call));
    }
}
