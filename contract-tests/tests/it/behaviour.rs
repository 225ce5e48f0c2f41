//! What the operations do: conflicts, repetitions, limits, what is seen, and in which order.

use std::collections::BTreeMap;
use std::fmt::Debug;

use chime_client::operation::Operation;
use chime_client::{
    AppInstanceUserArn, ChannelArn, ChannelMembershipType, ChannelMessagePersistenceType as Persistence,
    ChannelMessageType, ChannelMode, Client, CreateChannel, ElasticChannelConfiguration, ErrorCode,
    SendChannelMessage, SortOrder, Target, Timestamp,
};
use chime_local::{Demo, LocalService};
use serde_json::{Value, json};

use crate::world::{app_instance, channel, outcome, service, start, start_stopped, user};
use crate::{APP_INSTANCE, data};

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
async fn every_operation_succeeds_with_the_status_of_the_model() {
    let (local, client) = start(service(&world())).await;
    let instance = client.create_app_instance().name("Another").send().await.unwrap();
    let instance = instance.app_instance_arn.unwrap();
    let id = instance.as_str().rsplit('/').next().unwrap();
    assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{id} is no UUID");
    let described = client.describe_app_instance().app_instance_arn(&instance).send().await.unwrap();
    assert_eq!(described.app_instance.unwrap().name.unwrap(), "Another");
    let member = client
        .create_app_instance_user()
        .app_instance_arn(&instance)
        .app_instance_user_id("zoe")
        .name("Zoe")
        .metadata("m")
        .send()
        .await
        .unwrap();
    let zoe = member.app_instance_user_arn.unwrap();
    assert_eq!(zoe.as_str(), format!("{instance}/user/zoe"));
    let described = client.describe_app_instance_user().app_instance_user_arn(&zoe).send().await.unwrap();
    assert_eq!(described.app_instance_user.unwrap().metadata.unwrap(), "m");
    let listed = client.list_app_instance_users().app_instance_arn(&instance).send().await.unwrap();
    assert_eq!(listed.app_instance_users.unwrap().len(), 1);
    let admin = client.create_app_instance_admin().app_instance_arn(&instance).app_instance_admin_arn(&zoe);
    assert_eq!(admin.send().await.unwrap().app_instance_admin.unwrap().arn.unwrap(), zoe);

    let made =
        client.create_channel().app_instance_arn(&instance).name("New").chime_bearer(&zoe).send().await;
    let made = made.unwrap().channel_arn.unwrap();
    assert_is_generated(made.as_str().rsplit('/').next().unwrap());
    client.update_channel().channel_arn(&made).name("Newer").chime_bearer(&zoe).send().await.unwrap();
    client.describe_channel().channel_arn(&made).chime_bearer(&zoe).send().await.unwrap();
    let channels =
        client.list_channels().app_instance_arn(&instance).chime_bearer(&zoe).send().await.unwrap();
    assert_eq!(channels.channels.unwrap()[0].name.as_ref().unwrap(), &"Newer");
    client.delete_channel().channel_arn(&made).chime_bearer(&zoe).send().await.unwrap();

    let (c, ada, bob, eve) = (&channel("c"), user("ada"), user("bob"), user("eve"));
    let join = |member: &AppInstanceUserArn| {
        client.create_channel_membership().channel_arn(c).member_arn(member).chime_bearer(&ada)
    };
    let joined = join(&eve).r#type(ChannelMembershipType::Hidden).send().await.unwrap();
    assert_eq!(joined.member.unwrap().arn.unwrap(), eve);
    let nobody = user("nobody");
    let batch = client.batch_create_channel_membership().channel_arn(c).chime_bearer(&ada);
    let batch = batch.member_arns([user("admin"), bob.clone(), nobody.clone()]).send().await.unwrap();
    let members = batch.batch_channel_memberships.unwrap().members.unwrap();
    assert_eq!(members.into_iter().map(|member| member.arn.unwrap()).collect::<Vec<_>>(), [user("admin")]);
    let errors = batch.errors.unwrap().into_iter();
    assert_eq!(
        errors.map(|error| (error.member_arn.unwrap(), error.error_code.unwrap())).collect::<Vec<_>>(),
        [(bob.clone(), ErrorCode::Conflict), (nobody, ErrorCode::NotFound)]
    );
    let membership = client.describe_channel_membership().channel_arn(c).member_arn(&eve).chime_bearer(&ada);
    let membership = membership.send().await.unwrap().channel_membership.unwrap();
    assert_eq!(
        (membership.r#type.unwrap(), membership.invited_by.unwrap().arn.unwrap()),
        (ChannelMembershipType::Hidden, ada.clone())
    );
    client.list_channel_memberships().channel_arn(c).chime_bearer(&ada).send().await.unwrap();
    client.list_channel_memberships_for_app_instance_user().chime_bearer(&ada).send().await.unwrap();
    read(&client, c, "bob").await;
    times(&client, c, "bob").await;
    client
        .create_channel_moderator()
        .channel_arn(c)
        .channel_moderator_arn(&bob)
        .chime_bearer(&ada)
        .send()
        .await
        .unwrap();
    client.list_channel_moderators().channel_arn(c).chime_bearer(&bob).send().await.unwrap();
    let sent = client.call(message(c, "bob", "Hello")).await.unwrap();
    let id = sent.message_id.unwrap();
    assert_is_generated(&id);
    let got =
        client.get_channel_message().channel_arn(c).message_id(&id).chime_bearer(&ada).send().await.unwrap();
    let got = got.channel_message.unwrap();
    assert_eq!((got.message_id.as_ref(), got.content.unwrap().as_str()), (Some(&id), "Hello"));
    assert_eq!(got.sender.unwrap().arn.unwrap(), bob);
    assert_eq!(contents(&client, c, "ada").await, ["Hello"]);
    // Twice: what is not there any more is no error.
    for _ in 0..2 {
        let delete = client.delete_channel_membership().channel_arn(c).member_arn(&eve);
        delete.chime_bearer(&ada).send().await.unwrap();
        let delete = client.delete_channel_moderator().channel_arn(c).channel_moderator_arn(&bob);
        delete.chime_bearer(&ada).send().await.unwrap();
    }

    let mut statuses = BTreeMap::new();
    for record in local.requests() {
        statuses.insert(record.operation.unwrap(), record.status.unwrap());
    }
    macro_rules! names {
        ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
            [$( <chime_client::$Operation as Operation>::METADATA.name ),*]
        };
    }
    for name in chime_client::for_each_operation!(names) {
        let documented = ["chime-sdk-messaging.json", "chime-sdk-identity.json"]
            .map(|file| data::<Value>(file)["operations"][name]["success"].as_u64());
        let documented = documented.into_iter().flatten().next().unwrap();
        assert_eq!(statuses.get(name).map(|status| u64::from(*status)), Some(documented), "{name}");
    }
}

