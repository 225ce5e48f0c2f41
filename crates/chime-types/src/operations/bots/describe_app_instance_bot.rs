//! `GET /app-instance-bots/{appInstanceBotArn}`

use crate::AppInstanceBotArn;
use crate::declare::{operation, structure};
use crate::shapes::AppInstanceBot;

operation! {
    /// Returns a bot.
    ///
    /// ```
    #[doc = import!("operations::DescribeAppInstanceBot")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DescribeAppInstanceBot::builder()
    ///     .app_instance_bot_arn(format!("{instance}/bot/helper"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    DescribeAppInstanceBot, DescribeAppInstanceBotBuilder -> DescribeAppInstanceBotResponse;
    Bots Get "/app-instance-bots/{appInstanceBotArn}" => 200;
    errors: common, NotFoundException;
    required {
        /// The bot.
        app_instance_bot_arn: AppInstanceBotArn = label("AppInstanceBotArn", "appInstanceBotArn"),
    }
}

structure! {
    /// A bot.
    pub struct DescribeAppInstanceBotResponse {
        /// The bot.
        app_instance_bot: AppInstanceBot,
    }
}
