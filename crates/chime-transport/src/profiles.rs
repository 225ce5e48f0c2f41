//! The profiles of `~/.aws/config` and `~/.aws/credentials`.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::input_file::read_file;
use crate::profile_file::{Section, nested, sections, words};
use crate::profile_settings::ProfileSettings;

/// The most bytes of a file of profiles.
const LARGEST_FILE: usize = 4 * 1024 * 1024;

/// The properties of a section.
pub(crate) type Properties = BTreeMap<String, String>;

/// The sections of both files, by their names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Profiles {
    by_name: BTreeMap<String, Properties>,
    sso_sessions: BTreeMap<String, Properties>,
    services: BTreeMap<String, Properties>,
    /// The files, for messages.
    files: Vec<PathBuf>,
}

impl Profiles {
    /// Reads the files that the variables name, or those of the home directory. A file that does not exist is empty.
    pub(crate) fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let mut read = Self::default();
        let home = variable("HOME").or_else(|| variable("USERPROFILE")).map(PathBuf::from);
        let files = [
            ("AWS_CONFIG_FILE", "~/.aws/config", true),
            ("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials", false),
        ];
        for (name, default, is_config) in files {
            let named = variable(name).unwrap_or_else(|| default.to_owned());
            let path = match (named.strip_prefix("~/"), &home) {
                (Some(rest), Some(home)) => home.join(rest),
                (Some(_), None) => continue,
                (None, _) => PathBuf::from(&named),
            };
            let text = match read_file(&path, LARGEST_FILE) {
                Ok(bytes) => String::from_utf8(bytes)
                    .map_err(|_| Error::config(format!("{}: it is not UTF-8", path.display())))?,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
                Err(error) => return Err(Error::config(format!("{}: {error}", path.display()))),
            };
            read.add(&text, &path, is_config)?;
            read.files.push(path);
        }
        Ok(read)
    }

    /// Adds the sections of a file to those of the files before it.
    fn add(&mut self, text: &str, path: &Path, is_config: bool) -> Result<(), Error> {
        let refuse =
            |line: usize, reason: &str| Error::config(format!("{}:{line}: {reason}", path.display()));
        let found = sections(text).map_err(|malformed| refuse(malformed.line, malformed.reason))?;
        let is_prefixed_default =
            |section: &Section| section.header.split_whitespace().eq(["profile", "default"]);
        let ignores_plain_default = found.iter().any(is_prefixed_default);
        for section in found {
            let Section { header, line, properties } = section;
            let sections = if !is_config {
                self.by_name.entry(header).or_default()
            } else if header == "default" {
                if ignores_plain_default {
                    continue;
                }
                self.by_name.entry(header).or_default()
            } else {
                let of_kind = match header.split([' ', '\t']).next() {
                    Some("profile") => &mut self.by_name,
                    Some("sso-session") => &mut self.sso_sessions,
                    Some("services") => &mut self.services,
                    // Other programs have sections here too.
                    _ => continue,
                };
                let [_, name] = &mut words(&header).map_err(|reason| refuse(line, reason))?[..] else {
                    continue;
                };
                of_kind.entry(std::mem::take(name)).or_default()
            };
            sections.extend(properties);
        }
        Ok(())
    }

    pub(crate) fn profile(&self, name: &str) -> Option<&Properties> {
        self.by_name.get(name)
    }

    /// Returns the reason why a profile does not exist: the files that were searched.
    pub(crate) fn is_missing(&self) -> String {
        let files: Vec<_> = self.files.iter().map(|path| path.display().to_string()).collect();
        let looked = if files.is_empty() {
            "since HOME is not set".to_owned()
        } else {
            format!("in {}", files.join(" or "))
        };
        let names: Vec<_> = self.by_name.keys().map(|name| format!("{name:?}")).collect();
        let others =
            if names.is_empty() { String::new() } else { format!("; defined are {}", names.join(", ")) };
        format!("it is not defined {looked}{others}")
    }

    /// The settings of a profile that configure a client.
    pub(crate) fn settings(&self, name: &str) -> Result<ProfileSettings, Error> {
        let Some(profile) = self.profile(name) else { return Ok(ProfileSettings::default()) };
        let text = |name: &str| profile.get(name).filter(|value| !value.is_empty()).cloned();
        let refuse = |property: &str, value: &str, expected: &str| {
            Error::config(format!("profile {name:?}: {property}: {value:?} is not {expected}"))
        };
        let flag = |property: &str| match text(property) {
            None => Ok(None),
            Some(value) if value.eq_ignore_ascii_case("true") => Ok(Some(true)),
            Some(value) if value.eq_ignore_ascii_case("false") => Ok(Some(false)),
            Some(value) => Err(refuse(property, &value, "true or false")),
        };
        let max_attempts = match text("max_attempts") {
            None => None,
            Some(value) => match value.parse() {
                Ok(attempts) if attempts > 0 => Some(attempts),
                _ => return Err(refuse("max_attempts", &value, "a whole number from 1")),
            },
        };
        let services = text("services");
        let section = services.as_ref().and_then(|services| self.services.get(services));
        let undefined_services = services.clone().filter(|_| section.is_none());
        let endpoint_url = |service: &str| {
            if undefined_services.is_some() {
                return None;
            }
            let of_service = section.and_then(|section| nested(section.get(service)?).remove("endpoint_url"));
            of_service.filter(|url| !url.is_empty()).or_else(|| text("endpoint_url"))
        };
        Ok(ProfileSettings {
            region: text("region"),
            output: text("output"),
            max_attempts,
            messaging_endpoint_url: endpoint_url("chime_sdk_messaging"),
            identity_endpoint_url: endpoint_url("chime_sdk_identity"),
            undefined_services: undefined_services.clone(),
            ignore_configured_endpoint_urls: flag("ignore_configured_endpoint_urls")?,
            use_fips_endpoint: flag("use_fips_endpoint")?,
            use_dualstack_endpoint: flag("use_dualstack_endpoint")?,
            ca_bundle: text("ca_bundle").map(PathBuf::from),
            app_name: text("sdk_ua_app_id"),
        })
    }

    /// The first profile, from that one along `source_profile`, whose role is assumed with a code of an MFA device.
    ///
    /// A profile with keys is not asked for its role when it is the source of another.
    pub(crate) fn mfa_profile(&self, name: &str) -> Option<(&str, &str)> {
        let mut visited = BTreeSet::new();
        let mut name = name;
        loop {
            let (name_here, profile) = self.by_name.get_key_value(name)?;
            if !visited.insert(name) || (visited.len() > 1 && has_keys(profile)) {
                return None;
            }
            if !profile.contains_key("role_arn") || profile.contains_key("web_identity_token_file") {
                return None;
            }
            if let Some(serial) = profile.get("mfa_serial") {
                return Some((name_here, serial));
            }
            name = profile.get("source_profile")?;
        }
    }

    /// The last profile along `source_profile`, if its credentials are those of `aws login`.
    pub(crate) fn login_profile(&self, name: &str) -> Option<&str> {
        let mut visited = BTreeSet::new();
        let mut name = name;
        while visited.insert(name) {
            let (name_here, profile) = self.by_name.get_key_value(name)?;
            match profile.get("source_profile").filter(|_| profile.contains_key("role_arn")) {
                Some(source) if source != name => name = source,
                _ => {
                    let others = ["aws_access_key_id", "credential_process", "sso_session", "sso_start_url"];
                    let has_other = others.iter().any(|other| profile.contains_key(*other));
                    return (profile.contains_key("login_session") && !has_other).then_some(name_here);
                }
            }
        }
        None
    }

    /// The sessions whose names the SDK's parser does not take, each with its profile's properties and its own.
    pub(crate) fn unusual_sso_profiles(
        &self,
    ) -> impl Iterator<Item = (&str, &str, &Properties, &Properties)> {
        self.by_name.iter().filter_map(|(name, profile)| {
            let (session, properties) = self.sso_sessions.get_key_value(profile.get("sso_session")?)?;
            (identifier(session) != *session).then_some((
                name.as_str(),
                session.as_str(),
                profile,
                properties,
            ))
        })
    }

    /// Replaces the properties of a profile.
    pub(crate) fn with_profile(mut self, name: &str, properties: Properties) -> Self {
        self.by_name.insert(name.to_owned(), properties);
        self
    }

    /// Returns all profiles as one file that the SDK's parser reads: every name in it is an [`identifier`].
    pub(crate) fn normalized(&self) -> String {
        let mut text = String::new();
        let kinds =
            [("profile", &self.by_name), ("sso-session", &self.sso_sessions), ("services", &self.services)];
        for (kind, sections) in kinds {
            for (name, properties) in sections {
                // Writing to a `String` does not fail.
                let _ = writeln!(text, "[{kind} {}]", identifier(name));
                for (name, value) in properties {
                    let value = match name.as_str() {
                        "source_profile" | "sso_session" | "services" => identifier(value),
                        _ => value.replace('\n', "\n "),
                    };
                    let _ = writeln!(text, "{name} = {value}");
                }
            }
        }
        text
    }
}

/// Returns whether a profile has an access key.
fn has_keys(profile: &Properties) -> bool {
    profile.contains_key("aws_access_key_id") && profile.contains_key("aws_secret_access_key")
}

/// A name of the characters that the SDK's parser takes: others, and `%`, are percent-encoded. No two names become one.
pub(crate) fn identifier(name: &str) -> String {
    let mut text = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"_-/.@:+".contains(&byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a `String` does not fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}
