//! App instances, of the identity service.

use chime_types::AppInstanceArn;
use chime_types::operations::{
    CreateAppInstance, CreateAppInstanceResponse, DeleteAppInstance, DescribeAppInstance,
    DescribeAppInstanceResponse, GetAppInstanceRetentionSettings, GetAppInstanceRetentionSettingsResponse,
    ListAppInstances, ListAppInstancesResponse, PutAppInstanceRetentionSettings,
    PutAppInstanceRetentionSettingsResponse, UpdateAppInstance, UpdateAppInstanceResponse,
};
use chime_types::shapes::{
    AppInstance, AppInstanceRetentionSettings, AppInstanceSummary, ChannelRetentionSettings,
};
use uuid::Uuid;

use super::handle::{Handle, World};
use super::parts::{attach_tags, new_arn};
use crate::access::app_instance;
use crate::deletion::delete_app_instance;
use crate::limits::{GRACE_DAYS, check_metadata, check_tags};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::tables::app_instances::{self, AppInstanceRow, NewAppInstance, Retention};

/// The account and the region in which app instances are created: those of the demo world.
const HOME: &str = "arn:aws:chime:us-east-1:123456789012:app-instance";

impl Handle for CreateAppInstance {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_metadata(self.metadata.as_ref()).map_err(Refusal::bad_request)?;
        check_tags(self.tags.as_deref().unwrap_or_default()).map_err(Refusal::bad_request)?;
        let arn = format!("{HOME}/{}", Uuid::new_v4());
        let now = db.write_time();
        let new = NewAppInstance {
            arn: &arn,
            name: &self.name,
            metadata: self.metadata.as_ref(),
            created_at: now,
            updated_at: now,
        };
        app_instances::insert(db, &new)?;
        attach_tags(db, &arn, self.tags.as_deref())?;
        Ok(CreateAppInstanceResponse::default().app_instance_arn(new_arn::<AppInstanceArn>(arn)?))
    }
}

impl Handle for DescribeAppInstance {
    type Caller = ();

    /// The operation documents no `NotFoundException`.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let found = app_instances::find(db, &self.app_instance_arn)?.ok_or_else(|| {
            Refusal::forbidden(format!("the app instance does not exist; it is {}", self.app_instance_arn))
        })?;
        let mut described = AppInstance::default()
            .app_instance_arn(found.arn)
            .name(found.name)
            .created_timestamp(found.created_at)
            .last_updated_timestamp(found.updated_at);
        described.metadata = found.metadata;
        Ok(DescribeAppInstanceResponse::default().app_instance(described))
    }
}

impl Handle for UpdateAppInstance {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_metadata(Some(&self.metadata)).map_err(Refusal::bad_request)?;
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        app_instances::update(db, app_instance, &self.name, &self.metadata, db.write_time())?;
        Ok(UpdateAppInstanceResponse::default().app_instance_arn(self.app_instance_arn))
    }
}

impl Handle for DeleteAppInstance {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        delete_app_instance(db, app_instance)?;
        Ok(())
    }
}

fn summary(row: AppInstanceRow) -> AppInstanceSummary {
    let mut summary = AppInstanceSummary::default().app_instance_arn(row.arn).name(row.name);
    summary.metadata = row.metadata;
    summary
}

impl Handle for ListAppInstances {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let page = Page::new("app instances", self.max_results, self.next_token.as_ref())?;
        let rows = app_instances::list(db, page.after_key(), page.rows)?;
        let (app_instances, next_token) = page.finish(rows, |row| Place::key(row.key), summary);
        let mut answer = ListAppInstancesResponse::default().app_instances(app_instances);
        answer.next_token = next_token;
        Ok(answer)
    }
}

/// Settings as answers have them: without a number of days, messages are kept for ever.
fn retention_settings(retention: Retention) -> AppInstanceRetentionSettings {
    let mut of_channels = ChannelRetentionSettings::default();
    of_channels.retention_days = retention.days;
    AppInstanceRetentionSettings::default().channel_retention_settings(of_channels)
}

impl Handle for GetAppInstanceRetentionSettings {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let retention = app_instances::retention(db, app_instance)?;
        let mut answer = GetAppInstanceRetentionSettingsResponse::default()
            .app_instance_retention_settings(retention_settings(retention));
        answer.initiate_deletion_timestamp = retention.initiate_deletion_at.map(Into::into);
        Ok(answer)
    }
}

impl Handle for PutAppInstanceRetentionSettings {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let of_channels = self.app_instance_retention_settings.channel_retention_settings;
        let days = of_channels.and_then(|settings| settings.retention_days);
        let now = db.write_time();
        let initiate_deletion_at = days.map(|_| now.after_days(GRACE_DAYS));
        let retention = Retention { days, initiate_deletion_at };
        app_instances::set_retention(db, app_instance, retention, db.now())?;
        let mut answer = PutAppInstanceRetentionSettingsResponse::default()
            .app_instance_retention_settings(retention_settings(retention));
        answer.initiate_deletion_timestamp = initiate_deletion_at.map(Into::into);
        Ok(answer)
    }
}
