//! The clients.

mod hyper;
#[cfg(feature = "peers")]
mod official;
mod ours;
#[cfg(feature = "peers")]
mod signed;

pub use hyper::{Answer, Hyper};
#[cfg(feature = "peers")]
pub use official::Official;
pub use ours::{Bearers, Ours};
#[cfg(feature = "peers")]
pub use signed::{Signed, sign};

/// The clients that this program has, the floor first.
pub const ALL: &[&str] = &[
    "hyper",
    "ours",
    #[cfg(feature = "peers")]
    "hyper + aws-sigv4",
    #[cfg(feature = "peers")]
    "official SDK",
];
