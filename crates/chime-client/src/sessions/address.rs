//! The address of a session.

use std::net::IpAddr;

use chime_types::AppInstanceUserArn;
use chime_types::wire::push_escaped;
use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};

use super::prefetch::Prefetch;

/// Returns the address of a session, unsigned.
///
/// A host of this machine is called without TLS if the API is. Every other one is called with TLS, since the address is
/// a secret, unless `without_tls` says otherwise.
pub(super) fn address(
    host: &str,
    endpoint_url: &str,
    user: &AppInstanceUserArn,
    session_id: &str,
    prefetch: Option<Prefetch>,
    without_tls: bool,
) -> Option<Uri> {
    let authority: Authority = host.to_ascii_lowercase().parse().ok()?;
    if authority.as_str().contains('@') || authority.host().is_empty() {
        return None;
    }
    let is_plain = endpoint_url.starts_with("http://") && (without_tls || is_loopback(authority.host()));
    let mut target = b"/connect?sessionId=".to_vec();
    push_escaped(&mut target, session_id);
    target.extend_from_slice(b"&userArn=");
    push_escaped(&mut target, user.as_str());
    if let Some(order) = prefetch {
        target.extend_from_slice(b"&prefetch-on=connect&prefetch-sort-by=");
        target.extend_from_slice(order.as_str().as_bytes());
    }
    let mut parts = http::uri::Parts::default();
    parts.scheme = Some(if is_plain { Scheme::HTTP } else { Scheme::HTTPS });
    parts.authority = Some(authority);
    parts.path_and_query = Some(PathAndQuery::from_maybe_shared(bytes::Bytes::from(target)).ok()?);
    Uri::from_parts(parts).ok()
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    host == "localhost" || host.ends_with(".localhost") || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_plain_api_on_this_machine_has_plain_sessions() {
        let user = "arn:aws:chime:us-east-1:123456789012:app-instance/i/user/alice".parse().unwrap();
        let cases = [
            ("localhost", "http://localhost", Some("http://localhost")),
            ("127.0.0.1:8090", "http://127.0.0.1:8090", Some("http://127.0.0.1:8090")),
            ("[::1]:8090", "http://[::1]:8090", Some("http://[::1]:8090")),
            ("LOCALHOST:8090", "http://localhost:8090", Some("http://localhost:8090")),
            ("localhost:8090", "https://localhost:8090", Some("https://localhost:8090")),
            ("chime:8090", "http://chime:8090", Some("https://chime:8090")),
            (
                "node001.ue1.ws-messaging.chime.aws",
                "http://localhost:1",
                Some("https://node001.ue1.ws-messaging.chime.aws"),
            ),
            ("user@localhost", "http://localhost", None),
            ("wss://localhost", "http://localhost", None),
            ("local host", "http://localhost", None),
            ("localhost/path", "http://localhost", None),
            ("", "http://localhost", None),
        ];
        for (host, endpoint, expected) in cases {
            let address = address(host, endpoint, &user, "ä", None, false).map(|address| address.to_string());
            let query = "/connect?sessionId=%C3%A4&userArn=arn%3Aaws%3Achime%3Aus-east-1%3A123456789012%3Aapp-instance%2Fi%2Fuser%2Falice";
            assert_eq!(address, expected.map(|origin| format!("{origin}{query}")), "{host} {endpoint}");
        }
        for (endpoint, scheme) in [("http://chime:8090", "http"), ("https://chime:8090", "https")] {
            let address = address("chime:8090", endpoint, &user, "1", None, true).unwrap();
            assert_eq!(address.scheme_str(), Some(scheme));
        }
        for (order, query) in
            [(Prefetch::UnreadFirst, "unread"), (Prefetch::LatestFirst, "last-message-timestamp")]
        {
            let address =
                address("localhost", "http://localhost", &user, "1", Some(order), false).unwrap().to_string();
            assert!(
                address.ends_with(&format!("&prefetch-on=connect&prefetch-sort-by={query}")),
                "{address}"
            );
        }
    }
}
