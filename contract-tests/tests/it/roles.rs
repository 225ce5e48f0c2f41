//! Who may do what: every messaging operation, by everybody, in every kind of channel.

use std::collections::BTreeSet;

use chime_client::operation::{Operation, Service};
use chime_client::{
    AppInstanceUserArn, ChannelArn, ChannelMembershipType, ChannelMessagePersistenceType, ChannelMessageType,
    ChannelPrivacy, Client,
};
use serde_json::{Value, json};

use crate::world::{app_instance, channel, outcome, service, start, user};

const FOREIGN: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/foreign";

/// The callers, in the order of the table's columns.
const CALLERS: [&str; 9] = [
    "admin",            // an administrator of the app instance who is not in the channel
    "admin-member",     // one who is
    "moderator",        // a moderator who is no member
    "moderator-member", // one who is
    "member",
    "hidden",
    "outsider",      // a user of the app instance who is not in the channel
    "foreign",       // a user of another app instance
    "foreign-admin", // its administrator
];

/// What each of them may do: everywhere `y`, nowhere `-`, in an unrestricted channel `u`, in a public channel `p`;
/// `n` may, and is told that there is no such membership, `q` the same in a public channel alone. Who may not gets
/// `ForbiddenException`. In the last column, whether a channel that does not exist is `-` `ForbiddenException` or `n`
/// `NotFoundException`.
#[rustfmt::skip]
const TABLE: [(&str, &str, &str); 27] = [
    //                                              ad am mo mm me hi ou fo fa
    ("DescribeChannel",                             "y y y y y y p - -", "-"),
    ("UpdateChannel",                               "y y y y - - - - -", "-"),
    ("DeleteChannel",                               "y y y y - - - - -", "-"),
    ("CreateChannelMembership",                     "y y y y u - - - -", "n"),
    ("BatchCreateChannelMembership",                "y y y y u - - - -", "n"),
    ("DescribeChannelMembership",                   "y y y y y - p - -", "n"),
    ("DescribeChannelMembership own",               "n y n y y y q - -", "n"),
    ("DescribeChannelMembership hidden",            "y y y y n y q - -", "n"),
    ("ListChannelMemberships",                      "y y y y y - p - -", "-"),
    ("ListChannelMemberships HIDDEN",               "y y y y - - - - -", "-"),
    ("DeleteChannelMembership",                     "y y y y - - - - -", "-"),
    ("DeleteChannelMembership own",                 "y y y y y y - - -", "-"),
    ("DescribeChannelMembershipForAppInstanceUser", "y y - - - - - - -", "-"),
    ("DescribeChannelMembershipForAppInstanceUser own", "- y - y y y - - -", "-"),
    ("ListChannelMembershipsForAppInstanceUser",    "y y - - - - - - -", " "),
    ("ListChannelMembershipsForAppInstanceUser own", "y y y y y y y y y", " "),
    ("UpdateChannelReadMarker",                     "- y - y y y - - -", "-"),
    ("CreateChannelModerator",                      "y y y y - - - - -", "-"),
    ("DeleteChannelModerator",                      "y y y y - - - - -", "-"),
    ("ListChannelModerators",                       "y y y y - - - - -", "-"),
    ("SendChannelMessage",                          "- y - y y - - - -", "-"),
    ("GetChannelMessage",                           "y y y y y y p - -", "n"),
    ("ListChannelMessages",                         "y y y y y y p - -", "-"),
    ("CreateChannel",                               "y y y y y y y - -", " "),
    ("ListChannels",                                "y y y y y y y - -", " "),
    ("ListChannels PUBLIC",                         "y y y y y y y - -", " "),
    ("ListChannels PRIVATE",                        "y y - - - - - - -", " "),
];

