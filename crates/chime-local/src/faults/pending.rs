//! The faults that are still to come, and which call, connect or event meets which.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chime_types::AppInstanceUserArn;

use super::fault::{Fault, FaultKind, Moment, Often, SessionFault, Strikes};
use crate::feed::Feed;

/// The faults that are still to come, in order.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pending: Mutex<Vec<Pending>>,
    /// The users whose access keys have expired for their sessions, each with the key.
    expired: Mutex<HashSet<(AppInstanceUserArn, String)>>,
    feed: Arc<Feed>,
}

/// A fault, and the state of its random sequence.
#[derive(Debug)]
struct Pending {
    fault: Fault,
    random: u64,
}

impl From<Fault> for Pending {
    fn from(fault: Fault) -> Self {
        let random = if let Often::Rate { seed, .. } = fault.often { seed } else { 0 };
        Self { fault, random }
    }
}

impl Faults {
    /// No faults, whose changes are told to the readers of a feed.
    pub(crate) fn new(feed: Arc<Feed>) -> Self {
        Self { feed, ..Self::default() }
    }

    pub(crate) fn add(&self, fault: Fault) {
        self.lock().push(fault.into());
        self.tell();
    }

    /// These and no others. Nothing has expired any more.
    pub(crate) fn set(&self, faults: Vec<Fault>) {
        *self.lock() = faults.into_iter().map(Pending::from).collect();
        self.expired().clear();
        self.tell();
    }

    fn tell(&self) {
        if self.feed.is_read() {
            self.feed.tell("Faults", self.list());
        }
    }

    /// Those that are still to come, with the counts that are left.
    pub(crate) fn list(&self) -> Vec<Fault> {
        self.lock().iter().map(|pending| pending.fault.clone()).collect()
    }

    /// Returns the fault of the next call of an operation: the first that matches it and is due.
    pub(crate) fn next(&self, operation: &str) -> Option<FaultKind> {
        self.find(|strikes| match strikes {
            Strikes::Calls { operation: only, kind } if only.is_none_or(|only| only == operation) => {
                Some(kind.clone())
            }
            _ => None,
        })
    }

    /// Returns the fault of the next connect or event of a user: the first that matches it and is due.
    pub(crate) fn next_of_session(&self, at: Moment, of: &AppInstanceUserArn) -> Option<SessionFault> {
        self.find(|strikes| match strikes {
            Strikes::Sessions { moment, user, kind }
                if *moment == at && user.as_ref().is_none_or(|user| user == of) =>
            {
                Some(*kind)
            }
            _ => None,
        })
    }

    /// Returns what the first fault does that matches and is due.
    fn find<K>(&self, matching: impl Fn(&Strikes) -> Option<K>) -> Option<K> {
        let struck = self.lock().iter_mut().find_map(|Pending { fault, random }| {
            let kind = matching(&fault.strikes)?;
            match &mut fault.often {
                Often::Always => {}
                Often::Times(count) => *count = count.checked_sub(1)?,
                Often::Rate { rate, .. } if fraction(random) < *rate => {}
                Often::Rate { .. } => return None,
            }
            Some(kind)
        });
        if struck.is_some() {
            self.tell();
        }
        struck
    }

    /// Lets the access key of a user's session expire.
    pub(crate) fn expire(&self, user: AppInstanceUserArn, access_key_id: String) {
        self.expired().insert((user, access_key_id));
    }

    /// Returns whether the access key of a user's session has expired.
    pub(crate) fn has_expired(&self, user: &AppInstanceUserArn, access_key_id: &str) -> bool {
        self.expired().iter().any(|(of, key)| of == user && key == access_key_id)
    }

    fn expired(&self) -> MutexGuard<'_, HashSet<(AppInstanceUserArn, String)>> {
        self.expired.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The faults, without those that are used up.
    fn lock(&self) -> MutexGuard<'_, Vec<Pending>> {
        let mut faults = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
        faults.retain(|pending| pending.fault.often != Often::Times(0));
        faults
    }
}

