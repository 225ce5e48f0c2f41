//! Tests of how much a call reads. All other calls wait meanwhile, so it must not grow with the world.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use chime_types::operation::Operation;
use chime_types::operations::{
    DescribeChannel, ListAppInstanceUsers, ListChannelMemberships, ListChannelMembershipsForAppInstanceUser,
    ListChannelMessages, ListChannels, SearchChannels, SearchChannelsResponse,
};
use chime_types::shapes::{ChannelPrivacy, SearchField, SearchFieldKey, SearchFieldOperator};
use chime_types::wire;
use http::{Request, Response};

use super::initial_world::InitialWorld;
use crate::operations::Settings;
use crate::router::route;
use crate::store::Store;

const APP_INSTANCE: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/large";
const ABANDONED: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/abandoned";

/// A world in which lists leave out much before they find anything.
struct World {
    store: Store,
    instructions: Arc<AtomicUsize>,
}

impl World {
    /// Ada is a member of `size` private channels with others, and of the last
    /// channel, which is public. An elastic channel has `size` members in its first sub-channel, and Ada in its second.
    /// In the last channel, Ada cannot see the last `size` messages. In another app instance, all users but one, `size`
    /// of them, are deleted.
    fn new(size: usize) -> Self {
        let list = |item: &dyn Fn(usize) -> String| (0..size).map(item).collect::<Vec<_>>().join(",");
        let former = list(&|number| format!(r#"{{"AppInstanceUserId":"former-{number}","Name":"Former"}}"#));
        let users = list(&|number| format!(r#"{{"AppInstanceUserId":"user-{number}","Name":"User"}}"#));
        let members = list(&|number| format!(r#"{{"Member":"user-{number}","SubChannelId":"first"}}"#));
        let messages = list(&|_| r#"{"Sender":"bob","Content":"For Eve","Target":"eve"}"#.to_owned());
        let private = list(&|number| {
            format!(
                r#"{{"ChannelId":"private-{number}","Name":"Private","Privacy":"PRIVATE","CreatedBy":"bob",
                    "Memberships":[{{"Member":"ada"}},{{"Member":"eve"}}]}}"#
            )
        });
        let seed = format!(
            r#"{{"AppInstances":[{{"AppInstanceArn":"{APP_INSTANCE}","Name":"Large","Admins":["ada"],
                "Users":[{{"AppInstanceUserId":"ada","Name":"Ada"}},{{"AppInstanceUserId":"bob","Name":"Bob"}},
                    {{"AppInstanceUserId":"eve","Name":"Eve"}},{users}],
                "Channels":[{private},
                    {{"ChannelId":"elastic","Name":"Elastic","Mode":"RESTRICTED","CreatedBy":"bob","SubChannels":["first","second"],
                        "ElasticChannelConfiguration":{{"MaximumSubChannels":2,"TargetMembershipsPerSubChannel":10000,
                            "MinimumMembershipPercentage":1}},
                        "Memberships":[{members},{{"Member":"ada","SubChannelId":"second"}}]}},
                    {{"ChannelId":"last","Name":"Last","CreatedBy":"bob",
                        "Memberships":[{{"Member":"ada"}},{{"Member":"bob"}},{{"Member":"eve"}}],
                        "Messages":[{{"Sender":"bob","Content":"For everybody"}},{messages}]}}]}},
                {{"AppInstanceArn":"{ABANDONED}","Name":"Abandoned","FormerUsers":[{former}],
                    "Users":[{{"AppInstanceUserId":"fay","Name":"Fay"}}]}}]}}"#
        );
        let mut store = Store::in_memory().unwrap();
        InitialWorld::Seeded(seed.parse().unwrap()).fill(&store, SystemTime::UNIX_EPOCH).unwrap();
        let instructions = store.count_instructions();
        Self { store, instructions }
    }

