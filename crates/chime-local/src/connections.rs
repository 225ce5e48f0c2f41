//! The open connections, and the choice of the one to close when they are too many.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::task::{AbortHandle, JoinSet};

/// The value of a turn while a request is answered.
const ANSWERING: u64 = u64::MAX;

/// The value of a turn once the connection is being closed.
const CLOSED: u64 = u64::MAX - 1;

/// The default is an independent connection, which nothing closes. The default is one of its own, which nobody closes.
#[derive(Debug, Default)]
pub(crate) struct Connection {
    turn: Arc<AtomicU64>,
    /// The next number.
    turns: Arc<AtomicU64>,
}

impl Connection {
    /// A request is whole, and is being answered until the value is dropped: so long the connection stays open.
    /// None where it is being closed already.
    pub(crate) fn answering(&self) -> Option<Answering<'_>> {
        let began = self
            .turn
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |turn| (turn != CLOSED).then_some(ANSWERING));
        began.ok().map(|_| Answering(self))
    }
}

/// A request that is being answered on a connection.
pub(crate) struct Answering<'c>(&'c Connection);

impl Drop for Answering<'_> {
    fn drop(&mut self) {
        let Connection { turn, turns } = self.0;
        turn.store(turns.fetch_add(1, Ordering::Relaxed), Ordering::Release);
    }
}

/// All connections. Dropping it closes them.
#[derive(Debug)]
pub(crate) struct Connections {
    /// The number of connections that may wait for a request.
    most: usize,
    tasks: JoinSet<()>,
    open: Vec<(Arc<AtomicU64>, AbortHandle)>,
    turns: Arc<AtomicU64>,
}

impl Connections {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, tasks: JoinSet::new(), open: Vec::new(), turns: Arc::default() }
    }

    /// Serves one more, and closes those that have waited longest where too many wait.
    pub(crate) fn spawn<F: Future<Output = ()> + Send + 'static>(
        &mut self,
        serve: impl FnOnce(Connection) -> F,
    ) {
        while self.tasks.try_join_next().is_some() {}
        self.open.retain(|(_, task)| !task.is_finished());
        let turn = Arc::new(AtomicU64::new(self.turns.fetch_add(1, Ordering::Relaxed)));
        let connection = Connection { turn: Arc::clone(&turn), turns: Arc::clone(&self.turns) };
        self.open.push((turn, self.tasks.spawn(serve(connection))));
        while self.waiting().count() > self.most && self.close_longest_waiting() {}
    }

    /// Makes room, if a connection waits: returns when one is closed, and says whether.
    pub(crate) async fn make_room(&mut self) -> bool {
        self.close_longest_waiting() && self.tasks.join_next().await.is_some()
    }

    /// Closes all of them, and returns when they are closed.
    pub(crate) async fn close(&mut self) {
        self.tasks.shutdown().await;
    }

    fn waiting(&self) -> impl Iterator<Item = (u64, &(Arc<AtomicU64>, AbortHandle))> {
        let turns = self.open.iter().map(|open| (open.0.load(Ordering::Acquire), open));
        turns.filter(|(turn, _)| *turn < CLOSED)
    }

    /// Whether there was one, and no request has arrived on it in the meantime.
    fn close_longest_waiting(&self) -> bool {
        let Some((seen, (turn, task))) = self.waiting().min_by_key(|(turn, _)| *turn) else { return false };
        let waits = turn.compare_exchange(seen, CLOSED, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if waits {
            task.abort();
        }
        waits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_connection_that_is_being_closed_answers_nothing_any_more() {
        let mut connections = Connections::new(1);
        let mut opened = Vec::new();
        for _ in 0..2 {
            connections.spawn(|connection| {
                opened.push(connection);
                std::future::pending()
            });
        }
        assert!(opened[0].answering().is_none());
        // The other is closed neither while it answers nor in favour of itself.
        let answering = opened[1].answering().unwrap();
        assert!(!connections.make_room().await);
        drop(answering);
        assert!(connections.make_room().await);
        assert!(opened[1].answering().is_none());
        assert!(!connections.make_room().await, "none is left");
    }
}
