//! The contracts: what the client sends and makes of every answer, and what the local service promises.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a failure ends the test"
)]

mod admin;
mod architecture;
mod behavior;
mod bots;
mod call_path;
mod channel_flows;
mod console;
mod data_files;
mod doc_examples;
mod documents;
mod endpoints;
mod exceptions;
mod fault_table;
mod faults;
mod fuzzed;
mod hostile;
mod imports;
mod jobs;
mod life;
mod local;
mod model;
mod network;
mod notifications;
mod origins;
mod pages;
mod prose;
mod reach;
mod repetition;
mod request_log;
mod requests;
mod roles;
mod round_trips;
mod routes;
mod scenario;
mod secrets;
mod seeds;
mod session_client;
mod session_faults;
mod session_handshake;
mod session_local;
mod session_peer;
mod session_socket;
mod sessions;
mod signatures;
mod store_laws;
mod stories;
mod streams;
mod successes;
mod tampering;
mod throttling;
mod tls;
