//! Identifiers: Amazon resource names that cannot be mistaken for one another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

mod form;
mod other_services;

pub use other_services::{LambdaFunctionArn, LexBotAliasArn, PinpointAppArn, StreamArn};

use crate::InvalidValue;
use crate::operation::Service;
use crate::operation::member::{Kind, Member};
use crate::parameter::{FromText, IntoParameter, Parameter, itself};
use crate::quoted::Quoted;

/// Declares a newtype for the ARN of an app instance, or of one kind of resource within it.
macro_rules! arn {
    ($(#[$meta:meta])* $Name:ident, $what:literal, $check:expr, $example:literal $(, $hidden:literal)?) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $Name(String);

        impl $Name {
            /// Returns the ARN as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            fn check(text: &str) -> Result<(), InvalidValue> {
                let check: fn(&str) -> Result<(), String> = $check;
                check(text).map_err(|reason| {
                    let [shown, ..] = [$($hidden,)? text];
                    InvalidValue::new(format!(
                        "{:?} is not {}: {reason}; expected a value such as {}", Quoted(shown), $what, $example
                    ))
                })
            }
        }

        impl FromStr for $Name {
            type Err = InvalidValue;
            fn from_str(text: &str) -> Result<Self, InvalidValue> {
                Self::check(text).map(|()| Self(text.to_owned()))
            }
        }

        impl TryFrom<String> for $Name {
            type Error = InvalidValue;
            fn try_from(text: String) -> Result<Self, InvalidValue> {
                Self::check(&text).map(|()| Self(text))
            }
        }

        impl FromText for $Name {
            fn from_text(text: String) -> Self {
                Self(text)
            }
        }

        impl Parameter for $Name {
            const KIND: Kind = Kind::Text;

            /// Checks the text again: one that was deserialized, or given as text, has not been checked.
            fn check(&self, _: &Member) -> Result<(), InvalidValue> {
                Self::check(&self.0)
            }
        }

        itself!($Name);

        impl From<$Name> for String {
            fn from(arn: $Name) -> Self {
                arn.0
            }
        }

        impl AsRef<str> for $Name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

    };
}
pub(crate) use arn;

