//! Manners of a command: values as people write them, answers as they want them, errors that say what to do.

use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use crate::world::Directory;
use crate::{APP_INSTANCE, Local, OPERATION, answer, chime, failure, stdout};

const SEND: [&str; 6] =
    ["send-channel-message", "--type", "STANDARD", "--persistence", "PERSISTENT", "--content"];

/// What the channel `general` has as its newest message, after sending one with these arguments and variables.
fn sent(local: &Local, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let (channel, user) = (format!("{APP_INSTANCE}/channel/general"), format!("{APP_INSTANCE}/user/alice"));
    let of_channel = ["--channel-arn", &channel, "--chime-bearer", &user];
    let variables = [&local.variables()[..], variables].concat();
    let sent = answer(&chime(&[arguments, &of_channel].concat(), &variables));
    let id = ["--message-id", sent["MessageId"].as_str().unwrap()];
    let got = answer(&local.chime(&[&["get-channel-message"], &of_channel[..], &id].concat()));
    got["ChannelMessage"]["Content"].as_str().unwrap().to_owned()
}

#[test]
fn a_text_may_begin_with_a_hyphen() {
    let local = Local::start(&["--quiet"]);
    for text in ["- buy milk", "-", "--", "-x", "-1", "--- a/file", "--no-such-option", "-h"] {
        assert_eq!(sent(&local, &[&SEND[..], &[text]].concat(), &[]), text);
    }
    let joined = format!("--content={}", "--type");
    assert_eq!(sent(&local, &[&SEND[..5], &[&joined]].concat(), &[]), "--type");
    // An option in place of the text is a text that was forgotten.
    for option in ["--type", "--metadata", "--local", "--query", "--help"] {
        let output = chime(&[&["--local"], &SEND[..], &[option]].concat(), &[]);
        let (code, said) = failure(&output);
        let expected = format!(
            "chime: --content: a value is missing before {option}; --content={option} is that text\n"
        );
        assert_eq!((code, said), (252, expected.as_str()));
    }
}

#[test]
fn a_value_may_be_the_text_of_a_file() {
    let directory = Directory::new("value-files");
    let home = directory.path("");
    let path = directory.file("text.txt", "- from\na file\n");
    let binary = directory.path("binary");
    std::fs::write(&binary, b"ab\xff").unwrap();
    let large = directory.path("large");
    File::create(&large).unwrap().set_len(16 * 1024 * 1024 + 1).unwrap();
    let local = Local::start(&["--quiet"]);
    let variables = [("HOME", home.as_str()), ("NAME", "text")];
    for value in [
        &format!("file://{path}"),
        "file://~/text.txt",
        "fileb://~/text.txt",
        "file://$HOME/${NAME}.txt",
        "fileb://~/$NAME.txt",
    ] {
        assert_eq!(sent(&local, &[&SEND[..], &[value]].concat(), &variables), "- from\na file\n", "{value}");
    }
    let refused = [
        (format!("file://{binary}"), "byte 2 is not UTF-8"),
        (format!("fileb://{binary}"), "byte 2 is not UTF-8; every parameter of these operations is text"),
        (format!("file://{large}"), "it has more than the 16777216 bytes that are read"),
        ("file:///dev/zero".to_owned(), "/dev/zero: it is a device; expected a regular file or a pipe"),
        ("fileb:///dev/full".to_owned(), "/dev/full: it is a device"),
        ("file://~".to_owned(), "it is a directory"),
        ("file://~/nonexistent".to_owned(), "nonexistent: No such file"),
    ];
    for (value, reason) in &refused {
        let output = chime(&[&["--local"], &SEND[..], &[value]].concat(), &variables);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (252, 1), "{said}");
        assert!(
            said.starts_with("chime: --content: ") && said.contains(reason),
            "{said} does not say {reason:?}"
        );
    }
}

