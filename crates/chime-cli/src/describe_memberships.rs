//! `chime describe-memberships`: a file of questions, a file of answers.

use std::cell::Cell;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, ErrorKind as IoErrorKind, IsTerminal, Read, Seek, SeekFrom, Write};
use std::rc::Rc;
use std::time::Duration;

use chime_client::operations::DescribeChannelMembershipForAppInstanceUser as Describe;
use chime_client::{Admission, Error, ErrorKind, InvalidParameter, OneLine, Pacing};
use clap::ArgMatches;
use futures_util::future::{Either, select};
use futures_util::{StreamExt, stream};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::call;
use crate::failure::Failure;
use crate::{output, serve};

/// How many rows are read ahead.
const READ_AHEAD: usize = 64;
/// The longest line of the input, so that one cannot fill the memory.
const LONGEST: u64 = 64 * 1024;

/// What every row of the output begins with.
const BEGINNING: &[u8] = br#"{"Line":"#;

/// What a row of the input may have.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Members {
    channel_arn: Option<String>,
    app_instance_user_arn: Option<String>,
    chime_bearer: Option<String>,
}

/// A row of the input.
struct Row {
    line: u64,
    /// Where it ends.
    end: u64,
    members: Result<Members, String>,
}

/// A row of the output, as far as it is read again.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Finished {
    line: u64,
    channel_arn: Option<String>,
    app_instance_user_arn: Option<String>,
    outcome: Outcome,
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Outcome {
    Member,
    NotMemberOrNotVisible,
    Failed,
    Rejected,
}

/// Rows by their outcome.
#[derive(Default)]
struct Counts([u64; 4]);

impl Counts {
    fn add(&mut self, outcome: Outcome) {
        if let Some(count) = self.0.get_mut(outcome as usize) {
            *count += 1;
        }
    }