/// Declares the ARN of a resource of Chime, which lies in an app instance.
macro_rules! chime_arn {
    ($(#[$meta:meta])* $Name:ident, $what:literal, $check:expr, $example:literal) => {
        arn! { $(#[$meta])* #[derive(Debug)] $Name, $what, $check, $example }

        impl $Name {
            /// Returns the ARN of the app instance that contains this resource, or `None` if the text names none.
            #[must_use]
            pub fn app_instance_arn(&self) -> Option<&str> {
                form::app_instance_of(&self.0)
            }
        }

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

chime_arn! {
    /// The ARN of an app instance, which users and channels lie in.
    ///
    /// ```
    #[doc = import!("AppInstanceArn")]
    ///
    /// let arn: AppInstanceArn = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a".parse()?;
    /// assert_eq!(arn.app_instance_arn(), Some(arn.as_str()));
    /// assert!("arn:aws:chime:us-east-1:1:app-instance/i/user/u".parse::<AppInstanceArn>().is_err());
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    AppInstanceArn, "an app instance ARN", |text| form::check(text, &[]),
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE"
}

chime_arn! {
    /// The ARN of a channel flow, which processes messages before they are delivered.
    ///
    /// ```
    #[doc = import!("ChannelFlowArn")]
    ///
    /// let arn: ChannelFlowArn = "arn:aws:chime:us-east-1:1:app-instance/i/channel-flow/f".parse()?;
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    ChannelFlowArn, "a channel flow ARN", |text| form::check(text, &["channel-flow"]),
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE/channel-flow/FLOW"
}

chime_arn! {
    /// The ARN of a channel.
    ///
    /// ```
    #[doc = import!("ChannelArn")]
    ///
    /// let arn: ChannelArn =
    ///     "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/channel/general".parse()?;
    /// assert_eq!(arn.app_instance_arn(), Some("arn:aws:chime:us-east-1:123456789012:app-instance/7b2a"));
    ///
    /// let refused = "general".parse::<ChannelArn>().unwrap_err().to_string();
    /// assert!(refused.starts_with(r#""general" is not a channel ARN: it does not start with "arn:""#));
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    ///
    /// Parsing refuses what the service would refuse. Deserializing accepts any text, since an answer is
    /// never refused for the form of an identifier; where an identifier becomes a parameter it is checked.
    ChannelArn, "a channel ARN", |text| form::check(text, &["channel"]),
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE/channel/CHANNEL"
}

chime_arn! {
    /// The ARN of an app instance user, or of a bot, which may stand wherever a user may.
    ///
    /// ```
    #[doc = import!("AppInstanceUserArn")]
    ///
    /// let user: AppInstanceUserArn =
    ///     "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/alice".parse()?;
    /// let bot: AppInstanceUserArn =
    ///     "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/bot/greeter".parse()?;
    /// assert_ne!(user, bot);
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    ///
    /// It is also the type of every `ChimeBearer`: the user that makes the call.
    AppInstanceUserArn, "an app instance user ARN", |text| form::check(text, &["user", "bot"]),
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE/user/USER"
}

arn! {
    /// The ARN of an app instance user or bot where the service model marks it sensitive, as for push endpoints.
    ///
    /// ```
    #[doc = import!("SensitiveUserArn")]
    ///
    /// let user: SensitiveUserArn =
    ///     "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/alice".parse()?;
    /// assert_eq!(format!("{user:?}"), "SensitiveUserArn([sensitive])");
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    ///
    /// `Debug` redacts it, it has no `Display`, and no message quotes it.
    SensitiveUserArn, "an app instance user ARN", |text| {
        form::check(text, &["user", "bot"]).map_err(|_| "it is not the ARN of a user or a bot".to_owned())
    },
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE/user/USER", "[sensitive]"
}

impl fmt::Debug for SensitiveUserArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SensitiveUserArn([sensitive])")
    }
}

impl From<AppInstanceUserArn> for SensitiveUserArn {
    fn from(user: AppInstanceUserArn) -> Self {
        Self(user.0)
    }
}

impl<Name> IntoParameter<SensitiveUserArn, Name> for AppInstanceUserArn {
    fn into_parameter(self) -> SensitiveUserArn {
        self.into()
    }
}

impl<Name> IntoParameter<SensitiveUserArn, Name> for &AppInstanceUserArn {
    fn into_parameter(self) -> SensitiveUserArn {
        self.clone().into()
    }
}

chime_arn! {
    /// The ARN of an app instance bot.
    ///
    /// ```
    #[doc = import!("{AppInstanceBotArn, AppInstanceUserArn}")]
    ///
    /// let bot: AppInstanceBotArn =
    ///     "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/bot/greeter".parse()?;
    /// // A bot may stand wherever a user may.
    /// let bearer = AppInstanceUserArn::from(bot);
    /// assert!("arn:aws:chime:us-east-1:1:app-instance/i/user/u".parse::<AppInstanceBotArn>().is_err());
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    AppInstanceBotArn, "an app instance bot ARN", |text| form::check(text, &["bot"]),
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE/bot/BOT"
}

impl From<AppInstanceBotArn> for AppInstanceUserArn {
    fn from(bot: AppInstanceBotArn) -> Self {
        Self(bot.0)
    }
}

#[diagnostic::do_not_recommend]
impl<Name> IntoParameter<AppInstanceUserArn, Name> for AppInstanceBotArn {
    fn into_parameter(self) -> AppInstanceUserArn {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl<Name> IntoParameter<AppInstanceUserArn, Name> for &AppInstanceBotArn {
    fn into_parameter(self) -> AppInstanceUserArn {
        self.clone().into()
    }
}

chime_arn! {
    /// The ARN of anything that has tags: an app instance, a user, a bot, a channel or a channel flow.
    ///
    /// ```
    #[doc = import!("ResourceArn")]
    #[doc = import!("operation::Service")]
    ///
    /// let channel: ResourceArn = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/channel/c".parse()?;
    /// assert_eq!(channel.service(), Service::Messaging);
    /// let user: ResourceArn = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/alice".parse()?;
    /// assert_eq!(user.service(), Service::Identity);
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    ResourceArn, "the ARN of a Chime resource", form::check_any,
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE/channel/CHANNEL"
}

impl ResourceArn {
    /// Returns the service that the resource belongs to, which has its tags.
    #[must_use]
    pub fn service(&self) -> Service {
        match form::kind_of(&self.0) {
            Some("channel" | "channel-flow") => Service::Messaging,
            _ => Service::Identity,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: &str = "arn:aws:chime:us-east-1:1:app-instance/i/channel/c";

    #[test]
    fn refusals_name_the_part_that_is_wrong() {
        let prefix = "arn:aws:chime:us-east-1:1:";
        let resource = |length: usize| format!("app-instance/i/channel/{}", "x".repeat(length - 23));
        let long_resource = format!("{prefix}{}", resource(1025));
        assert!(format!("{prefix}{}", resource(1024)).parse::<ChannelArn>().is_ok());
        let region =
            |length: usize| format!("arn:aws:chime:{}:1:app-instance/i/channel/c", "r".repeat(length));
        let long_region = region(64);
        assert!(region(63).parse::<ChannelArn>().is_ok());
        let cases = [
            ("", "start with \"arn:\""),
            ("arn", "the partition is missing"),
            ("arn:aws", "the service is missing"),
            ("arn:aws:chime", "the region is missing"),
            ("arn:aws:chime:us-east-1", "the account is missing"),
            ("arn:aws:chime:us-east-1:1", "the resource is missing"),
            ("arn::chime:us-east-1:1:app-instance/i/channel/c", "partition is \"\""),
            ("arn:aws:sns:us-east-1:1:app-instance/i/channel/c", "service is \"sns\""),
            ("arn:aws:chime:US:1:app-instance/i/channel/c", "region is \"US\""),
            ("arn:aws:chime:us-east-1:1:app-instance/i", "not app-instance/INSTANCE/channel/ID"),
            ("arn:aws:chime:us-east-1:1:app-instance/i/user/u", "not app-instance/INSTANCE/channel/ID"),
            ("arn:aws:chime:us-east-1:1:app-instance//channel/c", "not app-instance/INSTANCE/channel/ID"),
            ("arn:aws:chime:us-east-1:1:app-instance/i/channel/", "not app-instance/INSTANCE/channel/ID"),
            ("arn:aws:chime:us-east-1:1:app-instance/i/channel/a ", "ends with white space"),
            ("arn:aws:chime:us-east-1:1:app-instance/i/channel/a\u{7f}b", "'\\u{7f}' cannot stand"),
            ("arn:aws:chime:us-east-1:1:app-instance/i/channel/a\r\nx: y", "'\\r' cannot stand"),
            (&long_resource, "1025 characters, more than 1024"),
            (&long_region, "its region is \"rrr"),
        ];
        for (text, reason) in cases {
            let refused = text.parse::<ChannelArn>().expect_err(text).to_string();
            assert!(refused.contains(reason), "{refused:?} does not say {reason:?}");
            assert!(refused.contains("such as arn:aws:chime:"), "{refused:?} has no example");
        }
    }

    #[test]
    fn the_forms_of_the_service_are_accepted() {
        for text in [
            CHANNEL,
            "arn:aws-cn:chime:cn-north-1:123456789012:app-instance/cd0e873a-0000/channel/d699fc1f",
            "arn:aws:chime:::app-instance/i/channel/name:with-_.@/and/slash",
            "arn:aws:chime:us-east-1:1:app-instance/i/channel/100% é 😀 <&>",
        ] {
            assert_eq!(text.parse::<ChannelArn>().expect(text).as_str(), text);
        }
    }

    #[test]
    fn the_app_instance_is_the_part_before_the_resource() {
        for (text, expected) in [
            ("arn:aws:chime:r:1:app-instance/i/channel/c", Some("arn:aws:chime:r:1:app-instance/i")),
            (
                "arn:aws:chime:r:1:app-instance/i/channel/x:app-instance/j",
                Some("arn:aws:chime:r:1:app-instance/i"),
            ),
            ("arn:aws:chime:r:1:app-instance/i", Some("arn:aws:chime:r:1:app-instance/i")),
            ("arn:aws:chime:r:1:channel/c", None),
            ("c", None),
        ] {
            assert_eq!(form::app_instance_of(text), expected, "{text}");
        }
    }

    #[test]
    fn an_answer_is_not_refused_for_the_form_of_an_arn() {
        let arn: ChannelArn = serde_json::from_str(r#""channel seven""#).unwrap();
        assert_eq!(arn.as_str(), "channel seven");
        assert_eq!(arn.app_instance_arn(), None);
    }
}
