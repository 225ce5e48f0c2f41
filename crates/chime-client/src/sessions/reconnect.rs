//! The decision whether and when a session connects again.

use std::time::Duration;

use tokio::time::Instant;

/// The time between two connects. The service allows one a second for each user.
const PACE: Duration = Duration::from_secs(1);

/// The longest wait after the first loss; it doubles with each further one.
const BASE: Duration = Duration::from_secs(1);

/// The longest wait.
const LONGEST: Duration = Duration::from_secs(30);

/// The time after which a session counts as one that works.
const LASTED: Duration = Duration::from_secs(10);

/// What the failure of a connect, or the end of a session, means for the next connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loss {
    /// The next connect may succeed.
    Temporary,
    /// The next connect would fail, too.
    Final,
    /// The credentials were refused. The source may have others by now.
    Unauthorized { replaced: bool },
}

/// The step after a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The next connect, after a wait.
    ConnectAfter(Duration),
    /// Nothing: the session ends.
    End,
}

/// The connects of one session: after each loss it decides whether and when the next one is made.
///
/// It neither connects nor waits, so that its tests need neither a service nor a clock.
#[derive(Clone, Debug)]
pub(super) struct Reconnects {
    /// The time without a session that lasts after which it gives up.
    give_up_after: Option<Duration>,
    /// The losses since a session lasted.
    losses: u32,
    /// The start of the last connect.
    connected: Option<Instant>,
    /// The start of the current session.
    established: Option<Instant>,
    /// The time since which no session has lasted.
    lost: Option<Instant>,
    /// Whether credentials that were refused have been replaced, and no session has been established since.
    replaced: bool,
}

impl Reconnects {
    pub(super) fn new(give_up_after: Option<Duration>) -> Self {
        Self { give_up_after, losses: 0, connected: None, established: None, lost: None, replaced: false }
    }

    /// Sets the time without a session after which it gives up.
    pub(super) fn give_up_after(&mut self, time: Option<Duration>) {
        self.give_up_after = time;
    }

    /// Returns the number of losses since a session lasted.
    pub(super) fn losses(&self) -> u32 {
        self.losses
    }

    /// Notes that a connect begins.
    pub(super) fn connecting(&mut self, now: Instant) {
        self.connected = Some(now);
        self.lost.get_or_insert(now);
    }

    /// Notes that the session has begun.
    pub(super) fn established(&mut self, now: Instant) {
        self.established = Some(now);
        self.replaced = false;
    }

