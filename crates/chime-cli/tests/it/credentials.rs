//! Where credentials come from: real files, processes, and the endpoints that give them, scripted.

use std::os::unix::fs::PermissionsExt;
use std::process::Output;

use serde_json::json;
use wiremock::matchers::{body_string_contains, header, header_exists, method, path, query_param};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::world::Directory;
use crate::{chime, failure};

/// Ends of credentials: far away, and past.
const LATER: &str = "2099-01-01T00:00:00Z";
const PAST: &str = "2001-01-01T00:00:00Z";
/// What must never be shown.
const SECRETS: [&str; 5] = ["S3CRET", "T0KEN", "B3ARER", "M3TADATA", "J5ON"];

/// What the endpoints answer.
#[derive(Clone, Copy, Debug)]
enum Answers {
    Credentials(&'static str),
    /// A refusal.
    Refusal,
    /// Credentials that break off after the secrets.
    Half,
}

/// A machine: its home directory, and one server for everything it may ask.
struct Machine {
    home: Directory,
    server: MockServer,
}

impl Machine {
    /// Credentials everywhere are named after where they come from.
    async fn new(name: &str, answers: Answers) -> Self {
        let home = Directory::new(name);
        std::fs::create_dir_all(home.path(".aws/sso/cache")).unwrap();
        let server = MockServer::start().await;
        let keys = |source: &str| {
            match answers {
            Answers::Credentials(end) => ResponseTemplate::new(200).set_body_json(json!({
                "Code": "Success", "AccessKeyId": source, "SecretAccessKey": "S3CRET", "Token": "T0KEN", "Expiration": end,
            })),
            Answers::Refusal => refusal(),
            Answers::Half => half(),
        }
        };
        let sts = |action: &str, source: &str| match answers {
            Answers::Credentials(end) => ResponseTemplate::new(200).set_body_string(format!(
                "<{action}Response><{action}Result><Credentials><AccessKeyId>{source}</AccessKeyId>\
                 <SecretAccessKey>S3CRET</SecretAccessKey><SessionToken>T0KEN</SessionToken>\
                 <Expiration>{end}</Expiration></Credentials></{action}Result></{action}Response>"
            )),
            Answers::Refusal => refusal(),
            Answers::Half => half(),
        };
        let sso = match answers {
            Answers::Credentials(end) => {
                ResponseTemplate::new(200).set_body_json(json!({"roleCredentials": {
                    "accessKeyId": "SSO", "secretAccessKey": "S3CRET", "sessionToken": "T0KEN",
                    "expiration": if end == LATER { 4_070_908_800_000_i64 } else { 978_307_200_000 },
                }}))
            }
            Answers::Refusal => refusal(),
            Answers::Half => half(),
        };
        let role = "/latest/meta-data/iam/security-credentials/";
        let mounted = [
            Mock::given(method("PUT"))
                .and(path("/latest/api/token"))
                .and(header_exists("x-aws-ec2-metadata-token-ttl-seconds"))
                .respond_with(
                    ResponseTemplate::new(200)
                        .insert_header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
                        .set_body_string("M3TADATA"),
                ),
            Mock::given(method("GET"))
                .and(path(role))
                .and(header("x-aws-ec2-metadata-token", "M3TADATA"))
                .respond_with(ResponseTemplate::new(200).set_body_string("instance-role")),
            Mock::given(method("GET"))
                .and(path(format!("{role}instance-role")))
                .and(header("x-aws-ec2-metadata-token", "M3TADATA"))
                .respond_with(keys("INSTANCE")),
            Mock::given(path("/container"))
                .and(header("authorization", "B3ARER"))
                .respond_with(keys("CONTAINER")),
            Mock::given(method("POST"))
                .and(path("/"))
                .and(body_string_contains("Action=AssumeRoleWithWebIdentity&"))
                .and(body_string_contains("WebIdentityToken=J5ON"))
                .respond_with(sts("AssumeRoleWithWebIdentity", "WEBIDENTITY")),
            Mock::given(method("POST"))
                .and(path("/"))
                .and(body_string_contains("Action=AssumeRole&"))
                .and(|request: &wiremock::Request| authorized_by(request).as_deref() == Some("SOURCE"))
                .respond_with(sts("AssumeRole", "ASSUMED")),
            Mock::given(path("/federation/credentials"))
                .and(query_param("account_id", "123456789012"))
                .and(query_param("role_name", "reader"))
                .and(header("x-amz-sso_bearer_token", "B3ARER"))
                .respond_with(sso),
            // The service: two pages, so that credentials are needed twice.
            Mock::given(path("/channels"))
                .and(query_param("next-token", "2"))
                .respond_with(ResponseTemplate::new(200).set_body_json(json!({"Channels": []}))),
            Mock::given(path("/channels"))
                .respond_with(
                    ResponseTemplate::new(200).set_body_json(json!({"Channels": [], "NextToken": "2"})),
                )
                .with_priority(9),
        ];
        for mock in mounted {
            server.register(mock).await;
        }
        let machine = Self { home, server };
        machine.file("token", "J5ON");
        let cached = json!({"accessToken": "B3ARER", "expiresAt": LATER, "startUrl": "https://corp.awsapps.com/start", "region": "us-east-1"});
        // SHA-1 of the start URL, and of the sessions' names.
        for name in [
            "a51746d4aa793ae07b25e90c3a5db96fc7832bd7",
            "ee0bfd2552fbd840c02cc48b6e823320543c450f",
            "8aabb8bc0d3b3f87d79acc2a2f6fd0584d70fa85",
        ] {
            machine.file(&format!(".aws/sso/cache/{name}.json"), &cached.to_string());
        }
        machine
    }