/// Does what a row of the table says in that channel.
#[allow(clippy::too_many_lines, reason = "one arm for each row")]
async fn ask(
    client: &Client,
    row: &str,
    channel: &ChannelArn,
    bearer: &AppInstanceUserArn,
) -> Result<(), String> {
    // Whom it is done to.
    let other = match row.split_once(' ') {
        Some((_, "own")) => bearer.clone(),
        Some((_, "hidden")) => user("hidden"),
        _ => user("other"),
    };
    match row.split(' ').next().unwrap() {
        "DescribeChannel" => {
            outcome(client.describe_channel().channel_arn(channel).chime_bearer(bearer).send().await)
                .map(drop)
        }
        "UpdateChannel" => outcome(
            client.update_channel().channel_arn(channel).chime_bearer(bearer).name("New").send().await,
        )
        .map(drop),
        "DeleteChannel" => {
            outcome(client.delete_channel().channel_arn(channel).chime_bearer(bearer).send().await)
        }
        "CreateChannelMembership" => outcome(
            client
                .create_channel_membership()
                .channel_arn(channel)
                .member_arn(user("new"))
                .r#type(ChannelMembershipType::Default)
                .chime_bearer(bearer)
                .send()
                .await,
        )
        .map(drop),
        "BatchCreateChannelMembership" => outcome(
            client
                .batch_create_channel_membership()
                .channel_arn(channel)
                .member_arns([user("new")])
                .chime_bearer(bearer)
                .send()
                .await,
        )
        .map(|answer| assert_eq!(answer.errors.unwrap(), [], "{row} {channel}")),
        "DescribeChannelMembership" => outcome(
            client
                .describe_channel_membership()
                .channel_arn(channel)
                .member_arn(other)
                .chime_bearer(bearer)
                .send()
                .await,
        )
        .map(drop),
        "ListChannelMemberships" => {
            let list = client.list_channel_memberships().channel_arn(channel).chime_bearer(bearer);
            let list =
                if row.ends_with("HIDDEN") { list.r#type(ChannelMembershipType::Hidden) } else { list };
            outcome(list.send().await).map(|answer| {
                let hidden = format!("{answer:?}").contains("/user/hidden");
                assert_eq!(hidden, row.ends_with("HIDDEN"), "{row} {channel}");
            })
        }
        "DeleteChannelMembership" => outcome(
            client
                .delete_channel_membership()
                .channel_arn(channel)
                .member_arn(other)
                .chime_bearer(bearer)
                .send()
                .await,
        ),
        "DescribeChannelMembershipForAppInstanceUser" => outcome(
            client
                .describe_channel_membership_for_app_instance_user()
                .channel_arn(channel)
                .app_instance_user_arn(other)
                .chime_bearer(bearer)
                .send()
                .await,
        )
        .map(drop),
        "ListChannelMembershipsForAppInstanceUser" => outcome(
            client
                .list_channel_memberships_for_app_instance_user()
                .app_instance_user_arn(other)
                .chime_bearer(bearer)
                .send()
                .await,
        )
        .map(drop),
        "UpdateChannelReadMarker" => outcome(
            client.update_channel_read_marker().channel_arn(channel).chime_bearer(bearer).send().await,
        )
        .map(drop),
        "CreateChannelModerator" => outcome(
            client
                .create_channel_moderator()
                .channel_arn(channel)
                .channel_moderator_arn(other)
                .chime_bearer(bearer)
                .send()
                .await,
        )
        .map(drop),
        "DeleteChannelModerator" => outcome(
            client
                .delete_channel_moderator()
                .channel_arn(channel)
                .channel_moderator_arn(user("moderator"))
                .chime_bearer(bearer)
                .send()
                .await,
        ),
        "ListChannelModerators" => {
            outcome(client.list_channel_moderators().channel_arn(channel).chime_bearer(bearer).send().await)
                .map(drop)
        }
        "SendChannelMessage" => outcome(
            client
                .send_channel_message()
                .channel_arn(channel)
                .content("Hello")
                .r#type(ChannelMessageType::Standard)
                .persistence(ChannelMessagePersistenceType::Persistent)
                .chime_bearer(bearer)
                .send()
                .await,
        )
        .map(drop),
        "GetChannelMessage" => outcome(
            client
                .get_channel_message()
                .channel_arn(channel)
                .message_id("first")
                .chime_bearer(bearer)
                .send()
                .await,
        )
        .map(drop),
        "ListChannelMessages" => {
            outcome(client.list_channel_messages().channel_arn(channel).chime_bearer(bearer).send().await)
                .map(drop)
        }
        "CreateChannel" => outcome(
            client
                .create_channel()
                .app_instance_arn(crate::APP_INSTANCE)
                .name("Another")
                .chime_bearer(bearer)
                .send()
                .await,
        )
        .map(drop),
        "ListChannels" => {
            let list = client.list_channels().app_instance_arn(crate::APP_INSTANCE).chime_bearer(bearer);
            let asked = row.split_once(' ').map(|(_, privacy)| ChannelPrivacy::from(privacy));
            let list = match &asked {
                Some(privacy) => list.privacy(privacy),
                None => list,
            };
            outcome(list.send().await).map(|answer| {
                let listed: BTreeSet<_> =
                    answer.channels.unwrap().into_iter().filter_map(|channel| channel.privacy).collect();
                let expected = match asked {
                    Some(privacy) => vec![privacy],
                    None if bearer.as_str().contains("/user/admin") => {
                        vec![ChannelPrivacy::Public, ChannelPrivacy::Private]
                    }
                    None => vec![ChannelPrivacy::Public],
                };
                assert_eq!(listed, expected.into_iter().collect(), "{row} by {bearer}");
            })
        }
        _ => panic!("{row} is no row"),
    }
}

fn bearer(caller: &str) -> AppInstanceUserArn {
    if caller.starts_with("foreign") {
        return format!("{FOREIGN}/user/{caller}").parse().unwrap();
    }
    user(caller)
}

/// A channel in which everybody is what they are called.
fn seed(id: &str, mode: &str, privacy: &str) -> Value {
    let member = |id: &str, r#type: &str| json!({ "Member": id, "Type": r#type });
    json!({
        "ChannelId": id,
        "Name": "Channel",
        "Mode": mode,
        "Privacy": privacy,
        "CreatedBy": "admin",
        "Moderators": ["moderator", "moderator-member"],
        "Memberships": [
            member("admin-member", "DEFAULT"),
            member("moderator-member", "DEFAULT"),
            member("member", "DEFAULT"),
            member("hidden", "HIDDEN"),
            member("other", "DEFAULT"),
        ],
        "Messages": [{ "MessageId": "first", "Sender": "member", "Content": "Hello" }],
    })
}

#[tokio::test]
async fn the_roles_decide_who_may_do_what() {
    const KINDS: [(&str, &str); 4] = [
        ("UNRESTRICTED", "PUBLIC"),
        ("UNRESTRICTED", "PRIVATE"),
        ("RESTRICTED", "PUBLIC"),
        ("RESTRICTED", "PRIVATE"),
    ];
    // A channel for each case, so that none sees what another did.
    let mut cases = Vec::new();
    let mut channels = Vec::new();
    for (row, allowed, _) in TABLE {
        for (caller, allowed) in CALLERS.into_iter().zip(allowed.split(' ')) {
            for (mode, privacy) in KINDS {
                let (public, unrestricted) = (privacy == "PUBLIC", mode == "UNRESTRICTED");
                let expected = match allowed {
                    "y" => Ok(()),
                    "p" if public => Ok(()),
                    "u" if unrestricted => Ok(()),
                    "n" => Err("NotFoundException".to_owned()),
                    "q" if public => Err("NotFoundException".to_owned()),
                    _ => Err("ForbiddenException".to_owned()),
                };
                let id = format!("c{}", cases.len());
                channels.push(seed(&id, mode, privacy));
                cases.push((row, caller, mode, privacy, channel(&id), expected));
            }
        }
    }
    let mut home = app_instance(
        &[
            "admin",
            "admin-member",
            "moderator",
            "moderator-member",
            "member",
            "hidden",
            "outsider",
            "other",
            "new",
        ],
        &channels,
    );
    home["Admins"] = json!(["admin", "admin-member"]);
    let mut foreign = app_instance(&["foreign-admin", "foreign"], &[]);
    foreign["AppInstanceArn"] = json!(FOREIGN);
    let (_local, client) = start(service(&[home, foreign])).await;
    let mut wrong = Vec::new();
    for (row, caller, mode, privacy, channel, expected) in cases {
        let answer = ask(&client, row, &channel, &bearer(caller)).await;
        if answer != expected {
            wrong.push(format!("{row} by {caller} in {mode} {privacy}: {answer:?}, expected {expected:?}"));
        }
    }
    for (row, _, missing) in TABLE {
        let expected = match missing {
            "n" => "NotFoundException",
            "-" => "ForbiddenException",
            _ => continue,
        };
        for caller in ["admin", "member", "foreign"] {
            let answer = ask(&client, row, &channel("nowhere"), &bearer(caller)).await;
            if answer != Err(expected.to_owned()) {
                wrong.push(format!("{row} by {caller} where there is no channel: {answer:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_has_every_messaging_operation() {
    macro_rules! metadata {
        ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
            [$( <chime_client::$Operation as Operation>::METADATA ),*]
        };
    }
    let operations: BTreeSet<_> = chime_client::for_each_operation!(metadata)
        .into_iter()
        .filter(|metadata| metadata.service == Service::Messaging)
        .map(|metadata| metadata.name)
        .collect();
    let rows: BTreeSet<_> = TABLE.iter().map(|(row, ..)| row.split(' ').next().unwrap()).collect();
    assert_eq!(rows, operations);
}

#[tokio::test]
async fn nobody_joins_by_themselves_but_those_who_decide() {
    let channels: Vec<_> = ["PUBLIC", "PRIVATE"]
        .into_iter()
        .flat_map(|privacy| ["UNRESTRICTED", "RESTRICTED"].map(|mode| (mode, privacy)))
        .map(|(mode, privacy)| seed(&format!("{mode}-{privacy}"), mode, privacy))
        .collect();
    let users =
        ["admin", "admin-member", "moderator", "moderator-member", "member", "hidden", "outsider", "other"];
    let (_local, client) = start(service(&[app_instance(&users, &channels)])).await;
    for seed in &channels {
        let channel = channel(seed["ChannelId"].as_str().unwrap());
        let join = async |id: &str| {
            let join = client.create_channel_membership().channel_arn(&channel).member_arn(user(id));
            outcome(join.r#type(ChannelMembershipType::Default).chime_bearer(user(id)).send().await).map(drop)
        };
        assert_eq!(join("outsider").await, Err("ForbiddenException".to_owned()), "{channel}");
        // Once they are members they may send.
        for id in ["admin", "moderator"] {
            assert_eq!(join(id).await, Ok(()), "{id} {channel}");
            assert_eq!(
                ask(&client, "SendChannelMessage", &channel, &user(id)).await,
                Ok(()),
                "{id} {channel}"
            );
            assert_eq!(ask(&client, "UpdateChannelReadMarker", &channel, &user(id)).await, Ok(()), "{id}");
        }
    }
}

#[tokio::test]
async fn a_hidden_member_who_moderates_sees_and_sends() {
    let mut seed = seed("c", "RESTRICTED", "PRIVATE");
    seed["Moderators"] = json!(["hidden"]);
    let users = ["admin", "admin-member", "moderator-member", "member", "hidden", "other"];
    let (_local, client) = start(service(&[app_instance(&users, &[seed])])).await;
    for row in ["SendChannelMessage", "ListChannelMemberships", "ListChannelMemberships HIDDEN"] {
        assert_eq!(ask(&client, row, &channel("c"), &user("hidden")).await, Ok(()), "{row}");
    }
}

#[tokio::test]
async fn the_creator_is_the_first_member_and_moderator() {
    let (_local, client) = start(service(&[app_instance(&["admin", "member", "other"], &[])])).await;
    let made = client
        .create_channel()
        .app_instance_arn(crate::APP_INSTANCE)
        .name("Mine")
        .member_arns([user("other"), user("member")])
        .moderator_arns([user("other")])
        .chime_bearer(user("member"))
        .send()
        .await
        .unwrap();
    let channel = made.channel_arn.unwrap();
    let members =
        client.list_channel_memberships().channel_arn(&channel).chime_bearer(user("member")).send().await;
    let members: Vec<_> = members.unwrap().channel_memberships.unwrap();
    let members: Vec<_> = members.into_iter().map(|summary| summary.member.unwrap().arn.unwrap()).collect();
    assert_eq!(members, [user("member"), user("other")]);
    let moderators =
        client.list_channel_moderators().channel_arn(&channel).chime_bearer(user("member")).send().await;
    let moderators: Vec<_> = moderators.unwrap().channel_moderators.unwrap();
    let moderators: Vec<_> =
        moderators.into_iter().map(|summary| summary.moderator.unwrap().arn.unwrap()).collect();
    assert_eq!(moderators, [user("member"), user("other")]);
}
