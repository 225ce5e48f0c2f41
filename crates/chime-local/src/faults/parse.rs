//! Faults from text and from JSON.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chime_types::{AppInstanceUserArn, Exception, OneLine};
use serde_json::{Map, Value};

use super::fault::{Fault, FaultKind, Moment, Often, SessionFault, Strikes};
use crate::close_codes::{NO_CODE, is_close_code};
use chime_types::operations::ALL;

/// The exceptions of IAM and AWS' front end, in addition to those that the service documents.
const FRONT_DOOR: &[&str] = &["AccessDeniedException", "ExpiredTokenException", "InvalidSignatureException"];

impl Fault {
    /// Reads the faults of a JSON array, in their order.
    ///
    /// ```
    /// use chime_local::Fault;
    ///
    /// let faults = Fault::list_from_json(br#"[{"kind": "delay", "milliseconds": 250, "rate": 0.1, "seed": 7}]"#)?;
    /// assert_eq!(faults, ["delay(250ms)@0.1#7".parse()?]);
    /// let refused = Fault::list_from_json(br#"[{"kind": "drop", "count": 0}]"#).unwrap_err().to_string();
    /// assert_eq!(refused, "entry 1: count: 0 is out of range; expected a whole number from 1, such as 2");
    /// # Ok::<(), chime_local::InvalidFault>(())
    /// ```
    ///
    /// # Errors
    /// The first entry, counted from 1, and its member that is wrong, and what would be right.
    pub fn list_from_json(json: &[u8]) -> Result<Vec<Self>, InvalidFault> {
        const EXPECTED: &str =
            r#"expected an array such as [{"kind": "ThrottledClientException", "count": 2}]"#;
        let value = serde_json::from_slice(json)
            .map_err(|error| InvalidFault(format!("not JSON ({error}); {EXPECTED}")))?;
        let Value::Array(entries) = value else {
            return Err(InvalidFault(format!("not an array; {EXPECTED}")));
        };
        let read =
            |(at, entry): (usize, &Value)| {
                match entry {
                    Value::Object(members) => Self::from_members(members),
                    _ => Err(r#"it is not an object; expected one such as {"kind": "drop", "count": 1}"#
                        .to_owned()),
                }
                .map_err(|reason| InvalidFault(format!("entry {}: {reason}", at + 1)))
            };
        entries.iter().enumerate().map(read).collect()
    }

    fn from_members(members: &Map<String, Value>) -> Result<Self, String> {
        const MEMBERS: [&str; 9] =
            ["kind", "milliseconds", "code", "after", "operation", "user", "count", "rate", "seed"];
        if let Some(name) = members.keys().find(|name| !MEMBERS.contains(&name.as_str())) {
            return Err(format!("{name:?} is not a member of a fault; expected {}", MEMBERS.join(", ")));
        }
        let operation = match members.get("operation") {
            None => None,
            Some(Value::String(name)) => Some(name.as_str()),
            Some(other) => {
                return Err(format!("operation: {other} is not text; expected an operation's name"));
            }
        };
        let moment = Moment::ALL.into_iter().find(|moment| operation == Some(moment.as_str()));
        let strikes = if let Some(moment) = moment {
            let (user, kind) = (user_member(members)?, session_fault_of_members(members)?);
            Strikes::Sessions { moment, user, kind }
        } else {
            if members.contains_key("user") {
                return Err("user: only a fault of Connect or Event has it".to_owned());
            }
            let kind = call_fault_of_members(members)?;
            let operation = operation.map(self::operation).transpose();
            Strikes::Calls { operation: operation.map_err(|error| format!("operation: {error}"))?, kind }
        };
        let often = match (members.get("count"), members.get("rate"), members.get("seed")) {
            (Some(_), Some(_), _) => return Err("count and rate: expected one of the two".to_owned()),
            (_, None, Some(_)) => return Err("seed: only a rate has it".to_owned()),
            (None, None, None) => Often::Always,
            (Some(count), None, None) => {
                let number =
                    count.as_u64().and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
                Often::Times(
                    number.ok_or_else(|| format!("count: {count} is out of range; {EXPECTED_COUNT}"))?,
                )
            }
            (None, Some(rate), seed) => {
                let number = rate.as_f64().filter(|rate| (0.0..=1.0).contains(rate));
                let rate = number.ok_or_else(|| format!("rate: {rate} is out of range; {EXPECTED_RATE}"))?;
                let seed = seed.map_or(Ok(0), |seed| {
                    seed.as_u64().ok_or_else(|| format!("seed: {seed} is out of range; {EXPECTED_SEED}"))
                })?;
                Often::Rate { rate, seed }
            }
        };
        Ok(Self { strikes, often })
    }

