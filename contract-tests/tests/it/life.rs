//! What becomes of things as time passes: expiration, retention, and the clock that tests move.

use std::time::{Duration, SystemTime};

use chime_client::{Client, RetryPolicy};
use chime_local::{LocalService, Quotas, RunningService};
use contract_tests::arns::APP_INSTANCE;
use contract_tests::client::client_of;
use contract_tests::connection::{administrative, connect, send};
use contract_tests::operations;
use contract_tests::outcome::outcome;
use contract_tests::world::{app_instance, channel, service, start_stopped, stopped, user};
use serde_json::{Value, json};

/// A service whose clock only moves when a test moves it, and a client whose clock stands still.
struct World {
    local: RunningService,
    client: Client,
}

impl World {
    async fn start(service: LocalService) -> Self {
        let (local, client) = start_stopped(service).await;
        Self { local, client }
    }

    fn advance(&self, hours: u64) {
        self.local.advance(Duration::from_hours(hours)).unwrap();
    }

    async fn call(&self, operation: &str, members: Value) -> Result<Value, String> {
        let answer = operations::call(&self.client, operation, members.as_object().unwrap()).await;
        outcome(answer.unwrap())
    }

    async fn describe_channel(&self, id: &str) -> Result<Value, String> {
        let members = json!({ "ChannelArn": channel(id), "ChimeBearer": user("ada") });
        self.call("DescribeChannel", members).await
    }

    async fn describe_user(&self, id: &str) -> Result<Value, String> {
        self.call("DescribeAppInstanceUser", json!({ "AppInstanceUserArn": user(id) })).await
    }

    async fn send(&self, id: &str, content: &str) {
        let members = json!({
            "ChannelArn": channel(id), "Content": content, "Type": "STANDARD", "Persistence": "PERSISTENT",
            "ChimeBearer": user("ada"),
        });
        self.call("SendChannelMessage", members).await.unwrap();
    }

    /// The contents of the messages that `ada` sees, the first first.
    async fn messages(&self, id: &str) -> Vec<String> {
        let members = json!({
            "ChannelArn": channel(id), "SortOrder": "ASCENDING", "ChimeBearer": user("ada"),
        });
        let answer = self.call("ListChannelMessages", members).await.unwrap();
        let messages = answer["ChannelMessages"].as_array().unwrap();
        messages.iter().map(|message| message["Content"].as_str().unwrap().to_owned()).collect()
    }

    async fn keep_messages(&self, settings: Value) -> Value {
        let members = json!({
            "AppInstanceArn": APP_INSTANCE,
            "AppInstanceRetentionSettings": { "ChannelRetentionSettings": settings },
        });
        self.call("PutAppInstanceRetentionSettings", members).await.unwrap()
    }
}

fn days(days: i32, criterion: &str) -> Value {
    json!({ "ExpirationDays": days, "ExpirationCriterion": criterion })
}

fn channel_seed(id: &str, settings: &Value) -> Value {
    let mut seed = json!({
        "ChannelId": id, "Name": "C", "CreatedBy": "ada", "Moderators": ["ada"], "Memberships": [{ "Member": "ada" }],
    });
    if !settings.is_null() {
        seed["ExpirationSettings"] = settings.clone();
    }
    seed
}

/// A world of `ada`, `bob` and that channel `c`.
fn world(settings: &Value) -> LocalService {
    service(&[app_instance(&["ada", "bob"], &[channel_seed("c", settings)])])
}

#[tokio::test]
async fn an_expired_channel_looks_alive_for_six_hours_and_is_deleted_then() {
    let world = World::start(world(&days(1, "CREATED_TIMESTAMP"))).await;
    world.advance(24 + 5);
    assert!(world.describe_channel("c").await.is_ok());
    world.send("c", "Still here").await;
    world.advance(1);
    assert_eq!(world.describe_channel("c").await, Err("ForbiddenException".to_owned()));
    assert!(!world.local.export().unwrap().to_string().contains("ChannelId"));
}

#[tokio::test]
async fn a_message_puts_off_the_expiration_that_follows_the_last_one() {
    let world = World::start(world(&days(2, "LAST_MESSAGE_TIMESTAMP"))).await;
    world.advance(24);
    world.send("c", "x").await;
    world.advance(24 + 6);
    assert!(world.describe_channel("c").await.is_ok(), "it would have expired without the message");
    world.advance(24 - 1);
    assert!(world.describe_channel("c").await.is_ok());
    world.advance(1);
    assert!(world.describe_channel("c").await.is_err());
}

