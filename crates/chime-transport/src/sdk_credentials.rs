//! Providers of the AWS SDK as a source of credentials.

use std::fmt::{self, Write};

use aws_credential_types::provider::{self, SharedCredentialsProvider, error};
use chime_types::{Excerpt, OneLine};

use crate::credentials::{Credentials, CredentialsError, ProvideCredentials, ProvidedCredentials};

/// A provider of `aws-credential-types`, such as those of `aws-config`, as a source of credentials.
///
/// ```
/// use aws_credential_types::provider::SharedCredentialsProvider;
#[doc = import!("SdkCredentials")]
///
/// # #[allow(dead_code)]
/// fn from_the_sdk(provider: SharedCredentialsProvider) -> SdkCredentials {
///     SdkCredentials::new(provider)
/// }
/// ```
///
/// The end of temporary credentials is passed on, so that they are fetched anew before it. Errors tell the whole
/// chain of causes, on one line.
///
/// With the feature `aws-credential-types`. `Debug` shows the provider's own.
#[derive(Clone)]
pub struct SdkCredentials(SharedCredentialsProvider);

impl SdkCredentials {
    /// Returns a source that uses that provider.
    pub fn new(provider: impl provider::ProvideCredentials + 'static) -> Self {
        Self(SharedCredentialsProvider::new(provider))
    }

    pub(crate) async fn ask(&self) -> Result<Credentials, error::CredentialsError> {
        let found = provider::ProvideCredentials::provide_credentials(&self.0).await?;
        let mut credentials = Credentials::new(found.access_key_id(), found.secret_access_key());
        if let Some(token) = found.session_token() {
            credentials = credentials.with_session_token(token);
        }
        if let Some(end) = found.expiry() {
            credentials = credentials.with_expiry(end);
        }
        Ok(credentials)
    }
}

impl fmt::Debug for SdkCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SdkCredentials").field(&self.0).finish()
    }
}

impl ProvideCredentials for SdkCredentials {
    fn provide(&self) -> ProvidedCredentials<'_> {
        Box::pin(async {
            let asked = self.ask().await;
            asked.map_err(|error| CredentialsError::new(format!("no credentials: {}", causes(&error))))
        })
    }
}

/// An error and what caused it, on one line, cut if it is long. Its text is all that is kept of it: the `Debug` of the SDK's errors has
/// the whole response in it.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
    let mut text = OneLine(error).to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = OneLine(cause).to_string();
        // Some tell their cause themselves.
        if !text.ends_with(&cause_text) {
            // Writing to a `String` does not fail.
            let _ = write!(text, ": {cause_text}");
        }
        // Ours tell everything.
        next = if cause.is::<crate::error::Error>() { None } else { cause.source() };
    }
    Excerpt(text.trim_end()).to_string()
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::*;

    /// An error as the SDK's are: `Debug` has a response in it.
    #[derive(Debug)]
    struct Sealed {
        #[allow(dead_code, reason = "for `Debug`")]
        response: &'static str,
    }

    impl fmt::Display for Sealed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("the vault\nis sealed")
        }
    }

    impl std::error::Error for Sealed {}

    #[derive(Debug)]
    struct Scripted(Option<aws_credential_types::Credentials>);

    impl provider::ProvideCredentials for Scripted {
        fn provide_credentials<'a>(&'a self) -> provider::future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let cause = Sealed { response: "SECRET" };
            let found = self.0.clone().ok_or_else(|| error::CredentialsError::provider_error(cause));
            provider::future::ProvideCredentials::ready(found)
        }
    }

    #[tokio::test]
    async fn everything_is_passed_on() {
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_780_557_291);
        let made = || {
            aws_credential_types::Credentials::builder()
                .access_key_id("AKID")
                .secret_access_key("SECRET")
                .provider_name("test")
        };
        let cases = [
            (made().build(), Credentials::new("AKID", "SECRET")),
            (
                made().session_token("TOKEN").expiry(end).build(),
                Credentials::new("AKID", "SECRET").with_session_token("TOKEN").with_expiry(end),
            ),
        ];
        for (given, expected) in cases {
            let source = SdkCredentials::new(Scripted(Some(given)));
            let shown = format!("{source:?}");
            assert!(!shown.contains("SECRET") && !shown.contains("TOKEN"), "{shown}");
            assert_eq!(source.provide().await.unwrap(), expected);
        }
    }

    #[tokio::test]
    async fn an_error_tells_its_causes_on_one_line() {
        let error = SdkCredentials::new(Scripted(None)).provide().await.unwrap_err();
        let expected = r"no credentials: an error occurred while loading credentials: the vault\nis sealed";
        assert_eq!(error.to_string(), expected);
        assert!(!format!("{error:?}").contains("SECRET"), "{error:?}");
    }
}
