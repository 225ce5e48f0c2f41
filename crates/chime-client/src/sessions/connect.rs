//! One connect: from the service's endpoint to `SESSION_ESTABLISHED`.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime};

use chime_transport::{Credentials, Error, ErrorKind, Transport};
use chime_types::AppInstanceUserArn;
use chime_types::events::Event;
use chime_types::operation::Operation;
use chime_types::operations::GetMessagingSessionEndpoint;
use chime_types::wire;
use tokio::time::timeout;

use super::address::address;
use super::error::{SessionError, SessionErrorKind};
use super::item::SessionItem;
use super::prefetch::Prefetch;
use super::reconnect::Loss;
use super::socket::{Received, Socket};

/// The time that a connect may take once the address is known.
const LIMIT: Duration = Duration::from_secs(10);

/// The frames that are kept until the session is established, and their bytes.
const HELD: (usize, usize) = (1024, 4 * 1024 * 1024);

/// The difference between the service's clock and ours from which a signature has the service's time. It is valid for
/// ten seconds, and the service's time is known to the second.
const TOLERANCE: Duration = Duration::from_secs(4);

/// Connects the sessions of a user.
#[derive(Debug)]
pub(super) struct Connector {
    pub(super) transport: Transport,
    pub(super) user: AppInstanceUserArn,
    pub(super) session_id: String,
    pub(super) prefetch: Option<Prefetch>,
    pub(super) without_tls: bool,
}

/// An established session.
pub(super) struct Established {
    pub(super) socket: Socket,
    /// The credentials that signed the connect.
    pub(super) credentials: Credentials,
    /// The frames that came before `SESSION_ESTABLISHED`, each with its length.
    pub(super) held: Held,
}

/// Items, each with the bytes that it had as a frame.
pub(super) type Held = VecDeque<(SessionItem, usize)>;

/// Why a connect failed, or why a session was lost.
pub(super) struct Failure {
    pub(super) error: SessionError,
    pub(super) loss: Loss,
}

impl Connector {
    /// Connects. Endpoint and credentials are asked for each time.
    pub(super) async fn connect(&self, is_first: bool) -> Result<Established, Failure> {
        let failure = |error: SessionError| Failure { loss: error.loss(is_first), error };
        if !is_first {
            self.transport.renew_credentials().await;
        }
        let (host, ahead) = self.endpoint().await.map_err(failure)?;
        let endpoint_url = self.transport.endpoint().url();
        let Self { user, session_id, prefetch, without_tls, .. } = self;
        let address = address(&host, &endpoint_url, user, session_id, *prefetch, *without_tls)
            .ok_or_else(|| failure(SessionError::new(SessionErrorKind::Host(host))))?;
        // The credentials of the request, once it was sent.
        let mut signed = None;
        let established = async {
            let time = ahead.shift(self.transport.now());
            let opened = self.transport.open_websocket(address, time).await;
            let opened = opened.map_err(|error| SessionError::new(SessionErrorKind::Connect(error)))?;
            signed = Some(opened.credentials.clone());
            let (socket, held) = establish(Socket::new(opened.stream)).await?;
            Ok(Established { socket, credentials: opened.credentials, held })
        };
        let established = match timeout(LIMIT, established).await {
            Ok(established) => established,
            Err(_) => Err(SessionError::new(SessionErrorKind::NotEstablished(LIMIT))),
        };
        match (established, signed) {
            (Ok(established), _) => Ok(established),
            (Err(error), Some(credentials)) if error.is_unauthorized() => {
                Err(self.unauthorized(error, &credentials, ahead).await)
            }
            (Err(error), _) => Err(failure(error)),
        }
    }

    /// What follows from the loss of a session.
    pub(super) async fn lost(&self, error: SessionError, credentials: Option<&Credentials>) -> Failure {
        if error.is_unauthorized()
            && let Some(credentials) = credentials
        {
            return self.unauthorized(error, credentials, Ahead::NONE).await;
        }
        Failure { loss: error.loss(false), error }
    }