#[tokio::test]
async fn new_expiration_settings_replace_the_old_ones_until_the_channel_is_deleted() {
    for (bearer, settings, alive) in [
        (Some("ada"), Some(days(3, "CREATED_TIMESTAMP")), true),
        (None, Some(days(3, "CREATED_TIMESTAMP")), true),
        (None, None, true),
        (Some("ada"), Some(days(1, "CREATED_TIMESTAMP")), false),
    ] {
        let world = World::start(world(&days(1, "CREATED_TIMESTAMP"))).await;
        world.advance(24 + 5);
        let mut members = json!({ "ChannelArn": channel("c") });
        if let Some(bearer) = bearer {
            members["ChimeBearer"] = json!(user(bearer));
        }
        if let Some(settings) = &settings {
            members["ExpirationSettings"] = settings.clone();
        }
        world.call("PutChannelExpirationSettings", members.clone()).await.unwrap();
        let described = world.describe_channel("c").await.unwrap();
        assert_eq!(described["Channel"].get("ExpirationSettings"), settings.as_ref());
        world.advance(24);
        assert_eq!(world.describe_channel("c").await.is_ok(), alive, "{members}");
        world.advance(24 * 365);
        assert_eq!(world.describe_channel("c").await.is_ok(), settings.is_none(), "{members}");
    }
    let world = World::start(world(&Value::Null)).await;
    for (id, bearer) in [("c", Some("bob")), ("missing", None), ("missing", Some("ada"))] {
        let mut members = json!({ "ChannelArn": channel(id) });
        if let Some(bearer) = bearer {
            members["ChimeBearer"] = json!(user(bearer));
        }
        let refused = world.call("PutChannelExpirationSettings", members).await;
        assert_eq!(refused, Err("ForbiddenException".to_owned()), "{id} {bearer:?}");
    }
}

#[tokio::test]
async fn an_expired_user_is_deleted_with_their_memberships() {
    let world = World::start(world(&Value::Null)).await;
    let put = |id: &str, settings: Value| {
        let members = json!({ "AppInstanceUserArn": user(id), "ExpirationSettings": settings });
        world.call("PutAppInstanceUserExpirationSettings", members)
    };
    let join = json!({
        "ChannelArn": channel("c"), "MemberArn": user("bob"), "Type": "DEFAULT", "ChimeBearer": user("ada"),
    });
    world.call("CreateChannelMembership", join).await.unwrap();
    for id in ["bob", "ada"] {
        let refused = put(id, days(1, "LAST_MESSAGE_TIMESTAMP")).await;
        assert_eq!(refused, Err("BadRequestException".to_owned()));
    }
    assert_eq!(put("nobody", days(1, "CREATED_TIMESTAMP")).await, Err("ForbiddenException".to_owned()));
    put("bob", days(1, "CREATED_TIMESTAMP")).await.unwrap();
    world.advance(24 + 5);
    assert_eq!(
        world.describe_user("bob").await.unwrap()["AppInstanceUser"]["ExpirationSettings"],
        days(1, "CREATED_TIMESTAMP")
    );
    world.advance(1);
    assert_eq!(world.describe_user("bob").await, Err("ForbiddenException".to_owned()));
    let own = json!({ "ChimeBearer": user("bob") });
    let refused = world.call("ListChannelMembershipsForAppInstanceUser", own).await;
    assert_eq!(refused, Err("UnauthorizedClientException".to_owned()));
    let members = json!({ "ChannelArn": channel("c"), "ChimeBearer": user("ada") });
    let members = world.call("ListChannelMemberships", members).await.unwrap();
    assert_eq!(members["ChannelMemberships"].as_array().unwrap().len(), 1);
    // Created anew, the user has no expiration any more.
    let create = json!({ "AppInstanceArn": APP_INSTANCE, "AppInstanceUserId": "bob", "Name": "Bob" });
    world.call("CreateAppInstanceUser", create).await.unwrap();
    world.advance(24 * 365);
    assert!(world.describe_user("bob").await.is_ok());
}

