//! Many memberships, and a process that ends in the middle.

use std::collections::hash_map::RandomState;
use std::fmt::Write as _;
use std::fs;
use std::hash::BuildHasher;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chime_local::{LocalService, RunningService};
use serde_json::Value;

use super::{APP_INSTANCE, chime, failure, stdout};

/// A directory of its own, which goes with it.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("memberships-{name}"));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// The rows of a file.
    fn rows(&self, name: &str) -> Vec<Value> {
        let text = fs::read_to_string(self.0.join(name)).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The rows of a CSV file: every third is about a channel that is not there.
fn csv(rows: usize) -> String {
    let mut text = "AppInstanceUserArn,Note,ChannelArn\n".to_owned();
    for row in 0..rows {
        let channel = ["general", "board", "nowhere"][row % 3];
        writeln!(text, "{APP_INSTANCE}/user/alice,\"a, {row}\",{APP_INSTANCE}/channel/{channel}").unwrap();
    }
    text
}

fn command(local: &RunningService, input: &str, output: &str) -> Command {
    let credentials = local.credentials();
    let mut command = Command::new(env!("CARGO_BIN_EXE_chime"));
    command
        .args(["describe-memberships", "--input", input, "--output", output, "--rate", "10000"])
        .env_clear()
        .env("AWS_REGION", "us-east-1")
        .env("AWS_ENDPOINT_URL", local.endpoint_url())
        .env("AWS_ACCESS_KEY_ID", credentials.access_key_id())
        .env("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_at_any_point_it_goes_on_and_has_every_row_once() {
    const ROWS: usize = 300;
    let directory = Directory::new("killed");
    let (input, output) = (directory.path("in.csv"), directory.path("out.jsonl"));
    fs::write(&input, csv(ROWS)).unwrap();
    // Killed by the service itself, when so many requests have come.
    let (left, victim) = (Arc::new(AtomicUsize::new(usize::MAX)), Arc::new(Mutex::new(None::<Child>)));
    let (counter, process) = (left.clone(), victim.clone());
    let local = LocalService::demo()
        .on_request(move |_| {
            if counter.fetch_sub(1, Ordering::SeqCst) == 1 {
                process.lock().unwrap().as_mut().unwrap().kill().unwrap();
            }
        })
        .start()
        .await
        .unwrap();
    let mut killed = 0;
    // Anywhere, by chance, and fewer in all than there are rows.
    let random = RandomState::new();
    let points: Vec<_> =
        (0..10).map(|kill| usize::from(random.hash_one(kill).to_le_bytes()[0]) % 29 + 1).collect();
    for &requests in &points {
        // Counted once the process is where it can be killed. One more or less may come from that before it.
        {
            let mut slot = victim.lock().unwrap();
            *slot = Some(command(&local, &input, &output).spawn().unwrap());
            left.store(requests, Ordering::SeqCst);
        }
        let ended = loop {
            if let Some(ended) = victim.lock().unwrap().as_mut().unwrap().try_wait().unwrap() {
                break ended;
            }
            tokio::task::yield_now().await;
        };
        killed += usize::from(ended.code().is_none());
        // What is half written when the machine stops.
        let text = fs::read(&output).unwrap();
        fs::write(&output, &text[..text.len().saturating_sub(requests)]).unwrap();
    }
    assert_eq!(killed, 10, "after {points:?} requests");
    let already = fs::read_to_string(&output).unwrap().matches('\n').count();
    // Another service, which hears nothing of what the last process that was killed had asked.
    let local = LocalService::demo().start().await.unwrap();
    let whole = command(&local, &input, &output).output().unwrap();
    assert_eq!(whole.status.code(), Some(0), "{whole:?}");
    assert_eq!(local.requests().len(), ROWS - already, "a finished row was asked again: {points:?}");
    let rows = directory.rows("out.jsonl");
    let lines: Vec<_> = rows.iter().map(|row| row["Line"].as_u64().unwrap()).collect();
    assert_eq!(lines, (2..=ROWS as u64 + 1).collect::<Vec<_>>());
    for (row, expected) in rows.iter().zip(["Member", "Member", "NotMemberOrNotVisible"].iter().cycle()) {
        assert_eq!(row["Outcome"], **expected, "{row}");
    }
    let again = command(&local, &input, &output).output().unwrap();
    assert!(stdout(&again).starts_with("300 rows, 300 of them before: 200 members, 100 not"), "{again:?}");
}

#[test]
fn each_row_has_its_outcome_and_rejects_are_listed() {
    let directory = Directory::new("outcomes");
    let (input, output) = (directory.path("in.jsonl"), directory.path("out.jsonl"));
    let row = |channel: &str, user: &str, bearer: &str| {
        serde_json::json!({
            "ChannelArn": format!("{APP_INSTANCE}/channel/{channel}"),
            "AppInstanceUserArn": format!("{APP_INSTANCE}/user/{user}"),
            "ChimeBearer": format!("{APP_INSTANCE}/user/{bearer}"),
        })
        .to_string()
    };
    let lines = [
        row("general", "alice", "alice"),
        String::new(),
        "{\"ChannelArn\": 7}".to_owned(),
        row("board", "bob", "admin"),
        "nonsense".to_owned(),
        row("board", "alice", "admin"),
        "{}".to_owned(),
    ];
    fs::write(&input, lines.join("\n")).unwrap();
    let run = chime(&["--local", "describe-memberships", "--input", &input, "--output", &output], &[]);
    assert_eq!(run.status.code(), Some(1));
    let said = std::str::from_utf8(&run.stderr).unwrap();
    for reason in
        ["line 3: it is no row", "line 5: it is no row", "line 7: ChannelArn: ", "without an answer: 3"]
    {
        assert!(said.contains(reason), "no {reason:?} in {said}");
    }
    let rows: Vec<_> = directory
        .rows("out.jsonl")
        .iter()
        .map(|row| {
            (
                row["Line"].as_u64().unwrap(),
                row["Outcome"].as_str().unwrap().to_owned(),
                row["HasUnread"].as_bool(),
            )
        })
        .collect();
    let expected = [
        (1, "Member", Some(true)),
        (3, "Rejected", None),
        (4, "NotMemberOrNotVisible", None),
        (5, "Rejected", None),
        (6, "Member", Some(false)),
        (7, "Rejected", None),
    ];
    assert_eq!(rows, expected.map(|(line, outcome, unread)| (line, outcome.to_owned(), unread)));
}

#[test]
fn files_that_are_not_what_they_should_be_are_refused_and_left_as_they_are() {
    let directory = Directory::new("refused");
    let (input, output) = (directory.path("in.csv"), directory.path("out.jsonl"));
    fs::write(&input, csv(3)).unwrap();
    let run = || chime(&["--local", "describe-memberships", "--input", &input, "--output", &output], &[]);
    for foreign in ["a diary\n", "{\"a\": 1}", "{\"Line\": 1}\n", "[1]"] {
        fs::write(&output, foreign).unwrap();
        let refused = run();
        let (code, said) = failure(&refused);
        assert!(code == 252 && said.contains("other things in it"), "{said}");
        assert_eq!(fs::read_to_string(&output).unwrap(), foreign);
    }
    let finished = "{\"Line\":3,\"ChannelArn\":\"x\",\"AppInstanceUserArn\":\"y\",\"Outcome\":\"Member\"}\n";
    fs::write(&output, finished).unwrap();
    let refused = run();
    assert_eq!(refused.status.code(), Some(255));
    assert!(
        std::str::from_utf8(&refused.stderr).unwrap().contains("line 3 is not what the output has there")
    );
    assert_eq!(fs::read_to_string(&output).unwrap(), finished);
    fs::remove_file(&output).unwrap();
    fs::write(&input, "a,b\n1,2\n").unwrap();
    assert!(std::str::from_utf8(&run().stderr).unwrap().contains("expected ChannelArn,AppInstanceUserArn"));
}

#[test]
fn a_row_without_end_is_refused() {
    let directory = Directory::new("endless");
    let (input, output) = (directory.path("in"), directory.path("out.jsonl"));
    for beginning in ["ChannelArn,AppInstanceUserArn\na,b\n\"", "{\"ChannelArn\":\"a\"}\n{\""] {
        fs::write(&input, format!("{beginning}{}", "x".repeat(1 << 20))).unwrap();
        fs::remove_file(&output).ok();
        let refused =
            chime(&["describe-memberships", "--local", "--input", &input, "--output", &output], &[]);
        let said = String::from_utf8(refused.stderr).unwrap();
        assert!(said.contains("has more than 65536 bytes"), "{said}");
    }
}
