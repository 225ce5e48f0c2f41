//! Text that logs must not show.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Text that the service model marks sensitive: it is absent from `Debug` and has no `Display`.
///
/// ```
#[doc = import!("Sensitive")]
///
/// let name = Sensitive::from("Board meeting");
/// assert_eq!(name, "Board meeting");
/// assert_eq!(name.as_str().len(), 13);
/// assert_eq!(format!("{name:?}"), "[sensitive]");
/// ```
///
/// Reading it takes an explicit [`as_str`](Self::as_str), so printing it is always a decision.
/// In JSON it is a plain string.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Sensitive(String);

impl Sensitive {
    /// Returns the text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the text itself, owned.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[sensitive]")
    }
}

impl From<String> for Sensitive {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl From<&str> for Sensitive {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl PartialEq<str> for Sensitive {
    fn eq(&self, other: &str) -> bool {
        self.0 == other
    }
}

impl PartialEq<&str> for Sensitive {
    fn eq(&self, other: &&str) -> bool {
        self.0 == *other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_text_is_available_on_request() {
        let text = Sensitive::from(String::from("a"));
        assert_eq!(text, Sensitive::from("a"));
        assert!(text == *"a" && text == "a" && text != *"b" && text != "b");
        assert_eq!(text.into_string(), "a");
    }
}
