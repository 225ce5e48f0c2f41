//! Failures on demand.

mod fault;
mod parse;
mod pending;

pub use fault::Fault;
pub(crate) use fault::{FaultKind, refusal};
pub use parse::InvalidFault;
pub(crate) use pending::Faults;
