//! Failures on demand.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use chime_types::{Exception, ServiceError};

use crate::{authentication, router};

/// An exception that calls are answered with, a number of times or for good.
///
/// ```
/// use chime_local::Fault;
///
/// let twice: Fault = "ThrottledClientException:2".parse()?;
/// assert_eq!(twice.times, Some(2));
/// let refused = "Throttled".parse::<Fault>().unwrap_err().to_string();
/// assert!(refused.contains("ThrottledClientException"));
/// # Ok::<(), chime_local::InvalidFault>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The exception.
    pub exception: Exception,
    /// How many calls it answers; none means all from then on.
    pub times: Option<u32>,
}

/// What IAM and AWS' front door answer, beside the exceptions that the service documents.
const FRONT_DOOR: &[&str] = &["AccessDeniedException", "ExpiredTokenException", "InvalidSignatureException"];

/// A text that describes no fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidFault(String);

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Exception::NAMED.iter().chain(FRONT_DOOR).copied().collect();
        write!(
            f,
            "{:?} is not a fault; expected an exception and perhaps a count from 1, such as \
             ThrottledClientException:2, the exception being one of {}",
            self.0,
            names.join(", ")
        )
    }
}

impl std::error::Error for InvalidFault {}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let invalid = || InvalidFault(text.to_owned());
        let (name, times) = match text.split_once(':') {
            Some((name, times)) => {
                let times = times.parse().ok().filter(|times| *times > 0).ok_or_else(invalid)?;
                (name, Some(times))
            }
            None => (text, None),
        };
        if !Exception::NAMED.contains(&name) && !FRONT_DOOR.contains(&name) {
            return Err(invalid());
        }
        Ok(Self { exception: name.into(), times })
    }
}

/// The answer to a call that meets a fault: the service's own exception, or else the front door's.
pub(crate) fn fault(exception: Exception) -> ServiceError {
    let message = "This fault was asked for";
    match exception.status() {
        Some(_) => router::refuse(exception, message),
        None => authentication::refuse(exception.as_str(), message),
    }
}

/// The faults that are still to come, in order.
#[derive(Debug, Default)]
pub(crate) struct Faults(Mutex<VecDeque<Fault>>);

impl Faults {
    pub(crate) fn add(&self, fault: Fault) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(fault);
    }

    /// The exception that the next call is answered with.
    pub(crate) fn next(&self) -> Option<Exception> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let fault = faults.front_mut()?;
            match &mut fault.times {
                Some(0) => {
                    faults.pop_front();
                }
                Some(times) => {
                    *times -= 1;
                    return Some(fault.exception.clone());
                }
                None => return Some(fault.exception.clone()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_an_exception_and_perhaps_a_count() {
        for (text, exception, times) in [
            ("ServiceFailureException", "ServiceFailureException", None),
            ("ThrottledClientException:2", "ThrottledClientException", Some(2)),
            ("AccessDeniedException:1", "AccessDeniedException", Some(1)),
        ] {
            assert_eq!(text.parse(), Ok(Fault { exception: exception.into(), times }));
        }
        for text in
            ["", "Throttled", "ForbiddenException:0", "ForbiddenException:", "X:1", "ForbiddenException:-1"]
        {
            let refused = text.parse::<Fault>().unwrap_err().to_string();
            assert!(refused.starts_with(&format!("{text:?} is not a fault")), "{refused}");
            assert!(refused.contains("AccessDeniedException") && refused.contains("ConflictException"));
        }
    }

    #[test]
    fn faults_come_in_their_order_and_one_without_a_count_stays() {
        let faults = Faults::default();
        assert_eq!(faults.next(), None);
        for text in ["ConflictException:2", "NotFoundException:1", "ForbiddenException"] {
            faults.add(text.parse().unwrap());
        }
        let names: Vec<_> = (0..6).filter_map(|_| faults.next()).map(|e| e.code().unwrap()).collect();
        assert_eq!(names, ["Conflict", "Conflict", "NotFound", "Forbidden", "Forbidden", "Forbidden"]);
    }
}
