//! Administrators of app instances, of the identity service.

use chime_types::operations::{
    CreateAppInstanceAdmin, CreateAppInstanceAdminResponse, DeleteAppInstanceAdmin, DescribeAppInstanceAdmin,
    DescribeAppInstanceAdminResponse, ListAppInstanceAdmins, ListAppInstanceAdminsResponse,
};
use chime_types::shapes::{AppInstanceAdmin, AppInstanceAdminSummary};

use super::handle::{Handle, World};
use super::parts::identity;
use crate::access::{app_instance, user_of};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::tables::administrators;
use crate::tables::users::NamedUser;

impl Handle for CreateAppInstanceAdmin {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let admin = user_of(db, app_instance, &self.app_instance_admin_arn)?
            .ok_or_else(|| Refusal::bad_request("AppInstanceAdminArn: not a user of the app instance"))?;
        if !administrators::insert(db, admin.key, db.write_time())? {
            return Err(Refusal::conflict("AppInstanceAdminArn: the user is an administrator already"));
        }
        Ok(CreateAppInstanceAdminResponse::default()
            .app_instance_admin(identity(admin))
            .app_instance_arn(self.app_instance_arn))
    }
}

impl Handle for DescribeAppInstanceAdmin {
    type Caller = ();

    /// The operation documents no `NotFoundException`.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let refused = || {
            let user = &self.app_instance_admin_arn;
            Refusal::forbidden(format!("the user is not an administrator of the app instance; it is {user}"))
        };
        let user = user_of(db, app_instance, &self.app_instance_admin_arn)?.ok_or_else(refused)?;
        let created_at = administrators::created_at(db, user.key)?.ok_or_else(refused)?;
        let described = AppInstanceAdmin::default()
            .admin(identity(user))
            .app_instance_arn(self.app_instance_arn)
            .created_timestamp(created_at);
        Ok(DescribeAppInstanceAdminResponse::default().app_instance_admin(described))
    }
}

impl Handle for DeleteAppInstanceAdmin {
    type Caller = ();

    /// The user stays. Deleting a user who is not an administrator succeeds.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        if let Some(admin) = user_of(db, app_instance, &self.app_instance_admin_arn)? {
            administrators::delete(db, admin.key)?;
        }
        Ok(())
    }
}

fn summary((_, admin): (i64, NamedUser)) -> AppInstanceAdminSummary {
    AppInstanceAdminSummary::default().admin(identity(admin))
}

impl Handle for ListAppInstanceAdmins {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let page = Page::new(("admins", app_instance), self.max_results, self.next_token.as_ref())?;
        let rows = administrators::list(db, app_instance, page.after_key(), page.rows)?;
        let (admins, next_token) = page.finish(rows, |(key, _)| Place::key(*key), summary);
        let mut answer = ListAppInstanceAdminsResponse::default()
            .app_instance_arn(self.app_instance_arn)
            .app_instance_admins(admins);
        answer.next_token = next_token;
        Ok(answer)
    }
}