    fn rows(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Those that failed and those that were rejected.
    fn unanswered(&self) -> u64 {
        let [_, _, failed, rejected] = self.0;
        failed + rejected
    }
}

/// Describes the memberships of a file.
pub(crate) async fn describe_memberships(matches: &ArgMatches) -> Result<(), Failure> {
    let path = |name: &str| call::argument_text(matches, name).unwrap_or_default().to_owned();
    let (input, output) = (path("input"), path("output"));
    let (source, size) = open_input(&input)?;
    let (mut sink, mut counts, last) = open_output(&output)?;
    let (client, _local) = call::client_of(matches).await?;
    let pacing = match matches.get_one::<u32>("rate") {
        Some(rate) => Pacing::new(*rate),
        None => Pacing::of(&client),
    };
    let concurrency = matches.get_one::<u16>("concurrency").copied().unwrap_or(1);
    let bearer = call::argument_text(matches, "chime-bearer").map(str::to_owned);
    let mut interrupted =
        Box::pin(serve::interrupted().map_err(|error| Failure::other(&format!("signals: {error}")))?);

    let resumed = counts.rows();
    let (sender, mut rows) = mpsc::channel(READ_AHEAD);
    // A thread of its own: a slow input must not hold up the calls.
    std::thread::spawn(move || {
        if let Err(reason) = read(source, last, |row| sender.blocking_send(Ok(row)).is_ok()) {
            let _ = sender.blocking_send(Err(reason));
        }
    });
    let mut unreadable = None;
    let progress = progress(size);
    let started = Instant::now();
    let mut end = None;
    {
        let unreadable = &mut unreadable;
        let rows = stream::poll_fn(move |context| rows.poll_recv(context)).scan((), |(), row| {
            let row = row.map_err(|reason| *unreadable = Some(reason)).ok();
            std::future::ready(row)
        });
        let requests = rows.map(|row| {
            let request = request_of(&row, bearer.as_deref());
            (row, request)
        });
        let mut answers =
            client.describe_many(Box::pin(requests), &pacing).concurrency(concurrency.into()).in_order();
        loop {
            let (row, answer) = match select(&mut interrupted, answers.next()).await {
                Either::Left(_) => {
                    end = Some(Failure::interrupted("interrupted; the same command goes on from here"));
                    break;
                }
                Either::Right((None, _)) => break,
                Either::Right((Some(answer), _)) => answer,
            };
            if let Err(error) = &answer
                && matches!(error.kind(), ErrorKind::Config(_) | ErrorKind::Credentials(_))
            {
                // It would be the same for every row.
                end = Some(Failure::of(error));
                break;
            }
            let (outcome, mut text) = finish(&row, answer);
            if let Outcome::Rejected | Outcome::Failed = outcome {
                let reason = text.pointer("/Error/Message").and_then(Value::as_str).unwrap_or_default();
                let line = format!("line {}: {}", row.line, OneLine(reason));
                progress.suspend(|| {
                    let _ = writeln!(std::io::stderr(), "{line}");
                });
            }
            output::write_out_times(&mut text);
            // A row in one write: what is written survives the process.
            if let Err(error) = sink.write_all(format!("{text}\n").as_bytes()) {
                end = Some(Failure::other(&format!("--output {output}: {error}")));
                break;
            }
            counts.add(outcome);
            progress.set_position(row.end);
            let rate = (counts.rows() - resumed) * 10
                / u64::try_from(started.elapsed().as_millis() / 100).unwrap_or(u64::MAX).max(1);
            progress.set_message(format!(
                "{} rows, {rate}/s, throttled {} times",
                counts.rows(),
                pacing.throttles()
            ));
        }
    }
    progress.finish_and_clear();
    if end.is_none() {
        end = unreadable.map(|reason| Failure::other(&format!("--input {input}: {reason}")));
    }
    if let Err(error) = sink.sync_all() {
        end.get_or_insert_with(|| Failure::other(&format!("--output {output}: {error}")));
    }
    let summary = summary(&counts, resumed, pacing.throttles(), started.elapsed());
    std::io::stdout()
        .write_all(summary.as_bytes())
        .map_err(|error| Failure::other(&format!("standard output: {error}")))?;
    let unanswered = counts.unanswered();
    match end {
        Some(failure) => Err(failure),
        None if unanswered > 0 => Err(Failure::some_failed(&format!("rows without an answer: {unanswered}"))),
        None => Ok(()),
    }
}

fn summary(counts: &Counts, resumed: u64, throttles: u64, elapsed: Duration) -> String {
    let Counts([members, others, failed, rejected]) = counts;
    let before = if resumed == 0 { String::new() } else { format!(", {resumed} of them before") };
    format!(
        "{} rows{before}: {members} members, {others} not members or not visible, {failed} failed, \
         {rejected} rejected; throttled {throttles} times, {:.1} s\n",
        counts.rows(),
        elapsed.as_secs_f64(),
    )
}

/// A bar on a terminal, nothing elsewhere.
fn progress(size: Option<u64>) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let (bar, template) = match size {
        Some(size) => (ProgressBar::new(size), "[{bar:30}] {percent:>3}%  {msg}, {eta} left"),
        None => (ProgressBar::no_length(), "{spinner} {msg}, {elapsed}"),
    };
    bar.set_draw_target(ProgressDrawTarget::stderr());
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}

fn request_of(row: &Row, bearer: Option<&str>) -> Result<Describe, InvalidParameter> {
    let none = Members::default();
    let members = row.members.as_ref().unwrap_or(&none);
    let user = members.app_instance_user_arn.as_deref().unwrap_or_default();
    Describe::builder()
        .channel_arn(members.channel_arn.as_deref().unwrap_or_default())
        .app_instance_user_arn(user)
        .chime_bearer(members.chime_bearer.as_deref().or(bearer).unwrap_or(user))
        .build()
}

