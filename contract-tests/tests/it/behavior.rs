//! What the operations do: conflicts, repetitions, limits, what is seen, and in which order.

use std::fmt::Debug;

use chime_client::operations::SendChannelMessage;
use chime_client::shapes::{
    ChannelMembershipType, ChannelMessagePersistenceType as Persistence, ChannelMessageType,
    MessageAttributeValue, SortOrder, Target,
};
use chime_client::{ChannelArn, Client, Timestamp};
use chime_local::{Demo, LocalService};
use serde_json::{Value, json};

use contract_tests::arns::APP_INSTANCE;
use contract_tests::connection::{connect, send, sign_now};
use contract_tests::outcome::outcome;
use contract_tests::world::{app_instance, channel, service, start, start_stopped, user};

/// A channel `c` of `ada`'s, in which she and `bob` are.
fn seed() -> Value {
    json!({
        "ChannelId": "c",
        "Name": "Channel",
        "Metadata": "first",
        "CreatedBy": "ada",
        "Moderators": ["ada"],
        "Memberships": [{ "Member": "ada" }, { "Member": "bob" }],
    })
}

/// The administrator `admin`, `ada` and `bob` of the channel `c`, and `eve` outside it.
fn world() -> [Value; 1] {
    [app_instance(&["admin", "ada", "bob", "eve"], &[seed()])]
}

fn message(channel: &ChannelArn, sender: &str, content: &str) -> SendChannelMessage {
    SendChannelMessage::builder()
        .channel_arn(channel)
        .content(content)
        .r#type(ChannelMessageType::Standard)
        .persistence(Persistence::Persistent)
        .chime_bearer(user(sender))
        .build()
        .unwrap()
}

/// The contents that a user sees, the newest first.
async fn contents(client: &Client, channel: &ChannelArn, reader: &str) -> Vec<String> {
    let answer = client.list_channel_messages().channel_arn(channel).chime_bearer(user(reader)).send().await;
    let messages = answer.unwrap().channel_messages.unwrap();
    messages.into_iter().map(|message| message.content.unwrap().into_string()).collect()
}

/// When the last message was sent, and how far the user has read, as that user sees it.
async fn times(client: &Client, channel: &ChannelArn, of: &str) -> (Option<Timestamp>, Option<Timestamp>) {
    times_by(client, channel, of, of).await
}

async fn times_by(
    client: &Client,
    channel: &ChannelArn,
    of: &str,
    bearer: &str,
) -> (Option<Timestamp>, Option<Timestamp>) {
    let answer = client
        .describe_channel_membership_for_app_instance_user()
        .channel_arn(channel)
        .app_instance_user_arn(user(of))
        .chime_bearer(user(bearer))
        .send()
        .await;
    let membership = answer.unwrap().channel_membership.unwrap();
    (
        membership.channel_summary.unwrap().last_message_timestamp,
        membership.app_instance_user_membership_summary.unwrap().read_marker_timestamp,
    )
}

async fn read(client: &Client, channel: &ChannelArn, reader: &str) {
    client.update_channel_read_marker().channel_arn(channel).chime_bearer(user(reader)).send().await.unwrap();
}

fn refused<T: Debug>(answer: Result<T, chime_client::Error>, exception: &str) -> String {
    let error = answer.unwrap_err();
    assert_eq!(error.exception().map(chime_client::Exception::as_str), Some(exception), "{error}");
    error.to_string()
}

