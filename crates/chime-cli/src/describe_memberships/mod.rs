//! `chime describe-memberships`: reads a file of requests and writes a file of answers.

mod answers;
mod blame;
mod existing;
mod lines;
mod progress;
mod rows;
mod run;
mod sink;
mod tally;

use std::fs::File;
use std::io::{self, BufReader, Read};

use chime_client::{AppInstanceUserArn, Pacing};
use clap::ArgMatches;

use self::rows::Rows;
use self::run::Run;
use self::sink::Sink;
use self::tally::Tally;
use crate::call;
use crate::failure::Failure;

/// Describes the memberships of a file.
pub(crate) async fn describe_memberships(matches: &ArgMatches) -> Result<(), Failure> {
    let path = |name: &str| call::argument_text(matches, name).unwrap_or_default().to_owned();
    let (input, output) = (path("input"), path("output"));
    let retries_failed = matches.get_flag("retry-failed");
    let bearer = call::argument_text(matches, "chime-bearer").map(str::to_owned);
    if let Some(bearer) = &bearer {
        let parsed = bearer.parse::<AppInstanceUserArn>();
        parsed.map_err(|reason| Failure::usage(&format!("--chime-bearer: {reason}")))?;
    }
    let (source, size) = open_input(&input)?;
    let mut rows = Rows::new(&format!("--input {input}"), BufReader::new(source))?;
    let (client, _local) = call::client_of(matches).await?;
    let (mut sink, mut existing) = Sink::open(&output, retries_failed)?;
    let mut tally = Tally::default();
    if !retries_failed {
        // Everything is compared before the first request and the first change.
        if let Some(mut existing) = existing.take() {
            while let Some(pair) = existing.next(&mut rows)? {
                tally.add(pair.finished.outcome, pair.finished.error.as_ref().map(|error| &*error.code));
            }
            sink.continue_at(existing.end)?;
        }
        tally.before = tally.rows();
    }
    let pacing = match matches.get_one::<u32>("rate") {
        Some(rate) => Pacing::new(*rate),
        None => Pacing::of(&client),
    };
    let concurrency = matches.get_one::<u16>("concurrency").copied().unwrap_or(1);
    let run = Run { client, pacing, concurrency: concurrency.into(), bearer, size, sink, tally };
    run.finish(rows, existing).await
}

/// The input, and its size if it is a file.
fn open_input(path: &str) -> Result<(Box<dyn Read + Send>, Option<u64>), Failure> {
    if path == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let refuse = |error: io::Error| Failure::usage(&format!("--input {path}: {error}"));
    let metadata = std::fs::metadata(path).map_err(refuse)?;
    if !metadata.is_file() && !is_pipe(&metadata) {
        return Err(Failure::usage(&format!("--input {path}: neither a regular file nor a pipe")));
    }
    let file = File::open(path).map_err(refuse)?;
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

#[cfg(unix)]
fn is_pipe(metadata: &std::fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&metadata.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &std::fs::Metadata) -> bool {
    false
}
