//! Laws of the local service's store: it does what a small model of the service does, whatever happens in whatever
//! order, and its lists are complete and without repeats, whatever happens between two pages.

use std::collections::BTreeSet;

use chime_client::shapes::{
    ChannelMembershipType, ChannelMessagePersistenceType, ChannelMessageType, SortOrder,
};
use chime_client::{ChannelArn, Client};
use chime_local::{LocalService, RunningService, StreamRecord};
use contract_tests::client::client_of;
use contract_tests::operations;
use contract_tests::outcome::outcome;
use proptest::prelude::*;
use serde_json::{Value, json};

const INSTANCE: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/laws";

/// The stream that every event makes a record in.
const STREAM: &str = "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-laws";

/// The users; the first is an administrator.
const USERS: [&str; 4] = ["ada", "ben", "cho", "dan"];

fn user_arn(user: usize) -> String {
    format!("{INSTANCE}/user/{}", USERS[user])
}

async fn start() -> (RunningService, Client) {
    let users = USERS.map(|id| format!(r#"{{"AppInstanceUserId":"{id}","Name":"{id}"}}"#)).join(",");
    let streams = ["Channel", "ChannelMessage"]
        .map(|r#type| format!(r#"{{"DataType":"{type}","ResourceArn":"{STREAM}"}}"#))
        .join(",");
    let seed = format!(
        r#"{{"AppInstances":[{{"AppInstanceArn":"{INSTANCE}","Name":"Laws","Users":[{users}],"Admins":["ada"],
            "StreamingConfigurations":[{streams}]}}]}}"#
    );
    let local = LocalService::seeded(seed.parse().unwrap()).start().await.unwrap();
    let client = client_of(&local).build().unwrap();
    (local, client)
}

/// What somebody does.
#[derive(Clone, Debug)]
struct Deed {
    what: What,
    by: usize,
    channel: usize,
    whom: usize,
    /// What it is depends on the deed.
    flag: bool,
}

#[derive(Clone, Copy, Debug)]
enum What {
    Create,
    Delete,
    Add,
    Remove,
    Promote,
    Demote,
    Ban,
    Unban,
    Bans,
    Send,
    /// Sends a message that only its sender and one member can see.
    Whisper,
    /// Edits the oldest message that the caller can see.
    Edit,
    /// Deletes the oldest message that the caller can see.
    Erase,
    Mark,
    Ask,
    Members,
    Messages,
    Channels,
    Memberships,
    /// Deletes a user and creates them again, unless they are the administrator.
    Renew,
}

fn deed() -> impl Strategy<Value = Deed> {
    use What::*;
    let what = prop_oneof![
        2 => Just(Create), 1 => Just(Delete), 6 => Just(Add), 2 => Just(Remove), 2 => Just(Promote), 1 => Just(Demote),
        2 => Just(Ban), 1 => Just(Unban), 1 => Just(Bans), 4 => Just(Whisper), 2 => Just(Edit), 2 => Just(Erase),
        6 => Just(Send), 3 => Just(Mark), 6 => Just(Ask), 2 => Just(Members), 2 => Just(Messages), 1 => Just(Channels),
        2 => Just(Memberships), 1 => Just(Renew),
    ];
    (what, 0..USERS.len(), 0..4_usize, 0..USERS.len(), any::<bool>())
        .prop_map(|(what, by, channel, whom, flag)| Deed { what, by, channel, whom, flag })
}

/// A channel as the model has it.
#[derive(Debug)]
struct Channel {
    arn: ChannelArn,
    private: bool,
    restricted: bool,
    /// User, whether hidden, and the time of the read marker, in the order in which they came.
    members: Vec<(usize, bool, Option<u32>)>,
    moderators: BTreeSet<usize>,
    /// In the order in which they came.
    bans: Vec<usize>,
    messages: Vec<Message>,
}

/// A message as the model has it.
#[derive(Debug)]
struct Message {
    id: String,
    time: u32,
    sender: usize,
    target: Option<usize>,
}

impl Message {
    fn is_visible_to(&self, user: usize) -> bool {
        self.target.is_none_or(|target| target == user || self.sender == user)
    }
}

