//! Which messages invoke a bot.

use chime_types::shapes::{ChannelMessage, LexConfiguration, RespondsTo, StandardMessages, TargetedMessages};
use chime_types::{AppInstanceBotArn, AppInstanceUserArn, ChannelArn, Sensitive};
use serde_json::json;
use tokio::sync::{Mutex, mpsc};

use crate::store::Transaction;
use crate::tables::{bots, channels};

/// The attribute of a message that has the ARNs of the users and bots that it mentions.
const MENTIONS: &str = "CHIME.mentions";

/// An invocation of a bot by a message.
#[derive(Debug)]
pub(crate) struct BotInvocation {
    pub(crate) bot: AppInstanceBotArn,
    pub(crate) alias: String,
    pub(crate) channel: ChannelArn,
    pub(crate) message_id: String,
    /// The event that the Lambda function of a Lex bot receives.
    pub(crate) payload: String,
}

/// The invocations that wait.
pub(crate) type Waiting = Mutex<mpsc::UnboundedReceiver<BotInvocation>>;

/// The invocations that a new message causes.
pub(crate) fn invocations(
    db: &Transaction<'_>,
    message: &ChannelMessage,
) -> rusqlite::Result<Vec<BotInvocation>> {
    let sender = message.sender.as_ref().and_then(|sender| sender.arn.as_ref());
    let (Some(arn), Some(id), Some(content), Some(sender)) =
        (&message.channel_arn, &message.message_id, &message.content, sender)
    else {
        return Ok(Vec::new());
    };
    let Some(channel) = channels::key(db, arn)? else { return Ok(Vec::new()) };
    let (bots, members) = bots::of_channel(db, channel)?;
    // Bots do not answer bots: two of them would never end.
    if bots.iter().any(|bot| bot.arn.as_str() == sender.as_str()) {
        return Ok(Vec::new());
    }
    let invoked =
        bots.into_iter().filter(|bot| is_invoked(&bot.configuration.lex, &bot.arn, members, message));
    Ok(invoked.map(|bot| invocation(bot.arn, &bot.configuration.lex, arn, (id, content), sender)).collect())
}

fn invocation(
    bot: AppInstanceBotArn,
    lex: &LexConfiguration,
    channel: &ChannelArn,
    (id, content): (&str, &Sensitive),
    sender: &AppInstanceUserArn,
) -> BotInvocation {
    let mut ids = lex.lex_bot_alias_arn.as_str().rsplit('/');
    let (alias_id, bot_id) = (ids.next(), ids.next());
    let payload = json!({
        "messageVersion": "1.0",
        "invocationSource": "FulfillmentCodeHook",
        "inputMode": "Text",
        "responseContentType": "text/plain; charset=utf-8",
        "sessionId": channel.as_str().rsplit('/').next(),
        "inputTranscript": content.as_str(),
        "bot": { "id": bot_id, "aliasId": alias_id, "localeId": lex.locale_id },
        "requestAttributes": { "CHIME.channel.arn": channel, "CHIME.sender.arn": sender },
    });
    BotInvocation {
        bot,
        alias: lex.lex_bot_alias_arn.as_str().to_owned(),
        channel: channel.clone(),
        message_id: id.to_owned(),
        payload: payload.to_string(),
    }
}

/// Returns whether a message of a user invokes a bot in a channel with a number of members.
fn is_invoked(
    lex: &LexConfiguration,
    bot: &AppInstanceBotArn,
    members: usize,
    message: &ChannelMessage,
) -> bool {
    let targets = || message.target.iter().flatten().filter_map(|target| target.member_arn.as_ref());
    let is_targeted = targets().next().is_some();
    if is_targeted {
        let is_for_bot = targets().any(|target| target.as_str() == bot.as_str());
        let is_wanted = |by: &chime_types::shapes::InvokedBy| by.targeted_messages == TargetedMessages::All;
        return is_for_bot && lex.invoked_by.as_ref().is_some_and(is_wanted);
    }
    let mentions = || {
        let attributes = message.message_attributes.iter().flatten();
        let mentioned = attributes.filter(|(key, _)| key.as_str() == MENTIONS);
        let mut values = mentioned.flat_map(|(_, value)| value.string_values.iter().flatten());
        values.any(|value| value.as_str() == bot.as_str())
    };
    match (&lex.invoked_by, &lex.responds_to) {
        (Some(by), _) => match by.standard_messages {
            StandardMessages::All => true,
            StandardMessages::Auto => members <= 2 || mentions(),
            StandardMessages::Mentions => mentions(),
            _ => false,
        },
        (None, Some(RespondsTo::StandardMessages)) => true,
        (None, _) => members <= 2 || mentions(),
    }
}

#[cfg(test)]
mod tests {
    use chime_types::shapes::{InvokedBy, MessageAttributeValue, Target};
    use {StandardMessages as S, TargetedMessages as T};

    use super::*;

    const BOT: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/bot/b";
    const OTHER: &str = "arn:aws:chime:us-east-1:123456789012:app-instance/i/bot/o";
    const ALIAS: &str = "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID";

    #[test]
    fn the_configuration_and_the_message_decide_whether_a_bot_is_invoked() {
        let plain = ChannelMessage::default().content("Hello");
        let mentioning = |arn: &str| {
            let value = MessageAttributeValue::default().string_values([arn]);
            let mut message = plain.clone();
            message.message_attributes = Some([(MENTIONS.into(), value)].into());
            message
        };
        let targeted = |arn: &str| plain.clone().target([Target::default().member_arn(arn)]);
        let by = |standard: StandardMessages, targeted: TargetedMessages| {
            LexConfiguration::new(ALIAS, "en_US").invoked_by(InvokedBy::new(standard, targeted))
        };
        let older = LexConfiguration::new(ALIAS, "en_US").responds_to(RespondsTo::StandardMessages);
        let cases = [
            (by(S::All, T::None), 3, plain.clone(), true),
            (by(S::None, T::All), 2, plain.clone(), false),
            (by(S::Mentions, T::None), 2, plain.clone(), false),
            (by(S::Mentions, T::None), 3, mentioning(BOT), true),
            (by(S::Mentions, T::None), 3, mentioning(OTHER), false),
            (by(S::Auto, T::None), 2, plain.clone(), true),
            (by(S::Auto, T::None), 3, plain.clone(), false),
            (by(S::Auto, T::None), 3, mentioning(BOT), true),
            (by(S::All, T::None), 3, targeted(BOT), false),
            (by(S::None, T::All), 3, targeted(BOT), true),
            (by(S::All, T::All), 3, targeted(OTHER), false),
            (older.clone(), 3, plain.clone(), true),
            (older, 3, targeted(BOT), false),
            (LexConfiguration::new(ALIAS, "en_US"), 2, plain.clone(), true),
            (LexConfiguration::new(ALIAS, "en_US"), 3, plain.clone(), false),
        ];
        let bot = BOT.parse().unwrap();
        for (number, (lex, members, message, expected)) in cases.into_iter().enumerate() {
            assert_eq!(is_invoked(&lex, &bot, members, &message), expected, "case {number}");
        }
    }
}
