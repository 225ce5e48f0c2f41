//! One call: from the command line to the answer on standard output.

use std::io::{IsTerminal, Write};

use chime_client::operation::{Kind, Member, Metadata, Operation, kebab_case};
use chime_client::{Answers, Client, ClientBuilder, CredentialsChain, Excerpt, ProfileSettings, wire};
use chime_local::{Demo, LocalService, RunningService};
use clap::ArgMatches;
use serde_json::Value;

use crate::arguments::{FOR_CALLS, FORMS, MAX_RESULTS, NEXT_TOKEN};
use crate::failure::Failure;
use crate::output::{self, Form};
use crate::query::Query;
use crate::value;

/// The members of a request, as far as they are given.
type Members = Vec<(&'static str, Value)>;

/// Carries out the operation that the subcommand names.
pub(crate) async fn call_operation(subcommand: &str, matches: &ArgMatches) -> Result<(), Failure> {
    macro_rules! dispatch {
        ($($method:ident: $Operation:ident, $Builder:ident, $bearer:ident;)*) => {
            $(
                if subcommand == kebab_case(stringify!($Operation)) {
                    return print_answer::<chime_client::operations::$Operation>(matches).await;
                }
            )*
        };
    }
    chime_client::for_each_operation!(dispatch);
    Err(Failure::usage(&format!("{subcommand} is not an operation")))
}

/// Calls the operation with the given members, and prints the answer.
async fn print_answer<O: Operation + Clone>(matches: &ArgMatches) -> Result<(), Failure> {
    let metadata = &O::METADATA;
    let members = collect_members(metadata, matches)?;
    // A malformed argument is refused before anything starts.
    let request: O = request_of(&members)?;
    let query = argument_text(matches, "query").map(Query::new).transpose()?;

    // The local service ends with this function.
    let (client, _local, settings) = connect(matches).await?;
    let form = form_of(matches, settings.as_ref())?;

    let unshown = |error| Failure::other(&format!("the answer could not be shown: {error}"));
    let one_page = [MAX_RESULTS, NEXT_TOKEN].iter().any(|name| find_value(&members, name).is_some());
    let mut answers = Answers::new(client, request);
    let mut whole = Value::Null;
    while let Some(answer) = answers.next().await {
        let answer = answer.map_err(|error| Failure::of_page(&error))?;
        let answer = serde_json::to_value(answer).map_err(unshown)?;
        if one_page {
            whole = answer;
            break;
        }
        append_page(&mut whole, answer);
    }

    output::write_out_times(&mut whole);
    if let Some(query) = query {
        whole = query.select(&whole)?;
    } else if whole.is_null() {
        // The operation has no answer.
        return Ok(());
    }
    let shown = output::format(metadata.name, &whole, form, output::columns()).map_err(unshown)?;
    output::print(shown.as_bytes())
}

/// The form of the answer: the command line's, the environment's, the profile's, JSON.
fn form_of(matches: &ArgMatches, settings: Option<&ProfileSettings>) -> Result<Form, Failure> {
    let variable = std::env::var("AWS_DEFAULT_OUTPUT").ok().filter(|value| !value.is_empty());
    let (from, name) = match (argument_text(matches, "output"), variable, settings) {
        (Some(name), ..) => ("--output", name.to_owned()),
        (None, Some(name), _) => ("AWS_DEFAULT_OUTPUT", name),
        (None, None, Some(ProfileSettings { output: Some(name), .. })) => {
            ("output of the profile", name.clone())
        }
        _ => return Ok(Form::Json),
    };
    Form::named(&name).ok_or_else(|| {
        Failure::configuration(&format!(
            "{from}: {name:?} is not one of {}; --output takes its place",
            FORMS.join(", ")
        ))
    })
}

/// A client of the environment's settings and credentials, else the profile's; of a named profile's alone.
fn configured_builder(matches: &ArgMatches) -> Result<(ClientBuilder, ProfileSettings), Failure> {
    let of = |error| Failure::of(&error);
    let builder = ClientBuilder::from_env().map_err(of)?;
    let mut chain = CredentialsChain::from_env();
    let profile = argument_text(matches, "profile");
    if let Some(name) = profile {
        chain = chain.profile(name);
    }
    let settings = chain.settings().map_err(of)?;
    let builder = builder.profile(&settings);
    if let Some(serial) = chain.mfa_serial().map_err(of)? {
        chain = chain.mfa_code(ask_mfa_code(&serial)?);
    }
    Ok((builder.credentials_chain(chain), settings))
}

/// Asks for the code of an MFA device on the terminal.
fn ask_mfa_code(serial: &str) -> Result<String, Failure> {
    let refuse =
        |reason: &str| Failure::configuration(&format!("the MFA code of {}: {reason}", Excerpt(serial)));
    if !std::io::stdin().is_terminal() {
        return Err(refuse(
            "standard input is not a terminal; run the command in a terminal, or set the credentials that \
             `aws configure export-credentials --format env` prints",
        ));
    }
    // Reading fails if the terminal is closed.
    let _ = write!(std::io::stderr(), "MFA code of {}: ", Excerpt(serial));
    let mut code = String::new();
    std::io::stdin().read_line(&mut code).map_err(|error| refuse(&error.to_string()))?;
    match code.trim() {
        "" => Err(refuse("none was given")),
        code => Ok(code.to_owned()),
    }
}

/// Returns the client that the command line describes, and the local service if `--local` is set.
pub(crate) async fn client_of(matches: &ArgMatches) -> Result<(Client, Option<RunningService>), Failure> {
    let (client, local, _) = connect(matches).await?;
    Ok((client, local))
}

/// The client, the local service, and the settings of the profile unless the service is local.
async fn connect(
    matches: &ArgMatches,
) -> Result<(Client, Option<RunningService>, Option<ProfileSettings>), Failure> {
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
    let (mut builder, settings) = if let Some(local) = &local {
        let builder = Client::builder().endpoint_url(local.endpoint_url());
        (builder.credentials(local.credentials()), None)
    } else {
        let (builder, settings) = configured_builder(matches)?;
        (builder, Some(settings))
    };
    if let Some(url) = argument_text(matches, "endpoint-url") {
        builder = builder.endpoint_url(url);
    }
    if let Some(region) = argument_text(matches, "region") {
        builder = builder.region(region);
    }
    Ok((builder.build().map_err(|error| Failure::of(&error))?, local, settings))
}

pub(crate) fn argument_text<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}

