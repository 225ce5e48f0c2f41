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

    /// The names of its files, in order.
    fn files(&self) -> Vec<String> {
        let files = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<_> = files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
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

/// The rows of a CSV file: every third names a channel that does not exist.
fn csv(rows: usize) -> String {
    let mut text = "AppInstanceUserArn,Note,ChannelArn\n".to_owned();
    for row in 0..rows {
        let channel = ["general", "board", "nowhere"][row % 3];
        writeln!(text, "{APP_INSTANCE}/user/alice,\"a, {row}\",{APP_INSTANCE}/channel/{channel}").unwrap();
    }
    text
}

/// A port that nothing listens on.
fn unused_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
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
async fn a_run_that_is_killed_at_any_point_resumes_and_writes_every_row_once() {
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
    // At random points, fewer than the number of rows.
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
        // A row that is half written when the machine stops.
        let text = fs::read(&output).unwrap();
        fs::write(&output, &text[..text.len().saturating_sub(requests)]).unwrap();
    }
    assert_eq!(killed, 10, "after {points:?} requests");
    let already = fs::read_to_string(&output).unwrap().matches('\n').count();
    // Another service, which hears nothing of what the last process that was killed had asked.
    let local = LocalService::demo().start().await.unwrap();
    let whole = command(&local, &input, &output).output().unwrap();
    assert_eq!(whole.status.code(), Some(0), "{whole:?}");
    assert_eq!(local.requests().len(), ROWS - already, "a finished row was requested again: {points:?}");
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
    for reason in [
        "line 3: invalid type: integer `7`, expected a string at column 16\n",
        "line 5: not a JSON object\n",
        "line 7: ChannelArn and AppInstanceUserArn are missing\n",
        "without an answer: 3 (3 InvalidRow)",
    ] {
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
        assert!(
            code == 252 && said.contains("out.jsonl: line 1: not a row that this command wrote"),
            "{said}"
        );
        assert_eq!(fs::read_to_string(&output).unwrap(), foreign);
    }
    fs::remove_file(&output).unwrap();
    for (wrong, said) in [
        ("a,b\n1,2\n", "line 1: the columns ChannelArn and AppInstanceUserArn are missing"),
        ("[{}]", "line 1: a JSON array is not a list of rows"),
    ] {
        fs::write(&input, wrong).unwrap();
        let refused = run();
        assert_eq!(failure(&refused).0, 252);
        let text = failure(&refused).1;
        assert_eq!(text.matches(said).count(), 1, "{text}");
        assert!(
            text.starts_with(&format!("chime: --input {input}: ")) && text.lines().count() == 1,
            "{text}"
        );
        assert!(!fs::exists(&output).unwrap());
    }
    #[cfg(unix)]
    for (option, said) in
        [("--input", "neither a regular file nor a pipe"), ("--output", "not a regular file")]
    {
        for device in ["/dev/zero", "/dev/full", "/"] {
            fs::write(&input, csv(1)).unwrap();
            let other = if option == "--input" { ["--output", &output] } else { ["--input", &input] };
            let refused =
                chime(&[&["--local", "describe-memberships", option, device][..], &other].concat(), &[]);
            let (code, text) = failure(&refused);
            assert!(code == 252 && text.contains(said), "{option} {device}: {text}");
        }
    }
}

