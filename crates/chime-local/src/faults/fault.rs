//! A fault: its kind, what it strikes, and how often.

use std::time::Duration;

use chime_types::operation::Operation;
use chime_types::{AppInstanceUserArn, Exception};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::refusal::Refusal;

/// A fault to inject: its kind, what it strikes, and how often.
///
/// ```
/// use std::time::Duration;
/// use chime_local::{Fault, SessionFault};
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
/// // The next session is closed with 1011 after three events.
/// let closed = Fault::on_connect(SessionFault::Close { code: 1011, after: 3 }).times(1);
/// assert_eq!("Connect=close(1011+3):1".parse(), Ok(closed));
///
/// let refused = "Throttled".parse::<Fault>().unwrap_err().to_string();
/// assert!(refused.contains("ThrottledClientException"));
/// # assert_eq!("ServiceFailureException".parse(), Ok(always));
/// ```
///
/// As text it is `[OPERATION=]KIND[:COUNT|@RATE[#SEED]]`; KIND is an exception's name, `drop` or `delay(250ms)`,
/// in `ms` or `s`. COUNT is at least 1, RATE is from 0 to 1, SEED is a whole number, 0 by default. For sessions,
/// OPERATION is `Connect` or `Event`, or `Connect(USER)` or `Event(USER)` with a user's ARN, and KIND is that of a
/// [`SessionFault`]. As JSON it is an object with `kind` (the name, `drop` or `delay`), `milliseconds` for a delay,
/// `code` and `after` for the end of a session, and optionally `operation`, `user`, `count`, `rate` and `seed`;
/// [`list_from_json`](Self::list_from_json) reads an array of them and `Serialize` writes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub(super) strikes: Strikes,
    pub(super) often: Often,
}

/// What a fault strikes, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Strikes {
    /// Calls, of one operation or of all.
    Calls { operation: Option<&'static str>, kind: FaultKind },
    /// Sessions, of one user or of all.
    Sessions { moment: Moment, user: Option<AppInstanceUserArn>, kind: SessionFault },
}

/// The moment in a session at which a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    /// Each connect, when `SESSION_ESTABLISHED` is due.
    Connect,
    /// Each other event, when it is due.
    Event,
}

impl Moment {
    pub(super) const ALL: [Self; 2] = [Self::Connect, Self::Event];

    /// Returns its name, which stands in the place of an operation's.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "Connect",
            Self::Event => "Event",
        }
    }
}

/// The effect of a fault on a session, for [`Fault::on_connect`] and [`Fault::on_event`].
///
/// The event that it strikes is `SESSION_ESTABLISHED` for a fault of connects, and any other one for a fault of events.
/// `after` is the number of events, including that one, that the session still receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionFault {
    /// The session is closed with a code. 1005 stands for a close without a code. As text: `close(1011)`, or
    /// `close(1011+3)` after three events.
    Close {
        /// The code of the close.
        code: u16,
        /// The number of events that are still sent.
        after: u64,
    },
    /// The connection ends without a close. As text: `end` or `end(3)`.
    End {
        /// The number of events that are still sent.
        after: u64,
    },
    /// The service sends nothing more, reads nothing and answers no pings. The connection stays open. As text: `silent`
    /// or `silent(3)`.
    Silent {
        /// The number of events that are still sent.
        after: u64,
    },
    /// The credentials of the session expire. The connection ends without a close. Until the faults are replaced, the
    /// service closes every connect of the user with the same access key with 4401. As text: `expire`.
    Expire,
    /// The event, and those after it, arrive later. As text: `delay(250ms)`.
    Delay(Duration),
    /// The event never arrives. As text: `drop`.
    Drop,
    /// The event arrives twice. As text: `duplicate`.
    Duplicate,
    /// The event arrives after the next one. As text: `reorder`.
    Reorder,
}

impl SessionFault {
    /// Returns its name, without its numbers.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Close { .. } => "close",
            Self::End { .. } => "end",
            Self::Silent { .. } => "silent",
            Self::Expire => "expire",
            Self::Delay(_) => "delay",
            Self::Drop => "drop",
            Self::Duplicate => "duplicate",
            Self::Reorder => "reorder",
        }
    }
}

/// The effect of a fault on a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// The call is answered with an exception.
    Exception(Exception),
    /// The connection is closed without an answer.
    Drop,
    /// The answer comes later.
    Delay(Duration),
}

/// The calls, connects or events to which a fault applies.
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
        Self { strikes: Strikes::Calls { operation: None, kind }, often: Often::Always }
    }

    /// Strikes the connect of every session, when `SESSION_ESTABLISHED` is due.
    #[must_use]
    pub fn on_connect(kind: SessionFault) -> Self {
        Self::of_sessions(Moment::Connect, kind)
    }

    /// Strikes every event of every session, except `SESSION_ESTABLISHED`.
    #[must_use]
    pub fn on_event(kind: SessionFault) -> Self {
        Self::of_sessions(Moment::Event, kind)
    }

    fn of_sessions(moment: Moment, kind: SessionFault) -> Self {
        Self { strikes: Strikes::Sessions { moment, user: None, kind }, often: Often::Always }
    }

    /// Limits a fault of calls to one operation.
    #[must_use]
    pub fn on<O: Operation>(mut self) -> Self {
        if let Strikes::Calls { operation, .. } = &mut self.strikes {
            *operation = Some(O::METADATA.name);
        }
        self
    }

    /// Limits a fault of sessions to those of one user.
    #[must_use]
    pub fn of(mut self, user: AppInstanceUserArn) -> Self {
        if let Strikes::Sessions { user: only, .. } = &mut self.strikes {
            *only = Some(user);
        }
        self
    }

    /// Limits the fault to a number of calls, connects or events, after which it is removed.
    #[must_use]
    pub fn times(mut self, count: u32) -> Self {
        self.often = Often::Times(count);
        self
    }

    /// Limits the fault to a share of the calls, connects or events, from 0 (none) to 1 (all). The seed selects them: the
    /// same seed selects the same ones, counted from the moment when the fault was set.
    #[must_use]
    pub fn rate(mut self, rate: f64, seed: u64) -> Self {
        self.often = Often::Rate { rate, seed };
        self
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let milliseconds = |by: &Duration| u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        let mut map = serializer.serialize_map(None)?;
        match &self.strikes {
            Strikes::Calls { operation, kind } => {
                match kind {
                    FaultKind::Exception(exception) => map.serialize_entry("kind", exception)?,
                    FaultKind::Drop => map.serialize_entry("kind", "drop")?,
                    FaultKind::Delay(by) => {
                        map.serialize_entry("kind", "delay")?;
                        map.serialize_entry("milliseconds", &milliseconds(by))?;
                    }
                }
                if let Some(operation) = operation {
                    map.serialize_entry("operation", operation)?;
                }
            }
            Strikes::Sessions { moment, user, kind } => {
                map.serialize_entry("kind", kind.name())?;
                if let SessionFault::Close { code, .. } = kind {
                    map.serialize_entry("code", code)?;
                }
                match kind {
                    SessionFault::Close { after, .. }
                    | SessionFault::End { after }
                    | SessionFault::Silent { after } => map.serialize_entry("after", after)?,
                    SessionFault::Delay(by) => map.serialize_entry("milliseconds", &milliseconds(by))?,
                    _ => {}
                }
                map.serialize_entry("operation", moment.as_str())?;
                if let Some(user) = user {
                    map.serialize_entry("user", user)?;
                }
            }
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
