//! The rows by their outcome, and the failures by their kind.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use chime_client::OneLine;

use super::answers::Outcome;

/// The most kinds that are counted apart. A server may make any number of names up.
const KINDS: usize = 20;

#[derive(Debug, Default)]
pub(super) struct Tally {
    rows: [u64; 4],
    kinds: BTreeMap<String, u64>,
    /// The rows that an earlier run has finished.
    pub(super) before: u64,
}

impl Tally {
    /// Counts a row; `kind` is the code of its error.
    pub(super) fn add(&mut self, outcome: Outcome, kind: Option<&str>) {
        if let Some(count) = self.rows.get_mut(outcome as usize) {
            *count += 1;
        }
        if let Some(kind) = kind {
            let known = self.kinds.len() < KINDS || self.kinds.contains_key(kind);
            *self.kinds.entry(if known { kind } else { "other" }.to_owned()).or_default() += 1;
        }
    }

    pub(super) fn rows(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// The rows that failed or were rejected.
    pub(super) fn unanswered(&self) -> u64 {
        let [_, _, failed, rejected] = self.rows;
        failed + rejected
    }

    /// The failures by kind, the most frequent first: `3 ServiceFailureException, 1 NoAnswer`.
    pub(super) fn kinds(&self) -> String {
        let mut kinds: Vec<_> = self.kinds.iter().collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        let mut text = String::new();
        for (kind, count) in kinds {
            let comma = if text.is_empty() { "" } else { ", " };
            // Writing to a text does not fail.
            let _ = write!(text, "{comma}{count} {}", OneLine(kind));
        }
        text
    }

    /// Returns the line of progress.
    pub(super) fn so_far(&self, throttles: u64, elapsed: Duration) -> String {
        let tenths = u64::try_from(elapsed.as_millis() / 100).unwrap_or(u64::MAX).max(1);
        let rate = (self.rows() - self.before).saturating_mul(10) / tenths;
        let mut text = format!("{} rows, {rate}/s, throttled {throttles} times", self.rows());
        if self.unanswered() > 0 {
            text.extend(["; without an answer: ", &self.kinds()]);
        }
        text
    }

    /// Returns the summary at the end of a run.
    pub(super) fn summary(&self, throttles: u64, elapsed: Duration) -> String {
        let [members, others, failed, rejected] = self.rows;
        let before =
            if self.before == 0 { String::new() } else { format!(", {} of them before", self.before) };
        format!(
            "{} rows{before}: {members} members, {others} not members or not visible, {failed} failed, \
             {rejected} rejected; throttled {throttles} times, {:.1} s\n",
            self.rows(),
            elapsed.as_secs_f64(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_counted_by_kind_the_most_frequent_first() {
        let mut tally = Tally { before: 1, ..Tally::default() };
        tally.add(Outcome::Member, None);
        for kind in ["NoAnswer", "InvalidRow", "NoAnswer", "a\nb"] {
            tally.add(Outcome::Failed, Some(kind));
        }
        assert_eq!(
            tally.so_far(7, Duration::from_secs(2)),
            r"5 rows, 2/s, throttled 7 times; without an answer: 2 NoAnswer, 1 InvalidRow, 1 a\nb"
        );
        for kind in 0..100 {
            tally.add(Outcome::Failed, Some(&kind.to_string()));
        }
        assert!(tally.kinds().starts_with("83 other, "), "{}", tally.kinds());
        assert_eq!(tally.unanswered(), 104);
    }
}