#[test]
fn an_output_that_is_not_the_inputs_is_refused_with_its_first_wrong_line() {
    let directory = Directory::new("mismatch");
    let (input, output) = (directory.path("in.csv"), directory.path("out.jsonl"));
    fs::write(&input, csv(6)).unwrap();
    let run = |more: &[&str]| {
        let arguments =
            ["--local", "describe-memberships", "--rate", "1000", "--input", &input, "--output", &output];
        chime(&[&arguments[..], more].concat(), &[])
    };
    assert_eq!(run(&[]).status.code(), Some(0));
    let right = fs::read_to_string(&output).unwrap();
    let rows: Vec<_> = right.split_inclusive('\n').collect();
    let other = rows[2].replace("nowhere", "elsewhere");
    let surplus = rows[5].replace("\"Line\":7", "\"Line\":8");
    // the output, its first wrong line, what is wrong with it
    let cases = [
        (rows[1..].concat(), 1, "the row for line 2 of the input is missing before it"),
        (
            [&rows[..2], &rows[3..]].concat().concat(),
            3,
            "the row for line 4 of the input is missing before it",
        ),
        ([&rows[..3], &rows[2..]].concat().concat(), 4, "a duplicate of the row for line 4 of the input"),
        (
            [rows[0], rows[2], rows[1], rows[3]].concat(),
            2,
            "the row for line 3 of the input is missing before it",
        ),
        ([&rows[..4], &rows[1..2]].concat().concat(), 5, "the row for line 3 of the input is out of order"),
        ([right.as_str(), &surplus].concat(), 7, "the input has no row on line 8"),
        ([right.as_str(), rows[5]].concat(), 7, "a duplicate of the row for line 7 of the input"),
        ([right.as_str(), rows[0]].concat(), 7, "the row for line 2 of the input is out of order"),
        ([rows[0], rows[1], &other].concat(), 3, "it has other ARNs than line 4 of the input"),
        ([rows[0], "a diary\n", rows[1]].concat(), 2, "not a row that this command wrote"),
        ([rows[0], "\n", rows[1]].concat(), 2, "not a row that this command wrote"),
    ];
    for (wrong, line, reason) in cases {
        for more in [&[][..], &["--retry-failed"]] {
            fs::write(&output, &wrong).unwrap();
            let refused = run(more);
            let said = String::from_utf8(refused.stderr).unwrap();
            assert_eq!(refused.status.code(), Some(252), "{reason}: {said}");
            let expected = format!("chime: --output {output}: line {line}: {reason}; expected ");
            assert!(said.starts_with(&expected), "{expected}\n{said}");
            assert_eq!(fs::read_to_string(&output).unwrap(), wrong, "{reason}");
            assert_eq!(directory.files(), ["in.csv", "out.jsonl"]);
        }
    }
    // A beginning is resumed, half a row at its end dropped, and all of it is left as it is.
    for beginning in [&right[..0], &right[..rows[0].len()], &right[..rows[0].len() + 9], &right] {
        fs::write(&output, beginning).unwrap();
        assert_eq!(run(&[]).status.code(), Some(0));
        assert_eq!(fs::read_to_string(&output).unwrap(), right);
    }
}

