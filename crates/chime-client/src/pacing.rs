//! Each bearer's pace.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chime_types::AppInstanceUserArn;
use tokio::time::Instant;

use crate::Client;

/// How many calls a second each bearer makes: never more, and no fewer while there are calls to make.
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
/// In no second does a bearer get more turns than that. When the service throttles a bearer, that bearer's pace is
/// halved, down to one call in two seconds, at most once a second; for every second without throttling it gets a tenth
/// of the full pace back.
///
/// Clones share the pace: give the same one to everything that shares a quota.
#[derive(Clone)]
pub struct Pacing(Arc<Shared>);

struct Shared {
    per_second: u32,
    throttled: AtomicU64,
    bearers: Mutex<HashMap<AppInstanceUserArn, Bearer>>,
}

/// With more bearers than that, those who have been still are forgotten.
const REMEMBERED: usize = 1024;
const SECOND: Duration = Duration::from_secs(1);
const SLOWEST: f64 = 0.5;

#[derive(Default)]
struct Bearer {
    /// The latest turns, the latest last; as many as the full pace has in a second.
    turns: VecDeque<Instant>,
    /// The pace after the last throttling, and when that was.
    slowed: Option<(f64, Instant)>,
}

impl Bearer {
    /// The pace at that time, in calls a second.
    fn pace(&self, full: u32, now: Instant) -> f64 {
        let full = f64::from(full);
        match self.slowed {
            Some((pace, since)) => {
                let seconds = now.saturating_duration_since(since).as_secs();
                (pace + full / 10.0 * f64::from(u32::try_from(seconds).unwrap_or(u32::MAX))).min(full)
            }
            None => full,
        }
    }

    /// Takes a turn, or tells when there may be one.
    fn turn(&mut self, full: u32, now: Instant) -> Result<(), Instant> {
        let pace = self.pace(full, now);
        // So many turns in such a time.
        let mut turns = 1;
        while f64::from(turns + 1) <= pace {
            turns += 1;
        }
        let time = Duration::from_secs_f64(f64::from(turns) / pace);
        let before = usize::try_from(turns).ok().and_then(|turns| self.turns.len().checked_sub(turns));
        if let Some(turn) = before.and_then(|before| self.turns.get(before)) {
            let free = *turn + time;
            if now < free {
                return Err(free);
            }
        }
        self.turns.push_back(now);
        if self.turns.len() > usize::try_from(full).unwrap_or(usize::MAX) {
            self.turns.pop_front();
        }
        Ok(())
    }
}

impl Pacing {
    /// That many calls a second for each bearer, at least 1.
    #[must_use]
    pub fn new(per_second: u32) -> Self {
        Self(Arc::new(Shared {
            per_second: per_second.max(1),
            throttled: AtomicU64::new(0),
            bearers: Mutex::default(),
        }))
    }

    /// The documented quota of `DescribeChannelMembershipForAppInstanceUser`, which AWS raises on request: 10 a second in
    /// us-east-1, 5 in eu-central-1, and 5 where none is documented.
    #[must_use]
    pub fn of_region(region: &str) -> Self {
        Self::new(if region == "us-east-1" { 10 } else { 5 })
    }

    /// The quota of the client's region.
    #[must_use]
    pub fn of(client: &Client) -> Self {
        Self::of_region(client.endpoint().region())
    }

    /// The full pace.
    #[must_use]
    pub fn per_second(&self) -> u32 {
        self.0.per_second
    }

    /// How often the service has throttled so far.
    #[must_use]
    pub fn throttles(&self) -> u64 {
        self.0.throttled.load(Ordering::Relaxed)
    }

    /// Waits for that bearer's turn, and takes it.
    pub async fn turn(&self, bearer: &AppInstanceUserArn) {
        while let Err(free) = self.with(bearer, |state, now| state.turn(self.0.per_second, now)) {
            tokio::time::sleep_until(free).await;
        }
    }

    /// Slows that bearer down, since the service throttled it.
    pub fn throttled(&self, bearer: &AppInstanceUserArn) {
        self.0.throttled.fetch_add(1, Ordering::Relaxed);
        self.with(bearer, |state, now| {
            // What was under way already tells nothing new.
            if state.slowed.is_none_or(|(_, since)| now >= since + SECOND) {
                let pace = (state.pace(self.0.per_second, now) / 2.0).max(SLOWEST);
                state.slowed = Some((pace, now));
            }
        });
    }

    fn with<R>(&self, bearer: &AppInstanceUserArn, act: impl FnOnce(&mut Bearer, Instant) -> R) -> R {
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
