//! Requests, both ways: every binding, and every kind of declaration that the services' models need.

use http::header::CONTENT_TYPE;
use serde_json::Value;

use super::*;
use crate::Timestamp;
use crate::operation::Operation;

#[allow(dead_code, unreachable_pub, reason = "declared like operations that people use")]
mod everything {
    use crate::Timestamp;
    use crate::declare::operation;
    use crate::shapes::Tag;

    operation! {
        /// An operation that the service does not have, with every kind of binding.
        Everything, EverythingBuilder -> ();
        Channels Post "/things/{id}/parts" ["operation" = "all"] => 201;
        errors: BadRequestException;
        required {
            /// In the path.
            message_id: String = label("Id", "id"),
            /// In a header.
            device_token: String = header("Token", "x-token"),
        }
        optional {
            /// A number in the query.
            max_results, set_max_results: i32 = query("MaxResults", "max-results").limits(1, 50),
            /// A time in the query.
            not_before, set_not_before: Timestamp = query("NotBefore", "not-before"),
            /// A list in the body.
            values, set_values: Vec<String> = body("List"),
            /// A structure in the body.
            target, set_target: Tag = body("Tag"),
            /// A time in the body.
            created_timestamp, set_created_timestamp: Timestamp = body("At"),
        }
    }
}
use everything::Everything;

fn everything() -> Everything {
    Everything::builder()
        .message_id("a/b c%é~")
        .device_token("t:/?")
        .max_results(7)
        .not_before("2021-01-07T20:35:41.085Z")
        .values(["x", "\"y"])
        .created_timestamp(Timestamp::from_epoch_micros(1_500_000))
        .build()
        .unwrap()
}

#[test]
fn every_binding_reaches_its_place_and_comes_back() {
    let sent = encode_request(&everything()).unwrap();
    assert_eq!(sent.method(), "POST");
    assert_eq!(
        sent.uri(),
        "/things/a%2Fb%20c%25%C3%A9~/parts?operation=all&max-results=7&not-before=2021-01-07T20%3A35%3A41.085Z"
    );
    assert_eq!(sent.headers()["x-token"], "t:/?");
    assert_eq!(sent.headers()[CONTENT_TYPE], "application/json");
    assert_eq!(sent.body(), &r#"{"List":["x","\"y"],"At":1.5}"#);
    assert_eq!(decode_request::<Everything>(&sent).unwrap(), everything());
    assert!(Everything::METADATA.matches(sent.method(), sent.uri().path(), sent.uri().query().unwrap()));
}

#[test]
fn a_body_without_members_is_an_empty_object() {
    let request = Everything { values: None, created_timestamp: None, ..everything() };
    assert_eq!(encode_request(&request).unwrap().body(), "{}");
}

#[test]
fn refusals_name_the_member() {
    let uri = "/things/a/parts?operation=all";
    let cases = [
        (uri.to_owned(), Some("t"), r#"{"List":7}"#, Some("List"), "expected a list of texts"),
        (uri.to_owned(), Some("t"), r#"{"Tag":{"Key":"k"}}"#, Some("Tag"), "missing field `Value`"),
        (
            uri.to_owned(),
            Some("t"),
            r#"{"Tag":{"Key":"","Value":"v"}}"#,
            Some("Tag"),
            "Key: it has 0 characters",
        ),
        (uri.to_owned(), Some("t"), r#"{"Tag":"SECRET"}"#, Some("Tag"), "JSON of the documented"),
        (uri.to_owned(), Some("t"), "[]", None, "not a JSON object"),
        (uri.to_owned(), Some("t"), "{", None, "not a JSON object"),
        (uri.to_owned(), None, "", Some("Token"), "required"),
        (format!("{uri}&max-results=many"), Some("t"), "", Some("MaxResults"), "expected a whole number"),
        (
            format!("{uri}&max-results=99999999999"),
            Some("t"),
            "",
            Some("MaxResults"),
            "expected a whole number",
        ),
        (format!("{uri}&max-results=51"), Some("t"), "", Some("MaxResults"), "it is 51; expected 1 to 50"),
        (format!("{uri}&not-before=SECRET"), Some("t"), "", Some("NotBefore"), "expected a time such as"),
        ("/things/%FF/parts?operation=all".to_owned(), Some("t"), "", Some("Id"), "utf-8"),
    ];
    for (uri, token, body, parameter, reason) in cases {
        let mut request = http::Request::post(&uri);
        if let Some(token) = token {
            request = request.header("x-token", token);
        }
        let refused = decode_request::<Everything>(&request.body(body).unwrap()).unwrap_err();
        assert_eq!(refused.parameter(), parameter, "{uri} {body}");
        assert!(refused.reason().contains(reason), "{refused} does not say {reason:?}");
        assert!(!refused.reason().contains("SECRET"), "{refused}");
    }
}

#[test]
fn a_command_line_gives_numbers_as_texts_within_structures_too() {
    let (instance, bearer) = ("arn:aws:chime:us-east-1:1:app-instance/i", "ChimeBearer");
    let build = |settings: Value| {
        from_members::<crate::operations::CreateChannel>([
            ("AppInstanceArn", instance.into()),
            ("Name", "1".into()),
            (bearer, format!("{instance}/user/u").into()),
            ("Tags", serde_json::json!([{"Key": "1", "Value": "2"}])),
            ("ExpirationSettings", settings),
        ])
    };
    for days in [Value::from("30"), Value::from(30)] {
        let settings =
            serde_json::json!({"ExpirationDays": days, "ExpirationCriterion": "CREATED_TIMESTAMP"});
        let request = build(settings).unwrap();
        assert_eq!(request.expiration_settings.unwrap().expiration_days, 30);
        assert_eq!(request.tags.unwrap(), [crate::shapes::Tag::new("1", "2")]);
    }
    for days in [Value::from("many"), Value::from(true), Value::from(["1"])] {
        let settings =
            serde_json::json!({"ExpirationDays": days, "ExpirationCriterion": "CREATED_TIMESTAMP"});
        assert_eq!(build(settings).unwrap_err().parameter(), Some("ExpirationSettings"));
    }
}

#[test]
fn a_value_that_no_header_can_carry_is_refused() {
    let refused = encode_request(&Everything { device_token: "a\nb".into(), ..everything() }).unwrap_err();
    assert_eq!(refused.parameter(), Some("Token"));
}

#[test]
fn the_constant_query_tells_operations_on_one_path_apart() {
    use http::Method as M;
    let matches = |method, path, query| Everything::METADATA.matches(&method, path, query);
    assert!(matches(M::POST, "/things/a/parts", "x=1&operation=all"));
    assert!(!matches(M::POST, "/things/a/parts", ""));
    assert!(!matches(M::POST, "/things/a/parts", "operation=allx"));
    assert!(!matches(M::GET, "/things/a/parts", "operation=all"));
    assert!(!matches(M::POST, "/things/a/parts/more", "operation=all"));
    assert!(!matches(M::POST, "/things/a", "operation=all"));
}
