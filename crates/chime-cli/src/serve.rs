//! `chime local`: the service until interrupted.

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, UNIX_EPOCH};

use chime_client::{Clock, OneLine, Timestamp};
use chime_local::{Demo, Fault, LocalService, Quotas, Running};
use clap::ArgMatches;
use clap::parser::ValueSource;

use crate::arguments;
use crate::failure::Failure;

/// How many lines of the log wait for a slow reader of standard error before others are left out.
const WAITING: usize = 1024;

pub(crate) async fn serve(matches: &ArgMatches) -> Result<(), Failure> {
    for name in arguments::FOR_CALLS {
        if matches.value_source(name) == Some(ValueSource::CommandLine) {
            return Err(Failure::usage(&format!(
                "--{name} is for calls; `chime local --help` shows what it takes"
            )));
        }
    }
    let port = matches.get_one::<u16>("port").copied().unwrap_or_default();
    let address = matches.get_one::<IpAddr>("listen").copied().unwrap_or(Ipv4Addr::LOCALHOST.into());
    let local =
        configure(LocalService::demo().port(port), address, matches)?.start().await.map_err(|error| {
            Failure::other(&format!("{address}, port {port}: {error}; --port 0 takes any that is free"))
        })?;
    // Listened for before the greeting invites anybody to send one.
    let interrupted = interrupted().map_err(|error| Failure::other(&format!("signals: {error}")))?;
    std::io::stdout()
        .write_all(greeting(&local).as_bytes())
        .map_err(|error| Failure::other(&format!("standard output: {error}")))?;
    interrupted.await;
    Ok(())
}

/// What the command line says about the service, but for its port.
fn configure(
    mut local: LocalService,
    address: IpAddr,
    matches: &ArgMatches,
) -> Result<LocalService, Failure> {
    if !address.is_loopback() && !matches.get_flag("allow-remote") {
        return Err(Failure::usage(&format!(
            "--listen {address} would let other machines in, and the credentials are no secret; \
             if that is meant, add --allow-remote"
        )));
    }
    local = local.listen(address);
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
    if let Some(time) = matches.get_one::<Timestamp>("clock") {
        let micros = u64::try_from(time.as_epoch_micros())
            .map_err(|_| Failure::usage(&format!("--clock {time}: expected a time from 1970 on")))?;
        let time = UNIX_EPOCH + Duration::from_micros(micros);
        local = local.clock(Clock::new(move || time));
    }
    if !matches.get_flag("quiet") {
        let log = standard_error();
        local = local.on_request(move |request| {
            // Full where nobody reads standard error: the service must not wait for that.
            let _ = log.try_send(request.to_string());
        });
    }
    Ok(local)
}

/// The faults of a file.
fn faults(path: &Path) -> Result<Vec<Fault>, Failure> {
    let refuse = |reason: String| {
        let message = format!("--faults {}: {reason}", path.display());
        Failure::usage(&OneLine(message).to_string())
    };
    let json = std::fs::read(path).map_err(|error| refuse(error.to_string()))?;
    Fault::list_from_json(&json).map_err(|invalid| refuse(invalid.to_string()))
}

/// Takes lines and writes them to standard error, from a thread of its own.
fn standard_error() -> SyncSender<String> {
    let (sender, receiver) = sync_channel::<String>(WAITING);
    std::thread::spawn(move || {
        for line in receiver {
            // Nobody is left who could be told.
            let _ = writeln!(std::io::stderr(), "{line}");
        }
    });
    sender
}

fn greeting(local: &Running) -> String {
    let (url, credentials, demo) = (local.endpoint_url(), local.credentials(), Demo::new());
    let [alice, bob, carol] = demo.app_instance_user_arns();
    let [general, board] = demo.channel_arns();
    let administrator = demo.administrator_arn();
    let (id, secret) = (credentials.access_key_id(), credentials.secret_access_key());
    format!(
        r#"Amazon Chime SDK messaging on this machine: {url}

For any AWS client, in a shell:
  unset AWS_PROFILE AWS_SESSION_TOKEN
  export AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING={url}
  export AWS_ACCESS_KEY_ID={id} AWS_SECRET_ACCESS_KEY={secret}
  export AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1

boto3 up to 1.37.0, namespace chime:
  boto3.client("chime", endpoint_url="{url}", config=botocore.config.Config(inject_host_prefix=False))

Channels:
  general (public)           {general}
  board (private)            {board}
Users:
  alice (in both)            {alice}
  bob (in general)           {bob}
  carol (hidden in general)  {carol}
  admin (administrator)      {administrator}

Ctrl-C ends it.
"#
    )
}

/// Listens for Ctrl-C and, where there are such signals, for SIGTERM. What it returns waits for one of them.
fn interrupted() -> std::io::Result<impl Future<Output = ()>> {
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
