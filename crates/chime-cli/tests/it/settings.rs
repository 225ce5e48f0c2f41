//! Settings: profiles, in every form that the AWS CLI reads, and variables, in its order.

use std::process::{Command, Output, Stdio};

use crate::world::Directory;
use crate::{APP_INSTANCE, Local, failure, stdout};

/// A local service, and a home directory whose files may name it.
struct Home {
    directory: Directory,
    local: Local,
}

impl Home {
    fn new(name: &str) -> Self {
        let directory = Directory::new(name);
        std::fs::create_dir_all(directory.path(".aws")).unwrap();
        Self { directory, local: Local::start(&["--quiet"]) }
    }

    /// Writes a file, with the service's address for `URL`.
    fn file(&self, name: &str, text: &str) -> String {
        self.directory.file(name, &text.replace("URL", &self.local.url))
    }

    /// The lines of a profile that reaches the service.
    fn profile(&self) -> String {
        let variables = self.local.variables();
        let value = |wanted: &str| variables.iter().find(|(name, _)| *name == wanted).unwrap().1;
        let (id, secret) = (value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY"));
        format!(
            "aws_access_key_id = {id}\naws_secret_access_key = {secret}\nendpoint_url = {}\n",
            self.local.url
        )
    }

    /// Runs the command with the service's keys, no address, `variables`, and no way to AWS.
    fn chime(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let keys = self.local.variables().into_iter().filter(|(name, _)| name.contains("_KEY"));
        let variables = variables.iter().map(|(name, value)| (*name, value.replace("URL", &self.local.url)));
        Command::new(env!("CARGO_BIN_EXE_chime"))
            .args(arguments)
            .env_clear()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("HOME", self.directory.path(""))
            // What goes to AWS goes to a proxy that does not exist.
            .env("HTTPS_PROXY", "http://127.0.0.1:9")
            .env("AWS_MAX_ATTEMPTS", "1")
            .envs(keys)
            .envs(variables)
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    /// A call of the messaging service and one of the identity service, each `local`, or what it says instead.
    fn reached(&self, arguments: &[&str], variables: &[(&str, &str)]) -> [String; 2] {
        let bearer = format!("{APP_INSTANCE}/user/alice");
        let messaging = ["list-channels", "--app-instance-arn", APP_INSTANCE, "--chime-bearer", &bearer];
        let identity = ["describe-app-instance", "--app-instance-arn", APP_INSTANCE];
        [&messaging[..], &identity].map(|call| {
            let output = self.chime(&[call, arguments].concat(), variables);
            match output.status.code() {
                Some(0) => "local".to_owned(),
                _ => failure(&output).1.to_owned(),
            }
        })
    }
}

type Arguments<'a> = &'a [&'a str];
type Variables<'a> = &'a [(&'a str, &'a str)];

/// Where nothing listens, as an error names it.
const NOWHERE: &str = "connection refused by 127.0.0.1:9";
/// AWS, as far as the proxy.
const AWS: &str = "the proxy 127.0.0.1";

#[test]
fn an_address_is_taken_from_the_first_place_that_has_one() {
    let home = Home::new("endpoints");
    let section = "[services dev]\nchime_sdk_messaging =\n  endpoint_url = URL\n";
    let both = "[services dev]\nchime_sdk_messaging =\n  endpoint_url = URL\nchime_sdk_identity =\n  endpoint_url=URL\n";
    let nowhere = "http://127.0.0.1:9";
    let global = "[default]\nendpoint_url = URL\nregion = us-east-1\n";
    let cases: [(String, Arguments, Variables, [&str; 2]); 23] = [
        (global.to_owned(), &[], &[], ["local"; 2]),
        ("[default]\nregion = us-east-1".to_owned(), &[], &[], [AWS; 2]),
        (format!("[default]\nservices = dev\nregion = us-east-1\n{section}"), &[], &[], ["local", AWS]),
        (format!("[default]\nservices = dev\nregion = us-east-1\n{both}"), &[], &[], ["local"; 2]),
        // The service's own comes before the profile's.
        (
            format!("[default]\nendpoint_url = {nowhere}\nservices = dev\n{section}"),
            &[],
            &[],
            ["local", NOWHERE],
        ),
        (format!("[default]\nendpoint_url = {nowhere}\nservices = dev\n{both}"), &[], &[], ["local"; 2]),
        // A section that nobody names, of another service, of another name.
        (format!("{global}{}", both.replace("URL", nowhere)), &[], &[], ["local"; 2]),
        (
            format!("{global}services = dev\n[services dev]\ns3 =\n  endpoint_url = {nowhere}\n"),
            &[],
            &[],
            ["local"; 2],
        ),
        (
            format!("{global}services = dev\n"),
            &[],
            &[],
            ["services of the profile: [services dev] is not defined"; 2],
        ),
        (format!("{global}services = dev\n"), &[], &[("AWS_ENDPOINT_URL", "URL")], ["local"; 2]),
        (format!("{global}services = dev\n"), &["--endpoint-url", &home.local.url], &[], ["local"; 2]),
        (
            format!("{global}services = dev\n"),
            &[],
            &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")],
            [AWS; 2],
        ),
        // Any profile, any name, any indentation.
        (
            format!(
                "[profile my-dev]\n  services = the dev\n{}",
                both.replace("dev", "\"the dev\"").replace('\n', "\n  ")
            ),
            &[],
            &[("AWS_PROFILE", "my-dev")],
            ["local"; 2],
        ),
        // Variables come before the profile, and the service's before that of all.
        (global.to_owned(), &[], &[("AWS_ENDPOINT_URL", nowhere)], [NOWHERE; 2]),
        (global.to_owned(), &[], &[("AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING", nowhere)], [NOWHERE, "local"]),
        (global.to_owned(), &[], &[("AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY", nowhere)], ["local", NOWHERE]),
        (
            global.to_owned(),
            &[],
            &[("AWS_ENDPOINT_URL", nowhere), ("AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY", "URL")],
            [NOWHERE, "local"],
        ),
        // The command line comes first.
        (
            global.replace("URL", nowhere),
            &["--endpoint-url", &home.local.url],
            &[("AWS_ENDPOINT_URL", nowhere), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")],
            ["local"; 2],
        ),
        // Configured addresses can be ignored.
        (global.to_owned(), &[], &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")], [AWS; 2]),
        (
            "[default]\nregion = us-east-1".to_owned(),
            &[],
            &[("AWS_ENDPOINT_URL", "URL"), ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "TRUE")],
            [AWS; 2],
        ),
        (
            format!("{global}ignore_configured_endpoint_urls = true"),
            &[],
            &[("AWS_ENDPOINT_URL", "URL")],
            [AWS; 2],
        ),
        (
            format!("{global}ignore_configured_endpoint_urls = true"),
            &[],
            &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "false")],
            ["local"; 2],
        ),
        (
            format!("{global}ignore_configured_endpoint_urls = perhaps"),
            &[],
            &[],
            ["profile \"default\": ignore_configured_endpoint_urls: \"perhaps\" is not true or false"; 2],
        ),
    ];
    for (config, arguments, variables, expected) in cases {
        home.file(".aws/config", &config);
        let reached = home.reached(arguments, variables);
        for (said, expected) in reached.iter().zip(expected) {
            assert!(
                said.contains(expected),
                "{config}\n{arguments:?} {variables:?}: {said} does not say {expected:?}"
            );
        }
    }
}

#[test]
fn a_profile_is_found_however_its_file_is_written() {
    let home = Home::new("forms");
    let keys = home.profile();
    let indented = keys.replace('\n', "\n    ");
    let cases = [
        (format!("[profile \"my work\"]\n{keys}"), "my work"),
        (format!("[profile 'my work']\n{keys}"), "my work"),
        (format!("[profile my\\ work]\n{keys}"), "my work"),
        (format!("[profile \"größe / 100%\"]\n{keys}"), "größe / 100%"),
        (format!("[ profile  work ]\n{keys}"), "work"),
        (format!("[profile work] ; mine\n    {indented}"), "work"),
        (format!("  [profile work]\n\t{}", keys.replace('\n', "\n\t")), "work"),
        (format!("[profile work]\r\n{}", keys.replace('\n', "\r\n")), "work"),
        (format!("\u{feff}[profile work]\n# comment\n\n{}", keys.replace(" = ", " : ")), "work"),
        (
            format!(
                "[other]\nx = 1\n[profile work]\n{}",
                keys.replace("aws_access_key_id", "AWS_Access_Key_Id")
            ),
            "work",
        ),
        (format!("[profile default]\n{keys}[default]\nendpoint_url = nonsense\n"), "default"),
    ];
    for (config, profile) in cases {
        home.file(".aws/config", &config);
        for (arguments, variables) in [
            (&["--profile", profile][..], &[][..]),
            (&[], &[("AWS_PROFILE", profile)]),
            (&[], &[("AWS_DEFAULT_PROFILE", profile)]),
        ] {
            for said in home.reached(arguments, variables) {
                assert_eq!(said, "local", "{config}\n{arguments:?} {variables:?}");
            }
        }
    }
    // A name of the credentials file is a name, blanks or not.
    home.file(".aws/config", "");
    home.file(".aws/credentials", &format!("[my work]\n{keys}"));
    assert_eq!(home.reached(&["--profile", "my work"], &[]), ["local"; 2]);
}

#[test]
fn a_malformed_profile_is_refused_with_its_file_and_line() {
    let home = Home::new("malformed");
    let cases = [
        ("[default]\nregion = us-east-1\nS3CRET\n", 3, "expected name = value"),
        ("region = us-east-1\n", 1, "expected a section such as [default]"),
        ("[default\nregion = us-east-1\n", 1, "expected a section such as [profile NAME]"),
        ("[default]\n\n[profile \"my work]\n", 3, "expected a closing quote"),
        ("[services x]\nchime_sdk_messaging =\n  S3CRET\n", 3, "expected name = value below"),
    ];
    for (text, line, reason) in cases {
        for (file, other) in [(".aws/config", ".aws/credentials"), (".aws/credentials", ".aws/config")] {
            // Quotes mean nothing in the credentials file.
            if file == ".aws/credentials" && reason.contains("quote") {
                continue;
            }
            let path = home.file(file, text);
            home.file(other, "");
            for said in home.reached(&[], &[]) {
                assert!(said.contains(&format!("{path}:{line}: {reason}")), "{text}: {said}");
                assert!(!said.contains("S3CRET") && said.lines().count() == 1, "{said}");
            }
        }
    }
    home.file(".aws/credentials", "");
    for (path, reason) in [("/dev/zero", "it is a device"), ("/", "it is a directory")] {
        let [said, _] = home.reached(&[], &[("AWS_CONFIG_FILE", path)]);
        assert!(said.contains(&format!("{path}: {reason}; expected a regular file or a pipe")), "{said}");
    }
}

#[test]
fn the_form_of_an_answer_comes_from_the_command_line_the_environment_or_the_profile() {
    let home = Home::new("output");
    let call = ["describe-app-instance", "--app-instance-arn", APP_INSTANCE];
    let config = |output: &str| format!("[default]\nendpoint_url = URL\noutput = {output}\n");
    let cases: [(&str, Arguments, Variables, &str); 7] = [
        ("json", &[], &[], "{\n"),
        ("text", &[], &[], "APPINSTANCE\t"),
        ("table", &[], &[], "----"),
        ("text", &[], &[("AWS_DEFAULT_OUTPUT", "table")], "----"),
        ("text", &["--output", "json"], &[("AWS_DEFAULT_OUTPUT", "table")], "{\n"),
        ("text", &[], &[("AWS_DEFAULT_OUTPUT", "")], "APPINSTANCE\t"),
        ("yaml", &["--output", "text"], &[], "APPINSTANCE\t"),
    ];
    for (output, arguments, variables, start) in cases {
        home.file(".aws/config", &config(output));
        let answer = home.chime(&[&call[..], arguments].concat(), variables);
        assert!(stdout(&answer).starts_with(start), "{output} {arguments:?} {variables:?}: {answer:?}");
    }
    home.file(".aws/config", &config("yaml"));
    let refused = home.chime(&call, &[]);
    let (code, said) = failure(&refused);
    assert_eq!(code, 253);
    assert!(said.contains("output of the profile: \"yaml\" is not one of json, text, table"), "{said}");
    let refused = home.chime(&call, &[("AWS_DEFAULT_OUTPUT", "xml")]);
    assert!(failure(&refused).1.contains("AWS_DEFAULT_OUTPUT: \"xml\""), "{refused:?}");
}

#[test]
fn attempts_and_region_come_from_the_profile() {
    let home = Home::new("attempts");
    home.file(
        ".aws/config",
        "[default]\nendpoint_url = http://127.0.0.1:9\nmax_attempts = 2\nregion = eu-central-1\n",
    );
    let call = ["describe-app-instance", "--app-instance-arn", APP_INSTANCE];
    for (variables, attempts) in
        [(("AWS_MAX_ATTEMPTS", ""), "2 attempts"), (("AWS_MAX_ATTEMPTS", "4"), "4 attempts")]
    {
        let output = home.chime(&call, &[variables]);
        assert!(failure(&output).1.contains(attempts), "{output:?}");
    }
    home.file(".aws/config", "[default]\nmax_attempts = none\n");
    let output = home.chime(&call, &[]);
    assert!(
        failure(&output)
            .1
            .contains("profile \"default\": max_attempts: \"none\" is not a whole number from 1"),
        "{output:?}"
    );
}

#[test]
fn credentials_that_are_not_supported_are_refused_with_what_to_do_instead() {
    let home = Home::new("unsupported");
    home.file(
        ".aws/config",
        "[profile console]\nlogin_session = arn:aws:iam::123456789012:user/a\nregion = us-east-1\n\
         [profile \"my role\"]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = console\nregion = us-east-1\n\
         [profile careful]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = keys\nmfa_serial = arn:aws:iam::1:mfa/a\n\
         region = us-east-1\n[profile keys]\naws_access_key_id = A\naws_secret_access_key = S\n",
    );
    let cases = [
        ("console", &["login_session", "--profile console --format process"][..]),
        (
            "my role",
            &[
                "login_session of profile \"console\"",
                "credential_process = aws configure export-credentials",
            ],
        ),
        (
            "careful",
            &["the MFA code of arn:aws:iam::1:mfa/a: standard input is not a terminal", "export-credentials"],
        ),
    ];
    for (profile, reasons) in cases {
        let [said, _] = home.reached(&["--profile", profile], &[]);
        for reason in reasons {
            assert!(
                said.contains(reason) && said.lines().count() == 1,
                "{profile}: {said} does not say {reason:?}"
            );
        }
        assert!(!said.contains("feature"), "{said}");
    }
}
