//! The address of a service.

use std::fmt;
use std::net::IpAddr;

use chime_types::operation::Service;
use http::uri::{Authority, InvalidUri, PathAndQuery, Scheme};
use http::{HeaderValue, Uri};

use crate::error::{Error, ErrorKind};
use crate::unreachable::{Unreachable, Why, find};

/// The settings that decide the endpoint: a service, a region, two switches, or an address of your own.
///
/// ```
/// use chime_transport::EndpointSettings;
///
/// let endpoint = EndpointSettings {
///     region: Some("eu-central-1".to_owned()),
///     use_dualstack_endpoint: true,
///     ..EndpointSettings::default()
/// }
/// .resolve()?;
/// assert_eq!(endpoint.url(), "https://messaging-chime.eu-central-1.api.aws");
/// # Ok::<(), chime_transport::Error>(())
/// ```
///
/// `Debug` shows no address that may have a password or a token in it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct EndpointSettings {
    /// The service, which decides the host's name.
    pub service: Service,
    /// The region, such as `us-east-1`. It is also what requests are signed for.
    pub region: Option<String>,
    /// An address instead of the region's: `http` or `https`, a host, perhaps a port and a path.
    pub endpoint_url: Option<String>,
    /// The FIPS 140 endpoint.
    pub use_fips_endpoint: bool,
    /// The endpoint that supports both IPv4 and IPv6.
    pub use_dualstack_endpoint: bool,
}

impl fmt::Debug for EndpointSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.endpoint_url.as_deref().map(|url| if tells_a_secret(url) { "[a URL]" } else { url });
        f.debug_struct("EndpointSettings")
            .field("service", &self.service)
            .field("region", &self.region)
            .field("endpoint_url", &url)
            .field("use_fips_endpoint", &self.use_fips_endpoint)
            .field("use_dualstack_endpoint", &self.use_dualstack_endpoint)
            .finish()
    }
}

/// Whether an address may have a password or a token in it, which is not for a log.
fn tells_a_secret(url: &str) -> bool {
    url.contains(['@', '?'])
}

/// A resolved endpoint: the address, and the region that requests are signed for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    pub(crate) scheme: Scheme,
    pub(crate) authority: Authority,
    /// The authority as every request's `Host`.
    pub(crate) host: HeaderValue,
    /// The path before the operation's, without a slash at its end.
    pub(crate) base_path: String,
    pub(crate) region: String,
    /// The regions that have such an endpoint, if it is a region's own.
    served: Option<(Service, &'static [&'static str])>,
}

/// The regions with endpoints of the services, and with those of FIPS 140.
const SERVED: &[&str] = &["us-east-1", "eu-central-1"];
const SERVED_WITH_FIPS: &[&str] = &["us-east-1"];

/// The region that requests to a custom address are signed for if none is set.
const FALLBACK_REGION: &str = "us-east-1";

/// Suffix of the host and of the dual-stack host, for a region of no other partition.
const AWS: (&str, &str) = ("amazonaws.com", "api.aws");

