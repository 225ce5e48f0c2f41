//! `chime local`: the service until interrupted, and its world written out.

use std::fmt::Display;
use std::io::{ErrorKind, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, UNIX_EPOCH};

use chime_client::{Clock, Credentials, OneLine, Timestamp, read_file};
use chime_local::{
    CertificateAuthority, Demo, Fault, InvalidSeed, LocalService, Quotas, RunningService, Seed,
};
use clap::ArgMatches;
use clap::parser::ValueSource;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::arguments;
use crate::data_directory::data_directory;
use crate::failure::Failure;
use crate::output;

/// The longest time that the end of the service, and then the rest of its log, may take.
const LONGEST_END: Duration = Duration::from_secs(5);

/// The number of log lines that wait for a slow reader of standard error before others are left out.
const WAITING: usize = 1024;

/// The largest file of a seed, in bytes.
const LARGEST_SEED: usize = 1024 * 1024 * 1024;

/// The largest file of faults, in bytes.
const LARGEST_FAULTS: usize = 1024 * 1024;

/// The warning of the greeting and the log if signatures are not verified.
const UNVERIFIED: &str =
    "WARNING: signatures are not verified; calls by anybody, signed or not, are answered";

/// Serves, or writes a world out.
pub(crate) async fn local(matches: &ArgMatches) -> Result<(), Failure> {
    for name in arguments::FOR_CALLS {
        if matches.value_source(name) == Some(ValueSource::CommandLine) {
            return Err(Failure::usage(&format!(
                "--{name} is for calls; `chime local --help` lists the options of the service"
            )));
        }
    }
    match matches.subcommand() {
        Some((_, matches)) => export(matches),
        None if matches.get_flag("print-ca") => print_authority(),
        None => serve(matches).await,
    }
}

/// The world of a file.
fn export(matches: &ArgMatches) -> Result<(), Failure> {
    let path = matches.get_one::<PathBuf>("data").cloned().unwrap_or_default();
    let world = Seed::from_data(path).map_err(|error| {
        Failure::other(&match error.kind() {
            ErrorKind::ResourceBusy => {
                format!("{error}; a service that runs shows its world at /_local/world")
            }
            _ => error.to_string(),
        })
    })?;
    output::print(format!("{world}\n").as_bytes())
}

/// The certificate of the authority, which is created if it is missing.
fn print_authority() -> Result<(), Failure> {
    let authority = authority(&authority_directory()?)?;
    output::print(authority.certificate().as_bytes())
}

/// Where the certificate authority is kept.
fn authority_directory() -> Result<PathBuf, Failure> {
    data_directory().ok_or_else(|| {
        Failure::other("the certificate authority: no home directory is known; set HOME or XDG_DATA_HOME")
    })
}

/// The certificate authority of a directory.
fn authority(directory: &Path) -> Result<CertificateAuthority, Failure> {
    CertificateAuthority::open(directory, Clock::default().now()).map_err(|error| {
        let message = format!("the certificate authority: {error}");
        Failure::other(&OneLine(message).to_string())
    })
}

async fn serve(matches: &ArgMatches) -> Result<(), Failure> {
    let log = (!matches.get_flag("quiet")).then(Lines::to_standard_error);
    let local = configure(matches, log.as_ref())?.start().await.map_err(|error| {
        let invalid = error.get_ref().and_then(|error| error.downcast_ref::<InvalidSeed>());
        match (matches.get_one::<PathBuf>("seed"), invalid) {
            (Some(path), Some(invalid)) => refuse_file("seed", path, invalid),
            _ if error.kind() == ErrorKind::InvalidInput && error.to_string().starts_with("the clock") => {
                Failure::usage(&format!("--clock: {error}"))
            }
            _ if error.kind() == ErrorKind::AddrInUse => {
                Failure::other(&format!("{error}; --port 0 takes any that is free"))
            }
            _ => Failure::other(&error.to_string()),
        }
    })?;
    // Listened for before the greeting invites anybody to send one.
    let interrupted = interrupted().map_err(|error| Failure::other(&format!("signals: {error}")))?;
    let https = match local.https_url() {
        Some(url) => https(&url, &authority_directory()?),
        None => String::new(),
    };
    let console = !matches.get_flag("no-console");
    let console = if console { console_at(&local) } else { String::new() };
    let world = world(&local, matches);
    let greeting = greeting(&local, &format!("{console}{https}"), &world, matches.get_flag("unverified"));
    output::print(greeting.as_bytes())?;
    interrupted.await;
    // Sessions are closed, and the log has their end.
    let _ = timeout(LONGEST_END, local.stop()).await;
    if let Some(log) = log {
        let _ = timeout(LONGEST_END, log.written()).await;
    }
    Ok(())
}

