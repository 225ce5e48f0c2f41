//! The settings of `chime local`: by option or by environment variable, and what it says about them.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::{APP_INSTANCE, answer, chime, failure, stdout};

/// `chime local` with variables, its greeting so far, and its standard error.
struct Service {
    process: Child,
    greeting: String,
}

impl Service {
    fn start(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_chime"))
            .arg("local")
            .args(arguments)
            .env_clear()
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut greeting = String::new();
        while !greeting.contains("Ctrl-C") {
            greeting += &lines.next().expect("a greeting").unwrap();
            greeting.push('\n');
        }
        Self { process, greeting }
    }

    fn url(&self) -> &str {
        self.greeting.lines().next().unwrap().rsplit(' ').next().unwrap()
    }

    /// A call with these credentials and this session token, if any.
    fn describe(&self, key: &str, secret: &str, token: Option<&str>) -> std::process::Output {
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", key),
            ("AWS_SECRET_ACCESS_KEY", secret),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING", self.url()),
        ];
        variables.extend(token.map(|token| ("AWS_SESSION_TOKEN", token)));
        let (channel, user) = (format!("{APP_INSTANCE}/channel/board"), format!("{APP_INSTANCE}/user/alice"));
        chime(&["describe-channel", "--channel-arn", &channel, "--chime-bearer", &user], &variables)
    }

    /// Ends it, and returns its log, which is complete.
    fn log(mut self) -> String {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-s", "INT", &id]).status().unwrap().success());
        let mut log = String::new();
        self.process.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn the_credentials_that_are_given_are_accepted_instead_of_the_printed_ones() {
    let arguments = ["--port", "0", "--credentials", "ONE:first secret", "--credentials", "TWO:second:token"];
    let service = Service::start(&arguments, &[]);
    assert!(service.greeting.contains("AWS_ACCESS_KEY_ID=ONE AWS_SECRET_ACCESS_KEY='first secret'"));
    answer(&service.describe("ONE", "first secret", None));
    answer(&service.describe("TWO", "second", Some("token")));
    for (key, secret, token) in [
        ("CHIMELOCAL", "chime-local-secret", None),
        ("ONE", "second", None),
        ("ONE", "first secret", Some("token")),
        ("TWO", "second", None),
        ("TWO", "second", Some("other")),
    ] {
        let output = service.describe(key, secret, token);
        assert_eq!(failure(&output).0, 254, "{key} {secret} {token:?}");
    }
    for malformed in ["KEY", "KEY:", ":SECRET", "KEY:SECRET:"] {
        let output = chime(&["local", "--port", "0", "--credentials", malformed], &[]);
        let expected = (252, "chime: --credentials: expected KEY:SECRET or KEY:SECRET:TOKEN\n");
        assert_eq!(failure(&output), expected, "{malformed}");
    }
}

#[test]
fn an_unverified_service_accepts_all_and_says_so() {
    let service = Service::start(&["--port", "0", "--unverified"], &[]);
    assert!(service.greeting.contains("\nWARNING: signatures are not verified"), "{}", service.greeting);
    answer(&service.describe("ANYBODY", "any", Some("token")));
    let log = service.log();
    assert!(log.starts_with("WARNING: signatures are not verified"), "{log}");
}

#[test]
fn each_setting_has_a_variable_and_the_command_line_wins() {
    let help = chime(&["local", "--help"], &[]);
    let help = stdout(&help);
    let mut options = 0;
    for option in help.lines().filter_map(|line| line.trim().strip_prefix("--")) {
        let name = option.split(' ').next().unwrap();
        if !["endpoint-url", "region", "profile", "output", "query", "debug", "local"].contains(&name)
            && option.starts_with(name)
        {
            let variable = format!("CHIME_LOCAL_{}", name.replace('-', "_").to_uppercase());
            assert!(help.contains(&variable), "{variable}");
            options += 1;
        }
    }
    assert!(options >= 15, "{help}");
    assert!(!help.contains(".md") && !help.contains("docs/"), "{help}");

    let variables = [
        ("CHIME_LOCAL_PORT", "0"),
        ("CHIME_LOCAL_LOG", "json"),
        ("CHIME_LOCAL_CREDENTIALS", "ONE:first,TWO:second:token"),
        ("CHIME_LOCAL_EMPTY", "false"),
        ("CHIME_LOCAL_QUIET", "0"),
        // As compose files have what is not set.
        ("CHIME_LOCAL_SEED", ""),
        ("CHIME_LOCAL_DATA", ""),
        ("CHIME_LOCAL_THROTTLE", ""),
    ];
    let service = Service::start(&[], &variables);
    answer(&service.describe("TWO", "second", Some("token")));
    failure(&service.describe("TWO", "third", Some("token")));
    let log = service.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2, "{log}");
    assert_eq!((&lines[0]["operation"], &lines[0]["status"]), (&"DescribeChannel".into(), &200.into()));
    assert_eq!(lines[1]["exception"], "InvalidSignatureException");

    let wins = Service::start(&["--empty"], &[("CHIME_LOCAL_PORT", "0"), ("CHIME_LOCAL_EMPTY", "false")]);
    assert!(wins.greeting.contains("No app instance yet"), "{}", wins.greeting);
    let quiet = Service::start(&[], &[("CHIME_LOCAL_PORT", "0"), ("CHIME_LOCAL_QUIET", "true")]);
    answer(&quiet.describe("CHIMELOCAL", "chime-local-secret", None));
    assert_eq!(quiet.log(), "");
}

