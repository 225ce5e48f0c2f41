//! Failures on demand.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chime_types::operation::Operation;
use chime_types::{Exception, OneLine};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::catalog::OPERATIONS;
use crate::refusal::Refusal;

/// Something that goes wrong because it was asked for: what, with which operation, and how often.
///
/// ```
/// use std::time::Duration;
/// use chime_local::Fault;
/// use chime_types::DescribeChannelMembershipForAppInstanceUser;
///
/// // Every call is answered with it.
/// let always = Fault::exception("ServiceFailureException");
/// // The next two calls of that operation lose their connection.
/// let twice = Fault::drop_connection().on::<DescribeChannelMembershipForAppInstanceUser>().times(2);
/// assert_eq!("DescribeChannelMembershipForAppInstanceUser=drop:2".parse(), Ok(twice));
/// // One call in ten, always the same ones, is answered a quarter of a second late.
/// let rarely = Fault::delay(Duration::from_millis(250)).rate(0.1, 7);
/// assert_eq!("delay(250ms)@0.1#7".parse(), Ok(rarely));
///
/// let refused = "Throttled".parse::<Fault>().unwrap_err().to_string();
/// assert!(refused.contains("ThrottledClientException"));
/// # assert_eq!("ServiceFailureException".parse(), Ok(always));
/// ```
///
/// As text it is `[OPERATION=]KIND[:COUNT|@RATE[#SEED]]`; KIND is an exception's name, `drop` or `delay(250ms)`,
/// in `ms` or `s`. COUNT is from 1, RATE from 0 to 1, SEED a whole number, 0 where none is given. As JSON it is
/// an object with `kind` (the name, `drop` or `delay`), `milliseconds` where it is a delay, and perhaps
/// `operation`, `count`, `rate` and `seed`; [`list_from_json`](Self::list_from_json) reads an array of them and
/// `Serialize` writes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    kind: FaultKind,
    operation: Option<&'static str>,
    often: Often,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The call is answered with an exception.
    Exception(Exception),
    /// The connection is closed without an answer.
    Drop,
    /// The answer comes later.
    Delay(Duration),
}

/// How often it goes wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Often {
    Always,
    Times(u32),
    Rate { rate: f64, seed: u64 },
}

/// What IAM and AWS' front door answer, beside the exceptions that the service documents.
const FRONT_DOOR: &[&str] = &["AccessDeniedException", "ExpiredTokenException", "InvalidSignatureException"];

impl Fault {
    /// Calls are answered with an exception instead of what they ask for, and change nothing.
    ///
    /// One that the service does not document is answered as AWS' front door answers, with status 403.
    pub fn exception(exception: impl Into<Exception>) -> Self {
        Self::always(FaultKind::Exception(exception.into()))
    }

    /// Calls find their connection closed without an answer, and change nothing.
    #[must_use]
    pub fn drop_connection() -> Self {
        Self::always(FaultKind::Drop)
    }

    /// Calls are carried out and answered that much later.
    ///
    /// Longer than the client's patience, it is a call that had its effect and brought no answer.
    #[must_use]
    pub fn delay(by: Duration) -> Self {
        Self::always(FaultKind::Delay(by))
    }

    fn always(kind: FaultKind) -> Self {
        Self { kind, operation: None, often: Often::Always }
    }

    /// Limits it to one operation; calls of others pass it by.
    #[must_use]
    pub fn on<O: Operation>(mut self) -> Self {
        self.operation = Some(O::METADATA.name);
        self
    }

