//! One call: from the command line to the answer on standard output.

use std::io::Write;

use chime_client::operation::Operation;
use chime_client::{Client, ClientBuilder, wire};
use chime_local::{Demo, LocalService};
use clap::ArgMatches;

use crate::failure::Failure;
use crate::output;

/// Carries out the operation that the subcommand names.
pub(crate) async fn call(subcommand: &str, matches: &ArgMatches) -> Result<(), Failure> {
    macro_rules! dispatch {
        ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
            $(
                if subcommand == stringify!($method).replace('_', "-") {
                    return run::<chime_client::$Operation>(matches).await;
                }
            )*
        };
    }
    chime_client::for_each_operation!(dispatch);
    Err(Failure::usage(&format!("{subcommand} is not an operation")))
}

async fn run<O: Operation>(matches: &ArgMatches) -> Result<(), Failure> {
    let of = |error: &_| Failure::of(error);
    let text = |name: &str| matches.try_get_one::<String>(name).ok().flatten().map(String::as_str);
    if matches.get_flag("local") && text("endpoint-url").is_some() {
        return Err(Failure::usage("--local and --endpoint-url exclude each other"));
    }
    // Ends with this function.
    let local = if matches.get_flag("local") {
        let started = LocalService::demo().start().await;
        Some(started.map_err(|error| Failure::other(&format!("the local service did not start: {error}")))?)
    } else {
        None
    };

    let demo = local.as_ref().map(|_| Demo::new());
    let mut members: Vec<(&'static str, String)> = Vec::new();
    let mut missing = Vec::new();
    for member in O::METADATA.input {
        let given = text(member.name).map(str::to_owned);
        let user = text("AppInstanceUserArn");
        match given.or_else(|| demo_value(demo.as_ref()?, member.name, user)) {
            Some(value) => members.push((member.name, value)),
            None if member.required => missing.push(member.name),
            None => {}
        }
    }
    if !missing.is_empty() {
        return Err(Failure::missing::<O>(&missing));
    }
    let members = members.into_iter().map(|(name, value)| (name, value.into()));
    let operation: O = wire::from_members(members).map_err(|invalid| of(&invalid.into()))?;

    let mut builder = match &local {
        Some(local) => Client::builder().endpoint_url(local.endpoint_url()).credentials(local.credentials()),
        None => ClientBuilder::from_env().map_err(|error| of(&error))?,
    };
    if let Some(url) = text("endpoint-url") {
        builder = builder.endpoint_url(url);
    }
    if let Some(region) = text("region") {
        builder = builder.region(region);
    }
    let client = builder.build().map_err(|error| of(&error))?;
    let answer = client.call(operation).await.map_err(|error| of(&error))?;

    let shown = output::format(O::METADATA.name, &answer, text("output").unwrap_or_default())
        .map_err(|error| Failure::other(&format!("the answer could not be shown: {error}")))?;
    std::io::stdout()
        .write_all(shown.as_bytes())
        .map_err(|error| Failure::other(&format!("standard output: {error}")))
}

/// What a parameter is in the demo world when the command line leaves it out. The user that it asks about, if any,
/// asks.
fn demo_value(demo: &Demo, member: &str, user: Option<&str>) -> Option<String> {
    match member {
        "ChannelArn" => Some(demo.channel_arn().into()),
        "AppInstanceUserArn" | "ChimeBearer" => {
            Some(user.map_or_else(|| demo.app_instance_user_arn().into(), str::to_owned))
        }
        _ => None,
    }
}
