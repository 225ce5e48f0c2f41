//! Each bearer's pace.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chime_types::AppInstanceUserArn;
use chime_types::operation::Operation;
use chime_types::operations::DescribeChannelMembershipForAppInstanceUser;
use tokio::time::Instant;

use crate::Client;

/// The rate at which each bearer makes calls.
///
/// ```
/// use chime_client::Pacing;
///
/// assert_eq!(Pacing::of_region("us-east-1").per_second(), 10);
/// assert_eq!(Pacing::of_region("eu-central-1").per_second(), 5);
/// let adjusted = Pacing::new(50);
/// # assert_eq!(adjusted.per_second(), 50);
/// ```
///
/// No bearer gets more turns in a second. When the service throttles a bearer, that bearer's pace becomes half of the
/// calls that it made in the last second, and at least one call in two seconds. That happens at most once a second. For
/// every second without throttling the pace grows by a fifth. So a pace far above the quota comes down to it at once, and
/// then stays between half of the quota and the quota.
///
/// Clones share the pace: give the same one to everything that shares a quota.
#[derive(Clone)]
pub struct Pacing(Arc<Shared>);

struct Shared {
    per_second: u32,
    throttled: AtomicU64,
    bearers: Mutex<HashMap<AppInstanceUserArn, BearerPace>>,
}

/// With more bearers than that, those who have been still are forgotten.
const REMEMBERED: usize = 1024;
const SECOND: Duration = Duration::from_secs(1);
const SLOWEST: f64 = 0.5;
/// The time for which a turn is remembered: the longest wait of the slowest pace.
const REMEMBERED_FOR: Duration = Duration::from_secs(2);
/// The factor by which a pace grows in a second.
const GROWTH: f64 = 1.2;

#[derive(Default)]
struct BearerPace {
    /// The turns that the slowest pace depends on, the latest last.
    turns: VecDeque<Instant>,
    /// The pace after the last throttling, and when that was.
    slowed: Option<(f64, Instant)>,
}

impl BearerPace {
    /// The pace at that time, in calls a second.
    fn pace(&self, full: u32, now: Instant) -> f64 {
        let full = f64::from(full);
        match self.slowed {
            Some((pace, since)) => {
                let seconds = now.saturating_duration_since(since).as_secs();
                (pace * GROWTH.powi(i32::try_from(seconds).unwrap_or(i32::MAX))).min(full)
            }
            None => full,
        }
    }

    /// Slows down, since the service throttled.
    fn slow_down(&mut self, full: u32, now: Instant) {
        let pace = self.pace(full, now);
        // The calls of the last second are what the service did not allow. A pace that is far above them says nothing.
        let calls = self.turns.iter().rev().take_while(|turn| now < **turn + SECOND).count();
        let calls = u32::try_from(calls).map_or(pace, f64::from);
        let used = if calls > 0.0 { calls.min(pace) } else { pace };
        self.slowed = Some(((used / 2.0).max(SLOWEST), now));
    }

    /// Takes a turn, or returns the time of the next possible one.
    fn turn(&mut self, full: u32, now: Instant) -> Result<(), Instant> {
        let pace = self.pace(full, now);
        // So many turns in such a time.
        let time = SECOND.div_f64(pace.min(1.0));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is from 0.5 to a u32")]
        let turns = (pace as u32).max(1);
        let before = usize::try_from(turns).ok().and_then(|turns| self.turns.len().checked_sub(turns));
        if let Some(turn) = before.and_then(|before| self.turns.get(before)) {
            let free = *turn + time;
            if now < free {
                return Err(free);
            }
        }
        self.turns.push_back(now);
        while self.turns.front().is_some_and(|turn| *turn + REMEMBERED_FOR < now) {
            self.turns.pop_front();
        }
        Ok(())
    }
}

