//! The IDs that the service generates.

use uuid::Uuid;

/// A new id of a channel or a message: 64 hexadecimal digits.
pub(crate) fn new_id() -> String {
    format!("{:032x}{:032x}", Uuid::new_v4().as_u128(), Uuid::new_v4().as_u128())
}
