//! What operations are given: every kind of argument, good and bad, and what `--local` fills in.

use std::path::PathBuf;

use chime_client::operation::Resource;
use chime_client::operations::ALL;

use crate::{APP_INSTANCE, Local, answer, chime, failure, stdout};

fn user(id: &str) -> String {
    format!("{APP_INSTANCE}/user/{id}")
}

/// A file with that text, of that test alone, as the AWS CLI's `file://` names it.
fn file(name: &str, text: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).unwrap();
    format!("file://{}", path.display())
}

#[test]
fn every_kind_of_argument_reaches_the_service() {
    let local = Local::start(&["--quiet"]);
    let [admin, alice, bob, carol] = ["admin", "alice", "bob", "carol"].map(user);
    let (name, moderators) = (file("name.txt", "1 = {"), format!(r#" ["{carol}"]"#));
    let expiry = "ExpirationDays=30,ExpirationCriterion=CREATED_TIMESTAMP";
    let arguments = ["create-channel", "--app-instance-arn", APP_INSTANCE, "--chime-bearer", &admin];
    let more = ["--name", &name, "--mode", "RESTRICTED", "--member-arns", &alice, &bob];
    let structures =
        ["--tags", "Key=a,Value=1", r#"{"Key": "b", "Value": "=,"}"#, "--expiration-settings", expiry];
    let lists = ["--moderator-arns", &moderators, "--channel-id", "new"];
    let created = answer(&local.chime(&[&arguments[..], &more, &structures, &lists].concat()));
    let channel = format!("{APP_INSTANCE}/channel/new");
    assert_eq!(created["ChannelArn"], channel);

    let of_channel = ["--channel-arn", &channel, "--chime-bearer", &alice];
    let described = answer(&local.chime(&[&["describe-channel"], &of_channel[..]].concat()));
    assert_eq!(described["Channel"]["Name"], "1 = {");
    assert_eq!(described["Channel"]["Mode"], "RESTRICTED");
    assert_eq!(described["Channel"]["ExpirationSettings"]["ExpirationDays"], 30);
    let listed = stdout(&local.chime(&[&["list-channel-memberships"], &of_channel[..]].concat())).to_owned();
    assert!([&admin, &alice, &bob].iter().all(|member| listed.contains(*member)), "{listed}");
    let of_carol = ["--channel-arn", &channel, "--chime-bearer", &carol];
    let listed = answer(&local.chime(&[&["list-channel-moderators"], &of_carol[..]].concat()));
    assert_eq!(listed["ChannelModerators"][1]["Moderator"]["Arn"], carol);

    let mut times = Vec::new();
    for (content, token) in [("one", "t1"), ("two", "t2"), ("two", "t2")] {
        let message = ["--content", content, "--type", "STANDARD", "--persistence", "PERSISTENT"];
        let attributes = r#"{"color":{"StringValues":["red","1"]}}"#;
        let target = format!("MemberArn={bob}");
        let more = ["--message-attributes", attributes, "--target", &target, "--client-request-token", token];
        let push = ["--push-notification", "Title=News,Body=Hello,Type=DEFAULT"];
        let sent = answer(
            &local.chime(&[&["send-channel-message"], &of_channel[..], &message, &more, &push].concat()),
        );
        let id = ["--message-id", sent["MessageId"].as_str().unwrap()];
        let got = answer(&local.chime(&[&["get-channel-message"], &of_channel[..], &id].concat()));
        let got = &got["ChannelMessage"];
        assert_eq!(got["MessageAttributes"]["color"]["StringValues"][1], "1");
        assert_eq!(got["Target"][0]["MemberArn"], bob);
        times.push(got["CreatedTimestamp"].as_str().unwrap().to_owned());
    }
    assert_eq!(times[1], times[2], "the same token is the same message");
    let seconds = times[1].parse::<chime_client::Timestamp>().unwrap();
    let seconds = serde_json::to_string(&seconds).unwrap();
    for not_before in [&times[1], &seconds] {
        let since = ["list-channel-messages", "--not-before", not_before];
        let listed = answer(&local.chime(&[&since, &of_channel[..]].concat()));
        assert_eq!(listed["ChannelMessages"].as_array().unwrap().len(), 1, "{not_before}");
    }
    let one = ["list-channel-messages", "--not-before", "-1.5", "--max-results", "1"];
    let listed = answer(&local.chime(&[&one, &of_channel[..]].concat()));
    assert_eq!(listed["ChannelMessages"].as_array().unwrap().len(), 1);
}

#[test]
fn a_bad_argument_is_named_with_what_is_wrong_and_what_would_be_right() {
    let bob = user("bob");
    let broken = format!("[\"{bob}\"");
    let numbers = format!("[\"{bob}\",7]");
    let create = ["create-channel", "--name", "x"];
    let send =
        ["send-channel-message", "--content", "x", "--type", "STANDARD", "--persistence", "PERSISTENT"];
    let tags = "; for example Key=team,Value=support";
    let days = "; for example ExpirationDays=30,ExpirationCriterion=CREATED_TIMESTAMP";
    let criterion = "ExpirationCriterion=NEVER,ExpirationDays=3";
    let cases: [(&[&str], &[&str], &[&str]); 27] = [
        (&create, &["--channel-id", ".a"], &["letters, digits and ':-_.@'"]),
        (&create, &["--mode", "OPEN"], &["\"OPEN\" is not one of UNRESTRICTED, RESTRICTED"]),
        (&create, &["--metadata", "file:///nonexistent"], &["/nonexistent: No such file"]),
        (&["list-channels"], &["--max-results", "many"], &["expected a whole number"]),
        (&["list-channels"], &["--max-results", "51"], &["it is 51; expected 1 to 50"]),
        (&["list-channels"], &["--max-results", "-1"], &["it is -1; expected 1 to 50"]),
        (&["list-channel-messages"], &["--not-before", "noon"], &["2021-01-07T20:35:41.085Z, or seconds"]),
        (&["list-channel-messages"], &["--not-after", "1e300"], &["2021-01-07T20:35:41.085Z, or seconds"]),
        (
            &create,
            &["--member-arns", &bob, "x"],
            &["item 2: \"x\" is not an app instance user ARN", "such as"],
        ),
        (&create, &["--member-arns", &broken], &["not JSON: EOF"]),
        (&create, &["--member-arns", &numbers], &["expected a list of texts"]),
        (&create, &["--member-arns", "[]"], &["it has 0 items; expected 1 to 10"]),
        (&create, &["--tags", "Key=a"], &["missing field `Value`", tags]),
        (&create, &["--tags", "a"], &["neither JSON nor Name=value pairs", tags]),
        (&create, &["--tags", ""], &["neither JSON nor Name=value pairs", tags]),
        (&create, &["--tags", "Key=a,Value=b,c"], &["neither JSON nor Name=value pairs", tags]),
        (&create, &["--tags", "Key=a,Value='b'"], &["Value is not plain text; expected JSON", tags]),
        (&create, &["--tags", "Key=a,Key=b"], &["Key is a duplicate", tags]),
        (&create, &["--tags", "Key=a,Value=b", "Key=a,Value=b,Valeu=c"], &["no member \"Valeu\"", tags]),
        (&create, &["--tags", "Key=a,Value="], &["item 1: Value: it has 0 characters", tags]),
        (&create, &["--tags", "{\"Key\""], &["not JSON: EOF", tags]),
        (&create, &["--tags", "[7]"], &["malformed; expected JSON", tags]),
        (
            &create,
            &["--expiration-settings", criterion],
            &["\"NEVER\" is not one of CREATED_TIMESTAMP, ", days],
        ),
        (&create, &["--expiration-settings", "ExpirationDays=many"], &["malformed; expected JSON", days]),
        (&send, &["--push-notification", "Titel=x"], &["no member \"Titel\"; for example Title="]),
        (&send, &["--target", "Member=x"], &["no member \"Member\"; for example MemberArn=arn:"]),
        (
            &send,
            &["--message-attributes", "{\"c\":{\"Values\":[]}}"],
            &["no member \"Values\"; for example {"],
        ),
    ];
    for (operation, bad, reasons) in cases {
        let output = chime(&[&["--local"], operation, bad].concat(), &[]);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (252, 1), "{bad:?}: {said}");
        assert!(said.starts_with(&format!("chime: {}: ", bad[0])), "{said}");
        for reason in reasons {
            assert!(said.contains(reason), "{bad:?}: {said} does not say {reason:?}");
        }
    }
}

#[test]
fn the_examples_of_the_help_are_good_ones() {
    let channel = chime(&["create-channel", "--help"], &[]);
    let message = chime(&["send-channel-message", "--help"], &[]);
    let create = ["create-channel", "--name", "x"];
    let send =
        ["send-channel-message", "--content", "x", "--type", "STANDARD", "--persistence", "PERSISTENT"];
    let target = "MemberArn=arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/bob";
    let cases: [(_, &[&str], _, _); 6] = [
        (&channel, &create, "--tags", "Key=team,Value=support"),
        (
            &channel,
            &create,
            "--expiration-settings",
            "ExpirationDays=30,ExpirationCriterion=CREATED_TIMESTAMP",
        ),
        (
            &channel,
            &create,
            "--elastic-channel-configuration",
            "MaximumSubChannels=100,TargetMembershipsPerSubChannel=500,MinimumMembershipPercentage=30",
        ),
        (&message, &send, "--push-notification", "Title=News,Body=Hello,Type=DEFAULT"),
        (&message, &send, "--message-attributes", r#"{"color":{"StringValues":["red"]}}"#),
        (&message, &send, "--target", target),
    ];
    for (help, operation, flag, example) in cases {
        assert!(stdout(help).contains(example), "{flag}:\n{}", stdout(help));
        let output = chime(&[&["--local"], operation, &[flag, example]].concat(), &[]);
        assert_ne!(output.status.code(), Some(252), "{flag}: {output:?}");
    }
}

#[test]
fn with_local_every_operation_has_the_arns_that_it_needs() {
    for (metadata, operation) in ALL.iter().map(|metadata| (metadata, command_name(metadata.name))) {
        // The demo world has neither bots nor channel flows.
        let is_arn = |name: &str| {
            ["Arn", "Arns", "ChimeBearer"].iter().any(|end| name.ends_with(end))
                && !["AppInstanceBotArn", "ChannelFlowArn"].contains(&name)
        };
        let missing: Vec<_> = metadata
            .input
            .iter()
            .filter(|member| member.required && !member.is_made_by_client() && !is_arn(member.name))
            .map(|member| member.name)
            .collect();
        let output = chime(&["--local", &operation], &[]);
        if missing.is_empty() {
            // The demo world has neither bans nor moderators.
            let refusal = match metadata.name {
                "DescribeChannelBan" | "DescribeChannelModerator" => Some("(NotFoundException)"),
                "DescribeChannelModeratedByAppInstanceUser" => Some("(ForbiddenException)"),
                _ => None,
            };
            let Some(refusal) = refusal else {
                assert_eq!(output.status.code(), Some(0), "{operation}: {output:?}");
                continue;
            };
            let (code, said) = failure(&output);
            assert!(code == 254 && said.contains(refusal), "{said}");
            continue;
        }
        let (code, said) = failure(&output);
        let flags = said.rsplit(": ").next().unwrap_or_default().trim_end().split(", ");
        let flags: Vec<_> = flags.map(|flag| flag.replace('-', "")).collect();
        assert_eq!(code, 252, "{operation}: {said}");
        assert!(said.contains("the following arguments are required: "), "{said}");
        assert_eq!(flags, missing.iter().map(|name| name.to_lowercase()).collect::<Vec<_>>(), "{said}");
    }
    let message = ["--content", "x", "--type", "STANDARD", "--persistence", "PERSISTENT"];
    for more in [
        &["create-channel", "--name", "x"][..],
        &["create-channel-membership", "--type", "HIDDEN"],
        &[&["send-channel-message"], &message[..]].concat(),
        &[
            "get-channel-message",
            "--message-id",
            "90a90a48e23dcc51ad4a821a301e3440ffeb5e986bd69d7bf347a2ba2da23bd3",
        ],
        &[
            "update-channel-message",
            "--content",
            "x",
            "--message-id",
            "90a90a48e23dcc51ad4a821a301e3440ffeb5e986bd69d7bf347a2ba2da23bd3",
        ],
        &[
            "get-channel-message-status",
            "--message-id",
            "90a90a48e23dcc51ad4a821a301e3440ffeb5e986bd69d7bf347a2ba2da23bd3",
        ],
        &[
            "redact-channel-message",
            "--message-id",
            "90a90a48e23dcc51ad4a821a301e3440ffeb5e986bd69d7bf347a2ba2da23bd3",
        ],
        &["create-app-instance", "--name", "x"],
        &["create-app-instance-user", "--app-instance-user-id", "x", "--name", "x"],
    ] {
        answer(&chime(&[&["--local"], more].concat(), &[]));
    }
}

/// The command of an operation: `create-channel` for `CreateChannel`.
fn command_name(operation: &str) -> String {
    let dashed = operation.chars().map(|letter| {
        if letter.is_uppercase() { format!("-{}", letter.to_ascii_lowercase()) } else { letter.to_string() }
    });
    dashed.collect::<String>().split_off(1)
}

#[test]
fn an_operation_without_an_answer_prints_nothing() {
    for form in ["json", "text", "table"] {
        for operation in ["delete-channel", "delete-channel-membership", "delete-channel-moderator"] {
            let output = chime(&["--local", operation, "--output", form], &[]);
            assert_eq!((stdout(&output), output.status.code()), ("", Some(0)), "{operation} {output:?}");
        }
    }
}

#[test]
fn the_help_lists_every_operation_once_and_says_what_each_takes() {
    let output = chime(&["--help"], &[]);
    let help = stdout(&output);
    for operation in ALL.iter().map(|metadata| command_name(metadata.name)) {
        let named = |line: &&str| line.split_whitespace().next() == Some(operation.as_str());
        assert_eq!(help.lines().filter(named).count(), 1, "{operation}\n{help}");
    }
    // Each operation under the heading of its resource, in the order of the resources.
    let titles = Resource::ALL.iter().map(|resource| (*resource, format!("{}:", resource.title())));
    let mut rest = help;
    for (resource, title) in titles {
        let listed: Vec<_> = ALL.iter().filter(|metadata| metadata.resource == resource).collect();
        if listed.is_empty() {
            assert!(!help.contains(&title), "{title} without operations\n{help}");
            continue;
        }
        let (_, after) =
            rest.split_once(&format!("\n{title}\n")).unwrap_or_else(|| panic!("no {title}\n{help}"));
        let group = words(after.split("\n\n").next().unwrap_or_default());
        for metadata in listed {
            assert!(group.contains(metadata.about.trim_end_matches('.')), "{}: {group}", metadata.name);
        }
        rest = after;
    }

    let cases = [
        ("create-channel", "--name <TEXT>", "required; 1 to 256 characters"),
        (
            "create-channel",
            "--client-request-token <TEXT>",
            "optional; 2 to 64 letters, digits, - and _; generated if missing",
        ),
        ("create-channel", "--mode <VALUE>", "optional; UNRESTRICTED or RESTRICTED"),
        ("create-channel", "--member-arns <ARN>...", "optional; 1 to 10 of them; separated by spaces"),
        ("create-channel", "--tags <STRUCTURE>...", "optional; 1 to 50 of them; such as Key=team"),
        ("list-channel-messages", "--chime-bearer <ARN>", "The user or bot that makes the call [required]"),
        ("list-channel-messages", "--not-before <TIME>", "optional; ISO-8601, or seconds since 1970"),
        ("list-channel-messages", "--max-results <NUMBER>", "optional; 1 to 50"),
        ("list-channel-messages", "--next-token", "with --max-results or --next-token, one page"),
    ];
    for (operation, option, description) in cases {
        let output = chime(&[operation, "--help"], &[]);
        let help = stdout(&output);
        let after = help.split_once(option).unwrap_or_else(|| panic!("no {option} in\n{help}")).1;
        assert!(words(after).contains(description), "no {description:?} in\n{help}");
    }
}

#[test]
fn the_help_of_an_operation_says_what_it_does_and_what_each_parameter_is() {
    for (metadata, operation) in ALL.iter().map(|metadata| (metadata, command_name(metadata.name))) {
        let output = chime(&[&operation, "--help"], &[]);
        let help = stdout(&output);
        assert_eq!(help.lines().next(), Some(metadata.about.trim_end_matches('.')), "{operation}");
        let help = words(help);
        for member in metadata.input {
            let about = format!("{} [", member.about.trim_end_matches('.'));
            assert!(help.contains(&about), "{operation} does not say {about:?}\n{help}");
        }
        assert!(help.contains(&format!("Calls {} (", metadata.name)), "{help}");
        let quota = format!("{} calls a second for each", metadata.quota.us_east_1);
        assert!(help.contains(&quota), "{operation} does not say {quota:?}\n{help}");
    }
}

/// A text without its line breaks, which depend on the terminal's width.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
