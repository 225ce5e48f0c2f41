//! Members of events that this version does not name.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The members of an event that this version does not name, kept as they were sent.
///
/// `Debug` shows their names only, because their values may be sensitive.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OtherMembers(Map<String, Value>);

impl OtherMembers {
    /// Returns the value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl fmt::Debug for OtherMembers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}
