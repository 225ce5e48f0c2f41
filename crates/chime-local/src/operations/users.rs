//! App instance users, of the identity service.

use chime_types::{
    AppInstanceUser, AppInstanceUserSummary, CreateAppInstanceUser, CreateAppInstanceUserResponse,
    DescribeAppInstanceUser, DescribeAppInstanceUserResponse, ListAppInstanceUsers,
    ListAppInstanceUsersResponse,
};
use rusqlite::OptionalExtension;

use super::app_instances::app_instance;
use super::{Handle, arn, bad_request, conflict, forbidden, json, maybe, structure, time, word};
use crate::paging::{Page, Place};
use crate::store::{Call, Refused};

impl Handle for CreateAppInstanceUser {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let app_instance = app_instance(call, &self.app_instance_arn)?;
        let arn = format!("{}/user/{}", self.app_instance_arn, self.app_instance_user_id.as_str());
        let made = call
            .db
            .prepare_cached(
                "INSERT OR IGNORE INTO users
                 (app_instance_id, arn, name, metadata, expiration, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
            )?
            .execute((
                app_instance,
                &arn,
                self.name.as_str(),
                self.metadata.as_ref().map(chime_types::Sensitive::as_str),
                json(self.expiration_settings.as_ref())?,
                call.now(),
            ))?;
        if made == 0 {
            return Err(conflict("AppInstanceUserId: there is a user of that id already").into());
        }
        let mut answer = CreateAppInstanceUserResponse::default();
        answer.app_instance_user_arn = Some(arn.try_into().map_err(|_| bad_request("the ARN is malformed"))?);
        Ok(answer)
    }
}

impl Handle for DescribeAppInstanceUser {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let found = call
            .db
            .prepare_cached(
                "SELECT name, metadata, created_at, updated_at, expiration FROM users WHERE arn = ?1",
            )?
            .query_row([self.app_instance_user_arn.as_str()], |row| {
                let mut found = AppInstanceUser::default();
                found.name = Some(word(row, 0)?);
                found.metadata = maybe(row, 1)?;
                found.created_timestamp = time(row, 2)?;
                found.last_updated_timestamp = time(row, 3)?;
                found.expiration_settings = structure(row, 4)?;
                Ok(found)
            })
            .optional()?;
        let mut found = found.ok_or_else(forbidden)?;
        found.app_instance_user_arn = Some(self.app_instance_user_arn);
        let mut answer = DescribeAppInstanceUserResponse::default();
        answer.app_instance_user = Some(found);
        Ok(answer)
    }
}

impl Handle for ListAppInstanceUsers {
    fn handle(self, call: &Call<'_>) -> Result<Self::Output, Refused> {
        let app_instance = app_instance(call, &self.app_instance_arn)?;
        let page = Page::new(("users", app_instance), self.max_results, self.next_token.as_ref())?;
        let rows = call
            .db
            .prepare_cached(
                "SELECT arn, name, metadata, user_id FROM users
                 WHERE app_instance_id = ?1 AND user_id > ?2
                 ORDER BY user_id LIMIT ?3",
            )?
            .query_map((app_instance, page.after_key(), page.rows), |row| {
                let mut user = AppInstanceUserSummary::default();
                user.app_instance_user_arn = Some(arn(row, 0)?);
                user.name = Some(word(row, 1)?);
                user.metadata = maybe(row, 2)?;
                Ok((Place::key(row.get(3)?), user))
            })?
            .collect::<Result<Vec<_>, _>>()?;
        let mut answer = ListAppInstanceUsersResponse::default();
        let (users, next_token) = page.finish(rows);
        answer.app_instance_arn = Some(self.app_instance_arn);
        answer.app_instance_users = Some(users);
        answer.next_token = next_token;
        Ok(answer)
    }
}