/// A service of which every call has a fault meets every row.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_that_meets_every_row_stops_the_run_and_the_same_command_resumes() {
    let local = LocalService::demo().start().await.unwrap();
    let directory = Directory::new("stopped");
    let (input, output) = (directory.path("in.csv"), directory.path("out.jsonl"));
    let nothing = format!("http://127.0.0.1:{}", unused_port());
    let faults = [
        "ExpiredTokenException",
        "InvalidSignatureException",
        "AWS_ACCESS_KEY_ID=AKIDUNKNOWN",
        "AccessDeniedException",
        "ServiceFailureException",
        "ServiceUnavailableException",
        "drop",
        "AWS_SECRET_ACCESS_KEY=wrong",
        "AWS_SECRET_ACCESS_KEY=",
        &format!("AWS_ENDPOINT_URL={nothing}"),
        "AWS_ENDPOINT_URL=http://no-such-host.invalid",
        "AWS_ENDPOINT_URL=https://127.0.0.1:1",
        "bearer",
    ];
    // The rows that the output has, and those of the input.
    let sizes = [(4, 24), (0, 3), (4, 6)];
    for fault in faults {
        let sizes = if fault.ends_with("Exception") { &sizes[..] } else { &sizes[..1] };
        for &(before, rows) in sizes {
            let _ = fs::remove_file(&output);
            fs::write(&input, csv(before)).unwrap();
            assert_eq!(command(&local, &input, &output).output().unwrap().status.code(), Some(0));
            fs::write(&input, csv(rows)).unwrap();
            let mut stopped = command(&local, &input, &output);
            stopped.env("AWS_EC2_METADATA_DISABLED", "true");
            match fault.split_once('=') {
                Some((variable, value)) => {
                    stopped.env(variable, value);
                }
                None if fault == "bearer" => {
                    stopped.args(["--chime-bearer", &format!("{APP_INSTANCE}/user/nobody")]);
                }
                None => local.fault(fault.parse().unwrap()),
            }
            let stopped = stopped.output().unwrap();
            local.clear_faults();
            let said = String::from_utf8(stopped.stderr).unwrap();
            let context = format!("{fault}, {before} of {rows}: {said}");
            assert_eq!(stopped.status.code(), Some(3), "{context}");
            let line = before + 2;
            assert!(said.starts_with(&format!("chime: stopped at line {line}: ")), "{context}");
            let left = format!("; {} rows are left; the same command resumes\n", rows - before);
            assert!(said.ends_with(&left) && said.lines().count() == 1, "{context}");
            assert_eq!(directory.rows("out.jsonl").len(), before, "{context}");

            let resumed = command(&local, &input, &output).output().unwrap();
            assert_eq!(resumed.status.code(), Some(0), "{fault}: {resumed:?}");
            assert_eq!(directory.rows("out.jsonl").len(), rows);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_of_one_row_stops_nothing() {
    let local = LocalService::demo().start().await.unwrap();
    let directory = Directory::new("one-row");
    let (input, output) = (directory.path("in.csv"), directory.path("out.jsonl"));
    // the fault, the rows that fail by it, whether it may also come for the only row
    let faults = [
        ("BadRequestException:12", 12),
        ("BadRequestException:1", 1),
        ("AccessDeniedException:1", 1),
        ("AccessDeniedException:4", 4),
        ("ServiceFailureException:3", 1),
        ("ServiceFailureException:12", 4),
        ("UnauthorizedClientException:8", 8),
    ];
    for (fault, failed) in faults {
        let _ = fs::remove_file(&output);
        fs::write(&input, csv(12)).unwrap();
        local.fault(fault.parse().unwrap());
        let run = command(&local, &input, &output).args(["--concurrency", "1"]).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert_eq!(run.status.code(), Some(1), "{fault}: {said}");
        let rows = directory.rows("out.jsonl");
        let failures = rows.iter().filter(|row| row["Outcome"] == "Failed").count();
        assert_eq!((rows.len(), failures), (12, failed), "{fault}: {said}");
        let name = fault.split(':').next().unwrap();
        assert!(said.contains(&format!("without an answer: {failed} ({failed} {name})")), "{fault}: {said}");
        // The first few, and then no more of them.
        assert_eq!(said.matches("line ").count(), failed.min(5), "{said}");
    }
    // A row of which the service fails at the end of the input.
    let _ = fs::remove_file(&output);
    fs::write(&input, csv(3)).unwrap();
    local.fault("delay(0ms):2".parse().unwrap());
    local.fault("ServiceFailureException".parse().unwrap());
    let run = command(&local, &input, &output).args(["--concurrency", "1"]).output().unwrap();
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    let message = directory.rows("out.jsonl")[2]["Error"]["Message"].as_str().unwrap().to_owned();
    assert!(message.contains(" after 3 attempts in "), "{message}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn failed_rows_are_asked_again_and_replaced_in_their_places() {
    let local = LocalService::demo().start().await.unwrap();
    let directory = Directory::new("retry");
    let (input, output) = (directory.path("in.csv"), directory.path("out.jsonl"));
    fs::write(&input, format!("{}x,y\n", csv(8))).unwrap();
    let right = {
        assert_eq!(command(&local, &input, &output).output().unwrap().status.code(), Some(1));
        fs::read_to_string(&output).unwrap()
    };
    let rows: Vec<_> = right.split_inclusive('\n').collect();
    let failed = |row: &str| {
        let mut row: Value = serde_json::from_str(row).unwrap();
        row["Outcome"] = "Failed".into();
        row["Error"] = serde_json::json!({"Code": "NoAnswer", "Message": "no answer"});
        format!("{row}\n")
    };
    let retry = || command(&local, &input, &output).arg("--retry-failed").output().unwrap();
    // The failed rows, and their number.
    for (which, count) in
        [(vec![0, 3, 4], 9), (vec![7], 8), (vec![1, 2], 5), (vec![], 4), (vec![], 9), (vec![], 0)]
    {
        let text: String = rows[..count]
            .iter()
            .enumerate()
            .map(|(at, row)| if which.contains(&at) { failed(row) } else { (*row).to_owned() })
            .collect();
        fs::write(&output, text + "{\"Line\":1").unwrap();
        let before = local.requests().len();
        let run = retry();
        // The last row is malformed, and stays so.
        assert_eq!(run.status.code(), Some(1), "{run:?}");
        assert_eq!(fs::read_to_string(&output).unwrap(), right, "{which:?} of {count}");
        assert_eq!(
            local.requests().len() - before,
            which.len() + 8_usize.saturating_sub(count),
            "{which:?} of {count}"
        );
        assert_eq!(directory.files(), ["in.csv", "out.jsonl"]);
    }

    // A malformed row that was corrected is asked about. Without the option it is one of another input.
    fs::write(&input, csv(9)).unwrap();
    let refused = command(&local, &input, &output).output().unwrap();
    assert!(
        failure(&refused).1.contains("line 9: it has other ARNs than line 10 of the input"),
        "{refused:?}"
    );
    assert_eq!(retry().status.code(), Some(0));
    assert_eq!(directory.rows("out.jsonl")[8]["Outcome"], "NotMemberOrNotVisible");
    fs::write(&input, format!("{}x,y\n", csv(8))).unwrap();

    // A row that fails again has the new failure.
    fs::write(&output, failed(rows[0]) + &rows[1..].concat()).unwrap();
    local.fault("BadRequestException:1".parse().unwrap());
    assert_eq!(retry().status.code(), Some(1));
    assert_eq!(directory.rows("out.jsonl")[0]["Error"]["Code"], "BadRequestException");

    // A run that is stopped keeps what it was told, and the rows behind it.
    fs::write(&output, failed(rows[0]) + rows[1] + &failed(rows[2]) + rows[3]).unwrap();
    local.fault("delay(0ms):1".parse().unwrap());
    local.fault("ExpiredTokenException".parse().unwrap());
    let stopped =
        command(&local, &input, &output).args(["--retry-failed", "--concurrency", "1"]).output().unwrap();
    local.clear_faults();
    let said = String::from_utf8(stopped.stderr).unwrap();
    assert!(said.contains("stopped at line 4: ") && said.contains("; 6 rows are left; "), "{said}");
    let kept: String = [rows[0], rows[1], &failed(rows[2]), rows[3]].concat();
    assert_eq!((stopped.status.code(), fs::read_to_string(&output).unwrap()), (Some(3), kept));
    assert_eq!(retry().status.code(), Some(1));
    assert_eq!(fs::read_to_string(&output).unwrap(), right);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_that_is_killed_at_any_point_leaves_the_output_whole() {
    const ROWS: usize = 40;
    let directory = Directory::new("retry-killed");
    let (input, output) = (directory.path("in.csv"), directory.path("out.jsonl"));
    fs::write(&input, csv(ROWS)).unwrap();
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
    assert_eq!(command(&local, &input, &output).output().unwrap().status.code(), Some(0));
    let right = fs::read_to_string(&output).unwrap();
    let failed = right.replace("\"NotMemberOrNotVisible\"", "\"Failed\"");
    assert_ne!(failed, right);
    for requests in [1, 2, 7, 13] {
        fs::write(&output, &failed).unwrap();
        {
            let mut slot = victim.lock().unwrap();
            *slot = Some(command(&local, &input, &output).arg("--retry-failed").spawn().unwrap());
            left.store(requests, Ordering::SeqCst);
        }
        while victim.lock().unwrap().as_mut().unwrap().try_wait().unwrap().is_none() {
            tokio::task::yield_now().await;
        }
        left.store(usize::MAX, Ordering::SeqCst);
        let text = fs::read_to_string(&output).unwrap();
        assert!(text == failed || text == right, "after {requests} requests: {text}");
        let run = command(&local, &input, &output).arg("--retry-failed").output().unwrap();
        assert_eq!(run.status.code(), Some(0), "{run:?}");
        assert_eq!(fs::read_to_string(&output).unwrap(), right);
        assert_eq!(directory.files(), ["in.csv", "out.jsonl"]);
    }
}

#[test]
fn a_dash_is_standard_output_and_messages_go_to_standard_error() {
    let directory = Directory::new("dash");
    let input = directory.path("in.csv");
    fs::write(&input, csv(3) + "x,y,z\n").unwrap();
    let arguments = ["--local", "describe-memberships", "--input", &input, "--output", "-"];
    let run = chime(&arguments, &[]);
    assert_eq!(run.status.code(), Some(1));
    let lines: Vec<_> = stdout(&run)
        .lines()
        .map(|row| serde_json::from_str::<Value>(row).unwrap()["Line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [2, 3, 4, 5]);
    let said = std::str::from_utf8(&run.stderr).unwrap();
    assert!(
        said.contains("line 5: ChannelArn: \"z\"") && said.contains("\n4 rows: 2 members, 1 not"),
        "{said}"
    );

    let refused = chime(&[&arguments[..], &["--retry-failed"]].concat(), &[]);
    assert_eq!(failure(&refused).0, 252);
    let refused = chime(&[&arguments[..], &["--chime-bearer", "alice"]].concat(), &[]);
    assert!(failure(&refused).1.starts_with("chime: --chime-bearer: \"alice\" is not"), "{refused:?}");

    // A reader that closes the pipe does not cause an error.
    let mut gone = Command::new(env!("CARGO_BIN_EXE_chime"));
    let gone = gone.args(arguments).env_clear().stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut gone = gone.spawn().unwrap();
    drop(gone.stdout.take());
    let gone = gone.wait_with_output().unwrap();
    let said = std::str::from_utf8(&gone.stderr).unwrap();
    assert!(!said.contains("pipe"), "{said}");
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
