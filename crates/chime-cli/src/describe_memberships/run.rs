//! A run: rows are asked about, and their answers written in order, until the input ends or something stops it.

use std::cell::Cell;
use std::collections::VecDeque;
use std::io::{self, BufRead, Write};

use chime_client::operations::{
    DescribeChannelMembershipForAppInstanceUser as Describe,
    DescribeChannelMembershipForAppInstanceUserResponse as Response,
};
use chime_client::{Client, Error, ErrorKind, InvalidParameter, Pacing};
use futures_util::future::{Either, select};
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::answers::{self, Answer, Outcome};
use super::blame::{Blame, blame};
use super::existing::{Existing, Pair};
use super::progress::Progress;
use super::rows::{Row, Rows};
use super::sink::Sink;
use super::tally::Tally;
use crate::failure::Failure;
use crate::output;
use crate::serve;

/// The number of rows that are read ahead.
const READ_AHEAD: usize = 64;
/// The number of consecutive rows that may fail in a way that may affect every row.
const OPEN: usize = 5;
/// The maximum number of rows that wait for the results of the rows after them.
const HELD: usize = 1000;
/// The exit code of a run that something stopped which would meet every row.
const STOPPED: u8 = 3;

/// A run, and what it goes by.
pub(super) struct Run {
    pub(super) client: Client,
    pub(super) pacing: Pacing,
    pub(super) concurrency: usize,
    /// The bearer of rows that have none.
    pub(super) bearer: Option<String>,
    /// The size of the input, if it is a file.
    pub(super) size: Option<u64>,
    pub(super) sink: Sink,
    pub(super) tally: Tally,
}

/// A row on its way.
struct Item {
    row: Row,
    /// The end of its row in the output that is replaced.
    replaced: Option<u64>,
    /// The existing row of the output, if it is not requested again.
    kept: Option<Answer>,
}

/// A row that is finished.
struct Done {
    line: u64,
    end: u64,
    replaced: Option<u64>,
    is_kept: bool,
    answer: Answer,
}

/// The consequence of a finished row for the waiting ones.
#[derive(PartialEq)]
enum News {
    /// The service answers.
    Answered,
    Nothing,
    /// The failure may meet every row.
    Open,
    /// The failure meets every row.
    Stop,
}

/// The reason why a run ends before its input.
enum End {
    Failed(Failure),
    Interrupted,
    /// The reader of standard output has closed it.
    Unread,
    /// A failure that meets every row: its line and its reason.
    Stopped(u64, String),
}

impl Run {
    /// Asks about the rows, and about those without an answer in an output that is replaced.
    pub(super) async fn finish(
        mut self,
        rows: Rows<impl BufRead + Send + 'static>,
        existing: Option<Existing>,
    ) -> Result<(), Failure> {
        let mut interrupted =
            Box::pin(serve::interrupted().map_err(|error| Failure::other(&format!("signals: {error}")))?);
        let (sender, mut items) = mpsc::channel(READ_AHEAD);
        // A separate thread, so that a slow input does not delay the calls.
        std::thread::spawn(move || read(rows, existing, |item| sender.blocking_send(item).is_ok()));

        let mut writer = Writer {
            progress: Progress::new(self.size),
            started: Instant::now(),
            held: VecDeque::new(),
            open: 0,
            has_answers: false,
            asked: 0,
            replaced: 0,
        };
        let (begun, mut unreadable, mut end) = (Cell::new(0_u64), None, None);
        {
            let (items, unreadable) = (&mut items, &mut unreadable);
            let items = stream::poll_fn(|context| items.poll_recv(context)).scan((), |(), item| {
                std::future::ready(item.map_err(|failure| *unreadable = Some(failure)).ok())
            });
            let bearer = self.bearer.clone();
            let requests = items.map(|item: Item| {
                begun.set(begun.get() + u64::from(item.kept.is_none()));
                let request = if item.kept.is_none() {
                    answers::request_of(&item.row, bearer.as_deref())
                } else {
                    nothing()
                };
                (item, request)
            });
            let answers = self.client.describe_many(Box::pin(requests), &self.pacing);
            let mut answers = answers.concurrency(self.concurrency).in_order();
            while end.is_none() {
                let next = timeout_at(
                    writer.started + writer.progress.next(writer.started.elapsed()),
                    answers.next(),
                );
                match select(&mut interrupted, Box::pin(next)).await {
                    Either::Left(_) => {
                        end = Some(End::Interrupted);
                    }
                    Either::Right((Ok(Some((item, response))), _)) => {
                        end = self.finished(item, response, &mut writer);
                    }
                    Either::Right((Ok(None), _)) => {
                        end = self.ended(&mut writer);
                        break;
                    }
                    Either::Right((Err(_), _)) => self.show(&mut writer, None),
                }
            }
        }
        writer.progress.end();
        let left = match (&end, self.size) {
            // The rest of a pipe may never end.
            (Some(End::Stopped(..)), Some(_)) => {
                let mut left = begun.get() - writer.asked;
                while let Some(Ok(item)) = items.recv().await {
                    left += u64::from(item.kept.is_none());
                }
                Some(left)
            }
            _ => None,
        };
        let closed = match &end {
            // The output may not be that of this input.
            _ if unreadable.is_some() => self.sink.discard(),
            Some(End::Failed(_) | End::Unread) => self.sink.discard(),
            Some(End::Interrupted | End::Stopped(..)) => self.sink.replace_with_rest(writer.replaced),
            None => self.sink.replace(),
        };
        let closed = closed.and_then(|()| self.sink.sync());
        self.report(&writer)?;
        if let Some(failure) = unreadable {
            return Err(failure);
        }
        match end {
            Some(End::Failed(failure)) => Err(failure),
            Some(End::Unread) => Ok(()),
            Some(End::Interrupted) => {
                closed?;
                let resumes = self.resumes();
                Err(Failure::interrupted(&format!("interrupted{resumes}")))
            }
            Some(End::Stopped(line, reason)) => {
                closed?;
                Err(self.stopped(line, &reason, left))
            }
            None => closed.and_then(|()| self.unanswered()),
        }
    }

