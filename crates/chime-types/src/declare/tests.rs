//! Declarations of operations that the services have and this version does not, one for each thing that the two models
//! contain.

use std::collections::BTreeMap;

use http::Method as M;
use serde_json::{Value, json};

use crate::operation::{Bearer, Kind, Metadata, Operation, Paginated, Per, Quota, Resource, Service, Token};
use crate::{InvalidParameter, wire};

#[allow(
    clippy::struct_field_names,
    dead_code,
    unreachable_pub,
    reason = "declared like operations that people use"
)]
mod declared {
    use super::BTreeMap;
    use crate::declare::{operation, structure};
    use crate::open_enum::open_enum;
    use crate::operation::{Form, Token};
    use crate::shapes::{ChannelSummary, ExpirationSettings, MessageAttributeValue, Tag};
    use crate::{
        AppInstanceArn, AppInstanceBotArn, ChannelArn, ChannelFlowArn, LambdaFunctionArn, LexBotAliasArn,
        PinpointAppArn, ResourceArn, Sensitive, SensitiveUserArn, StreamArn,
    };

    /// Without any member.
    pub mod get_messaging_session_endpoint {
        use super::*;

        operation! {
            /// Returns the address of real-time sessions.
            GetMessagingSessionEndpoint, GetMessagingSessionEndpointBuilder -> GetMessagingSessionEndpointResponse;
            Sessions Get "/endpoints/messaging-session" => 200;
            errors: UnauthorizedClientException, ForbiddenException, ThrottledClientException,
                ServiceUnavailableException, ServiceFailureException;
        }

        structure! {
            /// The address of real-time sessions.
            pub struct GetMessagingSessionEndpointResponse {
                /// The address.
                endpoint: MessagingSessionEndpoint,
            }
        }

        structure! {
            /// An address.
            pub struct MessagingSessionEndpoint {
                /// The URL.
                url: String,
            }
        }
    }

    /// Without a required member, and a list.
    pub mod list_app_instances {
        use super::*;

        operation! {
            /// Lists the app instances of an account.
            ListAppInstances, ListAppInstancesBuilder -> ListAppInstancesResponse;
            AppInstances Get "/app-instances" => 200;
            lists app_instances: AppInstanceSummary;
        }

        structure! {
            /// A page of app instances.
            pub struct ListAppInstancesResponse {
                /// The app instances.
                app_instances: Vec<AppInstanceSummary>,
                /// The token of the next page.
                next_token: Sensitive,
            }
        }

        structure! {
            /// What a list shows of an app instance.
            pub struct AppInstanceSummary {
                /// The ARN.
                app_instance_arn: AppInstanceArn,
            }
        }
    }

    /// With a name on the wire that is not `PascalCase`, and a service that follows from it; a POST that is idempotent.
    pub mod untag_resource {
        use super::*;

        operation! {
            /// Removes tags from a resource.
            UntagResource, UntagResourceBuilder -> ();
            Tags Post "/tags" ["operation" = "untag-resource"] => 204;
            idempotent: true;
            service of resource_arn;
            required {
                /// The resource.
                resource_arn: ResourceArn = body("ResourceARN"),
                /// The keys of the tags to remove.
                tag_keys: Vec<Sensitive> = body("TagKeys").limits(1, 50).items(1, 128),
            }
        }
    }

    /// With an optional bearer and structures in a list, each with required members.
    pub mod search_channels {
        use super::*;

        operation! {
            /// Searches channels by their members.
            SearchChannels, SearchChannelsBuilder -> SearchChannelsResponse;
            Channels Post "/channels" ["operation" = "search"] => 200;
            bearer optional;
            idempotent: true;
            required {
                /// What to search for.
                fields: Vec<SearchField> = body("Fields").limits(1, 20),
            }
            lists channels: ChannelSummary;
        }

        structure! {
            /// A page of channels.
            pub struct SearchChannelsResponse {
                /// The channels.
                channels: Vec<ChannelSummary>,
                /// The token of the next page.
                next_token: Sensitive,
            }
        }

        structure! {
            /// What to search for.
            pub struct SearchField {
                required {
                    /// The value to compare.
                    key: SearchFieldKey,
                    /// The values to compare with.
                    values: Vec<String> = limits(1, 20).items(1, 512),
                    /// How they are compared.
                    operator: SearchFieldOperator,
                }
            }
        }

