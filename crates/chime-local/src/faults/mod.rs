//! Failures on demand.

mod fault;
mod parse;
mod pending;

pub use fault::{Fault, SessionFault};
pub(crate) use fault::{FaultKind, Moment, refusal};
pub use parse::InvalidFault;
pub(crate) use pending::Faults;
