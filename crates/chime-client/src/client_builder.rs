//! How a client is configured.

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
    endpoint: EndpointSettings,
    identity_endpoint_url: Option<String>,
    credentials: Option<Arc<dyn ProvideCredentials>>,
    retry: RetryPolicy,
    timeouts: Timeouts,
    network: Network,
    clock: Clock,
    app_name: Option<String>,
    interceptors: Vec<Arc<dyn Intercept>>,
}

/// Without the identity service's address, which may have a password in it.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("endpoint", &self.endpoint)
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
    /// | `AWS_USE_FIPS_ENDPOINT`, `AWS_USE_DUALSTACK_ENDPOINT` | `true` or `false` |
    /// | `AWS_MAX_ATTEMPTS` | attempts altogether, at least 1 |
    /// | `HTTPS_PROXY`, else `https_proxy` | the proxy for `https` endpoints; see [`Network`] |
    /// | `NO_PROXY`, else `no_proxy` | what is called without it |
    /// | `AWS_CA_BUNDLE` | a file of certificates to trust instead of the platform's |
    /// | `AWS_SDK_UA_APP_ID` | what the `User-Agent` ends in |
    /// | `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` | credentials, looked up at the first call |
    ///
    /// An empty value counts as none.
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
            None => Ok(false),
            Some(text) if text.eq_ignore_ascii_case("true") => Ok(true),
            Some(text) if text.eq_ignore_ascii_case("false") => Ok(false),
            Some(text) => Err(refuse(name, &text, "true or false")),
        };
        let mut retry = RetryPolicy::default();
        if let Some(text) = value("AWS_MAX_ATTEMPTS") {
            retry.max_attempts = text
                .parse()
                .ok()
                .filter(|attempts| *attempts > 0)
                .ok_or_else(|| refuse("AWS_MAX_ATTEMPTS", &text, "a whole number from 1"))?;
        }
        Ok(Self {
            endpoint: EndpointSettings {
                region: value("AWS_REGION").or_else(|| value("AWS_DEFAULT_REGION")),
                endpoint_url: value("AWS_ENDPOINT_URL_CHIME_SDK_MESSAGING")
                    .or_else(|| value("AWS_ENDPOINT_URL")),
                service: Service::Messaging,
                use_fips_endpoint: flag("AWS_USE_FIPS_ENDPOINT")?,
                use_dualstack_endpoint: flag("AWS_USE_DUALSTACK_ENDPOINT")?,
            },
            identity_endpoint_url: value("AWS_ENDPOINT_URL_CHIME_SDK_IDENTITY")
                .or_else(|| value("AWS_ENDPOINT_URL")),
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
        self.endpoint.region = Some(region.into());
        self
    }

    /// Sets an address instead of the region's, for both services.
    ///
    /// The local service's is `http://127.0.0.1:8090`, for example.
    pub fn endpoint_url(mut self, url: impl Into<String>) -> Self {
        let url = url.into();
        self.endpoint.endpoint_url = Some(url.clone());
        self.identity_endpoint_url = Some(url);
        self
    }

    /// Sets an address instead of the region's, for the identity service alone.
    pub fn identity_endpoint_url(mut self, url: impl Into<String>) -> Self {
        self.identity_endpoint_url = Some(url.into());
        self
    }

    /// Sets whether to use the FIPS 140 endpoint.
    pub fn use_fips_endpoint(mut self, yes: bool) -> Self {
        self.endpoint.use_fips_endpoint = yes;
        self
    }

    /// Sets whether to use the endpoint that speaks both IPv4 and IPv6.
    pub fn use_dualstack_endpoint(mut self, yes: bool) -> Self {
        self.endpoint.use_dualstack_endpoint = yes;
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

    /// Sets when a call is attempted again.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
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
        let mut config = Config::new(self.endpoint.resolve()?, credentials);
        config.retry = self.retry;
        config.timeouts = self.timeouts;
        config.network = self.network;
        config.clock = self.clock;
        config.app_name = self.app_name;
        config.interceptors = self.interceptors;
        let identity = EndpointSettings {
            service: Service::Identity,
            endpoint_url: self.identity_endpoint_url,
            ..self.endpoint
        };
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
        ];
        for (variables, url) in cases {
            assert_eq!(client(variables).expect(variables).endpoint().url(), url, "{variables}");
        }
    }

    #[test]
    fn so_does_what_is_said_in_code() {
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
    fn a_malformed_variable_is_named() {
        let cases = [
            ("", "AWS_REGION"),
            (
                "AWS_REGION=us-east-1 AWS_USE_FIPS_ENDPOINT=1",
                "AWS_USE_FIPS_ENDPOINT: \"1\" is not true or false",
            ),
            ("AWS_REGION=us-east-1 AWS_USE_DUALSTACK_ENDPOINT=yes", "AWS_USE_DUALSTACK_ENDPOINT"),
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
