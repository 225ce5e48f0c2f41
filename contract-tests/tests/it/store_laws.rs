//! Laws of the store: it answers as a simple model of it does, whatever is asked in whatever order, and its lists are
//! complete whatever happens between two pages.

use std::collections::{BTreeMap, BTreeSet};

use chime_client::{
    ChannelMembershipType as Type, ChannelMessagePersistenceType as Persistence, ChannelMessageType,
    ChannelMode, ChannelPrivacy, Client, Error, Sensitive, SortOrder, Target,
};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use crate::APP_INSTANCE;
use crate::world::{app_instance, channel, outcome, service, start, user};

/// The first is the administrator.
const USERS: [&str; 4] = ["admin", "ada", "bob", "eve"];
const CHANNELS: [&str; 2] = ["c", "d"];

type User = &'static str;
type Id = &'static str;

/// What somebody does to a channel.
#[derive(Clone, Debug)]
enum Step {
    Create { restricted: bool, private: bool },
    Update { name: Option<u8>, restricted: Option<bool> },
    Delete,
    Join { member: User, hidden: bool },
    Leave { member: User },
    Moderate { moderator: User },
    Unmoderate { moderator: User },
    Send { persistent: bool, target: Option<User> },
    Read,
}

fn step() -> impl Strategy<Value = (User, Id, Step)> {
    let anybody = || select(&USERS[..]);
    let step = prop_oneof![
        2 => any::<(bool, bool)>().prop_map(|(restricted, private)| Step::Create { restricted, private }),
        1 => any::<(Option<u8>, Option<bool>)>().prop_map(|(name, restricted)| Step::Update { name, restricted }),
        1 => Just(Step::Delete),
        4 => (anybody(), any::<bool>()).prop_map(|(member, hidden)| Step::Join { member, hidden }),
        2 => anybody().prop_map(|member| Step::Leave { member }),
        1 => anybody().prop_map(|moderator| Step::Moderate { moderator }),
        1 => anybody().prop_map(|moderator| Step::Unmoderate { moderator }),
        4 => (proptest::bool::weighted(0.8), proptest::option::weighted(0.3, anybody()))
            .prop_map(|(persistent, target)| Step::Send { persistent, target }),
        2 => Just(Step::Read),
    ];
    (anybody(), select(&CHANNELS[..]), step)
}

/// A channel as the model has it.
#[derive(Debug, Default)]
struct Channel {
    name: String,
    restricted: bool,
    private: bool,
    /// In the order in which they came, whether they are hidden, and when they have read.
    members: Vec<(User, bool, Option<usize>)>,
    moderators: Vec<User>,
    /// When they were sent, their senders, targets and contents.
    messages: Vec<(usize, User, Option<User>, String)>,
}

impl Channel {
    fn member(&self, user: User) -> Option<&(User, bool, Option<usize>)> {
        self.members.iter().find(|(member, ..)| *member == user)
    }

    fn decides(&self, user: User) -> bool {
        user == "admin" || self.moderators.contains(&user)
    }

    fn reads(&self, user: User) -> bool {
        !self.private || self.member(user).is_some() || self.decides(user)
    }

    fn hidden(&self, user: User) -> bool {
        self.member(user).is_some_and(|(_, hidden, _)| *hidden) && !self.decides(user)
    }

    /// What a user sees of the messages.
    fn visible(&self, to: User) -> impl DoubleEndedIterator<Item = &(usize, User, Option<User>, String)> {
        self.messages
            .iter()
            .filter(move |(_, sender, target, _)| target.is_none_or(|target| target == to || *sender == to))
    }
}

#[derive(Debug, Default)]
struct Model {
    channels: BTreeMap<Id, Channel>,
    /// Steps so far: the time.
    now: usize,
}

const FORBIDDEN: &str = "ForbiddenException";

