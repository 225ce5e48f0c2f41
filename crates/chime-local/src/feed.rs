//! The feed: the event stream at `/_local/events`, which every current reader receives.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use hyper::body::{Body, Frame};
use serde::Serialize;
use serde_json::json;

/// The number of lines that wait for a slow reader before the oldest is dropped.
const WAITING: usize = 1024;

/// The feed. Without a reader, nothing is written for it.
#[derive(Debug, Default)]
pub(crate) struct Feed {
    is_read: AtomicBool,
    readers: Mutex<Vec<Weak<Mutex<Waiting>>>>,
}

/// The lines that wait for a reader.
#[derive(Debug, Default)]
struct Waiting {
    lines: VecDeque<Bytes>,
    dropped: u64,
    reader: Option<Waker>,
}

impl Feed {
    /// Whether somebody reads.
    pub(crate) fn is_read(&self) -> bool {
        self.is_read.load(Ordering::Acquire)
    }

    /// Tells readers something, as one member of an object.
    pub(crate) fn tell(&self, name: &str, value: impl Serialize) {
        if self.is_read() {
            self.tell_line(&line(name, value));
        }
    }

    /// Tells readers a line that is written already.
    pub(crate) fn tell_line(&self, line: &Bytes) {
        let mut readers = locked(&self.readers);
        readers.retain(|reader| {
            let Some(waiting) = reader.upgrade() else { return false };
            let mut waiting = locked(&waiting);
            if waiting.lines.len() >= WAITING {
                waiting.lines.pop_front();
                waiting.dropped += 1;
            }
            waiting.lines.push_back(line.clone());
            if let Some(reader) = waiting.reader.take() {
                reader.wake();
            }
            true
        });
        self.is_read.store(!readers.is_empty(), Ordering::Release);
    }

    /// Begins to read, with a first line.
    pub(crate) fn read(&self, first: Bytes) -> Reader {
        let waiting = Waiting { lines: [first].into(), ..Waiting::default() };
        let waiting = Arc::new(Mutex::new(waiting));
        let mut readers = locked(&self.readers);
        readers.push(Arc::downgrade(&waiting));
        self.is_read.store(true, Ordering::Release);
        Reader(waiting)
    }
}

fn locked<T>(value: &Mutex<T>) -> MutexGuard<'_, T> {
    value.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A line of the feed: an object with one member.
pub(crate) fn line(name: &str, value: impl Serialize) -> Bytes {
    format!("{}\n", json!({ name: value })).into()
}

/// A reader of the feed: the body of an endless response.
#[derive(Debug)]
pub(crate) struct Reader(Arc<Mutex<Waiting>>);

impl Body for Reader {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let mut waiting = locked(&self.0);
        if waiting.dropped > 0 {
            let dropped = std::mem::take(&mut waiting.dropped);
            return Poll::Ready(Some(Ok(Frame::data(line("Lagged", dropped)))));
        }
        let Some(line) = waiting.lines.pop_front() else {
            waiting.reader = Some(context.waker().clone());
            return Poll::Pending;
        };
        Poll::Ready(Some(Ok(Frame::data(line))))
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;

    async fn next(reader: &mut Reader) -> String {
        let frame = reader.frame().await.unwrap().unwrap();
        String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_slow_reader_learns_how_many_lines_it_missed_and_gets_the_rest_in_order() {
        let feed = Feed::default();
        let (mut slow, mut other) = (feed.read(line("Ready", 0)), feed.read(line("Ready", 1)));
        assert_eq!(next(&mut other).await, "{\"Ready\":1}\n");
        for number in 0..WAITING + 9 {
            feed.tell("Line", number);
            assert_eq!(next(&mut other).await, format!("{{\"Line\":{number}}}\n"));
        }
        // The first line and nine others.
        assert_eq!(next(&mut slow).await, "{\"Lagged\":10}\n");
        for number in 9..WAITING + 9 {
            assert_eq!(next(&mut slow).await, format!("{{\"Line\":{number}}}\n"));
        }
    }

    #[test]
    fn nothing_is_written_once_the_last_reader_is_gone() {
        struct Unwritable;
        impl Serialize for Unwritable {
            fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
                panic!("it is written")
            }
        }
        let feed = Feed::default();
        feed.tell("Line", Unwritable);
        drop(feed.read(line("Ready", 0)));
        feed.tell("Line", 1);
        assert!(!feed.is_read());
        feed.tell("Line", Unwritable);
    }
}
