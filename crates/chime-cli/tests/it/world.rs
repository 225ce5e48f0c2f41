//! The worlds that `chime local` serves: kept, seeded, exported.

use std::path::PathBuf;

use crate::{APP_INSTANCE, Local, OPERATION, answer, chime, failure, stdout};

/// A directory of one test's own.
pub(crate) struct Directory(PathBuf);

impl Directory {
    pub(crate) fn new(test: &str) -> Self {
        let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
        // What an earlier run left behind.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.0.join(name), text).unwrap();
        self.path(name)
    }
}

const SUPPORT: &str = r#"{
  "AppInstances": [
    {
      "AppInstanceArn": "arn:aws:chime:us-east-1:123456789012:app-instance/support",
      "Name": "Support desk",
      "Users": [{ "AppInstanceUserId": "ada", "Name": "Ada" }],
      "Channels": [
        {
          "ChannelId": "general",
          "Name": "Seeded",
          "CreatedBy": "ada",
          "Memberships": [{ "Member": "ada" }],
          "Messages": [{ "Sender": "ada", "Content": "Hello" }]
        }
      ]
    }
  ]
}"#;

/// The name of the channel `general` as a user of the app instance sees it.
fn name_of_general(local: &Local, app_instance: &str, user: &str) -> String {
    let channel = format!("{app_instance}/channel/general");
    let bearer = format!("{app_instance}/user/{user}");
    let described = local.chime(&["describe-channel", "--channel-arn", &channel, "--chime-bearer", &bearer]);
    answer(&described)["Channel"]["Name"].as_str().unwrap().to_owned()
}

fn rename_general(local: &Local, name: &str) {
    let (channel, bearer) = (format!("{APP_INSTANCE}/channel/general"), format!("{APP_INSTANCE}/user/admin"));
    answer(&local.chime(&[
        "update-channel",
        "--channel-arn",
        &channel,
        "--name",
        name,
        "--chime-bearer",
        &bearer,
    ]));
}

#[test]
fn a_world_is_kept_in_its_file_and_no_seed_replaces_it() {
    let directory = Directory::new("kept");
    let (data, seed) = (directory.path("world.db"), directory.file("seed.json", SUPPORT));
    let local = Local::start(&["--data", &data]);
    assert!(local.greeting.contains(&format!("The demo world, kept in {data}.")), "{}", local.greeting);
    assert!(local.greeting.contains("carol (hidden in general)"), "{}", local.greeting);
    rename_general(&local, "Renamed");
    // Killed, as on a bad day.
    drop(local);

    let local = Local::start(&["--data", &data, "--seed", &seed]);
    let kept = format!("The world of {data}; {seed} was not loaded, since the file has a world already.");
    assert!(local.greeting.contains(&kept), "{}", local.greeting);
    assert_eq!(name_of_general(&local, APP_INSTANCE, "alice"), "Renamed");
    drop(local);

    let local = Local::start(&["--data", &data]);
    assert!(local.greeting.contains(&format!("The world of {data}.\n")), "{}", local.greeting);
}

#[test]
fn a_seed_is_served_instead_of_the_demo_and_nothing_at_all_if_that_is_wanted() {
    let directory = Directory::new("seeded");
    let seed = directory.file("seed.json", SUPPORT);
    let local = Local::start(&["--seed", &seed]);
    assert!(local.greeting.contains(&format!("The world of {seed}.\n")), "{}", local.greeting);
    assert!(!local.greeting.contains("alice"), "{}", local.greeting);
    let support = "arn:aws:chime:us-east-1:123456789012:app-instance/support";
    assert_eq!(name_of_general(&local, support, "ada"), "Seeded");

    let local = Local::start(&["--empty"]);
    assert!(local.greeting.contains("No app instance yet"), "{}", local.greeting);
    let of_demo = ["describe-app-instance", "--app-instance-arn", APP_INSTANCE];
    assert_eq!(failure(&local.chime(&of_demo)).0, 254);
    let created = answer(&local.chime(&["create-app-instance", "--name", "x"]));
    let arn = created["AppInstanceArn"].as_str().unwrap();
    answer(&local.chime(&["describe-app-instance", "--app-instance-arn", arn]));
}

