//! `chime completions` and `chime man`: what a shell and a reader of manuals need.

use clap::ArgMatches;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::failure::Failure;
use crate::{arguments, output};

/// Writes the completion script of a shell.
pub(crate) fn completions(matches: &ArgMatches) -> Result<(), Failure> {
    let Some(shell) = matches.get_one::<Shell>("shell") else { return Ok(()) };
    let mut script = Vec::new();
    clap_complete::generate(*shell, &mut arguments::command(), "chime", &mut script);
    output::print(&script)
}

/// Writes the manual page of the whole command, or of the command that is named.
pub(crate) fn man(matches: &ArgMatches) -> Result<(), Failure> {
    let mut command = arguments::command();
    command.build();
    if let Some(name) = matches.get_one::<String>("command") {
        let found = command.find_subcommand(name).cloned();
        let found = found.ok_or_else(|| {
            Failure::usage(&format!("man: {name:?} is not a command; `chime --help` lists them"))
        })?;
        // `man chime-describe-channel`, as with the commands of git.
        command = found.display_name(format!("chime-{name}")).bin_name(format!("chime {name}"));
    }
    let mut page = Vec::new();
    Man::new(command)
        .render(&mut page)
        .map_err(|error| Failure::other(&format!("the manual page could not be made: {error}")))?;
    output::print(&page)
}
