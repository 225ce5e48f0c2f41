//! The command `chime`: Amazon Chime SDK messaging from a terminal, and the service on your own machine.

mod arguments;
mod call;
mod describe_memberships;
mod failure;
mod output;
mod serve;
mod value;

use std::io::Write;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::failure::{Failure, USAGE};

fn main() -> ExitCode {
    let matches = match arguments::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            // Where the terminal is gone, nobody reads it.
            let _ = error.print();
            let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            return ExitCode::from(if asked_for { 0 } else { USAGE });
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report(&Failure::other(&error.to_string())),
    };
    let result = match matches.subcommand() {
        Some((arguments::LOCAL, matches)) => runtime.block_on(serve::local(matches)),
        Some((arguments::DESCRIBE_MEMBERSHIPS, matches)) => {
            runtime.block_on(describe_memberships::describe_memberships(matches))
        }
        Some((name, matches)) => runtime.block_on(call::call_operation(name, matches)),
        // clap insists on a subcommand.
        None => Ok(()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => report(&failure),
    }
}

fn report(failure: &Failure) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "{}", failure.message);
    ExitCode::from(failure.code)
}
