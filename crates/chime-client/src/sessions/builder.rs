//! The settings of a session, and its first connect.

use std::fmt;
use std::time::Duration;

use chime_types::AppInstanceUserArn;
use chime_types::builder::{IntoParameter, names};
use tokio::time::{Instant, sleep_until, timeout_at};

use super::connect::{Connector, Established};
use super::error::{SessionError, SessionErrorKind};
use super::gaps::GapFiller;
use super::prefetch::Prefetch;
use super::pump::{Connects, Pump};
use super::queue::queue;
use super::reconnect::{Next, Reconnects};
use super::session::MessagingSession;
use crate::{ActingAs, Client};

/// The time that [`connect`](MessagingSessionBuilder::connect) may take.
const CONNECT_WITHIN: Duration = Duration::from_secs(10);

/// The settings of a session. Start with [`Client::messaging_session`].
///
/// The user is the only required one: [`connect`](Self::connect) compiles once it is set.
#[derive(Clone)]
#[must_use = "nothing happens before `connect`"]
pub struct MessagingSessionBuilder<User> {
    client: Client,
    user: User,
    session_id: Option<String>,
    prefetch: Option<Prefetch>,
    fills_gaps: bool,
    without_tls: bool,
    connect_within: Duration,
    give_up_after: Option<Duration>,
}

impl<User> fmt::Debug for MessagingSessionBuilder<User> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessagingSessionBuilder")
            .field("session_id", &self.session_id)
            .field("prefetch", &self.prefetch)
            .field("fills_gaps", &self.fills_gaps)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Starts the settings of a real-time session; see [`MessagingSession`]. It needs the feature `sessions`.
    pub fn messaging_session(&self) -> MessagingSessionBuilder<names::app_instance_user_arn> {
        MessagingSessionBuilder {
            client: self.clone(),
            user: names::app_instance_user_arn,
            session_id: None,
            prefetch: None,
            fills_gaps: false,
            without_tls: false,
            connect_within: CONNECT_WITHIN,
            give_up_after: None,
        }
    }
}

impl ActingAs {
    /// Starts the settings of a real-time session of this user; see [`MessagingSession`]. It needs the feature `sessions`.
    pub fn messaging_session(&self) -> MessagingSessionBuilder<AppInstanceUserArn> {
        self.client.messaging_session().app_instance_user_arn(&self.bearer)
    }
}

impl<User> MessagingSessionBuilder<User> {
    /// Sets the user whose events the session receives. This parameter is required.
    pub fn app_instance_user_arn(
        self,
        user: impl IntoParameter<AppInstanceUserArn, names::app_instance_user_arn>,
    ) -> MessagingSessionBuilder<AppInstanceUserArn> {
        let Self {
            client, session_id, prefetch, fills_gaps, without_tls, connect_within, give_up_after, ..
        } = self;
        let user = user.into_parameter();
        MessagingSessionBuilder {
            client,
            user,
            session_id,
            prefetch,
            fills_gaps,
            without_tls,
            connect_within,
            give_up_after,
        }
    }

    /// Sets the ID of the session. The default is a random UUID.
    ///
    /// Each connect of the session has the same ID.
    pub fn session_id(mut self, id: impl Into<String>) -> Self {
        self.session_id = Some(id.into());
        self
    }

    /// Lets the session receive the user's channels as `CHANNEL_DETAILS` whenever it connects.
    ///
    /// Each channel has its latest messages and some of its members. A message may be among them and be an event, too.
    pub fn prefetch(mut self, order: Prefetch) -> Self {
        self.prefetch = Some(order);
        self
    }

    /// Lets the session fetch the messages that were sent while its connection was lost.
    ///
    /// They arrive after [`Reconnected`](crate::SessionItem::Reconnected) and before the events of the new connection, as
    /// `CREATE_CHANNEL_MESSAGE`: channel by channel, the oldest message first. No message arrives twice. The calls take
    /// half of the documented quota at most. They are `ListChannelMembershipsForAppInstanceUser`, also once in
    /// [`connect`](Self::connect), and `ListChannelMessages` for each channel with new messages.
    ///
    /// Some events cannot be fetched: changes, redactions and deletions of older messages, memberships, changed channels,
    /// messages that are not persistent, and messages of channels that the user has left. A message that was changed or
    /// redacted meanwhile arrives as it is now. If a list fails, the session has a
    /// [`NotFilled`](crate::SessionItem::NotFilled).
    pub fn fill_gaps(mut self) -> Self {
        self.fills_gaps = true;
        self
    }

