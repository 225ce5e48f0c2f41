//! The command, as a terminal meets it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "what goes wrong in a test ends it"
)]

mod arguments;
#[cfg(unix)]
mod credentials;
mod durability;
#[cfg(unix)]
mod listen;
mod lists;
#[cfg(unix)]
mod local_settings;
#[cfg(unix)]
mod manners;
mod memberships;
#[cfg(unix)]
mod settings;
mod tls;
mod world;

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

const OPERATION: &str = "describe-channel-membership-for-app-instance-user";
const APP_INSTANCE: &str =
    "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a";

/// The command in an environment of nothing but `variables`, away from the metadata of an instance.
fn chime(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_chime"))
        .args(arguments)
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

/// What a call that succeeded says, as JSON.
fn answer(output: &Output) -> Value {
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The exit code and the standard error, after checking that standard output is empty.
fn failure(output: &Output) -> (i32, &str) {
    assert_eq!(stdout(output), "");
    (output.status.code().unwrap(), std::str::from_utf8(&output.stderr).unwrap())
}

/// `chime local` on a free port until dropped.
struct Local {
    process: Child,
    url: String,
    greeting: String,
}

impl Local {
    fn start(arguments: &[&str]) -> Self {
        Self::start_with(arguments, Stdio::inherit())
    }

    /// Starts one whose log the test reads from the process.
    fn start_with_log(arguments: &[&str]) -> Self {
        Self::start_with(arguments, Stdio::piped())
    }

    fn start_with(arguments: &[&str], log: Stdio) -> Self {
        let any_port: &[&str] = if arguments.contains(&"--port") { &[] } else { &["--port", "0"] };
        let mut process = Command::new(env!("CARGO_BIN_EXE_chime"))
            .arg("local")
            .args(any_port)
            .args(arguments)
            .env_clear()
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut greeting = String::new();
        while !greeting.contains("Ctrl-C") {
            greeting.push_str(&lines.next().expect("a greeting").unwrap());
            greeting.push('\n');
        }
        let url = greeting.lines().next().unwrap().rsplit(' ').next().unwrap().to_owned();
        Self { process, url, greeting }
    }

    /// The variables that it tells people to set.
    fn variables(&self) -> Vec<(&str, &str)> {
        let exports = self.greeting.lines().filter_map(|line| line.trim().strip_prefix("export "));
        exports.flat_map(|line| line.split(' ')).map(|pair| pair.split_once('=').unwrap()).collect()
    }

    /// A call in the environment that it tells people to set.
    fn chime(&self, arguments: &[&str]) -> Output {
        chime(arguments, &self.variables())
    }

    fn call(&self, more: &[&str]) -> Output {
        let (channel, user) =
            (format!("{APP_INSTANCE}/channel/general"), format!("{APP_INSTANCE}/user/alice"));
        let mut arguments = vec![OPERATION, "--channel-arn", &channel, "--app-instance-user-arn", &user];
        arguments.extend(["--chime-bearer", &user]);
        arguments.extend(more);
        self.chime(&arguments)
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_first_command_of_the_readme_prints_the_membership_of_a_demo_user() {
    let output = chime(&["--local", OPERATION], &[]);
    let expected = r#"{
    "ChannelMembership": {
        "ChannelSummary": {
            "Name": "General",
            "ChannelArn": "APP_INSTANCE/channel/general",
            "Mode": "UNRESTRICTED",
            "Privacy": "PUBLIC",
            "Metadata": "{\"topic\":\"everything\"}",
            "LastMessageTimestamp": "2026-02-20T09:30:00.250000+00:00"
        },
        "AppInstanceUserMembershipSummary": {
            "Type": "DEFAULT",
            "ReadMarkerTimestamp": "2026-02-20T09:28:30.250000+00:00"
        }
    }
}
"#;
    assert_eq!(stdout(&output), expected.replace("APP_INSTANCE", APP_INSTANCE));
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[test]
fn an_answer_comes_as_text_or_as_a_table_too() {
    let text = chime(&["--local", OPERATION, "--output", "text"], &[]);
    assert_eq!(
        stdout(&text),
        format!(
            "APPINSTANCEUSERMEMBERSHIPSUMMARY\t2026-02-20T09:28:30.250000+00:00\tDEFAULT\n\
             CHANNELSUMMARY\t{APP_INSTANCE}/channel/general\t2026-02-20T09:30:00.250000+00:00\t\
             {{\"topic\":\"everything\"}}\tUNRESTRICTED\tGeneral\tPUBLIC\n"
        )
    );
    let table = chime(&["--output", "table", "--local", OPERATION], &[]);
    let row = stdout(&table).lines().find(|line| line.contains("/channel/general")).unwrap();
    assert!(
        ["|||  arn:", "General", "PUBLIC", "UNRESTRICTED"].iter().all(|cell| row.contains(cell)),
        "{row}"
    );
}

#[test]
fn a_mistake_in_the_command_line_is_one_line_before_anything_is_sent() {
    let bearer = format!("{APP_INSTANCE}/channel/general");
    let url = "http://localhost";
    let cases: [(&[&str], &str); 24] = [
        (&["describe-chanel"], "chime: describe-chanel: not a command; did you mean describe-channel?\n"),
        (&["list-channel"], "not a command; did you mean list-channels?\n"),
        (&["zzz"], "chime: zzz: not a command; `chime --help` lists the commands\n"),
        (
            &["describe-channel", "--chanel-arn", "x"],
            "chime: --chanel-arn: not an argument of chime describe-channel; did you mean --channel-arn?\n",
        ),
        (
            &["describe-channel", "x"],
            "chime: x: not an argument of chime describe-channel; `chime describe-channel --help` lists",
        ),
        (
            &["describe-channel", "--channel-arn"],
            "chime: --channel-arn: the value is missing; expected ARN\n",
        ),
        (
            &["describe-memberships"],
            "chime: describe-memberships: the following arguments are required: --input, --output\n",
        ),
        (&["local", "--port", "x"], "chime: --port: \"x\" is not valid; expected a whole number\n"),
        (&["local", "--port", "70000"], "\"70000\" is not valid; expected a number from 0 to 65535\n"),
        (&["local", "--listen", "x"], "\"x\" is not valid; expected an IP address such as 127.0.0.1\n"),
        (&["local", "--clock", "x"], "chime: --clock: \"x\" is not a time; expected ISO-8601"),
        (&["local", "--port", "1", "--port", "2"], "chime: --port: given twice; give it once\n"),
        (
            &["local", "--empty", "--seed", "x"],
            "chime: --empty: cannot be combined with --seed; give one of them\n",
        ),
        (&["completions", "x"], "chime: SHELL: \"x\" is not valid; expected one of bash, "),
        (&[OPERATION], "required: --channel-arn, --app-instance-user-arn, --chime-bearer"),
        (&[OPERATION, "--channel-arn", "x", "--chime-bearer", "y"], "required: --app-instance-user-arn"),
        (&["--local", OPERATION, "--channel-arn", "x"], "--channel-arn: \"x\" is not a channel ARN"),
        (&["--local", OPERATION, "--chime-bearer", &bearer], "--chime-bearer: \""),
        (
            &["--local", OPERATION, "--output", "xml"],
            "--output: \"xml\" is not valid; expected one of json, text, table\n",
        ),
        (&["--local", "--endpoint-url", url, OPERATION], "--local and --endpoint-url exclude each other"),
        (&["--local", OPERATION, "--endpoint-url", url], "--local and --endpoint-url exclude each other"),
        (&["--local", "local"], "--local is for calls"),
        (&["local", "--output", "table"], "--output is for calls"),
        (&["local", "--fault", "Throttled"], "ThrottledClientException:2"),
    ];
    for (arguments, reason) in cases {
        let output = chime(arguments, &[]);
        let (code, said) = failure(&output);
        assert_eq!(code, 252, "{arguments:?}");
        assert!(said.contains(reason), "{arguments:?}: {said} does not say {reason:?}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    let output = chime(&[], &[]);
    let (code, said) = failure(&output);
    assert!(code == 252 && said.contains("Usage: chime"), "{said}");
}

#[test]
fn settings_and_credentials_that_are_missing_or_malformed_are_named() {
    let user = format!("{APP_INSTANCE}/user/alice");
    let channel = format!("{APP_INSTANCE}/channel/general");
    let arguments =
        [OPERATION, "--channel-arn", &channel, "--app-instance-user-arn", &user, "--chime-bearer", &user];
    let cases: [(&[(&str, &str)], &str); 4] = [
        (&[], "AWS_REGION"),
        (&[("AWS_ENDPOINT_URL", "http://127.0.0.1:9")], "AWS_ACCESS_KEY_ID"),
        (&[("AWS_REGION", "us-east-1"), ("AWS_MAX_ATTEMPTS", "many")], "AWS_MAX_ATTEMPTS: \"many\""),
        (&[("AWS_ENDPOINT_URL", "localhost")], "endpoint URL: \"localhost\""),
    ];
    let region = chime(&[&arguments[..], &["--region", "EU"]].concat(), &[("AWS_REGION", "us-east-1")]);
    assert_eq!(failure(&region).0, 253);
    assert!(failure(&region).1.contains("region: \"EU\""), "{}", failure(&region).1);
    for (variables, reason) in cases {
        let output = chime(&arguments, variables);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (253, 1), "{said}");
        assert!(said.contains(reason), "{said} does not say {reason:?}");
    }
}

#[test]
fn with_local_the_user_who_is_asked_about_asks() {
    let output =
        chime(&["--local", OPERATION, "--app-instance-user-arn", &format!("{APP_INSTANCE}/user/bob")], &[]);
    assert!(stdout(&output).contains("\"Type\": \"DEFAULT\""), "{output:?}");
    assert!(!stdout(&output).contains("ReadMarkerTimestamp"), "bob has never read: {output:?}");
}

#[test]
fn a_refusal_of_the_service_looks_as_in_the_aws_cli_and_tells_the_request_id() {
    let output = chime(&["--local", OPERATION, "--chime-bearer", &format!("{APP_INSTANCE}/user/bob")], &[]);
    let (code, said) = failure(&output);
    assert_eq!((code, said.lines().count()), (254, 1));
    let start = "An error occurred (ForbiddenException) when calling the \
                 DescribeChannelMembershipForAppInstanceUser operation: \
                 You do not have sufficient access to perform this action (request id ";
    assert!(said.starts_with(start), "{said}");
}

#[test]
fn a_refused_connection_has_exit_code_255() {
    let local = Local::start(&[]);
    let elsewhere = ["--endpoint-url", "http://127.0.0.1:9"];
    let output = local.call(&elsewhere);
    let (code, said) = failure(&output);
    assert_eq!((code, said.lines().count()), (255, 1), "{said}");
    assert!(said.contains("no connection") && said.contains("3 attempts"), "{said}");
}

#[test]
fn the_served_service_answers_to_the_lines_it_tells_people_to_paste() {
    let local = Local::start(&[]);
    let answer = local.call(&[]);
    let embedded = chime(&["--local", OPERATION], &[]);
    assert_eq!(stdout(&answer), stdout(&embedded));
    // An address on the command line wins, and any region does.
    let answer = local.call(&["--region", "eu-central-1", "--endpoint-url", &local.url]);
    assert_eq!(stdout(&answer), stdout(&embedded));
    for word in
        ["alice", "bob", "carol", "admin", "general", "board", "inject_host_prefix=False", "SDK_IDENTITY="]
    {
        assert!(local.greeting.contains(word), "no {word} in\n{}", local.greeting);
    }
}

#[test]
fn faults_are_served() {
    let local = Local::start(&["--fault", "ThrottledClientException:3", "--fault", "BadRequestException:1"]);
    let output = local.call(&[]);
    let (code, said) = failure(&output);
    assert_eq!(code, 254);
    assert!(said.contains("(ThrottledClientException)") && said.contains("3 attempts"), "{said}");
    let output = local.call(&[]);
    let (code, said) = failure(&output);
    assert_eq!(code, 254);
    assert!(said.contains("(BadRequestException)") && !said.contains("attempts"), "{said}");
    assert_eq!(local.call(&[]).status.code(), Some(0));
}

#[test]
fn a_port_that_is_taken_is_refused_with_advice() {
    let local = Local::start(&[]);
    let port = local.url.rsplit(':').next().unwrap();
    let output = chime(&["local", "--port", port], &[]);
    let (code, said) = failure(&output);
    assert_eq!(code, 255);
    assert!(said.contains(port) && said.contains("--port 0"), "{said}");
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_service_with_exit_code_0() {
    for signal in ["INT", "TERM"] {
        let mut local = Local::start(&[]);
        let id = local.process.id().to_string();
        assert!(Command::new("kill").args(["-s", signal, &id]).status().unwrap().success());
        assert_eq!(local.process.wait().unwrap().code(), Some(0), "SIG{signal}");
    }
}
