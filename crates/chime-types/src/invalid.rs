//! Input that is refused before anything is sent.

use std::fmt;

/// The reason why a text is not a valid value, with what is expected instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidValue(String);

impl InvalidValue {
    pub(crate) fn new(reason: String) -> Self {
        Self(reason)
    }
}

impl fmt::Display for InvalidValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidValue {}

/// A parameter of an operation that is missing or malformed.
///
/// ```
#[doc = import!("operations::DescribeChannelMembershipForAppInstanceUser")]
///
/// let user = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/alice";
/// let refused = DescribeChannelMembershipForAppInstanceUser::builder()
///     .channel_arn("general")
///     .app_instance_user_arn(user)
///     .chime_bearer(user)
///     .build()
///     .unwrap_err();
/// assert_eq!(refused.parameter(), Some("ChannelArn"));
/// assert!(refused.to_string().starts_with(r#"ChannelArn: "general" is not a channel ARN"#));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidParameter {
    operation: &'static str,
    parameter: Option<String>,
    reason: String,
}

impl InvalidParameter {
    pub(crate) fn new(operation: &'static str, parameter: &str, reason: impl fmt::Display) -> Self {
        Self { operation, parameter: Some(parameter.to_owned()), reason: reason.to_string() }
    }

    /// A fault of the input as a whole.
    pub(crate) fn whole(operation: &'static str, reason: impl fmt::Display) -> Self {
        Self { operation, parameter: None, reason: reason.to_string() }
    }

    /// Returns the operation that was to be called.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.operation
    }

    /// Returns the parameter as the service spells it, or `None` if the input as a whole could not be read.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        self.parameter.as_deref()
    }

    /// Returns what was wrong and what would be right.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

impl fmt::Display for InvalidParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.parameter {
            Some(parameter) => write!(f, "{parameter}: {}", self.reason),
            None => f.write_str(&self.reason),
        }
    }
}

impl std::error::Error for InvalidParameter {}
