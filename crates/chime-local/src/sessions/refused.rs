//! The refusal of a session.

use crate::close_codes::{TRY_AGAIN_LATER, UNAUTHORIZED};

/// The refusal of a session whose handshake succeeded.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(super) code: u16,
    /// The reason as the client receives it.
    pub(super) reason: &'static str,
    /// The reason as the log tells it.
    pub(super) cause: &'static str,
}

impl Refused {
    /// A refusal whose cause the client does not learn, as on AWS.
    pub(crate) fn unauthorized(cause: &'static str) -> Self {
        Self { code: UNAUTHORIZED, reason: "Unauthorized", cause }
    }

    /// A refusal of a user with too many sessions, or too many connects a second.
    pub(crate) fn too_many(cause: &'static str) -> Self {
        Self { code: TRY_AGAIN_LATER, reason: cause, cause }
    }
}