/// The ids that the service makes.
fn assert_is_generated(id: &str) {
    assert!(id.len() == 64 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{id}");
}

#[tokio::test]
async fn what_is_there_already_is_a_conflict() {
    let (_local, client) = start(service(&world())).await;
    let (c, ada, bob) = (&channel("c"), user("ada"), user("bob"));
    let made =
        client.create_channel().app_instance_arn(APP_INSTANCE).name("X").channel_id("c").chime_bearer(&bob);
    refused(made.send().await, "ConflictException");
    let join = client.create_channel_membership().channel_arn(c).member_arn(&bob).chime_bearer(&ada);
    refused(join.r#type(ChannelMembershipType::Hidden).send().await, "ConflictException");
    let moderate = client.create_channel_moderator().channel_arn(c).channel_moderator_arn(&ada);
    refused(moderate.chime_bearer(&ada).send().await, "ConflictException");
    let named = client.create_app_instance_user().app_instance_arn(APP_INSTANCE).app_instance_user_id("bob");
    refused(named.name("Another Bob").send().await, "ConflictException");
    let admin = client.create_app_instance_admin().app_instance_arn(APP_INSTANCE);
    refused(admin.app_instance_admin_arn(user("admin")).send().await, "ConflictException");
    // Nothing of what was refused is there: Bob is an ordinary member and no owner of anything.
    let found = client.describe_channel_membership().channel_arn(c).member_arn(&bob).chime_bearer(&ada);
    let found = found.send().await.unwrap().channel_membership.unwrap();
    assert_eq!(found.r#type, Some(ChannelMembershipType::Default));
    let found =
        client.describe_channel().channel_arn(c).chime_bearer(&bob).send().await.unwrap().channel.unwrap();
    assert_eq!((found.name.unwrap().as_str(), found.created_by.unwrap().arn.unwrap()), ("Channel", ada));
}

#[tokio::test]
async fn a_repeated_request_has_the_same_answer_and_no_second_effect() {
    let (local, client) = start(service(&world())).await;
    let c = &channel("c");
    let with_token = |mut request: SendChannelMessage| {
        request.client_request_token = Some("token".into());
        request
    };
    let first = client.call(with_token(message(c, "ada", "Hello"))).await.unwrap();
    assert_eq!(client.call(with_token(message(c, "ada", "Hello"))).await.unwrap(), first);
    refused(client.call(with_token(message(c, "ada", "Good-bye"))).await, "ConflictException");
    // Another's token is another's, and so is that of another operation.
    let other = client.call(with_token(message(c, "bob", "Hello"))).await.unwrap();
    assert_ne!(other.message_id, first.message_id);
    let create = |name: &str| {
        CreateChannel::builder()
            .app_instance_arn(APP_INSTANCE)
            .name(name)
            .client_request_token("token")
            .chime_bearer(user("ada"))
            .build()
            .unwrap()
    };
    let made = client.call(create("New")).await.unwrap();
    assert_eq!(client.call(create("New")).await.unwrap(), made);
    refused(client.call(create("Newer")).await, "ConflictException");
    assert_eq!(contents(&client, c, "ada").await, ["Hello", "Hello"]);

    // What was refused was not done: the token is free.
    let mut refused_first = with_token(message(c, "eve", "Hello"));
    refused_first.client_request_token = Some("later".into());
    refused(client.call(refused_first.clone()).await, "ForbiddenException");
    let join =
        client.create_channel_membership().channel_arn(c).member_arn(user("eve")).chime_bearer(user("ada"));
    join.r#type(ChannelMembershipType::Default).send().await.unwrap();
    client.call(refused_first).await.unwrap();
    assert_eq!(contents(&client, c, "ada").await.len(), 3);

    // The identity service has tokens, too, without a caller.
    let create = |id: &str| {
        client
            .create_app_instance_user()
            .app_instance_arn(APP_INSTANCE)
            .app_instance_user_id(id)
            .name("Zoe")
            .client_request_token("token")
            .send()
    };
    assert_eq!(create("zoe").await.unwrap(), create("zoe").await.unwrap());
    refused(create("zoe2").await, "ConflictException");
    let create = async |token| {
        let made = client.create_app_instance().name("New").client_request_token(token).send().await;
        made.unwrap().app_instance_arn.unwrap()
    };
    let made = create("token").await;
    assert_eq!(create("token").await, made);
    assert_ne!(create("another").await, made);
    let world: Value = serde_json::from_str(&local.export().unwrap().to_string()).unwrap();
    assert_eq!(world["AppInstances"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn limits_are_the_services() {
    let (local, client) = start(service(&world())).await;
    let c = &channel("c");
    let too_many = |text: &str| format!("{text}x");
    let standard = "é".repeat(4096);
    let control = "é".repeat(15);
    for (r#type, content, metadata, accepted) in [
        (ChannelMessageType::Standard, standard.clone(), None, true),
        (ChannelMessageType::Standard, too_many(&standard), None, false),
        (ChannelMessageType::Standard, "x".to_owned(), Some("é".repeat(1024)), true),
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
    longest.metadata("é".repeat(1024)).chime_bearer(user("ada")).send().await.unwrap();
}

/// Sends a request that a client of ours would not send, by `ada`; its status and body.
async fn raw(local: &chime_local::Running, method: &str, target: &str, body: &Value) -> (u16, String) {
    let mut request = http::Request::builder()
        .method(method)
        .uri(format!("{}{target}", local.endpoint_url()))
        .header("x-amz-chime-bearer", user("ada").as_str())
        .body(bytes::Bytes::from(body.to_string()))
        .unwrap();
    #[allow(clippy::disallowed_methods, reason = "the service judges by the system's clock")]
    let now = std::time::SystemTime::now();
    chime_transport::sigv4::Signer::default()
        .sign(&mut request, &local.credentials(), "us-east-1", now.into())
        .unwrap();
    *request.uri_mut() = request.uri().path_and_query().unwrap().as_str().parse().unwrap();
    let mut sender = crate::tampering::connect(&local.endpoint_url()).await;
    let answer = crate::tampering::send(&mut sender, request).await;
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
    // There is room for one who takes another's place, and for no other.
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
    whisper.target = Some(vec![Target::new(user("bob"))]);
    let id = client.call(whisper.clone()).await.unwrap().message_id.unwrap();
    let (latest, _) = times(&client, c, "bob").await;
    assert!(latest > public);
    for (reader, sees) in [("ada", true), ("bob", true), ("eve", false), ("admin", false)] {
        let expected: &[&str] = if sees { &["for Bob", "for all"] } else { &["for all"] };
        assert_eq!(contents(&client, c, reader).await, expected, "{reader}");
        let get = client.get_channel_message().channel_arn(c).message_id(&id).chime_bearer(user(reader));
        let get = outcome(get.send().await).map(|answer| answer.channel_message.unwrap().target.unwrap());
        let expected =
            if sees { Ok(vec![Target::new(user("bob"))]) } else { Err("NotFoundException".to_owned()) };
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
        astray.target = Some(vec![Target::new(user(target))]);
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
                // An empty one is none.
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
        all().privacy(chime_client::ChannelPrivacy::Public),
        client.list_channel_memberships_for_app_instance_user().chime_bearer(ada),
        client.list_channel_memberships_for_app_instance_user().chime_bearer(user("bob")),
        client.list_app_instance_users().app_instance_arn(APP_INSTANCE),
    ];
}

#[tokio::test]
async fn there_are_no_elastic_channels() {
    let (_local, client) = start(service(&world())).await;
    let (c, ada, bob) = (&channel("c"), &user("ada"), &user("bob"));
    let sub = "sub";
    let create = client.create_channel().app_instance_arn(APP_INSTANCE).name("X").chime_bearer(ada);
    let create = create.elastic_channel_configuration(ElasticChannelConfiguration::new(2, 2, 1)).send().await;
    let mut send = message(c, "ada", "Hello");
    send.sub_channel_id = Some(sub.to_owned());
    let join = client.create_channel_membership().channel_arn(c).member_arn(user("eve")).chime_bearer(ada);
    let batch = client.batch_create_channel_membership().channel_arn(c).member_arns([user("eve")]);
    let describe = client.describe_channel_membership().channel_arn(c).member_arn(bob).chime_bearer(ada);
    let delete = client.delete_channel_membership().channel_arn(c).member_arn(bob).chime_bearer(ada);
    let get = client.get_channel_message().channel_arn(c).message_id("m").chime_bearer(ada);
    for message in [
        refused(create, "BadRequestException"),
        refused(client.call(send).await, "BadRequestException"),
        refused(
            join.r#type(ChannelMembershipType::Default).sub_channel_id(sub).send().await,
            "BadRequestException",
        ),
        refused(batch.chime_bearer(ada).sub_channel_id(sub).send().await, "BadRequestException"),
        refused(describe.sub_channel_id(sub).send().await, "BadRequestException"),
        refused(delete.sub_channel_id(sub).send().await, "BadRequestException"),
        refused(get.sub_channel_id(sub).send().await, "BadRequestException"),
        refused(
            client
                .list_channel_memberships()
                .channel_arn(c)
                .chime_bearer(ada)
                .sub_channel_id(sub)
                .send()
                .await,
            "BadRequestException",
        ),
        refused(
            client.list_channel_messages().channel_arn(c).chime_bearer(ada).sub_channel_id(sub).send().await,
            "BadRequestException",
        ),
    ] {
        assert!(message.contains("elastic"), "{message}");
    }
}

#[tokio::test]
async fn an_update_leaves_what_is_not_given() {
    let (_local, client) = start_stopped(service(&world())).await;
    let (c, ada) = (&channel("c"), &user("ada"));
    let look = async || {
        let answer = client.describe_channel().channel_arn(c).chime_bearer(ada).send().await;
        let found = answer.unwrap().channel.unwrap();
        let updated = found.last_updated_timestamp.unwrap();
        assert!(updated >= found.created_timestamp.unwrap());
        assert_eq!(found.last_message_timestamp, None);
        (found.name.unwrap().into_string(), found.mode.unwrap(), found.metadata.unwrap().into_string())
    };
    let update = || client.update_channel().channel_arn(c).chime_bearer(ada);
    let expect = |name: &str, mode, metadata: &str| (name.to_owned(), mode, metadata.to_owned());
    assert_eq!(look().await, expect("Channel", ChannelMode::Unrestricted, "first"));
    update().name("New").send().await.unwrap();
    assert_eq!(look().await, expect("New", ChannelMode::Unrestricted, "first"));
    update().mode(ChannelMode::Restricted).send().await.unwrap();
    assert_eq!(look().await, expect("New", ChannelMode::Restricted, "first"));
    update().metadata("").send().await.unwrap();
    assert_eq!(look().await, expect("New", ChannelMode::Restricted, ""));
    update().send().await.unwrap();
    assert_eq!(look().await, expect("New", ChannelMode::Restricted, ""));
}

#[tokio::test]
async fn a_channel_takes_everything_with_it() {
    let (local, client) = start(service(&world())).await;
    let (c, ada) = (&channel("c"), &user("ada"));
    client.call(message(c, "ada", "Hello")).await.unwrap();
    client.delete_channel().channel_arn(c).chime_bearer(ada).send().await.unwrap();
    refused(client.describe_channel().channel_arn(c).chime_bearer(ada).send().await, "ForbiddenException");
    let mine =
        client.list_channel_memberships_for_app_instance_user().chime_bearer(ada).send().await.unwrap();
    assert_eq!(mine.channel_memberships.unwrap(), []);
    let world: Value = serde_json::from_str(&local.export().unwrap().to_string()).unwrap();
    assert_eq!(world["AppInstances"][0]["Channels"], json!([]));
    // One of the same id is another channel: nothing of the first is in it.
    let again = client.create_channel().app_instance_arn(APP_INSTANCE).name("Again").channel_id("c");
    again.chime_bearer(user("eve")).send().await.unwrap();
    assert_eq!(contents(&client, c, "eve").await, <[&str; 0]>::default());
    refused(
        client.list_channel_moderators().channel_arn(c).chime_bearer(ada).send().await,
        "ForbiddenException",
    );
    refused(client.call(message(c, "ada", "Hello")).await, "ForbiddenException");
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
