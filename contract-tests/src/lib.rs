//! What the contract tests are made of: the services' models, recorded requests, laws, peers and worlds.
//!
//! The tests in `tests/` and the fuzz targets in `fuzz/` use this library. A new operation needs no change here: the
//! models, the recorded requests and the list of operations bring what the tests check of it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::panic,
    clippy::unwrap_used,
    reason = "this is the code of tests: a failure ends the test that called it"
)]

pub mod accepted;
pub mod arns;
pub mod client;
pub mod client_laws;
pub mod connection;
pub mod data;
pub mod laws;
pub mod operations;
pub mod outcome;
pub mod peer;
pub mod recorded;
pub mod scenario;
pub mod service_model;
pub mod world;
pub mod written;