impl Pacing {
    /// Returns a pace of that many calls a second for each bearer, at least 1.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        Self(Arc::new(Shared {
            per_second: per_second.max(1),
            throttled: AtomicU64::new(0),
            bearers: Mutex::default(),
        }))
    }

    /// Returns the pace of the documented quota of `DescribeChannelMembershipForAppInstanceUser` in a region.
    ///
    /// It is 10 calls a second in us-east-1, 5 in eu-central-1, and 5 in a region without a documented quota. AWS raises it
    /// on request.
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        Self::new(DescribeChannelMembershipForAppInstanceUser::METADATA.quota.in_region(region))
    }

    /// Returns the pace of the documented quota in the client's region.
    #[must_use]
    pub fn of(client: &Client) -> Self {
        Self::of_region(client.endpoint().region())
    }

    /// Returns the full pace, in calls a second.
    #[must_use]
    pub fn per_second(&self) -> u32 {
        self.0.per_second
    }

    /// Returns how often the service has throttled so far.
    #[must_use]
    pub fn throttles(&self) -> u64 {
        self.0.throttled.load(Ordering::Relaxed)
    }

    /// Waits for that bearer's turn, and takes it.
    pub async fn turn(&self, bearer: &AppInstanceUserArn) {
        while let Err(free) = self.update(bearer, |state, now| state.turn(self.0.per_second, now)) {
            tokio::time::sleep_until(free).await;
        }
    }

    /// Slows that bearer down, since the service throttled it.
    pub fn throttled(&self, bearer: &AppInstanceUserArn) {
        self.0.throttled.fetch_add(1, Ordering::Relaxed);
        self.update(bearer, |state, now| {
            // The calls under way were sent at the old pace, so their throttling says nothing new.
            if state.slowed.is_none_or(|(_, since)| now >= since + SECOND) {
                state.slow_down(self.0.per_second, now);
            }
        });
    }

    fn update<R>(&self, bearer: &AppInstanceUserArn, act: impl FnOnce(&mut BearerPace, Instant) -> R) -> R {
        let now = Instant::now();
        let mut bearers = self.0.bearers.lock().unwrap_or_else(PoisonError::into_inner);
        if bearers.len() >= REMEMBERED && !bearers.contains_key(bearer) {
            // Within ten seconds the pace is full again, and the turns are past.
            let still = now.checked_sub(SECOND * 10);
            bearers.retain(|_, state| {
                state.turns.back().is_some_and(|turn| still.is_none_or(|still| *turn > still))
            });
        }
        act(bearers.entry(bearer.clone()).or_default(), now)
    }
}

