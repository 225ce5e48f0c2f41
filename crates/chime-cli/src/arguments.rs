//! The command line, made from the list of operations.

use std::net::IpAddr;
use std::path::PathBuf;

use chime_client::operation::{Form, Kind, Member, Metadata, Per, Quota, Resource, kebab_case};
use chime_client::operations::ALL;
use chime_client::{Exception, Timestamp};
use chime_local::Quotas;
use clap::builder::{BoolishValueParser, PossibleValuesParser, ValueRange};
use clap::{Arg, ArgAction, Command, value_parser};
use clap_complete::Shell;

use crate::value;

/// The subcommand that serves.
pub(crate) const LOCAL: &str = "local";

/// The subcommand that describes many memberships.
pub(crate) const DESCRIBE_MEMBERSHIPS: &str = "describe-memberships";

/// The subcommand that prints the events of a user.
pub(crate) const LISTEN: &str = "listen";

/// The subcommand that writes a script for a shell's completion.
pub(crate) const COMPLETIONS: &str = "completions";

/// The subcommand that writes a manual page.
pub(crate) const MAN: &str = "man";

/// The forms of `--output`.
pub(crate) const FORMS: [&str; 3] = ["json", "text", "table"];

/// Options that every call has, and that make no sense for [`LOCAL`].
pub(crate) const FOR_CALLS: [&str; 7] =
    ["endpoint-url", "region", "profile", "output", "query", "debug", "local"];

/// The members that ask for one page of a list.
pub(crate) const MAX_RESULTS: &str = "MaxResults";
pub(crate) const NEXT_TOKEN: &str = "NextToken";

/// The port that `chime local` listens on.
const PORT: &str = "8090";