        open_enum! {
            /// The value to compare.
            pub enum SearchFieldKey {
                /// The members of a channel.
                Members = "MEMBERS",
            }
        }

        open_enum! {
            /// How values are compared.
            pub enum SearchFieldOperator {
                /// These and no others.
                Equals = "EQUALS",
                /// These and perhaps others.
                Includes = "INCLUDES",
            }
        }
    }

    /// With an optional bearer and nothing else that follows from it.
    pub mod put_channel_expiration_settings {
        use super::*;

        operation! {
            /// Sets when a channel expires.
            PutChannelExpirationSettings, PutChannelExpirationSettingsBuilder -> ();
            Channels Put "/channels/{channelArn}/expiration-settings" => 200;
            bearer optional;
            quota: 5, 3 for each Channel;
            errors: common, ConflictException;
            required {
                /// The channel.
                channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
            }
            optional {
                /// When the channel expires.
                expiration_settings, set_expiration_settings: ExpirationSettings = body("ExpirationSettings"),
            }
        }
    }

    /// With structures nested three deep, and an ARN of another service.
    pub mod create_channel_flow {
        use super::*;

        operation! {
            /// Creates a channel flow.
            CreateChannelFlow, CreateChannelFlowBuilder -> ();
            ChannelFlows Post "/channel-flows" => 201;
            required {
                /// The app instance.
                app_instance_arn: AppInstanceArn = body("AppInstanceArn"),
                /// The processors, in any order.
                processors: Vec<Processor> = body("Processors").limits(1, 3),
                /// The flow's name.
                name: Sensitive = body("Name").limits(1, 256).form(Form::Name),
            }
            token client_request_token: Sensitive;
            optional {
                /// The tags to attach.
                tags, set_tags: Vec<Tag> = body("Tags").limits(1, 50),
            }
        }

        structure! {
            /// What processes a message.
            pub struct Processor {
                required {
                    /// The name.
                    name: Sensitive = limits(1, 256).form(Form::Name),
                    /// The resource to call.
                    configuration: ProcessorConfiguration,
                    /// The place among the processors.
                    execution_order: i32 = limits(1, 3),
                }
            }
        }

        structure! {
            /// The resource to call.
            pub struct ProcessorConfiguration {
                required {
                    /// A Lambda function.
                    lambda: LambdaConfiguration,
                }
            }
        }

        structure! {
            /// A Lambda function.
            pub struct LambdaConfiguration {
                required {
                    /// The function.
                    resource_arn: LambdaFunctionArn,
                }
                optional {
                    /// A name that is not `PascalCase`.
                    invocation_type as "invocationTYPE": String,
                }
            }
        }
    }

    /// With a token that the caller has from elsewhere, a `bool`, and a required structure with optional members.
    pub mod channel_flow_callback {
        use super::*;

        operation! {
            /// Says what becomes of a message that a processor was given.
            ChannelFlowCallback, ChannelFlowCallbackBuilder -> ();
            ChannelFlows Post "/channels/{channelArn}" ["operation" = "channel-flow-callback"] => 200;
            idempotent: true;
            required {
                /// The channel.
                channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
                /// The token of the event.
                callback_id: String = body("CallbackId").token(Token::Caller).limits(32, 64),
                /// The message.
                channel_message: ChannelMessageCallback = body("ChannelMessage"),
            }
            optional {
                /// Whether the message is denied.
                delete_resource, set_delete_resource: bool = body("DeleteResource"),
            }
        }

        structure! {
            /// A message that a processor has seen.
            pub struct ChannelMessageCallback {
                required {
                    /// The message's id.
                    message_id: String = limits(1, 128).form(Form::Token),
                }
                optional {
                    /// The text.
                    content: Sensitive = limits(1, u32::MAX),
                    /// The attributes.
                    message_attributes: BTreeMap<Sensitive, MessageAttributeValue> = items(1, 64),
                }
            }
        }
    }

    /// With every other identifier.
    pub mod every_arn {
        use super::*;

