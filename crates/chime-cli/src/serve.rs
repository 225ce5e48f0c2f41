//! `chime local`: the service until interrupted.

use std::io::Write;

use chime_local::{Fault, LocalService, Running};
use clap::ArgMatches;
use clap::parser::ValueSource;

use crate::arguments;
use crate::failure::Failure;

pub(crate) async fn serve(matches: &ArgMatches) -> Result<(), Failure> {
    for name in arguments::FOR_CALLS {
        if matches.value_source(name) == Some(ValueSource::CommandLine) {
            return Err(Failure::usage(&format!(
                "--{name} is for calls; `chime local` takes --port and --fault"
            )));
        }
    }
    let port = matches.get_one::<u16>("port").copied().unwrap_or_default();
    let faults = matches.get_many::<Fault>("fault").into_iter().flatten().cloned();
    let local =
        faults.fold(LocalService::demo().port(port), LocalService::fault).start().await.map_err(|error| {
            Failure::other(&format!("port {port}: {error}; --port 0 takes any that is free"))
        })?;
    // Listened for before the greeting invites anybody to send one.
    let interrupted = interrupted().map_err(|error| Failure::other(&format!("signals: {error}")))?;
    std::io::stdout()
        .write_all(greeting(&local).as_bytes())
        .map_err(|error| Failure::other(&format!("standard output: {error}")))?;
    interrupted.await;
    Ok(())
}

fn greeting(local: &Running) -> String {
    let (url, credentials, demo) = (local.endpoint_url(), local.credentials(), local.demo());
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
