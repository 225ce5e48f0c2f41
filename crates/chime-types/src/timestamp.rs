//! Points in time, as the service writes them.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_smithy_types::DateTime;
use aws_smithy_types::date_time::Format;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::InvalidValue;
use crate::operation::member::{Kind, Member};
use crate::parameter::{FromText, IntoParameter, Parameter, itself};
use crate::quoted::Quoted;

/// A point in time, exact to the microsecond.
///
/// ```
#[doc = import!("Timestamp")]
///
/// let read: Timestamp = serde_json::from_str("1.610051741085E9")?;
/// assert_eq!(read, "2021-01-07T20:35:41.085Z".parse().unwrap());
/// assert_eq!(serde_json::to_string(&read)?, "1610051741.085");
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// In JSON it is a number of seconds since 1970, as in the service's bodies; a whole, a fractional and an
/// exponent form are read, and the ISO-8601 text that stream and real-time payloads carry. `Display` is
/// ISO-8601 in UTC. What is finer than a microsecond is cut off in a text and rounded in a number.
///
/// It wraps the SDKs' [`DateTime`] and converts both ways. Microseconds survive the JSON number between
/// the years 1700 and 2242, where a double still tells them apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(DateTime);

const MICROS: i64 = 1_000_000;

const EXPECTED: &str = "expected ISO-8601 such as 2021-01-07T20:35:41.085Z";

/// 0001-01-01 to 9999-12-31, what ISO-8601 with four-digit years can write.
const SECONDS: std::ops::Range<i64> = -62_135_596_800..253_402_300_800;

impl Timestamp {
    /// The name of the type to a serializer.
    pub(crate) const NAME: &'static str = "Timestamp";

    /// Returns the time a number of microseconds after 1970-01-01T00:00:00Z, or before it if negative.
    #[must_use]
    pub fn from_epoch_micros(micros: i64) -> Self {
        let nanos = u32::try_from(micros.rem_euclid(MICROS) * 1000).unwrap_or_default();
        Self(DateTime::from_secs_and_nanos(micros.div_euclid(MICROS), nanos))
    }

    /// Reads the seconds that a timestamp serializes as.
    pub(crate) fn from_seconds<T: ?Sized + Serialize>(seconds: &T) -> Result<Self, serde_json::Error> {
        serde_json::from_value(serde_json::to_value(seconds)?)
    }

    /// Returns ISO-8601 in UTC with exactly three digits after the second, as events have it. Finer parts are cut off.
    pub(crate) fn to_millis_text(self) -> Result<String, InvalidValue> {
        self.check(&Member::body(""))?;
        let seconds = Self(DateTime::from_secs(self.0.secs())).to_string();
        let millis = self.0.subsec_nanos() / 1_000_000;
        Ok(format!("{}.{millis:03}Z", seconds.trim_end_matches('Z')))
    }

    /// Returns the number of microseconds since 1970-01-01T00:00:00Z, saturated beyond the years ±290,000.
    #[must_use]
    pub fn as_epoch_micros(self) -> i64 {
        let micros =
            i128::from(self.0.secs()) * i128::from(MICROS) + i128::from(self.0.subsec_nanos() / 1000);
        i64::try_from(micros).unwrap_or(if micros < 0 { i64::MIN } else { i64::MAX })
    }
}

impl From<DateTime> for Timestamp {
    fn from(time: DateTime) -> Self {
        Self(DateTime::from_secs_and_nanos(time.secs(), time.subsec_nanos() / 1000 * 1000))
    }
}

impl From<Timestamp> for DateTime {
    fn from(time: Timestamp) -> Self {
        time.0
    }
}

impl From<SystemTime> for Timestamp {
    /// Cuts off what is finer than a microsecond, and saturates at the ends of the range.
    fn from(time: SystemTime) -> Self {
        Self::from_epoch_micros(match time.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_micros()).unwrap_or(i64::MAX),
            Err(before) => {
                // A part of a microsecond before 1970 is cut off towards the past, as it is after 1970.
                let micros = before.duration().as_nanos().div_ceil(1000);
                i128::try_from(micros).ok().and_then(|micros| i64::try_from(-micros).ok()).unwrap_or(i64::MIN)
            }
        })
    }
}

impl TryFrom<Timestamp> for SystemTime {
    type Error = InvalidValue;

    /// Fails for a time that the system's clock cannot hold.
    fn try_from(time: Timestamp) -> Result<Self, InvalidValue> {
        let micros = time.as_epoch_micros();
        let distance = Duration::from_micros(micros.unsigned_abs());
        let found =
            if micros < 0 { UNIX_EPOCH.checked_sub(distance) } else { UNIX_EPOCH.checked_add(distance) };
        found.ok_or_else(|| InvalidValue::new(format!("{time} is out of range of the system's clock")))
    }
}

impl Parameter for Timestamp {
    const KIND: Kind = Kind::Time;