#[tokio::test]
async fn expired_resources_of_an_earlier_run_or_another_world_are_deleted() {
    let mut old = channel_seed("old", &days(1, "CREATED_TIMESTAMP"));
    old["CreatedTimestamp"] = json!("2020-01-01T00:00:00Z");
    let app_instance = app_instance(&["ada"], &[old, channel_seed("new", &days(1, "CREATED_TIMESTAMP"))]);
    let world = World::start(service(std::slice::from_ref(&app_instance))).await;
    assert!(world.describe_channel("old").await.is_err());
    assert!(world.describe_channel("new").await.is_ok());
    let seed = json!({ "AppInstances": [app_instance] }).to_string();
    world.local.replace_world(&seed.parse().unwrap()).unwrap();
    assert!(!world.local.export().unwrap().to_string().contains("\"old\""));
    // More than are deleted at a time.
    world.advance(24);
    let many: Vec<_> =
        (0..250).map(|at| channel_seed(&format!("c{at}"), &days(1, "CREATED_TIMESTAMP"))).collect();
    let seed = json!({ "AppInstances": [contract_tests::world::app_instance(&["ada"], &many)] }).to_string();
    world.local.replace_world(&seed.parse().unwrap()).unwrap();
    world.advance(24 + 6);
    assert!(!world.local.export().unwrap().to_string().contains("ChannelId"));
}

#[tokio::test]
async fn retention_hides_messages_that_are_too_old_and_deletes_them_after_thirty_days() {
    let world = World::start(world(&Value::Null)).await;
    world.send("c", "one").await;
    world.advance(24 * 5);
    world.send("c", "two").await;
    let last = world.describe_channel("c").await.unwrap()["Channel"]["LastMessageTimestamp"].clone();
    assert!(last.is_number());
    let set = world.keep_messages(json!({ "RetentionDays": 4 })).await;
    assert!(set["InitiateDeletionTimestamp"].as_f64().unwrap() > last.as_f64().unwrap() + 29.9 * 86_400.0);
    assert_eq!(world.messages("c").await, ["two"]);
    world.advance(24 * 5);
    assert!(world.messages("c").await.is_empty());
    assert!(world.describe_channel("c").await.unwrap()["Channel"].get("LastMessageTimestamp").is_none());
    // Within the grace period, other settings bring them back.
    world.keep_messages(json!({ "RetentionDays": 6 })).await;
    assert_eq!(world.messages("c").await, ["two"]);
    world.keep_messages(json!({})).await;
    assert_eq!(world.messages("c").await, ["one", "two"]);
    assert_eq!(world.describe_channel("c").await.unwrap()["Channel"]["LastMessageTimestamp"], last);
    world.keep_messages(json!({ "RetentionDays": 20 })).await;
    world.advance(24 * 29);
    world.send("c", "three").await;
    assert_eq!(world.messages("c").await, ["three"]);
    world.keep_messages(json!({ "RetentionDays": 5475 })).await;
    assert_eq!(world.messages("c").await, ["one", "two", "three"]);
    // After it, they are gone.
    world.keep_messages(json!({ "RetentionDays": 20 })).await;
    world.advance(24 * 30 + 1);
    assert!(world.messages("c").await.is_empty());
    assert!(!world.local.export().unwrap().to_string().contains("\"Content\""));
    let get = world.call("GetAppInstanceRetentionSettings", json!({ "AppInstanceArn": APP_INSTANCE })).await;
    assert_eq!(
        get.unwrap()["AppInstanceRetentionSettings"],
        json!({ "ChannelRetentionSettings": { "RetentionDays": 20 } })
    );
    world.keep_messages(json!({})).await;
    assert!(world.messages("c").await.is_empty());
    world.send("c", "four").await;
    world.advance(24 * 365);
    assert_eq!(world.messages("c").await, ["four"]);
}

#[tokio::test]
async fn a_hidden_message_cannot_be_read_or_redacted_and_ends_no_page_early() {
    let world = World::start(world(&Value::Null)).await;
    for at in 0..6 {
        world.send("c", &format!("old {at}")).await;
    }
    world.advance(24 * 2);
    for at in 0..3 {
        world.send("c", &format!("new {at}")).await;
    }
    let list = |more: Value| {
        let mut members = json!({ "ChannelArn": channel("c"), "MaxResults": 2, "ChimeBearer": user("ada") });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.call("ListChannelMessages", members)
    };
    let oldest = list(json!({ "SortOrder": "ASCENDING" })).await.unwrap();
    let oldest = oldest["ChannelMessages"][0]["MessageId"].clone();
    world.keep_messages(json!({ "RetentionDays": 1 })).await;
    for order in ["ASCENDING", "DESCENDING"] {
        let first = list(json!({ "SortOrder": order })).await.unwrap();
        assert_eq!(first["ChannelMessages"].as_array().unwrap().len(), 2, "{order}");
        let rest = list(json!({ "SortOrder": order, "NextToken": first["NextToken"] })).await.unwrap();
        assert_eq!(rest["ChannelMessages"].as_array().unwrap().len(), 1, "{order}");
        assert!(rest.get("NextToken").is_none(), "{order}");
    }
    for (operation, refusal) in
        [("GetChannelMessage", "NotFoundException"), ("RedactChannelMessage", "ForbiddenException")]
    {
        let members = json!({ "ChannelArn": channel("c"), "MessageId": oldest, "ChimeBearer": user("ada") });
        assert_eq!(world.call(operation, members).await, Err(refusal.to_owned()), "{operation}");
    }
}

