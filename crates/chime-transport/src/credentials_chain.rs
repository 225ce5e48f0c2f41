//! The places that every AWS client looks for credentials in.

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_config::ecs::EcsCredentialsProvider;
use aws_config::imds::client::error::ImdsError;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::web_identity_token::WebIdentityTokenCredentialsProvider;
use aws_credential_types::provider::error::CredentialsError as SdkError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::config::Timeouts;
use crate::credentials::{
    Credentials, CredentialsError, EnvironmentCredentials, ProvideCredentials, ProvidedCredentials,
};
use crate::dial::Dialer;
use crate::error::{Error, ErrorKind};
use crate::input_file::check_regular;
use crate::network::Network;
use crate::pool::Pool;
use crate::profile_credentials::ProfileCredentials;
use crate::profile_settings::ProfileSettings;
use crate::profiles::Profiles;
use crate::sdk_credentials::{SdkCredentials, causes};

/// The limit of a connection to the instance's metadata. Elsewhere than on an instance, nobody accepts it.
const NEAR: Duration = Duration::from_secs(1);

/// Credentials from the places that every AWS client looks in, in this order:
///
/// 1. the environment: `AWS_ACCESS_KEY_ID` and its companions;
/// 2. the profile that `AWS_PROFILE` names, else `AWS_DEFAULT_PROFILE`, else `default`, in `~/.aws/config` and
///    `~/.aws/credentials`: keys, an assumed role (with [a code](Self::mfa_code) where it has an MFA device), a web
///    identity, SSO (`aws sso login` first), a process;
/// 3. a web identity: `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`;
/// 4. the container: `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `AWS_CONTAINER_CREDENTIALS_FULL_URI`;
/// 5. the instance's metadata, version 2, unless `AWS_EC2_METADATA_DISABLED` is `true`.
///
/// ```
#[doc = import!("CredentialsChain")]
///
/// let credentials = CredentialsChain::from_env();
/// // The profile alone, whatever the environment says, as with `aws --profile`.
/// let of_a_profile = CredentialsChain::from_env().profile("staging");
/// ```
///
/// The first that is set up decides: if it fails, the chain ends there, since calls by somebody else would be worse.
/// The error says what each place had, or why it had nothing. Nobody is asked before the first call, and nothing but
/// the environment is looked at where that has credentials. The metadata service has 1 s to accept a connection, and 2 s
/// with its answer.
///
/// With the feature `credentials-chain`. The providers are those of [`aws-config`](https://docs.rs/aws-config); they
/// read the process's environment and files, and send their requests as [`Network`] says.
pub struct CredentialsChain {
    environment: EnvironmentCredentials,
    profile: Option<String>,
    mfa_code: Option<String>,
    network: Network,
    rest: OnceCell<Vec<(String, SdkCredentials)>>,
}

impl CredentialsChain {
    /// Returns the chain that the process's environment configures.
    #[must_use]
    pub fn from_env() -> Self {
        Self {
            environment: EnvironmentCredentials::new(variable),
            profile: None,
            mfa_code: None,
            network: Network::default(),
            rest: OnceCell::new(),
        }
    }

    /// Limits the chain to a profile.
    #[must_use]
    pub fn profile(self, name: impl Into<String>) -> Self {
        Self { profile: Some(name.into()), rest: OnceCell::new(), ..self }
    }

    /// Sets the connections to STS, SSO and the other services.
    #[must_use]
    pub fn network(self, network: Network) -> Self {
        Self { network, rest: OnceCell::new(), ..self }
    }

    /// Sets the code of the MFA device that the profile's role requires.
    #[must_use]
    pub fn mfa_code(self, code: impl Into<String>) -> Self {
        Self { mfa_code: Some(code.into()), rest: OnceCell::new(), ..self }
    }

    /// Returns the MFA device whose code [`mfa_code`](Self::mfa_code) must give: the `mfa_serial` beside the `role_arn`
    /// of the profile whose credentials are used.
    ///
    /// # Errors
    /// The files of profiles cannot be read.
    pub fn mfa_serial(&self) -> Result<Option<String>, Error> {
        if self.profile.is_none() && self.environment.find().is_ok() {
            return Ok(None);
        }
        let profiles = Profiles::read(&variable)?;
        Ok(profiles.mfa_profile(&self.profile_name()).map(|(_, serial)| serial.to_owned()))
    }