    /// Answers a call that must succeed.
    fn answer<O: Operation>(&self, operation: &O) -> Response<Bytes> {
        let request: Request<Bytes> = wire::encode_request(operation).unwrap();
        let settings = Settings::default();
        let route = route(&request).unwrap();
        (route.respond)(&self.store, &settings, SystemTime::UNIX_EPOCH, &request).unwrap()
    }

    /// Returns the instructions that a call takes, whose answer contains a text.
    fn instructions<O: Operation>(&self, operation: &O, expected: &str) -> usize {
        let before = self.instructions.load(Ordering::Relaxed);
        let answer = self.answer(operation);
        let text = String::from_utf8_lossy(answer.body());
        assert!(text.contains(expected), "{}: {text}", O::METADATA.name);
        self.instructions.load(Ordering::Relaxed) - before
    }
}

fn user(id: &str) -> String {
    format!("{APP_INSTANCE}/user/{id}")
}

fn channel(id: &str) -> String {
    format!("{APP_INSTANCE}/channel/{id}")
}

/// The channels of which all of some users are members, and perhaps nobody else.
fn search(operator: SearchFieldOperator, users: [&str; 2]) -> SearchChannels {
    let field = SearchField::new(SearchFieldKey::Members, operator, users.map(user));
    SearchChannels::builder().fields([field]).chime_bearer(user("ada")).build().unwrap()
}

#[test]
fn a_call_reads_no_more_in_a_large_world_than_in_a_small_one() {
    let ada = user("ada");
    let channels = || ListChannels::builder().app_instance_arn(APP_INSTANCE).chime_bearer(&ada);
    let public = channels().privacy(ChannelPrivacy::Public).build().unwrap();
    let describe =
        DescribeChannel::builder().channel_arn(channel("last")).chime_bearer(&ada).build().unwrap();
    let messages =
        ListChannelMessages::builder().channel_arn(channel("last")).chime_bearer(&ada).build().unwrap();
    let ordinary =
        ListChannelMemberships::builder().channel_arn(channel("last")).chime_bearer(&ada).build().unwrap();
    let members = ListChannelMemberships::builder().channel_arn(channel("elastic")).sub_channel_id("second");
    let members = members.chime_bearer(&ada).build().unwrap();
    let of_ada = ListChannelMembershipsForAppInstanceUser::builder().chime_bearer(&ada).build().unwrap();
    let users = ListAppInstanceUsers::builder().app_instance_arn(ABANDONED).build().unwrap();
    let found = search(SearchFieldOperator::Includes, ["ada", "bob"]);
    let equal = search(SearchFieldOperator::Equals, ["ada", "bob"]);
    let all = |world: &World| {
        [
            world.instructions(&public, "Last"),
            world.instructions(&channels().build().unwrap(), "Private"),
            world.instructions(&describe, "Last"),
            world.instructions(&messages, "For everybody"),
            world.instructions(&ordinary, "Eve"),
            world.instructions(&members, "Ada"),
            world.instructions(&of_ada, "Private"),
            world.instructions(&users, "Fay"),
            world.instructions(&found, "Channels"),
            world.instructions(&equal, "Channels"),
        ]
    };
    let (small, large) = (all(&World::new(1_500)), all(&World::new(6_000)));
    for (small, large) in small.iter().zip(large) {
        assert!(large <= small + small / 10, "{small:?}, {large:?}");
    }
}

#[test]
fn the_pages_of_a_search_lead_through_all_channels() {
    let world = World::new(2_500);
    let mut request = search(SearchFieldOperator::Includes, ["ada", "bob"]);
    let mut sizes = Vec::new();
    loop {
        let page: SearchChannelsResponse =
            wire::decode_response::<SearchChannels>(&world.answer(&request)).unwrap();
        sizes.push(page.channels.map_or(0, |channels| channels.len()));
        request.next_token = page.next_token;
        if request.next_token.is_none() {
            break;
        }
    }
    assert_eq!(sizes, [0, 0, 1]);
}