#[tokio::test]
async fn the_clock_is_moved_over_http_and_never_back() {
    let local = LocalService::demo().clock(stopped()).start().await.unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let mut ask = async |method: &str, body: String| {
        let answer = send(&mut sender, administrative(method, "clock", body)).await;
        (answer.status().as_u16(), String::from_utf8(answer.body().to_vec()).unwrap())
    };
    for (method, body, status, shows) in [
        ("GET", "", 200, r#"{"Time":"2026-06-04T07:14:51Z"}"#),
        ("POST", r#"{"advance":"P30D"}"#, 200, r#"{"Time":"2026-07-04T07:14:51Z"}"#),
        ("POST", r#"{"advance":"PT1H2M3S"}"#, 200, r#"{"Time":"2026-07-04T08:16:54Z"}"#),
        ("POST", r#"{"advance":"PT0S"}"#, 200, r#"{"Time":"2026-07-04T08:16:54Z"}"#),
        ("POST", r#"{"advance":"-P1D"}"#, 400, "\\\"-P1D\\\" is not a duration; expected days, hours"),
        ("POST", r#"{"advance":"P1M"}"#, 400, "is not a duration"),
        ("POST", r#"{"advance":"P3650000D"}"#, 400, "advance: 3650000 days from now are out of range"),
        ("POST", r#"{"advance":30}"#, 400, "the body: invalid type: integer"),
        ("POST", r#"{"back":"P1D"}"#, 400, "the body: unknown field `back`"),
        ("POST", "", 400, "the body: "),
        ("PUT", r#"{"advance":"P1D"}"#, 404, "PUT /_local/clock does not exist"),
        ("GET", "", 200, r#"{"Time":"2026-07-04T08:16:54Z"}"#),
    ] {
        let (given, answer) = ask(method, body.to_owned()).await;
        assert_eq!(given, status, "{method} {body}: {answer}");
        assert!(answer.contains(shows), "{method} {body}: {answer}");
    }
    let refused = local.advance(Duration::MAX).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::InvalidInput);
    assert!(refused.to_string().starts_with("the clock: "), "{refused}");
}

#[tokio::test]
async fn writes_and_the_log_follow_the_moved_clock_and_signatures_do_not() {
    let world = World::start(world(&Value::Null)).await;
    let before = stopped().now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs_f64();
    world.advance(24 * 400);
    world.send("c", "x").await;
    let sent =
        world.describe_channel("c").await.unwrap()["Channel"]["LastMessageTimestamp"].as_f64().unwrap();
    assert!((sent - before - 400.0 * 86_400.0).abs() < 1.0, "{sent}");
    let record = world.local.requests().pop().unwrap();
    assert!(record.time.to_string().starts_with("2027-07-09"), "{}", record.time);
    // A client of this crate takes the clock from the service.
    let client = Client::of(&world.local).unwrap();
    let describe = client.describe_channel().channel_arn(channel("c")).chime_bearer(user("ada"));
    describe.send().await.unwrap();
    assert_eq!(world.local.requests().len(), 3, "no attempt was refused");
}

#[tokio::test]
async fn quotas_refill_as_the_clock_is_moved() {
    let (local, _) = start_stopped(world(&Value::Null).throttle(Quotas::UsEast1)).await;
    let once = RetryPolicy { max_attempts: 1, ..RetryPolicy::default() };
    let client = client_of(&local).clock(stopped()).retry(once).build().unwrap();
    for _ in 0..2 {
        let mut answered = 0;
        for _ in 0..40 {
            let describe = client.describe_channel().channel_arn(channel("c")).chime_bearer(user("ada"));
            answered += usize::from(describe.send().await.is_ok());
        }
        assert_eq!(answered, 20);
        local.advance(Duration::from_secs(1)).unwrap();
    }
}