fn find_value<'m>(members: &'m Members, name: &str) -> Option<&'m Value> {
    members.iter().find(|(given, _)| *given == name).map(|(_, value)| value)
}

/// Collects the members from the command line and, with `--local`, the missing ARNs from the demo world.
fn collect_members(metadata: &'static Metadata, matches: &ArgMatches) -> Result<Members, Failure> {
    let mut members = Members::new();
    for member in metadata.input {
        if let Some(texts) = matches.get_many::<String>(member.name) {
            refuse_option(metadata, member, texts.clone())?;
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

/// Refuses an option where a text is expected: `--name --mode OPEN` lacks a name. `--name=--mode` has one.
fn refuse_option<'t>(
    metadata: &Metadata,
    member: &Member,
    texts: impl Iterator<Item = &'t String>,
) -> Result<(), Failure> {
    let is_option = |text: &str| {
        text.strip_prefix("--").is_some_and(|name| {
            name == "help"
                || FOR_CALLS.contains(&name)
                || metadata.input.iter().any(|member| kebab_case(member.name) == name)
        })
    };
    for text in texts.filter(|text| is_option(text) && member.kind != Kind::TextList) {
        let joined = format!("--{}={text}", kebab_case(member.name));
        if !std::env::args_os().any(|argument| argument == joined.as_str()) {
            let reason = format!("a value is missing before {text}; {joined} is that text");
            return Err(Failure::argument(member, &reason));
        }
    }
    Ok(())
}

/// The operations that only members may call, or only the sender of a message.
const OF_A_MEMBER: [&str; 4] =
    ["SendChannelMessage", "UpdateChannelMessage", "GetChannelMessageStatus", "UpdateChannelReadMarker"];

/// The ARN that a parameter is in the demo world when the command line leaves it out.
fn demo_value(demo: &Demo, metadata: &Metadata, member: &Member, members: &Members) -> Option<Value> {
    let [alice, bob, _] = demo.app_instance_user_arns();
    let [general, board] = demo.channel_arns();
    // Every user is in `general` already.
    let adds = matches!(metadata.name, "CreateChannelMembership" | "BatchCreateChannelMembership");
    Some(match member.name {
        "AppInstanceArn" => demo.app_instance_arn().as_str().into(),
        "ChannelArn" => if adds { board } else { general }.as_str().into(),
        "AppInstanceUserArn" => alice.as_str().into(),
        "AppInstanceAdminArn" if metadata.name != "CreateAppInstanceAdmin" => {
            demo.administrator_arn().as_str().into()
        }
        "MemberArn" | "ChannelModeratorArn" | "AppInstanceAdminArn" => bob.as_str().into(),
        "MemberArns" => [bob.as_str()].into_iter().collect(),
        // The Amazon Pinpoint application of a device may be any.
        "ResourceArn" => "arn:aws:mobiletargeting:us-east-1:123456789012:apps/demo".into(),
        // The bearer is the user that the call is about, or a member if the call needs one. The administrator may do
        // everything else.
        "ChimeBearer" => match find_value(members, "AppInstanceUserArn") {
            Some(user) => user.clone(),
            None if metadata.member("AppInstanceUserArn").is_some() => alice.as_str().into(),
            None if metadata.name.ends_with("Preferences") => find_value(members, "MemberArn")?.clone(),
            None if OF_A_MEMBER.contains(&metadata.name) => alice.as_str().into(),
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

/// Adds a page to those before it: its lists to their lists. The tokens between them are left out.
fn append_page(answer: &mut Value, mut page: Value) {
    if let Value::Object(members) = &mut page {
        members.shift_remove(NEXT_TOKEN);
    }
    if answer.is_null() {
        *answer = page;
        return;
    }
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