    /// Limits it to that many calls; it is gone afterwards.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.often = Often::Times(count);
        self
    }

    /// Limits it to a share of the calls, from 0 (none) to 1 (all). Which ones, the seed decides: the same seed
    /// strikes the same calls, counted from when the fault was set.
    #[must_use]
    pub fn rate(mut self, rate: f64, seed: u64) -> Self {
        self.often = Often::Rate { rate, seed };
        self
    }

    /// The faults of a JSON array, in their order.
    ///
    /// ```
    /// use chime_local::Fault;
    ///
    /// let faults = Fault::list_from_json(br#"[{"kind": "delay", "milliseconds": 250, "rate": 0.1, "seed": 7}]"#)?;
    /// assert_eq!(faults, ["delay(250ms)@0.1#7".parse()?]);
    /// let refused = Fault::list_from_json(br#"[{"kind": "drop", "count": 0}]"#).unwrap_err().to_string();
    /// assert_eq!(refused, "entry 1: count: 0 is none; expected a whole number from 1, such as 2");
    /// # Ok::<(), chime_local::InvalidFault>(())
    /// ```
    ///
    /// # Errors
    /// The first entry, counted from 1, and its member that is wrong, and what would be right.
    pub fn list_from_json(json: &[u8]) -> Result<Vec<Self>, InvalidFault> {
        const EXPECTED: &str =
            r#"expected an array such as [{"kind": "ThrottledClientException", "count": 2}]"#;
        let value = serde_json::from_slice(json)
            .map_err(|error| InvalidFault(format!("this is no JSON ({error}); {EXPECTED}")))?;
        let Value::Array(entries) = value else {
            return Err(InvalidFault(format!("this is no array; {EXPECTED}")));
        };
        let read = |(at, entry): (usize, &Value)| {
            match entry {
                Value::Object(members) => Self::from_members(members),
                _ => Err(r#"it is no object; expected one such as {"kind": "drop", "count": 1}"#.to_owned()),
            }
            .map_err(|reason| InvalidFault(format!("entry {}: {reason}", at + 1)))
        };
        entries.iter().enumerate().map(read).collect()
    }

    fn from_members(members: &Map<String, Value>) -> Result<Self, String> {
        const MEMBERS: [&str; 6] = ["kind", "milliseconds", "operation", "count", "rate", "seed"];
        if let Some(name) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(format!("{name:?} is no member of a fault; expected {}", MEMBERS.join(", ")));
        }
        let kind =
            members.get("kind").ok_or_else(|| format!("kind: it is missing; {}", expected_kind("delay")))?;
        let milliseconds = members.get("milliseconds");
        let kind = match (kind.as_str(), milliseconds) {
            (Some("delay"), milliseconds) => {
                let expected = "milliseconds: a delay needs it, a whole number such as 250";
                FaultKind::Delay(Duration::from_millis(milliseconds.and_then(Value::as_u64).ok_or(expected)?))
            }
            (_, Some(_)) => return Err("milliseconds: only a delay has it".to_owned()),
            (Some("drop"), None) => FaultKind::Drop,
            (Some(name), None) => {
                FaultKind::Exception(exception(name, "delay").map_err(|e| format!("kind: {e}"))?)
            }
            (None, None) => return Err(format!("kind: {kind} is no text; {}", expected_kind("delay"))),
        };
        let operation = match members.get("operation") {
            None => None,
            Some(Value::String(name)) => {
                Some(operation(name).map_err(|error| format!("operation: {error}"))?)
            }
            Some(other) => {
                return Err(format!("operation: {other} is no text; expected an operation's name"));
            }
        };
        let often = match (members.get("count"), members.get("rate"), members.get("seed")) {
            (Some(_), Some(_), _) => return Err("count and rate: expected one of the two".to_owned()),
            (_, None, Some(_)) => return Err("seed: only a rate has it".to_owned()),
            (None, None, None) => Often::Always,
            (Some(count), None, None) => {
                let number =
                    count.as_u64().and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
                Often::Times(number.ok_or_else(|| format!("count: {count} is none; {EXPECTED_COUNT}"))?)
            }
            (None, Some(rate), seed) => {
                let number = rate.as_f64().filter(|rate| (0.0..=1.0).contains(rate));
                let rate = number.ok_or_else(|| format!("rate: {rate} is none; {EXPECTED_RATE}"))?;
                let seed = seed.map_or(Ok(0), |seed| {
                    seed.as_u64().ok_or_else(|| format!("seed: {seed} is none; {EXPECTED_SEED}"))
                })?;
                Often::Rate { rate, seed }
            }
        };
        Ok(Self { kind, operation, often })
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let (operation, text) = match text.split_once('=') {
            Some((name, rest)) => (Some(operation(name)?), rest),
            None => (None, text),
        };
        let (kind, often) = if let Some((kind, rate)) = text.split_once('@') {
            let (rate, seed) = rate.split_once('#').unwrap_or((rate, "0"));
            let number = rate.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
            let rate = number.ok_or_else(|| format!("{rate:?} is no rate; {EXPECTED_RATE}"))?;
            let seed = seed.parse().map_err(|_| format!("{seed:?} is no seed; {EXPECTED_SEED}"))?;
            (kind, Often::Rate { rate, seed })
        } else if let Some((kind, count)) = text.split_once(':') {
            let number = count.parse().ok().filter(|count| *count > 0);
            (kind, Often::Times(number.ok_or_else(|| format!("{count:?} is no count; {EXPECTED_COUNT}"))?))
        } else {
            (text, Often::Always)
        };
        let kind = if kind == "drop" {
            FaultKind::Drop
        } else if let Some(time) = kind.strip_prefix("delay") {
            let time = time.strip_prefix('(').and_then(|time| time.strip_suffix(')')).unwrap_or(time);
            let by = milliseconds(time).ok_or_else(|| {
                format!("{time:?} is no delay; expected one such as delay(250ms) or delay(2s)")
            })?;
            FaultKind::Delay(Duration::from_millis(by))
        } else {
            FaultKind::Exception(exception(kind, "delay(250ms)")?)
        };
        Ok(Self { kind, operation, often })
    }
}

