//! Credentials, and where they come from.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::SystemTime;

/// An access key, its secret, perhaps a session token and an end. `Debug` shows the access key id and the end.
///
/// ```
#[doc = import!("Credentials")]
///
/// let credentials = Credentials::new("AKID", "secret").with_session_token("token");
/// assert_eq!(format!("{credentials:?}"), r#"Credentials("AKID")"#);
/// ```
///
/// Cheap to clone.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials(Arc<Parts>);

#[derive(Clone, PartialEq, Eq)]
struct Parts {
    access_key_id: String,
    secret_access_key: String,
    session_token: Option<String>,
    expires_at: Option<SystemTime>,
}

impl Credentials {
    /// Returns long-lived credentials: an access key id and its secret.
    pub fn new(access_key_id: impl Into<String>, secret_access_key: impl Into<String>) -> Self {
        Self(Arc::new(Parts {
            access_key_id: access_key_id.into(),
            secret_access_key: secret_access_key.into(),
            session_token: None,
            expires_at: None,
        }))
    }

    /// Adds the session token that temporary credentials have.
    #[must_use]
    pub fn with_session_token(mut self, token: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.0).session_token = Some(token.into());
        self
    }

    /// Adds the time at which the credentials end.
    #[must_use]
    pub fn with_expiry(mut self, expires_at: SystemTime) -> Self {
        Arc::make_mut(&mut self.0).expires_at = Some(expires_at);
        self
    }

    /// Returns the access key ID, which is not a secret.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.0.access_key_id
    }

    /// Returns the secret access key.
    #[must_use]
    pub fn secret_access_key(&self) -> &str {
        &self.0.secret_access_key
    }

    /// Returns the session token of temporary credentials.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.0.session_token.as_deref()
    }

    /// Returns the time at which the credentials end.
    ///
    /// Without it they are good until the service says otherwise.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.0.expires_at
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_tuple("Credentials");
        shown.field(&self.access_key_id());
        if let Some(end) = self.expires_at() {
            shown.field(&format_args!(
                "until {}",
                chime_types::Timestamp::from(aws_smithy_types::DateTime::from(end))
            ));
        }
        shown.finish()
    }
}

/// The error for missing credentials: the places that were searched, and what was wrong there.
///
/// It is cheap to clone: every call that waited for the same credentials gets one.
#[derive(Clone, Debug)]
pub struct CredentialsError {
    reason: String,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

impl CredentialsError {
    /// Returns an error with its reason, which must not contain a secret.
    pub fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into(), source: None }
    }

    /// Adds the error behind this one, which the text should tell already.
    #[must_use]
    pub fn with_source(self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { source: Some(Arc::from(source.into())), ..self }
    }
}

impl fmt::Display for CredentialsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for CredentialsError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// The future that [`ProvideCredentials::provide`] returns.
pub type ProvidedCredentials<'a> =
    Pin<Box<dyn Future<Output = Result<Credentials, CredentialsError>> + Send + 'a>>;

/// A source of credentials.
///
/// The client keeps the credentials that a source returns. It asks the source again shortly before they expire, and when
/// the service refuses them as expired. It never has two requests to a source at a time.
///
/// ```
#[doc = import!("{Credentials, ProvideCredentials, ProvidedCredentials}")]
///
/// #[derive(Debug)]
/// struct FromVault;
///
/// impl ProvideCredentials for FromVault {
///     fn provide(&self) -> ProvidedCredentials<'_> {
///         Box::pin(async { Ok(Credentials::new("AKID", "secret")) })
///     }
/// }
/// ```
///
/// [`Credentials`] are a source themselves, and [`EnvironmentCredentials`] another.
pub trait ProvideCredentials: fmt::Debug + Send + Sync + 'static {
    /// The credentials to sign with now.
    fn provide(&self) -> ProvidedCredentials<'_>;
}

impl ProvideCredentials for Credentials {
    fn provide(&self) -> ProvidedCredentials<'_> {
        let credentials = self.clone();
        Box::pin(std::future::ready(Ok(credentials)))
    }
}

