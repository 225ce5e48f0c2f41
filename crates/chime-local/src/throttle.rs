//! More calls than the quotas allow.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use chime_types::Exception;
use chime_types::operation::{Metadata, Per, Quota};

use crate::refusal::Refusal;

/// The documented quotas of a region, in calls a second.
///
/// ```
/// use chime_local::Quotas;
///
/// assert_eq!(Quotas::of_region("eu-central-1"), Some(Quotas::EuCentral1));
/// assert_eq!(Quotas::of_region("mars-north-1"), None);
/// ```
///
/// The quota of each operation is in its
/// [`Metadata`](https://docs.rs/chime-types/latest/chime_types/operation/struct.Metadata.html).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quotas {
    /// Those of us-east-1.
    UsEast1,
    /// Those of eu-central-1.
    EuCentral1,
}

impl Quotas {
    /// The regions that have quotas here.
    pub const REGIONS: [&str; 2] = ["us-east-1", "eu-central-1"];

    /// Returns the quotas of a region, or `None` for a region that is not in [`REGIONS`](Self::REGIONS).
    #[must_use]
    pub fn of_region(region: &str) -> Option<Self> {
        match region {
            "us-east-1" => Some(Self::UsEast1),
            "eu-central-1" => Some(Self::EuCentral1),
            _ => None,
        }
    }

    /// The calls a second that a quota allows in this region.
    fn calls(self, quota: Quota) -> u32 {
        match self {
            Self::UsEast1 => quota.us_east_1,
            Self::EuCentral1 => quota.eu_central_1,
        }
    }
}

/// The number of buckets above which full ones are dropped.
const BUCKETS: usize = 10_000;

/// The connects a second of the sessions of a user, in every region.
const CONNECTS: u32 = 1;

const SECOND: u128 = 1_000_000_000;

/// A bucket of tokens for each operation and each bearer or channel. It holds a second's worth and refills at the
/// quota's rate.
#[derive(Debug)]
pub(crate) struct Throttle {
    quotas: Quotas,
    /// The hash of the counted name is the key, so that long names cannot fill the memory. The hash of what is counted
    /// stands for it, so that nobody's long names fill the memory.
    full_at: Mutex<HashMap<u64, u128>>,
}

impl Throttle {
    pub(crate) fn new(quotas: Quotas) -> Self {
        Self { quotas, full_at: Mutex::default() }
    }

    /// Counts a call of an operation, and refuses it if it is one too many. `path` is the request's.
    pub(crate) fn check(
        &self,
        Metadata { name: operation, quota, .. }: &Metadata,
        bearer: &str,
        path: &str,
        now: SystemTime,
    ) -> Result<(), Refusal> {
        let (counted, what) = match quota.per {
            Per::Bearer => (bearer, "app instance user"),
            Per::Channel => (channel_segment(path), "channel"),
            // The service serves one account.
            _ => ("", "account"),
        };
        let calls = self.quotas.calls(*quota);
        let mut hasher = DefaultHasher::new();
        (operation, counted).hash(&mut hasher);
        if self.take(hasher.finish(), calls, now) {
            return Ok(());
        }
        let message = format!("Rate exceeded: {operation} allows {calls} calls a second for each {what}");
        Err(Refusal::new(Exception::ThrottledClientException, message))
    }

    /// Counts a connect of a user's session, and returns whether it is not one too many.
    pub(crate) fn is_connect_allowed(&self, user: &str, now: SystemTime) -> bool {
        let mut hasher = DefaultHasher::new();
        ("Connect", user).hash(&mut hasher);
        self.take(hasher.finish(), CONNECTS, now)
    }

    /// Takes a token out of a bucket that refills at `calls` a second, if it has one.
    fn take(&self, bucket: u64, calls: u32, now: SystemTime) -> bool {
        // A clock before 1970 counts as 1970.
        let now = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if full_at.len() >= BUCKETS {
            full_at.retain(|_, full_at| *full_at > now);
            // So many within a second, or a clock that stands still.
            if full_at.len() > BUCKETS / 2 {
                full_at.clear();
            }
        }
        let token = SECOND / u128::from(calls);
        // An empty bucket is full in a second, whatever a clock that was put back makes of it.
        let full = full_at.get(&bucket).map_or(now, |full| (*full).clamp(now, now + SECOND));
        let enough = full + token <= now + SECOND;
        full_at.insert(bucket, if enough { full + token } else { full });
        enough
    }
}