    /// Returns the advice after a run that ended early.
    fn resumes(&self) -> &'static str {
        if self.sink.is_standard_output() { "" } else { "; the same command resumes" }
    }

    /// Takes a finished row. Returns why the run ends, if it does.
    fn finished(
        &mut self,
        item: Item,
        response: Result<Response, Error>,
        writer: &mut Writer,
    ) -> Option<End> {
        let Item { row, replaced, kept } = item;
        let is_kept = kept.is_some();
        let news = if is_kept || row.fault.is_some() { News::Nothing } else { self.news(&row, &response) };
        if let (News::Stop, Err(error)) = (&news, &response) {
            return Some(End::Stopped(row.line, error.to_string()));
        }
        let answer = kept.unwrap_or_else(|| answers::answer(&row, response));
        writer.held.push_back(Done { line: row.line, end: row.end, replaced, is_kept, answer });
        match news {
            News::Open => {
                writer.open += 1;
                if writer.open == OPEN {
                    return writer.stopped();
                }
                None
            }
            News::Answered => {
                writer.has_answers = true;
                self.write_held(writer)
            }
            _ if writer.open == 0 || writer.held.len() > HELD => self.write_held(writer),
            _ => None,
        }
    }

    /// Takes the end of the input. Returns why the run ends before it, if it does: one row that fails at the end is
    /// that row's failure if the service has answered, and several are not.
    fn ended(&mut self, writer: &mut Writer) -> Option<End> {
        if writer.open > 1 || writer.open == 1 && !writer.has_answers {
            return writer.stopped();
        }
        self.write_held(writer)
    }

    fn news(&self, row: &Row, response: &Result<Response, Error>) -> News {
        let Err(error) = response else { return News::Answered };
        let own_bearer = self.bearer.is_none() || row.members.chime_bearer.is_some();
        match (blame(error, own_bearer), error.kind()) {
            (Blame::EveryRow, _) => News::Stop,
            (Blame::Open, _) => News::Open,
            (Blame::Row, ErrorKind::Service(_)) if !error.is_throttled() => News::Answered,
            (Blame::Row, _) => News::Nothing,
        }
    }

    /// Writes the rows that have waited.
    fn write_held(&mut self, writer: &mut Writer) -> Option<End> {
        writer.open = 0;
        while let Some(done) = writer.held.pop_front() {
            if done.replaced.is_none()
                && let Err(failure) = self.sink.replace()
            {
                return Some(End::Failed(failure));
            }
            if let Err(error) = self.sink.write(done.answer.text.as_bytes()) {
                let is_unread = self.sink.is_standard_output() && error.kind() == io::ErrorKind::BrokenPipe;
                return Some(if is_unread { End::Unread } else { End::Failed(self.sink.failed(&error)) });
            }
            writer.replaced = done.replaced.unwrap_or(writer.replaced);
            writer.asked += u64::from(!done.is_kept);
            self.tally.before += u64::from(done.is_kept);
            let error = done.answer.error.as_ref();
            self.tally.add(done.answer.outcome, error.map(|(code, _)| &**code));
            if let Some((_, message)) = error.filter(|_| !done.is_kept) {
                writer.progress.failure(done.line, message);
            }
            self.show(writer, Some(done.end));
        }
        None
    }

    fn show(&self, writer: &mut Writer, bytes: Option<u64>) {
        let elapsed = writer.started.elapsed();
        writer.progress.at(elapsed, bytes, || self.tally.so_far(self.pacing.throttles(), elapsed));
    }

    /// Says what was done: on standard error where the rows are on standard output.
    fn report(&self, writer: &Writer) -> Result<(), Failure> {
        let summary = self.tally.summary(self.pacing.throttles(), writer.started.elapsed());
        if self.sink.is_standard_output() {
            // If standard error is closed, nobody reads it.
            let _ = io::stderr().write_all(summary.as_bytes());
            return Ok(());
        }
        output::print(summary.as_bytes())
    }

    fn stopped(&self, line: u64, reason: &str, left: Option<u64>) -> Failure {
        let left = match left {
            Some(1) => "1 row is left".to_owned(),
            Some(left) => format!("{left} rows are left"),
            None => format!("the rows from line {line} on are left"),
        };
        let resumes = self.resumes();
        let message = format!("chime: stopped at line {line}: {reason}; {left}{resumes}");
        Failure { code: STOPPED, message }
    }

    fn unanswered(&self) -> Result<(), Failure> {
        match self.tally.unanswered() {
            0 => Ok(()),
            rows => {
                let kinds = self.tally.kinds();
                Err(Failure::some_failed(&format!("rows without an answer: {rows} ({kinds})")))
            }
        }
    }
}