/// `250ms` or `2s`.
fn milliseconds(text: &str) -> Option<u64> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s')?, 1000),
    };
    // `parse` would take a sign.
    number.bytes().all(|byte| byte.is_ascii_digit()).then_some(number)?.parse::<u64>().ok()?.checked_mul(unit)
}

const EXPECTED_COUNT: &str = "expected a whole number from 1, such as 2";
const EXPECTED_RATE: &str = "expected a number from 0 to 1, such as 0.1";
const EXPECTED_SEED: &str = "expected a whole number, such as 7";

fn exception(name: &str, delay: &str) -> Result<Exception, String> {
    if Exception::NAMED.contains(&name) || FRONT_DOOR.contains(&name) {
        return Ok(name.into());
    }
    Err(format!("{name:?} is no kind; {}", expected_kind(delay)))
}

fn expected_kind(delay: &str) -> String {
    let names: Vec<_> = Exception::NAMED.iter().chain(FRONT_DOOR).copied().collect();
    format!("expected drop, {delay} or one of the exceptions {}", names.join(", "))
}

fn operation(name: &str) -> Result<&'static str, String> {
    let mut known = OPERATIONS.iter().map(|operation| operation.name);
    known.find(|known| *known == name).ok_or_else(|| {
        let mut closest: Vec<_> = OPERATIONS.iter().map(|operation| operation.name).collect();
        // What is longer is near none of them, and would take long to compare.
        let name_start: String = name.to_lowercase().chars().take(100).collect();
        closest.sort_by_cached_key(|known| distance(&known.to_lowercase(), &name_start));
        closest.truncate(3);
        format!("{name:?} is no operation; the nearest names are {}", closest.join(", "))
    })
}

/// How many letters must be put in, taken out or exchanged to make one text of the other.
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut next = vec![at + 1];
        for ((above, left_above), same) in
            row.iter().skip(1).zip(&row).zip(other.chars().map(|other| other == letter))
        {
            let left = next.last().copied().unwrap_or_default();
            next.push((above + 1).min(left + 1).min(left_above + usize::from(!same)));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        Self::from_text(text).map_err(|reason| {
            InvalidFault(format!(
                "{text:?} is not a fault: {reason}. It is [OPERATION=]KIND[:COUNT|@RATE[#SEED]], such as \
                 ThrottledClientException:2"
            ))
        })
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.kind {
            FaultKind::Exception(exception) => map.serialize_entry("kind", exception)?,
            FaultKind::Drop => map.serialize_entry("kind", "drop")?,
            FaultKind::Delay(by) => {
                map.serialize_entry("kind", "delay")?;
                map.serialize_entry("milliseconds", &u64::try_from(by.as_millis()).unwrap_or(u64::MAX))?;
            }
        }
        if let Some(operation) = self.operation {
            map.serialize_entry("operation", operation)?;
        }
        match self.often {
            Often::Always => {}
            Often::Times(count) => map.serialize_entry("count", &count)?,
            Often::Rate { rate, seed } => {
                map.serialize_entry("rate", &rate)?;
                map.serialize_entry("seed", &seed)?;
            }
        }
        map.end()
    }
}

