//! Which web pages may reach the service, and under which host names it answers.
//!
//! The credentials are well known, so a signature says nothing about the page that sends a request. A browser does: it
//! names the page in `Origin`, which a page cannot change, and the host in `Host`. A foreign page can reach this machine
//! without an `Origin` if its own name leads here (DNS rebinding); then `Host` has that name.

use std::net::IpAddr;

use http::HeaderMap;
use http::header::{HOST, HeaderName, HeaderValue, ORIGIN};

use crate::refusal::Refusal;
use crate::text::cut;

/// The header in which a browser says how a page is related to the host that it calls.
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// How much of a header or an argument a message quotes, in bytes.
const LONGEST_QUOTE: usize = 100;

/// How a request arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arrival {
    /// By a socket that web pages can connect to, too.
    Network,
    /// By a connection with TLS on such a socket.
    #[cfg(feature = "tls")]
    Tls,
    /// By a connection within this process, where any host leads here.
    Process,
}

impl Arrival {
    /// The scheme of the address that a page has on this connection.
    pub(crate) fn scheme(self) -> &'static str {
        match self {
            Self::Network | Self::Process => "http",
            #[cfg(feature = "tls")]
            Self::Tls => "https",
        }
    }
}

/// The host names and the origins that are allowed in addition to those of this machine.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    hosts: Vec<String>,
    origins: Vec<String>,
}

impl Origins {
    /// Allows a host name, with any port. The error says why the text is not a host name.
    pub(crate) fn allow_host(&mut self, name: String) -> Result<(), String> {
        if !is_host_name(&name) {
            let expected = "expected one without a port, such as chime";
            return Err(format!("{} is not a host name; {expected}", quoted(&name)));
        }
        self.hosts.push(name);
        Ok(())
    }

    /// Allows an origin. The error says why the text is not an origin.
    pub(crate) fn allow_origin(&mut self, origin: String) -> Result<(), String> {
        if !is_origin(&origin) {
            let expected =
                "expected a scheme, a host and a port without a path, such as https://app.test:3000";
            return Err(format!("{} is not an origin; {expected}", quoted(&origin)));
        }
        self.origins.push(origin);
        Ok(())
    }

    /// Returns the origin of the page that sends a request, or none if no page does. Refuses foreign pages, and any host
    /// that does not belong to this machine.
    pub(crate) fn check<'h>(
        &self,
        headers: &'h HeaderMap,
        arrival: Arrival,
    ) -> Result<Option<&'h HeaderValue>, Refusal> {
        let checked = self.check_host(headers, arrival).and_then(|()| self.check_page(headers));
        checked.map_err(|message| Refusal::by_front_door("AccessDeniedException", message))
    }

    /// Refuses a host that another machine's name may have led here.
    fn check_host(&self, headers: &HeaderMap, arrival: Arrival) -> Result<(), String> {
        if arrival == Arrival::Process {
            return Ok(());
        }
        for host in headers.get_all(HOST) {
            let host = String::from_utf8_lossy(host.as_bytes());
            let name = without_port(&host);
            let is_allowed = |allowed: &String| allowed.eq_ignore_ascii_case(name);
            // An address is not a name, so nobody can make it lead elsewhere. A browser always sends a host.
            let is_own = host.is_empty() || is_localhost(name) || address(name).is_some();
            if !is_own && !self.hosts.iter().any(is_allowed) {
                let advice = is_host_name(name).then(|| {
                    format!("; to allow it, start the service with --allow-host {}", cut(name, LONGEST_QUOTE))
                });
                return Err(format!(
                    "Host: {} is not a name of this machine{}",
                    quoted(&host),
                    advice.unwrap_or_default()
                ));
            }
        }
        Ok(())
    }

    /// Returns the origin of the page that sends a request, if a page does, and refuses foreign pages.
    fn check_page<'h>(&self, headers: &'h HeaderMap) -> Result<Option<&'h HeaderValue>, String> {
        let mut origins = headers.get_all(ORIGIN).iter();
        let Some(value) = origins.next() else {
            // An image or a link of a foreign page, which has no `Origin`.
            return match headers.get(SEC_FETCH_SITE) {
                Some(site) if site == "cross-site" => {
                    Err("Sec-Fetch-Site: the request comes from a page of another site".to_owned())
                }
                _ => Ok(None),
            };
        };
        if origins.next().is_some() {
            return Err("Origin: duplicate header; expected one".to_owned());
        }
        let origin = String::from_utf8_lossy(value.as_bytes());
        if self.origins.iter().any(|allowed| allowed.eq_ignore_ascii_case(&origin)) {
            return Ok(Some(value));
        }
        if let Some((scheme, authority)) = split(&origin) {
            let name = without_port(authority);
            let is_loopback =
                is_localhost(name) || address(name).is_some_and(|address| address.is_loopback());
            // Apps without a page, such as those of React Native, name what they call. `Host` is allowed already.
            let is_host = headers
                .get(HOST)
                .is_some_and(|host| host.as_bytes().eq_ignore_ascii_case(authority.as_bytes()));
            if matches!(scheme, "http" | "https") && !authority.is_empty() && (is_loopback || is_host) {
                return Ok(Some(value));
            }
        }
        let advice = is_origin(&origin).then(|| {
            format!("; to allow them, start it with --allow-origin {}", cut(&origin, LONGEST_QUOTE))
        });
        Err(format!(
            "Origin: pages of {} may not call this service{}",
            quoted(&origin),
            advice.unwrap_or_default()
        ))
    }
}

