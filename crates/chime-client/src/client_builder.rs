//! The configuration of a client.

use std::fmt;
use std::sync::Arc;

use chime_transport::{
    Clock, Config, Connect, CredentialsError, EndpointSettings, EnvironmentCredentials, Error, ErrorKind,
    Intercept, Network, ProvideCredentials, RetryPolicy, Timeouts,
};
use chime_types::operation::Service;

use crate::Client;

/// Configures a [`Client`].
///
/// ```
/// use chime_client::{Client, Credentials};
///
/// let client = Client::builder()
///     .region("eu-central-1")
///     .credentials(Credentials::new("AKID", "secret"))
///     .build()?;
/// assert_eq!(client.endpoint().url(), "https://messaging-chime.eu-central-1.amazonaws.com");
/// # Ok::<(), chime_client::Error>(())
/// ```
///
/// [`ClientBuilder::from_env`] starts from the environment's variables.
#[derive(Clone, Default)]
#[must_use = "a builder does nothing before `build()`"]
pub struct ClientBuilder {
    region: Option<String>,
    endpoint_urls: EndpointUrls,
    /// The addresses of the environment, else of a profile.
    configured_urls: EndpointUrls,
    /// The section of a profile's addresses, if it is not defined.
    undefined_services: Option<String>,
    ignore_configured_urls: Option<bool>,
    use_fips_endpoint: Option<bool>,
    use_dualstack_endpoint: Option<bool>,
    credentials: Option<Arc<dyn ProvideCredentials>>,
    retry: Option<RetryPolicy>,
    timeouts: Timeouts,
    network: Network,
    clock: Clock,
    app_name: Option<String>,
    interceptors: Vec<Arc<dyn Intercept>>,
}

/// The addresses of both services.
#[derive(Clone, Default)]
struct EndpointUrls {
    messaging: Option<String>,
    identity: Option<String>,
}

/// Without the addresses, which may have a password in them.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("region", &self.region)
            .field("credentials", &self.credentials)
            .field("retry", &self.retry)
            .field("timeouts", &self.timeouts)
            .field("network", &self.network)
            .field("clock", &self.clock)
            .field("app_name", &self.app_name)
            .field("interceptors", &self.interceptors)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Returns a client with the settings and credentials of the environment.
    ///
    /// [`ClientBuilder::from_env`] lists the variables.
    ///
    /// # Errors
    /// A variable whose value is malformed, or neither a region nor an endpoint.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns a builder with nothing set: neither region nor credentials.
    ///
    /// To start from the environment instead, use [`ClientBuilder::from_env`], and then set what differs:
    ///
    /// ```no_run
    /// use chime_client::ClientBuilder;
    ///
    /// # fn main() -> Result<(), chime_client::Error> {
    /// let client = ClientBuilder::from_env()?.region("eu-central-1").build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> ClientBuilder {
        ClientBuilder::new()
    }
}