/// The whole command line.
pub(crate) fn command() -> Command {
    let operations: Vec<_> = ALL.iter().map(|metadata| (*metadata, operation(metadata))).collect();
    Command::new("chime")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Amazon Chime SDK messaging from a terminal, and the service on your own machine.")
        .help_template(format!(
            "{{about-with-newline}}\n{{usage-heading}} {{usage}}\n\n{}Global options:\n{{options}}{{after-help}}",
            groups(&operations)
        ))
        .after_help(
            "`chime COMMAND --help` describes the parameters of a command.\n\n\
             Settings come from the variables that every AWS client reads: AWS_REGION, AWS_PROFILE,\n\
             AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING, AWS_DEFAULT_OUTPUT, AWS_ACCESS_KEY_ID, ... The profile\n\
             provides what they leave out: region, output, endpoint_url, services, max_attempts, ... Credentials\n\
             come from the environment, the profile, SSO, a web identity, the container or the instance.\n\n\
             file://PATH and fileb://PATH read a value from a file or a pipe, up to 16 MiB. PATH may begin with ~/.\n\n\
             Exit codes: 0 success, 252 usage, 253 settings or credentials, 254 the service refused, 255 any\n\
             other error; describe-memberships: 1 some rows failed, 3 stopped, 130 interrupted.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .next_help_heading("Global options")
        .args([
            Arg::new("endpoint-url")
                .long("endpoint-url")
                .value_name("URL")
                .global(true)
                .help("Use this endpoint instead of the region's"),
            Arg::new("region").long("region").value_name("REGION").global(true).help("The region, such as us-east-1 [default: AWS_REGION, else the profile's region]"),
            Arg::new("profile")
                .long("profile")
                .value_name("NAME")
                .global(true)
                .help("Use the credentials and settings of a profile in ~/.aws/config"),
            Arg::new("output")
                .long("output")
                .value_name("FORM")
                .value_parser(PossibleValuesParser::new(FORMS))
                .global(true)
                .help("The output format [default: AWS_DEFAULT_OUTPUT, else the profile's output, else json]"),
            Arg::new("query")
                .long("query")
                .value_name("EXPRESSION")
                .allow_hyphen_values(true)
                .global(true)
                .help("Print the part of the response that a JMESPath expression selects"),
            Arg::new("debug")
                .long("debug")
                .action(ArgAction::SetTrue)
                .global(true)
                .help("Show each attempt of a call on standard error"),
            Arg::new("local")
                .long("local")
                .action(ArgAction::SetTrue)
                .global(true)
                .help("Start the local service for this call; missing ARNs default to the demo world's"),
        ])
        .subcommands(operations.into_iter().map(|(_, command)| command))
        .subcommand(describe_memberships())
        .subcommand(listen())
        .subcommand(local())
        .subcommand(
            Command::new(COMPLETIONS)
                .about("Writes the completion script of a shell")
                .arg(Arg::new("shell").value_name("SHELL").required(true).value_parser(value_parser!(Shell))),
        )
        .subcommand(
            Command::new(MAN)
                .about("Writes the manual page of chime, or of a command, as roff")
                .arg(Arg::new("command").value_name("COMMAND")),
        )
}

/// The operations under their resources' headings, for the help.
fn groups(operations: &[(&Metadata, Command)]) -> String {
    let mut text = String::new();
    for resource in Resource::ALL {
        let mut group = operations.iter().filter(|(metadata, _)| metadata.resource == *resource).peekable();
        if group.peek().is_none() {
            continue;
        }
        text.extend([resource.title(), ":\n"]);
        for (metadata, command) in group {
            text += &entry(command.get_name(), metadata.about.trim_end_matches('.'));
        }
        text.push('\n');
    }
    text += "Many at once:\n";
    text += &entry(DESCRIBE_MEMBERSHIPS, "Describes the memberships listed in a file");
    text += "\nReal time:\n";
    text += &entry(LISTEN, "Prints the events of a user as they happen, until interrupted");
    text += "\nLocal service:\n";
    text += &entry(LOCAL, "Serves Amazon Chime SDK messaging on this machine until interrupted");
    text += &entry("local export", "Writes the world of a file as JSON, which `chime local --seed` reads");
    text += "\nShells and manuals:\n";
    text += &entry(COMPLETIONS, "Writes the completion script of bash, zsh, fish, powershell or elvish");
    text += &entry(MAN, "Writes the manual page of chime, or of a command, as roff");
    text.push('\n');
    text
}

/// Returns the line of a command with its description, or two lines if the name is long.
fn entry(name: &str, about: &str) -> String {
    let gap = if name.len() > 26 { format!("\n{:30}", "") } else { " ".repeat(28 - name.len()) };
    format!("  {name}{gap}{about}\n")
}

/// The subcommand that describes many memberships.
fn describe_memberships() -> Command {
    Command::new(DESCRIBE_MEMBERSHIPS)
        .about("Describes the memberships listed in a file")
        .args([
            Arg::new("input")
                .long("input")
                .value_name("FILE")
                .required(true)
                .help("The rows: CSV with a header, or one JSON object per line; - is standard input"),
            // Takes the place of the global option.
            Arg::new("output")
                .long("output")
                .value_name("FILE")
                .required(true)
                .help("The results: one JSON object per line; an existing file is resumed; - is standard output"),
            Arg::new("retry-failed")
                .long("retry-failed")
                .action(ArgAction::SetTrue)
                .help("Request the failed rows of the output again, and the rejected ones that you corrected"),
            Arg::new("chime-bearer")
                .long("chime-bearer")
                .value_name("ARN")
                .help("The bearer of rows without a ChimeBearer [default: the row's user]"),
            Arg::new("rate")
                .long("rate")
                .value_name("CALLS")
                .value_parser(value_parser!(u32).range(1..))
                .help("The calls per second for each bearer [default: the quota, 10 in us-east-1 and 5 elsewhere]"),
            Arg::new("concurrency")
                .long("concurrency")
                .value_name("NUMBER")
                .value_parser(value_parser!(u16).range(1..))
                .default_value("16")
                .help("The number of requests that are open at a time"),
        ])
        .after_help(
            "A row has ChannelArn, AppInstanceUserArn and optionally ChimeBearer:\n\n  \
             ChannelArn,AppInstanceUserArn,ChimeBearer\n  \
             {\"ChannelArn\": ..., \"AppInstanceUserArn\": ..., \"ChimeBearer\": ...}\n\n\
             Each row of the output has the Line of the input, the ARNs and an Outcome:\n\n  \
             Member                 with ChannelMembership, and HasUnread: true, false or null (unknown)\n  \
             NotMemberOrNotVisible  the service does not say which\n  \
             Failed                 with Error: the membership is unknown\n  \
             Rejected               with Error: the row is malformed, and no request was sent\n\n\
             After Ctrl-C, a crash or a stop, the same command resumes where the output ends and drops half a row\n\
             at its end. An output of another input is refused.\n\n\
             A failure that affects every row stops the run: no connection, or refused credentials. So do 5\n\
             consecutive rows that fail in a way that may affect every row, such as status 500 or 503, no answer,\n\
             or access denied. These rows are not written, and the next run requests them again. Throttling slows\n\
             a run down; it fails a row after 5 minutes at the earliest.\n\n\
             Exit codes: 0 every row has an answer, 1 some rows failed or were rejected, 3 stopped,\n\
             130 interrupted, 252 a malformed input, or an output of another input.",
        )
}

/// The subcommand that prints the events of a user.
fn listen() -> Command {
    Command::new(LISTEN)
        .about("Prints the events of a user as they happen, until interrupted")
        .args([
            Arg::new("app-instance-user-arn")
                .long("app-instance-user-arn")
                .value_name("ARN")
                .help("The user whose events to print; with --local, a demo user by default"),
            Arg::new("prefetch")
                .long("prefetch")
                .action(ArgAction::SetTrue)
                .help("Begin with the user's channels, at most 50, those with unread messages first"),
            Arg::new("fill-gaps")
                .long("fill-gaps")
                .action(ArgAction::SetTrue)
                .help("Fetch the messages that were sent while the connection was lost"),
        ])
        .after_help(
            "Each event is one line of standard output: JSON with EventType and Payload, or on a terminal a line to\n\
             read. --output json or text chooses. What happens to the connection is on standard error.\n\n\
             A connection that is lost is made again, at most once a second. The command ends when the service\n\
             refuses the session.\n\n\
             Exit codes: 0 interrupted, or standard output was closed, 252 usage, 253 settings or credentials,\n\
             254 the service refused, 255 any other error.",
        )
}

/// The subcommand that serves, and the one that writes a world out.
fn local() -> Command {
    let data = Arg::new("data").long("data").value_name("FILE").value_parser(value_parser!(PathBuf));
    Command::new(LOCAL)
        .about("Serves Amazon Chime SDK messaging on this machine until interrupted")
        .args_conflicts_with_subcommands(true)
        .after_help(
            "Each option has an environment variable, which counts if the option is not on the command line. An\n\
             empty variable counts as unset. For a repeatable option, separate the values with commas.",
        )
        .subcommand(export(data.clone()))
        .args(addresses().map(setting))
        .args([
                Arg::new("credentials")
                    .long("credentials")
                    .value_name("KEY:SECRET[:TOKEN]")
                        .value_delimiter(',')
                    .action(ArgAction::Append)
                    .help("Accept these credentials instead of the printed ones; repeatable"),
                Arg::new("unverified")
                    .long("unverified")
                    .action(ArgAction::SetTrue)
                        .help("Accept any signature, and calls without one"),
                Arg::new("lambda")
                    .long("lambda")
                    .value_name("ARN=URL")
                    .value_delimiter(',')
                    .action(ArgAction::Append)
                    .help(
                        "Invoke a Lambda function, or the function that answers for the alias of a Lex bot, at the URL of \
                         its Invoke on this machine; repeatable",
                    ),
                Arg::new("fault")
                    .long("fault")
                    .value_name("[OPERATION=]KIND[:COUNT|@RATE[#SEED]]")
                    .value_parser(|text: &str| text.parse::<chime_local::Fault>())
                    .value_delimiter(',')
                    .action(ArgAction::Append)
                    .help(
                        "Inject a fault. KIND is an exception, drop or 'delay(250ms)'. It applies to the first COUNT calls, \
                         a RATE of them (0 to 1), or all; repeatable. For sessions, OPERATION is Connect or Event, and KIND \
                         is 'close(1011)', end, silent, expire, 'delay(250ms)', drop, duplicate or reorder",
                    ),
                Arg::new("faults")
                    .long("faults")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help("Inject the faults of a JSON array in a file, after those of --fault"),
                data.help("Keep the world in a file; a file that already has a world keeps it"),
                Arg::new("seed")
                    .long("seed")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .conflicts_with("empty")
                    .help("Load the world of a JSON file, such as `chime local export` prints"),
                Arg::new("empty")
                    .long("empty")
                    .action(ArgAction::SetTrue)
                    .help("Start without an app instance"),
                Arg::new("not-a-member")
                    .long("not-a-member")
                    .value_name("EXCEPTION")
                    .value_parser(PossibleValuesParser::new(Exception::NAMED))
                    .hide_possible_values(true)
                    .help(
                        "The answer of describe-channel-membership-for-app-instance-user for a user who is not \
                         a member [default: ForbiddenException]",
                    ),
                Arg::new("throttle")
                    .long("throttle")
                    .value_name("REGION")
                    .value_parser(PossibleValuesParser::new(Quotas::REGIONS))
                    .help("Throttle calls above that region's quotas"),
                Arg::new("clock")
                    .long("clock")
                    .value_name("TIME")
                    .value_parser(|text: &str| text.parse::<Timestamp>())
                    .help("Stop the clock at a time such as 2026-06-04T07:14:51Z"),
                Arg::new("kinesis-endpoint")
                    .long("kinesis-endpoint")
                    .value_name("URL")
                    .help(
                        "Deliver the records of streams to this address, such as http://localhost:4566, which \
                         speaks the protocol of Kinesis and Firehose [default: /_local/streams lists them]",
                    ),
                Arg::new("log")
                    .long("log")
                    .value_name("FORM")
                    .value_parser(PossibleValuesParser::new(["text", "json"]))
                    .default_value("text")
                    .hide_default_value(true)
                    .help("The format of the request log on standard error; json has one line per request [default: text]"),
                Arg::new("quiet")
                    .long("quiet")
                    .action(ArgAction::SetTrue)
                    .help("Write no request log to standard error"),
            ].map(setting))
}

/// Returns the options of `chime local` about its address and the calls that it accepts.
fn addresses() -> [Arg; 8] {
    [
        Arg::new("port")
            .long("port")
            .value_name("PORT")
            .value_parser(value_parser!(u16))
            .default_value(PORT)
            .help("The port to listen on; 0 is any free port"),
        Arg::new("listen")
            .long("listen")
            .value_name("ADDRESS")
            .value_parser(value_parser!(IpAddr))
            .help("The address to listen on [default: 127.0.0.1 and ::1]; an address that is not loopback needs --allow-remote"),
        Arg::new("allow-remote")
            .long("allow-remote")
            .action(ArgAction::SetTrue)
            .help("Accept connections from other machines, although the credentials are public"),
        Arg::new("allow-host")
            .long("allow-host")
            .value_name("NAME")
            .value_delimiter(',')
            .action(ArgAction::Append)
            .help(
                "Accept calls to another host name than localhost, such as that of a container; repeatable",
            ),
        Arg::new("allow-origin")
            .long("allow-origin")
            .value_name("ORIGIN")
            .value_delimiter(',')
            .action(ArgAction::Append)
            .help(
                "Accept calls from web pages of another origin than this machine, such as https://app.test:3000; repeatable",
            ),
        Arg::new("no-console")
            .long("no-console")
            .action(ArgAction::SetTrue)
            .help("Leave out the console, the page at /_local/"),
        Arg::new("tls")
            .long("tls")
            .action(ArgAction::SetTrue)
            .help("Serve HTTPS on the same port as HTTP, with a certificate authority created on this machine"),
        Arg::new("print-ca")
            .long("print-ca")
            .action(ArgAction::SetTrue)
            .help("Print the certificate of the authority of --tls as PEM, and exit"),
    ]
}

/// The subcommand that writes the world of a file out.
fn export(data: Arg) -> Command {
    let data = data.required(true).help("The file, which no service may be using; it is only read");
    Command::new("export").about("Writes the world of a file as JSON, which --seed reads").arg(setting(data))
}

/// An option of `chime local` that an environment variable can give too: `CHIME_LOCAL_PORT` for `--port`.
fn setting(argument: Arg) -> Arg {
    let name = argument.get_id().as_str().replace('-', "_").to_uppercase();
    let variable = format!("CHIME_LOCAL_{name}");
    // Compose files have empty ones for what is not set.
    let argument = match std::env::var_os(&variable) {
        Some(value) if value.is_empty() => argument,
        _ => argument.env(variable).hide_env_values(true),
    };
    match argument.get_action() {
        ArgAction::SetTrue => argument.value_parser(BoolishValueParser::new()),
        _ => argument,
    }
}

/// The subcommand of an operation: `describe_channel` is `describe-channel`.
fn operation(metadata: &'static Metadata) -> Command {
    Command::new(kebab_case(metadata.name))
        .about(metadata.about.trim_end_matches('.'))
        .args(metadata.input.iter().map(argument))
        .after_help(after_help(metadata))
}

/// Returns the request, the quota and the pages of a command, for the end of its help.
fn after_help(metadata: &Metadata) -> String {
    let constants: Vec<_> = metadata.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = if constants.is_empty() { String::new() } else { format!("?{}", constants.join("&")) };
    let method = format!("{:?}", metadata.method).to_uppercase();
    let Quota { us_east_1, eu_central_1, per } = metadata.quota;
    let per = match per {
        Per::Bearer => "bearer",
        Per::Channel => "channel",
        _ => "account",
    };
    let list = match metadata.lists {
        Some(_) => "The answer is the whole list; with --max-results or --next-token, one page.\n",
        None => "",
    };
    format!(
        "{list}Calls {} ({method} {}{query}).\n\
         Quota: {us_east_1} calls a second for each {per} in us-east-1, {eu_central_1} in eu-central-1.",
        metadata.name, metadata.path
    )
}

/// Returns whether a member must be given; the client generates tokens.
fn is_required(member: &Member) -> bool {
    member.required && !member.is_made_by_client()
}

/// Returns the argument for a member: `--channel-arn` for `ChannelArn`. A missing one is refused later, because `--local`
/// has defaults.
fn argument(member: &'static Member) -> Arg {
    let is_arn = ["Arn", "Arns", "ChimeBearer"].iter().any(|ending| member.name.ends_with(ending));
    let value_name = match member.kind {
        Kind::Integer => "NUMBER",
        Kind::Boolean => "true|false",
        Kind::Time => "TIME",
        Kind::Structure | Kind::StructureList => "STRUCTURE",
        Kind::Enumeration(_) => "VALUE",
        _ if is_arn => "ARN",
        _ => "TEXT",
    };
    let values: ValueRange = match member.kind {
        Kind::TextList | Kind::StructureList => (1..).into(),
        _ => 1.into(),
    };
    // A list's values end with the next option.
    let may_begin_with_hyphen = matches!(member.kind, Kind::Text | Kind::Enumeration(_) | Kind::Structure);
    let required = if is_required(member) { "required" } else { "optional" };
    let details = std::iter::once(required.to_owned()).chain(described(member)).collect::<Vec<_>>();
    let help = format!("{} [{}]", member.about.trim_end_matches('.'), details.join("; "));
    Arg::new(member.name)
        .long(kebab_case(member.name))
        .value_name(value_name)
        .num_args(values)
        .allow_hyphen_values(may_begin_with_hyphen)
        .allow_negative_numbers(matches!(member.kind, Kind::Integer | Kind::Time))
        .help(help)
}

/// Returns the constraints of a member, in brackets.
fn described(member: &Member) -> Vec<String> {
    let range = match (member.min, member.max) {
        (0, u32::MAX) => None,
        (0, max) => Some(format!("up to {max}")),
        (min, u32::MAX) => Some(format!("{min} or more")),
        (min, max) if min == max => Some(min.to_string()),
        (min, max) => Some(format!("{min} to {max}")),
    };
    let characters = match member.form {
        Form::Token => "letters, digits, - and _",
        Form::Id => "letters, digits and :-_.@",
        _ => "characters",
    };
    let of_them = range.as_ref().map(|range| format!("{range} of them"));
    let example = || Some(format!("such as {}", value::example_of(member)));
    let parts = match member.kind {
        Kind::Text => [range.as_ref().map(|range| format!("{range} {characters}")), None],
        Kind::Enumeration(values) => [Some(values.join(" or ")), None],
        Kind::Time => [Some("ISO-8601, or seconds since 1970".to_owned()), None],
        Kind::TextList => [of_them, Some("separated by spaces, or a JSON array".to_owned())],
        Kind::Structure | Kind::StructureList => [of_them, example()],
        _ => [range, None],
    };
    let made_up = member.is_made_by_client().then(|| "generated if missing".to_owned());
    parts.into_iter().flatten().chain(made_up).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