        operation! {
            /// Names a resource of every kind, and is not an operation of the service.
            EveryArn, EveryArnBuilder -> ();
            Bots Put "/app-instance-bots/{appInstanceBotArn}" => 200;
            required {
                /// A bot.
                app_instance_bot_arn: AppInstanceBotArn = label("AppInstanceBotArn", "appInstanceBotArn"),
                /// A channel flow.
                channel_flow_arn: ChannelFlowArn = body("ChannelFlowArn"),
                /// A Lex bot.
                lex_bot_alias_arn: LexBotAliasArn = body("LexBotAliasArn"),
                /// A stream.
                streaming_configurations: StreamArn = body("StreamArn"),
                /// A user whose ARN is sensitive.
                app_instance_user_arn: SensitiveUserArn = body("AppInstanceUserArn"),
            }
            optional {
                /// A Pinpoint application.
                endpoint_attributes, set_endpoint_attributes: PinpointAppArn = body("PinpointAppArn"),
            }
        }
    }
}
use declared::channel_flow_callback::{ChannelFlowCallback, ChannelMessageCallback};
use declared::create_channel_flow::{
    CreateChannelFlow, LambdaConfiguration, Processor, ProcessorConfiguration,
};
use declared::every_arn::EveryArn;
use declared::get_messaging_session_endpoint::GetMessagingSessionEndpoint;
use declared::list_app_instances::{AppInstanceSummary, ListAppInstances, ListAppInstancesResponse};
use declared::put_channel_expiration_settings::PutChannelExpirationSettings;
use declared::search_channels::{SearchChannels, SearchField, SearchFieldKey, SearchFieldOperator};
use declared::untag_resource::UntagResource;

const INSTANCE: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i";

/// Encodes a request, checks that it decodes to itself, and returns its target, its bearer and its body.
fn sent<O: Operation + PartialEq>(request: &O) -> (String, Option<String>, Value) {
    let sent = wire::encode_request(request).unwrap();
    assert_eq!(wire::decode_request::<O>(&sent).unwrap(), *request);
    let bearer = sent.headers().get("x-amz-chime-bearer").map(|value| value.to_str().unwrap().to_owned());
    let body =
        if sent.body().is_empty() { Value::Null } else { serde_json::from_slice(sent.body()).unwrap() };
    (sent.uri().to_string(), bearer, body)
}

fn escaped(text: &str) -> String {
    let mut escaped = Vec::new();
    wire::push_escaped(&mut escaped, text);
    String::from_utf8(escaped).unwrap()
}

#[test]
fn an_operation_may_have_no_required_member_or_none_at_all() {
    let nothing = GetMessagingSessionEndpoint::builder().build().unwrap();
    assert_eq!(sent(&nothing), ("/endpoints/messaging-session".to_owned(), None, Value::Null));
    let metadata = GetMessagingSessionEndpoint::METADATA;
    assert_eq!((metadata.bearer, metadata.input.len()), (Bearer::None, 0));
    assert!(!metadata.errors.contains(&"BadRequestException"));

    let list = ListAppInstances::builder().max_results(2).set_next_token(Some("n".into())).build().unwrap();
    assert_eq!(sent(&list).0, "/app-instances?max-results=2&next-token=n");
    assert_eq!(ListAppInstances::METADATA.lists, Some("app_instances"));
    let page = ListAppInstancesResponse::default()
        .app_instances([AppInstanceSummary::default().app_instance_arn(INSTANCE)])
        .next_token("m");
    let (items, next) = ListAppInstances::page(page);
    assert_eq!((items.len(), next), (1, Some("m".into())));
}

