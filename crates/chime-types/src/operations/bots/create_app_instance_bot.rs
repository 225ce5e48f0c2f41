//! `POST /app-instance-bots`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::{Configuration, Tag};
use crate::{AppInstanceArn, AppInstanceBotArn, Sensitive};

operation! {
    /// Creates a bot in an app instance, which Amazon Lex V2 answers for.
    ///
    /// ```
    #[doc = import!("operations::CreateAppInstanceBot")]
    #[doc = import!("shapes::{Configuration, InvokedBy, LexConfiguration, StandardMessages, TargetedMessages}")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = CreateAppInstanceBot::builder()
    ///     .app_instance_arn(instance)
    ///     .configuration(Configuration::new(
    ///         LexConfiguration::new(
    ///             "arn:aws:lex:us-east-1:123456789012:bot-alias/ABCDEFGHIJ/TSTALIASID",
    ///             "en_US",
    ///         )
    ///         .invoked_by(InvokedBy::new(StandardMessages::Mentions, TargetedMessages::All)),
    ///     ))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    CreateAppInstanceBot, CreateAppInstanceBotBuilder -> CreateAppInstanceBotResponse;
    Bots Post "/app-instance-bots" => 201;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = body("AppInstanceArn"),
        /// The Lex bot that answers, and the messages that invoke it.
        configuration: Configuration = body("Configuration"),
    }
    token client_request_token: String;
    optional {
        /// The bot's name.
        /// It has up to 256 characters.
        name, set_name: Sensitive = body("Name").limits(0, 256).form(Form::Name),
        /// The application's own data about the bot.
        /// It has up to 1,024 bytes of UTF-8.
        metadata, set_metadata: Sensitive = body("Metadata").limits(0, 1024),
        /// The tags of the bot.
        /// It has up to 50.
        tags, set_tags: Vec<Tag> = body("Tags").limits(1, 50),
    }
}

structure! {
    /// The bot that was created.
    pub struct CreateAppInstanceBotResponse {
        /// The bot's ARN.
        app_instance_bot_arn: AppInstanceBotArn,
    }
}