#[tokio::test]
async fn limits_are_the_services() {
    let (local, client) = start(service(&world())).await;
    let c = &channel("c");
    let too_many = |text: &str| format!("{text}x");
    let standard = "é".repeat(2048);
    let control = "é".repeat(15);
    for (r#type, content, metadata, accepted) in [
        (ChannelMessageType::Standard, standard.clone(), None, true),
        (ChannelMessageType::Standard, too_many(&standard), None, false),
        (ChannelMessageType::Standard, "x".to_owned(), Some("é".repeat(512)), true),
        (ChannelMessageType::Standard, "x".to_owned(), Some(too_many(&"é".repeat(512))), false),
        (ChannelMessageType::Control, control.clone(), None, true),
        (ChannelMessageType::Control, too_many(&control), None, false),
        (ChannelMessageType::Control, "x".to_owned(), Some("m".to_owned()), false),
    ] {
        let mut request = message(c, "ada", &content);
        request.r#type = r#type;
        request.metadata = metadata.map(Into::into);
        let answer = client.call(request).await;
        if accepted {
            answer.unwrap();
        } else {
            refused(answer, "BadRequestException");
        }
    }
    for (values, accepted) in [(vec!["é".repeat(256), "é".repeat(252)], true), (vec!["é".repeat(510)], false)]
    {
        let mut request = message(c, "ada", "x");
        let value = MessageAttributeValue::default().string_values(values);
        request.message_attributes = Some([("key of 6".into(), value)].into());
        let answer = client.call(request).await;
        if accepted {
            answer.unwrap();
        } else {
            refused(answer, "BadRequestException");
        }
    }
    // What the client refuses itself already, the service refuses too.
    let create = |name: String, metadata: String| json!({ "AppInstanceArn": APP_INSTANCE, "Name": name, "Metadata": metadata, "ClientRequestToken": "tt" });
    for (body, parameter) in [
        (create("é".repeat(257), String::new()), "Name"),
        (create(String::new(), String::new()), "Name"),
        (create("x".to_owned(), "é".repeat(1025)), "Metadata"),
    ] {
        let (status, answer) = raw(&local, "POST", "/channels", &body).await;
        assert_eq!(status, 400);
        assert!(answer.contains(&format!("\"Message\":\"{parameter}: ")), "{answer}");
    }
    let longest = client.create_channel().app_instance_arn(APP_INSTANCE).name("é".repeat(256));
    longest.metadata("é".repeat(512)).chime_bearer(user("ada")).send().await.unwrap();
}

/// Sends a request that a client of ours would not send, by `ada`; its status and body.
async fn raw(local: &chime_local::RunningService, method: &str, target: &str, body: &Value) -> (u16, String) {
    let request = http::Request::builder()
        .method(method)
        .uri(format!("{}{target}", local.endpoint_url()))
        .header("x-amz-chime-bearer", user("ada").as_str())
        .body(bytes::Bytes::from(body.to_string()))
        .unwrap();
    let mut sender = connect(&local.endpoint_url()).await;
    let answer = send(&mut sender, sign_now(local, request)).await;
    (answer.status().as_u16(), String::from_utf8(answer.into_body().to_vec()).unwrap())
}

#[tokio::test]
async fn a_channel_has_at_most_ten_thousand_members() {
    let ids: Vec<_> = (0..10_002).map(|index| format!("u{index}")).collect();
    let members: Vec<_> = ids[..9_999].iter().map(|id| json!({ "Member": id })).collect();
    let full = json!({ "ChannelId": "c", "Name": "Full", "CreatedBy": "u0", "Memberships": members });
    let users: Vec<_> = ids.iter().map(String::as_str).collect();
    let (_local, client) = start(service(&[app_instance(&users, &[full])])).await;
    let (c, first) = (&channel("c"), user("u0"));
    let join = |index: usize| {
        let join = client.create_channel_membership().channel_arn(c).member_arn(user(&ids[index]));
        join.r#type(ChannelMembershipType::Default).chime_bearer(&first).send()
    };
    join(9_999).await.unwrap();
    refused(join(10_000).await, "ResourceLimitExceededException");
    let batch = client.batch_create_channel_membership().channel_arn(c).chime_bearer(&first);
    refused(batch.member_arns([user(&ids[10_001])]).send().await, "ResourceLimitExceededException");
    // A new member can replace another one, and cannot be added.
    let leave = client.delete_channel_membership().channel_arn(c).member_arn(user("u7")).chime_bearer(&first);
    leave.send().await.unwrap();
    join(10_001).await.unwrap();
    refused(join(10_000).await, "ResourceLimitExceededException");
}

