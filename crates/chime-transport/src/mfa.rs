//! A role that is assumed with a code of an MFA device.

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, error::CredentialsError, future};

/// A role of a profile with `mfa_serial`.
#[derive(Debug)]
pub(crate) struct MfaRole {
    /// STS, with the credentials that assume the role.
    pub(crate) client: aws_sdk_sts::Client,
    pub(crate) role_arn: String,
    pub(crate) serial: String,
    pub(crate) code: Code,
    pub(crate) session_name: String,
    pub(crate) external_id: Option<String>,
    pub(crate) duration_seconds: Option<i32>,
}

/// A code of an MFA device, which `Debug` redacts.
#[derive(Clone)]
pub(crate) struct Code(pub(crate) String);

impl std::fmt::Debug for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[an MFA code]")
    }
}

impl MfaRole {
    async fn assume(&self) -> Result<Credentials, CredentialsError> {
        let answer = self
            .client
            .assume_role()
            .role_arn(&self.role_arn)
            .role_session_name(&self.session_name)
            .serial_number(&self.serial)
            .token_code(&self.code.0)
            .set_external_id(self.external_id.clone())
            .set_duration_seconds(self.duration_seconds)
            .send()
            .await
            .map_err(CredentialsError::provider_error)?;
        let given =
            answer.credentials.ok_or_else(|| CredentialsError::unhandled("STS gave no credentials"))?;
        let end = given.expiration.try_into().map_err(CredentialsError::unhandled)?;
        Ok(Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            Some(end),
            "MfaRole",
        ))
    }
}

impl ProvideCredentials for MfaRole {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.assume())
    }
}
