//! Connections that wait for their next request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::uri::{Authority, Scheme};
use http_body_util::Full;
use hyper::client::conn::http1::SendRequest;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

/// The time for which a connection may be idle: less than any load balancer of AWS waits.
const LONGEST: Duration = Duration::from_secs(20);

/// A connection to an address.
#[derive(Debug)]
pub(crate) struct Connection {
    scheme: Scheme,
    authority: Authority,
    pub(crate) sender: SendRequest<Full<Bytes>>,
    /// Whether it has brought an answer.
    pub(crate) answered: bool,
    /// The time since which it has been idle.
    since: Instant,
}

impl Connection {
    pub(crate) fn new(scheme: Scheme, authority: Authority, sender: SendRequest<Full<Bytes>>) -> Self {
        Self { scheme, authority, sender, answered: false, since: Instant::now() }
    }

    fn is_open(&self) -> bool {
        !self.sender.is_closed() && self.since.elapsed() < LONGEST
    }
}

/// The idle connections, in the order in which they became idle.
#[derive(Debug, Default)]
pub(crate) struct Idle(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    connections: Vec<Connection>,
    /// The task that closes what has been idle for too long.
    closing: Option<JoinHandle<()>>,
}

impl Idle {
    /// Takes the connection to an address that became idle last, since others are more likely to be dead.
    pub(crate) async fn take(&self, scheme: &Scheme, authority: &Authority) -> Option<Connection> {
        loop {
            let mut connection = {
                let connections = &mut self.lock().connections;
                let leads_there = |kept: &Connection| kept.authority == *authority && kept.scheme == *scheme;
                let last = connections.iter().rposition(leads_there)?;
                connections.remove(last)
            };
            // hyper may not have noticed yet that its last answer is complete.
            if connection.is_open() && connection.sender.ready().await.is_ok() {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection whose answer is complete.
    pub(crate) fn put(self: &Arc<Self>, mut connection: Connection) {
        connection.since = Instant::now();
        let mut state = self.lock();
        state.connections.push(connection);
        // The task ends with its runtime, and this may be another.
        if state.closing.as_ref().is_none_or(JoinHandle::is_finished) {
            let idle = Arc::downgrade(self);
            state.closing = Some(tokio::spawn(async move {
                loop {
                    sleep(LONGEST).await;
                    let Some(idle) = idle.upgrade() else { return };
                    let mut state = idle.lock();
                    state.connections.retain(Connection::is_open);
                    if state.connections.is_empty() {
                        state.closing = None;
                        return;
                    }
                }
            }));
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A panic elsewhere cannot have left half a state here.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(closing) = &self.closing {
            closing.abort();
        }
    }
}
