//! Requests to any service, over the connections of this crate.

use bytes::Bytes;

use crate::config::Timeouts;
use crate::dial::Dialer;
use crate::error::{Error, ErrorKind, TimeLimit};
use crate::network::Network;
use crate::pool::Pool;

/// Sends requests of other services than Amazon Chime: no signature, no retries, any status.
///
/// ```no_run
/// use bytes::Bytes;
/// use chime_transport::{HttpClient, Network, Timeouts};
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let client = HttpClient::new(&Network::default(), Timeouts::default())?;
/// let response = client.send(http::Request::get("http://localhost:4566/").body(Bytes::new())?).await?;
/// println!("{}", response.status());
/// # Ok(())
/// # }
/// ```
///
/// [`Signer::for_service`](crate::sigv4::Signer::for_service) signs a request.
#[derive(Debug)]
pub struct HttpClient {
    pool: Pool,
    timeouts: Timeouts,
}

impl HttpClient {
    /// Returns a client with its own connections.
    ///
    /// # Errors
    /// A malformed proxy.
    pub fn new(network: &Network, timeouts: Timeouts) -> Result<Self, Error> {
        Ok(Self { pool: Pool::new(Dialer::new(network, timeouts.connect)?), timeouts })
    }

    /// Sends a request, whose URI must be complete, and reads the whole response within the time limit of an attempt.
    ///
    /// # Errors
    /// No connection, a connection that broke, a response that is too large or came too late.
    pub async fn send(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Error> {
        let limit = self.timeouts.attempt;
        match tokio::time::timeout(limit, self.pool.send(request)).await {
            Ok(sent) => sent.map_err(|failure| failure.error),
            Err(_) => Err(Error::new(ErrorKind::Timeout(TimeLimit::Attempt, limit))),
        }
    }
}
