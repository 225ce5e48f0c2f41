//! Bots, and the messages that invoke them.

use crate::declare::structure;
use crate::open_enum::open_enum;
use crate::operation::Form;
use crate::{AppInstanceBotArn, LexBotAliasArn, Sensitive, Timestamp};

structure! {
    /// A bot, in full.
    pub struct AppInstanceBot {
        /// The bot's ARN.
        app_instance_bot_arn: AppInstanceBotArn,
        /// The bot's name, up to 256 characters.
        name: Sensitive = limits(0, 256).form(Form::Name),
        /// The Lex bot that answers, and the messages that invoke it.
        configuration: Configuration,
        /// The time at which the bot was created.
        created_timestamp: Timestamp,
        /// The time at which the bot was last updated.
        last_updated_timestamp: Timestamp,
        /// The application's own data about the bot, up to 1,024 bytes of UTF-8.
        metadata: Sensitive = limits(0, 1024),
    }
}

structure! {
    /// The summary of a bot in a list.
    pub struct AppInstanceBotSummary {
        /// The bot's ARN.
        app_instance_bot_arn: AppInstanceBotArn,
        /// The bot's name, up to 256 characters.
        name: Sensitive = limits(0, 256).form(Form::Name),
        /// The application's own data about the bot, up to 1,024 bytes of UTF-8.
        metadata: Sensitive = limits(0, 1024),
    }
}

structure! {
    /// The configuration of a bot.
    ///
    /// ```
    #[doc = import!("shapes::{Configuration, LexConfiguration}")]
    ///
    /// let alias = "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID";
    /// let configuration = Configuration::new(LexConfiguration::new(alias, "en_US"));
    /// ```
    pub struct Configuration {
        required {
            /// The Lex bot that answers.
            lex: LexConfiguration,
        }
    }
}

structure! {
    /// The Lex bot that answers for a bot, and the messages that invoke it.
    pub struct LexConfiguration {
        required {
            /// The alias of the Lex bot.
            lex_bot_alias_arn: LexBotAliasArn,
            /// The locale of the Lex bot, such as `en_US`.
            locale_id: String,
        }
        optional {
            /// The messages that invoke the bot.
            invoked_by: InvokedBy,
            /// The messages that invoke the bot, by the older rule: those that everybody can see.
            /// It excludes `InvokedBy`.
            responds_to: RespondsTo,
            /// The intent that greets the members of a channel to which the bot is added, 1 to 100 letters and `_`.
            welcome_intent: String = limits(1, 100).form(Form::Intent),
        }
    }
}

structure! {
    /// The messages that invoke a bot.
    ///
    /// ```
    #[doc = import!("shapes::{InvokedBy, StandardMessages, TargetedMessages}")]
    ///
    /// let mentioned = InvokedBy::new(StandardMessages::Mentions, TargetedMessages::None);
    /// ```
    pub struct InvokedBy {
        required {
            /// Which messages that everybody can see invoke the bot.
            standard_messages: StandardMessages,
            /// Which messages whose target is the bot invoke it.
            targeted_messages: TargetedMessages,
        }
    }
}

open_enum! {
    /// The messages that invoke a bot, by the older rule.
    pub enum RespondsTo {
        /// Messages that everybody can see.
        StandardMessages = "STANDARD_MESSAGES",
    }
}

open_enum! {
    /// Which messages that everybody can see invoke a bot.
    pub enum StandardMessages {
        /// All messages in a channel of the bot and one user; otherwise, those that mention the bot.
        Auto = "AUTO",
        /// All messages.
        All = "ALL",
        /// Messages that mention the bot in the attribute `CHIME.mentions`.
        Mentions = "MENTIONS",
        /// No message.
        None = "NONE",
    }
}

open_enum! {
    /// Which messages whose target is a bot invoke it.
    pub enum TargetedMessages {
        /// All messages.
        All = "ALL",
        /// No message.
        None = "NONE",
    }
}