#[tokio::test]
async fn a_message_for_one_is_seen_by_that_one_and_its_sender() {
    let mut seed = seed();
    seed["Memberships"] = json!([{ "Member": "ada" }, { "Member": "bob" }, { "Member": "eve" }]);
    let (_local, client) =
        start_stopped(service(&[app_instance(&["admin", "ada", "bob", "eve", "zoe"], &[seed])])).await;
    let c = &channel("c");
    client.call(message(c, "ada", "for all")).await.unwrap();
    let (public, _) = times(&client, c, "eve").await;
    let mut whisper = message(c, "ada", "for Bob");
    whisper.target = Some(vec![Target::default().member_arn(user("bob"))]);
    let id = client.call(whisper.clone()).await.unwrap().message_id.unwrap();
    let (latest, _) = times(&client, c, "bob").await;
    assert!(latest > public);
    for (reader, sees) in [("ada", true), ("bob", true), ("eve", false), ("admin", false)] {
        let expected: &[&str] = if sees { &["for Bob", "for all"] } else { &["for all"] };
        assert_eq!(contents(&client, c, reader).await, expected, "{reader}");
        let get = client.get_channel_message().channel_arn(c).message_id(&id).chime_bearer(user(reader));
        let get = outcome(get.send().await).map(|answer| answer.channel_message.unwrap().target.unwrap());
        let expected = if sees {
            Ok(vec![Target::default().member_arn(user("bob"))])
        } else {
            Err("NotFoundException".to_owned())
        };
        assert_eq!(get, expected, "{reader}");
        // The last message is the last that the caller sees, in all the places where it stands.
        let expected = if sees { latest } else { public };
        assert_eq!(times_by(&client, c, "bob", if sees { "bob" } else { "admin" }).await.0, expected);
        let described =
            client.describe_channel().channel_arn(c).chime_bearer(user(reader)).send().await.unwrap();
        assert_eq!(described.channel.unwrap().last_message_timestamp, expected, "{reader}");
        let listed = client.list_channels().app_instance_arn(APP_INSTANCE).chime_bearer(user(reader));
        let listed = listed.send().await.unwrap().channels.unwrap();
        assert_eq!(listed[0].last_message_timestamp, expected, "{reader}");
    }
    for target in ["zoe", "nobody"] {
        let mut astray = whisper.clone();
        astray.target = Some(vec![Target::default().member_arn(user(target))]);
        refused(client.call(astray).await, "BadRequestException");
    }
}

#[tokio::test]
async fn times_move_on_even_when_the_clock_stands_still() {
    let (_local, client) = start_stopped(service(&world())).await;
    let c = &channel("c");
    assert_eq!(times(&client, c, "bob").await, (None, None));
    let mut forgotten = message(c, "ada", "typing");
    forgotten.persistence = Persistence::NonPersistent;
    let id = client.call(forgotten).await.unwrap().message_id.unwrap();
    assert_eq!(times(&client, c, "bob").await, (None, None));
    let get = client.get_channel_message().channel_arn(c).message_id(id).chime_bearer(user("ada"));
    refused(get.send().await, "NotFoundException");

    let (mut last, mut marker) = (None, None);
    for round in 0..3 {
        client.call(message(c, "ada", "Hello")).await.unwrap();
        // A message moves no marker, not even its sender's.
        assert_eq!(times(&client, c, "ada").await.1, None);
        let (now, still) = times(&client, c, "bob").await;
        assert!(now > last && now > marker && still == marker, "{round}: {now:?} {last:?} {marker:?}");
        // Nor does reading.
        contents(&client, c, "bob").await;
        assert_eq!(times(&client, c, "bob").await, (now, marker));
        read(&client, c, "bob").await;
        let (still, now_read) = times(&client, c, "bob").await;
        assert!(now_read > now && still == now, "{round}: {now_read:?} {now:?}");
        (last, marker) = (now, now_read);
    }
}

#[tokio::test]
async fn messages_are_listed_by_time_within_bounds_that_count_in() {
    let at = |second: u32| format!("2026-03-01T00:00:0{second}.000Z");
    let mut seed = seed();
    // Two have the same time: the one that was sent later is the later one.
    let messages = [(1, "a"), (2, "b"), (2, "c"), (4, "d")];
    let messages = messages.map(
        |(second, content)| json!({ "Sender": "ada", "Content": content, "CreatedTimestamp": at(second) }),
    );
    seed["Messages"] = json!(messages);
    let (_local, client) = start(service(&[app_instance(&["admin", "ada", "bob"], &[seed])])).await;
    let c = &channel("c");
    let time = |text: &str| -> Timestamp { text.parse().unwrap() };
    let cases: [(Option<&str>, Option<&str>, &str); 11] = [
        (None, None, "abcd"),
        (Some("2026-03-01T00:00:02.000Z"), None, "bcd"),
        (Some("2026-03-01T00:00:02.000001Z"), None, "d"),
        (Some("2026-03-01T00:00:01.999999Z"), None, "bcd"),
        (None, Some("2026-03-01T00:00:02.000Z"), "abc"),
        (None, Some("2026-03-01T00:00:01.999999Z"), "a"),
        (None, Some("2026-03-01T00:00:02.000999Z"), "abc"),
        (Some("2026-03-01T00:00:02Z"), Some("2026-03-01T00:00:02Z"), "bc"),
        (Some("2026-03-01T00:00:04Z"), Some("2026-03-01T00:00:01Z"), ""),
        (Some("0001-01-01T00:00:00Z"), Some("9999-12-31T23:59:59Z"), "abcd"),
        (Some("9999-12-31T23:59:59Z"), None, ""),
    ];
    for (not_before, not_after, expected) in cases {
        for order in [None, Some(SortOrder::Ascending), Some(SortOrder::Descending)] {
            let mut found = String::new();
            let mut token = None;
            loop {
                let mut list =
                    client.list_channel_messages().channel_arn(c).chime_bearer(user("bob")).max_results(1);
                if let Some(order) = &order {
                    list = list.sort_order(order);
                }
                if let Some(bound) = not_before {
                    list = list.not_before(time(bound));
                }
                if let Some(bound) = not_after {
                    list = list.not_after(time(bound));
                }
                if let Some(token) = &token {
                    list = list.next_token(token);
                }
                let page = list.send().await.unwrap();
                found.extend(
                    page.channel_messages
                        .unwrap()
                        .iter()
                        .map(|found| found.content.as_ref().unwrap().as_str()),
                );
                token = page.next_token;
                if token.is_none() {
                    break;
                }
            }
            if order != Some(SortOrder::Ascending) {
                found = found.chars().rev().collect();
            }
            assert_eq!(found, expected, "{not_before:?} {not_after:?} {order:?}");
        }
    }
}