    fn from_text(text: &str) -> Result<Self, String> {
        let (target, text) = match text.split_once('=') {
            Some((name, rest)) => (Some(target(name)?), rest),
            None => (None, text),
        };
        let (kind, often) = if let Some((kind, rate)) = text.split_once('@') {
            let (rate, seed) = rate.split_once('#').unwrap_or((rate, "0"));
            let number = rate.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
            let rate = number.ok_or_else(|| format!("{rate:?} is not a rate; {EXPECTED_RATE}"))?;
            let seed = seed.parse().map_err(|_| format!("{seed:?} is not a seed; {EXPECTED_SEED}"))?;
            (kind, Often::Rate { rate, seed })
        } else if let Some((kind, count)) = text.split_once(':') {
            let number = count.parse().ok().filter(|count| *count > 0);
            (kind, Often::Times(number.ok_or_else(|| format!("{count:?} is not a count; {EXPECTED_COUNT}"))?))
        } else {
            (text, Often::Always)
        };
        let strikes = match target {
            Some(Target::Sessions(moment, user)) => {
                Strikes::Sessions { moment, user, kind: session_fault(kind)? }
            }
            Some(Target::Operation(name)) => {
                Strikes::Calls { operation: Some(name), kind: call_fault(kind)? }
            }
            None => Strikes::Calls { operation: None, kind: call_fault(kind)? },
        };
        Ok(Self { strikes, often })
    }
}