    /// Asks for the host of sessions. Also returns how far the service's clock is ahead.
    async fn endpoint(&self) -> Result<(String, Ahead), SessionError> {
        let call = |error| SessionError::new(SessionErrorKind::Call(error));
        let request = GetMessagingSessionEndpoint::builder().build().map_err(Error::from).map_err(call)?;
        let metadata = &GetMessagingSessionEndpoint::METADATA;
        let answer = self.transport.call(metadata, &|| wire::encode_request(&request)).await.map_err(call)?;
        let ahead = answer.date().map_or(Ahead::NONE, |date| Ahead::of(date, self.transport.now()));
        let decoded = wire::decode_response::<GetMessagingSessionEndpoint>(&answer.response);
        let decoded = decoded.map_err(|unreadable| {
            let error = Error::new(ErrorKind::Unreadable(unreadable));
            call(error.during(metadata.name, answer.attempts, answer.elapsed))
        })?;
        let host = decoded.endpoint.and_then(|endpoint| endpoint.url).unwrap_or_default();
        Ok((host, ahead))
    }

    /// What follows from refused credentials: whether their source has others.
    async fn unauthorized(&self, error: SessionError, refused: &Credentials, ahead: Ahead) -> Failure {
        let replaced = match timeout(LIMIT, self.transport.replace_credentials(refused)).await {
            Ok(Ok(fresh)) => fresh.access_key_id() != refused.access_key_id(),
            _ => false,
        };
        let hint = ahead.hint().unwrap_or_else(|| {
            let user = &self.user;
            format!(
                "check the credentials, the region, and that IAM's policies allow chime:Connect for {user}"
            )
        });
        Failure { error: error.with_hint(Some(hint)), loss: Loss::Unauthorized { replaced } }
    }
}

/// Waits for `SESSION_ESTABLISHED`.
async fn establish(mut socket: Socket) -> Result<(Socket, Held), SessionError> {
    let (mut held, mut bytes) = (VecDeque::new(), 0);
    loop {
        let (item, length) = match socket.next().await? {
            Received::Frame(frame, _) if frame.event == Event::SessionEstablished => {
                return Ok((socket, held));
            }
            Received::Frame(frame, length) => (SessionItem::Event(frame), length),
            Received::Unreadable(frame) => {
                let length = frame.bytes().len();
                (SessionItem::Unreadable(frame), length)
            }
            Received::Sign => continue,
        };
        bytes += length;
        held.push_back((item, length));
        if held.len() > HELD.0 || bytes > HELD.1 {
            let reason = "too much came before SESSION_ESTABLISHED";
            return Err(SessionError::new(SessionErrorKind::Broken(reason.into())));
        }
    }
}

/// How far the service's clock is ahead of ours, in milliseconds, if that matters.
#[derive(Clone, Copy)]
struct Ahead(i64);

impl Ahead {
    const NONE: Self = Self(0);

    fn of(service: SystemTime, ours: SystemTime) -> Self {
        let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        match service.duration_since(ours) {
            Ok(ahead) if ahead > TOLERANCE => Self(millis(ahead)),
            Err(behind) if behind.duration() > TOLERANCE => Self(-millis(behind.duration())),
            _ => Self::NONE,
        }
    }

    fn shift(self, time: SystemTime) -> SystemTime {
        let by = Duration::from_millis(self.0.unsigned_abs());
        let shifted = if self.0 < 0 { time.checked_sub(by) } else { time.checked_add(by) };
        shifted.unwrap_or(time)
    }

    fn hint(self) -> Option<String> {
        let seconds = self.0 / 1000;
        let side = if seconds < 0 { "ahead of" } else { "behind" };
        (seconds != 0)
            .then(|| format!("this machine's clock is {} s {side} the service's", seconds.unsigned_abs()))
    }
}