#[test]
fn the_literal_is_the_name_on_the_wire_and_tags_belong_to_the_resources_service() {
    let cases = [
        (INSTANCE.to_owned(), Service::Identity),
        (format!("{INSTANCE}/user/u"), Service::Identity),
        (format!("{INSTANCE}/bot/b"), Service::Identity),
        (format!("{INSTANCE}/channel/c"), Service::Messaging),
        (format!("{INSTANCE}/channel-flow/f"), Service::Messaging),
    ];
    for (arn, service) in cases {
        let request = UntagResource::builder().resource_arn(&arn).tag_keys(["k"]).build().unwrap();
        assert_eq!(request.service(), service, "{arn}");
        let (target, _, body) = sent(&request);
        assert_eq!(target, "/tags?operation=untag-resource");
        assert_eq!(body, json!({"ResourceARN": arn, "TagKeys": ["k"]}));
    }
    let Metadata { resource, idempotent, .. } = UntagResource::METADATA;
    assert_eq!((resource, resource.service(), idempotent), (Resource::Tags, None, true));
    let refused = UntagResource::builder().resource_arn("x").tag_keys(["k"]).build().unwrap_err();
    assert_eq!(refused.parameter(), Some("ResourceARN"));
    let long = "k".repeat(129);
    let refused = UntagResource::builder().resource_arn(INSTANCE).tag_keys([&long]).build().unwrap_err();
    assert_eq!(refused.to_string(), "TagKeys: item 1: it has 129 characters; expected 1 to 128");
}

#[test]
fn a_bearer_is_required_optional_or_absent() {
    let user = format!("{INSTANCE}/user/u");
    let field = SearchField::new(SearchFieldKey::Members, [&user], SearchFieldOperator::Includes);
    let search = || SearchChannels::builder().fields([field.clone()]);
    let (target, bearer, body) = sent(&search().chime_bearer(&user).max_results(1).build().unwrap());
    assert_eq!((target.as_str(), bearer), ("/channels?operation=search&max-results=1", Some(user.clone())));
    assert_eq!(body, json!({"Fields": [{"Key": "MEMBERS", "Values": [user], "Operator": "INCLUDES"}]}));
    assert_eq!(sent(&search().build().unwrap()).1, None);
    let Metadata { bearer, idempotent, quota, .. } = SearchChannels::METADATA;
    assert_eq!((bearer, idempotent), (Bearer::Optional, true));
    assert_eq!(quota, Quota { us_east_1: 10, eu_central_1: 5, per: Per::Bearer });

    let put = PutChannelExpirationSettings::builder().channel_arn(format!("{INSTANCE}/channel/c")).build();
    assert_eq!(sent(&put.unwrap()).2, json!({}));
    let Metadata { bearer, quota, errors, .. } = PutChannelExpirationSettings::METADATA;
    assert_eq!((bearer, quota.per, quota.in_region("eu-central-1")), (Bearer::Optional, Per::Channel, 3));
    assert_eq!((errors.len(), errors.last()), (7, Some(&"ConflictException")));
    let quota = CreateChannelFlow::METADATA.quota;
    assert_eq!(quota, Quota { us_east_1: 10, eu_central_1: 10, per: Per::Account });
}

#[test]
fn structures_nest_with_required_members_and_limits_of_their_own() {
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let processor = |order: i32, function: &str| {
        let lambda = LambdaConfiguration::new(function).invocation_type("ASYNC");
        Processor::new("p", ProcessorConfiguration::new(lambda), order)
    };
    let create = |processor| {
        CreateChannelFlow::builder()
            .app_instance_arn(INSTANCE)
            .name("n")
            .processors([processor])
            .client_request_token("token")
            .build()
    };
    let (_, _, body) = sent(&create(processor(1, function)).unwrap());
    let lambda = json!({"ResourceArn": function, "invocationTYPE": "ASYNC"});
    let expected = json!({"Name": "p", "Configuration": {"Lambda": lambda}, "ExecutionOrder": 1});
    assert_eq!(body["Processors"][0], expected);
    let cases: [(Processor, &str); 2] = [
        (processor(4, function), "Processors: item 1: ExecutionOrder: it is 4; expected 1 to 3"),
        (processor(1, "f"), "Processors: item 1: Configuration: Lambda: ResourceArn: \"f\" is not a Lambda"),
    ];
    for (processor, expected) in cases {
        let refused = create(processor).unwrap_err().to_string();
        assert!(refused.starts_with(expected), "{refused}");
    }
    // A structure from the wire lacks a required member.
    let body = json!({"AppInstanceArn": INSTANCE, "Name": "n", "ClientRequestToken": "t0",
        "Processors": [{"Name": "p", "ExecutionOrder": 1}]});
    let request = http::Request::post("/channel-flows").body(body.to_string()).unwrap();
    let refused = wire::decode_request::<CreateChannelFlow>(&request).unwrap_err();
    assert!(refused.to_string().contains("missing field `Configuration`"), "{refused}");
    let kinds: Vec<_> = CreateChannelFlow::METADATA.input.iter().map(|member| member.kind).collect();
    let expected = [Kind::Text, Kind::StructureList, Kind::Text, Kind::Text, Kind::StructureList];
    assert_eq!(kinds, expected);
}

