//! A world in a file, which one service has to itself; no other file is touched.

use std::path::{Path, PathBuf};

use chime_local::{Demo, LocalService};
use contract_tests::client::client_of;
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
async fn what_is_no_world_is_refused_and_left_alone() {
    let directory = Directory::new("foreign");
    let sqlite = |name: &str, statements: &str| {
        Connection::open(directory.file(name)).unwrap().execute_batch(statements).unwrap();
    };
    sqlite("other.db", "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('mine');");
    sqlite("empty-but-named.db", "PRAGMA application_id = 7; PRAGMA user_version = 1;");
    sqlite(
        "newer.db",
        "PRAGMA application_id = 0x4368696d; PRAGMA user_version = 3; CREATE TABLE t (c TEXT);",
    );
    std::fs::write(directory.file("notes.txt"), "Buy milk").unwrap();
    std::fs::write(directory.file("long.txt"), "Buy milk\n".repeat(1000)).unwrap();
    std::fs::create_dir(directory.file("directory")).unwrap();
    for (name, reason) in [
        ("other.db", "it is a database of another program; give another file"),
        ("empty-but-named.db", "it is a database of another program; give another file"),
        (
            "newer.db",
            "a newer version of this program wrote it (its schema has version 3, and this program knows versions up \
             to 1); update this program, or give another file",
        ),
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
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension() != Some("lock".as_ref()))
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
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
