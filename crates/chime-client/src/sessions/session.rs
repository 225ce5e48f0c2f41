//! A session as its consumer has it.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use chime_types::AppInstanceUserArn;
use futures_core::Stream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use super::error::SessionError;
use super::item::SessionItem;
use super::queue::Waiting;

/// A real-time session: what happens in a user's channels, as it happens.
///
/// ```no_run
/// use chime_client::events::Event;
/// use chime_client::{Client, SessionItem};
///
/// # async fn example(client: &Client, alice: &str) -> Result<(), Box<dyn std::error::Error>> {
/// let mut session = client.messaging_session().app_instance_user_arn(alice).connect().await?;
/// while let Some(item) = session.next().await {
///     match item? {
///         SessionItem::Event(frame) => match frame.event {
///             Event::CreateChannelMessage(message) => println!("a message {:?}", message.message_id),
///             event => println!("{}", event.event_type()),
///         },
///         SessionItem::Disconnected { error, retry_in, .. } => println!("{error}; again in {retry_in:?}"),
///         SessionItem::Reconnected { gap } => println!("events may be missing since {}", gap.from),
///         item => println!("{item:?}"),
///     }
/// }
/// # Ok(())
/// # }
/// ```
///
/// It is a [`Stream`] of results, too. The session ends with the first error, or with `None` after
/// [`close`](Self::close).
///
/// # Connections
///
/// A session that loses its connection connects again, at most once a second and after waits that grow up to 30 s. Each
/// loss is an item. Waits get short again only after a session that lasted 10 s. Endpoint and credentials are asked for
/// before each connect. A session ends after a close that is not [temporary](crate::Close::is_temporary), and when
/// the service refuses credentials whose source has no other access key.
///
/// A session sends a ping after 30 s without a frame. If nothing comes for 15 s more, the connection counts as lost.
///
/// # What may be missing
///
/// The service does not send again what happened while the session was not connected. [`SessionItem::Reconnected`] has
/// the time of that gap, and [`fill_gaps`](crate::MessagingSessionBuilder::fill_gaps) fetches its messages. Events may
/// arrive twice and in another order than their causes.
///
/// # Tasks
///
/// A task reads from the connection and answers pings while the consumer is busy. It keeps 1,024 items or 8 MiB for the
/// consumer; then it stops reading, and the service may close the session. The task and its connection end when the
/// session is dropped.
#[must_use = "a session ends when it is dropped"]
pub struct MessagingSession {
    user: AppInstanceUserArn,
    fills_gaps: bool,
    items: Waiting,
    closing: oneshot::Sender<()>,
    task: JoinSet<()>,
}

impl MessagingSession {
    pub(super) fn new<Run>(
        (user, fills_gaps): (AppInstanceUserArn, bool),
        items: Waiting,
        run: impl FnOnce(oneshot::Receiver<()>) -> Run,
    ) -> Self
    where
        Run: Future<Output = ()> + Send + 'static,
    {
        let (closing, closed) = oneshot::channel();
        let mut task = JoinSet::new();
        task.spawn(run(closed));
        Self { user, fills_gaps, items, closing, task }
    }

    /// Returns the user whose events the session receives.
    #[must_use]
    pub fn app_instance_user_arn(&self) -> &AppInstanceUserArn {
        &self.user
    }

    /// Returns whether the session fetches the messages of gaps.
    #[must_use]
    pub fn fills_gaps(&self) -> bool {
        self.fills_gaps
    }

    /// Returns the next item, or `None` after an error.
    ///
    /// No item is lost if the future is dropped.
    ///
    /// # Errors
    /// The reason why the session ended.
    pub async fn next(&mut self) -> Option<Result<SessionItem, SessionError>> {
        poll_fn(|context| self.items.poll_next(context)).await
    }

    /// Closes the session, and waits up to a second for the service's answer. Items that were not taken are dropped.
    pub async fn close(self) {
        let Self { closing, mut task, items, .. } = self;
        // The task may have ended.
        let _ = closing.send(());
        task.join_next().await;
        drop(items);
    }
}

impl Stream for MessagingSession {
    type Item = Result<SessionItem, SessionError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.items.poll_next(context)
    }
}

impl fmt::Debug for MessagingSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessagingSession").field("user", &self.user).finish_non_exhaustive()
    }
}
