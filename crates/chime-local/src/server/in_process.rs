//! Connections within this process.

use std::io;

use chime_transport::{Connect, Connecting};
use http::Uri;
use tokio::io::DuplexStream;
use tokio::sync::mpsc;

/// The capacity of a connection in each direction, in bytes.
const PIPE: usize = 64 * 1024;

/// Connects to a service within this process; see [`RunningService::connector`](crate::RunningService::connector).
#[derive(Clone, Debug)]
pub struct InProcess(mpsc::UnboundedSender<DuplexStream>);

impl InProcess {
    /// A connector that sends one end of each connection to a service.
    pub(super) fn new(service: mpsc::UnboundedSender<DuplexStream>) -> Self {
        Self(service)
    }
}

impl Connect for InProcess {
    fn connect(&self, _: &Uri) -> Connecting<'_> {
        let (near, far) = tokio::io::duplex(PIPE);
        let connected = self.0.send(far).map(|()| Box::new(near) as _);
        let refused = |_| io::Error::new(io::ErrorKind::ConnectionRefused, "the local service has ended");
        Box::pin(std::future::ready(connected.map_err(refused)))
    }
}
