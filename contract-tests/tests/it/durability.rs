//! A world in a file: what was answered is in it whatever becomes of the process, and no other file is touched.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Sender, channel};

use chime_client::{ChannelMessagePersistenceType, ChannelMessageType, Client, Timestamp};
use chime_local::{Demo, LocalService};
use rusqlite::Connection;

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

/// A service in a process of its own.
struct Process {
    child: Child,
    url: String,
}

impl Process {
    fn start(file: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_contract-tests"))
            .arg(file)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        Self { child, url: url.trim().to_owned() }
    }

    fn client(&self) -> Client {
        let credentials = chime_client::Credentials::new("CHIMELOCAL", "chime-local-secret");
        crate::client(&self.url).credentials(credentials).build().unwrap()
    }

    /// At once, without a chance to tidy up.
    fn kill(self) {
        drop(self);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a writer was told is there.
#[derive(Default)]
struct Written {
    messages: Vec<String>,
    channels: Vec<chime_client::ChannelArn>,
    /// The latest of the markers that were set: this message was sent just before.
    marked: Option<String>,
}

/// Writes until the service is gone, and tells of every message.
async fn write(client: Client, writer: usize, tell: Sender<()>) -> Written {
    let demo = Demo::new();
    let user = &demo.app_instance_user_arns()[writer % 2];
    let channel = &demo.channel_arn();
    let mut written = Written::default();
    loop {
        let sent = client
            .send_channel_message()
            .channel_arn(channel)
            .content(format!("by writer {writer}"))
            .r#type(ChannelMessageType::Standard)
            .persistence(ChannelMessagePersistenceType::Persistent)
            .chime_bearer(user)
            .send()
            .await;
        let Ok(sent) = sent else { return written };
        written.messages.push(sent.message_id.unwrap());
        // Nobody listens any more once the process is about to be killed.
        let _ = tell.send(());
        let read = client.update_channel_read_marker().channel_arn(channel).chime_bearer(user).send().await;
        if read.is_err() {
            return written;
        }
        written.marked = written.messages.last().cloned();
        let made = client
            .create_channel()
            .app_instance_arn(demo.app_instance_arn())
            .name("Another")
            .chime_bearer(user)
            .send()
            .await;
        let Ok(made) = made else { return written };
        written.channels.push(made.channel_arn.unwrap());
    }
}

async fn assert_is_there(client: &Client, written: &Written, writer: usize) {
    let demo = Demo::new();
    let user = &demo.app_instance_user_arns()[writer % 2];
    let channel = &demo.channel_arn();
    let sent = async |id: &str| -> Timestamp {
        let got = client.get_channel_message().channel_arn(channel).message_id(id).chime_bearer(user);
        got.send().await.unwrap().channel_message.unwrap().created_timestamp.unwrap()
    };
    for id in &written.messages {
        sent(id).await;
    }
    for made in &written.channels {
        // Of which the writer is a member.
        let asked = client.describe_channel_membership_for_app_instance_user().channel_arn(made);
        asked.app_instance_user_arn(user).chime_bearer(user).send().await.unwrap();
    }
    if let Some(id) = &written.marked {
        let asked = client.describe_channel_membership_for_app_instance_user().channel_arn(channel);
        let asked = asked.app_instance_user_arn(user).chime_bearer(user).send().await.unwrap();
        let own = asked.channel_membership.unwrap().app_instance_user_membership_summary.unwrap();
        assert!(own.read_marker_timestamp.unwrap() > sent(id).await, "the marker of writer {writer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_was_answered_is_there_after_the_process_was_killed() {
    const ROUNDS: usize = 20;
    const WRITERS: usize = 4;

    let directory = Directory::new("killed");
    let file = directory.file("world.db");
    let mut process = Process::start(&file);
    let mut acknowledged = 0;
    // After 1 to 64 messages, in the same way in every run; what is under way then differs.
    let mut moment: u64 = 0x4368_696d;
    for _ in 0..ROUNDS {
        let (tell, told) = channel();
        let start = |writer| tokio::spawn(write(process.client(), writer, tell.clone()));
        let writers: Vec<_> = (0..WRITERS).map(start).collect();
        moment = moment.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        for _ in 0..=moment >> 58 {
            told.recv().unwrap();
        }
        process.kill();
        // The lock is free at once, and nobody tidied up.
        process = Process::start(&file);
        let client = process.client();
        for (writer, written) in writers.into_iter().enumerate() {
            let written = written.await.unwrap();
            acknowledged += written.messages.len();
            assert_is_there(&client, &written, writer).await;
        }
    }
    process.kill();
    assert!(acknowledged > ROUNDS, "{acknowledged} messages are no load");
    let db = Connection::open(&file).unwrap();
    let check: String = db.pragma_query_value(None, "integrity_check", |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let astray: bool = db.prepare("PRAGMA foreign_key_check").unwrap().exists([]).unwrap();
    assert!(!astray);
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
    let process = Process::start(&file);
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
    process.kill();
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
async fn what_is_no_world_is_refused_and_left_alone() {
    let directory = Directory::new("foreign");
    let sqlite = |name: &str, statements: &str| {
        Connection::open(directory.file(name)).unwrap().execute_batch(statements).unwrap();
    };
    sqlite("other.db", "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine');");
    sqlite("empty-but-named.db", "PRAGMA application_id = 7; PRAGMA user_version = 1;");
    sqlite(
        "newer.db",
        "PRAGMA application_id = 0x4368696d; PRAGMA user_version = 2; CREATE TABLE t (c TEXT);",
    );
    std::fs::write(directory.file("notes.txt"), "Buy milk").unwrap();
    std::fs::write(directory.file("long.txt"), "Buy milk\n".repeat(1000)).unwrap();
    std::fs::create_dir(directory.file("directory")).unwrap();
    for (name, reason) in [
        ("other.db", "it is a database of another program; give another file"),
        ("empty-but-named.db", "it is a database of another program; give another file"),
        ("newer.db", "its schema has version 2, this program knows 1; give another file"),
        ("notes.txt", "it is no SQLite database; give another file"),
        ("long.txt", "it is no SQLite database; give another file"),
        ("directory", "unable to open database file"),
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
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| !name.ends_with(".lock"))
        .collect();
    left.sort();
    assert_eq!(left, ["directory", "empty-but-named.db", "long.txt", "newer.db", "notes.txt", "other.db"]);
}

#[tokio::test]
async fn a_world_that_is_there_is_kept_and_time_goes_on_from_it() {
    let directory = Directory::new("kept");
    let file = directory.file("world.db");
    let first = LocalService::demo().data(&file).start().await.unwrap();
    assert!(first.is_new());
    let world = first.export().unwrap().to_string();
    first.stop().await;
    // The seed is for an empty file alone, and a clock that is behind makes nothing earlier than what is there.
    let stopped = chime_client::Clock::new(|| std::time::SystemTime::UNIX_EPOCH);
    let local = LocalService::empty().data(&file).clock(stopped.clone()).start().await.unwrap();
    assert!(!local.is_new());
    assert_eq!(local.export().unwrap().to_string(), world);
    let client = crate::client(&local.endpoint_url()).credentials(local.credentials());
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
