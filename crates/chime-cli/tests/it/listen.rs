//! `chime listen`, against `chime local`.

use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};
use std::sync::mpsc::channel;
use std::thread;

use serde_json::Value;

use crate::world::Directory;
use crate::{APP_INSTANCE, Local, chime, failure, stdout};

/// `chime listen` that runs.
struct Listening {
    process: Child,
    /// None once nobody reads them.
    lines: Option<Lines<BufReader<ChildStdout>>>,
    notices: Lines<BufReader<ChildStderr>>,
}

impl Listening {
    /// Listens to a user's events; returns once the session has begun.
    fn start(local: &Local, user: &str, more: &[&str]) -> Self {
        let user = format!("{APP_INSTANCE}/user/{user}");
        let mut process = Command::new(env!("CARGO_BIN_EXE_chime"))
            .args(["listen", "--app-instance-user-arn", &user])
            .args(more)
            .env_clear()
            .envs(local.variables())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = Some(BufReader::new(process.stdout.take().unwrap()).lines());
        let notices = BufReader::new(process.stderr.take().unwrap()).lines();
        let mut listening = Self { process, lines, notices };
        assert_eq!(listening.notice(), format!("chime: listening to the events of {user}; Ctrl-C ends it"));
        listening
    }

    fn line(&mut self) -> String {
        self.lines.as_mut().unwrap().next().unwrap().unwrap()
    }

    fn event(&mut self) -> Value {
        serde_json::from_str(&self.line()).unwrap()
    }

    fn notice(&mut self) -> String {
        self.notices.next().unwrap().unwrap()
    }