/// Returns the service that the command line describes, with its log.
fn configure(matches: &ArgMatches, log: Option<&Lines>) -> Result<LocalService, Failure> {
    let mut local = match matches.get_one::<PathBuf>("seed") {
        Some(path) => LocalService::seeded(seed(path)?),
        None if matches.get_flag("empty") => LocalService::empty(),
        None => LocalService::demo(),
    };
    if let Some(path) = matches.get_one::<PathBuf>("data") {
        local = local.data(path);
    }
    if let Some(exception) = matches.get_one::<String>("not-a-member") {
        local = local.not_a_member(exception.as_str().into());
    }
    if let Some(address) = matches.get_one::<IpAddr>("listen") {
        if !address.is_loopback() && !matches.get_flag("allow-remote") {
            return Err(Failure::usage(&format!(
                "--listen: {address} lets other machines in, and the credentials are documented; \
                 add --allow-remote to accept this"
            )));
        }
        local = local.listen(*address);
    }
    for name in matches.get_many::<String>("allow-host").into_iter().flatten() {
        local = local.allow_host(name).map_err(|error| Failure::usage(&format!("--allow-host: {error}")))?;
    }
    for origin in matches.get_many::<String>("allow-origin").into_iter().flatten() {
        local = local
            .allow_origin(origin)
            .map_err(|error| Failure::usage(&format!("--allow-origin: {error}")))?;
    }
    if matches.get_flag("no-console") {
        local = local.console(false);
    }
    if matches.get_flag("tls") {
        local = local.tls(authority(&authority_directory()?)?);
    }
    local = local.port(matches.get_one::<u16>("port").copied().unwrap_or_default());
    for text in matches.get_many::<String>("credentials").into_iter().flatten() {
        local = local.credentials(credentials(text)?);
    }
    if matches.get_flag("unverified") {
        local = local.unverified();
    }
    for mapping in matches.get_many::<String>("lambda").into_iter().flatten() {
        let (arn, url) = mapping.split_once('=').unwrap_or((mapping, ""));
        local = local.lambda(arn, url).map_err(|error| Failure::usage(&format!("--lambda: {error}")))?;
    }
    for fault in matches.get_many::<Fault>("fault").into_iter().flatten() {
        local = local.fault(fault.clone());
    }
    if let Some(path) = matches.get_one::<PathBuf>("faults") {
        for fault in faults(path)? {
            local = local.fault(fault);
        }
    }
    if let Some(quotas) = matches.get_one::<String>("throttle").and_then(|region| Quotas::of_region(region)) {
        local = local.throttle(quotas);
    }
    if let Some(url) = matches.get_one::<String>("kinesis-endpoint") {
        local = local
            .kinesis_endpoint(url)
            .map_err(|error| Failure::usage(&format!("--kinesis-endpoint: {error}")))?;
    }
    if let Some(time) = matches.get_one::<Timestamp>("clock") {
        let micros = u64::try_from(time.as_epoch_micros())
            .map_err(|_| Failure::usage(&format!("--clock {time}: expected a time from 1970 on")))?;
        let time = UNIX_EPOCH + Duration::from_micros(micros);
        local = local.clock(Clock::new(move || time));
    }
    if let Some(log) = log {
        let is_json = matches.get_one::<String>("log").is_some_and(|form| form == "json");
        if matches.get_flag("unverified") {
            let warning = if is_json {
                serde_json::json!({ "warning": UNVERIFIED }).to_string()
            } else {
                UNVERIFIED.to_owned()
            };
            let _ = log.sender.try_send(warning);
        }
        let (notices, requests) = (log.sender.clone(), log.sender.clone());
        local = local.on_notice(move |notice| {
            let line =
                if is_json { serde_json::json!({ "notice": notice }).to_string() } else { notice.to_owned() };
            let _ = notices.try_send(line);
        });
        local = local.on_request(move |request| {
            let line = if is_json { serde_json::to_string(request).ok() } else { Some(request.to_string()) };
            // Full where nobody reads standard error: the service must not wait for that.
            let _ = line.map(|line| requests.try_send(line));
        });
    }
    Ok(local)
}