impl Channel {
    fn member(&self, user: usize) -> Option<&(usize, bool, Option<u32>)> {
        self.members.iter().find(|(member, ..)| *member == user)
    }

    fn decides(&self, user: usize) -> bool {
        user == 0 || self.moderators.contains(&user)
    }

    fn reads(&self, user: usize) -> bool {
        self.invites(user) || self.decides(user) || self.member(user).is_some()
    }

    fn invites(&self, user: usize) -> bool {
        !self.private && !self.bans.contains(&user)
    }

    /// A hidden member without another role.
    fn hides(&self, user: usize) -> bool {
        !self.decides(user) && self.member(user).is_some_and(|(_, hidden, _)| *hidden)
    }

    /// A user's membership as a caller reads it: hidden or not, with a marker or not, with unread messages or not.
    fn membership(&self, user: usize, caller: usize) -> Option<String> {
        let (_, hidden, marker) = self.member(user)?;
        let last = self.messages.iter().rfind(|message| message.is_visible_to(caller));
        let last = last.map(|message| message.time);
        Some(shown(if *hidden { "HIDDEN" } else { "DEFAULT" }, last, *marker))
    }
}

fn shown<T: Copy + PartialOrd>(r#type: &str, last: Option<T>, marker: Option<T>) -> String {
    let unread = last.is_some() && last > marker;
    format!("{type} marker:{} message:{} unread:{unread}", marker.is_some(), last.is_some())
}

/// The world as it should be: each slot has a channel or none.
#[derive(Debug, Default)]
struct Model {
    channels: [Option<Channel>; 4],
    /// The order in which the channels came, by slot.
    order: Vec<usize>,
    /// The order in which memberships came: user and slot.
    joined: Vec<(usize, usize)>,
    time: u32,
    /// The records that a deed makes in the stream: the type of the event, and the channel.
    records: Vec<String>,
}

type Outcome = Result<Vec<String>, &'static str>;

const FORBIDDEN: Outcome = Err("ForbiddenException");
const NOT_FOUND: Outcome = Err("NotFoundException");
const CONFLICT: Outcome = Err("ConflictException");