    /// Lets the session connect without TLS to a host that is not this machine, if the API's endpoint is `http` as well.
    ///
    /// It is for a local service in another container. Anyone on the way can then read the signed address of the session,
    /// which contains the session token of temporary credentials.
    pub fn without_tls(mut self) -> Self {
        self.without_tls = true;
        self
    }

    /// Sets how long [`connect`](Self::connect) may take, with all its attempts. The default is 10 s.
    pub fn connect_within(mut self, limit: Duration) -> Self {
        self.connect_within = limit;
        self
    }

    /// Sets how long an established session tries to connect again before it ends. By default, it never stops.
    ///
    /// The time counts from the loss of a session that lasted 10 s.
    pub fn give_up_after(mut self, limit: Duration) -> Self {
        self.give_up_after = Some(limit);
        self
    }
}

impl MessagingSessionBuilder<AppInstanceUserArn> {
    /// Connects, and returns once the service has established the session.
    ///
    /// A failure that may pass is retried as long as the time limit allows.
    ///
    /// # Errors
    /// Returns an error for a malformed parameter, a failed call or connection, a close by the service, or the time limit.
    ///
    /// # Panics
    /// Panics outside a tokio runtime with I/O and time.
    pub async fn connect(self) -> Result<MessagingSession, SessionError> {
        let Self {
            client,
            user,
            session_id,
            prefetch,
            fills_gaps,
            without_tls,
            connect_within,
            give_up_after,
        } = self;
        let user: AppInstanceUserArn = user.as_str().parse().map_err(|reason| {
            SessionError::new(SessionErrorKind::InvalidParameter("AppInstanceUserArn", reason))
        })?;
        let gaps = fills_gaps.then(|| GapFiller::new(client.clone(), user.clone()));
        let connector = Connector {
            transport: client.messaging_transport().clone(),
            user: user.clone(),
            session_id: session_id.unwrap_or_else(random_uuid),
            prefetch,
            without_tls,
        };
        let mut connects = Connects::new(connector, Reconnects::new(Some(connect_within)));
        let mut last = None;
        let connected = first(&mut connects, gaps.as_ref(), &mut last);
        let deadline = Instant::now() + connect_within.min(Duration::from_hours(24));
        let Ok(connected) = timeout_at(deadline, connected).await else {
            let too_late = || SessionError::new(SessionErrorKind::NotEstablished(connect_within));
            return Err(last.unwrap_or_else(too_late));
        };
        let Established { socket, held, .. } = connected?;
        connects.reconnects.give_up_after(give_up_after);
        let (queue, waiting) = queue();
        let pump = Pump { connects, queue, gaps, held, unfilled: None };
        Ok(MessagingSession::new((user, fills_gaps), waiting, |closing| pump.run(socket, closing)))
    }
}

/// Connects for the first time. The last failure is kept for the time limit.
async fn first(
    connects: &mut Connects,
    gaps: Option<&GapFiller>,
    last: &mut Option<SessionError>,
) -> Result<Established, SessionError> {
    if let Some(gaps) = gaps {
        gaps.begin().await.map_err(|error| SessionError::new(SessionErrorKind::Call(error)))?;
    }
    loop {
        match connects.connect(true).await {
            Ok(established) => return Ok(established),
            Err((error, Next::End)) => return Err(error),
            Err((error, Next::ConnectAfter(wait))) => {
                *last = Some(error);
                sleep_until(Instant::now() + wait).await;
            }
        }
    }
}

/// Returns a random UUID of version 4.
fn random_uuid() -> String {
    let random = chime_transport::random_token().and_then(|token| u128::from_str_radix(&token, 16).ok());
    let bits = random.unwrap_or_default() & !(0xf << 76 | 0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let hex = format!("{bits:032x}");
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| hex.get(part).unwrap_or_default());
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn session_ids_are_random_uuids_of_version_4() {
        let id = random_uuid();
        assert_eq!(id.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12], "{id}");
        assert_eq!(&id[14..15], "4", "{id}");
        assert!("89ab".contains(&id[19..20]), "{id}");
        assert_ne!(id, random_uuid());
    }
}
