//! App instances, of the identity service.

use chime_types::AppInstanceArn;
use chime_types::operations::{
    CreateAppInstance, CreateAppInstanceResponse, DescribeAppInstance, DescribeAppInstanceResponse,
};
use chime_types::shapes::AppInstance;
use uuid::Uuid;

use super::handle::{Handle, World};
use super::parts::new_arn;
use crate::refusal::Refusal;
use crate::tables::app_instances::{self, NewAppInstance};

/// The account and the region in which app instances are created: those of the demo world.
const HOME: &str = "arn:aws:chime:us-east-1:123456789012:app-instance";

impl Handle for CreateAppInstance {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
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
