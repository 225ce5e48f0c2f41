//! Failures on demand.

use std::collections::VecDeque;
use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use chime_types::Exception;

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

/// A text that describes no fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidFault(String);

impl fmt::Display for InvalidFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no fault; expected an exception and perhaps a count, such as \
             ThrottledClientException:2, the exception being one of {}",
            self.0,
            Exception::NAMED.join(", ")
        )
    }
}

impl std::error::Error for InvalidFault {}

impl FromStr for Fault {
    type Err = InvalidFault;

    fn from_str(text: &str) -> Result<Self, InvalidFault> {
        let invalid = || InvalidFault(text.to_owned());
        let (name, times) = match text.split_once(':') {
            Some((name, times)) => (name, Some(times.parse().map_err(|_| invalid())?)),
            None => (text, None),
        };
        let exception = Exception::from(name);
        exception.status().ok_or_else(invalid)?;
        Ok(Self { exception, times })
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