impl Model {
    /// Does a step, or says what keeps it from being done.
    fn act(&mut self, caller: User, id: Id, step: &Step) -> Result<(), &'static str> {
        self.now += 1;
        if let Step::Create { restricted, private } = *step {
            if self.channels.contains_key(id) {
                return Err("ConflictException");
            }
            let members = vec![(caller, false, None)];
            let moderators = vec![caller];
            let name = "new".to_owned();
            let made = Channel { name, restricted, private, members, moderators, messages: Vec::new() };
            self.channels.insert(id, made);
            return Ok(());
        }
        let Some(channel) = self.channels.get_mut(id) else {
            return Err(if matches!(step, Step::Join { .. }) { "NotFoundException" } else { FORBIDDEN });
        };
        let decides = channel.decides(caller);
        let present = channel.member(caller).is_some() && !channel.hidden(caller);
        let allowed = match step {
            Step::Create { .. } => true,
            Step::Update { .. } | Step::Delete | Step::Moderate { .. } | Step::Unmoderate { .. } => decides,
            Step::Join { .. } => decides || (present && !channel.restricted),
            Step::Leave { member } => decides || (*member == caller && channel.member(caller).is_some()),
            Step::Send { .. } => present,
            Step::Read => channel.member(caller).is_some(),
        };
        if !allowed {
            return Err(FORBIDDEN);
        }
        match step.clone() {
            Step::Create { .. } => {}
            Step::Update { name, restricted } => {
                channel.name = name.map_or(channel.name.clone(), |name| name.to_string());
                channel.restricted = restricted.unwrap_or(channel.restricted);
            }
            Step::Delete => drop(self.channels.remove(id)),
            Step::Join { member, .. } if channel.member(member).is_some() => return Err("ConflictException"),
            Step::Join { member, hidden } => channel.members.push((member, hidden, None)),
            Step::Leave { member } => channel.members.retain(|(other, ..)| *other != member),
            Step::Moderate { moderator } if channel.moderators.contains(&moderator) => {
                return Err("ConflictException");
            }
            Step::Moderate { moderator } => channel.moderators.push(moderator),
            Step::Unmoderate { moderator } => channel.moderators.retain(|other| *other != moderator),
            Step::Send { target: Some(target), .. } if channel.member(target).is_none() => {
                return Err("BadRequestException");
            }
            Step::Send { persistent: false, .. } => {}
            Step::Send { target, .. } => {
                channel.messages.push((self.now, caller, target, self.now.to_string()));
            }
            Step::Read => {
                let member = channel.members.iter_mut().find(|(member, ..)| *member == caller);
                member.unwrap().2 = Some(self.now);
            }
        }
        Ok(())
    }
}

/// The same step, by the service.
async fn act(client: &Client, caller: User, id: Id, step: &Step, content: &str) -> Result<(), Error> {
    let (arn, bearer) = (&channel(id), user(caller));
    match step.clone() {
        Step::Create { restricted, private } => {
            let create = client.create_channel().app_instance_arn(APP_INSTANCE).channel_id(id).name("new");
            let create =
                create.mode(if restricted { ChannelMode::Restricted } else { ChannelMode::Unrestricted });
            let create =
                create.privacy(if private { ChannelPrivacy::Private } else { ChannelPrivacy::Public });
            create.chime_bearer(bearer).send().await.map(drop)
        }
        Step::Update { name, restricted } => {
            let mut update = client.update_channel().channel_arn(arn).chime_bearer(bearer);
            if let Some(name) = name {
                update = update.name(name.to_string());
            }
            if let Some(restricted) = restricted {
                update =
                    update.mode(if restricted { ChannelMode::Restricted } else { ChannelMode::Unrestricted });
            }
            update.send().await.map(drop)
        }
        Step::Delete => client.delete_channel().channel_arn(arn).chime_bearer(bearer).send().await,
        Step::Join { member, hidden } => {
            let join = client.create_channel_membership().channel_arn(arn).member_arn(user(member));
            let join = join.r#type(if hidden { Type::Hidden } else { Type::Default });
            join.chime_bearer(bearer).send().await.map(drop)
        }
        Step::Leave { member } => {
            let leave = client.delete_channel_membership().channel_arn(arn).member_arn(user(member));
            leave.chime_bearer(bearer).send().await
        }
        Step::Moderate { moderator } => {
            let moderate = client.create_channel_moderator().channel_arn(arn);
            moderate.channel_moderator_arn(user(moderator)).chime_bearer(bearer).send().await.map(drop)
        }
        Step::Unmoderate { moderator } => {
            let unmoderate = client.delete_channel_moderator().channel_arn(arn);
            unmoderate.channel_moderator_arn(user(moderator)).chime_bearer(bearer).send().await
        }
        Step::Send { persistent, target } => {
            let persistence = if persistent { Persistence::Persistent } else { Persistence::NonPersistent };
            let mut send = client
                .send_channel_message()
                .channel_arn(arn)
                .content(content)
                .r#type(ChannelMessageType::Standard)
                .persistence(persistence)
                .chime_bearer(bearer);
            if let Some(target) = target {
                send = send.target([Target::new(user(target))]);
            }
            send.send().await.map(drop)
        }
        Step::Read => {
            client.update_channel_read_marker().channel_arn(arn).chime_bearer(bearer).send().await.map(drop)
        }
    }
}

