//! The credentials of a profile.

use std::collections::BTreeSet;
use std::path::Path;

use aws_config::BehaviorVersion;
use aws_config::Region;
use aws_config::profile::ProfileFileCredentialsProvider;
#[expect(deprecated, reason = "aws-config has no other name for the parameter of its own builders")]
use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sso::SsoCredentialsProvider;
use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use crate::input_file::check_regular;
use crate::mfa::{Code, MfaRole};
use crate::profiles::{Profiles, identifier};

/// The names of the providers that the SDK's own does not have.
const MFA: &str = "Mfa";
const SSO: &str = "Sso";

/// The factory of the providers of profiles: those of the SDK, and those that it lacks.
#[derive(Debug)]
pub(crate) struct ProfileCredentials {
    pub(crate) profiles: Profiles,
    pub(crate) config: ProviderConfig,
    pub(crate) http: SharedHttpClient,
    pub(crate) region: Option<Region>,
    pub(crate) mfa_code: Option<String>,
}

impl ProfileCredentials {
    /// Returns the provider of a profile's credentials, or the reason why it has none.
    pub(crate) async fn provider(&self, name: &str) -> Result<impl ProvideCredentials + use<>, String> {
        self.provider_beside(name, &mut BTreeSet::new()).await
    }

    /// The provider of a profile that is the source of those roles.
    async fn provider_beside(
        &self,
        name: &str,
        roles: &mut BTreeSet<String>,
    ) -> Result<ProfileFileCredentialsProvider, String> {
        if let Some(login) = self.profiles.login_profile(name) {
            let shown = shell_quoted(login);
            return Err(format!(
                "login_session of profile {login:?} is not supported; set `credential_process = aws configure \
                 export-credentials --profile {shown} --format process` in another profile and use that one"
            ));
        }
        if let Some(path) =
            self.profiles.profile(name).and_then(|profile| profile.get("web_identity_token_file"))
        {
            check_regular(Path::new(path))
                .map_err(|error| format!("web_identity_token_file {path}: {error}"))?;
        }
        let mut profiles = self.profiles.clone();
        let mut builder = ProfileFileCredentialsProvider::builder().configure(&self.config);
        for (number, (name, session, profile, properties)) in self.profiles.unusual_sso_profiles().enumerate()
        {
            let text = |name: &str| profile.get(name).or_else(|| properties.get(name)).cloned();
            let [account, role] = ["sso_account_id", "sso_role_name"].map(text);
            let [Some(region), Some(start_url)] = ["sso_region", "sso_start_url"].map(text) else { continue };
            let (Some(account), Some(role)) = (account, role) else { continue };
            let provider = SsoCredentialsProvider::builder()
                .configure(&self.config)
                .account_id(account)
                .role_name(role)
                .region(Region::new(region))
                .start_url(start_url)
                .session_name(session)
                .build();
            let source = format!("{SSO}{number}");
            builder = builder.with_custom_provider(source.clone(), provider);
            let mut profile = profile.clone();
            profile.retain(|property, _| !property.starts_with("sso_"));
            profile.insert("credential_source".to_owned(), source);
            profiles = profiles.with_profile(name, profile);
        }
        if let Some((role, serial)) = self.profiles.mfa_profile(name) {
            builder = builder.with_custom_provider(MFA, Box::pin(self.mfa_role(role, serial, roles)).await?);
            let source = [("credential_source".to_owned(), MFA.to_owned())].into();
            profiles = profiles.with_profile(role, source);
        }
        Ok(builder.profile_files(files(&profiles)).profile_name(identifier(name)).build())
    }

    /// The provider of a profile whose role is assumed with an MFA code.
    async fn mfa_role(
        &self,
        name: &str,
        serial: &str,
        roles: &mut BTreeSet<String>,
    ) -> Result<MfaRole, String> {
        if !roles.insert(name.to_owned()) {
            return Err(format!("source_profile leads from profile {name:?} back to itself"));
        }
        let code = self.mfa_code.clone().ok_or_else(|| {
            format!(
                "the role of profile {name:?} needs a code of the MFA device {serial}; give it with \
                 CredentialsChain::mfa_code"
            )
        })?;
        let properties = self.profiles.profile(name).cloned().unwrap_or_default();
        let text = |name: &str| properties.get(name).cloned();
        let source = match (text("source_profile"), text("credential_source")) {
            (Some(source), None) if source != name => self.provider_beside(&source, roles).await?,
            (None, None) => {
                return Err(format!("profile {name:?} has neither source_profile nor credential_source"));
            }
            (Some(_), Some(_)) => {
                return Err(format!("profile {name:?} has both source_profile and credential_source"));
            }
            // The profile is its own source: without the role, its keys or the named source are left.
            _ => {
                let mut own = properties.clone();
                own.retain(|property, _| property != "role_arn" && property != "source_profile");
                let profiles = self.profiles.clone().with_profile(name, own);
                let builder = ProfileFileCredentialsProvider::builder().configure(&self.config);
                builder.profile_files(files(&profiles)).profile_name(identifier(name)).build()
            }
        };
        let duration_seconds = text("duration_seconds").map(|seconds| {
            seconds
                .parse()
                .map_err(|_| format!("profile {name:?}: duration_seconds: expected a number of seconds"))
        });
        let loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .region(self.region.clone().unwrap_or_else(|| Region::new("us-east-1")))
            .profile_files(files(&self.profiles))
            .profile_name(identifier(name))
            .retry_config(RetryConfig::standard())
            .credentials_provider(source);
        Ok(MfaRole {
            client: aws_sdk_sts::Client::new(&loader.load().await),
            role_arn: text("role_arn").unwrap_or_default(),
            serial: serial.to_owned(),
            code: Code(code),
            session_name: text("role_session_name").unwrap_or_else(|| "chime".to_owned()),
            external_id: text("external_id"),
            duration_seconds: duration_seconds.transpose()?,
        })
    }
}

/// The profiles as the SDK takes them.
#[expect(deprecated, reason = "aws-config has no other name for the parameter of its own builders")]
fn files(profiles: &Profiles) -> ProfileFiles {
    ProfileFiles::builder().with_contents(ProfileFileKind::Config, profiles.normalized()).build()
}

/// A name as a word of a shell.
fn shell_quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "_-./@:+".contains(c));
    if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', r"'\''")) }
}
