//! HTTP and HTTPS on one port: the first byte of a connection tells them apart.

use std::io;
use std::net::IpAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::authority::CertificateAuthority;

/// The first byte of a TLS connection: the type of a record with a handshake. No HTTP request begins with it.
const HANDSHAKE: u8 = 0x16;

/// A connection as it is served.
pub(super) enum Secured {
    /// HTTP.
    Plain(TcpStream),
    /// HTTPS.
    Tls(Box<TlsStream<TcpStream>>),
}

/// Takes connections with and without TLS.
pub(super) struct Tls {
    acceptor: TlsAcceptor,
    certificate: String,
}

impl Tls {
    /// TLS with a new certificate of an authority, for a service that listens on that address or on the usual ones.
    pub(super) fn new(authority: &CertificateAuthority, address: Option<IpAddr>) -> io::Result<Self> {
        let acceptor = authority.server(address)?.into();
        Ok(Self { acceptor, certificate: authority.certificate().to_owned() })
    }

    /// The certificate of the authority, in PEM.
    pub(super) fn certificate(&self) -> &str {
        &self.certificate
    }

    /// Waits for the first byte of a connection and, if the client begins TLS, for the end of the handshake; both together
    /// for as long as `limit`.
    pub(super) async fn accept(&self, stream: TcpStream, limit: Duration) -> io::Result<Secured> {
        let accept = async {
            let mut first = [0];
            let read = stream.peek(&mut first).await?;
            if read == 1 && first == [HANDSHAKE] {
                self.acceptor.accept(stream).await.map(|stream| Secured::Tls(Box::new(stream)))
            } else {
                Ok(Secured::Plain(stream))
            }
        };
        timeout(limit, accept).await?
    }
}