    /// Returns the settings of the profile, beside its credentials. A profile `default` that does not exist has none.
    ///
    /// # Errors
    /// The files of profiles cannot be read, the profile that is named does not exist, or a setting is malformed.
    pub fn settings(&self) -> Result<ProfileSettings, Error> {
        let profiles = Profiles::read(&variable)?;
        let name = self.profile_name();
        if self.is_profile_named() && profiles.profile(&name).is_none() {
            return Err(Error::config(format!("profile {name:?}: {}", profiles.is_missing())));
        }
        profiles.settings(&name)
    }

    /// The name of the profile.
    fn profile_name(&self) -> String {
        self.profile.clone().or_else(named_profile).unwrap_or_else(|| "default".to_owned())
    }

    fn is_profile_named(&self) -> bool {
        self.profile.is_some() || named_profile().is_some()
    }

    /// The providers after the environment, each with its name.
    async fn rest(&self) -> Result<&[(String, SdkCredentials)], CredentialsError> {
        let made = self.rest.get_or_try_init(async || {
            let http = Http::new(&self.network, Timeouts::default().connect)?;
            let near = Http::new(&self.network, NEAR)?;
            let profile = self.profile_name();
            let refuse = |reason: &str| CredentialsError::new(format!("no credentials: {reason}"));
            let profiles = Profiles::read(&variable).map_err(|error| refuse(&error.to_string()))?;
            let settings = profiles.settings(&profile).map_err(|error| refuse(&error.to_string()))?;
            let region =
                variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")).or(settings.region);
            let region = region.map(aws_config::Region::new);
            let config =
                ProviderConfig::without_region().with_region(region.clone()).with_http_client(http.clone());
            let name = format!("profile {profile:?}");
            if self.is_profile_named() && profiles.profile(&profile).is_none() {
                return Err(refuse(&format!("{name}: {}", profiles.is_missing())));
            }
            let of_profile = ProfileCredentials {
                profiles,
                config: config.clone(),
                http: http.into_shared(),
                region,
                mfa_code: self.mfa_code.clone(),
            };
            let provider =
                of_profile.provider(&profile).await.map_err(|reason| refuse(&format!("{name}: {reason}")))?;
            let mut rest = vec![(name, SdkCredentials::new(provider))];
            if self.profile.is_none() {
                let web_identity = WebIdentityTokenCredentialsProvider::builder().configure(&config).build();
                let container = EcsCredentialsProvider::builder().configure(&config).build();
                let instance = ImdsCredentialsProvider::builder();
                let instance = instance.configure(&config.with_http_client(near)).build();
                let name = match variable("AWS_WEB_IDENTITY_TOKEN_FILE") {
                    Some(path) => format!("web identity of {path}"),
                    None => "web identity".to_owned(),
                };
                rest.push((name, SdkCredentials::new(web_identity)));
                rest.push(("container".to_owned(), SdkCredentials::new(container)));
                rest.push(("instance metadata".to_owned(), SdkCredentials::new(instance)));
            }
            Ok(rest)
        });
        made.await.map(Vec::as_slice)
    }

    async fn find(&self) -> Result<Credentials, CredentialsError> {
        let mut reasons = Vec::new();
        if self.profile.is_none() {
            match self.environment.find() {
                Ok(credentials) => return Ok(credentials),
                Err(name) => {
                    reasons.push(format!("environment: {name} is not set"));
                    if name != "AWS_ACCESS_KEY_ID" {
                        return Err(nothing(&reasons));
                    }
                }
            }
        }
        for (name, provider) in self.rest().await? {
            if let Some(reason) = endless_token_file(name) {
                reasons.insert(0, format!("{name}: {reason}"));
                return Err(nothing(&reasons));
            }
            let error = match provider.ask().await {
                Ok(credentials) => return Ok(credentials),
                Err(error) => error,
            };
            let cause = std::error::Error::source(&error);
            let missing = matches!(error, SdkError::CredentialsNotLoaded(_));
            // A named profile that does not exist is a mistake. One without credentials may exist for its region.
            let mistaken = missing && name.starts_with("profile") && cause.is_some();
            let reason = match (cause, cause.and_then(|cause| cause.downcast_ref::<ImdsError>())) {
                // Its text has the whole response in it.
                (_, Some(ImdsError::ErrorResponse(refusal))) => {
                    format!("it answered with status {}", refusal.response().status())
                }
                (Some(cause), _) => causes(cause),
                (None, _) => "it has no credentials".to_owned(),
            };
            let reason = format!("{name}: {reason}");
            if !missing || mistaken {
                // The first reason is the cause.
                reasons.insert(0, reason);
                return Err(nothing(&reasons));
            }
            reasons.push(reason);
        }
        Err(nothing(&reasons))
    }
}