    /// Interrupts it as Ctrl-C does; its exit code.
    fn interrupt(&mut self) -> Option<i32> {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
        self.process.wait().unwrap().code()
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn say(local: &Local, content: &str) {
    let sent = try_to_say(local, content);
    assert_eq!(sent.status.code(), Some(0), "{sent:?}");
}

fn try_to_say(local: &Local, content: &str) -> Output {
    let (channel, alice) = (format!("{APP_INSTANCE}/channel/general"), format!("{APP_INSTANCE}/user/alice"));
    let call =
        ["send-channel-message", "--channel-arn", &channel, "--chime-bearer", &alice, "--content", content];
    local.chime(&[&call[..], &["--type", "STANDARD", "--persistence", "PERSISTENT"]].concat())
}

/// The body of an answer of the administrative path.
fn administer(local: &Local, method: &str, path: &str) -> String {
    let host = local.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let headers = format!("host: {host}\r\nx-chime-local: admin\r\nconnection: close\r\n");
    write!(stream, "{method} /_local/{path} HTTP/1.1\r\n{headers}\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    answer.split_once("\r\n\r\n").unwrap().1.to_owned()
}

/// Closes every session with a code.
fn close_all(local: &Local, code: u16) {
    let sessions: Value = serde_json::from_str(&administer(local, "GET", "sessions")).unwrap();
    for session in sessions.as_array().unwrap() {
        administer(local, "DELETE", &format!("sessions/{}?code={code}", session["Id"]));
    }
}

#[test]
fn events_are_json_lines_until_ctrl_c() {
    let local = Local::start(&["--quiet"]);
    let mut listening = Listening::start(&local, "bob", &[]);
    say(&local, "Hello\nall");
    let event = listening.event();
    assert_eq!(event["EventType"], "CREATE_CHANNEL_MESSAGE");
    assert_eq!(event["Payload"]["Content"], "Hello\nall");
    assert_eq!(listening.interrupt(), Some(0));
    assert_eq!(listening.notice(), "chime: ended after 1 event");
    assert!(listening.lines.as_mut().unwrap().next().is_none() && listening.notices.next().is_none());
    // The session was closed, not cut off.
    assert_eq!(administer(&local, "GET", "sessions").trim(), "[]");
}

#[test]
fn a_session_begins_with_the_channels_and_goes_on_after_a_loss() {
    let local = Local::start(&["--quiet"]);
    let options = ["--prefetch", "--output", "text", "--fill-gaps"];
    let mut listening = Listening::start(&local, "alice", &options);
    let mut channels = [listening.line(), listening.line()];
    channels.sort();
    assert_eq!(channels, ["CHANNEL_DETAILS board Board", "CHANNEL_DETAILS general General"]);
    close_all(&local, 1012);
    let lost = listening.notice();
    assert!(
        lost.starts_with("chime: session: the service closed it with code 1012; the next connect is in "),
        "{lost}"
    );
    say(&local, "meanwhile");
    let again = listening.notice();
    assert!(again.starts_with("chime: connected again; the messages since "), "{again}");
    // The channels come once more, and the message, in any order.
    let lines = [listening.line(), listening.line(), listening.line()];
    let message = lines.iter().find(|line| line.contains("CREATE_CHANNEL_MESSAGE"));
    assert!(message.unwrap().ends_with(" CREATE_CHANNEL_MESSAGE general Alice: meanwhile"), "{lines:?}");
    close_all(&local, 4003);
    assert_eq!(listening.process.wait().unwrap().code(), Some(254));
    assert_eq!(listening.notice(), "chime: session: the service closed it with code 4003");
}

#[test]
fn a_session_meets_the_faults_that_the_service_was_started_with() {
    let faults = ["--fault", "Event=duplicate:1", "--fault", "Event=close(1012):1"];
    let local = Local::start(&[&["--quiet"][..], &faults].concat());
    let mut listening = Listening::start(&local, "bob", &["--fill-gaps"]);
    say(&local, "once");
    say(&local, "in the gap");
    for expected in ["once", "in the gap"] {
        assert_eq!(listening.event()["Payload"]["Content"], expected);
    }
    let lost = listening.notice();
    assert!(lost.starts_with("chime: session: the service closed it with code 1012; "), "{lost}");
    assert_eq!(administer(&local, "GET", "faults").trim(), "[]");
}

#[test]
fn a_session_misses_no_message_of_a_service_that_is_killed() {
    let directory = Directory::new("killed-service");
    let data = directory.path("world.db");
    let mut local = Local::start(&["--quiet", "--data", &data]);
    let port = local.url.rsplit(':').next().unwrap().to_owned();
    let mut listening = Listening::start(&local, "bob", &["--fill-gaps"]);
    let mut acknowledged = Vec::new();
    for round in 0..3 {
        let (sender, sent) = channel();
        thread::scope(|scope| {
            for writer in 0..4 {
                let (local, sender) = (&local, sender.clone());
                scope.spawn(move || {
                    let contents = (0..).map(|number| format!("{round}-{writer}-{number}"));
                    for content in contents.take_while(|content| try_to_say(local, content).status.success())
                    {
                        sender.send(content).unwrap();
                    }
                });
            }
            drop(sender);
            // While the others send: before a commit, or between it and the event or the answer.
            acknowledged.extend(sent.iter().take(10 + round));
            let id = local.process.id().to_string();
            assert!(Command::new("kill").args(["-s", "KILL", &id]).status().unwrap().success());
            acknowledged.extend(sent.iter());
        });
        local.process.wait().unwrap();
        local = Local::start(&["--quiet", "--data", &data, "--port", &port]);
    }
    say(&local, "last");
    let contents =
        std::iter::repeat_with(|| listening.event()["Payload"]["Content"].as_str().unwrap().to_owned());
    let mut heard: Vec<_> = contents.take_while(|content| content != "last").collect();
    heard.sort();
    let count = heard.len();
    heard.dedup();
    assert_eq!(heard.len(), count, "a message came twice");
    for content in acknowledged {
        assert!(heard.binary_search(&content).is_ok(), "{content} is missing");
    }
}

#[test]
fn a_reader_that_goes_away_ends_it() {
    let local = Local::start(&["--quiet"]);
    let mut listening = Listening::start(&local, "bob", &[]);
    listening.lines = None;
    say(&local, "Hello");
    assert_eq!(listening.process.wait().unwrap().code(), Some(0));
}

#[test]
fn mistakes_and_refusals_are_one_line() {
    let local = Local::start(&["--quiet"]);
    let bob = format!("{APP_INSTANCE}/user/bob");
    let nobody = format!("{APP_INSTANCE}/user/nobody");
    let cases: [(&[&str], i32, &str); 6] = [
        (&["listen"], 252, "chime: listen: the following arguments are required: --app-instance-user-arn"),
        (
            &["listen", "--app-instance-user-arn", "bob"],
            252,
            "chime: --app-instance-user-arn: \"bob\" is not ",
        ),
        (
            &["listen", "--app-instance-user-arn", &bob, "--query", "x"],
            252,
            "chime: --query is for single calls",
        ),
        (&["listen", "--app-instance-user-arn", &bob, "--output", "table"], 252, "expected json or text"),
        (
            &["listen", "--app-instance-user-arn", &nobody],
            254,
            "closed it with code 4401 (Unauthorized); check",
        ),
        (
            &["listen", "--app-instance-user-arn", &bob, "--local", "--profile", "x"],
            252,
            "exclude each other",
        ),
    ];
    for (arguments, code, reason) in cases {
        let output = local.chime(arguments);
        let (ended, said) = failure(&output);
        assert_eq!((ended, said.lines().count()), (code, 1), "{arguments:?}: {said}");
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
    let wrong = [
        ("AWS_ENDPOINT_URL", local.url.as_str()),
        ("AWS_ACCESS_KEY_ID", "X"),
        ("AWS_SECRET_ACCESS_KEY", "y"),
    ];
    let output = chime(&["listen", "--app-instance-user-arn", &bob], &wrong);
    assert_eq!(failure(&output).0, 254, "{output:?}");
    assert!(
        failure(&output).1.contains("when calling the GetMessagingSessionEndpoint operation"),
        "{output:?}"
    );
    assert!(stdout(&local.chime(&["listen", "--help"])).contains("--prefetch"));
}

#[test]
fn a_service_that_is_interrupted_closes_its_sessions_and_logs_their_end() {
    let mut local = Local::start_with_log(&[]);
    let mut listening = Listening::start(&local, "bob", &[]);
    let id = local.process.id().to_string();
    assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
    assert_eq!(local.process.wait().unwrap().code(), Some(0));
    let notice = listening.notice();
    assert!(notice.starts_with("chime: session: the service closed it with code 1001"), "{notice}");
    let mut log = String::new();
    local.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
    let last = log.lines().last().unwrap();
    assert!(last.contains("/user/bob ended after") && last.ends_with("1001"), "{log}");
}