    /// A time outside these years has no ISO-8601 form to travel in. Text that is not a time is such a time.
    fn check(&self, _: &Member) -> Result<(), InvalidValue> {
        if SECONDS.contains(&self.0.secs()) {
            return Ok(());
        }
        Err(InvalidValue::new(format!("it is not a time between the years 1 and 9999; {EXPECTED}")))
    }
}

impl FromText for Timestamp {
    fn from_text(text: String) -> Self {
        text.parse().unwrap_or(Self(DateTime::from_secs(i64::MIN)))
    }
}

itself!(Timestamp);

#[diagnostic::do_not_recommend]
impl<Name> IntoParameter<Timestamp, Name> for SystemTime {
    fn into_parameter(self) -> Timestamp {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<Name> IntoParameter<Timestamp, Name> for DateTime {
    fn into_parameter(self) -> Timestamp {
        self.into()
    }
}

impl FromStr for Timestamp {
    type Err = InvalidValue;

    fn from_str(text: &str) -> Result<Self, InvalidValue> {
        let time = DateTime::from_str(text, Format::DateTimeWithOffset).ok();
        // The offset may lead out of the years that can be written.
        time.filter(|time| SECONDS.contains(&time.secs()))
            .map(Self::from)
            .ok_or_else(|| InvalidValue::new(format!("{:?} is not a time; {EXPECTED}", Quoted(text))))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.fmt(Format::DateTime) {
            Ok(text) => f.write_str(&text),
            // Outside the years that ISO-8601 can write.
            Err(_) => write!(f, "{} s after 1970", self.0.secs()),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // Named, so that a request can write it as text where it travels outside the body.
        if self.0.subsec_nanos() == 0 {
            return serializer.serialize_newtype_struct(Self::NAME, &self.0.secs());
        }
        // Both numbers are below 2^53, so the quotient is the double nearest to the decimal, and its
        // shortest form is that decimal.
        #[allow(clippy::cast_precision_loss, reason = "exact below 2^53 microseconds, the year 2255")]
        let mut seconds = self.as_epoch_micros() as f64 / MICROS as f64;
        #[allow(clippy::cast_precision_loss, reason = "the limit is below 2^53")]
        let end = SECONDS.end as f64;
        // The last microseconds of the year 9999 are nearest to the year 10000, which is not read.
        if SECONDS.contains(&self.0.secs()) && seconds >= end {
            seconds = end.next_down();
        }
        serializer.serialize_newtype_struct(Self::NAME, &seconds)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Visitor)
    }
}

struct Visitor;

impl<'de> serde::de::Visitor<'de> for Visitor {
    type Value = Timestamp;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("seconds since 1970 between the years 1 and 9999, or an ISO-8601 text")
    }

    fn visit_i64<E: serde::de::Error>(self, secs: i64) -> Result<Timestamp, E> {
        if !SECONDS.contains(&secs) {
            return Err(E::invalid_value(serde::de::Unexpected::Signed(secs), &self));
        }
        Ok(Timestamp(DateTime::from_secs(secs)))
    }

    fn visit_u64<E: serde::de::Error>(self, secs: u64) -> Result<Timestamp, E> {
        self.visit_i64(i64::try_from(secs).unwrap_or(i64::MAX))
    }

    fn visit_f64<E: serde::de::Error>(self, number: f64) -> Result<Timestamp, E> {
        let whole = number.floor();
        #[allow(clippy::cast_precision_loss, reason = "the limits are below 2^53")]
        if !(SECONDS.start as f64..SECONDS.end as f64).contains(&number) {
            return Err(E::invalid_value(serde::de::Unexpected::Float(number), &self));
        }
        // The fraction is taken apart first: it is exact, where a product of the whole would not be.
        #[allow(clippy::cast_possible_truncation, reason = "within the limits just checked")]
        let (secs, micros) = (whole as i64, ((number - whole) * 1e6).round() as i64);
        Ok(Timestamp::from_epoch_micros(secs * MICROS + micros))
    }

    /// Reads the form of a number if another crate of the program turned `serde_json/arbitrary_precision` on.
    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Timestamp, A::Error> {
        let number = serde_json::Number::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        match (number.as_i64(), number.as_f64()) {
            (Some(secs), _) => self.visit_i64(secs),
            (None, Some(secs)) => self.visit_f64(secs),
            (None, None) => Err(serde::de::Error::invalid_type(serde::de::Unexpected::Map, &self)),
        }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Timestamp, E> {
        text.parse().map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_form_is_read_and_the_services_form_is_written() {
        let cases = [
            ("0", 0, "0"),
            ("1610051741", 1_610_051_741_000_000, "1610051741"),
            ("1610051741.0", 1_610_051_741_000_000, "1610051741"),
            ("1610051741.085", 1_610_051_741_085_000, "1610051741.085"),
            ("1.610051741085E9", 1_610_051_741_085_000, "1610051741.085"),
            ("1.610051741085123e+9", 1_610_051_741_085_123, "1610051741.085123"),
            ("1610051741.9999999", 1_610_051_742_000_000, "1610051742"),
            ("1610051741.0851239", 1_610_051_741_085_124, "1610051741.085124"),
            ("-0.5", -500_000, "-0.5"),
            ("-1610051741.085", -1_610_051_741_085_000, "-1610051741.085"),
            ("4294967295.999999", 4_294_967_295_999_999, "4294967295.999999"),
            ("\"2021-01-07T20:35:41.085Z\"", 1_610_051_741_085_000, "1610051741.085"),
            ("\"2021-01-07T20:35:41Z\"", 1_610_051_741_000_000, "1610051741"),
            ("\"2021-01-07T21:35:41.085123999+01:00\"", 1_610_051_741_085_123, "1610051741.085123"),
        ];
        for (json, micros, written) in cases {
            let time: Timestamp = serde_json::from_str(json).expect(json);
            assert_eq!(time.as_epoch_micros(), micros, "{json}");
            assert_eq!(serde_json::to_string(&time).expect(json), written, "{json}");
        }
    }

    #[test]
    fn the_last_time_that_is_read_can_be_read_again() {
        let last: Timestamp = "9999-12-31T23:59:59.999999Z".parse().unwrap();
        let json = serde_json::to_string(&last).unwrap();
        assert_eq!(json, "253402300799.99997");
        let again: Timestamp = serde_json::from_str(&json).unwrap();
        assert_eq!(again.to_string(), "9999-12-31T23:59:59.999969Z");
    }

    #[test]
    fn the_ends_of_the_range_saturate() {
        for micros in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX] {
            assert_eq!(Timestamp::from_epoch_micros(micros).as_epoch_micros(), micros);
        }
        for (secs, micros) in [(i64::MIN, i64::MIN), (i64::MAX, i64::MAX)] {
            assert_eq!(Timestamp::from(DateTime::from_secs(secs)).as_epoch_micros(), micros);
        }
        assert_eq!(format!("{:?}", Timestamp::from_epoch_micros(0)), "Timestamp(1970-01-01T00:00:00Z)");
        assert_eq!(Timestamp::from_epoch_micros(i64::MIN).to_string(), "-9223372036855 s after 1970");
    }

    #[test]
    fn a_text_or_number_that_is_not_a_time_is_refused() {
        for json in [
            "true",
            "null",
            "\"yesterday\"",
            "\"9999-12-31T23:59:59-01:00\"",
            "\"0001-01-01T00:00:00+01:00\"",
            "\"\"",
            "1e300",
            "-1e300",
            "18446744073709551615",
            "[]",
        ] {
            assert!(serde_json::from_str::<Timestamp>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn system_times_are_cut_to_the_microsecond_towards_the_past() {
        let cases = [
            (0, 0),
            (999, 0),
            (1_000, 1),
            (1_999, 1),
            (1_610_051_741_085_123_999, 1_610_051_741_085_123),
            (-1, -1),
            (-999, -1),
            (-1_000, -1),
            (-1_001, -2),
            (-1_610_051_741_085_123_001, -1_610_051_741_085_124),
        ];
        for (nanos, micros) in cases {
            let distance = Duration::from_nanos(i64::unsigned_abs(nanos));
            let time = if nanos < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance };
            assert_eq!(Timestamp::from(time).as_epoch_micros(), micros, "{nanos} ns");
            // As the same time is cut in a text or in another SDK's type.
            assert_eq!(Timestamp::from(DateTime::from(time)).as_epoch_micros(), micros, "{nanos} ns");
        }
    }

    #[test]
    fn timestamps_become_system_times_and_back() {
        let day = 86_400 * MICROS;
        for micros in [i64::MIN, i64::MIN + 1, -day - 1, -1, 0, 1, day + 1, i64::MAX - 1, i64::MAX] {
            let timestamp = Timestamp::from_epoch_micros(micros);
            let time = SystemTime::try_from(timestamp).unwrap();
            let distance = Duration::from_micros(micros.unsigned_abs());
            let expected = if micros < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance };
            assert_eq!(time, expected, "{micros}");
            assert_eq!(Timestamp::from(time), timestamp, "{micros}");
        }
    }

    #[test]
    fn system_times_beyond_the_range_saturate() {
        let beyond = Duration::from_secs(i64::MAX.unsigned_abs());
        let later = UNIX_EPOCH.checked_add(beyond).unwrap();
        assert_eq!(Timestamp::from(later).as_epoch_micros(), i64::MAX);
        let earlier = UNIX_EPOCH.checked_sub(beyond).unwrap();
        assert_eq!(Timestamp::from(earlier).as_epoch_micros(), i64::MIN);
    }
}
