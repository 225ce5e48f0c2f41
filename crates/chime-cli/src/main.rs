//! The command `chime`: Amazon Chime SDK messaging from a terminal, and the service on your own machine.

mod arguments;
mod call;
mod data_directory;
mod debug;
mod describe_memberships;
mod failure;
mod listen;
mod manual;
mod output;
mod query;
mod serve;
mod table;
mod usage_error;
mod value;

use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::failure::{Failure, USAGE};

fn main() -> ExitCode {
    let matches = match arguments::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => return refuse(&error),
    };
    if matches.get_flag("debug") {
        debug::show_attempts();
    }
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report(&Failure::other(&error.to_string())),
    };
    let result = match matches.subcommand() {
        Some((arguments::LOCAL, matches)) => runtime.block_on(serve::local(matches)),
        Some((arguments::COMPLETIONS, matches)) => manual::completions(matches),
        Some((arguments::MAN, matches)) => manual::man(matches),
        Some((arguments::DESCRIBE_MEMBERSHIPS, matches)) => {
            if matches.get_one::<String>("query").is_some() {
                let reason = "--query is for single calls; the output of describe-memberships is a file";
                return report(&Failure::usage(reason));
            }
            runtime.block_on(describe_memberships::describe_memberships(matches))
        }
        Some((arguments::LISTEN, matches)) => runtime.block_on(listen::listen(matches)),
        Some((name, matches)) => runtime.block_on(call::call_operation(name, matches)),
        // clap insists on a subcommand.
        None => Ok(()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(&failure),
    }
}

/// Shows the requested help or version, or reports the error in the command line.
fn refuse(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            match output::print(error.render().to_string().as_bytes()) {
                Ok(()) => ExitCode::SUCCESS,
                Err(failure) => report(&failure),
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // A closed standard error has no reader.
            let _ = write!(std::io::stderr(), "{}", error.render());
            ExitCode::from(USAGE)
        }
        _ => report(&usage_error::failure(error)),
    }
}

fn report(failure: &Failure) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{}", failure.message);
    ExitCode::from(failure.code)
}