/// The status of the answer to a request for the service's health with these headers.
fn health(service: &Service, headers: &str) -> u16 {
    let mut stream = TcpStream::connect(service.url().strip_prefix("http://").unwrap()).unwrap();
    write!(stream, "GET /_local/health HTTP/1.1\r\n{headers}connection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer[9..12].parse().unwrap()
}

#[test]
fn other_hosts_and_origins_are_answered_if_they_are_allowed() {
    let preflight = |service: &Service, origin: &str| {
        let mut stream = TcpStream::connect(service.url().strip_prefix("http://").unwrap()).unwrap();
        write!(
            stream,
            "OPTIONS /channels HTTP/1.1\r\nhost: localhost\r\norigin: {origin}\r\n\
             access-control-request-method: GET\r\nconnection: close\r\n\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let allowed = answer.contains(&format!("access-control-allow-origin: {origin}\r\n"));
        assert_eq!(answer.starts_with("HTTP/1.1 200 "), allowed, "{answer}");
        allowed
    };
    let by_default = Service::start(&["--port", "0"], &[]);
    let arguments =
        ["--port", "0", "--allow-host", "one", "--allow-host", "two", "--allow-origin", "http://a.test"];
    let by_option = Service::start(&arguments, &[]);
    let variables = [
        ("CHIME_LOCAL_PORT", "0"),
        ("CHIME_LOCAL_ALLOW_HOST", "one,two"),
        ("CHIME_LOCAL_ALLOW_ORIGIN", "http://a.test,https://b.test:3000"),
    ];
    let by_variable = Service::start(&[], &variables);
    for (service, one, two, other, a, b) in [
        (&by_default, 403, 403, 403, false, false),
        (&by_option, 200, 200, 403, true, false),
        (&by_variable, 200, 200, 403, true, true),
    ] {
        assert_eq!(health(service, "host: localhost\r\n"), 200);
        for (host, expected) in [("one", one), ("two:8090", two), ("other", other)] {
            assert_eq!(health(service, &format!("host: {host}\r\n")), expected, "{host}");
        }
        assert!(preflight(service, "http://localhost:3000"));
        assert_eq!((preflight(service, "http://a.test"), preflight(service, "https://b.test:3000")), (a, b));
    }
    let log = by_default.log();
    assert!(log.contains("to allow them, start it with --allow-origin https://b.test:3000"), "{log}");
    for (option, value, expected) in [
        (
            "--allow-host",
            "chime:8090",
            "chime: --allow-host: \"chime:8090\" is not a host name; expected one without a port, such as chime\n",
        ),
        (
            "--allow-origin",
            "a.test",
            "chime: --allow-origin: \"a.test\" is not an origin; expected a scheme, a host and a port without a path, \
             such as https://app.test:3000\n",
        ),
    ] {
        assert_eq!(failure(&chime(&["local", option, value], &[])), (252, expected));
    }
}

#[test]
fn a_lambda_function_that_cannot_be_invoked_is_a_line_of_the_log() {
    const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:moderate";
    let processor = serde_json::json!({
        "Name": "Moderation", "ExecutionOrder": 1, "FallbackAction": "ABORT",
        "Configuration": { "Lambda": { "ResourceArn": FUNCTION, "InvocationType": "ASYNC" } },
    });
    let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/i";
    let seed = serde_json::json!({ "AppInstances": [{
        "AppInstanceArn": instance, "Name": "Test", "Users": [{ "AppInstanceUserId": "ada", "Name": "Ada" }],
        "ChannelFlows": [{ "ChannelFlowId": "f", "Name": "Flow", "Processors": [processor] }],
        "Channels": [{
            "ChannelId": "c", "Name": "Channel", "CreatedBy": "ada", "ChannelFlow": "f",
            "Memberships": [{ "Member": "ada" }],
        }],
    }] });
    let file = format!("{}/lambda-seed.json", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&file, seed.to_string()).unwrap();
    // A port that was free, and on which nothing listens any more.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mapping = format!("{FUNCTION}=http://127.0.0.1:{port}/invoke");
    for (log, arguments, variables) in [
        ("text", vec!["--lambda", &mapping], vec![]),
        ("json", vec![], vec![("CHIME_LOCAL_LAMBDA", mapping.as_str())]),
    ] {
        let arguments =
            [vec!["--port", "0", "--unverified", "--seed", &file, "--log", log], arguments].concat();
        let mut service = Service::start(&arguments, &variables);
        let (channel, user) = (format!("{instance}/channel/c"), format!("{instance}/user/ada"));
        let message = [
            "send-channel-message",
            "--channel-arn",
            &channel,
            "--chime-bearer",
            &user,
            "--content",
            "Hello",
            "--type",
            "STANDARD",
            "--persistence",
            "PERSISTENT",
            "--endpoint-url",
            service.url(),
        ];
        let credentials =
            [("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "secret"), ("AWS_REGION", "us-east-1")];
        let sent: Value = serde_json::from_str(stdout(&chime(&message, &credentials))).unwrap();
        assert_eq!(sent["Status"]["Value"], "PENDING");
        let lines = BufReader::new(service.process.stderr.take().unwrap()).lines();
        let notice = lines.map(Result::unwrap).find(|line| line.contains("processor ")).unwrap();
        service.process.kill().unwrap();
        let notice = match log {
            "json" => serde_json::from_str::<Value>(&notice).unwrap()["notice"].as_str().unwrap().to_owned(),
            _ => notice,
        };
        assert!(
            notice.starts_with(&format!("processor {FUNCTION}: http://127.0.0.1:{port}/invoke: ")),
            "{notice}"
        );
        assert!(notice.contains("; the message has failed; it is "), "{notice}");
    }
    let invalid =
        [("x", "--lambda: \"x\" is not a Lambda function ARN"), (FUNCTION, "--lambda: \"\" is not the URL")];
    for (mapping, expected) in invalid {
        let refused = chime(&["local", "--lambda", mapping], &[]);
        let (code, message) = failure(&refused);
        assert_eq!(code, 252);
        assert!(message.starts_with(&format!("chime: {expected}")), "{message}");
    }
}

/// An empty directory for the data that `chime local` keeps.
fn data_directory(name: &str) -> String {
    let directory = format!("{}/data-{name}", env!("CARGO_TARGET_TMPDIR"));
    let _ = std::fs::remove_dir_all(&directory);
    directory
}

#[cfg(target_os = "linux")]
#[test]
fn https_is_served_by_an_authority_that_is_kept_and_printed() {
    let directory = data_directory("tls");
    let home = ("XDG_DATA_HOME", directory.as_str());
    // Created by whichever command is first.
    let printed = chime(&["local", "--print-ca"], &[home]);
    let certificate = stdout(&printed).to_owned();
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----\n"), "{certificate}");
    assert_eq!(certificate.matches("-----BEGIN").count(), 1, "{certificate}");
    let file = format!("{directory}/chime-local/ca.pem");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), certificate);

    let by_option = Service::start(&["--port", "0", "--tls"], &[home]);
    let by_variable = Service::start(&["--port", "0"], &[home, ("CHIME_LOCAL_TLS", "true")]);
    let channel = format!("{APP_INSTANCE}/channel/general");
    for service in [&by_option, &by_variable] {
        let greeting = &service.greeting;
        let (_, url) = greeting.split_once("HTTPS, on the same port: ").expect("an address");
        let url = url.lines().next().unwrap();
        for variable in ["AWS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"] {
            assert!(greeting.contains(&format!("{variable}={file}")), "{variable}: {greeting}");
        }
        for command in ["curl --cacert", "keytool -importcert", "certutil -d"] {
            assert!(greeting.contains(command), "{command}: {greeting}");
        }
        let describe = |roots: Option<&str>| {
            let mut variables = vec![
                ("AWS_ACCESS_KEY_ID", "CHIMELOCAL"),
                ("AWS_SECRET_ACCESS_KEY", "chime-local-secret"),
                ("AWS_REGION", "us-east-1"),
                ("AWS_MAX_ATTEMPTS", "1"),
                ("AWS_ENDPOINT_URL", url),
            ];
            variables.extend(roots.map(|roots| ("AWS_CA_BUNDLE", roots)));
            let user = format!("{APP_INSTANCE}/user/alice");
            chime(&["describe-channel", "--channel-arn", &channel, "--chime-bearer", &user], &variables)
        };
        answer(&describe(Some(&file)));
        let output = describe(None);
        let (code, message) = failure(&output);
        assert_eq!(code, 255, "{message}");
        assert!(message.contains("name a file with its issuer in AWS_CA_BUNDLE"), "{message}");
        // The same without TLS.
        answer(&service.describe("CHIMELOCAL", "chime-local-secret", None));
    }
    let key = std::fs::read_to_string(format!("{directory}/chime-local/ca-key.pem")).unwrap();
    let secret = key.lines().nth(2).unwrap();
    let said = [by_option.greeting.clone(), by_option.log()].concat();
    assert!(!said.contains(secret) && !certificate.contains(secret) && secret.len() > 40);
    let plain = Service::start(&["--port", "0"], &[home]);
    assert!(!plain.greeting.contains("https:"), "{}", plain.greeting);

    std::fs::write(format!("{directory}/chime-local/ca-key.pem"), "").unwrap();
    for arguments in [&["local", "--print-ca"][..], &["local", "--port", "0", "--tls"]] {
        let output = chime(arguments, &[home]);
        let (code, message) = failure(&output);
        let expected = format!(
            "chime: the certificate authority: {directory}/chime-local/ca-key.pem: it does not contain"
        );
        assert!(code == 255 && message.starts_with(&expected), "{code}: {message}");
    }
}

#[test]
fn a_clock_beyond_the_years_that_can_be_written_is_refused() {
    for late in ["9999-12-31T23:59:59.999Z", "9998-12-31T23:59:59.999Z"] {
        let output = chime(&["local", "--port", "0", "--clock", late], &[]);
        let (code, message) = failure(&output);
        assert_eq!(code, 252, "{message}");
        assert!(
            message.starts_with(&format!("chime: --clock: the clock: {late} is out of range")),
            "{message}"
        );
    }
}
