//! Every member of the answer: present, absent, and what the service may add.

use chime_client::operation::Operation;
use chime_client::operations::DescribeChannelMembershipForAppInstanceUserResponse;
use chime_client::shapes::{ChannelMembershipType, ChannelMode, ChannelPrivacy};
use chime_client::{Error, ErrorKind, Timestamp};
use serde_json::json;
use wiremock::matchers::any;
use wiremock::{Mock, MockServer, ResponseTemplate};

use contract_tests::arns::CHANNEL;
use contract_tests::client::{client, describe};
use contract_tests::recorded::example;
use contract_tests::service_model::model_of;

type Answer = DescribeChannelMembershipForAppInstanceUserResponse;

async fn call(body: &str) -> Result<Answer, Error> {
    let server = MockServer::start().await;
    let answer = ResponseTemplate::new(200).insert_header("x-amzn-RequestId", "id").set_body_string(body);
    Mock::given(any()).respond_with(answer).mount(&server).await;
    client(&server.uri()).build().unwrap().call(describe()).await
}

#[tokio::test]
async fn every_member_arrives() {
    let answer = call(&format!(
        r#"{{"ChannelMembership":{{
            "ChannelSummary":{{"Name":"General","ChannelArn":"{CHANNEL}","Mode":"RESTRICTED","Privacy":"PRIVATE",
                "Metadata":"\u00e9","LastMessageTimestamp":1.610051741085E9}},
            "AppInstanceUserMembershipSummary":{{"Type":"HIDDEN","ReadMarkerTimestamp":1610051741,"SubChannelId":"s"}}
        }}}}"#
    ))
    .await
    .unwrap();
    let membership = answer.channel_membership.unwrap();
    let channel = membership.channel_summary.unwrap();
    assert_eq!(channel.name.unwrap(), "General");
    assert_eq!(channel.channel_arn.unwrap().as_str(), CHANNEL);
    assert_eq!(channel.mode, Some(ChannelMode::Restricted));
    assert_eq!(channel.privacy, Some(ChannelPrivacy::Private));
    assert_eq!(channel.metadata.unwrap(), "é");
    assert_eq!(channel.last_message_timestamp, Some(Timestamp::from_epoch_micros(1_610_051_741_085_000)));
    let user = membership.app_instance_user_membership_summary.unwrap();
    assert_eq!(user.r#type, Some(ChannelMembershipType::Hidden));
    assert_eq!(user.read_marker_timestamp, Some(Timestamp::from_epoch_micros(1_610_051_741_000_000)));
    assert_eq!(user.sub_channel_id.as_deref(), Some("s"));
}

#[tokio::test]
async fn every_operations_answer_arrives() {
    macro_rules! check {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            $( check_answer::<chime_client::operations::$Operation>().await; )*
        };
    }
    chime_client::for_each_operation!(check);
}

async fn check_answer<O: Operation>() {
    let name = O::METADATA.name;
    let model = model_of(&O::METADATA);
    let operation = model.operation(name);
    let value = |structure: &String| {
        model.value(structure, "", &mut |_, shape| match shape.r#type.as_str() {
            "timestamp" => json!(1_610_051_741.085),
            "integer" => json!(7),
            "boolean" => json!(true),
            _ => json!("new"),
        })
    };
    let body = operation.output.as_ref().map(value);
    let server = MockServer::start().await;
    let mut answer = ResponseTemplate::new(operation.success);
    if let Some(body) = &body {
        answer = answer.set_body_json(body);
    }
    Mock::given(any()).respond_with(answer).mount(&server).await;
    let client = client(&server.uri()).build().unwrap();
    let answer = client.call(example::<O>()).await.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(serde_json::to_value(&answer).unwrap(), body.unwrap_or_default(), "{name}");
    assert_eq!(server.received_requests().await.unwrap().len(), 1, "{name}");
}

#[tokio::test]
async fn any_member_may_be_absent_or_null_or_new() {
    // Each of these answers is the same as the one beside it.
    let cases = [
        (r#"{"ChannelMembership":null}"#, "{}"),
        (r#"{"New":{"a":[1]},"ChannelMembership":{}}"#, r#"{"ChannelMembership":{}}"#),
        (
            r#"{"ChannelMembership":{"ChannelSummary":{"Name":null,"Elastic":{"x":1}},"New":0}}"#,
            r#"{"ChannelMembership":{"ChannelSummary":{}}}"#,
        ),
        (
            r#"{"ChannelMembership":{"AppInstanceUserMembershipSummary":{"Type":"DEFAULT","New":"x"}}}"#,
            r#"{"ChannelMembership":{"AppInstanceUserMembershipSummary":{"Type":"DEFAULT"}}}"#,
        ),
    ];
    for (body, same) in cases {
        let answer = call(body).await.expect(body);
        assert_eq!(answer, call(same).await.expect(same), "{body}");
        assert_eq!(serde_json::to_string(&answer).unwrap(), same);
    }
}

#[tokio::test]
async fn values_that_are_new_are_kept() {
    let body = r#"{"ChannelMembership":{"ChannelSummary":{"ChannelArn":"a new form","Mode":"ELASTIC","Privacy":"SECRET"},"AppInstanceUserMembershipSummary":{"Type":"GHOST"}}}"#;
    let answer = call(body).await.unwrap();
    assert_eq!(serde_json::to_string(&answer).unwrap(), body);
    let mode = answer.channel_membership.unwrap().channel_summary.unwrap().mode.unwrap();
    assert_eq!(mode.as_str(), "ELASTIC");
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_kept_and_not_shown() {
    for body in [
        r#"{"ChannelMembership":{"ChannelSummary":{"Name":"PRIVATE NAME","Mode":7}}}"#,
        r#"{"ChannelMembership":"PRIVATE NAME"}"#,
        "<html>PRIVATE NAME</html>",
        "",
        r#"{"ChannelMembership":{"ChannelSummary":{"Name":"PRIVATE NAME"#,
    ] {
        let error = call(body).await.unwrap_err();
        let ErrorKind::Unreadable(unreadable) = error.kind() else { panic!("{error}") };
        assert_eq!(unreadable.body(), body);
        assert_eq!((error.attempts(), error.request_id()), (1, Some("id")));
        assert!(error.may_have_reached_service());
        let shown = format!("{error} {error:?} {:?}", std::error::Error::source(&error));
        assert!(!shown.contains("PRIVATE"), "{shown}");
    }
}
