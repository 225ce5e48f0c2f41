//! One call: from the command line to the answer on standard output.

use std::io::Write;

use chime_client::operation::{Member, Metadata, Operation};
use chime_client::{Client, ClientBuilder, CredentialsChain, wire};
use chime_local::{Demo, LocalService, RunningService};
use clap::ArgMatches;
use serde_json::Value;

use crate::arguments::{MAX_RESULTS, NEXT_TOKEN};
use crate::failure::Failure;
use crate::{output, value};

/// The members of a request, as far as they are given.
type Members = Vec<(&'static str, Value)>;

/// Carries out the operation that the subcommand names.
pub(crate) async fn call_operation(subcommand: &str, matches: &ArgMatches) -> Result<(), Failure> {
    macro_rules! dispatch {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            $(
                if subcommand == stringify!($method).replace('_', "-") {
                    return print_answer::<chime_client::operations::$Operation>(matches).await;
                }
            )*
        };
    }
    chime_client::for_each_operation!(dispatch);
    Err(Failure::usage(&format!("{subcommand} is not an operation")))
}

/// Calls the operation with the given members, and prints the answer.
async fn print_answer<O: Operation>(matches: &ArgMatches) -> Result<(), Failure> {
    let metadata = &O::METADATA;
    let mut members = collect_members(metadata, matches)?;
    // What is malformed is said before anything starts.
    let request: O = request_of(&members)?;

    // The local service ends with this function.
    let (client, _local) = client_of(matches).await?;

    let unshown = |error| Failure::other(&format!("the answer could not be shown: {error}"));
    let one_page = [MAX_RESULTS, NEXT_TOKEN].iter().any(|name| find_value(&members, name).is_some());
    let call = async |request: O| {
        let answer = client.call(request).await.map_err(|error| Failure::of(&error))?;
        serde_json::to_value(answer).map_err(unshown)
    };
    let mut answer = call(request).await?;
    if !one_page {
        while let Some(token) = take_next_token(&mut answer) {
            members.retain(|(name, _)| *name != NEXT_TOKEN);
            members.push((NEXT_TOKEN, token));
            append_page(&mut answer, call(request_of(&members)?).await?);
        }
    }

    let shown = output::format(metadata.name, answer, argument_text(matches, "output").unwrap_or_default())
        .map_err(unshown)?;
    std::io::stdout()
        .write_all(shown.as_bytes())
        .map_err(|error| Failure::other(&format!("standard output: {error}")))
}

/// A client of the environment's settings and credentials, else the profile's; of a named profile's alone.
async fn environment_builder(matches: &ArgMatches) -> Result<ClientBuilder, Failure> {
    let mut builder = ClientBuilder::from_env().map_err(|error| Failure::of(&error))?;
    let mut chain = CredentialsChain::from_env();
    let profile = argument_text(matches, "profile");
    if let Some(name) = profile {
        chain = chain.profile(name);
    }
    // The command line's comes before either.
    if argument_text(matches, "region").is_none() {
        match (chain.region().await, profile) {
            (Some(region), _) => builder = builder.region(region),
            (None, Some(name)) => {
                let reason = "has no region, or there is no such profile; set AWS_REGION, or give --region";
                return Err(Failure::configuration(&format!("--profile: {name:?} {reason}")));
            }
            (None, None) => {}
        }
    }
    Ok(builder.credentials_chain(chain))
}

/// The client that the command line describes, and the local service where `--local` asks for one.
pub(crate) async fn client_of(matches: &ArgMatches) -> Result<(Client, Option<RunningService>), Failure> {
    for option in ["endpoint-url", "profile"] {
        if matches.get_flag("local") && argument_text(matches, option).is_some() {
            return Err(Failure::usage(&format!("--local and --{option} exclude each other")));
        }
    }
    let local = if matches.get_flag("local") {
        let started = LocalService::demo().start().await;
        Some(started.map_err(|error| Failure::other(&format!("the local service did not start: {error}")))?)
    } else {
        None
    };
    let mut builder = match &local {
        Some(local) => Client::builder().endpoint_url(local.endpoint_url()).credentials(local.credentials()),
        None => environment_builder(matches).await?,
    };
    if let Some(url) = argument_text(matches, "endpoint-url") {
        builder = builder.endpoint_url(url);
    }
    if let Some(region) = argument_text(matches, "region") {
        builder = builder.region(region);
    }
    Ok((builder.build().map_err(|error| Failure::of(&error))?, local))
}

