//! Lists that come in pages, as a stream.

use std::collections::HashSet;
use std::fmt;
use std::future::{Future, poll_fn};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::builder::Call;
use crate::operation::{Operation, Paginated};
use crate::{InvalidParameter, Sensitive};

/// The items that a paginated operation lists, page after page.
///
/// It is a [`Stream`] of results. [`next`](Self::next) returns one after the other without a stream's methods:
///
/// ```no_run
/// # use chime_types::{AppInstanceArn, AppInstanceUserArn};
/// # use chime_types::builder::Call;
#[doc = import!("operations::ListChannelsBuilder")]
///
/// async fn count<C: Call + Clone + 'static>(
///     client: C,
///     app_instance: AppInstanceArn,
///     user: AppInstanceUserArn,
/// ) -> Result<usize, C::Error> {
///     let mut channels =
///         ListChannelsBuilder::via(client).app_instance_arn(app_instance).chime_bearer(user).into_stream();
///     let mut count = 0;
///     while let Some(channel) = channels.next().await {
///         channel?;
///         count += 1;
///     }
///     Ok(count)
/// }
/// ```
///
/// A page is requested once the items of the page before it are used up. After an error the stream ends. A token that
/// the service repeats is an error too, which follows the items beside it: the list would have no end.
#[must_use = "nothing is sent before the first item is requested"]
pub struct Pages<Via: Call, O: Paginated> {
    answers: Answers<Via, O>,
    items: std::vec::IntoIter<O::Item>,
}

impl<Via: Call + Clone + 'static, O: Paginated> Pages<Via, O> {
    pub(crate) fn new(via: Via, request: O) -> Self {
        Self { answers: Answers::new(via, request), items: Vec::new().into_iter() }
    }

    /// Returns the next item, or `None` after the last one or after an error.
    ///
    /// # Errors
    /// Whatever kept the page that has the item from coming.
    pub async fn next(&mut self) -> Option<Result<O::Item, Via::Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

// Nothing in it is pinned in place.
impl<Via: Call, O: Paginated> Unpin for Pages<Via, O> {}

impl<Via: Call + Clone + 'static, O: Paginated> Stream for Pages<Via, O> {
    type Item = Result<O::Item, Via::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.items.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(Pin::new(&mut self.answers).poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(answer)) => self.items = O::page(answer).0.into_iter(),
            }
        }
    }
}

impl<Via: Call, O: Paginated> fmt::Debug for Pages<Via, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("operation", &O::METADATA.name).finish_non_exhaustive()
    }
}

/// The whole answers of an operation: every page of a list, or the one answer of any other operation.
///
/// [`Pages`] gives their items. Use `Answers` for the members beside the items.
///
/// A page is requested when it is needed. After an error the stream ends. A token that the service repeats is an error,
/// which follows the answer that has it.
#[must_use = "nothing is sent before the first answer is requested"]
pub struct Answers<Via: Call, O: Operation + Clone> {
    state: State<Via, O>,
    /// The hashes of the tokens seen so far.
    seen: HashSet<u64>,
}

type AnswerFuture<Via, O> = Pin<Box<dyn Future<Output = (Answer<Via, O>, Via, O)> + Send>>;
type Answer<Via, O> = Result<<O as Operation>::Output, <Via as Call>::Error>;

enum State<Via: Call, O: Operation> {
    /// The next page is needed.
    Next(Via, O),
    /// The next page was requested.
    Requested(AnswerFuture<Via, O>),
    /// The service repeated a token.
    Endless(InvalidParameter),
    Done,
}

impl<Via: Call + Clone + 'static, O: Operation + Clone> Answers<Via, O> {
    /// Returns the answers to a request and to those for the pages after it.
    pub fn new(via: Via, request: O) -> Self {
        Self { state: State::Next(via, request), seen: HashSet::new() }
    }

    /// Returns the next answer, or `None` after the last one or after an error.
    ///
    /// # Errors
    /// Whatever kept the answer from coming.
    pub async fn next(&mut self) -> Option<Result<O::Output, Via::Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// Returns whether a token was not seen before, and keeps it.
    fn is_new(&mut self, token: &Sensitive) -> bool {
        let mut hasher = DefaultHasher::new();
        token.as_str().hash(&mut hasher);
        self.seen.insert(hasher.finish())
    }
}

// Nothing in it is pinned in place.
impl<Via: Call, O: Operation + Clone> Unpin for Answers<Via, O> {}

impl<Via: Call + Clone + 'static, O: Operation + Clone> Stream for Answers<Via, O> {
    type Item = Result<O::Output, Via::Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            match std::mem::replace(&mut self.state, State::Done) {
                State::Done => return Poll::Ready(None),
                State::Endless(invalid) => return Poll::Ready(Some(Err(invalid.into()))),
                State::Next(via, request) => {
                    self.state = State::Requested(Box::pin(async move {
                        let answer = via.call(request.clone()).await;
                        (answer, via, request)
                    }));
                }
                State::Requested(mut page) => {
                    let Poll::Ready((answer, via, mut request)) = page.as_mut().poll(context) else {
                        self.state = State::Requested(page);
                        return Poll::Pending;
                    };
                    if let Ok(answer) = &answer
                        && let Some(token) = O::next_token(answer).cloned()
                    {
                        // The first request may have had a token that no answer brought.
                        if let Some(before) = request.replace_next_token(token.clone()) {
                            self.is_new(&before);
                        }
                        self.state = if self.is_new(&token) {
                            State::Next(via, request)
                        } else {
                            let reason = "the service repeats a token; the list would have no end";
                            State::Endless(InvalidParameter::new(O::METADATA.name, "NextToken", reason))
                        };
                    }
                    return Poll::Ready(Some(answer));
                }
            }
        }
    }
}

impl<Via: Call, O: Operation + Clone> fmt::Debug for Answers<Via, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").field("operation", &O::METADATA.name).finish_non_exhaustive()
    }
}
