//! App instance users, of the identity service.

use chime_types::AppInstanceUserArn;
use chime_types::operations::{
    CreateAppInstanceUser, CreateAppInstanceUserResponse, DescribeAppInstanceUser,
    DescribeAppInstanceUserResponse, ListAppInstanceUsers, ListAppInstanceUsersResponse,
};
use chime_types::shapes::{AppInstanceUser, AppInstanceUserSummary};

use super::handle::{Handle, World};
use super::parts::new_arn;
use crate::access::app_instance;
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::tables::users::{self, ListedUser, NewUser};

impl Handle for CreateAppInstanceUser {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
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
        if users::insert(db, &new)?.is_none() {
            return Err(Refusal::conflict("AppInstanceUserId: a user with this ID exists"));
        }
        Ok(CreateAppInstanceUserResponse::default()
            .app_instance_user_arn(new_arn::<AppInstanceUserArn>(arn)?))
    }
}

impl Handle for DescribeAppInstanceUser {
    type Caller = ();

    /// The operation documents no `NotFoundException`.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let found = users::details(db, &self.app_instance_user_arn)?.ok_or_else(|| {
            Refusal::forbidden(format!("the user does not exist; it is {}", self.app_instance_user_arn))
        })?;
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
