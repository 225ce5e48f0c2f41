//! How calls slow down as the world grows: one call at a time, of a member of every channel.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use chime_client::operation::Operation;
use chime_client::operations::{
    DescribeChannel, DescribeChannelMembershipForAppInstanceUser, ListChannelMembershipsForAppInstanceUser,
    ListChannelMessages, ListChannels, SendChannelMessage,
};
use chime_client::shapes::{ChannelMessagePersistenceType, ChannelMessageType};
use chime_local::Demo;

use crate::Service;

/// The numbers of messages and channels of the worlds.
const WORLDS: [(usize, usize); 3] = [(10_000, 200), (100_000, 2_000), (1_000_000, 20_000)];

/// The number of times that each call is made.
const CALLS: usize = 301;

/// Prints a table with a row for each world.
pub fn print(chime: &Path, directory: &Path) {
    println!();
    println!(
        "| messages | channels | describe a membership | describe a channel | newest messages | memberships | \
         channels | send |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let mut first: Option<[Duration; 6]> = None;
    for (messages, channels) in WORLDS {
        let seed = directory.join("growth.json");
        fs::write(&seed, world(messages, channels)).unwrap();
        let service = Service::start(chime, &["--seed", seed.to_str().unwrap()]);
        let times = times(&service);
        let first = *first.get_or_insert(times);
        let cells = times.iter().zip(first).map(|(time, first)| {
            let growth = time.as_secs_f64() / first.as_secs_f64();
            format!("{:.0} µs ({growth:.1} ×)", time.as_secs_f64() * 1e6)
        });
        println!("| {messages} | {channels} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
}

/// The median time of each call.
fn times(service: &Service) -> [Duration; 6] {
    let demo = Demo::new();
    let (channel, user) = (demo.channel_arn(), demo.app_instance_user_arn());
    let membership = DescribeChannelMembershipForAppInstanceUser::builder()
        .channel_arn(&channel)
        .app_instance_user_arn(&user)
        .chime_bearer(&user);
    let describe = DescribeChannel::builder().channel_arn(&channel).chime_bearer(&user);
    let messages = ListChannelMessages::builder().channel_arn(&channel).chime_bearer(&user);
    let memberships = ListChannelMembershipsForAppInstanceUser::builder().chime_bearer(&user);
    let channels = ListChannels::builder().app_instance_arn(demo.app_instance_arn()).chime_bearer(&user);
    let send = |number: usize| {
        SendChannelMessage::builder()
            .channel_arn(&channel)
            .content("Hello")
            .r#type(ChannelMessageType::Standard)
            .persistence(ChannelMessagePersistenceType::Persistent)
            .client_request_token(format!("token-{number}"))
            .chime_bearer(&user)
            .build()
            .unwrap()
    };
    [
        median(service, &membership.build().unwrap()),
        median(service, &describe.build().unwrap()),
        median(service, &messages.build().unwrap()),
        median(service, &memberships.build().unwrap()),
        median(service, &channels.build().unwrap()),
        middle((0..CALLS).map(|number| service.time(&service.bytes_of(&send(number)))).collect()),
    ]
}

fn median<O: Operation>(service: &Service, operation: &O) -> Duration {
    let request = service.bytes_of(operation);
    middle((0..CALLS).map(|_| service.time(&request)).collect())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// A world in which half of the messages are in one channel, for another member than the caller, and the others are
/// divided among the channels.
fn world(messages: usize, channels: usize) -> String {
    let ids: Vec<String> = (0..channels)
        .map(|number| if number == 0 { "general".to_owned() } else { format!("channel-{number}") })
        .collect();
    let mut json = String::new();
    for (number, id) in ids.iter().enumerate() {
        let (aside, plain) = (if number == 0 { messages / 2 } else { 0 }, messages / 2 / channels);
        let plain = (0..plain).map(|_| r#"{"Sender":"bob","Content":"Hello"}"#.to_owned());
        let aside =
            (0..aside).map(|_| r#"{"Sender":"bob","Content":"For Carol alone","Target":"carol"}"#.to_owned());
        let messages: Vec<String> = plain.chain(aside).collect();
        write!(
            json,
            r#"{}{{"ChannelId":"{id}","Name":"{id}","CreatedBy":"bob","Messages":[{}],
                "Memberships":[{{"Member":"alice"}},{{"Member":"bob"}},{{"Member":"carol"}}]}}"#,
            if number == 0 { "" } else { "," },
            messages.join(",")
        )
        .unwrap();
    }
    let users =
        ["alice", "bob", "carol"].map(|id| format!(r#"{{"AppInstanceUserId":"{id}","Name":"{id}"}}"#));
    let arn = Demo::new().app_instance_arn();
    format!(
        r#"{{"AppInstances":[{{"AppInstanceArn":"{arn}","Name":"Growth","Users":[{}],"Channels":[{json}]}}]}}"#,
        users.join(",")
    )
}
