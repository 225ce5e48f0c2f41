//! What faults make of the events of a session.

use bytes::Bytes;
use tokio::time::{Instant, sleep_until};

use crate::faults::SessionFault;

/// An event on its way to a session, and the fault that it meets.
#[derive(Debug)]
pub(super) struct Outgoing {
    frame: Bytes,
    fault: Option<SessionFault>,
    /// The time before which it is not sent.
    not_before: Option<Instant>,
}

impl Outgoing {
    pub(super) fn new(frame: Bytes, fault: Option<SessionFault>) -> Self {
        match fault {
            Some(SessionFault::Delay(by)) => {
                Self { frame, fault: None, not_before: Instant::now().checked_add(by) }
            }
            fault => Self { frame, fault, not_before: None },
        }
    }

    /// Waits until the event may be sent.
    pub(super) async fn due(&self) {
        if let Some(time) = self.not_before {
            sleep_until(time).await;
        }
    }
}

/// The way in which a fault ends a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    Close(u16),
    End,
    Silence,
    Expiry,
}

/// The faults of a session that are under way.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// The event that is sent after the next one.
    held: Option<Bytes>,
    /// The end of the session, and the number of events that are sent before it.
    ending: Option<(Ending, u64)>,
}

impl Script {
    /// Returns the frames to send in place of an event.
    pub(super) fn frames(&mut self, Outgoing { frame, fault, .. }: Outgoing) -> Vec<Bytes> {
        let frames = match fault {
            Some(SessionFault::Drop) => return Vec::new(),
            Some(SessionFault::Reorder) if self.held.is_none() => {
                self.held = Some(frame);
                return Vec::new();
            }
            Some(SessionFault::Duplicate) => vec![frame.clone(), frame],
            Some(SessionFault::Close { code, after }) => self.end_with(Ending::Close(code), after, frame),
            Some(SessionFault::End { after }) => self.end_with(Ending::End, after, frame),
            Some(SessionFault::Silent { after }) => self.end_with(Ending::Silence, after, frame),
            Some(SessionFault::Expire) => self.end_with(Ending::Expiry, 0, frame),
            Some(SessionFault::Reorder | SessionFault::Delay(_)) | None => vec![frame],
        };
        frames.into_iter().chain(self.held.take()).collect()
    }

    fn end_with(&mut self, ending: Ending, after: u64, frame: Bytes) -> Vec<Bytes> {
        self.ending.get_or_insert((ending, after));
        vec![frame]
    }

    /// Counts an event that was sent.
    pub(super) fn sent(&mut self) {
        if let Some((_, after)) = &mut self.ending {
            *after = after.saturating_sub(1);
        }
    }

    /// Returns the way in which the session ends now.
    pub(super) fn ending(&self) -> Option<Ending> {
        self.ending.filter(|(_, after)| *after == 0).map(|(ending, _)| ending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a session receives of the events 1, 2, … that meet these faults, and its end.
    fn play(faults: &[Option<SessionFault>]) -> (String, Option<Ending>) {
        let (mut script, mut received) = (Script::default(), String::new());
        for (number, fault) in (1..).zip(faults) {
            for frame in script.frames(Outgoing::new(format!("{number}").into(), *fault)) {
                if script.ending().is_some() {
                    break;
                }
                received.push_str(std::str::from_utf8(&frame).unwrap());
                script.sent();
            }
            if script.ending().is_some() {
                break;
            }
        }
        (received, script.ending())
    }

    #[test]
    fn each_fault_makes_its_own_of_the_events() {
        use SessionFault::{Close, Drop, Duplicate, End, Expire, Reorder, Silent};
        let close = |after| Some(Close { code: 1011, after });
        let cases = [
            (vec![None, Some(Drop), None], "13", None),
            (vec![None, Some(Duplicate), None], "1223", None),
            (vec![None, Some(Reorder), None, None], "1324", None),
            (vec![Some(Reorder), Some(Reorder), None], "213", None),
            (vec![Some(Reorder), Some(Drop), None], "31", None),
            (vec![Some(Reorder), Some(Duplicate)], "221", None),
            (vec![None, close(0), None], "1", Some(Ending::Close(1011))),
            (vec![close(2), None, None], "12", Some(Ending::Close(1011))),
            (vec![close(2), Some(Duplicate), None], "12", Some(Ending::Close(1011))),
            (vec![Some(End { after: 1 }), None], "1", Some(Ending::End)),
            (vec![Some(End { after: 9 }), close(0)], "12", None),
            (vec![None, Some(Silent { after: 0 })], "1", Some(Ending::Silence)),
            (vec![Some(Expire)], "", Some(Ending::Expiry)),
        ];
        for (faults, received, ending) in cases {
            assert_eq!(play(&faults), (received.to_owned(), ending), "{faults:?}");
        }
    }
}
