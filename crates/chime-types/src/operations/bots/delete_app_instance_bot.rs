//! `DELETE /app-instance-bots/{appInstanceBotArn}`

use crate::AppInstanceBotArn;
use crate::declare::operation;

operation! {
    /// Deletes a bot, which leaves all channels.
    ///
    /// ```
    #[doc = import!("operations::DeleteAppInstanceBot")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteAppInstanceBot::builder()
    ///     .app_instance_bot_arn(format!("{instance}/bot/helper"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DeleteAppInstanceBot, DeleteAppInstanceBotBuilder -> ();
    Bots Delete "/app-instance-bots/{appInstanceBotArn}" => 204;
    errors: common, ConflictException, ResourceLimitExceededException;
    required {
        /// The bot.
        app_instance_bot_arn: AppInstanceBotArn = label("AppInstanceBotArn", "appInstanceBotArn"),
    }
}
