//! Declarations: everything that is particular to an operation or a structure, said once.

mod operation;
mod structure;
#[cfg(test)]
mod tests;

pub(crate) use operation::operation;
pub(crate) use structure::structure;

/// The items to which the macros expand in addition to the declared ones.
pub(crate) mod expanded {
    pub(crate) use super::operation::{
        Checks, about, caller_doc, errors, errors_doc, idempotent, lists, quota, quota_doc, service,
        source_doc,
    };
    pub(crate) use super::structure::check;
}
