//! App instances and their administrators, of the identity service.

use chime_types::{
    AppInstance, AppInstanceArn, CreateAppInstance, CreateAppInstanceAdmin, CreateAppInstanceAdminResponse,
    CreateAppInstanceResponse, DescribeAppInstance, DescribeAppInstanceResponse,
};
use rusqlite::OptionalExtension;
use uuid::Uuid;

use super::{Handle, bad_request, conflict, forbidden, maybe, native_user, time, word};
use crate::store::{Call, Refused};

/// Where app instances are made: the account and region of the demo world.
const HOME: &str = "arn:aws:chime:us-east-1:123456789012:app-instance";

/// The database's key of an app instance. The identity service's operations document no `NotFoundException`.
pub(super) fn app_instance(call: &Call<'_>, arn: &AppInstanceArn) -> Result<i64, Refused> {
    let id = call
        .db
        .prepare_cached("SELECT app_instance_id FROM app_instances WHERE arn = ?1")?
        .query_row([arn.as_str()], |row| row.get(0))
        .optional()?;
    Ok(id.ok_or_else(forbidden)?)
}

impl Handle for CreateAppInstance {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let arn = format!("{HOME}/{}", Uuid::new_v4());
        let metadata = self.metadata.as_ref().map(chime_types::Sensitive::as_str);
        call.db
            .prepare_cached(
                "INSERT INTO app_instances (arn, name, metadata, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)",
            )?
            .execute((&arn, self.name.as_str(), metadata, call.now()))?;
        let mut answer = CreateAppInstanceResponse::default();
        answer.app_instance_arn = Some(arn.try_into().map_err(|_| bad_request("the ARN is malformed"))?);
        Ok(answer)
    }
}

impl Handle for DescribeAppInstance {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let found = call
            .db
            .prepare_cached(
                "SELECT name, metadata, created_at, updated_at FROM app_instances WHERE arn = ?1",
            )?
            .query_row([self.app_instance_arn.as_str()], |row| {
                let mut found = AppInstance::default();
                found.name = Some(word(row, 0)?);
                found.metadata = maybe(row, 1)?;
                found.created_timestamp = time(row, 2)?;
                found.last_updated_timestamp = time(row, 3)?;
                Ok(found)
            })
            .optional()?;
        let mut found = found.ok_or_else(forbidden)?;
        found.app_instance_arn = Some(self.app_instance_arn);
        let mut answer = DescribeAppInstanceResponse::default();
        answer.app_instance = Some(found);
        Ok(answer)
    }
}

impl Handle for CreateAppInstanceAdmin {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let app_instance = app_instance(call, &self.app_instance_arn)?;
        let admin = native_user(call, app_instance, &self.app_instance_admin_arn)?
            .ok_or_else(|| bad_request("AppInstanceAdminArn: it is no user of the app instance"))?;
        let made = call
            .db
            .prepare_cached("INSERT OR IGNORE INTO administrators (user_id) VALUES (?1)")?
            .execute([admin.id])?;
        if made == 0 {
            return Err(conflict("AppInstanceAdminArn: the user is an administrator already").into());
        }
        let mut answer = CreateAppInstanceAdminResponse::default();
        answer.app_instance_admin = Some(admin.identity());
        answer.app_instance_arn = Some(self.app_instance_arn);
        Ok(answer)
    }
}
