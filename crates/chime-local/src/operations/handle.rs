//! The trait of an operation's handler, and its surroundings.

use chime_types::Exception;
use chime_types::operation::Operation;

use crate::access::Caller;
use crate::refusal::Refusal;
use crate::store::Transaction;

/// The choices of the service where the real one's behavior is unknown.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The answer of `DescribeChannelMembershipForAppInstanceUser` for a user who is not a member.
    pub(crate) not_a_member: Exception,
}

impl Default for Settings {
    fn default() -> Self {
        Self { not_a_member: Exception::ForbiddenException }
    }
}

/// The surroundings of a handler: the transaction of the call, the settings of the service, and its host.
pub(crate) struct World<'w> {
    pub(crate) db: &'w Transaction<'w>,
    pub(crate) settings: &'w Settings,
    /// The host that the caller calls, with its port.
    pub(crate) host: &'w str,
}

/// An operation that the service answers.
pub(crate) trait Handle: Operation {
    /// The caller that it takes: a user, perhaps a user, or nobody in particular.
    type Caller: Caller;

    /// The answer, or why the call is refused.
    fn handle(self, caller: Self::Caller, world: &World<'_>) -> Result<Self::Output, Refusal>;
}