#[test]
fn a_pipe_is_read_if_somebody_writes_to_it() {
    let directory = Directory::new("value-pipes");
    let pipe = directory.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let local = Local::start(&["--quiet"]);
    let path = pipe.clone();
    let writer = std::thread::spawn(move || std::fs::write(path, "piped").unwrap());
    assert_eq!(sent(&local, &[&SEND[..], &[&format!("file://{pipe}")]].concat(), &[]), "piped");
    writer.join().unwrap();
    let output = chime(&[&["--local"], &SEND[..], &[&format!("file://{pipe}")]].concat(), &[]);
    assert!(failure(&output).1.contains("nobody has opened the pipe for writing within 5s"), "{output:?}");
}

#[test]
fn a_query_selects_a_part_of_the_whole_answer() {
    let describe = ["--local", OPERATION];
    let cases: [(&[&str], &str); 6] = [
        (&["--query", "ChannelMembership.ChannelSummary.Name"], "\"General\"\n"),
        (&["--query", "ChannelMembership.ChannelSummary.Name", "--output", "text"], "General\n"),
        (
            &["--query", "ChannelMembership.ChannelSummary.[Name, Mode]", "--output", "text"],
            "General\tUNRESTRICTED\n",
        ),
        (
            &["--query", "ChannelMembership.ChannelSummary.LastMessageTimestamp", "--output", "text"],
            "2026-02-20T09:30:00.250000+00:00\n",
        ),
        (&["--query", "Nothing"], "null\n"),
        (
            &["--query", "ChannelMembership.ChannelSummary.{T: Name, A: Mode}"],
            "{\n    \"T\": \"General\",\n    \"A\": \"UNRESTRICTED\"\n}\n",
        ),
    ];
    for (arguments, expected) in cases {
        let output = chime(&[&describe[..], arguments].concat(), &[]);
        assert_eq!(stdout(&output), expected, "{arguments:?}: {output:?}");
    }
    let refused = [
        (&describe[..], "Channels[", 252, "--query: \"Channels[\": "),
        (&describe, "length(`1`)", 255, "--query: "),
        (&["describe-memberships", "--input", "x", "--output", "y"], "x", 252, "--query is for single calls"),
        (&["local"], "x", 252, "--query is for calls"),
    ];
    for (arguments, expression, expected, reason) in refused {
        let output = chime(&[arguments, &["--query", expression]].concat(), &[]);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (expected, 1), "{said}");
        assert!(said.starts_with(&format!("chime: {reason}")), "{said} does not say {reason:?}");
    }
}

#[test]
fn a_list_is_a_table_with_a_row_for_each_item() {
    let output = chime(&["--local", "list-channel-memberships", "--output", "table"], &[]);
    let table = stdout(&output);
    assert!(table.contains("Member.Arn") && table.contains("Member.Name"), "{table}");
    for user in ["alice", "bob"] {
        let rows: Vec<_> = table.lines().filter(|line| line.contains(&format!("/user/{user} "))).collect();
        let [row] = rows[..] else { panic!("{table}") };
        let name = user[..1].to_uppercase() + &user[1..];
        assert!(row.contains(&format!("  {name} ")), "{row}");
    }
}

/// A server that answers every connection with these bytes, after the head of a request.
fn server(answer: Vec<u8>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut head = [0; 4096];
            let _ = stream.read(&mut head);
            let _ = stream.write_all(&answer);
        }
    });
    address
}

/// A call to an address.
fn call_to(url: &str) -> Output {
    let arguments = ["describe-app-instance", "--app-instance-arn", APP_INSTANCE, "--endpoint-url", url];
    let variables = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "S"), ("AWS_MAX_ATTEMPTS", "1")];
    chime(&arguments, &variables)
}