    /// Decides what follows a loss.
    pub(super) fn lost(&mut self, loss: Loss, now: Instant, random: impl FnOnce() -> f64) -> Next {
        let lasted =
            self.established.take().is_some_and(|since| now.saturating_duration_since(since) >= LASTED);
        if lasted {
            self.losses = 0;
            self.lost = Some(now);
        }
        let since = *self.lost.get_or_insert(now);
        let pace = self.connected.map_or(Duration::ZERO, |last| (last + PACE).saturating_duration_since(now));
        let wait = match loss {
            Loss::Final => return Next::End,
            Loss::Unauthorized { replaced } => {
                if !replaced || self.replaced {
                    return Next::End;
                }
                self.replaced = true;
                self.losses = self.losses.saturating_add(1);
                pace
            }
            Loss::Temporary => {
                let longest = BASE.saturating_mul(2_u32.saturating_pow(self.losses)).min(LONGEST);
                self.losses = self.losses.saturating_add(1);
                longest.mul_f64(random()).max(pace)
            }
        };
        let waited = now.saturating_duration_since(since).saturating_add(wait);
        if self.give_up_after.is_some_and(|most| waited > most) {
            Next::End
        } else {
            Next::ConnectAfter(wait)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A step of a session's life.
    enum Step {
        /// That many milliseconds pass.
        Pass(u64),
        Connect,
        Establish,
        /// A loss, and the wait in milliseconds that follows; nothing if the session ends.
        Lose(Loss, Option<u64>),
    }
    use Step::{Connect, Establish, Lose, Pass};

    const TEMPORARY: Loss = Loss::Temporary;

    fn play(give_up_after: Option<u64>, random: f64, steps: &[Step]) {
        let mut reconnects = Reconnects::new(give_up_after.map(Duration::from_millis));
        let mut now = Instant::now();
        for (number, step) in steps.iter().enumerate() {
            match step {
                Pass(millis) => now += Duration::from_millis(*millis),
                Connect => reconnects.connecting(now),
                Establish => reconnects.established(now),
                Lose(loss, expected) => {
                    let next = reconnects.lost(*loss, now, || random);
                    let expected =
                        expected.map_or(Next::End, |wait| Next::ConnectAfter(Duration::from_millis(wait)));
                    assert_eq!(next, expected, "step {number}");
                }
            }
        }
    }

    #[test]
    fn waits_double_up_to_the_longest() {
        let mut steps = Vec::new();
        for wait in [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
            steps.extend([Connect, Pass(wait), Lose(TEMPORARY, Some(wait))]);
        }
        play(None, 1.0, &steps);
        // However small the random part is, there is one connect a second.
        let steps = [Connect, Pass(250), Lose(TEMPORARY, Some(750)), Pass(750)];
        play(None, 0.0, &steps);
        play(None, 0.0, &[Connect, Pass(1500), Lose(TEMPORARY, Some(0))]);
    }

    #[test]
    fn only_a_session_that_lasted_makes_waits_short_again() {
        for (lasts, second, third) in [(9_999, 2000, 4000), (10_000, 1000, 2000)] {
            play(
                None,
                1.0,
                &[
                    Connect,
                    Establish,
                    Pass(20_000),
                    Lose(TEMPORARY, Some(1000)),
                    Pass(1000),
                    Connect,
                    Establish,
                    Pass(lasts),
                    Lose(TEMPORARY, Some(second)),
                    Pass(second),
                    Connect,
                    Pass(1000),
                    Lose(TEMPORARY, Some(third)),
                ],
            );
        }
    }

    #[test]
    fn refused_credentials_end_it_unless_there_are_others() {
        let (same, other) = (Loss::Unauthorized { replaced: false }, Loss::Unauthorized { replaced: true });
        play(None, 1.0, &[Connect, Lose(same, None)]);
        // At once, within the pace, and one time.
        play(None, 1.0, &[Connect, Pass(400), Lose(other, Some(600)), Pass(600), Connect, Lose(other, None)]);
        play(None, 1.0, &[Connect, Lose(other, Some(1000)), Connect, Lose(same, None)]);
        let established = [
            Connect,
            Pass(2000),
            Lose(other, Some(0)),
            Connect,
            Establish,
            Pass(5000),
            Lose(other, Some(0)),
            Connect,
            Lose(other, None),
        ];
        play(None, 1.0, &established);
    }

    #[test]
    fn it_ends_after_a_final_loss_and_after_the_time_to_give_up() {
        play(None, 1.0, &[Connect, Lose(Loss::Final, None)]);
        play(
            Some(4000),
            1.0,
            &[
                Connect,
                Lose(TEMPORARY, Some(1000)),
                Pass(1000),
                Connect,
                Pass(1000),
                Lose(TEMPORARY, Some(2000)),
                Pass(2000),
                Connect,
                Lose(TEMPORARY, None),
            ],
        );
        // The time counts from the loss of a session that lasted.
        let lasted = [Connect, Establish, Pass(60_000), Lose(TEMPORARY, Some(1000))];
        play(Some(4000), 1.0, &lasted);
    }

    #[test]
    fn a_session_that_is_lost_for_years_does_not_overflow() {
        let mut reconnects = Reconnects::new(None);
        let now = Instant::now();
        for _ in 0..100 {
            assert!(
                matches!(reconnects.lost(TEMPORARY, now, || 1.0), Next::ConnectAfter(wait) if wait <= LONGEST)
            );
        }
        assert_eq!(reconnects.losses(), 100);
    }
}