/// Credentials from `KEY:SECRET` or `KEY:SECRET:TOKEN`.
fn credentials(text: &str) -> Result<Credentials, Failure> {
    let mut parts = text.splitn(3, ':').map(str::to_owned);
    // The value is a secret, and not shown.
    let invalid = || Failure::usage("--credentials: expected KEY:SECRET or KEY:SECRET:TOKEN");
    let (Some(key), Some(secret), token) = (parts.next(), parts.next(), parts.next()) else {
        return Err(invalid());
    };
    if key.is_empty() || secret.is_empty() || token.as_ref().is_some_and(String::is_empty) {
        return Err(invalid());
    }
    let credentials = Credentials::new(key, secret);
    Ok(match token {
        Some(token) => credentials.with_session_token(token),
        None => credentials,
    })
}

/// Returns the faults of a file.
fn faults(path: &Path) -> Result<Vec<Fault>, Failure> {
    let json = read_file(path, LARGEST_FAULTS).map_err(|error| refuse_file("faults", path, &error))?;
    Fault::list_from_json(&json).map_err(|invalid| refuse_file("faults", path, &invalid))
}

/// Returns the world of a JSON file.
fn seed(path: &Path) -> Result<Seed, Failure> {
    let json = read_file(path, LARGEST_SEED).map_err(|error| refuse_file("seed", path, &error))?;
    let json = String::from_utf8(json).map_err(|error| refuse_file("seed", path, &error.utf8_error()))?;
    json.parse().map_err(|invalid: InvalidSeed| refuse_file("seed", path, &invalid))
}

fn refuse_file(flag: &str, path: &Path, reason: &dyn Display) -> Failure {
    let message = format!("--{flag} {}: {reason}", path.display());
    Failure::usage(&OneLine(message).to_string())
}

/// Lines that a separate thread writes to standard error.
struct Lines {
    sender: SyncSender<String>,
    written: oneshot::Receiver<()>,
}

impl Lines {
    fn to_standard_error() -> Self {
        let (sender, receiver) = sync_channel::<String>(WAITING);
        let (done, written) = oneshot::channel();
        std::thread::spawn(move || {
            for line in receiver {
                // Standard error is closed, so nobody can read the message.
                let _ = writeln!(std::io::stderr(), "{line}");
            }
            // Nobody waits for it if the service could not start.
            let _ = done.send(());
        });
        Self { sender, written }
    }

    /// Waits until all lines are written. The service must have ended, which has senders as well.
    async fn written(self) {
        let Self { sender, written } = self;
        drop(sender);
        let _ = written.await;
    }
}

/// Returns the description of the world, for the greeting.
fn world(local: &RunningService, matches: &ArgMatches) -> String {
    let file = |name: &str| matches.get_one::<PathBuf>(name).map(|path| path.display());
    let kept = file("data").map(|path| format!(", kept in {path}")).unwrap_or_default();
    match (file("data"), file("seed")) {
        (Some(data), Some(seed)) if !local.is_new() => {
            format!("The world of {data}; {seed} was not loaded, since the file has a world already.\n")
        }
        (Some(data), None) if !local.is_new() => format!("The world of {data}.\n"),
        (_, Some(seed)) => format!("The world of {seed}{kept}.\n"),
        _ if matches.get_flag("empty") => {
            format!("No app instance yet{kept}; create-app-instance makes one.\n")
        }
        _ => format!("The demo world{kept}.\n{}", demo()),
    }
}