/// Prefix of the region's name, suffix of the host, suffix of the dual-stack host.
const PARTITIONS: &[(&str, &str, &str)] = &[
    ("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
    ("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
    ("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
    ("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
    ("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
];

impl EndpointSettings {
    /// Returns the endpoint. An address of one's own wins over the region's.
    ///
    /// # Errors
    /// Neither region nor address; a malformed address; a region that cannot stand in a host name; an
    /// address together with FIPS or dual-stack, which only AWS' own endpoints have.
    pub fn resolve(&self) -> Result<Endpoint, Error> {
        if let Some(region) = &self.region {
            let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if region.is_empty() || region.len() > 63 || !region.chars().all(fits) {
                return Err(Error::config(format!(
                    "region: {region:?} is not a region; expected one such as us-east-1"
                )));
            }
        }
        let Some(url) = &self.endpoint_url else {
            let region = self.region.as_deref().ok_or_else(|| {
                Error::config("region: none is set; set AWS_REGION, or an endpoint URL".to_owned())
            })?;
            let fips = if self.use_fips_endpoint { "-fips" } else { "" };
            let (plain, dual_stack) = PARTITIONS
                .iter()
                .find(|(prefix, ..)| region.starts_with(prefix))
                .map_or(AWS, |(_, plain, dual_stack)| (plain, dual_stack));
            let suffix = if self.use_dualstack_endpoint { dual_stack } else { plain };
            let prefix = self.service.endpoint_prefix();
            let endpoint = parse(&format!("https://{prefix}{fips}.{region}.{suffix}"), region)?;
            let served = if self.use_fips_endpoint { SERVED_WITH_FIPS } else { SERVED };
            return Ok(Endpoint { served: Some((self.service, served)), ..endpoint });
        };
        for (set, name) in [
            (self.use_fips_endpoint, "FIPS endpoint (AWS_USE_FIPS_ENDPOINT)"),
            (self.use_dualstack_endpoint, "dual-stack endpoint (AWS_USE_DUALSTACK_ENDPOINT)"),
        ] {
            if set {
                return Err(Error::config(format!("endpoint URL: it cannot be combined with a {name}")));
            }
        }
        parse(url, self.region.as_deref().unwrap_or(FALLBACK_REGION))
    }
}

fn parse(url: &str, region: &str) -> Result<Endpoint, Error> {
    let refuse = |reason: &str| {
        let shown = if tells_a_secret(url) { "it".to_owned() } else { format!("{url:?}") };
        Error::config(format!("endpoint URL: {shown} {reason}; expected one such as http://localhost:8090"))
    };
    let uri: Uri = url.parse().map_err(|e: http::uri::InvalidUri| refuse(&format!("is not a URL ({e})")))?;
    let parts = uri.into_parts();
    let scheme = parts
        .scheme
        .filter(|scheme| *scheme == Scheme::HTTP || *scheme == Scheme::HTTPS)
        .ok_or_else(|| refuse("does not start with http:// or https://"))?;
    let authority = parts.authority.ok_or_else(|| refuse("has no host"))?;
    if authority.as_str().contains('@') {
        return Err(refuse("has a user in it"));
    }
    if authority.host().is_empty() {
        return Err(refuse("has no host"));
    }
    let path = parts.path_and_query.ok_or_else(|| refuse("has no path"))?;
    if path.query().is_some() || url.contains('#') {
        return Err(refuse("has a query or a fragment"));
    }
    let default_port = if scheme == Scheme::HTTPS { 443 } else { 80 };
    let port = authority.as_str().strip_prefix(authority.host()).unwrap_or_default();
    let authority = match port.strip_prefix(':').map(str::parse::<u16>) {
        None if port.is_empty() => authority,
        // The default port is not sent, so it must not be signed either.
        Some(Ok(number)) if number == default_port => {
            authority.host().parse().map_err(|_| refuse("has no host"))?
        }
        // A sign or a zero in front is not a part of the number.
        Some(Ok(number)) if port == format!(":{number}") => authority,
        // Nor may anything else stand after the brackets of an address.
        _ => return Err(refuse("has an invalid port")),
    };
    let base_path = path.path().trim_end_matches('/').to_owned();
    let host = HeaderValue::from_str(authority.as_str()).map_err(|_| refuse("has no host"))?;
    Ok(Endpoint { scheme, authority, host, base_path, region: region.to_owned(), served: None })
}

impl Endpoint {
    /// Returns the address, without a slash at its end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.authority, self.base_path)
    }

    /// Returns the region that requests are signed for.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Returns the likely reason why a connection to this endpoint failed; if a response is missing, the address.
    pub(crate) fn hint(&self, error: &Error) -> Option<String> {
        let connect = match error.kind() {
            ErrorKind::Connect(error) => error,
            ErrorKind::Io(error) => {
                let at = &self.authority;
                // A TLS message does not begin with an HTTP version. hyper has no better sign of that.
                let is_parse = find::<hyper::Error>(error.as_ref())
                    .is_some_and(|error| error.to_string().starts_with("invalid HTTP version"));
                let is_plain = self.scheme == Scheme::HTTP;
                let hint = if is_parse && is_plain {
                    format!(" (if it speaks TLS, use https://{at})")
                } else {
                    String::new()
                };
                return Some(format!("{at}{hint}"));
            }
            _ => return None,
        };
        let name = self.authority.host();
        let address = name.trim_matches(['[', ']']).parse::<IpAddr>();
        let is_loopback = name == "localhost" || address.is_ok_and(|address| address.is_loopback());
        match (find::<Unreachable>(connect.as_ref())?.why, self.served) {
            (Why::Refused, _) if is_loopback => Some("is `chime local` running there?".to_owned()),
            (Why::UnknownHost, Some((service, served))) if !served.contains(&self.region.as_str()) => {
                let service = if service == Service::Identity { "identity" } else { "messaging" };
                let fips = if served == SERVED_WITH_FIPS { " FIPS" } else { "" };
                Some(format!(
                    "{} has no Chime SDK {service}{fips} endpoint; it is served in {}",
                    self.region,
                    served.join(", ")
                ))
            }
            _ => None,
        }
    }

    /// The whole URI of a request whose own has path and query alone.
    pub(crate) fn complete(&self, request: Uri) -> Result<Uri, http::Error> {
        let mut parts = request.into_parts();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        let target = parts.path_and_query.unwrap_or_else(|| PathAndQuery::from_static("/"));
        parts.path_and_query = Some(if self.base_path.is_empty() {
            target
        } else {
            format!("{}{target}", self.base_path).parse().map_err(|error: InvalidUri| error)?
        });
        Ok(Uri::from_parts(parts)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn custom(url: &str) -> EndpointSettings {
        EndpointSettings { endpoint_url: Some(url.to_owned()), ..Default::default() }
    }

    #[test]
    fn an_address_of_ones_own_wins_and_keeps_its_path() {
        let cases = [
            ("http://127.0.0.1:8090", "http://127.0.0.1:8090"),
            ("http://localhost:80/", "http://localhost"),
            ("https://proxy.example:443/chime/", "https://proxy.example/chime"),
            ("https://[::1]:8443", "https://[::1]:8443"),
            ("http://[::1]:80", "http://[::1]"),
        ];
        for (url, resolved) in cases {
            let settings = EndpointSettings { region: Some("eu-central-1".to_owned()), ..custom(url) };
            let endpoint = settings.resolve().expect(url);
            assert_eq!((endpoint.url().as_str(), endpoint.region()), (resolved, "eu-central-1"));
        }
        let endpoint = custom("http://localhost/base").resolve().unwrap();
        assert_eq!(endpoint.region(), FALLBACK_REGION);
        assert_eq!(
            endpoint.complete("/a%2Fb?c=d".parse().unwrap()).unwrap(),
            "http://localhost/base/a%2Fb?c=d"
        );
    }

    #[test]
    fn a_region_may_be_as_long_as_a_part_of_a_host_name() {
        let region = "r".repeat(63);
        let settings = EndpointSettings { region: Some(region.clone()), ..Default::default() };
        assert_eq!(settings.resolve().unwrap().region(), region);
    }

    #[test]
    fn an_unknown_host_of_a_region_without_the_service_is_explained() {
        let explained = |settings: EndpointSettings, lookup: &str| {
            let endpoint = settings.resolve().unwrap();
            let address = endpoint.url().parse().unwrap();
            let error = Unreachable::explain(&address, std::io::Error::other(lookup.to_owned()));
            endpoint.hint(&Error::new(ErrorKind::Connect(error.into())))
        };
        let region =
            |region: &str| EndpointSettings { region: Some(region.to_owned()), ..Default::default() };
        let identity = EndpointSettings { service: Service::Identity, ..region("eu-west-1") };
        let fips = EndpointSettings { use_fips_endpoint: true, ..region("eu-central-1") };
        let own =
            EndpointSettings { region: Some("us-west-2".to_owned()), ..custom("http://nosuch.example") };
        let cases = [
            (
                region("us-west-2"),
                Some(
                    "us-west-2 has no Chime SDK messaging endpoint; it is served in us-east-1, eu-central-1",
                ),
            ),
            (
                identity,
                Some("eu-west-1 has no Chime SDK identity endpoint; it is served in us-east-1, eu-central-1"),
            ),
            (fips, Some("eu-central-1 has no Chime SDK messaging FIPS endpoint; it is served in us-east-1")),
            (region("us-east-1"), None),
            (own, None),
        ];
        for (settings, expected) in cases {
            assert_eq!(explained(settings.clone(), "dns error").as_deref(), expected, "{settings:?}");
            assert_eq!(explained(settings, "anything else"), None);
        }
    }

    #[test]
    fn refusals_name_the_setting() {
        let region =
            |region: &str| EndpointSettings { region: Some(region.to_owned()), ..Default::default() };
        let url = "http://localhost";
        let cases = [
            (EndpointSettings::default(), "AWS_REGION"),
            (region(""), "is not a region"),
            (region("us-east-1.evil.example/"), "is not a region"),
            (region(&"r".repeat(64)), "is not a region"),
            (custom("localhost:8090"), "endpoint URL"),
            (custom("ftp://localhost"), "http:// or https://"),
            (custom("/path"), "http:// or https://"),
            (custom("http://user:secret@localhost"), "it has a user in it"),
            (custom("http://user:secret@local host"), "is not a URL"),
            (custom("http://localhost/?token=secret"), "it has a query"),
            (custom("http://localhost/#fragment"), "fragment"),
            (custom("http://:8090"), "no host"),
            (custom("http://localhost:"), "has an invalid port"),
            (custom("http://localhost:+1"), "has an invalid port"),
            (custom("http://[::1]evil.example"), "has an invalid port"),
            (custom("http://[::1]evil.example:8090"), "has an invalid port"),
            (custom("http://localhost:99999"), "has an invalid port"),
            (custom("http://local host"), "is not a URL"),
            (EndpointSettings { use_fips_endpoint: true, ..custom(url) }, "FIPS"),
            (EndpointSettings { use_dualstack_endpoint: true, ..custom(url) }, "dual-stack"),
        ];
        for (settings, reason) in cases {
            let refused = settings.resolve().expect_err(reason).to_string();
            assert!(refused.contains(reason), "{refused:?} does not say {reason:?}");
            assert!(!refused.contains("secret"), "{refused:?}");
            let debug = format!("{settings:?}");
            assert!(!debug.contains("secret"), "{debug}");
        }
    }
}
