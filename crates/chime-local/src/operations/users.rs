//! App instance users, of the identity service.

use chime_types::AppInstanceUserArn;
use chime_types::operations::{
    CreateAppInstanceUser, CreateAppInstanceUserResponse, DeleteAppInstanceUser, DescribeAppInstanceUser,
    DescribeAppInstanceUserResponse, ListAppInstanceUsers, ListAppInstanceUsersResponse,
    PutAppInstanceUserExpirationSettings, PutAppInstanceUserExpirationSettingsResponse,
    UpdateAppInstanceUser, UpdateAppInstanceUserResponse,
};
use chime_types::shapes::{AppInstanceUser, AppInstanceUserSummary};

use super::handle::{Handle, World};
use super::parts::{attach_tags, new_arn};
use crate::access::app_instance;
use crate::deletion::delete_user;
use crate::limits::{check_expiration_of_a_user, check_metadata, check_tags};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::tables::tags;
use crate::tables::users::{self, ListedUser, NewUser, UserRow};

/// A user, where one that does not exist is answered like one that the caller must not see: the operations document no
/// `NotFoundException`.
fn user(db: &Transaction<'_>, arn: &AppInstanceUserArn) -> Result<UserRow, Refusal> {
    users::find(db, arn)?.filter(|user| !user.is_bot).ok_or_else(|| no_user(arn))
}

fn no_user(arn: &AppInstanceUserArn) -> Refusal {
    Refusal::forbidden(format!("the user does not exist; it is {arn}"))
}

impl Handle for CreateAppInstanceUser {
    type Caller = ();

    /// Creating a user that exists with the same attributes succeeds, as sign-in flows do it each time.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_metadata(self.metadata.as_ref()).map_err(Refusal::bad_request)?;
        check_expiration_of_a_user(self.expiration_settings.as_ref()).map_err(Refusal::bad_request)?;
        check_tags(self.tags.as_deref().unwrap_or_default()).map_err(Refusal::bad_request)?;
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let arn = format!("{}/user/{}", self.app_instance_arn, self.app_instance_user_id.as_str());
        let now = db.write_time();
        let new = NewUser {
            app_instance,
            arn: &arn,
            name: &self.name,
            metadata: self.metadata.as_ref(),
            expiration_settings: self.expiration_settings.as_ref(),
            created_at: now,
            updated_at: now,
        };
        let is_new = users::insert(db, &new)?.is_some() || users::restore(db, &new)?;
        let arn = new_arn::<AppInstanceUserArn>(arn)?;
        if is_new {
            attach_tags(db, arn.as_str(), self.tags.as_deref())?;
        } else {
            let existing = users::details(db, &arn)?.ok_or_else(|| Refusal::failure("the user is gone"))?;
            let tags = tags::all(db, arn.as_str())?;
            let is_same = existing.name == self.name
                && self.tags.iter().flatten().all(|tag| tags.contains(tag))
                && existing.metadata == self.metadata
                && existing.expiration_settings == self.expiration_settings;
            if !is_same {
                return Err(Refusal::conflict(
                    "AppInstanceUserId: a user with this ID and other attributes exists; give the same \
                     attributes, or call UpdateAppInstanceUser",
                ));
            }
        }
        Ok(CreateAppInstanceUserResponse::default().app_instance_user_arn(arn))
    }
}

impl Handle for DescribeAppInstanceUser {
    type Caller = ();

    /// The operation documents no `NotFoundException`.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let found = users::details(db, &self.app_instance_user_arn)?
            .ok_or_else(|| no_user(&self.app_instance_user_arn))?;
        let mut described = AppInstanceUser::default()
            .app_instance_user_arn(found.arn)
            .name(found.name)
            .created_timestamp(found.created_at)
            .last_updated_timestamp(found.updated_at);
        described.metadata = found.metadata;
        described.expiration_settings = found.expiration_settings;
        Ok(DescribeAppInstanceUserResponse::default().app_instance_user(described))
    }
}

impl Handle for UpdateAppInstanceUser {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_metadata(Some(&self.metadata)).map_err(Refusal::bad_request)?;
        let user = user(db, &self.app_instance_user_arn)?;
        users::update(db, user.key, &self.name, &self.metadata, db.write_time())?;
        Ok(UpdateAppInstanceUserResponse::default().app_instance_user_arn(self.app_instance_user_arn))
    }
}

impl Handle for DeleteAppInstanceUser {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let user = user(db, &self.app_instance_user_arn)?;
        delete_user(db, user.key)?;
        Ok(())
    }
}

fn summary(user: ListedUser) -> AppInstanceUserSummary {
    let mut summary = AppInstanceUserSummary::default().app_instance_user_arn(user.arn).name(user.name);
    summary.metadata = user.metadata;
    summary
}

impl Handle for ListAppInstanceUsers {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let page = Page::new(("users", app_instance), self.max_results, self.next_token.as_ref())?;
        let rows = users::list(db, app_instance, page.after_key(), page.rows)?;
        let (users, next_token) = page.finish(rows, |user| Place::key(user.key), summary);
        let mut answer = ListAppInstanceUsersResponse::default()
            .app_instance_arn(self.app_instance_arn)
            .app_instance_users(users);
        answer.next_token = next_token;
        Ok(answer)
    }
}

impl Handle for PutAppInstanceUserExpirationSettings {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_expiration_of_a_user(self.expiration_settings.as_ref()).map_err(Refusal::bad_request)?;
        let user = user(db, &self.app_instance_user_arn)?;
        users::set_expiration(db, user.key, self.expiration_settings.as_ref(), db.write_time())?;
        let mut answer = PutAppInstanceUserExpirationSettingsResponse::default()
            .app_instance_user_arn(self.app_instance_user_arn);
        answer.expiration_settings = self.expiration_settings;
        Ok(answer)
    }
}
