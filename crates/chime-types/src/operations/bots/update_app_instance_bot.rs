//! `PUT /app-instance-bots/{appInstanceBotArn}`

use crate::declare::{operation, structure};
use crate::operation::Form;
use crate::shapes::Configuration;
use crate::{AppInstanceBotArn, Sensitive};

operation! {
    /// Replaces the name and the metadata of a bot.
    ///
    /// ```
    #[doc = import!("operations::UpdateAppInstanceBot")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UpdateAppInstanceBot::builder()
    ///     .app_instance_bot_arn(format!("{instance}/bot/helper"))
    ///     .name("Helper")
    ///     .metadata("{}")
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    UpdateAppInstanceBot, UpdateAppInstanceBotBuilder -> UpdateAppInstanceBotResponse;
    Bots Put "/app-instance-bots/{appInstanceBotArn}" => 200;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The bot.
        app_instance_bot_arn: AppInstanceBotArn = label("AppInstanceBotArn", "appInstanceBotArn"),
        /// The bot's new name.
        /// It has up to 256 characters.
        name: Sensitive = body("Name").limits(0, 256).form(Form::Name),
        /// The application's own data about the bot.
        /// It has up to 1,024 bytes of UTF-8.
        metadata: Sensitive = body("Metadata").limits(0, 1024),
    }
    optional {
        /// The Lex bot that answers, and the messages that invoke it.
        /// Without it, they stay as they are.
        configuration, set_configuration: Configuration = body("Configuration"),
    }
}

structure! {
    /// The bot that was changed.
    pub struct UpdateAppInstanceBotResponse {
        /// The bot's ARN.
        app_instance_bot_arn: AppInstanceBotArn,
    }
}
