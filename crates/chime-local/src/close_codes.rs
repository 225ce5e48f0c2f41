//! The codes with which sessions are closed.

/// The close of all sessions when the service stops.
pub(crate) const GOING_AWAY: u16 = 1001;

/// The code that stands for a close without a code.
pub(crate) const NO_CODE: u16 = 1005;

/// The close of a session that the service is too busy for: the client may try again later.
pub(crate) const TRY_AGAIN_LATER: u16 = 1013;

/// The close of a session that is not authorized.
pub(crate) const UNAUTHORIZED: u16 = 4401;

/// Returns whether a session can be closed with a code.
pub(crate) fn is_close_code(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}