fn id_of(arn: impl AsRef<str>) -> String {
    arn.as_ref().rsplit('/').next().unwrap().to_owned()
}

/// Compares what a user sees of the service with what that user should see.
async fn compare(client: &Client, model: &Model, reader: User) -> Result<(), TestCaseError> {
    let bearer = user(reader);
    for id in CHANNELS {
        let arn = channel(id);
        let found = model.channels.get(id).filter(|channel| channel.reads(reader));

        let described = client.describe_channel().channel_arn(&arn).chime_bearer(&bearer).send().await;
        let described = outcome(described).map(|answer| {
            let channel = answer.channel.unwrap();
            (
                channel.name.unwrap().into_string(),
                channel.mode.unwrap(),
                channel.privacy.unwrap(),
                channel.last_message_timestamp.is_some(),
            )
        });
        let expected = found.map(|channel| {
            (
                channel.name.clone(),
                if channel.restricted { ChannelMode::Restricted } else { ChannelMode::Unrestricted },
                if channel.private { ChannelPrivacy::Private } else { ChannelPrivacy::Public },
                channel.visible(reader).next().is_some(),
            )
        });
        prop_assert_eq!(described, expected.ok_or(FORBIDDEN.to_owned()));

        let listed = client.list_channel_messages().channel_arn(&arn).chime_bearer(&bearer).send().await;
        let listed = outcome(listed).map(|answer| {
            let contents = answer.channel_messages.unwrap().into_iter();
            contents.map(|message| message.content.unwrap().into_string()).collect::<Vec<_>>()
        });
        let expected = found.map(|channel| {
            channel.visible(reader).rev().map(|message| message.3.clone()).collect::<Vec<_>>()
        });
        prop_assert_eq!(listed, expected.ok_or(FORBIDDEN.to_owned()));

        for hidden in [false, true] {
            let list = client.list_channel_memberships().channel_arn(&arn).chime_bearer(&bearer);
            let list = list.r#type(if hidden { Type::Hidden } else { Type::Default });
            let listed = outcome(list.send().await).map(|answer| {
                let members = answer.channel_memberships.unwrap().into_iter();
                members.map(|summary| id_of(summary.member.unwrap().arn.unwrap())).collect::<Vec<_>>()
            });
            let may = |channel: &&Channel| channel.decides(reader) || (!hidden && !channel.hidden(reader));
            let expected = found.filter(may).map(|channel| {
                let members = channel.members.iter().filter(|(_, is_hidden, _)| *is_hidden == hidden);
                members.map(|(member, ..)| (*member).to_owned()).collect::<Vec<_>>()
            });
            prop_assert_eq!(listed, expected.ok_or(FORBIDDEN.to_owned()));
        }

        let listed = client.list_channel_moderators().channel_arn(&arn).chime_bearer(&bearer).send().await;
        let listed = outcome(listed).map(|answer| {
            let moderators = answer.channel_moderators.unwrap().into_iter();
            moderators.map(|summary| id_of(summary.moderator.unwrap().arn.unwrap())).collect::<Vec<_>>()
        });
        let expected = found.filter(|channel| channel.decides(reader));
        let expected =
            expected.map(|channel| channel.moderators.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        prop_assert_eq!(listed, expected.ok_or(FORBIDDEN.to_owned()));
    }

    // The reader's own channels, which of them have messages and whether one was sent after the marker.
    let mine = client.list_channel_memberships_for_app_instance_user().chime_bearer(&bearer).send().await;
    let mine: BTreeSet<_> = mine
        .unwrap()
        .channel_memberships
        .unwrap()
        .into_iter()
        .map(|membership| {
            let channel = membership.channel_summary.unwrap();
            let own = membership.app_instance_user_membership_summary.unwrap();
            let (last, read) = (channel.last_message_timestamp, own.read_marker_timestamp);
            (
                id_of(channel.channel_arn.unwrap()),
                own.r#type == Some(Type::Hidden),
                read.is_some(),
                last > read,
            )
        })
        .collect();
    let expected: BTreeSet<_> = model
        .channels
        .iter()
        .filter_map(|(id, channel)| {
            let (_, hidden, read) = *channel.member(reader)?;
            let last = channel.visible(reader).next_back().map(|message| message.0);
            Some(((*id).to_owned(), hidden, read.is_some(), last > read))
        })
        .collect();
    prop_assert_eq!(mine, expected);

    let listed = client.list_channels().app_instance_arn(APP_INSTANCE).chime_bearer(&bearer).send().await;
    let listed: BTreeSet<_> = listed
        .unwrap()
        .channels
        .unwrap()
        .into_iter()
        .map(|found| id_of(found.channel_arn.unwrap()))
        .collect();
    let expected = model.channels.iter().filter(|(_, channel)| !channel.private || reader == "admin");
    prop_assert_eq!(listed, expected.map(|(id, _)| (*id).to_owned()).collect());
    Ok(())
}

/// One runtime for all cases of a test.
fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn the_store_answers_as_its_model_does() {
    let runtime = runtime();
    let steps = proptest::collection::vec((step(), select(&USERS[..])), 1..25);
    // What users do in one case is in an app instance's channels alone: they are deleted before the next.
    let (_local, client) = runtime.block_on(start(service(&[app_instance(&USERS, &[])])));
    let mut config = ProptestConfig::with_cases(48);
    config.source_file = Some(file!());
    proptest::test_runner::TestRunner::new(config)
        .run(&steps, |steps| {
            runtime.block_on(async {
                for id in CHANNELS {
                    let _ = client
                        .delete_channel()
                        .channel_arn(channel(id))
                        .chime_bearer(user("admin"))
                        .send()
                        .await;
                }
                let mut model = Model::default();
                for ((caller, id, step), reader) in steps {
                    let expected = model.act(caller, id, &step).map_err(str::to_owned);
                    let answer = act(&client, caller, id, &step, &model.now.to_string()).await;
                    prop_assert_eq!(outcome(answer), expected, "{:?} by {} in {}", step, caller, id);
                    compare(&client, &model, reader).await?;
                }
                Ok(())
            })
        })
        .unwrap();
}

/// What happens between two pages to one of the items of a list.
#[derive(Clone, Copy, Debug)]
enum Change {
    Add,
    Remove(usize),
}

/// The lists that can be paged through, and changed on the way.
const LISTS: [&str; 6] =
    ["members", "moderators", "messages ascending", "messages descending", "channels", "channels of a user"];

/// A list's page: the items' names and the token of the next.
async fn page(
    client: &Client,
    list: &str,
    size: i32,
    token: Option<&Sensitive>,
) -> (Vec<String>, Option<Sensitive>) {
    let bearer = user("admin");
    let token = token.map_or("", Sensitive::as_str);
    match list {
        "members" => {
            let list = client.list_channel_memberships().channel_arn(channel("c")).chime_bearer(bearer);
            let page = list.max_results(size).next_token(token).send().await.unwrap();
            let items = page.channel_memberships.unwrap().into_iter();
            (items.map(|item| id_of(item.member.unwrap().arn.unwrap())).collect(), page.next_token)
        }
        "moderators" => {
            let list = client.list_channel_moderators().channel_arn(channel("c")).chime_bearer(bearer);
            let page = list.max_results(size).next_token(token).send().await.unwrap();
            let items = page.channel_moderators.unwrap().into_iter();
            (items.map(|item| id_of(item.moderator.unwrap().arn.unwrap())).collect(), page.next_token)
        }
        "channels" => {
            let list = client.list_channels().app_instance_arn(APP_INSTANCE).chime_bearer(bearer);
            let page = list.max_results(size).next_token(token).send().await.unwrap();
            let items = page.channels.unwrap().into_iter();
            (items.map(|item| id_of(item.channel_arn.unwrap())).collect(), page.next_token)
        }
        "channels of a user" => {
            let list = client.list_channel_memberships_for_app_instance_user().chime_bearer(bearer);
            let page = list.max_results(size).next_token(token).send().await.unwrap();
            let items = page.channel_memberships.unwrap().into_iter();
            let arn = |item: chime_client::ChannelMembershipForAppInstanceUserSummary| {
                item.channel_summary.unwrap().channel_arn.unwrap()
            };
            (items.map(|item| id_of(arn(item))).collect(), page.next_token)
        }
        _ => {
            let order =
                if list.ends_with("descending") { SortOrder::Descending } else { SortOrder::Ascending };
            let list = client.list_channel_messages().channel_arn(channel("c")).chime_bearer(bearer);
            let list = list.sort_order(order);
            let page = list.max_results(size).next_token(token).send().await.unwrap();
            let items = page.channel_messages.unwrap().into_iter();
            (items.map(|item| item.content.unwrap().into_string()).collect(), page.next_token)
        }
    }
}

/// Adds an item of that name to a list.
async fn add(client: &Client, list: &str, name: &str) {
    let (c, admin) = (channel("c"), user("admin"));
    match list {
        "members" => {
            let join = client.create_channel_membership().channel_arn(c).member_arn(user(name));
            join.r#type(Type::Default).chime_bearer(admin).send().await.map(drop)
        }
        "moderators" => {
            let moderate = client.create_channel_moderator().channel_arn(c).channel_moderator_arn(user(name));
            moderate.chime_bearer(admin).send().await.map(drop)
        }
        "channels" | "channels of a user" => {
            let create = client.create_channel().app_instance_arn(APP_INSTANCE).channel_id(name).name("new");
            create.chime_bearer(admin).send().await.map(drop)
        }
        _ => {
            let send = client.send_channel_message().channel_arn(c).content(name);
            let send = send.r#type(ChannelMessageType::Standard).persistence(Persistence::Persistent);
            send.chime_bearer(admin).send().await.map(drop)
        }
    }
    .unwrap();
}

/// Takes an item away. Messages cannot be taken away here.
async fn remove(client: &Client, list: &str, name: &str) {
    let (c, admin) = (channel("c"), user("admin"));
    match list {
        "members" => {
            let leave = client.delete_channel_membership().channel_arn(c).member_arn(user(name));
            leave.chime_bearer(admin).send().await
        }
        "moderators" => {
            let unmoderate = client.delete_channel_moderator().channel_arn(c);
            unmoderate.channel_moderator_arn(user(name)).chime_bearer(admin).send().await
        }
        "channels" | "channels of a user" => {
            client.delete_channel().channel_arn(channel(name)).chime_bearer(admin).send().await
        }
        _ => return,
    }
    .unwrap();
}

#[test]
fn lists_are_complete_and_without_repeats_whatever_happens_between_two_pages() {
    let runtime = runtime();
    let names: Vec<String> = (0..40).map(|index| format!("u{index}")).collect();
    let users: Vec<&str> = ["admin"].into_iter().chain(names.iter().map(String::as_str)).collect();
    let change = prop_oneof![Just(Change::Add), (0..20_usize).prop_map(Change::Remove)];
    let cases = (
        select(&LISTS[..]),
        1..6_i32,
        0..12_usize,
        proptest::collection::vec(proptest::collection::vec(change, 0..3), 10),
    );
    let mut config = ProptestConfig::with_cases(48);
    config.source_file = Some(file!());
    proptest::test_runner::TestRunner::new(config)
        .run(&cases, |(list, size, length, changes)| {
            runtime.block_on(async {
                let seed = json!({
                    "ChannelId": "c",
                    "Name": "Channel",
                    "CreatedBy": "admin",
                    "Memberships": [{ "Member": "admin" }],
                });
                let (_local, client) = start(service(&[app_instance(&users, &[seed])])).await;
                let removable = !list.starts_with("messages");
                let mut fresh = names.iter();
                let mut there = Vec::new();
                for name in fresh.by_ref().take(length) {
                    add(&client, list, name).await;
                    there.push(name.clone());
                }
                let original = there.clone();
                let (mut seen, mut token) = (Vec::new(), None);
                let mut changes = changes.into_iter();
                loop {
                    let (items, next) = page(&client, list, size, token.as_ref()).await;
                    prop_assert!(items.len() <= usize::try_from(size).unwrap());
                    seen.extend(items);
                    token = next;
                    if token.is_none() {
                        break;
                    }
                    for change in changes.next().unwrap_or_default() {
                        match change {
                            Change::Add => {
                                let name = fresh.next().unwrap();
                                add(&client, list, name).await;
                                there.push(name.clone());
                            }
                            Change::Remove(index) if removable && index < there.len() => {
                                remove(&client, list, &there.remove(index)).await;
                            }
                            Change::Remove(_) => {}
                        }
                    }
                }
                // The administrator and the channel itself are in some of the lists as well.
                seen.retain(|name| name.starts_with('u'));
                let once: BTreeSet<_> = seen.iter().collect();
                prop_assert_eq!(once.len(), seen.len(), "{:?} repeats", seen);
                for name in original.iter().filter(|name| there.contains(name)) {
                    prop_assert!(once.contains(name), "{} is not in {:?}", name, seen);
                }
                let mut ordered = seen.clone();
                ordered.sort_by_key(|name| name[1..].parse::<usize>().unwrap());
                if list.ends_with("descending") {
                    ordered.reverse();
                }
                prop_assert_eq!(ordered, seen);
                Ok(())
            })
        })
        .unwrap();
}
