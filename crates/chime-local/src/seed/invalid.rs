//! The error for a text or a world that is not a seed.

use std::fmt;

use chime_types::{InvalidParameter, OneLine};

/// The error for a text that does not describe a world; `Display` is one line with the place, the fault and what is
/// expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSeed(String);

impl fmt::Display for InvalidSeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        OneLine(&self.0).fmt(f)
    }
}

impl std::error::Error for InvalidSeed {}

impl From<rusqlite::Error> for InvalidSeed {
    fn from(error: rusqlite::Error) -> Self {
        Self(format!("the store: {error}"))
    }
}

impl InvalidSeed {
    pub(super) fn new(reason: impl fmt::Display) -> Self {
        Self(reason.to_string())
    }

    /// A member of the object at a path is wrong.
    pub(super) fn at(path: &str, member: &str, reason: impl fmt::Display) -> Self {
        Self(format!("{path}.{member}: {reason}"))
    }

    /// The service would refuse a member of the object at a path.
    pub(super) fn refused(path: &str, error: &InvalidParameter) -> Self {
        Self::at(path, error.parameter().unwrap_or("?"), error.reason())
    }
}
