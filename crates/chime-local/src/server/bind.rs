//! The sockets that a service listens on.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use tokio::net::TcpListener;

/// The number of ports that are tried if any free port will do.
const TRIES: usize = 20;

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
