//! What the local service promises beyond its answers to single calls.

use std::time::SystemTime;

use chime_client::{
    ChannelArn, ChannelMembershipType, ChannelMessagePersistenceType, ChannelMessageType, Client, Clock,
    ElasticChannelConfiguration, Error, Exception, Target, Timestamp,
};
use chime_local::{Demo, LocalService, Running};

use crate::client;

fn connect(local: &Running) -> Client {
    client(&local.endpoint_url()).credentials(local.credentials()).build().unwrap()
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> (Exception, String) {
    let error = answer.unwrap_err();
    let refused = error.service_error().unwrap_or_else(|| panic!("{error}"));
    (refused.exception.clone().unwrap(), refused.message.clone().unwrap())
}

/// The last message of `general` and the read marker, as a user of the demo is told.
async fn times(client: &Client, user: usize) -> (Option<Timestamp>, Option<Timestamp>) {
    let demo = Demo::new();
    let user = &demo.app_instance_user_arns()[user];
    let question = client
        .describe_channel_membership_for_app_instance_user()
        .channel_arn(demo.channel_arn())
        .app_instance_user_arn(user)
        .chime_bearer(user);
    let membership = question.send().await.unwrap().channel_membership.unwrap();
    (
        membership.channel_summary.unwrap().last_message_timestamp,
        membership.app_instance_user_membership_summary.unwrap().read_marker_timestamp,
    )
}

/// What alice writes in `general`.
async fn send(client: &Client, persistence: ChannelMessagePersistenceType, target: Option<usize>) {
    let demo = Demo::new();
    let [alice, ..] = demo.app_instance_user_arns();
    let mut message = client
        .send_channel_message()
        .channel_arn(demo.channel_arn())
        .content("Hello")
        .r#type(ChannelMessageType::Standard)
        .persistence(persistence)
        .chime_bearer(alice);
    if let Some(target) = target {
        message = message.target([Target::new(demo.app_instance_user_arns()[target].clone())]);
    }
    message.send().await.unwrap();
}

#[tokio::test]
async fn time_goes_on_though_the_clock_stands_still_and_the_last_message_is_one_that_the_caller_can_see() {
    use ChannelMessagePersistenceType::{NonPersistent, Persistent};
    #[allow(clippy::disallowed_methods, reason = "where both clocks stand still")]
    let now = SystemTime::now();
    let clock = Clock::new(move || now);
    let local = LocalService::demo().clock(clock).start().await.unwrap();
    let client = connect(&local);
    let demo = Demo::new();
    let [_, bob, _] = demo.app_instance_user_arns();
    let (alice, bobs, carol) = (0, 1, 2);
    let mut last = times(&client, bobs).await.0;
    assert_eq!(times(&client, bobs).await.1, None);
    for _ in 0..3 {
        send(&client, Persistent, None).await;
        let (message, _) = times(&client, bobs).await;
        assert!(message > last, "a message moves it");
        let mark = client.update_channel_read_marker().channel_arn(demo.channel_arn()).chime_bearer(bob);
        mark.send().await.unwrap();
        let (same, marker) = times(&client, bobs).await;
        assert_eq!(same, message, "a read marker does not move it");
        assert!(marker > message, "what was read is before its marker");
        last = message;
        send(&client, NonPersistent, None).await;
        assert_eq!(
            times(&client, bobs).await,
            (last, marker),
            "nothing is left of a message that does not persist"
        );
    }
    // For carol alone.
    send(&client, Persistent, Some(carol)).await;
    assert_eq!(times(&client, bobs).await.0, last);
    assert!(times(&client, alice).await.0 > last && times(&client, carol).await.0 > last);
}

#[tokio::test]
async fn a_channel_has_ten_thousand_members_and_no_more() {
    let list = |item: &dyn Fn(usize) -> String| (0..10_000).map(item).collect::<Vec<_>>().join(",");
    let users = list(&|at| format!(r#"{{"AppInstanceUserId":"u{at}","Name":"User"}}"#));
    let members = list(&|at| format!(r#"{{"Member":"u{at}"}}"#));
    let instance = crate::APP_INSTANCE;
    let seed = format!(
        r#"{{"AppInstances":[{{"AppInstanceArn":"{instance}","Name":"Full","Users":[{users}],
            "Channels":[{{"ChannelId":"c","Name":"Full","CreatedBy":"u0","Moderators":["u0"],"Memberships":[{members}]}}]}}]}}"#
    );
    let local = LocalService::seeded(seed.parse().unwrap()).start().await.unwrap();
    let client = connect(&local);
    let one_more = client
        .create_app_instance_user()
        .app_instance_arn(instance)
        .app_instance_user_id("more")
        .name("More");
    let one_more = one_more.send().await.unwrap().app_instance_user_arn.unwrap();
    let first = format!("{instance}/user/u0");
    let add = || {
        let add = client.create_channel_membership().channel_arn(crate::CHANNEL).member_arn(&one_more);
        add.r#type(ChannelMembershipType::Default).chime_bearer(&first).send()
    };
    let (exception, message) = refusal(add().await);
    assert_eq!(exception, Exception::ResourceLimitExceededException);
    assert_eq!(message, "The limit of 10000 members of a channel is reached");
    // Whoever was refused is no member.
    let leave = client.delete_channel_membership().channel_arn(crate::CHANNEL);
    leave.member_arn(format!("{instance}/user/u9999")).chime_bearer(&first).send().await.unwrap();
    add().await.unwrap();
}

