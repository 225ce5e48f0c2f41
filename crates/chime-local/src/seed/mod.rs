//! Worlds as JSON: what a store is filled with, and written back as.

mod document;
mod export;
mod invalid;
mod load;
mod moderator;

pub use document::Seed;
pub use invalid::InvalidSeed;
