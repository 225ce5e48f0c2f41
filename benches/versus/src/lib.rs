//! One call by several clients, against a server that answers at once and always the same.

#![allow(
    clippy::expect_used,
    clippy::missing_panics_doc,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a measurement, which ends where it goes wrong"
)]

pub mod answer;
pub mod peers;

use std::future::Future;

use tokio::task::JoinSet;

/// The channel that is asked about.
pub const CHANNEL: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a/channel/d699fc1f7cd5bb2e35cbf0f19c557067cbbe80c46d1fb6dfbdb0ae0755281220";

/// The user that is asked about, who asks.
pub const USER: &str =
    "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a/user/alice";

/// The credentials of those who sign.
pub const CREDENTIALS: (&str, &str) = ("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");

/// A client that asks the one question.
pub trait Peer: Clone + Send + Sync + 'static {
    /// Asks, and says whether something is unread.
    fn ask(&self) -> impl Future<Output = bool> + Send;
}

/// That many calls, so many of them at a time, each of these in a task.
pub async fn ask(peer: &impl Peer, calls: usize, in_flight: usize) {
    let mut tasks = JoinSet::new();
    for _ in 0..in_flight {
        let peer = peer.clone();
        tasks.spawn(async move {
            for _ in 0..calls / in_flight {
                assert!(peer.ask().await, "the answer says that something is unread");
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.unwrap();
    }
}

/// Evaluates an expression with the client of that name. An unknown name ends the process.
#[macro_export]
macro_rules! with_peer {
    ($name:expr, $address:expr, |$peer:ident| $then:expr) => {
        match $name {
            "ours" => {
                let $peer = $crate::peers::Ours::new($address);
                $then
            }
            "ours, 1,000 bearers" => {
                let $peer = $crate::peers::Bearers::new($address);
                $then
            }
            "hyper" => {
                let $peer = $crate::peers::Hyper::new($address);
                $then
            }
            #[cfg(feature = "peers")]
            "hyper + aws-sigv4" => {
                let $peer = $crate::peers::Signed::new($address);
                $then
            }
            #[cfg(feature = "peers")]
            "official SDK" => {
                let $peer = $crate::peers::Official::new($address);
                $then
            }
            other => panic!("no client is called {other:?}"),
        }
    };
}
