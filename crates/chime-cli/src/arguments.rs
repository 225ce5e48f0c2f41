//! The command line, made from the list of operations.

use std::net::IpAddr;
use std::path::PathBuf;

use chime_client::Timestamp;
use chime_client::operation::{Member, Metadata, Operation};
use chime_local::Quotas;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, Command, value_parser};

/// The subcommand that serves.
pub(crate) const LOCAL: &str = "local";

/// Options that every call has, and that make no sense for [`LOCAL`].
pub(crate) const FOR_CALLS: [&str; 4] = ["endpoint-url", "region", "output", "local"];

/// The port that `chime local` listens on.
const PORT: &str = "8090";

macro_rules! subcommands {
    ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
        [$( operation(stringify!($method), &<chime_client::$Operation as Operation>::METADATA) ),*]
    };
}

/// The whole command line.
pub(crate) fn command() -> Command {
    Command::new("chime")
        .version(env!("CARGO_PKG_VERSION"))
        .about("Amazon Chime SDK messaging from a terminal, and the service on your own machine.")
        .after_help(
            "Settings come from the environment, under the names every AWS client uses: AWS_REGION,\n\
             AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...\n\n\
             Exit codes: 0 answered, 252 usage, 253 settings or credentials, 254 the service refused, 255 the rest.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .next_help_heading("Global options")
        .args([
            Arg::new("endpoint-url")
                .long("endpoint-url")
                .value_name("URL")
                .global(true)
                .help("An address instead of the region's"),
            Arg::new("region").long("region").value_name("REGION").global(true).help("The region, such as us-east-1"),
            Arg::new("output")
                .long("output")
                .value_name("FORM")
                .value_parser(PossibleValuesParser::new(["json", "text", "table"]))
                .default_value("json")
                .hide_default_value(true)
                .global(true)
                .help("The form of the answer [json]"),
            Arg::new("local")
                .long("local")
                .action(ArgAction::SetTrue)
                .global(true)
                .help("Start the service for this one call; ARNs that are not given are the demo's"),
        ])
        .subcommands(chime_client::for_each_operation!(subcommands))
        .subcommand(
            Command::new(LOCAL).about("Serve Amazon Chime SDK messaging on this machine until interrupted").args([
                Arg::new("port")
                    .long("port")
                    .value_name("PORT")
                    .value_parser(value_parser!(u16))
                    .default_value(PORT)
                    .help("The port; 0 is any that is free"),
                Arg::new("listen")
                    .long("listen")
                    .value_name("ADDRESS")
                    .value_parser(value_parser!(IpAddr))
                    .help("The address to listen on [127.0.0.1]; others than loopback need --allow-remote"),
                Arg::new("allow-remote")
                    .long("allow-remote")
                    .action(ArgAction::SetTrue)
                    .help("Let other machines in, which then need no secret that isn't public"),
                Arg::new("fault")
                    .long("fault")
                    .value_name("[OPERATION=]KIND[:COUNT|@RATE[#SEED]]")
                    .value_parser(|text: &str| text.parse::<chime_local::Fault>())
                    .action(ArgAction::Append)
                    .help(
                        "Make calls go wrong; KIND is an exception, drop or 'delay(250ms)'. The first COUNT calls, \
                         a share of RATE (0 to 1), or all; may be repeated",
                    ),
                Arg::new("faults")
                    .long("faults")
                    .value_name("FILE")
                    .value_parser(value_parser!(PathBuf))
                    .help("The same from a file, a JSON array; they come after those of --fault"),
                Arg::new("throttle")
                    .long("throttle")
                    .value_name("REGION")
                    .value_parser(PossibleValuesParser::new(Quotas::REGIONS))
                    .help("Throttle calls above that region's quotas"),
                Arg::new("clock")
                    .long("clock")
                    .value_name("TIME")
                    .value_parser(|text: &str| text.parse::<Timestamp>())
                    .help("A clock that stands still at a time such as 2026-06-04T07:14:51Z"),
                Arg::new("quiet")
                    .long("quiet")
                    .action(ArgAction::SetTrue)
                    .help("Write no request log to standard error"),
            ]),
        )
}

/// The subcommand of an operation: `describe_channel` is `describe-channel`.
fn operation(method: &str, metadata: &Metadata) -> Command {
    let constants: Vec<_> = metadata.query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let query = if constants.is_empty() { String::new() } else { format!("?{}", constants.join("&")) };
    let method_name = format!("{:?}", metadata.method).to_uppercase();
    Command::new(method.replace('_', "-"))
        .about(format!("Call {} ({method_name} {}{query})", metadata.name, metadata.path))
        .args(metadata.input.iter().map(argument))
}

/// `--channel-arn` for `ChannelArn`. Whether a required one is there is checked later: `--local` has defaults.
fn argument(member: &'static Member) -> Arg {
    Arg::new(member.name).long(flag(member.name)).value_name(member.name).help(if member.required {
        "Required"
    } else {
        "Optional"
    })
}

/// The flag of a member, as the AWS CLI forms it: `ChannelArn` is `channel-arn`, `ResourceARN` `resource-arn`.
pub(crate) fn flag(member: &str) -> String {
    let mut flag = String::new();
    let mut after_small = false;
    for letter in member.chars() {
        if letter.is_uppercase() && after_small {
            flag.push('-');
        }
        after_small = !letter.is_uppercase();
        flag.push(letter.to_ascii_lowercase());
    }
    flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn flags_are_formed_as_in_the_aws_cli() {
        let cases = [
            ("ChannelArn", "channel-arn"),
            ("AppInstanceUserArn", "app-instance-user-arn"),
            ("ChimeBearer", "chime-bearer"),
            ("ResourceARN", "resource-arn"),
        ];
        for (member, expected) in cases {
            assert_eq!(flag(member), expected);
        }
    }
}
