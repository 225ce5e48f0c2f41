//! The codes with which a session is closed, and what they mean for its user.

use std::fmt;

use chime_types::Excerpt;

/// The code of a session that is not authorized.
pub(super) const UNAUTHORIZED: u16 = 4401;

/// The code of a client that closes a session because it is done.
pub(super) const NORMAL: u16 = 1000;

/// The code that stands for a close without a code.
pub(super) const NO_CODE: u16 = 1005;

/// The close of a session by the service: its code and its reason.
///
/// ```
/// # fn example(close: &chime_client::Close) {
/// if close.code == 4003 {
///     println!("removed: {close}");
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Close {
    /// The code; 1005 if the close had none.
    pub code: u16,
    /// The reason, which is often empty.
    pub reason: String,
}

impl Close {
    /// Returns whether a session connects again after this close, as the service documents it.
    ///
    /// It does after 1001, 1006 and 1011 to 1014, and after 4001 and above except for 4002 (the client closed it), 4003
    /// (removed) and 4401 (not authorized). After 4401, a session connects again once if the source of the credentials has
    /// another access key by then.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        // 4000 ends a session of amazon-chime-sdk-js. The service's guide is less exact: "4XXX".
        matches!(self.code, 1001 | 1006 | 1011..=1014 | 4001 | 4004..=4400 | 4402..=4999)
    }
}

impl fmt::Display for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.reason.as_str()) {
            (NO_CODE, _) => f.write_str("without a code"),
            (code, "") => write!(f, "with code {code}"),
            (code, reason) => write!(f, "with code {code} ({})", Excerpt(reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_codes_are_temporary_and_all_others_are_not() {
        let temporary: Vec<u16> = (0..=u16::MAX)
            .filter(|code| Close { code: *code, reason: String::new() }.is_temporary())
            .collect();
        let mut expected = vec![1001, 1006, 1011, 1012, 1013, 1014];
        expected.extend((4001..=4999).filter(|code| ![4002, 4003, 4401].contains(code)));
        assert_eq!(temporary, expected);
    }

    #[test]
    fn a_close_is_one_line() {
        for (code, reason, expected) in [
            (1005, "", "without a code"),
            (1001, "", "with code 1001"),
            (4401, "Un\nauthorized", "with code 4401 (Un\\nauthorized)"),
        ] {
            assert_eq!(Close { code, reason: reason.to_owned() }.to_string(), expected);
        }
    }
}
