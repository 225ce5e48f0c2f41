//! Many questions at a time.

use std::time::Duration;

use chime_types::InvalidParameter;
use chime_types::operations::{
    DescribeChannelMembershipForAppInstanceUser, DescribeChannelMembershipForAppInstanceUserResponse,
};
use futures_util::{Stream, StreamExt};

use crate::{Client, Error, ErrorKind, Pacing, RetryPolicy};

type Question = DescribeChannelMembershipForAppInstanceUser;
type Answer = Result<DescribeChannelMembershipForAppInstanceUserResponse, Error>;

/// How often a question is asked that the service throttles, and one that fails otherwise.
const THROTTLED: u32 = 10;
const FAILED: u32 = 3;
/// How many questions are open at a time, if nothing else is said.
const CONCURRENCY: usize = 16;
/// The wait after a failure, times the failures so far. After throttling, the pace is the wait.
const WAIT: Duration = Duration::from_millis(200);

/// Many questions about memberships, to be answered [as they come](Self::as_they_come) or [in order](Self::in_order).
///
/// Each question has something of yours beside it, which its answer comes back with, and may be one that could not be
/// built: then that is its answer. What a question is waiting for is held in memory, and nothing else: the stream of
/// questions may have no end.
#[must_use = "nothing is asked before the answers are"]
#[derive(Debug)]
pub struct DescribeMany<S> {
    client: Client,
    questions: S,
    pacing: Pacing,
    concurrency: usize,
}

impl Client {
    /// Asks many questions, some at a time, at the pace that each bearer's quota allows. A failure ends nothing but its
    /// own question.
    ///
    /// ```
    /// use chime_client::{Client, Pacing};
    /// use chime_client::operations::DescribeChannelMembershipForAppInstanceUser as Describe;
    /// use futures_util::{StreamExt, stream};
    ///
    /// async fn audit(client: &Client, channels: Vec<String>, administrator: &str, user: &str) {
    ///     let questions = channels.into_iter().map(|channel| {
    ///         let question = Describe::builder()
    ///             .channel_arn(&channel)
    ///             .app_instance_user_arn(user)
    ///             .chime_bearer(administrator)
    ///             .build();
    ///         (channel, question)
    ///     });
    ///     let mut answers = client.describe_many(stream::iter(questions), &Pacing::of(client)).as_they_come();
    ///     while let Some((channel, answer)) = answers.next().await {
    ///         match answer {
    ///             Ok(answer) => println!("{channel}: {:?}", answer.unread()),
    ///             Err(error) => println!("{channel}: {error}"),
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// Every attempt waits for its turn, so the client's own retries are not used: a question that the service throttles
    /// is asked up to 10 times, while the pace of its bearer goes down; one that fails in another way that may pass,
    /// up to 3 times. Questions of a bearer whose turn has not come take up places, so mix bearers where there are many.
    pub fn describe_many<S, T>(&self, questions: S, pacing: &Pacing) -> DescribeMany<S>
    where
        S: Stream<Item = (T, Result<Question, InvalidParameter>)>,
    {
        DescribeMany {
            client: self.with_retry(RetryPolicy { max_attempts: 1, ..RetryPolicy::default() }),
            questions,
            pacing: pacing.clone(),
            concurrency: CONCURRENCY,
        }
    }
}

impl<S> DescribeMany<S> {
    /// How many questions are open at a time, waiting for their turn or for an answer: 16 unless it is said, at least 1.
    pub fn concurrency(mut self, questions: usize) -> Self {
        self.concurrency = questions.max(1);
        self
    }

    /// The answers as they come.
    pub fn as_they_come<T>(self) -> impl Stream<Item = (T, Answer)> + Unpin
    where
        S: Stream<Item = (T, Result<Question, InvalidParameter>)> + Unpin,
    {
        let Self { client, questions, pacing, concurrency } = self;
        let ask = move |(tag, question)| Box::pin(ask(client.clone(), pacing.clone(), tag, question));
        questions.map(ask).buffer_unordered(concurrency)
    }

    /// The answers in the order of their questions; one that is slow holds up those behind it.
    pub fn in_order<T>(self) -> impl Stream<Item = (T, Answer)> + Unpin
    where
        S: Stream<Item = (T, Result<Question, InvalidParameter>)> + Unpin,
    {
        let Self { client, questions, pacing, concurrency } = self;
        let ask = move |(tag, question)| Box::pin(ask(client.clone(), pacing.clone(), tag, question));
        questions.map(ask).buffered(concurrency)
    }
}

/// One question, until it is answered or further attempts are of no use.
async fn ask<T>(
    client: Client,
    pacing: Pacing,
    tag: T,
    question: Result<Question, InvalidParameter>,
) -> (T, Answer) {
    let question = match question {
        Ok(question) => question,
        Err(invalid) => return (tag, Err(invalid.into())),
    };
    let (mut throttled, mut failed) = (0, 0);
    loop {
        pacing.turn(&question.chime_bearer).await;
        let error = match client.call(question.clone()).await {
            Ok(answer) => return (tag, Ok(answer)),
            Err(error) => error,
        };
        if error.is_throttled() {
            pacing.throttled(&question.chime_bearer);
            throttled += 1;
            if throttled == THROTTLED {
                return (tag, Err(error));
            }
        } else {
            failed += 1;
            if failed == FAILED || !may_pass(&error) {
                return (tag, Err(error));
            }
            tokio::time::sleep(WAIT * failed).await;
        }
    }
}

/// Whether another attempt may help. It does no harm: the question only reads.
fn may_pass(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect(_) | ErrorKind::Io(_) | ErrorKind::Timeout(..) => true,
        ErrorKind::Service(refused) => matches!(refused.status, 500 | 502 | 503 | 504),
        _ => false,
    }
}
