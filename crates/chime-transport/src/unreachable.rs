//! The reasons why an address cannot be reached.

use std::fmt;
use std::io;

use http::Uri;
use http::uri::Scheme;

/// An address that cannot be reached, and why. Its source is what the system or TLS said.
#[derive(Debug)]
pub(crate) struct Unreachable {
    pub(crate) why: Why,
    text: String,
    /// Returns the advice for the user.
    pub(crate) advice: Option<String>,
    cause: io::Error,
}

/// The likely cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// No program listens at the address.
    Refused,
    /// The name has no address.
    UnknownHost,
    /// Anything else.
    Other,
}

impl Unreachable {
    /// The error of a connection to an address, with the address and the likely cause.
    pub(crate) fn explain(address: &Uri, error: io::Error) -> io::Error {
        let at = host_and_port(address);
        let cause = root(&error);
        let kind = innermost_kind(cause.downcast_ref().unwrap_or(&error));
        let plain = || Some(format!("use http://{at}"));
        let (why, text, advice) = match (kind, find::<rustls::Error>(&error)) {
            (_, Some(rustls::Error::InvalidMessage(_))) => {
                (Why::Other, format!("{at} does not speak TLS: it answers in plain text"), plain())
            }
            (
                _,
                Some(refusal @ rustls::Error::InvalidCertificate(rustls::CertificateError::UnknownIssuer)),
            ) => {
                let advice = "name a file with its issuer in AWS_CA_BUNDLE to trust it";
                (Why::Other, format!("{at}: {refusal}"), Some(advice.to_owned()))
            }
            (_, Some(refusal)) => (Why::Other, format!("{at}: {refusal}"), None),
            (io::ErrorKind::UnexpectedEof, None) if address.scheme() == Some(&Scheme::HTTPS) => {
                let advice = format!("if it speaks HTTP without TLS, use http://{at}");
                (Why::Other, format!("{at} ends the TLS handshake"), Some(advice))
            }
            // hyper-util has no other sign of a name that was looked up in vain.
            _ if error.to_string().starts_with("dns error") => (
                Why::UnknownHost,
                format!("unknown host {}: {cause}", address.host().unwrap_or_default()),
                None,
            ),
            (io::ErrorKind::ConnectionRefused, None) => {
                (Why::Refused, format!("connection refused by {at}"), None)
            }
            _ => (Why::Other, format!("{at}: {cause}"), None),
        };
        io::Error::new(kind, Self { why, text, advice, cause: error })
    }

    /// The error of a connection through a proxy, whose text says everything.
    pub(crate) fn through_proxy(error: io::Error) -> io::Error {
        io::Error::new(
            error.kind(),
            Self { why: Why::Other, text: error.to_string(), advice: None, cause: error },
        )
    }
}

/// The first error of a type among an error and its causes.
pub(crate) fn find<'e, E: std::error::Error + 'static>(
    error: &'e (dyn std::error::Error + 'static),
) -> Option<&'e E> {
    // An `io::Error` does not name what it wraps among its causes.
    let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    error
        .downcast_ref()
        .or_else(|| wrapped.and_then(|error| find(error)))
        .or_else(|| error.source().and_then(|error| find(error)))
}

/// The kind of the error that an error wraps, if it is one, else its own.
fn innermost_kind(error: &io::Error) -> io::ErrorKind {
    let wrapped = error.get_ref().and_then(|wrapped| wrapped.downcast_ref());
    wrapped.map_or_else(|| error.kind(), innermost_kind)
}

/// Returns the innermost error: the texts of hyper around it do not help.
pub(crate) fn root<'e>(
    error: &'e (dyn std::error::Error + 'static),
) -> &'e (dyn std::error::Error + 'static) {
    error.source().map_or(error, root)
}

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Unreachable {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}

/// `localhost:8090`, also where the address leaves the port out.
pub(crate) fn host_and_port(address: &Uri) -> String {
    let default = if address.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
    format!("{}:{}", address.host().unwrap_or_default(), address.port_u16().unwrap_or(default))
}