impl Model {
    /// What should come of a deed. An id that the service has made up is the deed's to tell: `made`.
    #[allow(clippy::too_many_lines, reason = "one rule after the other")]
    fn expect(&mut self, deed: &Deed, made: Option<&str>) -> Outcome {
        let Deed { what, by, channel: slot, whom, flag } = *deed;
        self.time += 1;
        let time = self.time;
        let records = &mut self.records;
        records.clear();
        let mut record = |event: &str, channel: &Channel| records.push(format!("{event} {}", channel.arn));
        if matches!(what, What::Create) {
            // In a slot that is taken, nothing is done.
            let (private, restricted) = (flag, whom % 2 == 0);
            let arn: ChannelArn = made.unwrap().parse().unwrap();
            let answer = vec![arn.to_string()];
            let (members, moderators) = (vec![(by, false, None)], BTreeSet::from([by]));
            let channel =
                Channel { arn, private, restricted, members, moderators, bans: vec![], messages: vec![] };
            for event in ["CREATE_CHANNEL", "CREATE_CHANNEL_MEMBERSHIP", "CREATE_CHANNEL_MODERATOR"] {
                record(event, &channel);
            }
            self.channels[slot] = Some(channel);
            self.order.push(slot);
            self.joined.push((by, slot));
            return Ok(answer);
        }
        if matches!(what, What::Channels) {
            let seen = self.order.iter().filter_map(|slot| self.channels[*slot].as_ref());
            let seen =
                seen.filter(
                    |channel| if flag { by == 0 && channel.private } else { by == 0 || !channel.private },
                );
            return if flag && by != 0 {
                FORBIDDEN
            } else {
                Ok(seen.map(|channel| channel.arn.to_string()).collect())
            };
        }
        if matches!(what, What::Memberships) {
            if by != whom && by != 0 {
                return FORBIDDEN;
            }
            let of = self.joined.iter().filter(|(user, _)| *user == whom);
            let seen = of.map(|(_, slot)| self.channels[*slot].as_ref().unwrap());
            return Ok(seen
                .map(|channel| format!("{} {}", channel.arn, channel.membership(whom, by).unwrap()))
                .collect());
        }
        if matches!(what, What::Renew) {
            if whom != 0 {
                for channel in self.channels.iter_mut().flatten() {
                    if channel.member(whom).is_some() {
                        record("DELETE_CHANNEL_MEMBERSHIP", channel);
                    }
                    if channel.moderators.contains(&whom) {
                        record("DELETE_CHANNEL_MODERATOR", channel);
                    }
                    if channel.bans.contains(&whom) {
                        record("DELETE_CHANNEL_BAN", channel);
                    }
                    channel.members.retain(|(member, ..)| *member != whom);
                    channel.moderators.remove(&whom);
                    channel.bans.retain(|banned| *banned != whom);
                }
                self.joined.retain(|(user, _)| *user != whom);
            }
            return Ok(vec![]);
        }
        let Some(channel) = &mut self.channels[slot] else {
            return if matches!(what, What::Add) { NOT_FOUND } else { FORBIDDEN };
        };
        let own = by == whom;
        match what {
            What::Create | What::Channels | What::Memberships | What::Renew => unreachable!("done above"),
            What::Delete if channel.decides(by) => {
                record("DELETE_CHANNEL", channel);
                self.channels[slot] = None;
                self.order.retain(|other| *other != slot);
                self.joined.retain(|(_, other)| *other != slot);
                Ok(vec![])
            }
            What::Add => {
                let invites = channel.member(by).is_some() && !channel.hides(by) && !channel.restricted;
                let joins = own && channel.invites(by);
                if !channel.decides(by) && !invites && !joins || channel.bans.contains(&whom) {
                    return FORBIDDEN;
                }
                if channel.member(whom).is_some() {
                    return CONFLICT;
                }
                channel.members.push((whom, flag, None));
                record("CREATE_CHANNEL_MEMBERSHIP", channel);
                self.joined.push((whom, slot));
                Ok(vec![user_arn(whom)])
            }
            What::Remove if channel.decides(by) || (own && channel.member(by).is_some()) => {
                if channel.member(whom).is_some() {
                    record("DELETE_CHANNEL_MEMBERSHIP", channel);
                }
                channel.members.retain(|(member, ..)| *member != whom);
                self.joined.retain(|joined| *joined != (whom, slot));
                Ok(vec![])
            }
            What::Ban if channel.decides(by) && !channel.decides(whom) => {
                if channel.bans.contains(&whom) {
                    return CONFLICT;
                }
                channel.bans.push(whom);
                record("CREATE_CHANNEL_BAN", channel);
                if channel.member(whom).is_some() {
                    record("DELETE_CHANNEL_MEMBERSHIP", channel);
                }
                channel.members.retain(|(member, ..)| *member != whom);
                self.joined.retain(|joined| *joined != (whom, slot));
                Ok(vec![user_arn(whom)])
            }
            What::Unban if channel.decides(by) => {
                if channel.bans.contains(&whom) {
                    record("DELETE_CHANNEL_BAN", channel);
                }
                channel.bans.retain(|banned| *banned != whom);
                Ok(vec![])
            }
            What::Bans if channel.decides(by) => {
                Ok(channel.bans.iter().map(|banned| user_arn(*banned)).collect())
            }
            What::Promote if channel.decides(by) && channel.bans.contains(&whom) => FORBIDDEN,
            What::Promote if channel.decides(by) => {
                if channel.moderators.insert(whom) {
                    record("CREATE_CHANNEL_MODERATOR", channel);
                    Ok(vec![user_arn(whom)])
                } else {
                    CONFLICT
                }
            }
            What::Demote if channel.decides(by) => {
                if channel.moderators.remove(&whom) {
                    record("DELETE_CHANNEL_MODERATOR", channel);
                }
                Ok(vec![])
            }
            What::Send if channel.member(by).is_some() && !channel.hides(by) => {
                record("CREATE_CHANNEL_MESSAGE", channel);
                if flag {
                    let id = made.unwrap().to_owned();
                    channel.messages.push(Message { id, time, sender: by, target: None });
                }
                Ok(vec![made.unwrap().to_owned()])
            }
            What::Whisper if channel.member(by).is_some() && !channel.hides(by) => {
                if channel.member(whom).is_none() {
                    return Err("BadRequestException");
                }
                record("CREATE_CHANNEL_MESSAGE", channel);
                let id = made.unwrap().to_owned();
                channel.messages.push(Message { id: id.clone(), time, sender: by, target: Some(whom) });
                Ok(vec![id])
            }
            What::Edit | What::Erase => {
                let is_member = channel.decides(by) || channel.member(by).is_some();
                let oldest = channel.messages.iter().position(|message| message.is_visible_to(by));
                let Some(oldest) = oldest else { return FORBIDDEN };
                let is_own = channel.messages[oldest].sender == by;
                match what {
                    What::Edit if is_own && is_member => {
                        record("UPDATE_CHANNEL_MESSAGE", channel);
                        Ok(vec![channel.messages[oldest].id.clone()])
                    }
                    What::Erase if by == 0 => {
                        record("DELETE_CHANNEL_MESSAGE", channel);
                        channel.messages.remove(oldest);
                        Ok(vec![])
                    }
                    _ => FORBIDDEN,
                }
            }
            What::Mark => match channel.members.iter_mut().find(|(member, ..)| *member == by) {
                Some((.., marker)) => {
                    *marker = Some(time);
                    Ok(vec![])
                }
                None => FORBIDDEN,
            },
            What::Ask if own || by == 0 => {
                channel.membership(whom, by).map_or(FORBIDDEN, |shown| Ok(vec![shown]))
            }
            What::Members if channel.reads(by) && !channel.hides(by) && (!flag || channel.decides(by)) => {
                let listed = channel.members.iter().filter(|(_, hidden, _)| *hidden == flag);
                Ok(listed.map(|(member, ..)| user_arn(*member)).collect())
            }
            What::Messages if channel.reads(by) => {
                let seen = channel.messages.iter().filter(|message| message.is_visible_to(by));
                let mut ids: Vec<_> = seen.map(|message| message.id.clone()).collect();
                if !flag {
                    ids.reverse();
                }
                Ok(ids)
            }
            _ => FORBIDDEN,
        }
    }
}