impl fmt::Debug for Pacing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pacing")
            .field("per_second", &self.0.per_second)
            .field("throttles", &self.throttles())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bearer(name: usize) -> AppInstanceUserArn {
        format!("arn:aws:chime:us-east-1:123456789012:app-instance/i/user/{name}").parse().unwrap()
    }

    /// Runs on a clock that stands still but for the waiting.
    fn paused<F: Future>(future: F) -> F::Output {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(future)
    }

    /// When each of the turns came, in milliseconds: so many callers at a time, who come after those pauses.
    async fn turns(pacing: &Pacing, callers: usize, pauses: &[u64]) -> Vec<(u64, u64)> {
        use futures_util::{StreamExt, stream};

        let start = Instant::now();
        let (one, since) = (&bearer(0), move || u64::try_from(start.elapsed().as_millis()).unwrap());
        let mut turns: Vec<(u64, u64)> = stream::iter(pauses)
            .map(|pause| async move {
                tokio::time::sleep(Duration::from_millis(*pause)).await;
                let asked = since();
                pacing.turn(one).await;
                (since(), asked)
            })
            .buffer_unordered(callers)
            .collect()
            .await;
        turns.sort_unstable();
        turns
    }

    proptest! {
        #[test]
        fn never_above_the_rate_and_never_idle_while_a_turn_is_free(
            rate in 1_u32..30, callers in 1_usize..20, pauses in prop::collection::vec(0_u64..400, 1..100),
        ) {
            let turns = paused(turns(&Pacing::new(rate), callers, &pauses));
            let rate = usize::try_from(rate).unwrap();
            for (index, (turn, _)) in turns.iter().enumerate().skip(rate) {
                let before = turns[index - rate].0;
                prop_assert!(turn - before >= 1000, "{rate} a second, {turns:?}");
            }
            for (turn, asked) in &turns {
                // Who waited came as soon as there was a turn: a second after the rate-th turn before, to the
                // millisecond that tokio's clock has.
                if turn > asked {
                    let used = |from: u64| turns.iter().filter(|(other, _)| (from..*turn).contains(other)).count();
                    prop_assert!(used(turn.saturating_sub(1001)) >= rate, "{rate} a second, {turn} of {turns:?}");
                }
            }
        }

        #[test]
        fn a_throttled_bearer_is_never_above_half_the_pace_in_the_next_second(rate in 2_u32..30) {
            paused(async {
                let pacing = Pacing::new(rate);
                pacing.throttled(&bearer(0));
                let start = Instant::now();
                let mut turns = 0;
                while tokio::time::timeout_at(start + Duration::from_millis(999), pacing.turn(&bearer(0))).await.is_ok() {
                    turns += 1;
                }
                prop_assert_eq!(turns, rate / 2);
                Ok(())
            })?;
        }
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "halves and wholes")]
    fn the_pace_goes_down_when_throttled_and_comes_back() {
        paused(async {
            let pacing = Pacing::new(10);
            let pace = || pacing.update(&bearer(0), |state, now| state.pace(10, now));
            pacing.throttled(&bearer(0));
            // Of the same second.
            pacing.throttled(&bearer(0));
            assert_eq!((pace(), pacing.throttles()), (5.0, 2));
            tokio::time::advance(SECOND).await;
            assert_eq!(pace(), 6.0);
            pacing.throttled(&bearer(0));
            assert_eq!(pace(), 3.0);
            tokio::time::advance(SECOND * 6).await;
            assert!((8.9..9.0).contains(&pace()), "{}", pace());
            tokio::time::advance(SECOND).await;
            assert_eq!(pace(), 10.0);
            tokio::time::advance(SECOND * u32::MAX).await;
            assert_eq!(pace(), 10.0);
            let slow = Pacing::new(1);
            for _ in 0..2 {
                slow.throttled(&bearer(0));
                let pace = slow.update(&bearer(0), |state, now| state.pace(1, now));
                assert_eq!(pace, 0.5);
                tokio::time::advance(SECOND).await;
            }
        });
    }

    /// A service that allows fewer calls than the full pace gets little more than it allows.
    #[test]
    fn a_pace_above_the_quota_comes_down_to_it_at_once() {
        for (full, quota) in [(20, 10), (100, 5), (1_000, 10), (100_000, 10), (u32::MAX, 1)] {
            paused(async {
                let (pacing, start) = (Pacing::new(full), Instant::now());
                let mut allowed: VecDeque<Instant> = VecDeque::new();
                let (mut calls, mut answered) = (0_u32, 0_u32);
                while start.elapsed() < SECOND * 60 {
                    pacing.turn(&bearer(0)).await;
                    tokio::time::sleep(Duration::from_millis(1)).await;
                    let now = Instant::now();
                    calls += 1;
                    allowed.retain(|turn| now < *turn + SECOND);
                    if allowed.len() < quota {
                        allowed.push_back(now);
                        answered += 1;
                    } else {
                        pacing.throttled(&bearer(0));
                    }
                }
                let quota = u32::try_from(quota).unwrap();
                assert!(answered >= 30 * quota, "{full} against {quota}: {answered} answered");
                assert!(calls <= 90 * quota + 1_000, "{full} against {quota}: {calls} calls");
            });
        }
    }

    #[test]
    fn bearers_do_not_wait_for_each_other_and_those_who_are_still_are_forgotten() {
        paused(async {
            let (pacing, start) = (Pacing::new(1), Instant::now());
            for name in 0..REMEMBERED {
                pacing.turn(&bearer(name)).await;
            }
            assert_eq!(start.elapsed(), Duration::ZERO);
            tokio::time::advance(SECOND * 11).await;
            pacing.turn(&bearer(REMEMBERED)).await;
            assert_eq!(pacing.0.bearers.lock().unwrap().len(), 1);
        });
    }
}
