//! `GET /app-instance-bots`

use crate::declare::{operation, structure};
use crate::shapes::AppInstanceBotSummary;
use crate::{AppInstanceArn, Sensitive};

operation! {
    /// Lists the bots of an app instance.
    ///
    /// ```
    #[doc = import!("operations::ListAppInstanceBots")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListAppInstanceBots::builder()
    ///     .app_instance_arn(instance)
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ListAppInstanceBots, ListAppInstanceBotsBuilder -> ListAppInstanceBotsResponse;
    Bots Get "/app-instance-bots" => 200;
    errors: common, ResourceLimitExceededException;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = query("AppInstanceArn", "app-instance-arn"),
    }
    lists app_instance_bots: AppInstanceBotSummary;
}

structure! {
    /// A page of bots.
    pub struct ListAppInstanceBotsResponse {
        /// The app instance.
        app_instance_arn: AppInstanceArn,
        /// The bots.
        app_instance_bots: Vec<AppInstanceBotSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