    /// Writes a file of the home directory. `HOME` in its text is the directory.
    fn file(&self, name: &str, text: &str) -> String {
        self.home.file(name, &text.replace("HOME", &self.home.path("")))
    }

    fn executable(&self, name: &str, text: &str) {
        let path = self.file(name, text);
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Lists channels, two pages, with `variables` in `NAME=value NAME=value`, where `HOME` and `URL` are put in.
    fn list(&self, variables: &str, arguments: &[&str]) -> Output {
        let (home, url) = (self.home.path(""), self.server.uri());
        let variables = variables.replace("HOME/", &home).replace("URL", &url);
        let mut all = vec![
            ("HOME", home.as_str()),
            ("AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING", &url),
            ("AWS_ENDPOINT_URL_STS", &url),
            ("AWS_ENDPOINT_URL_SSO", &url),
            ("PATH", "/usr/bin:/bin"),
        ];
        all.extend(variables.split(' ').filter_map(|pair| pair.split_once('=')));
        let (app_instance, user) = (
            "arn:aws:chime:us-east-1:123456789012:app-instance/i",
            "arn:aws:chime:us-east-1:123456789012:app-instance/i/user/u",
        );
        let call = ["list-channels", "--app-instance-arn", app_instance, "--chime-bearer", user];
        let output = chime(&[&call, arguments].concat(), &all);
        let shown = format!("{output:?}");
        // In every case, whatever becomes of it.
        assert!(!SECRETS.iter().any(|secret| shown.contains(secret)), "{shown}");
        output
    }

    /// Whose calls arrived at the service, with the region they are signed for.
    async fn callers(&self) -> Vec<(String, String)> {
        let requests = self.server.received_requests().await.unwrap();
        let calls = requests.iter().filter(|request| request.url.path() == "/channels");
        let signed = calls.map(|request| {
            let scope = request.headers["authorization"].to_str().unwrap();
            let region = scope.split('/').nth(2).unwrap().to_owned();
            (authorized_by(request).unwrap(), region)
        });
        signed.collect()
    }

    /// The number of requests for a path.
    async fn asked(&self, at: &str) -> usize {
        let requests = self.server.received_requests().await.unwrap();
        requests.iter().filter(|request| request.url.path() == at).count()
    }
}

fn refusal() -> ResponseTemplate {
    let text =
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error></ErrorResponse>";
    ResponseTemplate::new(403).set_body_string(text)
}

fn half() -> ResponseTemplate {
    let text =
        r#"{"Code": "Success", "SecretAccessKey": "S3CRET", "roleCredentials": {"secretAccessKey": "S3CRET"#;
    ResponseTemplate::new(200).set_body_string(text)
}

fn authorized_by(request: &wiremock::Request) -> Option<String> {
    let header = request.headers.get("authorization")?.to_str().ok()?;
    Some(header.split_once("Credential=")?.1.split_once('/')?.0.to_owned())
}

const CONFIG: &str = "\
[default]
region = eu-central-1
[profile keys]
region = eu-west-1
aws_access_key_id = CONFIGKEYS
aws_secret_access_key = S3CRET
[profile process]
credential_process = \"HOME/vend\" \"two words\"
[profile source]
aws_access_key_id = SOURCE
aws_secret_access_key = S3CRET
[profile assumed]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = source
[profile identified]
role_arn = arn:aws:iam::123456789012:role/r
web_identity_token_file = HOME/token
[profile by-container]
role_arn = arn:aws:iam::123456789012:role/r
credential_source = EcsContainer
[sso-session corp]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = reader
[profile sso-of-old]
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
sso_account_id = 123456789012
sso_role_name = reader
[profile sso-not-logged-in]
sso_region = us-east-1
sso_start_url = https://other.awsapps.com/start
sso_account_id = 123456789012
sso_role_name = reader
[sso-session 'A B']
sso_region = us-east-1
sso_start_url = https://corp.awsapps.com/start
[profile \"of A B\"]
sso_session = A B
sso_account_id = 123456789012
sso_role_name = reader
[profile \"by my source\"]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = my source
[profile 'my source']
  aws_access_key_id = SOURCE
  aws_secret_access_key = S3CRET
[profile endless]
role_arn = arn:aws:iam::123456789012:role/r
web_identity_token_file = /dev/zero
[profile failing]
credential_process = HOME/fail
[profile circle]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = circle-2
[profile circle-2]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = circle
[profile empty]
region = us-east-1
";

const FAIL: &str = "#!/bin/sh\necho 'the vault is sealed' >&2\nexit 3\n";

/// Writes the files that the cases use. The process counts its runs.
fn furnish(machine: &Machine, end: &str) {
    machine.file(".aws/config", CONFIG);
    machine.file(
        ".aws/credentials",
        "[default]\naws_access_key_id = DEFAULTKEYS\naws_secret_access_key = S3CRET\n",
    );
    let vended = json!({"Version": 1, "AccessKeyId": "PROCESS", "SecretAccessKey": "S3CRET", "SessionToken": "T0KEN", "Expiration": end});
    machine.executable(
        "vend",
        &format!("#!/bin/sh\n[ \"$1\" = 'two words' ] || exit 9\necho x >> HOMEruns\necho '{vended}'\n"),
    );
    machine.executable("fail", FAIL);
}

const WEB: &str = "AWS_WEB_IDENTITY_TOKEN_FILE=HOME/token AWS_ROLE_ARN=arn:aws:iam::123456789012:role/r";
const CONTAINER: &str =
    "AWS_CONTAINER_CREDENTIALS_FULL_URI=URL/container AWS_CONTAINER_AUTHORIZATION_TOKEN=B3ARER";
const INSTANCE: &str = "AWS_EC2_METADATA_DISABLED=false AWS_EC2_METADATA_SERVICE_ENDPOINT=URL";
const KEYS: &str = "AWS_ACCESS_KEY_ID=ENVIRONMENT AWS_SECRET_ACCESS_KEY=S3CRET";
/// No files.
const BARE: &str = "AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_REGION=us-east-1";

#[tokio::test]
async fn every_place_has_its_turn() {
    let machine = Machine::new("turns", Answers::Credentials(LATER)).await;
    furnish(&machine, LATER);
    let cases: [(&[&str], &[&str], &str, &str); 24] = [
        // Everything is set up: one thing less each time.
        (&[KEYS, WEB, CONTAINER, INSTANCE], &[], "ENVIRONMENT", "eu-central-1"),
        (&[WEB, CONTAINER, INSTANCE], &[], "DEFAULTKEYS", "eu-central-1"),
        (&[BARE, WEB, CONTAINER, INSTANCE], &[], "WEBIDENTITY", "us-east-1"),
        (&[BARE, CONTAINER, INSTANCE], &[], "CONTAINER", "us-east-1"),
        (&[BARE, INSTANCE], &[], "INSTANCE", "us-east-1"),
        // A profile that only sets a region is skipped.
        (&["AWS_PROFILE=empty", INSTANCE], &[], "INSTANCE", "us-east-1"),
        // AWS_PROFILE comes after keys, --profile before them.
        (&[KEYS, "AWS_PROFILE=keys"], &[], "ENVIRONMENT", "eu-west-1"),
        (&["AWS_PROFILE=keys"], &[], "CONFIGKEYS", "eu-west-1"),
        (&[KEYS, "AWS_PROFILE=process"], &["--profile", "keys"], "CONFIGKEYS", "eu-west-1"),
        // The region: command line, environment, profile.
        (&["AWS_REGION=us-west-2"], &["--profile", "keys"], "CONFIGKEYS", "us-west-2"),
        (&["AWS_DEFAULT_REGION=us-west-1"], &["--profile", "keys"], "CONFIGKEYS", "us-west-1"),
        (
            &["AWS_REGION=us-west-2"],
            &["--profile", "keys", "--region", "ap-south-1"],
            "CONFIGKEYS",
            "ap-south-1",
        ),
        // What a profile may have.
        (&["AWS_REGION=us-east-1"], &["--profile", "process"], "PROCESS", "us-east-1"),
        (&["AWS_REGION=us-east-1"], &["--profile", "source"], "SOURCE", "us-east-1"),
        (&["AWS_REGION=us-east-1"], &["--profile", "assumed"], "ASSUMED", "us-east-1"),
        (&["AWS_REGION=us-east-1"], &["--profile", "identified"], "WEBIDENTITY", "us-east-1"),
        (&["AWS_REGION=us-east-1"], &["--profile", "sso"], "SSO", "us-east-1"),
        (&["AWS_REGION=us-east-1"], &["--profile", "sso-of-old"], "SSO", "us-east-1"),
        // Names of several words.
        (&["AWS_REGION=us-east-1"], &["--profile", "of A B"], "SSO", "us-east-1"),
        (&["AWS_REGION=us-east-1"], &["--profile", "by my source"], "ASSUMED", "us-east-1"),
        (&["AWS_REGION=us-east-1"], &["--profile", "my source"], "SOURCE", "us-east-1"),
        // Files elsewhere; a token in a file; an address of the container's own.
        (
            &["AWS_CONFIG_FILE=HOME/.aws/config AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_PROFILE=keys"],
            &[],
            "CONFIGKEYS",
            "eu-west-1",
        ),
        (
            &[
                BARE,
                "AWS_CONTAINER_CREDENTIALS_FULL_URI=URL/container",
                "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=HOME/bearer",
            ],
            &[],
            "CONTAINER",
            "us-east-1",
        ),
        (&[BARE, KEYS, "AWS_SESSION_TOKEN=T0KEN"], &[], "ENVIRONMENT", "us-east-1"),
    ];
    machine.file("bearer", "B3ARER");
    for (variables, arguments, caller, region) in cases {
        let before = machine.callers().await.len();
        let output = machine.list(&variables.join(" "), arguments);
        assert_eq!(output.status.code(), Some(0), "{variables:?} {arguments:?}: {output:?}");
        let callers = machine.callers().await.split_off(before);
        let expected = (caller.to_owned(), region.to_owned());
        assert_eq!(callers, [expected.clone(), expected], "{variables:?} {arguments:?}");
    }
}

#[tokio::test]
async fn credentials_are_fetched_again_when_they_have_ended_and_not_before() {
    for (end, times) in [(LATER, 1), (PAST, 2)] {
        let machine = Machine::new(&format!("ends-{times}"), Answers::Credentials(end)).await;
        furnish(&machine, end);
        let role = "/latest/meta-data/iam/security-credentials/instance-role";
        let cases: [(&str, &[&str], &str, usize); 4] = [
            (WEB, &[], "/", times),
            (CONTAINER, &[], "/container", times),
            ("", &["--profile", "sso"], "/federation/credentials", times),
            // The provider keeps using what an instance has when its metadata service lags behind.
            (INSTANCE, &[], role, 1),
        ];
        for (variables, arguments, path, times) in cases {
            let files = if arguments.is_empty() { BARE } else { "AWS_REGION=us-east-1" };
            let output = machine.list(&format!("{files} {variables}"), arguments);
            assert_eq!(output.status.code(), Some(0), "{variables} {end}: {output:?}");
            assert_eq!(machine.asked(path).await, times, "{path} {end}");
        }
        let output = machine.list("AWS_REGION=us-east-1", &["--profile", "process"]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let runs = std::fs::read_to_string(machine.home.path("runs")).unwrap();
        assert_eq!(runs.lines().count(), times, "{end}");
    }
}

#[tokio::test]
async fn a_failing_place_ends_the_search_with_its_reason() {
    let machine = Machine::new("fails", Answers::Refusal).await;
    furnish(&machine, LATER);
    let nothing = "no credentials: environment: AWS_ACCESS_KEY_ID is not set; profile \"default\": it has no credentials; \
                   web identity: $AWS_WEB_IDENTITY_TOKEN_FILE was not set; container: ECS provider not configured; \
                   instance metadata: ";
    let cases: [(&[&str], &[&str], &[&str]); 21] = [
        // An endless file.
        (
            &[BARE, "AWS_WEB_IDENTITY_TOKEN_FILE=/dev/zero AWS_ROLE_ARN=r"],
            &[],
            &["no credentials: web identity of /dev/zero: it is not a regular file"],
        ),
        (
            &[BARE, CONTAINER, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/dev/zero"],
            &[],
            &["no credentials: container: /dev/zero: it is not a regular file"],
        ),
        (
            &["AWS_REGION=us-east-1"],
            &["--profile", "endless"],
            &[
                "no credentials: profile \"endless\": web_identity_token_file /dev/zero: it is not a regular file",
            ],
        ),
        // Nothing anywhere.
        (&[BARE], &[], &[nothing, "AWS_EC2_METADATA_DISABLED"]),
        (
            &[BARE, "AWS_EC2_METADATA_DISABLED=false AWS_EC2_METADATA_SERVICE_ENDPOINT=http://127.0.0.1:9"],
            &[],
            &[nothing, "connection refused by 127.0.0.1:9"],
        ),
        // Half of the keys.
        (&["AWS_ACCESS_KEY_ID=A"], &[], &["no credentials: environment: AWS_SECRET_ACCESS_KEY is not set"]),
        // Each is refused, though others follow.
        (
            &[BARE, WEB, CONTAINER],
            &[],
            &[
                "no credentials: web identity of ",
                "AccessDenied",
                "environment: AWS_ACCESS_KEY_ID is not set",
            ],
        ),
        (&[BARE, CONTAINER, INSTANCE], &[], &["no credentials: container: ", "web identity: "]),
        (&[BARE, INSTANCE], &[], &["no credentials: instance metadata: "]),
        // A configured place that cannot be read or reached.
        (
            &[BARE, CONTAINER, "AWS_WEB_IDENTITY_TOKEN_FILE=/nonexistent/token AWS_ROLE_ARN=r"],
            &[],
            &["no credentials: web identity of /nonexistent/token: ", "No such file"],
        ),
        (
            &[BARE, INSTANCE, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://127.0.0.1:9/"],
            &[],
            &["no credentials: container: ", "connection refused by 127.0.0.1:9"],
        ),
        (
            &[BARE, INSTANCE, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://203.0.113.1/"],
            &[],
            &["no credentials: container: ", "http://203.0.113.1/"],
        ),
        // Profiles.
        (
            &["AWS_REGION=us-east-1", INSTANCE],
            &["--profile", "nosuch"],
            &["profile \"nosuch\": ", "not defined"],
        ),
        (
            &["AWS_REGION=us-east-1 AWS_PROFILE=nosuch", INSTANCE],
            &[],
            &["profile \"nosuch\": it is not defined in", "; defined are \"assumed\", "],
        ),
        (&[""], &["--profile", "nosuch"], &["profile \"nosuch\": it is not defined in", ".aws/config or"]),
        (&[INSTANCE], &["--profile", "empty"], &["no credentials: profile \"empty\": it has no credentials"]),
        (
            &["AWS_REGION=us-east-1"],
            &["--profile", "failing"],
            &["no credentials: profile \"failing\": ", "exit status: 3", "the vault is sealed"],
        ),
        (&["AWS_REGION=us-east-1"], &["--profile", "circle"], &["profile \"circle\": ", "circle-2"]),
        (&["AWS_REGION=us-east-1"], &["--profile", "assumed"], &["profile \"assumed\": ", "AccessDenied"]),
        (&["AWS_REGION=us-east-1"], &["--profile", "sso"], &["profile \"sso\": "]),
        (
            &["AWS_REGION=us-east-1"],
            &["--profile", "sso-not-logged-in"],
            &["profile \"sso-not-logged-in\": "],
        ),
    ];
    for (variables, arguments, reasons) in cases {
        let output = machine.list(&variables.join(" "), arguments);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (253, 1), "{variables:?} {arguments:?}: {said}");
        for reason in reasons {
            assert!(said.contains(reason), "{variables:?} {arguments:?}: {said} does not say {reason:?}");
        }
    }
    assert_eq!(machine.callers().await, []);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_not_shown() {
    let machine = Machine::new("half", Answers::Half).await;
    furnish(&machine, LATER);
    machine.executable(
        "vend",
        "#!/bin/sh\necho '{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"S3CRET'\n",
    );
    let cases: [(&[&str], &[&str], &str); 6] = [
        (&[BARE, WEB], &[], "web identity of "),
        (&[BARE, CONTAINER], &[], "container: "),
        (&[BARE, INSTANCE], &[], "instance metadata: "),
        (&["AWS_REGION=us-east-1"], &["--profile", "assumed"], "profile \"assumed\": "),
        (&["AWS_REGION=us-east-1"], &["--profile", "sso"], "profile \"sso\": "),
        (&["AWS_REGION=us-east-1"], &["--profile", "process"], "profile \"process\": "),
    ];
    for (variables, arguments, place) in cases {
        let output = machine.list(&variables.join(" "), arguments);
        let (code, said) = failure(&output);
        assert_eq!((code, said.lines().count()), (253, 1), "{variables:?} {arguments:?}: {said}");
        assert!(said.contains(&format!("no credentials: {place}")), "{variables:?} {arguments:?}: {said}");
    }
}

#[tokio::test]
async fn metadata_that_never_answers_hold_a_call_up_for_two_seconds() {
    let machine = Machine::new("silent", Answers::Refusal).await;
    // Connections are made, and nobody takes them.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("AWS_EC2_METADATA_SERVICE_ENDPOINT=http://{}", silent.local_addr().unwrap());
    let output = machine.list(&format!("{BARE} AWS_EC2_METADATA_DISABLED=false {endpoint}"), &[]);
    let (code, said) = failure(&output);
    assert_eq!((code, said.lines().count()), (253, 1), "{said}");
    assert!(said.contains("instance metadata: ") && said.contains("no answer within 2s"), "{said}");
}

/// Opens a terminal: the side of who sits at it, and the side of the program.
fn terminal() -> (std::fs::File, std::fs::File) {
    use rustix::fs::{Mode, OFlags};
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

    let user = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
    grantpt(&user).unwrap();
    unlockpt(&user).unwrap();
    let name = ptsname(&user, Vec::new()).unwrap();
    let program = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).unwrap();
    (user.into(), program.into())
}

#[tokio::test]
async fn the_code_of_an_mfa_device_is_asked_for_on_the_terminal() {
    let machine = Machine::new("mfa", Answers::Credentials(LATER)).await;
    let config = "\
[profile keys]
aws_access_key_id = SOURCE
aws_secret_access_key = S3CRET
region = us-east-1
[profile careful]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = keys
mfa_serial = arn:aws:iam::1:mfa/ada
external_id = outside
region = us-east-1
[profile own]
aws_access_key_id = SOURCE
aws_secret_access_key = S3CRET
role_arn = arn:aws:iam::123456789012:role/r
source_profile = own
mfa_serial = arn:aws:iam::1:mfa/ada
region = us-east-1
[profile \"by careful\"]
role_arn = arn:aws:iam::123456789012:role/other
source_profile = careful
region = us-east-1
[profile circle]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = circle-2
mfa_serial = arn:aws:iam::1:mfa/ada
region = us-east-1
[profile circle-2]
role_arn = arn:aws:iam::123456789012:role/r
source_profile = circle
";
    machine.file(".aws/config", config);
    let given = "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>MFA</AccessKeyId>\
                 <SecretAccessKey>S3CRET</SecretAccessKey><SessionToken>T0KEN</SessionToken>\
                 <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>";
    let with_code = Mock::given(method("POST"))
        .and(path("/"))
        .and(body_string_contains("SerialNumber=arn%3Aaws%3Aiam%3A%3A1%3Amfa%2Fada&TokenCode=123456"))
        .and(|request: &wiremock::Request| authorized_by(request).as_deref() == Some("SOURCE"))
        .respond_with(ResponseTemplate::new(200).set_body_string(given))
        .with_priority(1);
    machine.server.register(with_code).await;
    let chained = Mock::given(method("POST"))
        .and(path("/"))
        .and(body_string_contains("role%2Fother"))
        .and(|request: &wiremock::Request| authorized_by(request).as_deref() == Some("MFA"))
        .respond_with(ResponseTemplate::new(200).set_body_string(given.replace("MFA", "CHAINED")))
        .with_priority(1);
    machine.server.register(chained).await;

    for (profile, caller) in [
        ("careful", Ok("MFA")),
        ("own", Ok("MFA")),
        ("by careful", Ok("CHAINED")),
        ("circle", Err("back to itself")),
    ] {
        let before = machine.callers().await.len();
        let (mut user, program) = terminal();
        std::io::Write::write_all(&mut user, b"123456\n").unwrap();
        let (home, url) = (machine.home.path(""), machine.server.uri());
        let app_instance = "arn:aws:chime:us-east-1:123456789012:app-instance/i";
        let bearer = format!("{app_instance}/user/u");
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_chime"))
            .args(["list-channels", "--app-instance-arn", app_instance, "--chime-bearer", &bearer])
            .args(["--profile", profile])
            .env_clear()
            .envs([("HOME", &home), ("AWS_ENDPOINT_URL", &url)])
            .stdin(program)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.starts_with("MFA code of arn:aws:iam::1:mfa/ada: "), "{said}");
        match caller {
            Ok(caller) => {
                assert_eq!(output.status.code(), Some(0), "{profile}: {output:?}");
                let expected = (caller.to_owned(), "us-east-1".to_owned());
                assert_eq!(machine.callers().await.split_off(before), [expected.clone(), expected]);
            }
            Err(reason) => assert!(said.contains(reason) && output.status.code() == Some(253), "{said}"),
        }
    }
    // Keys of the environment need no code.
    let output = machine.list(&format!("{KEYS} AWS_PROFILE=careful"), &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}
