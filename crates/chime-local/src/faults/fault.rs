//! A fault: its kind, its operation, and how often it strikes.

use std::time::Duration;

use chime_types::Exception;
use chime_types::operation::Operation;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::refusal::Refusal;

/// A fault to inject: its kind, its operation, and how often it strikes.
///
/// ```
/// use std::time::Duration;
/// use chime_local::Fault;
/// use chime_types::operations::DescribeChannelMembershipForAppInstanceUser;
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
/// in `ms` or `s`. COUNT is at least 1, RATE is from 0 to 1, SEED is a whole number, 0 by default. As JSON it is
/// an object with `kind` (the name, `drop` or `delay`), `milliseconds` for a delay, and optionally
/// `operation`, `count`, `rate` and `seed`; [`list_from_json`](Self::list_from_json) reads an array of them and
/// `Serialize` writes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub(super) kind: FaultKind,
    pub(super) operation: Option<&'static str>,
    pub(super) often: Often,
}

/// The effect of a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The call is answered with an exception.
    Exception(Exception),
    /// The connection is closed without an answer.
    Drop,
    /// The answer comes later.
    Delay(Duration),
}

/// The calls to which a fault applies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Often {
    Always,
    Times(u32),
    Rate { rate: f64, seed: u64 },
}

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

    /// Limits the fault to one operation.
    #[must_use]
    pub fn on<O: Operation>(mut self) -> Self {
        self.operation = Some(O::METADATA.name);
        self
    }

    /// Limits the fault to a number of calls, after which it is removed.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.often = Often::Times(count);
        self
    }

    /// Limits the fault to a share of the calls, from 0 (none) to 1 (all). The seed selects them: the same seed
    /// selects the same calls, counted from the moment when the fault was set.
    #[must_use]
    pub fn rate(mut self, rate: f64, seed: u64) -> Self {
        self.often = Often::Rate { rate, seed };
        self
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

/// The answer to a call that meets a fault: the service's own exception, or else the front door's.
pub(crate) fn refusal(exception: Exception) -> Refusal {
    let message = "This fault was injected";
    match exception.status() {
        Some(_) => Refusal::new(exception, message),
        None => Refusal::by_front_door(exception.as_str(), message),
    }
}