#[test]
fn a_token_may_be_the_callers_and_a_member_true_or_false() {
    let channel = format!("{INSTANCE}/channel/c");
    let id = "0123456789abcdef0123456789abcdef";
    let callback = |id: &str| -> Result<ChannelFlowCallback, InvalidParameter> {
        ChannelFlowCallback::builder()
            .channel_arn(&channel)
            .callback_id(id)
            .channel_message(ChannelMessageCallback::new("m").content("c"))
            .delete_resource(true)
            .build()
    };
    let mut request = callback(id).unwrap();
    request.fill_client_request_token(|| panic!("the client makes nothing up"));
    let (target, bearer, body) = sent(&request);
    assert_eq!(target, format!("/channels/{}?operation=channel-flow-callback", escaped(&channel)));
    assert_eq!(bearer, None);
    let message = json!({"MessageId": "m", "Content": "c"});
    assert_eq!(body, json!({"CallbackId": id, "ChannelMessage": message, "DeleteResource": true}));
    assert_eq!(callback("short").unwrap_err().parameter(), Some("CallbackId"));
    let metadata = ChannelFlowCallback::METADATA;
    let token = metadata.member("CallbackId").unwrap();
    assert_eq!((token.token, token.required, token.is_made_by_client()), (Some(Token::Caller), true, false));
    assert_eq!(metadata.member("DeleteResource").map(|member| member.kind), Some(Kind::Boolean));
    // A command line has to give it, and gives everything as text.
    let members = |callback_id: Option<&str>| {
        let members = [
            ("ChannelArn", Some(channel.as_str().into())),
            ("CallbackId", callback_id.map(Value::from)),
            ("ChannelMessage", Some(json!({"MessageId": "m"}))),
            ("DeleteResource", Some("false".into())),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name, value?)))
    };
    let given: ChannelFlowCallback = wire::from_members(members(Some(id))).unwrap();
    assert_eq!(given.delete_resource, Some(false));
    let refused = wire::from_members::<ChannelFlowCallback>(members(None)).unwrap_err();
    assert_eq!(refused.parameter(), Some("CallbackId"));
    assert!(metadata.matches(&M::POST, "/channels/c", "operation=channel-flow-callback"));
}

#[test]
fn every_kind_of_arn_is_checked_where_the_request_is_built() {
    let build = |[bot, flow, lex, stream, app, user]: [&str; 6]| {
        EveryArn::builder()
            .app_instance_bot_arn(bot)
            .channel_flow_arn(flow)
            .lex_bot_alias_arn(lex)
            .streaming_configurations(stream)
            .endpoint_attributes(app)
            .app_instance_user_arn(user)
            .build()
    };
    let good = [
        &format!("{INSTANCE}/bot/b"),
        &format!("{INSTANCE}/channel-flow/f"),
        "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID",
        "arn:aws:firehose:us-east-1:123456789012:deliverystream/chime-messaging-x",
        "arn:aws:mobiletargeting:us-east-1:123456789012:apps/a",
        &format!("{INSTANCE}/user/sensitive"),
    ];
    let request = build(good).unwrap();
    assert_eq!(sent(&request).0, format!("/app-instance-bots/{}", escaped(good[0])));
    assert!(!format!("{request:?}").contains("user/sensitive"), "{request:?}");
    let names = [
        "AppInstanceBotArn",
        "ChannelFlowArn",
        "LexBotAliasArn",
        "StreamArn",
        "PinpointAppArn",
        "AppInstanceUserArn",
    ];
    for (index, name) in names.into_iter().enumerate() {
        let mut arns = good;
        arns[index] = "arn:aws:chime:us-east-1:123456789012:app-instance/i/SECRET/c";
        let refused = build(arns).unwrap_err();
        assert_eq!(refused.parameter(), Some(name));
        assert_eq!(refused.to_string().contains("SECRET"), name != "AppInstanceUserArn", "{refused}");
    }
}