#[tokio::test]
async fn a_token_is_good_for_its_own_list_alone() {
    let channels: Vec<_> = ["c", "d", "e"]
        .map(|id| {
            let mut seed = seed();
            seed["ChannelId"] = json!(id);
            seed["Moderators"] = json!(["ada", "bob"]);
            let hello = json!({ "Sender": "ada", "Content": "Hello" });
            seed["Messages"] = json!([hello, hello]);
            seed
        })
        .into();
    let (_local, client) = start(service(&[app_instance(&["admin", "ada", "bob"], &channels)])).await;
    let (c, d, ada) = (&channel("c"), &channel("d"), &user("ada"));

    macro_rules! lists {
        ($($list:expr),+ $(,)?) => {{
            // The first page of each list gives a token; no other list takes it.
            let tokens = [$( $list.max_results(1).send().await.unwrap().next_token.unwrap() ),+];
            for (owner, token) in tokens.iter().enumerate() {
                let mut index = 0;
                $(
                    let answer = outcome($list.next_token(token).send().await).map(drop);
                    let expected = if index == owner { Ok(()) } else { Err("BadRequestException".to_owned()) };
                    assert_eq!(answer, expected, "token of {owner} with {index}");
                    index += 1;
                )+
                assert_eq!(index, tokens.len());
            }
            $(
                for token in ["x", "AAAA", "é", "MA==", "Li4="] {
                    refused($list.next_token(token).send().await, "BadRequestException");
                }
                // An empty one counts as missing.
                $list.next_token("").send().await.unwrap();
            )+
        }};
    }
    let time: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
    let messages = || client.list_channel_messages().chime_bearer(ada);
    let members = || client.list_channel_memberships().chime_bearer(ada);
    let moderators = || client.list_channel_moderators().chime_bearer(ada);
    let admin = user("admin");
    let all = || client.list_channels().app_instance_arn(APP_INSTANCE).chime_bearer(&admin);
    lists![
        messages().channel_arn(c),
        messages().channel_arn(d),
        messages().channel_arn(c).sort_order(SortOrder::Ascending),
        messages().channel_arn(c).not_before(time),
        members().channel_arn(c),
        members().channel_arn(d),
        moderators().channel_arn(c),
        moderators().channel_arn(d),
        all(),
        all().privacy(chime_client::shapes::ChannelPrivacy::Public),
        client.list_channel_memberships_for_app_instance_user().chime_bearer(ada),
        client.list_channel_memberships_for_app_instance_user().chime_bearer(user("bob")),
        client.list_app_instance_users().app_instance_arn(APP_INSTANCE),
    ];
}

#[tokio::test]
async fn a_repetition_after_a_lost_answer_does_nothing_twice() {
    let (local, client) = start(LocalService::demo()).await;
    let demo = Demo::new();
    let create = || {
        let create = client.create_channel().app_instance_arn(demo.app_instance_arn()).name("Once");
        create.client_request_token("once").chime_bearer(demo.app_instance_user_arn()).send()
    };
    // The service has carried the call out by the time that the client gives up.
    local.fault("CreateChannel=delay(3600s):1".parse().unwrap());
    tokio::select! {
        answer = create() => panic!("{answer:?}"),
        () = async { while !local.faults().is_empty() { tokio::task::yield_now().await } } => {}
    }
    create().await.unwrap();
    let list = client.list_channels().app_instance_arn(demo.app_instance_arn());
    let channels = list.chime_bearer(demo.app_instance_user_arn()).send().await.unwrap().channels.unwrap();
    let names: Vec<_> = channels.into_iter().map(|channel| channel.name.unwrap().into_string()).collect();
    assert_eq!(names, ["General", "Once"]);
}