/// A text that describes no fault; `Display` says on one line what is wrong with it and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidFault(String);

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(&self.0).fmt(f)
    }
}

impl std::error::Error for InvalidFault {}

/// The answer to a call that meets a fault: the service's own exception, or else the front door's.
pub(crate) fn fault(exception: Exception) -> Refusal {
    let message = "This fault was asked for";
    match exception.status() {
        Some(_) => Refusal::new(exception, message),
        None => Refusal::by_front_door(exception.as_str(), message),
    }
}

/// The faults that are still to come, in order.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<Vec<Pending>>);

/// A fault and where its random sequence stands.
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
    pub(crate) fn add(&self, fault: Fault) {
        self.lock().push(fault.into());
    }

    /// These and no others.
    pub(crate) fn set(&self, faults: Vec<Fault>) {
        *self.lock() = faults.into_iter().map(Pending::from).collect();
    }

    /// Those that are still to come, with the counts that are left.
    pub(crate) fn list(&self) -> Vec<Fault> {
        self.lock().iter().map(|pending| pending.fault.clone()).collect()
    }

    /// What the next call of an operation meets: the first fault that is for it and whose turn it is.
    pub(crate) fn next(&self, operation: &str) -> Option<FaultKind> {
        self.lock().iter_mut().find_map(|Pending { fault, random }| {
            if fault.operation.is_some_and(|only| only != operation) {
                return None;
            }
            match &mut fault.often {
                Often::Always => {}
                Often::Times(count) => *count = count.checked_sub(1)?,
                Often::Rate { rate, .. } if fraction(random) < *rate => {}
                Often::Rate { .. } => return None,
            }
            Some(fault.kind.clone())
        })
    }

    /// The faults, without those that are used up.
    fn lock(&self) -> MutexGuard<'_, Vec<Pending>> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
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

    #[test]
    fn a_fault_is_read_from_text_and_from_json_and_written_as_json() {
        let throttled = || Fault::exception("ThrottledClientException");
        let delay = |milliseconds| Fault::delay(Duration::from_millis(milliseconds));
        let here = |fault: Fault| Fault { operation: Some(HERE), ..fault };
        for (text, json, fault) in [
            ("ThrottledClientException", r#"{"kind":"ThrottledClientException"}"#, throttled()),
            (
                "ThrottledClientException:2",
                r#"{"kind":"ThrottledClientException","count":2}"#,
                throttled().times(2),
            ),
            (
                "AccessDeniedException:1",
                r#"{"kind":"AccessDeniedException","count":1}"#,
                Fault::exception("AccessDeniedException").times(1),
            ),
            ("drop:1", r#"{"kind":"drop","count":1}"#, Fault::drop_connection().times(1)),
            ("delay(250ms)", r#"{"kind":"delay","milliseconds":250}"#, delay(250)),
            (
                "delay(2s)@0.5",
                r#"{"kind":"delay","milliseconds":2000,"rate":0.5,"seed":0}"#,
                delay(2000).rate(0.5, 0),
            ),
            (
                "DescribeChannelMembershipForAppInstanceUser=drop@1#7",
                r#"{"kind":"drop","operation":"DescribeChannelMembershipForAppInstanceUser","rate":1.0,"seed":7}"#,
                here(Fault::drop_connection().rate(1.0, 7)),
            ),
        ] {
            assert_eq!(text.parse(), Ok(fault.clone()), "{text}");
            assert_eq!(
                Fault::list_from_json(format!("[{json}]").as_bytes()),
                Ok(vec![fault.clone()]),
                "{json}"
            );
            assert_eq!(serde_json::to_string(&fault).unwrap(), json);
        }
    }

    #[test]
    fn a_text_that_is_no_fault_is_refused_with_what_would_be_right() {
        for (text, reason) in [
            ("", "drop, delay(250ms) or one of the exceptions BadRequestException, "),
            ("Throttled", "\"Throttled\" is no kind"),
            ("X:1", "AccessDeniedException"),
            ("ForbiddenException:0", "\"0\" is no count; expected a whole number from 1"),
            ("ForbiddenException:", "\"\" is no count"),
            ("ForbiddenException:-1", "\"-1\" is no count"),
            ("drop@1.5", "\"1.5\" is no rate; expected a number from 0 to 1"),
            ("drop@-0.5", "\"-0.5\" is no rate"),
            ("drop@NaN", "\"NaN\" is no rate"),
            ("drop@0.5#x", "\"x\" is no seed"),
            ("drop@0.5:1", "\"0.5:1\" is no rate"),
            ("delay", "\"\" is no delay; expected one such as delay(250ms) or delay(2s)"),
            ("delay(250)", "\"250\" is no delay"),
            ("delay(-1s)", "\"-1s\" is no delay"),
            ("delay(ms)", "\"ms\" is no delay"),
            ("delay(99999999999999999999s)", "is no delay"),
            ("DescribeChanelMembership=drop", "the nearest names are DescribeChannelMembership"),
            ("=drop", "\"\" is no operation"),
            // It is not compared as a whole, which would take minutes.
            (&format!("{}=drop", "x".repeat(1_000_000)), "the nearest names are"),
            ("a\nb", r#""a\nb" is not a fault"#),
        ] {
            let refused = text.parse::<Fault>().unwrap_err().to_string();
            assert!(refused.starts_with(&format!("{text:?} is not a fault: ")), "{refused}");
            assert!(refused.contains(reason), "{refused} does not say {reason:?}");
            assert!(refused.contains("such as ThrottledClientException:2"), "{refused}");
        }
    }

    #[test]
    fn json_that_is_no_fault_is_refused_with_its_entry_and_member() {
        for (json, reason) in [
            ("", "this is no JSON (EOF while parsing a value at line 1 column 0); expected an array such as"),
            ("{}", "this is no array; expected an array such as"),
            ("[1]", "entry 1: it is no object; expected one such as"),
            (
                r#"[{"kind":"drop"},{}]"#,
                "entry 2: kind: it is missing; expected drop, delay or one of the exceptions",
            ),
            (r#"[{"kind":1}]"#, "entry 1: kind: 1 is no text"),
            (r#"[{"kind":"X"}]"#, "entry 1: kind: \"X\" is no kind; expected drop, delay or"),
            (r#"[{"kind":"drop","times":1}]"#, "entry 1: \"times\" is no member of a fault; expected kind, "),
            (r#"[{"kind":"delay"}]"#, "entry 1: milliseconds: a delay needs it"),
            (r#"[{"kind":"delay","milliseconds":-1}]"#, "entry 1: milliseconds: a delay needs it"),
            (r#"[{"kind":"drop","milliseconds":1}]"#, "entry 1: milliseconds: only a delay has it"),
            (r#"[{"kind":"drop","operation":1}]"#, "entry 1: operation: 1 is no text"),
            (
                r#"[{"kind":"drop","operation":"X"}]"#,
                "entry 1: operation: \"X\" is no operation; the nearest",
            ),
            (r#"[{"kind":"drop","count":0}]"#, "entry 1: count: 0 is none; expected a whole number from 1"),
            (r#"[{"kind":"drop","count":4294967296}]"#, "entry 1: count: 4294967296 is none"),
            (r#"[{"kind":"drop","count":1,"rate":1}]"#, "entry 1: count and rate: expected one of the two"),
            (r#"[{"kind":"drop","rate":2}]"#, "entry 1: rate: 2 is none; expected a number from 0 to 1"),
            (r#"[{"kind":"drop","rate":1,"seed":-1}]"#, "entry 1: seed: -1 is none"),
            (r#"[{"kind":"drop","seed":1}]"#, "entry 1: seed: only a rate has it"),
        ] {
            let refused = Fault::list_from_json(json.as_bytes()).unwrap_err().to_string();
            assert!(refused.starts_with(reason), "{refused} does not start with {reason:?}");
        }
        assert_eq!(Fault::list_from_json(b"[]"), Ok(vec![]));
    }

    /// What that many calls of an operation meet.
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
        faults.add(Fault { operation: Some(HERE), ..Fault::exception("ConflictException") }.times(1));
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
}
