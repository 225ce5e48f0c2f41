//! Identifiers: Amazon resource names that cannot be mistaken for one another.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::InvalidValue;
use crate::builder::{FromText, itself};
use crate::operation::{Kind, Member};
use crate::parameter::Parameter;
use crate::quoted::Quoted;

/// Declares a newtype for the ARN of an app instance, or of one kind of resource below it.
macro_rules! arn {
    ($(#[$meta:meta])* $Name:ident, $what:literal, [$($kind:literal),*], $example:literal) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $Name(String);

        impl $Name {
            /// The ARN as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The ARN of the app instance that this one lies in; none if the service sent another form.
            #[must_use]
            pub fn app_instance_arn(&self) -> Option<&str> {
                app_instance_of(&self.0)
            }

            fn check(text: &str) -> Result<(), InvalidValue> {
                check(text, &[$($kind),*]).map_err(|reason| {
                    InvalidValue::new(format!(
                        "{:?} is not {}: {reason}; expected a value such as {}", Quoted(text), $what, $example
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
            /// Any text: as a parameter it is checked once, where the request is built.
            fn from_text(text: String) -> Result<Self, InvalidValue> {
                Ok(Self(text))
            }
        }

        impl Parameter for $Name {
            const KIND: Kind = Kind::Text;

            /// One that was deserialized, or given as text, has not been checked.
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

        impl fmt::Display for $Name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

arn! {
    /// The ARN of an app instance, which users and channels lie in.
    ///
    /// ```
    /// use chime_types::AppInstanceArn;
    ///
    /// let arn: AppInstanceArn = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a".parse()?;
    /// assert_eq!(arn.app_instance_arn(), Some(arn.as_str()));
    /// assert!("arn:aws:chime:us-east-1:1:app-instance/i/user/u".parse::<AppInstanceArn>().is_err());
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    AppInstanceArn, "an app instance ARN", [],
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE"
}

arn! {
    /// The ARN of a channel flow, which processes messages before they are delivered.
    ///
    /// ```
    /// use chime_types::ChannelFlowArn;
    ///
    /// let arn: ChannelFlowArn = "arn:aws:chime:us-east-1:1:app-instance/i/channel-flow/f".parse()?;
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    ChannelFlowArn, "a channel flow ARN", ["channel-flow"],
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE/channel-flow/FLOW"
}

arn! {
    /// The ARN of a channel.
    ///
    /// ```
    /// use chime_types::ChannelArn;
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
    ChannelArn, "a channel ARN", ["channel"],
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE/channel/CHANNEL"
}

arn! {
    /// The ARN of an app instance user, or of a bot, which may stand wherever a user may.
    ///
    /// ```
    /// use chime_types::AppInstanceUserArn;
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
    AppInstanceUserArn, "an app instance user ARN", ["user", "bot"],
    "arn:aws:chime:us-east-1:123456789012:app-instance/INSTANCE/user/USER"
}

fn app_instance_of(text: &str) -> Option<&str> {
    let (colon, _) = text.match_indices(':').nth(4)?;
    let resource = text.get(colon + 1..)?;
    let id = resource.strip_prefix("app-instance/")?.split('/').next()?;
    text.get(..colon + 1 + "app-instance/".len() + id.len())
}

/// Takes off what stands before the next separator, or all that is left.
fn take<'t>(rest: &mut Option<&'t str>, separator: u8) -> Option<&'t str> {
    let text = (*rest)?;
    let at = text.bytes().position(|byte| byte == separator);
    *rest = at.and_then(|at| text.get(at + 1..));
    at.map_or(Some(text), |at| text.get(..at))
}

/// Says what keeps `text` from being an ARN of one of `kinds`.
fn check(text: &str, kinds: &[&str]) -> Result<(), String> {
    // The bearer travels as a raw header value: nothing that could end a header may get in, nor white space
    // that would be lost on the way. Plain text, which nearly every ARN is, is told from other at a glance.
    let plain = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    if !text.bytes().fold(true, |all, byte| all & plain(byte))
        && let Some(bad) = text.chars().find(|c| c.is_control())
    {
        return Err(format!("{bad:?} cannot stand in an ARN"));
    }
    if text.ends_with(char::is_whitespace) {
        return Err("it ends with white space".to_owned());
    }
    let mut rest = Some(text);
    if take(&mut rest, b':') != Some("arn") {
        return Err("it does not start with \"arn:\"".to_owned());
    }
    for (name, shortest) in [("partition", 1), ("service", 1), ("region", 0), ("account", 0)] {
        let part = take(&mut rest, b':').ok_or_else(|| format!("it has no {name}"))?;
        let fits = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        if part.len() < shortest || part.len() > 63 || !part.bytes().all(fits) {
            return Err(format!("its {name} is {:?}", Quoted(part)));
        }
        if name == "service" && part != "chime" {
            return Err(format!("its service is {part:?}, not \"chime\""));
        }
    }
    let resource = rest.ok_or("it has no resource")?;
    // The model's limit of 1,600 characters for the whole cannot be reached with this one for the resource.
    if resource.len() > 1024 {
        let length = resource.chars().count();
        if length > 1024 {
            return Err(format!("its resource has {length} characters, more than 1024"));
        }
    }
    let wanted = || {
        let forms: Vec<_> = kinds.iter().map(|kind| format!("app-instance/INSTANCE/{kind}/ID")).collect();
        let forms = if forms.is_empty() { "app-instance/INSTANCE".to_owned() } else { forms.join(" or ") };
        format!("its resource is {:?}, not {forms}", Quoted(resource))
    };
    let mut rest = Some(resource);
    let app_instance = (take(&mut rest, b'/'), take(&mut rest, b'/'));
    let named = (take(&mut rest, b'/'), rest);
    match (app_instance, named) {
        ((Some("app-instance"), Some(instance)), (Some(kind), Some(id)))
            if !instance.is_empty() && kinds.contains(&kind) && !id.is_empty() =>
        {
            Ok(())
        }
        ((Some("app-instance"), Some(instance)), (None, None))
            if kinds.is_empty() && !instance.is_empty() =>
        {
            Ok(())
        }
        _ => Err(wanted()),
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
            ("arn", "no partition"),
            ("arn:aws", "no service"),
            ("arn:aws:chime", "no region"),
            ("arn:aws:chime:us-east-1", "no account"),
            ("arn:aws:chime:us-east-1:1", "no resource"),
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
            assert_eq!(app_instance_of(text), expected, "{text}");
        }
    }

    #[test]
    fn an_answer_is_not_refused_for_the_form_of_an_arn() {
        let arn: ChannelArn = serde_json::from_str(r#""channel seven""#).unwrap();
        assert_eq!(arn.as_str(), "channel seven");
        assert_eq!(arn.app_instance_arn(), None);
    }
}