/// The next number of a random sequence, from 0 to below 1: splitmix64.
fn fraction(state: &mut u64) -> f64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^= z >> 31;
    #[allow(clippy::cast_precision_loss, reason = "53 bits are exact")]
    let (part, whole) = ((z >> 11) as f64, (1_u64 << 53) as f64);
    part / whole
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: &str = "DescribeChannelMembershipForAppInstanceUser";

    /// The start of a user's ARN.
    const USER: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/user/";

    /// Returns the faults of that many calls of an operation.
    fn meet(faults: &Faults, operation: &str, calls: usize) -> Vec<String> {
        let name = |kind| match kind {
            None => String::new(),
            Some(FaultKind::Exception(exception)) => exception.code().unwrap().to_owned(),
            Some(other) => format!("{other:?}"),
        };
        (0..calls).map(|_| name(faults.next(operation))).collect()
    }

    #[test]
    fn faults_come_in_their_order_and_one_without_a_count_stays() {
        let faults = Faults::default();
        assert_eq!(faults.next(HERE), None);
        for text in ["ConflictException:2", "NotFoundException:1", "ForbiddenException", "drop"] {
            faults.add(text.parse().unwrap());
        }
        let names = meet(&faults, HERE, 6);
        assert_eq!(names, ["Conflict", "Conflict", "NotFound", "Forbidden", "Forbidden", "Forbidden"]);
        assert_eq!(faults.list(), ["ForbiddenException".parse().unwrap(), "drop".parse().unwrap()]);
        faults.set(vec!["ConflictException:1".parse().unwrap()]);
        assert_eq!(meet(&faults, HERE, 2), ["Conflict", ""]);
        assert_eq!(faults.list(), []);
    }

    #[test]
    fn a_fault_of_another_operation_is_passed_by_and_kept() {
        let faults = Faults::default();
        faults.add(format!("{HERE}=ConflictException:1").parse().unwrap());
        faults.add("NotFoundException:2".parse().unwrap());
        assert_eq!(meet(&faults, "Elsewhere", 1), ["NotFound"]);
        assert_eq!(meet(&faults, HERE, 3), ["Conflict", "NotFound", ""]);
    }

    #[test]
    fn a_rate_strikes_that_share_of_the_calls_and_the_same_ones_again() {
        let struck = |rate, seed| -> Vec<bool> {
            let faults = Faults::default();
            faults.add(Fault::drop_connection().rate(rate, seed));
            (0..1000).map(|_| faults.next(HERE).is_some()).collect()
        };
        let count = |rate, seed| struck(rate, seed).into_iter().filter(|struck| *struck).count();
        assert_eq!((count(0.0, 1), count(1.0, 1)), (0, 1000));
        assert!((70..130).contains(&count(0.1, 1)), "{}", count(0.1, 1));
        assert_eq!(struck(0.1, 1), struck(0.1, 1));
        assert_ne!(struck(0.1, 1), struck(0.1, 2));
    }

    #[test]
    fn a_rate_that_spares_a_call_leaves_it_to_the_faults_after_it() {
        let faults = Faults::default();
        faults.add("drop@0".parse().unwrap());
        faults.add("ConflictException".parse().unwrap());
        assert_eq!(meet(&faults, HERE, 2), ["Conflict", "Conflict"]);
    }

    #[test]
    fn faults_of_sessions_and_of_calls_strike_their_own() {
        let user = |id: &str| format!("{USER}{id}").parse::<AppInstanceUserArn>().unwrap();
        let faults = Faults::default();
        for text in ["drop:1", "Connect=drop:1", &format!("Event({USER}ada)=duplicate:2"), "Event=reorder:1"]
        {
            faults.add(text.parse().unwrap());
        }
        let next = |moment, id| faults.next_of_session(moment, &user(id));
        assert_eq!(next(Moment::Connect, "bob"), Some(SessionFault::Drop));
        assert_eq!(next(Moment::Connect, "bob"), None);
        assert_eq!(next(Moment::Event, "bob"), Some(SessionFault::Reorder));
        assert_eq!(next(Moment::Event, "bob"), None);
        assert_eq!(next(Moment::Event, "ada"), Some(SessionFault::Duplicate));
        assert_eq!(meet(&faults, HERE, 2), ["Drop", ""]);
        assert_eq!(faults.list(), [format!("Event({USER}ada)=duplicate:1").parse().unwrap()]);
    }
}