/// Credentials from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
///
/// ```
/// # use chime_transport::{EnvironmentCredentials, ProvideCredentials};
/// // Any look-up serves: the process's environment, or a map in a test.
/// let credentials = EnvironmentCredentials::new(|name| std::env::var(name).ok());
/// ```
///
/// They are looked up when first needed.
pub struct EnvironmentCredentials(Lookup);

type Lookup = Box<dyn Fn(&str) -> Option<String> + Send + Sync>;

impl EnvironmentCredentials {
    /// Returns a source of credentials from the variables that `lookup` finds.
    pub fn new(lookup: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Box::new(lookup))
    }

    /// The credentials, or the variable that is missing.
    pub(crate) fn find(&self) -> Result<Credentials, &'static str> {
        let value = |name: &str| (self.0)(name).filter(|value| !value.is_empty());
        let needed = |name: &'static str| value(name).ok_or(name);
        let credentials = Credentials::new(needed("AWS_ACCESS_KEY_ID")?, needed("AWS_SECRET_ACCESS_KEY")?);
        Ok(match value("AWS_SESSION_TOKEN") {
            Some(token) => credentials.with_session_token(token),
            None => credentials,
        })
    }
}

impl fmt::Debug for EnvironmentCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnvironmentCredentials")
    }
}

impl ProvideCredentials for EnvironmentCredentials {
    fn provide(&self) -> ProvidedCredentials<'_> {
        let found = self.find().map_err(|name| {
            let is_set = |name: &&&str| (self.0)(name).is_some_and(|value| !value.is_empty());
            let profile = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].iter().find(is_set);
            let hint = profile.map_or_else(String::new, |variable| {
                format!("; {variable} is set, and profiles need `CredentialsChain`, of the feature `credentials-chain`")
            });
            CredentialsError::new(format!("no credentials: {name} is not set in the environment{hint}"))
        });
        Box::pin(std::future::ready(found))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_environment_gives_credentials_or_names_what_is_missing() {
        let cases = [
            ("AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=S", Ok(Credentials::new("A", "S"))),
            (
                "AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=S AWS_SESSION_TOKEN=T",
                Ok(Credentials::new("A", "S").with_session_token("T")),
            ),
            (
                "AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=S AWS_SESSION_TOKEN=",
                Ok(Credentials::new("A", "S")),
            ),
            ("AWS_SECRET_ACCESS_KEY=S", Err("AWS_ACCESS_KEY_ID")),
            ("AWS_ACCESS_KEY_ID=A AWS_SECRET_ACCESS_KEY=", Err("AWS_SECRET_ACCESS_KEY")),
            ("AWS_PROFILE=", Err("AWS_ACCESS_KEY_ID is not set in the environment")),
            ("AWS_PROFILE=work", Err("AWS_PROFILE is set, and profiles need `CredentialsChain`")),
            ("AWS_DEFAULT_PROFILE=work", Err("AWS_DEFAULT_PROFILE is set")),
        ];
        for (variables, expected) in cases {
            let source = EnvironmentCredentials::new(move |name| {
                variables
                    .split(' ')
                    .find_map(|pair| Some(pair.strip_prefix(name)?.strip_prefix('=')?.to_owned()))
            });
            match (source.provide().await, expected) {
                (Ok(found), Ok(expected)) => assert!(found == expected),
                (Err(error), Err(name)) => assert!(error.to_string().contains(name), "{error}"),
                (found, expected) => panic!("{found:?} instead of {expected:?}"),
            }
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        let credentials = Credentials::new("AKID", "SECRET").with_session_token("TOKEN");
        let shown = format!("{credentials:?}");
        assert!(shown.contains("AKID") && !shown.contains("SECRET") && !shown.contains("TOKEN"), "{shown}");
        let ending = format!("{:?}", credentials.with_expiry(SystemTime::UNIX_EPOCH));
        assert!(ending.contains("AKID") && ending.contains("until 1970-01-01T00:00:00Z"), "{ending}");
    }
}