/// Returns the reason why the token file of a place cannot be read to its end, which is what the place's provider does.
fn endless_token_file(place: &str) -> Option<String> {
    let check = |path: &str| check_regular(Path::new(path)).err();
    if place.starts_with("web identity of") {
        return check(&variable("AWS_WEB_IDENTITY_TOKEN_FILE")?).map(|error| error.to_string());
    }
    let addresses = ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    if place == "container" && addresses.iter().any(|address| variable(address).is_some()) {
        let path = variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")?;
        return check(&path).map(|error| format!("{path}: {error}"));
    }
    None
}

fn nothing(reasons: &[String]) -> CredentialsError {
    CredentialsError::new(format!("no credentials: {}", reasons.join("; ")))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The profile that the environment names.
fn named_profile() -> Option<String> {
    variable("AWS_PROFILE").or_else(|| variable("AWS_DEFAULT_PROFILE"))
}

impl fmt::Debug for CredentialsChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CredentialsChain")
            .field("profile", &self.profile)
            .field("network", &self.network)
            .finish_non_exhaustive()
    }
}

impl ProvideCredentials for CredentialsChain {
    fn provide(&self) -> ProvidedCredentials<'_> {
        Box::pin(self.find())
    }
}

/// Our connections for the providers' requests.
#[derive(Clone, Debug)]
struct Http {
    pool: Arc<Pool>,
    /// Returns the limit of a request, if its provider sets one.
    limit: Option<Duration>,
}

impl Http {
    fn new(network: &Network, connect_limit: Duration) -> Result<Self, CredentialsError> {
        let dialer = Dialer::new(network, connect_limit)
            .map_err(|error| CredentialsError::new(format!("no credentials: {error}")))?;
        Ok(Self { pool: Arc::new(Pool::new(dialer)), limit: None })
    }

    fn into_shared(self) -> SharedHttpClient {
        SharedHttpClient::new(self)
    }

    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        // The providers' requests are whole in memory.
        let request = request.map(|body| Bytes::copy_from_slice(body.bytes().unwrap_or_default()));
        let sent = self.pool.send(request);
        let sent = match self.limit {
            None => sent.await,
            Some(limit) => match timeout(limit, sent).await {
                Ok(sent) => sent,
                Err(_) => return Err(ConnectorError::timeout(format!("no answer within {limit:?}").into())),
            },
        };
        let response = sent.map_err(|failed| match failed.error.kind() {
            ErrorKind::Connect(_) | ErrorKind::Io(_) => ConnectorError::io(failed.error.into()),
            _ => ConnectorError::user(failed.error.into()),
        })?;
        response.map(SdkBody::from).try_into().map_err(|error| ConnectorError::other(Box::new(error), None))
    }
}

impl HttpConnector for Http {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let http = self.clone();
        HttpConnectorFuture::new(async move { http.send(request).await })
    }
}

impl HttpClient for Http {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let limits = [settings.connect_timeout(), settings.read_timeout()];
        let limit = limits.into_iter().flatten().reduce(|connect, read| connect + read);
        SharedHttpConnector::new(Self { limit, ..self.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn debug_hides_secrets_and_a_malformed_proxy_is_an_error() {
        let network =
            Network { https_proxy: Some("socks5://user:SECRET@proxy".to_owned()), ..Network::default() };
        let chain = CredentialsChain::from_env().profile("staging").network(network);
        let shown = format!("{chain:?}");
        assert!(shown.contains("staging") && !shown.contains("SECRET"), "{shown}");
        let error = chain.provide().await.unwrap_err();
        let said = format!("{error} {error:?}");
        assert!(said.starts_with("no credentials: HTTPS_PROXY") && !said.contains("SECRET"), "{said}");
    }
}
