//! The progress of a run: a bar on a terminal, otherwise a line at growing intervals.

use std::io::{IsTerminal, Write};
use std::time::Duration;

use chime_client::OneLine;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The number of failures that are shown one by one. The others are counted.
const SHOWN: u64 = 5;
/// When the first line of progress comes, and the longest time from one to the next.
const FIRST: Duration = Duration::from_secs(5);
const LONGEST: Duration = Duration::from_mins(1);
/// The interval at which the bar is drawn while no row is finished.
const REDRAW: Duration = Duration::from_secs(1);

pub(super) struct Progress {
    bar: ProgressBar,
    size: Option<u64>,
    bytes: u64,
    failures: u64,
    /// The time of the next line of progress, without a terminal.
    schedule: Option<Schedule>,
}

impl Progress {
    /// Progress on standard error, through an input of that size.
    pub(super) fn new(size: Option<u64>) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let bar = if is_terminal { bar(size) } else { ProgressBar::hidden() };
        Self { bar, size, bytes: 0, failures: 0, schedule: (!is_terminal).then(Schedule::default) }
    }

    /// Shows the reason why a row has no answer, if it is one of the first.
    pub(super) fn failure(&mut self, line: u64, reason: &str) {
        self.failures += 1;
        if let Some(text) = failure(self.failures, line, reason) {
            self.say(&text);
        }
    }

    /// The time at which [`Self::at`] should be called even if no row is finished by then.
    pub(super) fn next(&self, elapsed: Duration) -> Duration {
        self.schedule.as_ref().map_or(elapsed + REDRAW, |schedule| schedule.next)
    }

    /// Shows how far a run is after a time; `bytes` is how much of the input it has finished, where that is news.
    pub(super) fn at(&mut self, elapsed: Duration, bytes: Option<u64>, so_far: impl FnOnce() -> String) {
        self.bytes = bytes.unwrap_or(self.bytes);
        match &mut self.schedule {
            None => {
                self.bar.set_position(self.bytes);
                self.bar.set_message(so_far());
            }
            Some(schedule) => {
                if schedule.is_due(elapsed) {
                    let share =
                        self.size.filter(|size| *size > 0).map(|size| self.bytes.saturating_mul(100) / size);
                    let share = share.map(|percent| format!(" {percent}% of the input:")).unwrap_or_default();
                    self.say(&format!("after {} s:{share} {}", elapsed.as_secs(), so_far()));
                }
            }
        }
    }

    pub(super) fn end(&self) {
        self.bar.finish_and_clear();
    }

    fn say(&self, line: &str) {
        // If standard error is closed, nobody reads it.
        self.bar.suspend(|| {
            let _ = writeln!(std::io::stderr(), "{line}");
        });
    }
}

fn bar(size: Option<u64>) -> ProgressBar {
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

/// The text for a failure, by its number from 1.
fn failure(number: u64, line: u64, reason: &str) -> Option<String> {
    match number {
        1..=SHOWN => Some(format!("line {line}: {}", OneLine(reason))),
        _ if number == SHOWN + 1 => Some("more rows have no answer; they are counted by kind".to_owned()),
        _ => None,
    }
}

/// Lines that become rarer: after 5, 10, 20 and 40 seconds, and then once a minute.
struct Schedule {
    next: Duration,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { next: FIRST }
    }
}

impl Schedule {
    /// Whether a line is due at a time. If so, the next one is due later.
    fn is_due(&mut self, elapsed: Duration) -> bool {
        let is_due = elapsed >= self.next;
        if is_due {
            self.next = elapsed + elapsed.clamp(FIRST, LONGEST);
        }
        is_due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_progress_become_rarer() {
        let mut schedule = Schedule::default();
        let due: Vec<_> = (0..300).filter(|second| schedule.is_due(Duration::from_secs(*second))).collect();
        assert_eq!(due, [5, 10, 20, 40, 80, 140, 200, 260]);
        // A line appears after a time without one.
        assert!(schedule.is_due(Duration::from_secs(1000)) && !schedule.is_due(Duration::from_secs(1001)));
    }

    #[test]
    fn the_first_failures_are_shown_and_the_others_counted() {
        let shown: Vec<_> = (1..=100).filter_map(|number| failure(number, number + 1, "a\nb")).collect();
        assert_eq!(shown[0], r"line 2: a\nb");
        assert_eq!(shown[4], r"line 6: a\nb");
        assert_eq!(shown[5..], ["more rows have no answer; they are counted by kind"]);
    }
}
