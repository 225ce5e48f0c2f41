//! What each operation does, one file each.

mod describe_channel_membership_for_app_instance_user;

use chime_types::operation::Operation;
use chime_types::{Exception, ServiceError};

use crate::store::Store;

/// An operation that the service answers. Its bearer is known to exist.
pub(crate) trait Handle: Operation {
    /// The answer, or the exception.
    fn handle(self, store: &Store) -> Result<Self::Output, ServiceError>;
}

/// What the service says to whoever may not.
fn forbidden() -> ServiceError {
    let message = "You do not have sufficient access to perform this action";
    crate::router::refuse(Exception::ForbiddenException, message)
}