/// The row of the output for a row of the input.
fn finish(
    row: &Row,
    answer: Result<chime_client::operations::DescribeChannelMembershipForAppInstanceUserResponse, Error>,
) -> (Outcome, Value) {
    let none = Members::default();
    let members = row.members.as_ref().unwrap_or(&none);
    let mut text = json!({
        "Line": row.line,
        "ChannelArn": members.channel_arn,
        "AppInstanceUserArn": members.app_instance_user_arn,
        "Outcome": null,
    });
    let mut set = |name: &str, value: Value| {
        if let Some(members) = text.as_object_mut() {
            members.insert(name.to_owned(), value);
        }
    };
    let outcome = match (Admission::of(answer), &row.members) {
        (_, Err(reason)) => {
            set("Error", json!({ "Code": "InvalidRow", "Message": reason }));
            Outcome::Rejected
        }
        (Ok(Admission::Member(membership)), _) => {
            set("HasUnread", json!(membership.has_unread()));
            set("ChannelMembership", json!(membership));
            Outcome::Member
        }
        (Ok(Admission::NotMemberOrNotVisible), _) => Outcome::NotMemberOrNotVisible,
        (Err(error), _) => {
            let (outcome, code, message) = match error.kind() {
                ErrorKind::InvalidParameter(invalid) => {
                    (Outcome::Rejected, "InvalidRow", invalid.to_string())
                }
                ErrorKind::Service(refused) => (Outcome::Failed, refused.name(), error.to_string()),
                _ => (Outcome::Failed, "NoAnswer", error.to_string()),
            };
            set("Error", json!({ "Code": code, "Message": message }));
            outcome
        }
    };
    set("Outcome", format!("{outcome:?}").into());
    (outcome, text)
}

fn open_input(path: &str) -> Result<(Box<dyn Read + Send>, Option<u64>), Failure> {
    if path == "-" {
        return Ok((Box::new(std::io::stdin()), None));
    }
    let refuse = |error: std::io::Error| Failure::usage(&format!("--input {path}: {error}"));
    let file = File::open(path).map_err(refuse)?;
    let metadata = file.metadata().map_err(refuse)?;
    Ok((Box::new(file), metadata.is_file().then_some(metadata.len())))
}

/// The output, at the end of its last whole row; the rows that are there, and the last of them.
fn open_output(path: &str) -> Result<(File, Counts, Option<Finished>), Failure> {
    let fail = |error: std::io::Error| Failure::other(&format!("--output {path}: {error}"));
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path).map_err(fail)?;
    if file.try_lock().is_err() {
        return Err(Failure::usage(&format!("--output {path}: another process is writing it")));
    }
    let (mut counts, mut last, mut end, mut line) = (Counts::default(), None, 0_u64, Vec::new());
    let mut reader = BufReader::new(&file);
    loop {
        line.clear();
        let length = reader.read_until(b'\n', &mut line).map_err(fail)?;
        if line.last() != Some(&b'\n') {
            // Nothing, or half a row that a process had no time to finish.
            let beginning = line.get(..BEGINNING.len()).unwrap_or(&line);
            if !BEGINNING.starts_with(beginning) {
                return Err(foreign(path));
            }
            break;
        }
        let finished: Finished = serde_json::from_slice(&line).map_err(|_| foreign(path))?;
        counts.add(finished.outcome);
        last = Some(finished);
        end += u64::try_from(length).unwrap_or_default();
    }
    file.set_len(end).map_err(fail)?;
    file.seek(SeekFrom::Start(end)).map_err(fail)?;
    Ok((file, counts, last))
}

fn foreign(path: &str) -> Failure {
    Failure::usage(&format!(
        "--output {path}: it has other things in it than this command writes; expected a new file, or the \
         output of the same input to go on with"
    ))
}

