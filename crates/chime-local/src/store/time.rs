//! Times as the database has them.

use std::fmt;
use std::time::Duration;

use chime_types::Timestamp;
use chime_types::builder::IntoParameter;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The year 9999, in microseconds: a seed has only times before it.
const TOO_LATE: i64 = 253_370_764_800_000_000;

/// The last time that a clock may show when the service starts, in milliseconds: the end of the year 9997. Writes then
/// stay before the year 9999, so that an export is a seed.
const LATEST_CLOCK: i64 = 253_339_228_799_999;

/// The last time of a write, in milliseconds: the end of the year 9999, the last that can be written.
pub(super) const LATEST_MILLIS: i64 = 253_402_300_799_999;

/// The first time of a write, in milliseconds: the start of the year 1, the first that can be written.
pub(super) const EARLIEST_MILLIS: i64 = -62_135_596_800_000;

/// A time as the database has it: text, to the millisecond, that sorts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(Timestamp);

impl Time {
    /// The first millisecond that is not before a time.
    pub(crate) fn not_before(time: Timestamp) -> Self {
        let started = i64::from(time.as_epoch_micros().rem_euclid(1000) > 0);
        Self::from_millis(Self::from(time).as_millis() + started)
    }

    /// The time that many milliseconds after the start of 1970.
    pub(crate) fn from_millis(millis: i64) -> Self {
        Self(Timestamp::from_epoch_micros(millis.saturating_mul(1000)))
    }

    /// The time that much later, but not after the last one that can be written.
    pub(crate) fn after(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.as_millis().saturating_add(millis).min(LATEST_MILLIS))
    }

    /// The time that much earlier, but not before the first one that can be written.
    pub(crate) fn before(self, duration: Duration) -> Self {
        let millis = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
        Self::from_millis(self.as_millis().saturating_sub(millis).max(EARLIEST_MILLIS))
    }

    /// The time that many days later.
    pub(crate) fn after_days(self, days: i32) -> Self {
        self.after(days_long(days))
    }

    /// The time that many days earlier.
    pub(crate) fn before_days(self, days: i32) -> Self {
        self.before(days_long(days))
    }

    /// Whether a clock may show a time when the service starts.
    pub(crate) fn is_for_a_clock(time: Timestamp) -> bool {
        (EARLIEST_MILLIS..=LATEST_CLOCK).contains(&Self::from(time).as_millis())
    }

    /// The milliseconds since the start of 1970.
    pub(crate) fn as_millis(self) -> i64 {
        self.0.as_epoch_micros().div_euclid(1000)
    }
}

fn days_long(days: i32) -> Duration {
    Duration::from_hours(24).saturating_mul(u32::try_from(days).unwrap_or_default())
}

impl From<Timestamp> for Time {
    /// Cuts off what is finer than a millisecond.
    fn from(time: Timestamp) -> Self {
        Self::from_millis(time.as_epoch_micros().div_euclid(1000))
    }
}

impl From<Time> for Timestamp {
    fn from(time: Time) -> Self {
        time.0
    }
}

/// An answer's setters take it as it is.
impl<Name> IntoParameter<Timestamp, Name> for Time {
    fn into_parameter(self) -> Timestamp {
        self.0
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        let text = text.trim_end_matches('Z');
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
        write!(f, "{seconds}.{fraction:0<3.3}Z")
    }
}

impl ToSql for Time {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.to_string().into())
    }
}

impl FromSql for Time {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(|error| FromSqlError::Other(Box::new(error)))
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let time: Timestamp = text.parse().map_err(serde::de::Error::custom)?;
        // Every write is later than the latest time that the database has, and the year 10000 cannot be written.
        if time.as_epoch_micros() >= TOO_LATE {
            let reason = format!("{text:?} is too late; expected a time before the year 9999");
            return Err(serde::de::Error::custom(reason));
        }
        Ok(time.into())
    }
}
