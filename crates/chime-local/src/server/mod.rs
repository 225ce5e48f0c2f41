//! The HTTP service: started, running, ended.

mod bind;
mod bots;
mod client;
mod cors;
mod http;
mod in_process;
mod initial_world;
mod listener;
mod local_service;
mod processors;
#[cfg(test)]
mod reading_tests;
mod running;
mod service;
#[cfg(test)]
mod tests;
#[cfg(feature = "tls")]
mod tls;

pub use in_process::InProcess;
pub use local_service::LocalService;
pub use running::RunningService;