#[test]
fn a_bad_seed_is_refused_with_its_file_and_the_place() {
    let directory = Directory::new("bad-seeds");
    let unknown = r#"{"AppInstances": [
        {"AppInstanceArn": "x", "Nam": "y"}]}"#;
    let cases = [
        ("nothing.json", None, "No such file"),
        ("text.json", Some("text"), "line 1 column 2"),
        ("unknown.json", Some(unknown), "unknown field `Nam`"),
        ("line.json", Some(unknown), " at line 2 "),
        (
            "arn.json",
            Some(r#"{"AppInstances": [{"AppInstanceArn": "x", "Name": "y"}]}"#),
            "AppInstances[0].AppInstanceArn: \"x\" is not",
        ),
        (
            "user.json",
            Some(&SUPPORT.replace(r#""CreatedBy": "ada""#, r#""CreatedBy": "eve""#)),
            "AppInstances[0].Channels[0].CreatedBy: \"eve\" is not a user",
        ),
    ];
    for (name, text, reason) in cases {
        let path = match text {
            Some(text) => directory.file(name, text),
            None => directory.path(name),
        };
        let output = chime(&["local", "--port", "0", "--seed", &path], &[]);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (252, 1), "{said}");
        assert!(said.starts_with(&format!("chime: --seed {path}: ")), "{said}");
        assert!(said.contains(reason), "{said} does not say {reason:?}");
    }
    let both = chime(&["local", "--empty", "--seed", "x"], &[]);
    let (code, said) = failure(&both);
    assert!(code == 252 && said.contains("--empty: cannot be combined with --seed"), "{said}");
}

#[test]
fn a_file_is_one_services_own() {
    let directory = Directory::new("in-use");
    let data = directory.path("world.db");
    let local = Local::start(&["--data", &data]);
    for (arguments, advice) in [
        (vec!["local", "--port", "0", "--data", &data], "end that one, or give another file"),
        (vec!["local", "export", "--data", &data], "/_local/world"),
    ] {
        let output = chime(&arguments, &[]);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (255, 1), "{said}");
        let reason = format!("chime: {data}: another process uses it");
        assert!(said.starts_with(&reason) && said.contains(advice), "{said}");
        assert!(!said.contains("--port"), "{said}");
    }
    drop(local);
    answer(&chime(&["local", "export", "--data", &data], &[]));
}

#[test]
fn an_export_is_a_seed_of_the_same_world() {
    let directory = Directory::new("exported");
    let (first, second) = (directory.path("first.db"), directory.path("second.db"));
    let local = Local::start(&["--data", &first]);
    rename_general(&local, "Renamed \u{1f600}");
    drop(local);
    let export = |data: &str| stdout(&chime(&["local", "export", "--data", data], &[])).to_owned();
    let world = export(&first);
    assert!(world.contains("Renamed \u{1f600}") && world.ends_with("}\n"), "{world}");

    let local = Local::start(&["--data", &second, "--seed", &directory.file("seed.json", &world)]);
    assert_eq!(name_of_general(&local, APP_INSTANCE, "alice"), "Renamed \u{1f600}");
    drop(local);
    assert_eq!(export(&second), world);
}

#[test]
fn only_a_world_can_be_exported() {
    let directory = Directory::new("not-exported");
    let (nothing, text) = (directory.path("nothing.db"), directory.file("text.db", "text"));
    for (path, reason) in [(&nothing, "No such file"), (&text, "not a SQLite database")] {
        let output = chime(&["local", "export", "--data", path], &[]);
        let (code, said) = failure(&output);
        assert_eq!(code, 255, "{said}");
        assert!(said.starts_with(&format!("chime: {path}: ")) && said.contains(reason), "{said}");
    }
    assert!(!PathBuf::from(nothing).exists(), "an export makes no file");
    for (arguments, reason) in [
        (&["local", "export"][..], "required: --data"),
        (&["local", "--quiet", "export", "--data", "x"], "export: cannot be combined with --quiet"),
        (&["local", "export", "--data", "x", "--output", "text"], "--output is for calls"),
    ] {
        let output = chime(arguments, &[]);
        let (code, said) = failure(&output);
        assert!(code == 252 && said.contains(reason), "{arguments:?}: {said}");
    }
}

#[test]
fn the_answer_for_a_user_who_is_not_a_member_can_be_set() {
    let (channel, bob) = (format!("{APP_INSTANCE}/channel/board"), format!("{APP_INSTANCE}/user/bob"));
    let users = ["--app-instance-user-arn", &bob, "--chime-bearer", &bob];
    let arguments = [&[OPERATION, "--channel-arn", &channel], &users[..]].concat();
    for (more, exception) in
        [(&[][..], "(ForbiddenException)"), (&["--not-a-member", "NotFoundException"], "(NotFoundException)")]
    {
        let local = Local::start(more);
        let output = local.chime(&arguments);
        let (code, said) = failure(&output);
        assert!(code == 254 && said.contains(exception), "{said}");
    }
    let output = chime(&["local", "--not-a-member", "Forbidden"], &[]);
    let (code, said) = failure(&output);
    assert!(code == 252 && said.contains("ForbiddenException"), "{said}");
}