impl ClientBuilder {
    /// Starts with nothing set: neither region nor credentials.
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts with the settings of the process's environment.
    ///
    /// The variables have the names that every AWS client uses:
    ///
    /// | variable | meaning |
    /// |---|---|
    /// | `AWS_REGION`, else `AWS_DEFAULT_REGION` | region |
    /// | `AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING`, else `AWS_ENDPOINT_URL` | an address instead of the region's |
    /// | `AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY`, else `AWS_ENDPOINT_URL` | an address for the identity service |
    /// | `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` | `true`: ignore these addresses, and those of a profile |
    /// | `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` | `true` or `false` |
    /// | `AWS_MAX_ATTEMPTS` | attempts altogether, at least 1 |
    /// | `HTTPS_PROXY`, else `https_proxy` | the proxy for `https` endpoints; see [`Network`] |
    /// | `NO_PROXY`, else `no_proxy` | hosts that are called without the proxy |
    /// | `AWS_CA_BUNDLE` | a file of certificates to trust instead of the platform's |
    /// | `AWS_SDK_UA_APP_ID` | an application name, at the end of the `User-Agent` |
    /// | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | credentials, looked up at the first call |
    ///
    /// An empty value counts as unset.
    ///
    /// # Errors
    /// The variable whose value is malformed.
    pub fn from_env() -> Result<Self, Error> {
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Starts with the variables that `lookup` finds, instead of the environment's.
    ///
    /// # Errors
    /// The variable whose value is malformed.
    pub fn from_lookup(
        lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let value = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let refuse = |name: &str, value: &str, expected: &str| {
            Error::new(ErrorKind::Config(format!("{name}: {value:?} is not {expected}")))
        };
        let flag = |name: &str| match value(name) {
            None => Ok(None),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(text) => Err(refuse(name, &text, "true or false")),
        };
        let retry = match value("AWS_MAX_ATTEMPTS") {
            None => None,
            Some(text) => match text.parse() {
                Ok(max_attempts) if max_attempts > 0 => {
                    Some(RetryPolicy { max_attempts, ..RetryPolicy::default() })
                }
                _ => return Err(refuse("AWS_MAX_ATTEMPTS", &text, "a whole number from 1")),
            },
        };
        Ok(Self {
            region: value("AWS_REGION").or_else(|| value("AWS_DEFAULT_REGION")),
            configured_urls: EndpointUrls {
                messaging: value("AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING")
                    .or_else(|| value("AWS_ENDPOINT_URL")),
                identity: value("AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY").or_else(|| value("AWS_ENDPOINT_URL")),
            },
            ignore_configured_urls: flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?,
            use_fips_endpoint: flag("AWS_USE_FIPS_ENDPOINT")?,
            use_dualstack_endpoint: flag("AWS_USE_DUALSTACK_ENDPOINT")?,
            retry,
            network: Network {
                https_proxy: value("HTTPS_PROXY").or_else(|| value("https_proxy")),
                no_proxy: value("NO_PROXY").or_else(|| value("no_proxy")),
                ca_bundle: value("AWS_CA_BUNDLE").map(Into::into),
                connector: None,
            },
            app_name: value("AWS_SDK_UA_APP_ID"),
            credentials: Some(Arc::new(EnvironmentCredentials::new(lookup))),
            ..Self::default()
        })
    }

    /// Sets the region, such as `us-east-1`.
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets an address instead of the region's, for both services.
    ///
    /// The local service's is `http://127.0.0.1:8090`, for example.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.endpoint_urls = EndpointUrls { messaging: Some(url.clone()), identity: Some(url) };
        self
    }