/// The state of a run while it writes.
struct Writer {
    progress: Progress,
    started: Instant,
    /// Rows that wait for what those behind them tell.
    held: VecDeque<Done>,
    /// The number of waiting rows that failed in a way that may affect every row.
    open: usize,
    /// Whether the service has answered anything.
    has_answers: bool,
    /// The number of rows that were requested and written.
    asked: u64,
    /// The end of the last row of the output that is replaced.
    replaced: u64,
}

impl Writer {
    /// The end by the first failure that may meet every row. It and those behind it are left.
    fn stopped(&self) -> Option<End> {
        let failed = |done: &&Done| done.answer.outcome == Outcome::Failed && !done.is_kept;
        let first = self.held.iter().find(failed)?;
        let reason = first.answer.error.as_ref().map(|(_, message)| message.clone());
        Some(End::Stopped(first.line, reason.unwrap_or_default()))
    }
}

/// Reads rows until `send` has no use for more: those that an output has and that it replaces, then the others.
fn read(
    mut rows: Rows<impl BufRead>,
    existing: Option<Existing>,
    mut send: impl FnMut(Result<Item, Failure>) -> bool,
) {
    if let Some(mut existing) = existing {
        loop {
            let pair = match existing.next(&mut rows) {
                Ok(None) => break,
                Ok(Some(pair)) => Ok(Item::of(pair, existing.end)),
                Err(failure) => Err(failure),
            };
            let is_last = pair.is_err();
            if !send(pair) || is_last {
                return;
            }
        }
    }
    for row in rows {
        if !send(row.map(|row| Item { row, replaced: None, kept: None })) {
            return;
        }
    }
}

impl Item {
    /// A row that the output has already. If it failed, it is asked about again. If it was rejected, it may have been
    /// corrected.
    fn of(pair: Pair, end: u64) -> Self {
        let Pair { row, finished, text } = pair;
        let is_kept = !matches!(finished.outcome, Outcome::Failed | Outcome::Rejected);
        let kept = is_kept.then(|| Answer {
            outcome: finished.outcome,
            error: finished.error.map(|error| (error.code, String::new())),
            text: String::from_utf8_lossy(&text).into_owned(),
        });
        Self { row, replaced: Some(end), kept }
    }
}

/// Returns a request that cannot be built, for a row that needs none.
fn nothing() -> Result<Describe, InvalidParameter> {
    Describe::builder().channel_arn("").app_instance_user_arn("").chime_bearer("").build()
}
