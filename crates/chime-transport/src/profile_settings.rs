//! The settings of a profile.

use std::fmt;
use std::path::PathBuf;

/// The settings of a profile other than its credentials; `None` stands for a missing one.
///
/// [`CredentialsChain::settings`](crate::CredentialsChain::settings) reads them. `Debug` leaves the addresses out, since
/// they may contain a password.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProfileSettings {
    /// `region`.
    pub region: Option<String>,
    /// `output`: the form in which a command shows answers.
    pub output: Option<String>,
    /// `max_attempts`, at least 1.
    pub max_attempts: Option<u32>,
    /// `endpoint_url` of the messaging service: that of `chime_sdk_messaging` in the profile's `services` section, else
    /// the profile's own.
    pub messaging_endpoint_url: Option<String>,
    /// `endpoint_url` of the identity service: that of `chime_sdk_identity` in the profile's `services` section, else the
    /// profile's own.
    pub identity_endpoint_url: Option<String>,
    /// The name in `services`, if no such section exists. It is an error only if an address would come from there.
    pub undefined_services: Option<String>,
    /// `ignore_configured_endpoint_urls`.
    pub ignore_configured_endpoint_urls: Option<bool>,
    /// `use_fips_endpoint`.
    pub use_fips_endpoint: Option<bool>,
    /// `use_dualstack_endpoint`.
    pub use_dualstack_endpoint: Option<bool>,
    /// `ca_bundle`: a PEM file of certificates to trust.
    pub ca_bundle: Option<PathBuf>,
    /// `sdk_ua_app_id`: the name at the end of the `User-Agent`.
    pub app_name: Option<String>,
}

impl fmt::Debug for ProfileSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileSettings")
            .field("region", &self.region)
            .field("output", &self.output)
            .field("max_attempts", &self.max_attempts)
            .finish_non_exhaustive()
    }
}
