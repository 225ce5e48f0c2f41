//! The operations that are implemented.

use chime_types::operation::{Metadata, Operation};

macro_rules! metadata {
    ($($method:ident: $Operation:ident, $Builder:ident;)*) => {
        &[$( <chime_types::$Operation as Operation>::METADATA ),*]
    };
}

/// Every operation that is implemented.
pub(crate) const OPERATIONS: &[Metadata] = chime_types::for_each_operation!(metadata);