/// Reads the rows after the one that was finished last, until `send` has no use for more.
fn read(
    source: Box<dyn Read + Send>,
    last: Option<Finished>,
    mut send: impl FnMut(Row) -> bool,
) -> Result<(), String> {
    let mut last = last;
    let mut after = |row: Row| -> Result<bool, String> {
        let Some(finished) = &last else { return Ok(send(row)) };
        if row.line < finished.line {
            return Ok(true);
        }
        let none = Members::default();
        let members = row.members.as_ref().unwrap_or(&none);
        if (row.line, &members.channel_arn, &members.app_instance_user_arn)
            != (finished.line, &finished.channel_arn, &finished.app_instance_user_arn)
        {
            return Err(format!(
                "line {} is not what the output has there: it is of another input",
                row.line
            ));
        }
        last = None;
        Ok(true)
    };
    let mut source = BufReader::new(source);
    let json = loop {
        match source.fill_buf() {
            Ok(buffer) => break buffer.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{'),
            Err(error) if error.kind() == IoErrorKind::Interrupted => {}
            Err(error) => return Err(error.to_string()),
        }
    };
    if json {
        read_json(source, &mut after)?;
    } else {
        read_csv(source, &mut after)?;
    }
    match last {
        Some(finished) => Err(format!("it ends before line {}, which the output has", finished.line)),
        None => Ok(()),
    }
}

fn read_json(
    mut source: impl BufRead,
    send: &mut impl FnMut(Row) -> Result<bool, String>,
) -> Result<(), String> {
    let (mut text, mut end) = (Vec::new(), 0);
    for line in 1.. {
        text.clear();
        let length =
            source.by_ref().take(LONGEST).read_until(b'\n', &mut text).map_err(|error| error.to_string())?;
        if length == 0 {
            break;
        }
        if text.last() != Some(&b'\n') && text.len() as u64 == LONGEST {
            return Err(format!("line {line} has more than {LONGEST} bytes"));
        }
        end += text.len() as u64;
        if text.trim_ascii().is_empty() {
            continue;
        }
        let members = serde_json::from_slice(&text).map_err(|error| format!("it is no row: {error}"));
        if !send(Row { line, end, members })? {
            break;
        }
    }
    Ok(())
}

/// A source of which no more is read than is left: a quote that does not end cannot fill the memory.
struct Bounded<R> {
    source: R,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other(format!("it has more than {LONGEST} bytes")));
        }
        let read = self.source.by_ref().take(self.left.get()).read(buffer)?;
        self.left.set(self.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}

fn read_csv(source: impl Read, send: &mut impl FnMut(Row) -> Result<bool, String>) -> Result<(), String> {
    let left = Rc::new(Cell::new(LONGEST));
    let source = Bounded { source, left: Rc::clone(&left) };
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(source);
    let names = reader.headers().map_err(|error| error.to_string())?.clone();
    let column = |name: &str| names.iter().position(|column| column == name);
    let (Some(channel), Some(user)) = (column("ChannelArn"), column("AppInstanceUserArn")) else {
        return if names.is_empty() {
            Ok(())
        } else {
            Err("its first line does not name the columns; expected ChannelArn,AppInstanceUserArn,ChimeBearer, \
                 the last if it likes"
                .to_owned())
        };
    };
    let bearer = column("ChimeBearer");
    let mut record = csv::StringRecord::new();
    loop {
        left.set(LONGEST);
        let mut line = reader.position().line();
        let members = match reader.read_record(&mut record) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                line = record.position().map_or(line, csv::Position::line);
                let text =
                    |column: usize| record.get(column).filter(|text| !text.is_empty()).map(str::to_owned);
                Ok(Members {
                    channel_arn: text(channel),
                    app_instance_user_arn: text(user),
                    chime_bearer: bearer.and_then(text),
                })
            }
            Err(error) if error.is_io_error() => return Err(format!("line {line}: {error}")),
            Err(error) => {
                line = error.position().map_or(line, csv::Position::line);
                Err("it is not UTF-8".to_owned())
            }
        };
        if !send(Row { line, end: reader.position().byte(), members })? {
            return Ok(());
        }
    }
}
