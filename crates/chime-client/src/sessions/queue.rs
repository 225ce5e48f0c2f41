//! The items that wait for the consumer, limited in number and in bytes.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::sync::mpsc::{self, OwnedPermit};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::SessionError;
use super::item::SessionItem;

/// The number of items that wait.
const ITEMS: usize = 1024;

/// The bytes that they have together.
const BYTES: u32 = 8 * 1024 * 1024;

pub(super) type Outcome = Result<SessionItem, SessionError>;

/// Room for items that the consumer has not taken yet.
#[derive(Clone, Debug)]
pub(super) struct Queue {
    sender: mpsc::Sender<(Outcome, OwnedSemaphorePermit)>,
    bytes: Arc<Semaphore>,
}

/// The consumer's end.
#[derive(Debug)]
pub(super) struct Waiting(mpsc::Receiver<(Outcome, OwnedSemaphorePermit)>);

/// Room for one item.
pub(super) struct Room {
    slot: OwnedPermit<(Outcome, OwnedSemaphorePermit)>,
    bytes: OwnedSemaphorePermit,
}

/// The consumer is gone.
#[derive(Debug)]
pub(super) struct Gone;

pub(super) fn queue() -> (Queue, Waiting) {
    let (sender, receiver) = mpsc::channel(ITEMS);
    (Queue { sender, bytes: Arc::new(Semaphore::new(BYTES as usize)) }, Waiting(receiver))
}

impl Queue {
    /// Waits for room for an item of that many bytes. One that is larger than the whole queue takes all of it.
    pub(super) async fn room(&self, bytes: usize) -> Result<Room, Gone> {
        let bytes = u32::try_from(bytes).unwrap_or(BYTES).min(BYTES);
        let bytes = Arc::clone(&self.bytes).acquire_many_owned(bytes).await.map_err(|_| Gone)?;
        let slot = self.sender.clone().reserve_owned().await.map_err(|_| Gone)?;
        Ok(Room { slot, bytes })
    }

    /// Waits for room, and adds an item of that many bytes.
    pub(super) async fn push(&self, outcome: Outcome, bytes: usize) -> Result<(), Gone> {
        self.room(bytes).await.map(|room| room.put(outcome))
    }
}

impl Room {
    pub(super) fn put(self, outcome: Outcome) {
        self.slot.send((outcome, self.bytes));
    }
}

impl Waiting {
    pub(super) fn poll_next(&mut self, context: &mut Context<'_>) -> Poll<Option<Outcome>> {
        Poll::Ready(ready!(self.0.poll_recv(context)).map(|(outcome, _)| outcome))
    }
}
