//! A world in a file, which one service has to itself; no other file is touched.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chime_client::operations::{CreateChannel, SendChannelMessage};
use chime_client::shapes::{
    ChannelMembershipType, ChannelMessagePersistenceType as Persistence, ChannelMessageType,
};
use chime_client::{AppInstanceUserArn, ChannelArn, Client, RetryPolicy};
use chime_local::{Demo, LocalService, Seed};
use contract_tests::client::client_of;
use contract_tests::connection;
use contract_tests::outcome::outcome;
use contract_tests::world::stopped;
use rusqlite::Connection;
use serde_json::Value;

/// A directory of a test's own, which ends with it.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        // Left over by a test that was interrupted.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

async fn refusal(file: &Path) -> String {
    LocalService::demo().data(file).start().await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_file_is_one_services_at_a_time() {
    let directory = Directory::new("in-use");
    let file = directory.file("world.db");
    let in_use = |file: &Path| {
        format!("{}: another process uses it; end that one, or give another file", file.display())
    };
    let first = LocalService::demo().data(&file).start().await.unwrap();
    assert_eq!(refusal(&file).await, in_use(&file));
    // By whatever name.
    let dotted = directory.file("./world.db");
    assert_eq!(refusal(&dotted).await, in_use(&dotted));
    #[cfg(unix)]
    {
        let link = directory.file("link.db");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert_eq!(refusal(&link).await, in_use(&link));
    }
    first.stop().await;
    let running = LocalService::demo().data(&file).start().await.unwrap();
    assert!(!running.is_new());
    assert_eq!(refusal(&file).await, in_use(&file));
    running.stop().await;
    let again = LocalService::demo().data(&file).start().await.unwrap();
    // While it runs, other programs can look at it.
    let count = "SELECT count(*) FROM channels";
    let channels: i64 = Connection::open(&file).unwrap().query_row(count, [], |row| row.get(0)).unwrap();
    assert_eq!(channels, 2);
    again.stop().await;
}

#[tokio::test]
async fn a_file_that_is_not_a_world_is_refused_and_left_alone() {
    let directory = Directory::new("foreign");
    let sqlite = |name: &str, statements: &str| {
        Connection::open(directory.file(name)).unwrap().execute_batch(statements).unwrap();
    };
    sqlite("other.db", "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine');");
    sqlite("empty-but-named.db", "PRAGMA application_id = 7; PRAGMA user_version = 1;");
    sqlite(
        "newer.db",
        "PRAGMA application_id = 0x4368696d; PRAGMA user_version = 1000; CREATE TABLE t (c TEXT);",
    );
    std::fs::write(directory.file("notes.txt"), "Buy milk").unwrap();
    std::fs::write(directory.file("long.txt"), "Buy milk\n".repeat(1000)).unwrap();
    std::fs::create_dir(directory.file("directory")).unwrap();
    for (name, reason) in [
        ("other.db", "it is a database of another program; give another file"),
        ("empty-but-named.db", "it is a database of another program; give another file"),
        (
            "newer.db",
            "a newer version of this program wrote it (its schema has version 1000, and this program knows versions \
             up to ",
        ),
        ("notes.txt", "not a SQLite database; give another file"),
        ("long.txt", "not a SQLite database; give another file"),
        ("directory", "it is not a regular file; give another file"),
        ("nowhere/world.db", ""),
        ("notes.txt/world.db", ""),
    ] {
        let file = directory.file(name);
        let before = std::fs::read(&file).ok();
        let refusal = refusal(&file).await;
        assert!(refusal.starts_with(&format!("{}: {reason}", file.display())), "{refusal}");
        assert_eq!(std::fs::read(&file).ok(), before, "{name}");
    }
    let mut left: Vec<_> = std::fs::read_dir(&directory.0)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    left.sort();
    assert_eq!(left, ["directory", "empty-but-named.db", "long.txt", "newer.db", "notes.txt", "other.db"]);
}

#[tokio::test]
async fn an_existing_world_is_kept_and_its_time_continues() {
    let directory = Directory::new("kept");
    let file = directory.file("world.db");
    let first = LocalService::demo().data(&file).start().await.unwrap();
    assert!(first.is_new());
    let world = first.export().unwrap().to_string();
    first.stop().await;
    // A seed fills only an empty file, and a clock that is behind creates nothing earlier than the existing times.
    let stopped = chime_client::Clock::new(|| std::time::SystemTime::UNIX_EPOCH);
    let local = LocalService::empty().data(&file).clock(stopped.clone()).start().await.unwrap();
    assert!(!local.is_new());
    assert_eq!(local.export().unwrap().to_string(), world);
    let client = client_of(&local);
    let client = client.clock(stopped).build().unwrap();
    let demo = Demo::new();
    let (channel, alice) = (&demo.channel_arn(), &demo.app_instance_user_arn());
    client.update_channel_read_marker().channel_arn(channel).chime_bearer(alice).send().await.unwrap();
    let asked = client.describe_channel_membership_for_app_instance_user().channel_arn(channel);
    let asked = asked.app_instance_user_arn(alice).chime_bearer(alice).send().await.unwrap();
    let asked = asked.channel_membership.unwrap();
    let read = asked.app_instance_user_membership_summary.unwrap().read_marker_timestamp;
    assert!(read > asked.channel_summary.unwrap().last_message_timestamp, "{read:?}");
    local.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn once_it_is_stopped_its_file_is_free_though_calls_were_under_way() {
    let directory = Directory::new("stopped");
    let file = directory.file("world.db");
    for _ in 0..50 {
        let local = LocalService::demo().data(&file).start().await.unwrap();
        let client = client_of(&local).build().unwrap();
        let ask =
            move || client.describe_app_instance().app_instance_arn(Demo::new().app_instance_arn()).send();
        ask().await.unwrap();
        let asking = tokio::spawn(async move { while ask().await.is_ok() {} });
        local.stop().await;
        asking.await.unwrap();
    }
}

const KEPT: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/kept";

/// A user of the kept files.
fn kept_user(id: &str) -> AppInstanceUserArn {
    format!("{KEPT}/user/{id}").parse().unwrap()
}

/// The channel `general` of the kept files.
fn kept_channel() -> ChannelArn {
    format!("{KEPT}/channel/general").parse().unwrap()
}

/// A message that was sent to the kept file with that token, or another with the same token.
fn kept_message(token: &str, content: &str, persistence: Persistence) -> SendChannelMessage {
    SendChannelMessage::builder()
        .channel_arn(kept_channel())
        .content(content)
        .r#type(ChannelMessageType::Standard)
        .persistence(persistence)
        .client_request_token(token)
        .chime_bearer(kept_user("ada"))
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_file_of_schema_version_1_opens_with_all_its_contents() {
    let directory = Directory::new("version-1");
    let file = directory.file("world.db");
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    std::fs::copy(data.join("data-file-1.db"), &file).unwrap();
    let world = std::fs::read_to_string(data.join("data-file-1.json")).unwrap();
    // The command wrote the members of a request in another order than the tests did.
    let reordered = format!(
        r#"{{"AppInstanceArn":"{KEPT}","Name":"General","ChannelId":"general","Metadata":"of the channel","ChimeBearer":"{KEPT}/user/ada","ModeratorArns":["{KEPT}/user/ben"],"MemberArns":["{KEPT}/user/ben"]}}"#
    );
    let reorder = "UPDATE request_tokens SET request = ?1 WHERE token = 'channel'";
    assert_eq!(Connection::open(&file).unwrap().execute(reorder, [reordered]).unwrap(), 1);
    let remembered = answers(&file);
    assert_eq!(remembered.len(), 10);
    assert!(contains(&file, "Never to be kept"));

    let local = LocalService::demo().data(&file).clock(stopped()).start().await.unwrap();
    assert!(!local.is_new());
    assert_eq!(format!("{}\n", local.export().unwrap()), world);
    let client = client_of(&local).clock(stopped()).build().unwrap();
    repeat(&client, &remembered).await;
    assert_eq!(format!("{}\n", local.export().unwrap()), world);
    look_around(&client).await;
    // The next write is later than all before.
    let sent = client.call(kept_message("new", "New", Persistence::Persistent)).await.unwrap();
    let listed = client.list_channel_messages().channel_arn(kept_channel()).chime_bearer(kept_user("ada"));
    let messages = listed.send().await.unwrap().channel_messages.unwrap();
    assert_eq!(messages[0].message_id, sent.message_id);
    local.stop().await;

    // No text of a request is left where its token is remembered, nor anywhere else in the file.
    let db = Connection::open(&file).unwrap();
    let version: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    let digests = "SELECT count(*) FROM request_tokens WHERE length(request_digest) = 64";
    let digests: i64 = db.query_row(digests, [], |row| row.get(0)).unwrap();
    // The earlier ones and the new one.
    assert_eq!(digests, 11);
    assert!(version > 1, "{version}");
    drop(db);
    assert!(!contains(&file, "Never to be kept"));
    assert!(contains(&file, "Hello"));
    // A migrated file opens like any other.
    let again = LocalService::demo().data(&file).clock(stopped()).start().await.unwrap();
    assert!(again.export().unwrap().to_string().contains("\"New\""));
    // Ben expires 30 days after his creation.
    for (days, is_deleted) in [(29, false), (2, true)] {
        again.advance(Duration::from_hours(24 * days)).unwrap();
        assert_eq!(again.export().unwrap().to_string().contains("FormerUsers"), is_deleted, "{days}");
    }
    again.stop().await;
}

/// What a data file remembers of request tokens: token and answer.
fn answers(file: &Path) -> Vec<(String, Value)> {
    let db = Connection::open(file).unwrap();
    let mut select = db.prepare("SELECT token, answer FROM request_tokens").unwrap();
    let rows = select
        .query_map([], |row| {
            let (token, answer): (String, String) = (row.get(0)?, row.get(1)?);
            Ok((token, serde_json::from_str(&answer).unwrap()))
        })
        .unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

fn json(answer: impl serde::Serialize) -> Value {
    serde_json::to_value(answer).unwrap()
}

fn contains(file: &Path, text: &str) -> bool {
    std::fs::read(file).unwrap().windows(text.len()).any(|window| window == text.as_bytes())
}

/// Sends requests of the kept file again: the same ones get the answers that they got then, others a conflict.
async fn repeat(client: &Client, remembered: &[(String, Value)]) {
    let before = |token: &str| &remembered.iter().find(|(other, _)| other == token).unwrap().1;
    let second = client.create_app_instance().name("Second").client_request_token("app-instance");
    assert_eq!(&json(second.send().await.unwrap()), before("app-instance"));
    let other = client.create_app_instance().name("Third").client_request_token("app-instance");
    assert_eq!(outcome(other.send().await).unwrap_err(), "ConflictException");

    let general = |name: &str| {
        CreateChannel::builder()
            .app_instance_arn(KEPT)
            .name(name)
            .channel_id("general")
            .metadata("of the channel")
            .member_arns([kept_user("ben")])
            .moderator_arns([kept_user("ben")])
            .client_request_token("channel")
            .chime_bearer(kept_user("ada"))
            .build()
            .unwrap()
    };
    assert_eq!(&json(client.call(general("General")).await.unwrap()), before("channel"));
    assert_eq!(outcome(client.call(general("Other")).await).unwrap_err(), "ConflictException");

    let fleeting = |content| kept_message("fleeting", content, Persistence::NonPersistent);
    assert_eq!(&json(client.call(fleeting("Never to be kept")).await.unwrap()), before("fleeting"));
    assert_eq!(outcome(client.call(fleeting("Never")).await).unwrap_err(), "ConflictException");
}

/// Reads the lists of the kept file as its users see them.
async fn look_around(client: &Client) {
    let (general, [ada, ben, cy]) = (&kept_channel(), &["ada", "ben", "cy"].map(kept_user));
    for (reader, expected) in [
        (ada, vec!["typing", "For Ben alone", "Look", "Hello"]),
        (ben, vec!["typing", "For Ben alone", "Look", "Hello"]),
        (cy, vec!["typing", "Look", "Hello"]),
    ] {
        let messages = client.list_channel_messages().channel_arn(general).chime_bearer(reader).send().await;
        let messages = messages.unwrap().channel_messages.unwrap();
        let contents: Vec<_> =
            messages.iter().map(|message| message.content.as_ref().unwrap().as_str()).collect();
        assert_eq!(contents, expected, "{reader}");
    }
    for (r#type, expected) in
        [(ChannelMembershipType::Default, vec![ada, ben]), (ChannelMembershipType::Hidden, vec![cy])]
    {
        let members = client.list_channel_memberships().channel_arn(general).r#type(r#type).chime_bearer(ben);
        let members = members.send().await.unwrap().channel_memberships.unwrap();
        let arns: Vec<_> =
            members.iter().map(|member| member.member.as_ref().unwrap().arn.as_ref().unwrap()).collect();
        assert_eq!(arns, expected);
    }
    let moderators = client.list_channel_moderators().channel_arn(general).chime_bearer(ben).send().await;
    assert_eq!(moderators.unwrap().channel_moderators.unwrap().len(), 2);
    // Ada is the administrator; the others see the public channel alone.
    for (reader, expected) in [(ada, 2), (cy, 1)] {
        let channels = client.list_channels().app_instance_arn(KEPT).chime_bearer(reader).send().await;
        assert_eq!(channels.unwrap().channels.unwrap().len(), expected, "{reader}");
    }
    let own = client.list_channel_memberships_for_app_instance_user().chime_bearer(ben).send().await.unwrap();
    let own = own.channel_memberships.unwrap().remove(0);
    let read = own.app_instance_user_membership_summary.unwrap().read_marker_timestamp;
    assert!(read.is_some() && read < own.channel_summary.unwrap().last_message_timestamp, "{read:?}");
    let users = client.list_app_instance_users().app_instance_arn(KEPT).send().await.unwrap();
    assert_eq!(users.app_instance_users.unwrap().len(), 3);
}

/// A message that alice sends to `general` of the demo world.
async fn send(client: &Client, content: &str) -> Result<(), String> {
    let demo = Demo::new();
    let sent = client.send_channel_message().channel_arn(demo.channel_arn()).content(content);
    let sent = sent.r#type(ChannelMessageType::Standard).persistence(Persistence::Persistent);
    sent.chime_bearer(demo.app_instance_user_arn())
        .send()
        .await
        .map(|_| ())
        .map_err(|error| error.to_string())
}

/// The names of what is in a directory.
fn names(directory: &Directory) -> Vec<String> {
    let entries = std::fs::read_dir(&directory.0).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// A client that sends each call once.
fn once(local: &chime_local::RunningService) -> Client {
    client_of(local).retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() }).build().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_with_two_names_is_one_services_at_a_time() {
    let directory = Directory::new("hard-link");
    let (file, link) = (directory.file("world.db"), directory.file("link.db"));
    let local = LocalService::demo().data(&file).start().await.unwrap();
    std::fs::hard_link(&file, &link).unwrap();
    let refusal = refusal(&link).await;
    let expected = format!("{}: another process uses it under another name", link.display());
    assert!(refusal.starts_with(&expected), "{refusal}");
    let refusal = Seed::from_data(&link).unwrap_err().to_string();
    assert!(refusal.contains("another process uses it"), "{refusal}");
    assert_eq!(names(&directory), ["link.db", "world.db", "world.db-shm", "world.db-wal", "world.db.lock"]);
    // The refusal took none of its locks away.
    let other = Connection::open(&file).unwrap();
    assert_eq!(other.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
    drop(other);
    send(&client_of(&local).build().unwrap(), "Kept").await.unwrap();
    local.stop().await;
    assert_eq!(names(&directory), ["link.db", "world.db", "world.db.lock"]);
    assert!(Seed::from_data(&link).unwrap().to_string().contains("Kept"));
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_is_gone_or_replaced_is_written_to_no_more() {
    let directory = Directory::new("replaced");
    let (file, backup) = (directory.file("world.db"), directory.file("backup.db"));
    let local = LocalService::demo().data(&file).start().await.unwrap();
    send(&once(&local), "Before").await.unwrap();
    local.stop().await;
    std::fs::copy(&file, &backup).unwrap();
    let local = LocalService::demo().data(&file).start().await.unwrap();
    let client = once(&local);
    send(&client, "Since").await.unwrap();
    let refused = |sent: Result<(), String>| {
        let error = sent.unwrap_err();
        assert!(
            error.contains("ServiceFailureException") && error.contains("was deleted or replaced"),
            "{error}"
        );
    };
    // Moved away, brought back, deleted, and replaced by a backup.
    let moved = directory.file("moved.db");
    std::fs::rename(&file, &moved).unwrap();
    refused(send(&client, "To nowhere").await);
    assert!(Seed::from_data(&moved).is_err(), "the service still has it");
    assert!(local.export().is_err() && local.replace_world(&KEPT_WORLD.parse().unwrap()).is_err());
    std::fs::rename(&moved, &file).unwrap();
    send(&client, "Again").await.unwrap();
    std::fs::copy(&backup, &moved).unwrap();
    std::fs::rename(&moved, &file).unwrap();
    refused(send(&client, "Over the backup").await);
    local.stop().await;
    // The backup is what it was, and takes over from nobody's log.
    assert_eq!(std::fs::read(&file).unwrap(), std::fs::read(&backup).unwrap());
    let local = LocalService::demo().data(&file).start().await.unwrap();
    let world = local.export().unwrap().to_string();
    assert!(world.contains("Before") && !world.contains("Since") && !world.contains("Again"), "{world}");
    send(&once(&local), "After").await.unwrap();
    std::fs::remove_file(&file).unwrap();
    refused(send(&once(&local), "Lost").await);
    local.stop().await;
}

/// A world without anything in it.
const KEPT_WORLD: &str = r#"{"AppInstances":[]}"#;

#[cfg(unix)]
#[tokio::test]
async fn the_log_of_another_file_is_not_applied() {
    let directory = Directory::new("foreign-log");
    let (file, backup) = (directory.file("world.db"), directory.file("backup.db"));
    LocalService::demo().data(&file).start().await.unwrap().stop().await;
    let lock = std::fs::read(directory.file("world.db.lock")).unwrap();
    std::fs::copy(&file, &backup).unwrap();
    // A log that a process left that was killed, then the backup in place of its file.
    let crashed = Directory::new("foreign-log-of-a-crash");
    let other = crashed.file("world.db");
    std::fs::copy(&file, &other).unwrap();
    let db = Connection::open(&other).unwrap();
    db.execute("UPDATE channels SET name = 'Overwritten'", []).unwrap();
    std::fs::copy(crashed.file("world.db-wal"), directory.file("world.db-wal")).unwrap();
    drop(db);
    std::fs::rename(&backup, &file).unwrap();
    let refusals = [refusal(&file).await, Seed::from_data(&file).unwrap_err().to_string()];
    for refusal in refusals {
        assert!(
            refusal.contains("world.db-wal holds writes to another file that was here before"),
            "{refusal}"
        );
    }
    assert_eq!(std::fs::read(directory.file("world.db.lock")).unwrap(), lock);
    std::fs::remove_file(directory.file("world.db-wal")).unwrap();
    let world = Seed::from_data(&file).unwrap().to_string();
    assert!(world.contains("General") && !world.contains("Overwritten"), "{world}");
    LocalService::demo().data(&file).start().await.unwrap().stop().await;
}

#[tokio::test]
async fn a_refused_file_or_seed_leaves_nothing_behind() {
    let directory = Directory::new("nothing-left");
    std::fs::write(directory.file("notes.txt"), "Buy milk").unwrap();
    std::fs::write(directory.file("empty.db"), "").unwrap();
    std::fs::create_dir(directory.file("directory")).unwrap();
    let before = names(&directory);
    for name in ["notes.txt", "directory", "nowhere/world.db"] {
        refusal(&directory.file(name)).await;
        assert_eq!(names(&directory), before, "{name}");
    }
    let bad: Seed = r#"{"AppInstances":[{"AppInstanceArn":"x","Name":"X"}]}"#.parse().unwrap();
    for name in ["new.db", "empty.db", ":memory:"] {
        let refused = LocalService::seeded(bad.clone()).data(directory.file(name)).start().await;
        assert!(refused.unwrap_err().to_string().contains("AppInstances[0].AppInstanceArn"));
        assert_eq!(names(&directory), before, "{name}");
        assert_eq!(std::fs::read(directory.file("empty.db")).unwrap(), b"");
    }
    // What SQLite takes for something else is a path.
    for name in [":memory:", "file:x?mode=memory", "file:y", "a b%20#?.db"] {
        let file = directory.file(name);
        LocalService::demo().data(&file).start().await.unwrap().stop().await;
        assert!(Seed::from_data(&file).unwrap().to_string().contains("General"), "{name}");
        assert!(names(&directory).iter().any(|found| found == name), "{name}");
    }
}

#[tokio::test]
async fn a_write_waits_for_another_program_and_reads_do_not() {
    let directory = Directory::new("busy");
    let file = directory.file("world.db");
    let local = LocalService::demo().data(&file).start().await.unwrap();
    let (client, demo) = (once(&local), Demo::new());
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let writer = tokio::spawn({
        let client = client.clone();
        async move { send(&client, "Waited").await }
    });
    let read = || {
        client.describe_channel().channel_arn(demo.channel_arn()).chime_bearer(demo.app_instance_user_arn())
    };
    for _ in 0..20 {
        read().send().await.unwrap();
    }
    assert!(!writer.is_finished());
    other.execute_batch("COMMIT").unwrap();
    writer.await.unwrap().unwrap();
    // At most five seconds.
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let started = tokio::time::Instant::now();
    let error = send(&client, "In vain").await.unwrap_err();
    assert!(error.contains("ServiceFailureException"), "{error}");
    assert!((4..7).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
    drop(other);
    send(&client, "Afterwards").await.unwrap();
    local.stop().await;
}

#[tokio::test]
async fn the_log_of_a_large_seed_is_cut() {
    let directory = Directory::new("large");
    let file = directory.file("world.db");
    let message = |number| {
        json(serde_json::json!({ "Sender": "ada", "Content": format!("{number}{}", "x".repeat(1000)) }))
    };
    let seed = serde_json::json!({ "AppInstances": [{
        "AppInstanceArn": KEPT, "Name": "Kept", "Users": [{ "AppInstanceUserId": "ada", "Name": "Ada" }],
        "Channels": [{
            "ChannelId": "general", "Name": "General", "CreatedBy": "ada", "Moderators": ["ada"],
            "Memberships": [{ "Member": "ada" }], "Messages": (0..10_000).map(message).collect::<Vec<_>>(),
        }],
    }] });
    let seed: Seed = seed.to_string().parse().unwrap();
    let local = LocalService::seeded(seed.clone()).data(&file).start().await.unwrap();
    let log = || std::fs::metadata(directory.file("world.db-wal")).unwrap().len();
    assert!(log() < 1024 * 1024, "{}", log());
    let exported = local.export().unwrap().to_string();
    local.replace_world(&seed).unwrap();
    assert!(log() < 8 * 1024 * 1024, "{}", log());
    // Deleted at once, and gradually.
    let client = once(&local);
    let delete = client.delete_channel().channel_arn(kept_channel()).chime_bearer(kept_user("ada"));
    delete.send().await.unwrap();
    let channels = client.list_channels().app_instance_arn(KEPT).chime_bearer(kept_user("ada"));
    assert_eq!(channels.send().await.unwrap().channels.unwrap(), []);
    assert!(!local.export().unwrap().to_string().contains("xxx"));
    let other = Connection::open(&file).unwrap();
    let left = || other.query_row("SELECT count(*) FROM messages", [], |row| row.get::<_, i64>(0)).unwrap();
    while left() > 0 {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    assert!(log() < 8 * 1024 * 1024, "{}", log());
    local.reset().unwrap();
    assert_eq!(local.export().unwrap().to_string(), exported);
    drop(other);
    local.stop().await;
}

#[tokio::test]
async fn expired_messages_and_deleted_app_instances_leave_the_file() {
    let directory = Directory::new("retention");
    let file = directory.file("world.db");
    let world = |sent: &str| {
        let messages: Vec<_> = (0..1200)
            .map(|number| {
                let content = format!("{number}");
                serde_json::json!({ "Sender": "ada", "Content": content, "CreatedTimestamp": sent })
            })
            .collect();
        serde_json::json!({ "AppInstances": [{
            "AppInstanceArn": KEPT, "Name": "Kept", "Users": [{ "AppInstanceUserId": "ada", "Name": "Ada" }],
            "AppInstanceRetentionSettings": { "ChannelRetentionSettings": { "RetentionDays": 1 } },
            "Channels": [{
                "ChannelId": "general", "Name": "General", "CreatedBy": "ada", "Memberships": [{ "Member": "ada" }],
                "Messages": messages,
            }],
        }] })
    };
    let seed: Seed = world("2026-06-04T07:00:00Z").to_string().parse().unwrap();
    let local = LocalService::seeded(seed).data(&file).clock(stopped()).start().await.unwrap();
    let other = Connection::open(&file).unwrap();
    let left = |table: &str| {
        other.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get::<_, i64>(0)).unwrap()
    };
    let client = client_of(&local).clock(stopped()).build().unwrap();
    client.call(kept_message("new", "New", Persistence::Persistent)).await.unwrap();
    local.advance(Duration::from_hours(24 * 30)).unwrap();
    assert_eq!(left("messages"), 1201, "within the grace period");
    local.advance(Duration::from_hours(1)).unwrap();
    while left("messages") > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    client.call(kept_message("last", "Last", Persistence::Persistent)).await.unwrap();
    client.delete_app_instance().app_instance_arn(KEPT).send().await.unwrap();
    assert_eq!(local.export().unwrap().to_string(), "{\n  \"AppInstances\": []\n}");
    while left("messages") + left("channels") + left("memberships") > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    drop(other);
    local.stop().await;
    // A file without an app instance is filled again.
    let again = LocalService::demo().data(&file).start().await.unwrap();
    assert!(again.is_new());
    again.stop().await;
}

#[tokio::test]
async fn a_read_only_file_is_exported_and_not_changed() {
    let directory = Directory::new("read-only");
    let name = "data-file-1.db";
    let file = directory.file(name);
    std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name), &file).unwrap();
    let mut permissions = std::fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).unwrap();
    let before = std::fs::read(&file).unwrap();
    let world = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/data-file-1.json"));
    assert_eq!(format!("{}\n", Seed::from_data(&file).unwrap()), world.unwrap());
    assert_eq!(std::fs::read(&file).unwrap(), before);
    assert_eq!(names(&directory), [name]);
}

#[tokio::test]
async fn time_ends_in_order_and_does_not_go_back() {
    let at = |text: &str| {
        let time: std::time::SystemTime =
            text.parse::<chime_client::Timestamp>().unwrap().try_into().unwrap();
        chime_client::Clock::new(move || time)
    };
    for late in ["9999-12-31T23:59:59.999Z", "9999-01-01T00:00:00Z", "9998-12-31T23:59:59.999Z"] {
        let error = LocalService::demo().clock(at(late)).start().await.unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput, "{late}");
        assert!(error.to_string().starts_with(&format!("the clock: {late}")), "{error}");
    }
    let directory = Directory::new("clock");
    let file = directory.file("world.db");
    let run = async |clock: &str, name: &str| {
        let local = LocalService::demo().data(&file).clock(at(clock)).start().await.unwrap();
        let client = client_of(&local).clock(at(clock)).build().unwrap();
        let made = client.create_app_instance().name(name).client_request_token(name).send().await.unwrap();
        let made =
            client.describe_app_instance().app_instance_arn(made.app_instance_arn.unwrap()).send().await;
        let world = local.export().unwrap().to_string();
        // An export is a seed.
        let copy = LocalService::seeded(world.parse().unwrap()).clock(at(clock)).start().await.unwrap();
        assert_eq!(copy.export().unwrap().to_string(), world);
        local.stop().await;
        made.unwrap().app_instance.unwrap().created_timestamp.unwrap()
    };
    let last = run("9997-12-31T23:59:59.999Z", "Last").await;
    let later = run("2026-01-01T00:00:00Z", "Later").await;
    assert!(later > last, "{later} {last}");
}

/// A world whose channel `general` has that many messages.
fn large_world(messages: u32) -> Seed {
    let message = |number| serde_json::json!({ "Sender": "ada", "Content": format!("{number}") });
    let seed = serde_json::json!({ "AppInstances": [{
        "AppInstanceArn": KEPT, "Name": "Kept", "Users": [{ "AppInstanceUserId": "ada", "Name": "Ada" }],
        "Channels": [{
            "ChannelId": "general", "Name": "General", "CreatedBy": "ada", "Moderators": ["ada"],
            "Memberships": [{ "Member": "ada" }], "Messages": (0..messages).map(message).collect::<Vec<_>>(),
        }],
    }] });
    seed.to_string().parse().unwrap()
}

#[tokio::test]
async fn calls_are_answered_while_a_world_is_exported_which_is_one_state() {
    let directory = Directory::new("beside");
    for file in [None, Some(directory.file("world.db"))] {
        let service = LocalService::seeded(large_world(20_000));
        let service = if let Some(file) = &file { service.data(file) } else { service };
        let local = service.start().await.unwrap();
        let client = once(&local);
        // The copy for a reset is made.
        client.call(kept_message("first", "First", Persistence::Persistent)).await.unwrap();
        let mut sender = connection::connect(&local.endpoint_url()).await;
        let request = connection::administrative("GET", "world", "");
        let export = tokio::spawn(async move { connection::send(&mut sender, request).await });
        let mut writes = 0;
        while !export.is_finished() {
            let message = kept_message(
                &format!("token-{writes}"),
                &format!("write-{writes}."),
                Persistence::Persistent,
            );
            client.call(message).await.unwrap();
            writes += 1;
            if writes == 10 {
                let delete =
                    client.delete_channel().channel_arn(kept_channel()).chime_bearer(kept_user("ada"));
                delete.send().await.unwrap();
                break;
            }
        }
        assert_eq!(writes, 10, "others waited for the export");
        let world = String::from_utf8(export.await.unwrap().body().to_vec()).unwrap();
        // The first so many of the messages sent meanwhile follow all earlier ones; if the service was so slow that the
        // export began after the deletion, the channel is missing.
        let contents = world.matches("\"Content\": ").count();
        let meanwhile = world.matches("\"write-").count();
        let expected = if world.contains("\"ChannelId\"") { 20_001 + meanwhile } else { 0 };
        assert_eq!(contents, expected);
        assert!((0..meanwhile).all(|number| world.contains(&format!("\"write-{number}.\""))));
        let _: Seed = world.parse().unwrap();
        local.stop().await;
    }
}