    /// Sets an address instead of the region's, for the identity service alone.
    pub fn identity_endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.endpoint_urls.identity = Some(url.into());
        self
    }

    /// Sets whether to use the FIPS 140 endpoint.
    pub fn use_fips_endpoint(mut self, yes: bool) -> Self {
        self.use_fips_endpoint = Some(yes);
        self
    }

    /// Sets whether to use the endpoint that speaks both IPv4 and IPv6.
    pub fn use_dualstack_endpoint(mut self, yes: bool) -> Self {
        self.use_dualstack_endpoint = Some(yes);
        self
    }

    /// Sets the credentials: [`Credentials`](crate::Credentials) or any other source of them.
    pub fn credentials(mut self, credentials: impl ProvideCredentials) -> Self {
        self.credentials = Some(Arc::new(credentials));
        self
    }

    /// Sets the sources of credentials that every AWS client has, reached through the [`network`](Self::network) that is
    /// set so far.
    ///
    /// ```
    /// use chime_client::{ClientBuilder, CredentialsChain};
    ///
    /// # fn example() -> Result<(), chime_client::Error> {
    /// let client = ClientBuilder::from_env()?.credentials_chain(CredentialsChain::from_env()).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// With the feature `credentials-chain`.
    #[cfg(feature = "credentials-chain")]
    pub fn credentials_chain(mut self, chain: chime_transport::CredentialsChain) -> Self {
        self.credentials = Some(Arc::new(chain.network(self.network.clone())));
        self
    }

    /// Takes the settings of a profile, where neither the environment nor the code has set another value.
    ///
    /// ```
    /// use chime_client::{ClientBuilder, CredentialsChain};
    ///
    /// # fn example() -> Result<(), Box<dyn std::error::Error>> {
    /// let chain = CredentialsChain::from_env();
    /// let builder = ClientBuilder::from_env()?.profile(&chain.settings()?);
    /// let client = builder.credentials_chain(chain).build()?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// With the feature `credentials-chain`.
    #[cfg(feature = "credentials-chain")]
    pub fn profile(mut self, settings: &chime_transport::ProfileSettings) -> Self {
        let unless_set =
            |set: Option<String>, configured: &Option<String>| set.or_else(|| configured.clone());
        self.region = unless_set(self.region, &settings.region);
        let urls = self.configured_urls;
        self.configured_urls = EndpointUrls {
            messaging: unless_set(urls.messaging, &settings.messaging_endpoint_url),
            identity: unless_set(urls.identity, &settings.identity_endpoint_url),
        };
        self.undefined_services.clone_from(&settings.undefined_services);
        self.ignore_configured_urls =
            self.ignore_configured_urls.or(settings.ignore_configured_endpoint_urls);
        self.use_fips_endpoint = self.use_fips_endpoint.or(settings.use_fips_endpoint);
        self.use_dualstack_endpoint = self.use_dualstack_endpoint.or(settings.use_dualstack_endpoint);
        let retry =
            settings.max_attempts.map(|max_attempts| RetryPolicy { max_attempts, ..RetryPolicy::default() });
        self.retry = self.retry.or(retry);
        self.network.ca_bundle = self.network.ca_bundle.or_else(|| settings.ca_bundle.clone());
        self.app_name = unless_set(self.app_name, &settings.app_name);
        self
    }

    /// Sets when a call is attempted again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Sets the time limits.
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Sets how connections are made: proxies and certificates.
    pub fn network(mut self, network: Network) -> Self {
        self.network = network;
        self
    }

    /// Sets what makes connections instead of TCP.
    pub fn connector(mut self, connector: impl Connect) -> Self {
        self.network.connector = Some(Arc::new(connector));
        self
    }

    /// Sets the end of the `User-Agent`: 1 to 50 letters, digits and ``!#$%&'*+-.^_`|~``.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// Adds an interceptor, which sees every attempt after those that were added before.
    pub fn interceptor(mut self, interceptor: impl Intercept) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Sets the time that requests are signed with, instead of the system's.
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Returns the client.
    ///
    /// # Errors
    /// No credentials; neither region nor endpoint, or a malformed one; a malformed proxy or app name; for an `https`
    /// endpoint, certificates that cannot be read, or a platform that has none.
    pub fn build(self) -> Result<Client, Error> {
        let credentials = self.credentials.ok_or_else(|| {
            let reason = "no credentials: set them with `credentials`, or start with `from_env`";
            Error::new(ErrorKind::Credentials(CredentialsError::new(reason)))
        })?;
        let (configured, undefined) = match self.ignore_configured_urls {
            Some(true) => (EndpointUrls::default(), None),
            _ => (self.configured_urls, self.undefined_services),
        };
        let messaging = self.endpoint_urls.messaging.or(configured.messaging);
        let identity = self.endpoint_urls.identity.or(configured.identity);
        if let Some(services) = undefined.filter(|_| messaging.is_none() || identity.is_none()) {
            let reason = format!("services of the profile: [services {services}] is not defined");
            return Err(Error::new(ErrorKind::Config(reason)));
        }
        let endpoint = EndpointSettings {
            service: Service::Messaging,
            region: self.region,
            endpoint_url: messaging,
            use_fips_endpoint: self.use_fips_endpoint.unwrap_or_default(),
            use_dualstack_endpoint: self.use_dualstack_endpoint.unwrap_or_default(),
        };
        let mut config = Config::new(endpoint.resolve()?, credentials);
        config.retry = self.retry.unwrap_or_default();
        config.timeouts = self.timeouts;
        config.network = self.network;
        config.clock = self.clock;
        config.app_name = self.app_name;
        config.interceptors = self.interceptors;
        let identity = EndpointSettings { service: Service::Identity, endpoint_url: identity, ..endpoint };
        let known = identity.region.is_some() || identity.endpoint_url.is_some();
        Client::new(config, known.then(|| identity.resolve()).transpose()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A client of the variables in `NAME=value NAME=value`.
    fn client(variables: &'static str) -> Result<Client, Error> {
        ClientBuilder::from_lookup(|name| {
            variables.split(' ').find_map(|pair| Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
        })?
        .build()
    }

    #[test]
    fn the_environment_decides_the_endpoint() {
        let cases = [
            ("AWS_REGION=eu-central-1", "https://messaging-chime.eu-central-1.amazonaws.com"),
            ("AWS_DEFAULT_REGION=us-east-1", "https://messaging-chime.us-east-1.amazonaws.com"),
            (
                "AWS_DEFAULT_REGION=us-east-1 AWS_REGION=eu-central-1",
                "https://messaging-chime.eu-central-1.amazonaws.com",
            ),
            (
                "AWS_REGION=us-east-1 AWS_USE_FIPS_ENDPOINT=TRUE AWS_USE_DUALSTACK_ENDPOINT=true",
                "https://messaging-chime-fips.us-east-1.api.aws",
            ),
            (
                "AWS_REGION=us-east-1 AWS_USE_FIPS_ENDPOINT=false",
                "https://messaging-chime.us-east-1.amazonaws.com",
            ),
            ("AWS_REGION=us-east-1 AWS_ENDPOINT_URL=", "https://messaging-chime.us-east-1.amazonaws.com"),
            ("AWS_ENDPOINT_URL=http://a", "http://a"),
            ("AWS_ENDPOINT_URL=http://a AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING=http://b", "http://b"),
            (
                "AWS_REGION=us-east-1 AWS_ENDPOINT_URL=http://a AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING=http://b \
                 AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=True",
                "https://messaging-chime.us-east-1.amazonaws.com",
            ),
            ("AWS_ENDPOINT_URL=http://a AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=false", "http://a"),
        ];
        for (variables, url) in cases {
            assert_eq!(client(variables).expect(variables).endpoint().url(), url, "{variables}");
        }
    }

    #[test]
    fn settings_in_code_decide_the_endpoint_too() {
        let client =
            || Client::builder().region("us-east-1").credentials(crate::Credentials::new("AKID", "secret"));
        let cases = [
            (client(), "https://messaging-chime.us-east-1.amazonaws.com"),
            (client().use_fips_endpoint(true), "https://messaging-chime-fips.us-east-1.amazonaws.com"),
            (client().use_dualstack_endpoint(true), "https://messaging-chime.us-east-1.api.aws"),
            (client().endpoint_url("http://a"), "http://a"),
        ];
        for (builder, url) in cases {
            assert_eq!(builder.build().unwrap().endpoint().url(), url);
        }
    }

    #[test]
    fn an_address_in_code_is_used_though_configured_ones_are_ignored() {
        let variables = |name: &str| match name {
            "AWS_ENDPOINT_URL" => Some("http://a".to_owned()),
            "AWS_REGION" => Some("us-east-1".to_owned()),
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS" => Some("true".to_owned()),
            _ => None,
        };
        let client = ClientBuilder::from_lookup(variables).unwrap().endpoint_url("http://b").build().unwrap();
        assert_eq!(client.endpoint().url(), "http://b");
    }

    #[test]
    fn a_malformed_variable_is_named() {
        let cases = [
            ("", "AWS_REGION"),
            (
                "AWS_REGION=us-east-1 AWS_USE_FIPS_ENDPOINT=1",
                "AWS_USE_FIPS_ENDPOINT: \"1\" is not true or false",
            ),
            ("AWS_REGION=us-east-1 AWS_USE_DUALSTACK_ENDPOINT=yes", "AWS_USE_DUALSTACK_ENDPOINT"),
            (
                "AWS_REGION=us-east-1 AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=yes",
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: \"yes\" is not true or false",
            ),
            (
                "AWS_REGION=us-east-1 AWS_MAX_ATTEMPTS=0",
                "AWS_MAX_ATTEMPTS: \"0\" is not a whole number from 1",
            ),
            ("AWS_REGION=us-east-1 AWS_MAX_ATTEMPTS=-1", "AWS_MAX_ATTEMPTS"),
            ("AWS_ENDPOINT_URL=localhost AWS_REGION=us-east-1", "endpoint URL"),
            (
                "AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY=localhost AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING=http://a",
                "endpoint URL",
            ),
            ("AWS_REGION=us-east-1 HTTPS_PROXY=socks5://proxy", "HTTPS_PROXY: it is not a URL such as"),
            ("AWS_REGION=us-east-1 https_proxy=http://", "HTTPS_PROXY"),
            (
                "AWS_REGION=us-east-1 AWS_CA_BUNDLE=/does/not/exist",
                "AWS_CA_BUNDLE: /does/not/exist cannot be read",
            ),
            ("AWS_REGION=us-east-1 AWS_SDK_UA_APP_ID=a/b", "AWS_SDK_UA_APP_ID): \"a/b\" is not one"),
        ];
        for (variables, reason) in cases {
            let refused = client(variables).expect_err(variables).to_string();
            assert!(refused.contains(reason), "{refused:?} does not say {reason:?}");
        }
    }

    #[test]
    fn debug_shows_no_password_of_an_address() {
        let url = "http://user:secret@localhost";
        let builder = Client::builder().app_name("billing").endpoint_url(url);
        for builder in [builder.clone(), builder.identity_endpoint_url(url)] {
            let debug = format!("{builder:?}");
            assert!(debug.contains("billing") && !debug.contains("secret"), "{debug}");
        }
    }

    #[test]
    fn a_client_without_credentials_is_refused() {
        let refused = Client::builder().region("us-east-1").build().unwrap_err();
        assert!(refused.to_string().contains("no credentials"), "{refused}");
    }
}