/// The call that a deed is: the operation and its members but the bearer.
fn call_of(deed: &Deed, channel: &str, message: &str) -> (&'static str, Value) {
    let Deed { what, whom, flag, .. } = *deed;
    let user = user_arn(whom);
    let r#type = if flag { "HIDDEN" } else { "DEFAULT" };
    match what {
        What::Create => {
            let privacy = if flag { "PRIVATE" } else { "PUBLIC" };
            let mode = if whom % 2 == 0 { "RESTRICTED" } else { "UNRESTRICTED" };
            let members =
                json!({ "AppInstanceArn": INSTANCE, "Name": "Channel", "Privacy": privacy, "Mode": mode });
            ("CreateChannel", members)
        }
        What::Delete => ("DeleteChannel", json!({ "ChannelArn": channel })),
        What::Add => {
            ("CreateChannelMembership", json!({ "ChannelArn": channel, "MemberArn": user, "Type": r#type }))
        }
        What::Remove => ("DeleteChannelMembership", json!({ "ChannelArn": channel, "MemberArn": user })),
        What::Promote => {
            ("CreateChannelModerator", json!({ "ChannelArn": channel, "ChannelModeratorArn": user }))
        }
        What::Demote => {
            ("DeleteChannelModerator", json!({ "ChannelArn": channel, "ChannelModeratorArn": user }))
        }
        What::Ban => ("CreateChannelBan", json!({ "ChannelArn": channel, "MemberArn": user })),
        What::Unban => ("DeleteChannelBan", json!({ "ChannelArn": channel, "MemberArn": user })),
        What::Bans => ("ListChannelBans", json!({ "ChannelArn": channel })),
        What::Whisper => {
            let members = json!({
                "ChannelArn": channel, "Content": "Psst", "Type": "STANDARD", "Persistence": "PERSISTENT",
                "Target": [{ "MemberArn": user }],
            });
            ("SendChannelMessage", members)
        }
        What::Edit => (
            "UpdateChannelMessage",
            json!({ "ChannelArn": channel, "MessageId": message, "Content": "Hello again" }),
        ),
        What::Erase => ("DeleteChannelMessage", json!({ "ChannelArn": channel, "MessageId": message })),
        What::Send => {
            let persistence = if flag { "PERSISTENT" } else { "NON_PERSISTENT" };
            let members = json!({
                "ChannelArn": channel, "Content": "Hello", "Type": "STANDARD", "Persistence": persistence,
            });
            ("SendChannelMessage", members)
        }
        What::Mark => ("UpdateChannelReadMarker", json!({ "ChannelArn": channel })),
        What::Ask => (
            "DescribeChannelMembershipForAppInstanceUser",
            json!({ "ChannelArn": channel, "AppInstanceUserArn": user }),
        ),
        What::Members => ("ListChannelMemberships", json!({ "ChannelArn": channel, "Type": r#type })),
        What::Messages => {
            let order = if flag { "ASCENDING" } else { "DESCENDING" };
            ("ListChannelMessages", json!({ "ChannelArn": channel, "SortOrder": order }))
        }
        What::Channels if flag => {
            ("ListChannels", json!({ "AppInstanceArn": INSTANCE, "Privacy": "PRIVATE" }))
        }
        What::Channels => ("ListChannels", json!({ "AppInstanceArn": INSTANCE })),
        What::Memberships => {
            ("ListChannelMembershipsForAppInstanceUser", json!({ "AppInstanceUserArn": user }))
        }
        What::Renew => ("DeleteAppInstanceUser", json!({ "AppInstanceUserArn": user })),
    }
}

/// What of an answer the model knows.
fn read(what: What, answer: &Value) -> Vec<String> {
    let text = |value: &Value| vec![value.as_str().unwrap().to_owned()];
    let all = |list: &str, read: &dyn Fn(&Value) -> String| {
        answer[list].as_array().unwrap().iter().map(read).collect()
    };
    let text_of = |value: &Value| value.as_str().unwrap().to_owned();
    match what {
        What::Create => text(&answer["ChannelArn"]),
        What::Add | What::Ban => text(&answer["Member"]["Arn"]),
        What::Promote => text(&answer["ChannelModerator"]["Arn"]),
        What::Send | What::Whisper | What::Edit => text(&answer["MessageId"]),
        What::Bans => all("ChannelBans", &|of| text_of(&of["Member"]["Arn"])),
        What::Ask => vec![membership(&answer["ChannelMembership"]).1],
        What::Members => all("ChannelMemberships", &|of| text_of(&of["Member"]["Arn"])),
        What::Messages => all("ChannelMessages", &|of| text_of(&of["MessageId"])),
        What::Channels => all("Channels", &|of| text_of(&of["ChannelArn"])),
        What::Memberships => all("ChannelMemberships", &|of| {
            let (channel, shown) = membership(of);
            format!("{channel} {shown}")
        }),
        What::Delete | What::Remove | What::Unban | What::Erase | What::Demote | What::Mark | What::Renew => {
            vec![]
        }
    }
}

/// Does a deed; what the model knows of the answer, or the exception.
async fn carry_out(
    client: &Client,
    deed: &Deed,
    channel: &str,
    message: &str,
) -> Result<Vec<String>, String> {
    let (operation, mut members) = call_of(deed, channel, message);
    if matches!(deed.what, What::Renew) {
        if deed.whom != 0 {
            let id = USERS[deed.whom];
            let create = json!({ "AppInstanceArn": INSTANCE, "AppInstanceUserId": id, "Name": id });
            for (operation, members) in [(operation, members), ("CreateAppInstanceUser", create)] {
                operations::call(client, operation, members.as_object().unwrap()).await.unwrap().unwrap();
            }
        }
        return Ok(vec![]);
    }
    members["ChimeBearer"] = user_arn(deed.by).into();
    let answer = operations::call(client, operation, members.as_object().unwrap()).await.unwrap();
    outcome(answer).map(|answer| read(deed.what, &answer))
}

/// The type of a record's event, and its channel.
fn name_of(record: &StreamRecord) -> String {
    format!("{} {}", record.event.event_type(), record.partition_key)
}

/// The channel of a membership, and how it reads.
fn membership(of: &Value) -> (String, String) {
    let (channel, user) = (&of["ChannelSummary"], &of["AppInstanceUserMembershipSummary"]);
    let (last, marker) = (channel["LastMessageTimestamp"].as_f64(), user["ReadMarkerTimestamp"].as_f64());
    let shown = shown(user["Type"].as_str().unwrap(), last, marker);
    (channel["ChannelArn"].as_str().unwrap().to_owned(), shown)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn the_service_answers_and_records_like_the_model_after_any_sequence_of_calls(deeds in prop::collection::vec(deed(), 1..80)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (local, client) = start().await;
            let mut model = Model::default();
            let mut recorded = 0;
            for deed in deeds {
                let taken = model.channels[deed.channel].as_ref();
                if matches!(deed.what, What::Create) && taken.is_some() {
                    continue;
                }
                let nowhere = format!("{INSTANCE}/channel/nowhere");
                let channel = taken.map_or(nowhere, |channel| channel.arn.to_string());
                let mut seen = taken.into_iter().flat_map(|channel| &channel.messages);
                let message = seen.find(|message| message.is_visible_to(deed.by));
                let message = message.map_or("nothing", |message| &message.id).to_owned();
                let answer = carry_out(&client, &deed, &channel, &message).await;
                let made = answer.as_ref().ok().and_then(|answer| answer.first()).map(String::as_str);
                let expected = model.expect(&deed, made).map_err(str::to_owned);
                prop_assert_eq!(answer, expected, "{:?}", deed);
                let records = local.stream_records().unwrap();
                let mut new: Vec<_> = records[recorded..].iter().map(name_of).collect();
                recorded = records.len();
                // Several channels of one user are in no order.
                new.sort();
                model.records.sort();
                prop_assert_eq!(new, model.records.clone(), "{:?}", deed);
            }
            Ok(())
        })?;
    }
}

/// The lists of the service.
#[derive(Clone, Copy, Debug)]
enum List {
    Users,
    Channels,
    Members,
    Memberships,
    OldestMessages,
    NewestMessages,
}

/// One list of a service of its own, whose items can be added and, mostly, taken away.
struct Listed {
    _local: RunningService,
    client: Client,
    list: List,
    channel: String,
    users: usize,
}

impl Listed {
    async fn new(list: List) -> Self {
        let (local, client) = start().await;
        let mut listed = Self { _local: local, client, list, channel: String::new(), users: 0 };
        if !matches!(list, List::Channels | List::Memberships) {
            listed.channel = listed.add_channel().await;
        }
        listed
    }

    async fn add_channel(&self) -> String {
        let create =
            self.client.create_channel().app_instance_arn(INSTANCE).name("Channel").chime_bearer(user_arn(0));
        create.send().await.unwrap().channel_arn.unwrap().to_string()
    }

    async fn add_user(&mut self) -> String {
        self.users += 1;
        let create = self.client.create_app_instance_user().app_instance_arn(INSTANCE);
        let create = create.app_instance_user_id(format!("user-{}", self.users)).name("User");
        create.send().await.unwrap().app_instance_user_arn.unwrap().to_string()
    }

    /// Adds an item and returns its name.
    async fn add(&mut self) -> String {
        match self.list {
            List::Users => self.add_user().await,
            List::Channels | List::Memberships => self.add_channel().await,
            List::Members => {
                let user = self.add_user().await;
                let add =
                    self.client.create_channel_membership().channel_arn(&self.channel).member_arn(&user);
                add.r#type(ChannelMembershipType::Default).chime_bearer(user_arn(0)).send().await.unwrap();
                user
            }
            List::OldestMessages | List::NewestMessages => {
                let send = self.client.send_channel_message().channel_arn(&self.channel).content("Hello");
                let send = send.r#type(ChannelMessageType::Standard).chime_bearer(user_arn(0));
                let send = send.persistence(ChannelMessagePersistenceType::Persistent);
                send.send().await.unwrap().message_id.unwrap()
            }
        }
    }

    /// Takes an item away; false where the service has no way to.
    async fn take_away(&self, item: &str) -> bool {
        match self.list {
            List::Users | List::OldestMessages | List::NewestMessages => return false,
            List::Channels => {
                self.client
                    .delete_channel()
                    .channel_arn(item)
                    .chime_bearer(user_arn(0))
                    .send()
                    .await
                    .unwrap();
            }
            List::Members => {
                let leave =
                    self.client.delete_channel_membership().channel_arn(&self.channel).member_arn(item);
                leave.chime_bearer(user_arn(0)).send().await.unwrap();
            }
            List::Memberships => {
                let leave = self.client.delete_channel_membership().channel_arn(item).member_arn(user_arn(0));
                leave.chime_bearer(user_arn(0)).send().await.unwrap();
            }
        }
        true
    }

    /// A page of the list, and the token of the next.
    async fn page(&self, size: i32, token: Option<String>) -> (Vec<String>, Option<String>) {
        macro_rules! page {
            ($request:expr, $items:ident, $item:ident => $name:expr) => {{
                let request = $request.max_results(size);
                let answer = match token {
                    Some(token) => request.next_token(token).send().await,
                    None => request.send().await,
                }
                .unwrap();
                let items = answer.$items.unwrap().into_iter().map(|$item| $name.to_string()).collect();
                (items, answer.next_token.map(|token| token.into_string()))
            }};
        }
        let (client, bearer) = (&self.client, user_arn(0));
        match self.list {
            List::Users => {
                page!(client.list_app_instance_users().app_instance_arn(INSTANCE), app_instance_users,
                user => user.app_instance_user_arn.unwrap())
            }
            List::Channels => {
                page!(client.list_channels().app_instance_arn(INSTANCE).chime_bearer(bearer), channels,
                channel => channel.channel_arn.unwrap())
            }
            List::Members => page!(
                client.list_channel_memberships().channel_arn(&self.channel).chime_bearer(bearer),
                channel_memberships, member => member.member.unwrap().arn.unwrap()),
            List::Memberships => page!(
                client.list_channel_memberships_for_app_instance_user().chime_bearer(bearer),
                channel_memberships, member => member.channel_summary.unwrap().channel_arn.unwrap()),
            List::OldestMessages | List::NewestMessages => {
                let oldest = matches!(self.list, List::OldestMessages);
                let order = if oldest { SortOrder::Ascending } else { SortOrder::Descending };
                page!(
                    client.list_channel_messages().channel_arn(&self.channel).chime_bearer(bearer).sort_order(order),
                    channel_messages, message => message.message_id.unwrap())
            }
        }
    }
}

fn list() -> impl Strategy<Value = List> {
    use List::*;
    prop_oneof![
        Just(Users),
        Just(Channels),
        Just(Members),
        Just(Memberships),
        Just(OldestMessages),
        Just(NewestMessages)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_list_is_complete_and_without_repeats_whatever_happens_between_its_pages(
        list in list(),
        items in 0..25_usize,
        size in 1..8,
        // Before each page: how many are added, and which one is taken away.
        changes in prop::collection::vec((0..3_usize, any::<prop::sample::Index>()), 0..12),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut listed = Listed::new(list).await;
            // The creator of a channel is its first member, and the users exist from the start.
            let (mut there, _) = listed.page(50, None).await;
            for _ in 0..items {
                there.push(listed.add().await);
            }
            let (mut throughout, mut seen) = (there.clone(), Vec::new());
            let mut changes = changes.into_iter();
            let mut token = None;
            loop {
                let (page, next) = listed.page(size, token).await;
                prop_assert!(page.len() <= usize::try_from(size).unwrap());
                prop_assert!(next.is_none() || !page.is_empty());
                seen.extend(page);
                if next.is_none() {
                    break;
                }
                token = next;
                let Some((added, index)) = changes.next() else { continue };
                for _ in 0..added {
                    there.push(listed.add().await);
                }
                let gone = index.get(&there).clone();
                if listed.take_away(&gone).await {
                    there.retain(|item| *item != gone);
                    throughout.retain(|item| *item != gone);
                }
                if there.is_empty() {
                    there.push(listed.add().await);
                }
            }
            let distinct: BTreeSet<_> = seen.iter().collect();
            prop_assert_eq!(distinct.len(), seen.len(), "a duplicate item: {:?}", seen);
            for item in &throughout {
                prop_assert!(distinct.contains(item), "{} is missing in {:?}", item, seen);
            }
            Ok(())
        })?;
    }
}