#[test]
fn a_connection_that_fails_names_the_address_and_the_likely_cause() {
    let plain =
        server(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_vec());
    let tls_alert = server(b"\x15\x03\x01\x00\x02\x02\x46".to_vec());
    let closing = server(Vec::new());
    let gone = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let cases = [
        (
            format!("http://{gone}"),
            format!("no connection: connection refused by {gone} after 1 attempt in "),
            "is `chime local` running there?".to_owned(),
        ),
        (
            format!("https://{gone}"),
            format!("no connection: connection refused by {gone} "),
            "is `chime local` running there?".to_owned(),
        ),
        (
            "http://nosuch.invalid".to_owned(),
            "no connection: unknown host nosuch.invalid: ".to_owned(),
            String::new(),
        ),
        (
            format!("https://{plain}"),
            format!("no connection: {plain} does not speak TLS: it answers in plain text "),
            format!("use http://{plain}"),
        ),
        (
            format!("https://{closing}"),
            format!("no connection: {closing} ends the TLS handshake "),
            format!("if it speaks HTTP without TLS, use http://{closing}"),
        ),
        (
            format!("http://{tls_alert}"),
            format!("no answer from {tls_alert} (if it speaks TLS, use https://{tls_alert}): "),
            String::new(),
        ),
        (
            format!("http://{closing}"),
            format!("no answer from {closing}: connection closed before message completed "),
            String::new(),
        ),
    ];
    for (url, reason, advice) in cases {
        let output = call_to(&url);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (255, 1), "{said}");
        assert!(said.contains(&reason), "{said} does not say {reason:?}");
        assert!(
            advice.is_empty() || said.ends_with(&format!(" ms; {advice}\n")),
            "{said} does not say {advice:?}"
        );
    }
}

