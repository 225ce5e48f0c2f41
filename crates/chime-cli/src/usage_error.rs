//! The parser's errors about the command line, in the form of the command's own errors.

use std::net::AddrParseError;
use std::num::ParseIntError;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::failure::Failure;

/// Returns the failure for an error of the parser: `where: what is wrong; what would be right`, on one line.
pub(crate) fn failure(error: &clap::Error) -> Failure {
    Failure::usage(&message(error).unwrap_or_else(|| first_line(error)))
}

/// Returns the message for the kinds of errors that have one of their own.
fn message(error: &clap::Error) -> Option<String> {
    let texts = |kind| match error.get(kind)? {
        ContextValue::String(text) => Some(vec![text.clone()]),
        ContextValue::Strings(texts) => Some(texts.clone()),
        _ => None,
    };
    let text = |kind| texts(kind).map(|texts| texts.join(", "));
    let argument = |kind| Some(texts(kind)?.iter().map(|text| name(text)).collect::<Vec<_>>().join(", "));
    let command = command(error);
    let help = format!("`{command} --help`");
    Some(match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let name = text(ContextKind::InvalidSubcommand)?;
            let right = suggestion(error, ContextKind::SuggestedSubcommand);
            let right = right.unwrap_or_else(|| format!("{help} lists the commands"));
            format!("{name}: not a command; {right}")
        }
        ErrorKind::UnknownArgument => {
            let name = argument(ContextKind::InvalidArg)?;
            let right = suggestion(error, ContextKind::SuggestedArg);
            let right = right.unwrap_or_else(|| format!("{help} lists the arguments"));
            format!("{name}: not an argument of {command}; {right}")
        }
        ErrorKind::MissingRequiredArgument => {
            let names = argument(ContextKind::InvalidArg)?;
            let command = command.strip_prefix("chime ").unwrap_or(&command);
            format!("{command}: the following arguments are required: {names}")
        }
        ErrorKind::ArgumentConflict => {
            let name = argument(ContextKind::InvalidArg).or_else(|| text(ContextKind::InvalidSubcommand))?;
            let other = argument(ContextKind::PriorArg)?;
            if name == other {
                format!("{name}: given twice; give it once")
            } else {
                format!("{name}: cannot be combined with {other}; give one of them")
            }
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let name = argument(ContextKind::InvalidArg)?;
            let value = text(ContextKind::InvalidValue).unwrap_or_default();
            let valid = text(ContextKind::ValidValue).filter(|valid| !valid.is_empty());
            match valid {
                _ if value.is_empty() => {
                    format!("{name}: the value is missing; expected {}", value_name(error)?)
                }
                Some(valid) => format!("{name}: {value:?} is not valid; expected one of {valid}"),
                None => format!("{name}: {}", reason(&value, std::error::Error::source(error)?)),
            }
        }
        _ => return None,
    })
}

/// Returns what is wrong with a value, and what is expected instead.
fn reason(value: &str, refusal: &(dyn std::error::Error + 'static)) -> String {
    let text = refusal.to_string();
    let range = text.split_once(" is not in ").and_then(|(_, range)| range.split_once("..="));
    let expected = match range {
        Some((first, last)) => format!("a number from {first} to {last}"),
        None if refusal.is::<ParseIntError>() => "a whole number".to_owned(),
        None if refusal.is::<AddrParseError>() => "an IP address such as 127.0.0.1".to_owned(),
        // A parser of our own.
        None => return text,
    };
    format!("{value:?} is not valid; expected {expected}")
}

/// Returns the name of the value that an argument needs, such as `ARN`.
fn value_name(error: &clap::Error) -> Option<&str> {
    match error.get(ContextKind::InvalidArg)? {
        ContextValue::String(argument) => argument.split(' ').next_back().map(name),
        _ => None,
    }
}

/// Returns the name of an argument without the name of its value.
fn name(argument: &str) -> &str {
    let name = argument.split(' ').next().unwrap_or(argument);
    name.trim_matches(['<', '>'])
}

/// Returns the most similar name. The parser lists the similar ones in ascending order.
fn suggestion(error: &clap::Error, kind: ContextKind) -> Option<String> {
    let name = match error.get(kind)? {
        ContextValue::String(name) => name,
        ContextValue::Strings(names) => names.last()?,
        _ => return None,
    };
    Some(format!("did you mean {name}?"))
}

/// Returns the command that the error is about, such as `chime describe-channel`.
fn command(error: &clap::Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let words = usage.split_whitespace().skip_while(|word| *word != "chime");
    let words: Vec<_> = words.take_while(|word| !word.starts_with(['[', '<', '-'])).collect();
    if words.is_empty() { "chime".to_owned() } else { words.join(" ") }
}

fn first_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let line = text.lines().next().unwrap_or_default();
    line.strip_prefix("error: ").unwrap_or(line).to_owned()
}