/// Returns the users and channels of the demo world, for the greeting.
fn demo() -> String {
    let demo = Demo::new();
    let [alice, bob, carol] = demo.app_instance_user_arns();
    let [general, board] = demo.channel_arns();
    let administrator = demo.administrator_arn();
    format!(
        "\
Channels:
  general (public)           {general}
  board (private)            {board}
Users:
  alice (in both)            {alice}
  bob (in general)           {bob}
  carol (hidden in general)  {carol}
  admin (administrator)      {administrator}
"
    )
}

/// The address for HTTPS, and how clients come to trust it.
fn https(url: &str, authority: &Path) -> String {
    let file = CertificateAuthority::certificate_file(authority);
    let file = quoted(&file.display().to_string());
    format!(
        r#"HTTPS, on the same port: {url}
Its certificate authority is {file}
and was created on this machine, which is all that it can sign for. To trust it:
  chime, AWS CLI, boto3   export AWS_CA_BUNDLE={file}
  other Python            export SSL_CERT_FILE={file} REQUESTS_CA_BUNDLE={file}
  Node                    export NODE_EXTRA_CA_CERTS={file}
  curl                    curl --cacert {file}
  Java                    keytool -importcert -noprompt -alias chime-local -file {file} \
                            -keystore chime-local.p12 -storepass changeit
                          java -Djavax.net.ssl.trustStore=chime-local.p12 -Djavax.net.ssl.trustStorePassword=changeit ...
  Chromium on Linux       certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n "chime local" -i {file}

"#
    )
}

/// A text as one word of a shell's command.
fn quoted(text: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+/=:@%".contains(&byte);
    if text.bytes().all(is_plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

/// Returns the address of the console, for the greeting.
fn console_at(local: &RunningService) -> String {
    format!("Console, in a browser: {}/_local/\n\n", local.endpoint_url())
}

fn greeting(local: &RunningService, addresses: &str, world: &str, is_unverified: bool) -> String {
    let (url, credentials) = (local.endpoint_url(), local.credentials());
    let (id, secret) = (quoted(credentials.access_key_id()), quoted(credentials.secret_access_key()));
    let (unset, token) = match credentials.session_token() {
        Some(token) => ("", format!(" AWS_SESSION_TOKEN={}", quoted(token))),
        None => (" AWS_SESSION_TOKEN", String::new()),
    };
    let warning = if is_unverified { format!("{UNVERIFIED}\n\n") } else { String::new() };
    format!(
        r#"Amazon Chime SDK messaging on this machine: {url}

{warning}For any AWS client, in a shell:
  unset AWS_PROFILE{unset}
  export AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING={url}
  export AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY={url}
  export AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret}{token}
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1

boto3 up to 1.37.0, namespace chime:
  boto3.client("chime", endpoint_url="{url}", config=botocore.config.Config(inject_host_prefix=False))

{addresses}{world}
Ctrl-C ends it.
"#
    )
}

/// Returns a future that waits for Ctrl-C or, on Unix, for SIGTERM.
pub(crate) fn interrupted() -> std::io::Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    {
        use std::task::Poll;

        use tokio::signal::unix::{SignalKind, signal};
        let mut signals = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
        Ok(std::future::poll_fn(move |context| {
            let any = signals.iter_mut().any(|signal| signal.poll_recv(context).is_ready());
            if any { Poll::Ready(()) } else { Poll::Pending }
        }))
    }
    #[cfg(windows)]
    {
        let mut ctrl_c = tokio::signal::windows::ctrl_c()?;
        Ok(async move {
            ctrl_c.recv().await;
        })
    }
}
