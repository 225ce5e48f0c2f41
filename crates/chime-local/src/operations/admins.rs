//! Administrators of app instances, of the identity service.

use chime_types::operations::{CreateAppInstanceAdmin, CreateAppInstanceAdminResponse};

use super::handle::{Handle, World};
use super::parts::identity;
use crate::access::{app_instance, user_of};
use crate::refusal::Refusal;
use crate::tables::administrators;

impl Handle for CreateAppInstanceAdmin {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        let admin = user_of(db, app_instance, &self.app_instance_admin_arn)?
            .ok_or_else(|| Refusal::bad_request("AppInstanceAdminArn: not a user of the app instance"))?;
        if !administrators::insert(db, admin.key)? {
            return Err(Refusal::conflict("AppInstanceAdminArn: the user is an administrator already"));
        }
        Ok(CreateAppInstanceAdminResponse::default()
            .app_instance_admin(identity(admin))
            .app_instance_arn(self.app_instance_arn))
    }
}