/// Whether a text is the name of a host, without a port.
fn is_host_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// Whether a text is an origin: a scheme, a host and optionally a port, or `null`.
fn is_origin(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_graphic() && !b"/?#@,*".contains(&byte);
    let are_parts = |part: &str| !part.is_empty() && part.bytes().all(is_part);
    text == "null" || split(text).is_some_and(|(scheme, authority)| are_parts(scheme) && are_parts(authority))
}

/// A text in quotation marks, shortened.
fn quoted(text: &str) -> String {
    format!("{:?}", cut(text, LONGEST_QUOTE))
}

/// The scheme of an origin, and its host with its port.
fn split(origin: &str) -> Option<(&str, &str)> {
    origin.split_once("://")
}

/// A host without its port.
fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a host is `localhost` or a name below it, which never leads to another machine (RFC 6761).
fn is_localhost(name: &str) -> bool {
    const LOCALHOST: &str = "localhost";
    let parts = name.len().checked_sub(LOCALHOST.len()).and_then(|at| name.split_at_checked(at));
    parts.is_some_and(|(before, last)| {
        last.eq_ignore_ascii_case(LOCALHOST)
            && (before.is_empty() || before.ends_with('.'))
            && is_host_name(name)
    })
}

/// The address that a host is, unless it is a name.
fn address(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        Some(name) => name.parse().ok().map(IpAddr::V6),
        None => name.parse().ok().map(IpAddr::V4),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowing(hosts: &[&str], origins: &[&str]) -> Origins {
        let mut allowed = Origins::default();
        for host in hosts {
            allowed.allow_host((*host).to_owned()).unwrap();
        }
        for origin in origins {
            allowed.allow_origin((*origin).to_owned()).unwrap();
        }
        allowed
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(*name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        headers
    }

    #[test]
    fn only_hosts_that_cannot_be_rebound_or_are_allowed_are_answered() {
        let origins = allowing(&["chime", "Chime_Local.test", "messaging-localhost"], &[]);
        for (host, expected) in [
            ("127.0.0.1", true),
            ("127.0.0.1:8090", true),
            ("127.8.9.1:1", true),
            ("localhost", true),
            ("LOCALHOST:8090", true),
            ("messaging-chime.localhost:8090", true),
            ("[::1]", true),
            ("[::1]:8090", true),
            ("[::]:8090", true),
            ("0.0.0.0:8090", true),
            ("192.168.0.1", true),
            ("10.0.2.2:8090", true),
            ("chime", true),
            ("CHIME:8090", true),
            ("chime_local.test:80", true),
            ("messaging-localhost:8090", true),
            ("", true),
            (":8090", false),
            ("example.com", false),
            ("example.com:8090", false),
            ("localhost.example.com", false),
            ("localhost.", false),
            ("evillocalhost", false),
            ("evil.test/.localhost", false),
            ("evil.test#.localhost:80", false),
            ("identity-localhost", false),
            ("localhost:8090.example.com", false),
            ("127.0.0.1.example.com:8090", false),
            ("example.com:127.0.0.1", false),
            ("user@127.0.0.1", false),
            ("2130706433", false),
            ("0x7f.1", false),
            ("127.1", false),
            ("::1", false),
            ("[127.0.0.1]", false),
            ("[::1%25lo]", false),
            ("notchime", false),
            ("chime.example.com", false),
            ("localhost\u{e4}", false),
        ] {
            let headers = headers(&[("host", host)]);
            let checked = origins.check_host(&headers, Arrival::Network);
            assert_eq!(checked.is_ok(), expected, "{host:?}: {checked:?}");
            assert_eq!(origins.check_host(&headers, Arrival::Process), Ok(()), "{host:?}");
        }
        let two = headers(&[("host", "localhost"), ("host", "evil.test")]);
        assert!(origins.check_host(&two, Arrival::Network).is_err());
        assert_eq!(origins.check_host(&HeaderMap::new(), Arrival::Network), Ok(()));
    }

    #[test]
    fn only_pages_of_this_machine_and_allowed_ones_are_let_in() {
        let origins = allowing(&["chime"], &["https://app.test:3000", "capacitor://localhost", "null"]);
        let none = allowing(&[], &[]);
        for (origin, host, by_default, if_allowed) in [
            ("http://localhost", "localhost:8090", true, true),
            ("http://localhost:3000", "localhost:8090", true, true),
            ("https://localhost:3000", "127.0.0.1:8090", true, true),
            ("http://app.localhost:3000", "127.0.0.1:8090", true, true),
            ("http://127.0.0.1:5173", "localhost:8090", true, true),
            ("http://127.9.9.9", "localhost:8090", true, true),
            ("http://[::1]:3000", "localhost:8090", true, true),
            // The host itself: an address, or an allowed name.
            ("http://10.0.2.2:8090", "10.0.2.2:8090", true, true),
            ("http://10.0.2.2:8091", "10.0.2.2:8090", false, false),
            ("http://10.0.2.2:8090", "localhost:8090", false, false),
            ("http://chime:8090", "chime:8090", false, true),
            ("http://chime:8090", "localhost:8090", false, false),
            ("https://app.test:3000", "localhost:8090", false, true),
            ("https://app.test", "localhost:8090", false, false),
            ("http://app.test:3000", "localhost:8090", false, false),
            ("capacitor://localhost", "localhost:8090", false, true),
            ("ionic://localhost", "localhost:8090", false, false),
            ("null", "localhost:8090", false, true),
            ("", "localhost:8090", false, false),
            ("http://", "localhost:8090", false, false),
            ("http://", "", false, false),
            ("http://evil.test/.localhost", "localhost:8090", false, false),
            ("localhost", "localhost:8090", false, false),
            ("http://evil.test", "localhost:8090", false, false),
            ("http://evil.test", "evil.test", false, false),
            ("http://localhost.evil.test", "localhost:8090", false, false),
            ("http://evil.test#localhost", "localhost:8090", false, false),
            ("http://localhost@evil.test", "localhost:8090", false, false),
            ("http://evil.test/localhost", "localhost:8090", false, false),
            ("http://127.0.0.1.evil.test:8090", "localhost:8090", false, false),
            ("http://192.168.0.1", "localhost:8090", false, false),
        ] {
            let headers = headers(&[("origin", origin), ("host", host)]);
            for (origins, expected) in [(&none, by_default), (&origins, if_allowed)] {
                let checked = origins.check(&headers, Arrival::Network);
                assert_eq!(checked.is_ok(), expected, "{origin:?} at {host:?}: {checked:?}");
                assert_eq!(checked.is_ok_and(|page| page.is_some_and(|page| page == origin)), expected);
            }
        }
    }

    #[test]
    fn a_request_without_an_origin_is_let_in_unless_a_foreign_page_sends_it() {
        let origins = Origins::default();
        for (site, expected) in
            [("cross-site", false), ("same-site", true), ("same-origin", true), ("none", true)]
        {
            let headers = headers(&[("host", "localhost"), ("sec-fetch-site", site)]);
            let checked = origins.check(&headers, Arrival::Network);
            assert_eq!(checked.is_ok(), expected, "{site}: {checked:?}");
        }
        // A page whose origin is let in may be of another site: `localhost` and 127.0.0.1 are two.
        let page = headers(&[
            ("host", "127.0.0.1:8090"),
            ("origin", "http://localhost:3000"),
            ("sec-fetch-site", "cross-site"),
        ]);
        assert!(origins.check(&page, Arrival::Network).is_ok());
        let two = headers(&[("origin", "http://localhost"), ("origin", "http://localhost")]);
        assert!(origins.check(&two, Arrival::Process).is_err());
    }

    #[test]
    fn a_malformed_host_name_or_origin_cannot_be_allowed() {
        let mut origins = Origins::default();
        for host in ["", "chime:8090", "http://chime", "*", "a b", "chime/", "[::1]"] {
            let refused = origins.allow_host(host.to_owned()).unwrap_err();
            assert!(refused.contains("is not a host name; expected"), "{refused}");
        }
        for origin in [
            "",
            "*",
            "app.test",
            "https://",
            "://app.test",
            "https://app.test/",
            "https://*.app.test",
            "https://a b",
        ] {
            let refused = origins.allow_origin(origin.to_owned()).unwrap_err();
            assert!(refused.contains("is not an origin; expected"), "{refused}");
        }
        let long = "x".repeat(1000) + "/";
        assert!(origins.allow_host(long.clone()).unwrap_err().len() < 200);
        assert!(origins.allow_origin(long).unwrap_err().len() < 250);
    }
}
