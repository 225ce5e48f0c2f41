//! The sockets that a service listens on.

use std::future::poll_fn;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::task::Poll;

use tokio::net::{TcpListener, TcpStream};

#[cfg(feature = "tls")]
use super::tls::Tls;

/// The number of ports that are tried if any free port will do.
const TRIES: usize = 20;

/// The sockets that a service listens on, none if it is reached within the process alone.
#[derive(Default)]
pub(super) struct Listening {
    pub(super) sockets: Vec<TcpListener>,
    /// What HTTPS takes, if the service has it.
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Tls>,
}

impl Listening {
    /// Accepts a connection, on any of the sockets.
    pub(super) async fn accept(&self) -> io::Result<TcpStream> {
        let accepted = poll_fn(|context| {
            let ready = self.sockets.iter().map(|socket| socket.poll_accept(context)).find(Poll::is_ready);
            ready.unwrap_or(Poll::Pending)
        });
        let (stream, _) = accepted.await?;
        // Only a delay is lost where it fails.
        let _ = stream.set_nodelay(true);
        Ok(stream)
    }
}

/// Listens on a port of an address, or of both loopback addresses: `localhost` may be either.
pub(super) async fn bind(address: Option<IpAddr>, port: u16) -> io::Result<Vec<TcpListener>> {
    if let Some(address) = address {
        return Ok(vec![listen(address, port).await?]);
    }
    let mut tries = 0;
    loop {
        let first = listen(Ipv4Addr::LOCALHOST.into(), port).await?;
        tries += 1;
        match listen(Ipv6Addr::LOCALHOST.into(), first.local_addr()?.port()).await {
            Ok(second) => return Ok(vec![first, second]),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                if port != 0 || tries == TRIES {
                    return Err(error);
                }
            }
            // A machine without IPv6.
            Err(_) => return Ok(vec![first]),
        }
    }
}

async fn listen(address: IpAddr, port: u16) -> io::Result<TcpListener> {
    let listening = TcpListener::bind((address, port)).await;
    listening.map_err(|error| io::Error::new(error.kind(), format!("{address}, port {port}: {error}")))
}