/// What stands before the `=` of a fault.
enum Target {
    Operation(&'static str),
    Sessions(Moment, Option<AppInstanceUserArn>),
}

fn target(name: &str) -> Result<Target, String> {
    for moment in Moment::ALL {
        let Some(rest) = name.strip_prefix(moment.as_str()) else { continue };
        if rest.is_empty() {
            return Ok(Target::Sessions(moment, None));
        }
        if let Some(user) = rest.strip_prefix('(').and_then(|user| user.strip_suffix(')')) {
            return Ok(Target::Sessions(moment, Some(self::user(user)?)));
        }
    }
    operation(name).map(Target::Operation)
}

fn user(text: &str) -> Result<AppInstanceUserArn, String> {
    text.parse().map_err(|error| format!("the user: {error}"))
}

fn call_fault(text: &str) -> Result<FaultKind, String> {
    if text == "drop" {
        Ok(FaultKind::Drop)
    } else if let Some(time) = text.strip_prefix("delay") {
        Ok(FaultKind::Delay(delay(time)?))
    } else {
        Ok(FaultKind::Exception(exception(text, "delay(250ms)")?))
    }
}

/// Reads the `(250ms)` of a delay.
fn delay(text: &str) -> Result<Duration, String> {
    let time = text.strip_prefix('(').and_then(|time| time.strip_suffix(')')).unwrap_or(text);
    let by = milliseconds(time)
        .ok_or_else(|| format!("{time:?} is not a delay; expected one such as delay(250ms) or delay(2s)"))?;
    Ok(Duration::from_millis(by))
}

fn session_fault(text: &str) -> Result<SessionFault, String> {
    let (name, numbers) = match text.split_once('(') {
        Some((name, numbers)) => (name, Some(numbers.strip_suffix(')').unwrap_or(numbers))),
        None => (text, None),
    };
    let after = |number: Option<&str>| match number {
        None => Ok(0),
        Some(number) => whole_number(number)
            .ok_or_else(|| format!("{number:?} is not a number of events; {EXPECTED_AFTER}")),
    };
    match (name, numbers) {
        ("close", Some(numbers)) => {
            let (code, rest) = match numbers.split_once('+') {
                Some((code, rest)) => (code, Some(rest)),
                None => (numbers, None),
            };
            Ok(SessionFault::Close { code: close_code(whole_number(code), code)?, after: after(rest)? })
        }
        ("close", None) => Err(format!("a close needs its code; {EXPECTED_CODE}")),
        ("end", number) => Ok(SessionFault::End { after: after(number)? }),
        ("silent", number) => Ok(SessionFault::Silent { after: after(number)? }),
        ("delay", _) => Ok(SessionFault::Delay(delay(text.strip_prefix("delay").unwrap_or_default())?)),
        (name, None) => plain_session_fault(name).ok_or_else(|| unknown_session_fault(text)),
        _ => Err(unknown_session_fault(text)),
    }
}

/// The faults of sessions that have no numbers.
fn plain_session_fault(name: &str) -> Option<SessionFault> {
    let mut plain =
        [SessionFault::Expire, SessionFault::Drop, SessionFault::Duplicate, SessionFault::Reorder]
            .into_iter();
    plain.find(|fault| fault.name() == name)
}

fn unknown_session_fault(text: &str) -> String {
    format!(
        "{text:?} is not a fault of sessions; expected close, end, silent, expire, delay, drop, duplicate or reorder"
    )
}

/// A close code, or 1005.
fn close_code(code: Option<u64>, given: &str) -> Result<u16, String> {
    code.and_then(|code| u16::try_from(code).ok())
        .filter(|code| is_close_code(*code) || *code == NO_CODE)
        .ok_or_else(|| format!("{given:?} is not a close code; {EXPECTED_CODE}"))
}

fn milliseconds_member(members: &Map<String, Value>) -> Result<Duration, String> {
    let expected = "milliseconds: a delay needs it, a whole number such as 250";
    let milliseconds = members.get("milliseconds").and_then(Value::as_u64);
    Ok(Duration::from_millis(milliseconds.ok_or(expected)?))
}

fn user_member(members: &Map<String, Value>) -> Result<Option<AppInstanceUserArn>, String> {
    match members.get("user") {
        None => Ok(None),
        Some(Value::String(arn)) => user(arn).map(Some),
        Some(other) => Err(format!("user: {other} is not text; expected the ARN of a user")),
    }
}

/// Refuses the members of other kinds.
fn has_only(members: &Map<String, Value>, allowed: &[&str]) -> Result<(), String> {
    let of_kinds =
        [("milliseconds", "a delay"), ("code", "a close of sessions"), ("after", "the end of a session")];
    for (name, kind) in of_kinds {
        if members.contains_key(name) && !allowed.contains(&name) {
            return Err(format!("{name}: only {kind} has it"));
        }
    }
    Ok(())
}

fn call_fault_of_members(members: &Map<String, Value>) -> Result<FaultKind, String> {
    let kind = kind_member(members, || expected_kind("delay"))?;
    if kind == "delay" {
        has_only(members, &["milliseconds"])?;
        return Ok(FaultKind::Delay(milliseconds_member(members)?));
    }
    has_only(members, &[])?;
    if kind == "drop" {
        return Ok(FaultKind::Drop);
    }
    Ok(FaultKind::Exception(exception(kind, "delay").map_err(|error| format!("kind: {error}"))?))
}

fn session_fault_of_members(members: &Map<String, Value>) -> Result<SessionFault, String> {
    let kind = kind_member(members, || "expected one of sessions, such as close".to_owned())?;
    let after = match members.get("after") {
        None => Ok(0),
        Some(after) => {
            after.as_u64().ok_or_else(|| format!("after: {after} is out of range; {EXPECTED_AFTER}"))
        }
    };
    match kind {
        "close" => {
            has_only(members, &["code", "after"])?;
            let code = members.get("code").ok_or_else(|| format!("code: it is missing; {EXPECTED_CODE}"))?;
            let code =
                close_code(code.as_u64(), &code.to_string()).map_err(|error| format!("code: {error}"))?;
            Ok(SessionFault::Close { code, after: after? })
        }
        "end" => has_only(members, &["after"]).and(after).map(|after| SessionFault::End { after }),
        "silent" => has_only(members, &["after"]).and(after).map(|after| SessionFault::Silent { after }),
        "delay" => {
            has_only(members, &["milliseconds"])?;
            Ok(SessionFault::Delay(milliseconds_member(members)?))
        }
        name => {
            has_only(members, &[])?;
            plain_session_fault(name).ok_or_else(|| format!("kind: {}", unknown_session_fault(name)))
        }
    }
}

fn kind_member(members: &Map<String, Value>, expected: impl Fn() -> String) -> Result<&str, String> {
    let kind = members.get("kind").ok_or_else(|| format!("kind: it is missing; {}", expected()))?;
    kind.as_str().ok_or_else(|| format!("kind: {kind} is not text; {}", expected()))
}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        Self::from_text(text).map_err(|reason| {
            InvalidFault(format!(
                "{text:?} is not a fault: {reason}; the format is [OPERATION=]KIND[:COUNT|@RATE[#SEED]], such as \
                 ThrottledClientException:2"
            ))
        })
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

/// `250ms` or `2s`.
fn milliseconds(text: &str) -> Option<u64> {
    let (number, unit) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => (text.strip_suffix('s')?, 1000),
    };
    whole_number(number)?.checked_mul(unit)
}