#[tokio::test]
async fn what_is_not_there_is_refused_by_name() {
    let local = LocalService::demo().start().await.unwrap();
    let client = connect(&local);
    let demo = Demo::new();
    let alice = demo.app_instance_user_arn();
    let create = || {
        client.create_channel().app_instance_arn(demo.app_instance_arn()).name("Large").chime_bearer(&alice)
    };
    let elastic = create().elastic_channel_configuration(ElasticChannelConfiguration::new(2, 3, 40));
    let of_a_part = client.list_channel_messages().channel_arn(demo.channel_arn()).chime_bearer(&alice);
    for ((exception, message), parameter) in [
        (refusal(elastic.send().await), "ElasticChannelConfiguration"),
        (refusal(of_a_part.sub_channel_id("part-1").send().await), "SubChannelId"),
    ] {
        assert_eq!(exception, Exception::BadRequestException);
        assert!(message.starts_with(parameter), "{message}");
    }
    // A token without its content, and one of another list.
    let (exception, message) =
        refusal(create().client_request_token("large").member_arns([crate::USER]).send().await);
    assert_eq!(
        (exception, message.starts_with("MemberArns: item 1")),
        (Exception::BadRequestException, true),
        "{message}"
    );
    assert_eq!(names(&client).await, ["General"], "nothing is left of what was refused");
    create().client_request_token("large").send().await.unwrap();
    assert_eq!(names(&client).await, ["General", "Large"], "a token that was refused can be used");
}

/// The names of the public channels.
async fn names(client: &Client) -> Vec<String> {
    let demo = Demo::new();
    let list = client.list_channels().app_instance_arn(demo.app_instance_arn());
    let answer = list.chime_bearer(demo.app_instance_user_arn()).send().await.unwrap();
    answer.channels.unwrap().into_iter().map(|channel| channel.name.unwrap().into_string()).collect()
}

#[tokio::test]
async fn a_clients_retry_after_a_lost_answer_does_nothing_twice() {
    let local = LocalService::demo().start().await.unwrap();
    let client = connect(&local);
    let demo = Demo::new();
    // The service has carried the call out by the time that the client gives up.
    local.fault("CreateChannel=delay(3600s):1".parse().unwrap());
    let create = || {
        let create = client.create_channel().app_instance_arn(demo.app_instance_arn()).name("Once");
        create.client_request_token("once").chime_bearer(demo.app_instance_user_arn()).send()
    };
    tokio::select! {
        answer = create() => panic!("{answer:?}"),
        () = async { while !local.faults().is_empty() { tokio::task::yield_now().await } } => {}
    }
    create().await.unwrap();
    assert_eq!(names(&client).await, ["General", "Once"]);
}

#[tokio::test]
async fn deleting_a_channel_takes_everything_with_it() {
    let local = LocalService::demo().start().await.unwrap();
    let client = connect(&local);
    let demo = Demo::new();
    let [alice, ..] = demo.app_instance_user_arns();
    let delete =
        client.delete_channel().channel_arn(demo.channel_arn()).chime_bearer(demo.administrator_arn());
    delete.send().await.unwrap();
    let world = local.export().unwrap().to_string();
    assert!(
        !world.contains("general") && !world.contains("Lunch at one?") && world.contains("board"),
        "{world}"
    );
    let mine =
        client.list_channel_memberships_for_app_instance_user().chime_bearer(alice).send().await.unwrap();
    let channels: Vec<ChannelArn> = mine
        .channel_memberships
        .unwrap()
        .into_iter()
        .map(|membership| membership.channel_summary.unwrap().channel_arn.unwrap())
        .collect();
    assert_eq!(channels, [demo.channel_arns()[1].clone()]);
}
