//! Lists that come in pages, as a stream.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::InvalidParameter;
use crate::builder::Call;
use crate::operation::Paginated;

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
/// A page is requested once the items of the page before it are used up. After an error the stream ends. A page whose
/// token is the one that it was requested with is an error too, which follows its items.
#[must_use = "nothing is sent before the first item is requested"]
pub struct Pages<Via: Call, O: Paginated> {
    state: State<Via, O>,
    items: std::vec::IntoIter<O::Item>,
}

type PageFuture<Via, O> = Pin<Box<dyn Future<Output = (PageResult<Via, O>, Via, O)> + Send>>;
type PageResult<Via, O> = Result<<O as crate::operation::Operation>::Output, <Via as Call>::Error>;

enum State<Via: Call, O: Paginated> {
    /// The next page is needed.
    Next(Via, O),
    /// The next page was requested.
    Requested(PageFuture<Via, O>),
    /// The page that follows is the one before it.
    Endless(InvalidParameter),
    Done,
}

impl<Via: Call + Clone + 'static, O: Paginated> Pages<Via, O> {
    pub(crate) fn new(via: Via, request: O) -> Self {
        Self { state: State::Next(via, request), items: Vec::new().into_iter() }
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
                    let (items, token) = match answer {
                        Ok(output) => O::page(output),
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    };
                    self.items = items.into_iter();
                    // An empty token is none to some services.
                    if let Some(token) = token.filter(|token| *token != "") {
                        let requested_with = request.replace_next_token(token.clone());
                        self.state = if requested_with == Some(token) {
                            let reason = "the page goes on where it began; the list would have no end";
                            State::Endless(InvalidParameter::new(O::METADATA.name, "NextToken", reason))
                        } else {
                            State::Next(via, request)
                        };
                    }
                }
            }
        }
    }
}

impl<Via: Call, O: Paginated> fmt::Debug for Pages<Via, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages").field("operation", &O::METADATA.name).finish_non_exhaustive()
    }
}