fn whole_number(text: &str) -> Option<u64> {
    // `parse` would take a sign.
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(text)?.parse().ok()
}

const EXPECTED_COUNT: &str = "expected a whole number from 1, such as 2";
const EXPECTED_RATE: &str = "expected a number from 0 to 1, such as 0.1";
const EXPECTED_SEED: &str = "expected a whole number, such as 7";
const EXPECTED_AFTER: &str = "expected a whole number, such as 3";
const EXPECTED_CODE: &str = "expected one such as 1011 or 4401, or 1005 for a close without a code";

fn exception(name: &str, delay: &str) -> Result<Exception, String> {
    if Exception::NAMED.contains(&name) || FRONT_DOOR.contains(&name) {
        return Ok(name.into());
    }
    Err(format!("{name:?} is not a kind of fault; {}", expected_kind(delay)))
}

fn expected_kind(delay: &str) -> String {
    let names: Vec<_> = Exception::NAMED.iter().chain(FRONT_DOOR).copied().collect();
    format!("expected drop, {delay} or one of the exceptions {}", names.join(", "))
}

fn operation(name: &str) -> Result<&'static str, String> {
    let mut known = ALL.iter().map(|operation| operation.name);
    known.find(|known| *known == name).ok_or_else(|| {
        let mut closest: Vec<_> = ALL.iter().map(|operation| operation.name).collect();
        // A longer text is not similar to any name, and would take long to compare.
        let name_start: String = name.to_lowercase().chars().take(100).collect();
        closest.sort_by_cached_key(|known| distance(&known.to_lowercase(), &name_start));
        closest.truncate(3);
        format!("{name:?} is not an operation; the nearest names are {}", closest.join(", "))
    })
}

/// Returns the number of letters to insert, delete or replace to turn one text into the other.
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

#[cfg(test)]
mod tests {
    use chime_types::operations::DescribeChannelMembershipForAppInstanceUser;

    use super::*;

    const USER: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/user/ada@example.com:1";

