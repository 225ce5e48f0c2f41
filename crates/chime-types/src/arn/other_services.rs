//! Identifiers of other services' resources, which Chime's configurations name.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::arn;
use super::form::{Parts, parts};
use crate::InvalidValue;
use crate::operation::member::{Kind, Member};
use crate::parameter::{FromText, Parameter, itself};
use crate::quoted::Quoted;

/// Says what keeps a text from being an ARN of a service whose resource has a form.
fn check(text: &str, service: &str, expected: &str, fits: impl FnOnce(&str) -> bool) -> Result<(), String> {
    let Parts { service: given, region, account, resource } = parts(text)?;
    if given != service {
        return Err(format!("its service is {given:?}, not {service:?}"));
    }
    if region.is_empty() {
        return Err("the region is missing".to_owned());
    }
    if account.len() != 12 || !account.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("its account is {account:?}, not 12 digits"));
    }
    if fits(resource) {
        return Ok(());
    }
    Err(format!("its resource is {:?}, not {expected}", Quoted(resource)))
}

fn is_word(text: &str, others: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

fn check_function(text: &str) -> Result<(), String> {
    check(text, "lambda", "function:NAME or function:NAME:VERSION", |resource| {
        let Some(function) = resource.strip_prefix("function:") else { return false };
        let (name, version) = match function.split_once(':') {
            Some((name, version)) => (name, Some(version)),
            None => (function, None),
        };
        is_word(name, "-_.") && version.is_none_or(|version| version == "$LATEST" || is_word(version, "-_"))
    })
}

fn check_bot_alias(text: &str) -> Result<(), String> {
    let is_id = |id: &str| {
        id.len() == 10 && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    check(text, "lex", "bot-alias/BOT/ALIAS with ids of 10 capital letters and digits", |resource| {
        let ids = resource.strip_prefix("bot-alias/").and_then(|ids| ids.split_once('/'));
        ids.is_some_and(|(bot, alias)| is_id(bot) && is_id(alias))
    })
}

fn check_stream(text: &str) -> Result<(), String> {
    let named = |resource: &str, kind: &str| {
        let name = resource.strip_prefix(kind).and_then(|name| name.strip_prefix("chime-messaging-"));
        name.is_some_and(|name| is_word(name, "-_."))
    };
    if parts(text)?.service == "firehose" {
        return check(text, "firehose", "deliverystream/chime-messaging-NAME", |resource| {
            named(resource, "deliverystream/")
        });
    }
    check(text, "kinesis", "stream/chime-messaging-NAME", |resource| named(resource, "stream/"))
}

fn check_app(text: &str) -> Result<(), String> {
    check(text, "mobiletargeting", "apps/ID", |resource| {
        resource.strip_prefix("apps/").is_some_and(|id| is_word(id, "-"))
    })
}

arn! {
    /// The ARN of a Lambda function, which processes the messages of a channel flow.
    ///
    /// ```
    #[doc = import!("LambdaFunctionArn")]
    ///
    /// let function: LambdaFunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:moderate:live".parse()?;
    /// assert!("arn:aws:lambda:us-east-1:123456789012:layer:x".parse::<LambdaFunctionArn>().is_err());
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    #[derive(Debug)]
    LambdaFunctionArn, "a Lambda function ARN", check_function,
    "arn:aws:lambda:us-east-1:123456789012:function:FUNCTION"
}

arn! {
    /// The ARN of an alias of an Amazon Lex V2 bot, which answers for an app instance bot.
    ///
    /// ```
    #[doc = import!("LexBotAliasArn")]
    ///
    /// let alias: LexBotAliasArn =
    ///     "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID".parse()?;
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    #[derive(Debug)]
    LexBotAliasArn, "a Lex bot alias ARN", check_bot_alias,
    "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID"
}

arn! {
    /// The ARN of a Kinesis data stream or a Firehose delivery stream that receives an app instance's events.
    ///
    /// ```
    #[doc = import!("StreamArn")]
    ///
    /// let stream: StreamArn = "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-events".parse()?;
    /// // The service requires the prefix.
    /// assert!("arn:aws:kinesis:us-east-1:123456789012:stream/events".parse::<StreamArn>().is_err());
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    #[derive(Debug)]
    StreamArn, "a stream ARN", check_stream,
    "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-NAME"
}

arn! {
    /// The ARN of an Amazon Pinpoint application, through which push notifications reach a device.
    ///
    /// ```
    #[doc = import!("PinpointAppArn")]
    ///
    /// let app: PinpointAppArn = "arn:aws:mobiletargeting:us-east-1:123456789012:apps/7b2a".parse()?;
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    #[derive(Debug)]
    PinpointAppArn, "a Pinpoint application ARN", check_app,
    "arn:aws:mobiletargeting:us-east-1:123456789012:apps/APP"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_of_other_services_are_held_to_their_services_form() {
        let check = |kind: &str, text: &str| match kind {
            "lambda" => text.parse::<LambdaFunctionArn>().map(|_| ()),
            "lex" => text.parse::<LexBotAliasArn>().map(|_| ()),
            "stream" => text.parse::<StreamArn>().map(|_| ()),
            _ => text.parse::<PinpointAppArn>().map(|_| ()),
        };
        let cases = [
            ("lambda", "arn:aws:lambda:us-east-1:123456789012:function:f", None),
            ("lambda", "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST", None),
            ("lambda", "arn:aws:lambda:us-east-1:123456789012:function:f:", Some("not function:NAME")),
            ("lambda", "arn:aws:lambda::123456789012:function:f", Some("the region is missing")),
            ("lambda", "arn:aws:lambda:us-east-1:1:function:f", Some("not 12 digits")),
            ("lambda", "arn:aws:chime:us-east-1:123456789012:function:f", Some("not \"lambda\"")),
            ("lex", "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/0123456789", None),
            (
                "lex",
                "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/012345678",
                Some("not bot-alias"),
            ),
            ("stream", "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-x", None),
            ("stream", "arn:aws:firehose:us-east-1:123456789012:deliverystream/chime-messaging-x", None),
            (
                "stream",
                "arn:aws:firehose:us-east-1:123456789012:stream/chime-messaging-x",
                Some("not delivery"),
            ),
            ("stream", "arn:aws:kinesis:us-east-1:123456789012:stream/chime-messaging-", Some("not stream/")),
            ("pinpoint", "arn:aws:mobiletargeting:us-east-1:123456789012:apps/a", None),
            ("pinpoint", "arn:aws:mobiletargeting:us-east-1:123456789012:apps/", Some("not apps/ID")),
        ];
        for (kind, text, refusal) in cases {
            match (check(kind, text), refusal) {
                (Ok(()), None) => {}
                (Err(reason), Some(expected)) => assert!(reason.to_string().contains(expected), "{reason}"),
                (checked, _) => panic!("{text}: {checked:?}"),
            }
        }
    }
}