pub(crate) fn argument_text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}

fn find_value<'m>(members: &'m Members, name: &str) -> Option<&'m Value> {
    members.iter().find(|(given, _)| *given == name).map(|(_, value)| value)
}

/// What the command line gives, and, with `--local`, what the demo world has for what it leaves out.
fn collect_members(metadata: &'static Metadata, matches: &ArgMatches) -> Result<Members, Failure> {
    let mut members = Members::new();
    for member in metadata.input {
        if let Some(texts) = matches.get_many::<String>(member.name) {
            let value = value::value_of(member, texts.cloned().collect())
                .map_err(|reason| Failure::argument(member, &reason))?;
            members.push((member.name, value));
        }
    }
    let demo = matches.get_flag("local").then(Demo::new);
    let mut missing = Vec::new();
    for member in metadata.input {
        // The client makes a token up.
        if !member.required || member.is_made_by_client() || find_value(&members, member.name).is_some() {
            continue;
        }
        match demo.as_ref().and_then(|demo| demo_value(demo, metadata, member, &members)) {
            Some(value) => members.push((member.name, value)),
            None => missing.push(member.name),
        }
    }
    if missing.is_empty() { Ok(members) } else { Err(Failure::missing(metadata, &missing)) }
}

/// The ARN that a parameter is in the demo world when the command line leaves it out.
fn demo_value(demo: &Demo, metadata: &Metadata, member: &Member, members: &Members) -> Option<Value> {
    let [alice, bob, _] = demo.app_instance_user_arns();
    let [general, board] = demo.channel_arns();
    // Everybody is in `general` already.
    let adds = matches!(metadata.name, "CreateChannelMembership" | "BatchCreateChannelMembership");
    Some(match member.name {
        "AppInstanceArn" => demo.app_instance_arn().as_str().into(),
        "ChannelArn" => if adds { board } else { general }.as_str().into(),
        "AppInstanceUserArn" => alice.as_str().into(),
        "MemberArn" | "ChannelModeratorArn" | "AppInstanceAdminArn" => bob.as_str().into(),
        "MemberArns" => [bob.as_str()].into_iter().collect(),
        // Whom the call is about asks; so does a member where it takes one. The administrator may do everything else.
        "ChimeBearer" => match find_value(members, "AppInstanceUserArn") {
            Some(user) => user.clone(),
            None if metadata.member("AppInstanceUserArn").is_some() => alice.as_str().into(),
            None if ["SendChannelMessage", "UpdateChannelReadMarker"].contains(&metadata.name) => {
                alice.as_str().into()
            }
            None => demo.administrator_arn().as_str().into(),
        },
        _ => return None,
    })
}

/// The request that the members make.
fn request_of<O: Operation>(members: &Members) -> Result<O, Failure> {
    let refuse = |name: &str, reason: &str| match O::METADATA.member(name) {
        Some(member) => Failure::argument(member, reason),
        None => Failure::usage(reason),
    };
    let request: O = wire::from_members(members.iter().cloned())
        .map_err(|invalid| refuse(invalid.parameter().unwrap_or_default(), invalid.reason()))?;
    let kept = serde_json::to_value(&request).map_err(|error| Failure::usage(&error.to_string()))?;
    for (name, given) in members {
        if let Some(unknown) = kept.get(name).and_then(|kept| value::unknown_member(given, kept)) {
            return Err(refuse(name, &format!("it has no member {unknown:?}")));
        }
    }
    Ok(request)
}

/// What the next page begins with. An empty token is none to some services.
fn take_next_token(answer: &mut Value) -> Option<Value> {
    answer.as_object_mut()?.shift_remove(NEXT_TOKEN).filter(|token| token != "")
}

/// Adds a page to those before it: its lists to their lists.
fn append_page(answer: &mut Value, page: Value) {
    let (Value::Object(all), Value::Object(members)) = (&mut *answer, page) else { return };
    for (name, member) in members {
        match (all.get_mut(&name), member) {
            (Some(Value::Array(items)), Value::Array(more)) => items.extend(more),
            (_, member) => {
                all.insert(name, member);
            }
        }
    }
}
