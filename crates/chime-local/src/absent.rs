//! The operations of the services that are not implemented, which are refused by name.
//!
//! A contract test compares the list with the service models.

use chime_types::operation::Metadata;

/// Every operation of both services that is not implemented, as [`Metadata::undeclared`]. The models have no other at
/// present.
pub(crate) const ABSENT: &[Metadata] = &[];
