//! Bots, of the identity service.

use chime_types::AppInstanceBotArn;
use chime_types::operations::{
    CreateAppInstanceBot, CreateAppInstanceBotResponse, DeleteAppInstanceBot, DescribeAppInstanceBot,
    DescribeAppInstanceBotResponse, ListAppInstanceBots, ListAppInstanceBotsResponse, UpdateAppInstanceBot,
    UpdateAppInstanceBotResponse,
};
use chime_types::shapes::{AppInstanceBot, AppInstanceBotSummary};
use uuid::Uuid;

use super::handle::{Handle, World};
use super::parts::{attach_tags, new_arn};
use crate::access::app_instance;
use crate::deletion::delete_user;
use crate::limits::{check_configuration, check_metadata, check_tags};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::tables::bots::{self, BotChange, BotRow, NewBot};

/// A bot, where one that does not exist is answered like one that the caller must not see: most operations document no
/// `NotFoundException`.
fn bot(db: &Transaction<'_>, arn: &AppInstanceBotArn) -> Result<BotRow, Refusal> {
    bots::find(db, arn)?.ok_or_else(|| Refusal::forbidden(format!("the bot does not exist; it is {arn}")))
}

impl Handle for CreateAppInstanceBot {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_metadata(self.metadata.as_ref()).map_err(Refusal::bad_request)?;
        check_configuration(&self.configuration).map_err(Refusal::bad_request)?;
        check_tags(self.tags.as_deref().unwrap_or_default()).map_err(Refusal::bad_request)?;
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let arn = format!("{}/bot/{}", self.app_instance_arn, Uuid::new_v4());
        let now = db.write_time();
        let new = NewBot {
            app_instance,
            arn: &arn,
            name: self.name.as_ref(),
            metadata: self.metadata.as_ref(),
            configuration: &self.configuration,
            created_at: now,
            updated_at: now,
        };
        bots::insert(db, &new)?;
        attach_tags(db, &arn, self.tags.as_deref())?;
        let arn = new_arn::<AppInstanceBotArn>(arn)?;
        Ok(CreateAppInstanceBotResponse::default().app_instance_bot_arn(arn))
    }
}

impl Handle for DescribeAppInstanceBot {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let found = bots::find(db, &self.app_instance_bot_arn)?
            .ok_or_else(|| Refusal::not_found("app instance bot"))?;
        let mut described = AppInstanceBot::default()
            .app_instance_bot_arn(found.arn)
            .configuration(found.configuration)
            .created_timestamp(found.created_at)
            .last_updated_timestamp(found.updated_at);
        described.name = found.name;
        described.metadata = found.metadata;
        Ok(DescribeAppInstanceBotResponse::default().app_instance_bot(described))
    }
}

impl Handle for UpdateAppInstanceBot {
    type Caller = ();

    /// A configuration that is not given stays as it is.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_metadata(Some(&self.metadata)).map_err(Refusal::bad_request)?;
        self.configuration.as_ref().map_or(Ok(()), check_configuration).map_err(Refusal::bad_request)?;
        let bot = bot(db, &self.app_instance_bot_arn)?;
        let change = BotChange {
            name: &self.name,
            metadata: &self.metadata,
            configuration: self.configuration.as_ref(),
            updated_at: db.write_time(),
        };
        bots::update(db, bot.key, &change)?;
        Ok(UpdateAppInstanceBotResponse::default().app_instance_bot_arn(self.app_instance_bot_arn))
    }
}

impl Handle for DeleteAppInstanceBot {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let bot = bot(db, &self.app_instance_bot_arn)?;
        delete_user(db, bot.key)?;
        Ok(())
    }
}

fn summary(bot: BotRow) -> AppInstanceBotSummary {
    let mut summary = AppInstanceBotSummary::default().app_instance_bot_arn(bot.arn);
    summary.name = bot.name;
    summary.metadata = bot.metadata;
    summary
}

impl Handle for ListAppInstanceBots {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let page = Page::new(("bots", app_instance), self.max_results, self.next_token.as_ref())?;
        let rows = bots::list(db, app_instance, page.after_key(), page.rows)?;
        let (bots, next_token) = page.finish(rows, |bot| Place::key(bot.key), summary);
        let mut answer = ListAppInstanceBotsResponse::default()
            .app_instance_arn(self.app_instance_arn)
            .app_instance_bots(bots);
        answer.next_token = next_token;
        Ok(answer)
    }
}
