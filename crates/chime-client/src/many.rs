//! Many requests at a time.

use std::time::Duration;

use chime_types::InvalidParameter;
use chime_types::operation::Operation;
use chime_types::operations::{
    DescribeChannelMembershipForAppInstanceUser as Describe,
    DescribeChannelMembershipForAppInstanceUserResponse,
};
use futures_util::{Stream, StreamExt};
use tokio::time::Instant;

use crate::{Client, Error, ErrorKind, Pacing, RetryPolicy};

type DescribeResult = Result<DescribeChannelMembershipForAppInstanceUserResponse, Error>;

/// The attempts at a request that fails for another reason than throttling.
const MAX_FAILED: u32 = 3;
/// The attempts at a request that the service throttles, if they take less than `THROTTLED_FOR`.
const MAX_THROTTLED: u32 = 10;
/// The time for which a throttled request is attempted at least.
const THROTTLED_FOR: Duration = Duration::from_mins(5);
/// The requests that are open at a time by default.
const CONCURRENCY: usize = 16;
/// The wait after a failure, times the failures so far. After throttling, the pace is the wait.
const WAIT: Duration = Duration::from_millis(200);

/// Many requests for memberships, whose answers come [as they arrive](Self::as_they_come) or [in order](Self::in_order).
///
/// Each request has a value of yours beside it, which its answer comes back with. A request that could not be built is
/// answered by the reason. Only the requests that are open are held in memory: the stream of requests may be endless.
#[must_use = "nothing is sent before the answers are requested"]
#[derive(Debug)]
pub struct DescribeMany<S> {
    client: Client,
    requests: S,
    pacing: Pacing,
    concurrency: usize,
}

impl Client {
    /// Describes many memberships, some at a time, at the pace that each bearer's quota allows.
    ///
    /// A failure ends nothing but its own request.
    ///
    /// ```
    /// use chime_client::{Client, Pacing};
    /// use chime_client::operations::DescribeChannelMembershipForAppInstanceUser as Describe;
    /// use futures_util::{StreamExt, stream};
    ///
    /// async fn audit(client: &Client, channels: Vec<String>, administrator: &str, user: &str) {
    ///     let requests = channels.into_iter().map(|channel| {
    ///         let request = Describe::builder()
    ///             .channel_arn(&channel)
    ///             .app_instance_user_arn(user)
    ///             .chime_bearer(administrator)
    ///             .build();
    ///         (channel, request)
    ///     });
    ///     let mut answers = client.describe_many(stream::iter(requests), &Pacing::of(client)).as_they_come();
    ///     while let Some((channel, answer)) = answers.next().await {
    ///         match answer {
    ///             Ok(answer) => println!("{channel}: {:?}", answer.unread()),
    ///             Err(error) => println!("{channel}: {error}"),
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// Each attempt waits for its turn, so the client's own retries are not used. A request that the service throttles is
    /// attempted again, while the pace of its bearer goes down; throttling fails it after 5 minutes and 10 attempts at the
    /// earliest. A request that fails in another way that may pass is attempted up to 3 times. The error has the number of
    /// all attempts. Requests that wait for their bearer's turn count as open, so mix the requests of several bearers.
    pub fn describe_many<S, T>(&self, requests: S, pacing: &Pacing) -> DescribeMany<S>
    where
        S: Stream<Item = (T, Result<Describe, InvalidParameter>)>,
    {
        DescribeMany {
            client: self.with_retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() }),
            requests,
            pacing: pacing.clone(),
            concurrency: CONCURRENCY,
        }
    }
}

impl<S> DescribeMany<S> {
    /// Sets how many requests are open at a time, waiting for their turn or for an answer.
    ///
    /// The default is 16, and the least is 1.
    pub fn concurrency(mut self, requests: usize) -> Self {
        self.concurrency = requests.max(1);
        self
    }

    /// Returns the answers as they arrive.
    pub fn as_they_come<T>(self) -> impl Stream<Item = (T, DescribeResult)> + Unpin
    where
        S: Stream<Item = (T, Result<Describe, InvalidParameter>)> + Unpin,
    {
        let Self { client, requests, pacing, concurrency } = self;
        let describe = move |(tag, request)| Box::pin(describe(client.clone(), pacing.clone(), tag, request));
        requests.map(describe).buffer_unordered(concurrency)
    }

    /// Returns the answers in the order of their requests. A slow one holds up those behind it.
    pub fn in_order<T>(self) -> impl Stream<Item = (T, DescribeResult)> + Unpin
    where
        S: Stream<Item = (T, Result<Describe, InvalidParameter>)> + Unpin,
    {
        let Self { client, requests, pacing, concurrency } = self;
        let describe = move |(tag, request)| Box::pin(describe(client.clone(), pacing.clone(), tag, request));
        requests.map(describe).buffered(concurrency)
    }
}

/// Attempts a request until it is answered or further attempts are of no use.
async fn describe<T>(
    client: Client,
    pacing: Pacing,
    tag: T,
    request: Result<Describe, InvalidParameter>,
) -> (T, DescribeResult) {
    let request = match request {
        Ok(request) => request,
        Err(invalid) => return (tag, Err(invalid.into())),
    };
    let start = Instant::now();
    let (mut attempts, mut throttled, mut failed) = (0, 0, 0);
    let mut since = None;
    loop {
        pacing.turn(&request.chime_bearer).await;
        let error = match client.call(request.clone()).await {
            Ok(answer) => return (tag, Ok(answer)),
            Err(error) => error,
        };
        attempts += error.attempts();
        let is_last = if error.is_throttled() {
            pacing.throttled(&request.chime_bearer);
            throttled += 1;
            throttled >= MAX_THROTTLED && since.get_or_insert_with(Instant::now).elapsed() >= THROTTLED_FOR
        } else {
            failed += 1;
            failed == MAX_FAILED || !is_transient(&error)
        };
        if is_last {
            return (tag, Err(error.during(Describe::METADATA.name, attempts, start.elapsed())));
        }
        if !error.is_throttled() {
            tokio::time::sleep(WAIT * failed).await;
        }
    }
}

/// Whether another attempt may succeed. It does no harm: the request only reads.
fn is_transient(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect(_) | ErrorKind::Io(_) | ErrorKind::Timeout(..) => true,
        ErrorKind::Service(error) => matches!(error.status, 500 | 502 | 503 | 504),
        _ => false,
    }
}
