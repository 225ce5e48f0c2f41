//! The failure of a command: one line and one of the AWS CLI's exit codes.

use chime_client::operation::{Kind, Member, Metadata, kebab_case};
use chime_client::{Error, ErrorKind, Excerpt};

use crate::value;

/// The command line could not be understood, or a parameter is malformed.
pub(crate) const USAGE: u8 = 252;
/// Settings or credentials are missing or malformed.
const CONFIGURATION: u8 = 253;
/// The service refused.
const REFUSED: u8 = 254;
/// Everything else.
const OTHER: u8 = 255;

/// Some of many rows failed.
const SOME_FAILED: u8 = 1;
/// Interrupted by Ctrl-C.
const INTERRUPTED: u8 = 130;

/// The message and the exit code of a failure.
pub(crate) struct Failure {
    pub(crate) code: u8,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn usage(message: &str) -> Self {
        Self { code: USAGE, message: format!("chime: {message}") }
    }

    pub(crate) fn other(message: &str) -> Self {
        Self { code: OTHER, message: format!("chime: {message}") }
    }

    pub(crate) fn configuration(message: &str) -> Self {
        Self { code: CONFIGURATION, message: format!("chime: {message}") }
    }

    pub(crate) fn some_failed(message: &str) -> Self {
        Self { code: SOME_FAILED, message: format!("chime: {message}") }
    }

    pub(crate) fn interrupted(message: &str) -> Self {
        Self { code: INTERRUPTED, message: format!("chime: {message}") }
    }

    /// Something that the service refused without an exception.
    pub(crate) fn refused(message: &str) -> Self {
        Self { code: REFUSED, message: format!("chime: {message}") }
    }

    /// A session whose connection failed, in the session's words.
    pub(crate) fn of_session(message: &str, error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Service(_) => Self::refused(message),
            ErrorKind::Config(_) | ErrorKind::Credentials(_) => Self::configuration(message),
            _ => Self::other(message),
        }
    }

    /// A client that could not be configured, or a call that brought no answer.
    pub(crate) fn of(error: &Error) -> Self {
        let code = match error.kind() {
            ErrorKind::InvalidParameter(invalid) => {
                let parameter =
                    invalid.parameter().map(|name| format!("--{}: ", kebab_case(name))).unwrap_or_default();
                return Self::usage(&format!("{parameter}{}", invalid.reason()));
            }
            ErrorKind::Service(refusal) => {
                let operation = error.operation().unwrap_or_default();
                let message = Excerpt(refusal.message.as_deref().unwrap_or("the service gave no message"));
                let mut context = Vec::new();
                context.extend(refusal.request_id.as_ref().map(|id| format!("request id {}", Excerpt(id))));
                if refusal.exception.is_none() {
                    context.push(format!("status {}", refusal.status));
                }
                if error.attempts() > 1 {
                    context.push(format!("{} attempts", error.attempts()));
                }
                let context =
                    if context.is_empty() { String::new() } else { format!(" ({})", context.join(", ")) };
                let message = format!(
                    "An error occurred ({}) when calling the {operation} operation: {message}{context}",
                    Excerpt(refusal.name()),
                );
                return Self { code: REFUSED, message };
            }
            ErrorKind::Config(_) | ErrorKind::Credentials(_) => CONFIGURATION,
            _ => OTHER,
        };
        Self { code, message: format!("chime: {error}") }
    }

    /// A list of which a page did not come.
    pub(crate) fn of_page(error: &Error) -> Self {
        match error.kind() {
            // The request itself has been checked before.
            ErrorKind::InvalidParameter(invalid) if invalid.parameter() == Some("NextToken") => {
                let operation = error.operation().unwrap_or_default();
                Self::other(&format!("{operation}: NextToken: {}", invalid.reason()))
            }
            _ => Self::of(error),
        }
    }

    /// An argument whose value is malformed.
    pub(crate) fn argument(member: &Member, reason: &str) -> Self {
        let flag = kebab_case(member.name);
        Self::usage(&match member.kind {
            Kind::Structure | Kind::StructureList => {
                format!("--{flag}: {reason}; for example {}", value::example_of(member))
            }
            _ => format!("--{flag}: {reason}"),
        })
    }

    /// Parameters that the operation insists on and the command line does not have.
    pub(crate) fn missing(metadata: &Metadata, members: &[&str]) -> Self {
        let flags: Vec<_> = members.iter().map(|name| format!("--{}", kebab_case(name))).collect();
        Self::usage(&format!("{}: the following arguments are required: {}", metadata.name, flags.join(", ")))
    }
}