/// The segment after `/channels/`, as it is written.
fn channel_segment(path: &str) -> &str {
    let rest = path.strip_prefix("/channels/").unwrap_or_default();
    rest.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chime_types::operation::Operation;
    use chime_types::operations::{ALL, DescribeChannelMembershipForAppInstanceUser};

    use super::*;

    /// An operation of which each bearer has 10 calls a second in us-east-1 and 5 in eu-central-1.
    const DESCRIBE: Metadata = DescribeChannelMembershipForAppInstanceUser::METADATA;

    fn at(milliseconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_hours(24) + Duration::from_millis(milliseconds)
    }

    /// Returns how many of a hundred calls pass.
    fn passed(throttle: &Throttle, operation: &Metadata, bearer: &str, path: &str, now: SystemTime) -> u32 {
        (0..100).map(|_| u32::from(throttle.check(operation, bearer, path, now).is_ok())).sum()
    }

    #[test]
    fn every_operation_is_throttled_at_its_quota() {
        for operation in ALL {
            let Quota { us_east_1, eu_central_1, per } = operation.quota;
            for (quotas, expected) in [(Quotas::UsEast1, us_east_1), (Quotas::EuCentral1, eu_central_1)] {
                let throttle = Throttle::new(quotas);
                let passed = |bearer, path| passed(&throttle, operation, bearer, path, at(0));
                assert_eq!(passed("alice", "/channels/c/x"), expected, "{operation:?} {quotas:?}");
                // Another bearer in the same channel, the same bearer in another channel.
                let (bearer, channel) = match per {
                    Per::Bearer => (expected, 0),
                    Per::Channel => (0, expected),
                    _ => (0, 0),
                };
                assert_eq!(passed("bob", "/channels/c"), bearer, "{operation:?} {quotas:?}");
                assert_eq!(passed("alice", "/channels/d"), channel, "{operation:?} {quotas:?}");
                // Another operation has a separate quota.
                let other = ALL.iter().find(|other| other.name != operation.name).unwrap();
                assert!(throttle.check(other, "alice", "/channels/c", at(0)).is_ok());
            }
        }
    }

    #[test]
    fn a_bucket_refills_at_the_quotas_rate_up_to_a_seconds_worth() {
        let throttle = Throttle::new(Quotas::UsEast1);
        let passed = |milliseconds| passed(&throttle, &DESCRIBE, "alice", "/", at(milliseconds));
        let steps = [(0, 10), (50, 0), (100, 1), (350, 2), (400, 1), (1400, 10), (60_000, 10)];
        for (milliseconds, expected) in steps {
            assert_eq!(passed(milliseconds), expected, "after {milliseconds} ms");
        }
        // A clock that is put back takes a second at most to be trusted again.
        assert_eq!((passed(10_000), passed(11_000)), (0, 10));
    }

    #[test]
    fn a_throttled_call_is_refused_with_its_quota() {
        let throttle = Throttle::new(Quotas::EuCentral1);
        let error = (0..6).find_map(|_| throttle.check(&DESCRIBE, "alice", "/", at(0)).err()).unwrap();
        assert_eq!(
            error.into_error(None).to_string(),
            "ThrottledClientException: Rate exceeded: DescribeChannelMembershipForAppInstanceUser allows 5 calls a second for each app instance user \
             (status 429)"
        );
    }

    #[test]
    fn buckets_that_are_full_are_forgotten_and_never_more_than_a_number_kept() {
        let throttle = Throttle::new(Quotas::UsEast1);
        for bearer in 0..3 * BUCKETS {
            throttle.check(&DESCRIBE, &bearer.to_string(), "/", at(0)).unwrap();
            assert!(throttle.full_at.lock().unwrap().len() <= BUCKETS);
        }
        // Buckets that are not full are kept up to a limit.
        let throttle = Throttle::new(Quotas::UsEast1);
        for bearer in 0..BUCKETS - 1 {
            throttle.check(&DESCRIBE, &bearer.to_string(), "/", at(0)).unwrap();
        }
        assert_eq!(passed(&throttle, &DESCRIBE, "alice", "/", at(1000)), 10);
        throttle.check(&DESCRIBE, "bob", "/", at(1000)).unwrap();
        assert_eq!(throttle.full_at.lock().unwrap().len(), 2);
        assert_eq!(passed(&throttle, &DESCRIBE, "alice", "/", at(1000)), 0);
    }
}