#[test]
fn a_long_message_of_a_server_is_cut() {
    let body = json!({"Code": "x".repeat(1000), "Message": "é".repeat(1_500_000)}).to_string();
    let head =
        format!("HTTP/1.1 400 Bad Request\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    let output = call_to(&format!("http://{}", server([head.into_bytes(), body.into_bytes()].concat())));
    let (code, said) = failure(&output);
    assert_eq!((code, said.lines().count()), (254, 1));
    assert!(said.len() < 8192 && said.contains("é… (3000000 bytes)"), "{} bytes", said.len());
}

#[test]
fn debugging_shows_each_attempt_and_no_secret() {
    let local = Local::start(&["--quiet", "--fault", "ServiceUnavailableException:1"]);
    let call = ["list-app-instance-users", "--app-instance-arn", APP_INSTANCE, "--max-results", "1"];
    let output = local.chime(&[&call[..], &["--debug"]].concat());
    let said = std::str::from_utf8(&output.stderr).unwrap();
    let url = format!("GET {}/app-instance-users?app-instance-arn&max-results: ", local.url);
    let [first, second] = said.lines().collect::<Vec<_>>()[..] else { panic!("{said}") };
    assert!(first.starts_with(&format!("chime: attempt 1: {url}failed in ")), "{first}");
    assert!(
        first.contains(", status 503, request id ") && first.contains("ServiceUnavailableException"),
        "{first}"
    );
    assert!(second.starts_with(&format!("chime: attempt 2: {url}answered in ")), "{second}");
    assert!(second.contains(", status 200, request id "), "{second}");
    let page: Value = serde_json::from_slice(&output.stdout).unwrap();
    let token = page["NextToken"].as_str().unwrap();
    let output = local.chime(&[&call[..], &["--debug", "--next-token", token]].concat());
    let said = std::str::from_utf8(&output.stderr).unwrap();
    let secret = local.variables().into_iter().find(|(name, _)| *name == "AWS_SECRET_ACCESS_KEY").unwrap().1;
    assert!(said.contains("&next-token") && !said.contains(token) && !said.contains(secret), "{said}");
    assert!(local.chime(&call).stderr.is_empty());
}

#[test]
fn every_shell_has_completions_and_every_command_a_manual_page() {
    for (shell, start) in [
        ("bash", "_chime() {"),
        ("zsh", "#compdef chime"),
        ("fish", "# Print an optspec for argparse"),
        ("powershell", "\nusing namespace System.Management.Automation"),
        ("elvish", "\nuse builtin;"),
    ] {
        let output = chime(&["completions", shell], &[]);
        let script = stdout(&output);
        assert!(script.starts_with(start), "{shell}: {}", script.get(..200).unwrap_or(script));
        assert!(script.contains("describe-channel-membership") && script.contains("chime-bearer"), "{shell}");
    }
    assert_eq!(failure(&chime(&["completions", "tcsh"], &[])).0, 252);
    for (arguments, title, text) in [
        (&["man"][..], ".TH chime 1", "list\\-channels"),
        (&["man", "create-channel"], ".TH chime-create-channel 1", "\\-\\-expiration\\-settings"),
        (&["man", "local"], ".TH chime-local 1", "\\-\\-seed"),
    ] {
        let output = chime(arguments, &[]);
        let page = stdout(&output);
        assert!(page.contains(title) && page.contains(text), "{arguments:?}: {page}");
    }
    assert!(failure(&chime(&["man", "nosuch"], &[])).1.contains("man: \"nosuch\" is not a command"));
}

#[cfg(target_os = "linux")]
#[test]
fn an_output_that_cannot_be_written_is_an_error_and_a_reader_that_leaves_is_not() {
    let data = concat!(env!("CARGO_MANIFEST_DIR"), "/../../contract-tests/data/data-file-1.db");
    let cases: [&[&str]; 8] = [
        &["local", "export", "--data", data],
        &["--help"],
        &["--version"],
        &["create-channel", "--help"],
        &["--local", OPERATION],
        &["--local", OPERATION, "--output", "table"],
        &["completions", "bash"],
        &["man"],
    ];
    for arguments in cases {
        let run = |output: Stdio| {
            let mut command = Command::new(env!("CARGO_BIN_EXE_chime"));
            command.args(arguments).env_clear().stdout(output).output().unwrap()
        };
        let full = run(File::options().write(true).open("/dev/full").unwrap().into());
        let said = String::from_utf8_lossy(&full.stderr);
        assert_eq!((full.status.code(), said.lines().count()), (Some(255), 1), "{arguments:?}: {said}");
        assert!(said.starts_with("chime: standard output: No space left on device"), "{said}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let left = run(writer.into());
        assert_eq!((left.status.code(), left.stderr), (Some(0), Vec::new()), "{arguments:?}");
    }
    let mut greeting = Command::new(env!("CARGO_BIN_EXE_chime"));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let full = greeting.args(["local", "--port", "0"]).env_clear().stdout(full).output().unwrap();
    assert_eq!(full.status.code(), Some(255));
}

#[test]
fn devices_and_directories_are_refused_wherever_a_file_is_read() {
    for file in ["/dev/zero", "/dev/full", "/"] {
        let content = format!("file://{file}");
        let cases: [&[&str]; 6] = [
            &["local", "--port", "0", "--seed", file],
            &["local", "--port", "0", "--faults", file],
            &["local", "--port", "0", "--data", file],
            &["local", "export", "--data", file],
            &["describe-memberships", "--local", "--input", file, "--output", "-"],
            &[&["--local"], &SEND[..], &[&content]].concat(),
        ];
        for arguments in cases {
            let output = chime(arguments, &[]);
            let (code, said) = failure(&output);
            assert!(code >= 252 && said.lines().count() == 1, "{arguments:?}: {said}");
            assert!(said.contains("regular file"), "{arguments:?}: {said}");
        }
    }
}

#[test]
fn every_error_begins_with_the_commands_name() {
    let cases: [&[&str]; 4] =
        [&["--nosuch"], &["nosuch"], &["--output", "xml", "list-channels"], &["create-channel", "--name"]];
    for arguments in cases {
        let output = chime(arguments, &[]);
        let (code, said) = failure(&output);
        assert_eq!(code, 252);
        assert!(said.starts_with("chime: "), "{said}");
    }
}