    #[test]
    #[allow(clippy::too_many_lines, reason = "a table")]
    fn a_fault_is_read_from_text_and_from_json_and_written_as_json() {
        let throttled = || Fault::exception("ThrottledClientException");
        let delay = |milliseconds| Fault::delay(Duration::from_millis(milliseconds));
        let here = Fault::on::<DescribeChannelMembershipForAppInstanceUser>;
        let ada: AppInstanceUserArn = USER.parse().unwrap();
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
            (
                "Connect=close(1005)",
                r#"{"kind":"close","code":1005,"after":0,"operation":"Connect"}"#,
                Fault::on_connect(SessionFault::Close { code: 1005, after: 0 }),
            ),
            (
                &format!("Connect({USER})=close(1011+3):1"),
                &format!(
                    r#"{{"kind":"close","code":1011,"after":3,"operation":"Connect","user":"{USER}","count":1}}"#
                ),
                Fault::on_connect(SessionFault::Close { code: 1011, after: 3 }).of(ada.clone()).times(1),
            ),
            (
                "Connect=end(2)",
                r#"{"kind":"end","after":2,"operation":"Connect"}"#,
                Fault::on_connect(SessionFault::End { after: 2 }),
            ),
            (
                "Event=silent",
                r#"{"kind":"silent","after":0,"operation":"Event"}"#,
                Fault::on_event(SessionFault::Silent { after: 0 }),
            ),
            (
                "Event=delay(2s)@0.5#1",
                r#"{"kind":"delay","milliseconds":2000,"operation":"Event","rate":0.5,"seed":1}"#,
                Fault::on_event(SessionFault::Delay(Duration::from_secs(2))).rate(0.5, 1),
            ),
            ("Event=drop", r#"{"kind":"drop","operation":"Event"}"#, Fault::on_event(SessionFault::Drop)),
            (
                "Event=duplicate",
                r#"{"kind":"duplicate","operation":"Event"}"#,
                Fault::on_event(SessionFault::Duplicate),
            ),
            (
                "Connect=reorder",
                r#"{"kind":"reorder","operation":"Connect"}"#,
                Fault::on_connect(SessionFault::Reorder),
            ),
            (
                &format!("Event({USER})=expire:1"),
                &format!(r#"{{"kind":"expire","operation":"Event","user":"{USER}","count":1}}"#),
                Fault::on_event(SessionFault::Expire).of(ada.clone()).times(1),
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
    fn a_malformed_fault_is_refused_with_what_is_expected() {
        for (text, reason) in [
            ("", "drop, delay(250ms) or one of the exceptions BadRequestException, "),
            ("Throttled", "\"Throttled\" is not a kind of fault"),
            ("X:1", "AccessDeniedException"),
            ("ForbiddenException:0", "\"0\" is not a count; expected a whole number from 1"),
            ("ForbiddenException:", "\"\" is not a count"),
            ("ForbiddenException:-1", "\"-1\" is not a count"),
            ("drop@1.5", "\"1.5\" is not a rate; expected a number from 0 to 1"),
            ("drop@-0.5", "\"-0.5\" is not a rate"),
            ("drop@NaN", "\"NaN\" is not a rate"),
            ("drop@0.5#x", "\"x\" is not a seed"),
            ("drop@0.5:1", "\"0.5:1\" is not a rate"),
            ("delay", "\"\" is not a delay; expected one such as delay(250ms) or delay(2s)"),
            ("delay(250)", "\"250\" is not a delay"),
            ("delay(-1s)", "\"-1s\" is not a delay"),
            ("delay(ms)", "\"ms\" is not a delay"),
            ("delay(99999999999999999999s)", "is not a delay"),
            ("DescribeChanelMembership=drop", "the nearest names are DescribeChannelMembership"),
            ("=drop", "\"\" is not an operation"),
            ("Connect=ConflictException", "expected close, end, silent, expire, delay, drop, duplicate or"),
            ("Connect=", "\"\" is not a fault of sessions"),
            ("Event=drop(1)", "\"drop(1)\" is not a fault of sessions"),
            ("Event=close", "a close needs its code; expected one such as 1011"),
            ("Event=close(1006)", "\"1006\" is not a close code"),
            ("Event=close(70000)", "\"70000\" is not a close code"),
            ("Event=close(1011+x)", "\"x\" is not a number of events; expected a whole number"),
            ("Event=close(1011++3)", "\"+3\" is not a number of events"),
            ("Event=end()", "\"\" is not a number of events"),
            ("Event=delay(1)", "\"1\" is not a delay"),
            ("Event(bob)=drop", "the user: "),
            ("Events=drop", "\"Events\" is not an operation"),
            ("duplicate", "\"duplicate\" is not a kind of fault"),
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
    fn malformed_json_is_refused_with_its_entry_and_member() {
        for (json, reason) in [
            ("", "not JSON (EOF while parsing a value at line 1 column 0); expected an array such as"),
            ("{}", "not an array; expected an array such as"),
            ("[1]", "entry 1: it is not an object; expected one such as"),
            (
                r#"[{"kind":"drop"},{}]"#,
                "entry 2: kind: it is missing; expected drop, delay or one of the exceptions",
            ),
            (r#"[{"kind":1}]"#, "entry 1: kind: 1 is not text"),
            (r#"[{"kind":"X"}]"#, "entry 1: kind: \"X\" is not a kind of fault; expected drop, delay or"),
            (
                r#"[{"kind":"drop","times":1}]"#,
                "entry 1: \"times\" is not a member of a fault; expected kind, ",
            ),
            (r#"[{"kind":"delay"}]"#, "entry 1: milliseconds: a delay needs it"),
            (r#"[{"kind":"delay","milliseconds":-1}]"#, "entry 1: milliseconds: a delay needs it"),
            (r#"[{"kind":"drop","milliseconds":1}]"#, "entry 1: milliseconds: only a delay has it"),
            (r#"[{"kind":"drop","operation":1}]"#, "entry 1: operation: 1 is not text"),
            (
                r#"[{"kind":"drop","operation":"X"}]"#,
                "entry 1: operation: \"X\" is not an operation; the nearest",
            ),
            (r#"[{"kind":"end"}]"#, "entry 1: kind: \"end\" is not a kind of fault"),
            (r#"[{"kind":"drop","user":"x"}]"#, "entry 1: user: only a fault of Connect or Event has it"),
            (r#"[{"kind":"drop","after":1}]"#, "entry 1: after: only the end of a session has it"),
            (r#"[{"kind":"drop","operation":"Event","user":1}]"#, "entry 1: user: 1 is not text"),
            (r#"[{"kind":"drop","operation":"Event","user":"x"}]"#, "entry 1: the user: "),
            (r#"[{"kind":"drop","operation":"Event","after":1}]"#, "entry 1: after: only"),
            (r#"[{"kind":"end","operation":"Event","code":1011}]"#, "entry 1: code: only a close"),
            (r#"[{"kind":"close","operation":"Event"}]"#, "entry 1: code: it is missing; expected one such"),
            (
                r#"[{"kind":"close","operation":"Event","code":1}]"#,
                "entry 1: code: \"1\" is not a close code",
            ),
            (r#"[{"kind":"end","operation":"Event","after":-1}]"#, "entry 1: after: -1 is out of range"),
            (r#"[{"kind":"x","operation":"Event"}]"#, "entry 1: kind: \"x\" is not a fault of sessions"),
            (r#"[{"operation":"Event"}]"#, "entry 1: kind: it is missing; expected one of sessions"),
            (
                r#"[{"kind":"drop","count":0}]"#,
                "entry 1: count: 0 is out of range; expected a whole number from 1",
            ),
            (r#"[{"kind":"drop","count":4294967296}]"#, "entry 1: count: 4294967296 is out of range"),
            (r#"[{"kind":"drop","count":1,"rate":1}]"#, "entry 1: count and rate: expected one of the two"),
            (
                r#"[{"kind":"drop","rate":2}]"#,
                "entry 1: rate: 2 is out of range; expected a number from 0 to 1",
            ),
            (r#"[{"kind":"drop","rate":1,"seed":-1}]"#, "entry 1: seed: -1 is out of range"),
            (r#"[{"kind":"drop","seed":1}]"#, "entry 1: seed: only a rate has it"),
        ] {
            let refused = Fault::list_from_json(json.as_bytes()).unwrap_err().to_string();
            assert!(refused.starts_with(reason), "{refused} does not start with {reason:?}");
        }
        assert_eq!(Fault::list_from_json(b"[]"), Ok(vec![]));
    }
}
