//! Lists, of which the service gives a page at a time.

use serde_json::{Value, json};
use wiremock::matchers::{any, query_param, query_param_is_missing};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::world::Directory;
use crate::{Local, answer, chime, failure, stdout};

const APP_INSTANCE: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/many";

/// A service with 120 channels.
fn many(directory: &Directory) -> Local {
    let channels: Vec<_> = (0..120)
        .map(|number| json!({"ChannelId": format!("c{number:03}"), "Name": "x", "CreatedBy": "ada"}))
        .collect();
    let users = json!([{"AppInstanceUserId": "ada", "Name": "Ada"}]);
    let world = json!({"AppInstances": [
        {"AppInstanceArn": APP_INSTANCE, "Name": "Many", "Users": users, "Channels": channels},
    ]});
    Local::start(&["--seed", &directory.file("seed.json", &world.to_string())])
}

fn list(local: &Local, more: &[&str]) -> Value {
    let bearer = format!("{APP_INSTANCE}/user/ada");
    let arguments = ["list-channels", "--app-instance-arn", APP_INSTANCE, "--chime-bearer", &bearer];
    answer(&local.chime(&[&arguments, more].concat()))
}

fn ids(answer: &Value) -> Vec<String> {
    let arns = answer["Channels"].as_array().unwrap().iter().map(|channel| &channel["ChannelArn"]);
    arns.map(|arn| arn.as_str().unwrap().rsplit('/').next().unwrap().to_owned()).collect()
}

fn expected(numbers: std::ops::Range<u32>) -> Vec<String> {
    numbers.map(|number| format!("c{number:03}")).collect()
}

#[test]
fn a_list_is_complete_unless_a_page_is_asked_for() {
    let directory = Directory::new("lists");
    let local = many(&directory);
    let whole = list(&local, &[]);
    assert_eq!(ids(&whole), expected(0..120));
    assert_eq!(whole.as_object().unwrap().len(), 1, "{whole}");

    let page = list(&local, &["--max-results", "7"]);
    assert_eq!(ids(&page), expected(0..7));
    let token = page["NextToken"].as_str().unwrap();
    let page = list(&local, &["--next-token", token]);
    assert_eq!(ids(&page), expected(7..57));
    let token = page["NextToken"].as_str().unwrap();
    let page = list(&local, &["--max-results", "50", "--next-token", token]);
    assert_eq!(ids(&page), expected(57..107));
    let token = page["NextToken"].as_str().unwrap();
    let last = list(&local, &["--max-results", "50", "--next-token", token]);
    assert_eq!(ids(&last), expected(107..120));
    assert_eq!(last.get("NextToken"), None);
}

#[test]
fn members_beside_the_list_appear_once_and_a_failed_page_prints_nothing() {
    let directory = Directory::new("lists-users");
    let users: Vec<_> =
        (0..60).map(|number| json!({"AppInstanceUserId": format!("u{number}"), "Name": "x"})).collect();
    let world = json!({"AppInstances": [{"AppInstanceArn": APP_INSTANCE, "Name": "Many", "Users": users}]});
    let seed = directory.file("seed.json", &world.to_string());
    let local = Local::start(&["--seed", &seed]);
    let arguments = ["list-app-instance-users", "--app-instance-arn", APP_INSTANCE];
    let output = local.chime(&arguments);
    assert_eq!(stdout(&output).matches("\"AppInstanceArn\"").count(), 1, "{output:?}");
    assert_eq!(answer(&output)["AppInstanceUsers"].as_array().unwrap().len(), 60);
    let text = local.chime(&[&arguments[..], &["--output", "text"]].concat());
    assert_eq!(stdout(&text).lines().count(), 61);

    // The delay takes the first call, the exception the second.
    let faults = ["--fault", "delay(0ms):1", "--fault", "ForbiddenException:1"];
    let local = Local::start(&[&["--seed", &seed], &faults[..]].concat());
    let output = local.chime(&arguments);
    let (code, said) = failure(&output);
    assert!(code == 254 && said.contains("(ForbiddenException)"), "{said}");
}

#[tokio::test]
async fn a_service_that_repeats_a_token_ends_a_list_with_an_error() {
    for (tokens, calls) in [(&["A", "A"][..], 2), (&["A", "B", "A", "B"], 3), (&["A"], 2)] {
        let server = MockServer::start().await;
        let mut asked: Option<&str> = None;
        for token in tokens {
            let answer =
                ResponseTemplate::new(200).set_body_json(json!({"Channels": [], "NextToken": token}));
            let mock = match asked {
                None => Mock::given(query_param_is_missing("next-token")),
                Some(asked) => Mock::given(query_param("next-token", asked)),
            };
            mock.respond_with(answer.clone()).mount(&server).await;
            asked = Some(token);
            // Whatever is asked last is answered with the last token again.
            Mock::given(any()).respond_with(answer).with_priority(9).mount(&server).await;
        }
        let bearer = format!("{APP_INSTANCE}/user/ada");
        let arguments = ["list-channels", "--app-instance-arn", APP_INSTANCE, "--chime-bearer", &bearer];
        let variables =
            [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "S"), ("AWS_ENDPOINT_URL", &server.uri())];
        let output = chime(&arguments, &variables);
        let (code, said) = failure(&output);
        assert_eq!(code, 255, "{said}");
        assert_eq!(
            said,
            "chime: ListChannels: NextToken: the service repeats a token; the list would have no end\n"
        );
        assert_eq!(server.received_requests().await.unwrap().len(), calls, "{tokens:?}");
        // One page is one call.
        answer(&chime(&[&arguments[..], &["--max-results", "5"]].concat(), &variables));
    }
}
