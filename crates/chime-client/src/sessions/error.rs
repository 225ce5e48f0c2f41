//! The error that ends a session.

use std::fmt;
use std::time::Duration;

use chime_types::{Excerpt, InvalidValue, OneLine};

use super::close::{Close, UNAUTHORIZED};
use super::reconnect::Loss;
use crate::{Error, ErrorKind};

/// The reason why a session ended, or why a connect failed.
///
/// ```
/// # fn example(error: &chime_client::SessionError) {
/// match error.close() {
///     Some(close) => println!("the service closed the session: {}", close.code),
///     None => println!("{error}"),
/// }
/// # }
/// ```
///
/// Its `Display` is one line for a log. Neither it nor `Debug` shows the address of the session, whose query is a secret.
pub struct SessionError {
    kind: Box<SessionErrorKind>,
    hint: Option<String>,
}

/// What ended a session or a connect.
#[derive(Debug)]
#[non_exhaustive]
pub enum SessionErrorKind {
    /// A parameter is malformed. Nothing was sent.
    InvalidParameter(&'static str, InvalidValue),
    /// A call failed: `GetMessagingSessionEndpoint`, or a list that fills gaps.
    Call(Error),
    /// The response to `GetMessagingSessionEndpoint` does not have the name of a host.
    Host(String),
    /// The connection failed, or the service refused the WebSocket handshake.
    Connect(Error),
    /// The service closed the session.
    Closed(Close),
    /// The connection broke without a close, or the service sent something that is not a WebSocket frame.
    Broken(Box<dyn std::error::Error + Send + Sync>),
    /// The service sent nothing for that time, not even the answer to a ping.
    Silent(Duration),
    /// The session was not established within that time.
    NotEstablished(Duration),
}

impl SessionError {
    pub(super) fn new(kind: SessionErrorKind) -> Self {
        Self { kind: Box::new(kind), hint: None }
    }

    /// Adds what may have been the reason.
    pub(super) fn with_hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }

    /// Returns what happened.
    #[must_use]
    pub fn kind(&self) -> &SessionErrorKind {
        &self.kind
    }

    /// Returns the service's close, if the service closed the session.
    #[must_use]
    pub fn close(&self) -> Option<&Close> {
        match &*self.kind {
            SessionErrorKind::Closed(close) => Some(close),
            _ => None,
        }
    }

    /// Returns the error of the call or of the connection that failed.
    #[must_use]
    pub fn call_error(&self) -> Option<&Error> {
        match &*self.kind {
            SessionErrorKind::Call(error) | SessionErrorKind::Connect(error) => Some(error),
            _ => None,
        }
    }

    /// Returns whether the service refused the credentials for the session.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.close().is_some_and(|close| close.code == UNAUTHORIZED)
    }

    /// Returns what the loss means for the next connect. `is_first` says that no session was established before.
    pub(super) fn loss(&self, is_first: bool) -> Loss {
        let is_temporary = match &*self.kind {
            SessionErrorKind::InvalidParameter(..) | SessionErrorKind::Host(_) => false,
            SessionErrorKind::Call(error) | SessionErrorKind::Connect(error) => is_temporary(error, is_first),
            SessionErrorKind::Closed(close) => close.is_temporary(),
            SessionErrorKind::Broken(_)
            | SessionErrorKind::Silent(_)
            | SessionErrorKind::NotEstablished(_) => true,
        };
        if is_temporary { Loss::Temporary } else { Loss::Final }
    }
}

/// Returns whether a failure of a call or of a connection is temporary.
fn is_temporary(error: &Error, is_first: bool) -> bool {
    match error.kind() {
        // A session that had credentials is likely to get them again. A first connect that fails so is misconfigured.
        ErrorKind::Credentials(_) | ErrorKind::TooLarge(_) | ErrorKind::Unreadable(_) => !is_first,
        ErrorKind::Connect(_) | ErrorKind::Io(_) | ErrorKind::Timeout(..) => true,
        ErrorKind::Service(refusal) => {
            error.is_throttled() || refusal.status >= 500 || matches!(refusal.status, 408 | 425)
        }
        _ => false,
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.kind {
            SessionErrorKind::InvalidParameter(parameter, reason) => {
                write!(f, "{parameter}: {}", OneLine(reason))
            }
            SessionErrorKind::Call(error) | SessionErrorKind::Connect(error) => write!(f, "session: {error}"),
            SessionErrorKind::Host(host) => {
                write!(
                    f,
                    "session: the service's endpoint {:?} is not the name of a host",
                    Excerpt(host).to_string()
                )
            }
            SessionErrorKind::Closed(close) => write!(f, "session: the service closed it {close}"),
            SessionErrorKind::Broken(error) => write!(f, "session: the connection broke: {}", OneLine(error)),
            SessionErrorKind::Silent(time) => {
                write!(f, "session: the service sent nothing for {time:?}")
            }
            SessionErrorKind::NotEstablished(time) => {
                write!(f, "session: it was not established within {time:?}")
            }
        }?;
        match &self.hint {
            Some(hint) => write!(f, "; {}", OneLine(hint)),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionError").field("kind", &self.kind).field("hint", &self.hint).finish()
    }
}

impl std::error::Error for SessionError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.kind {
            SessionErrorKind::Call(error) | SessionErrorKind::Connect(error) => Some(error),
            SessionErrorKind::Broken(error) => Some(error.as_ref()),
            _ => None,
        }
    }
}
