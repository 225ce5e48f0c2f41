//! Streaming configurations of app instances.

use chime_types::AppInstanceArn;
use chime_types::operations::{
    DeleteMessagingStreamingConfigurations, GetMessagingStreamingConfigurations,
    GetMessagingStreamingConfigurationsResponse, PutMessagingStreamingConfigurations,
    PutMessagingStreamingConfigurationsResponse,
};

use super::handle::{Handle, World};
use crate::access;
use crate::limits::check_streaming_configurations;
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::tables::{app_instances, streaming_configurations};

/// The key of an app instance, for the operations that document `NotFoundException`.
fn app_instance(db: &Transaction<'_>, arn: &AppInstanceArn) -> Result<i64, Refusal> {
    app_instances::key(db, arn)?.ok_or_else(|| Refusal::not_found("app instance"))
}

impl Handle for PutMessagingStreamingConfigurations {
    type Caller = ();

    /// The configurations replace all earlier ones.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_streaming_configurations(&self.streaming_configurations).map_err(Refusal::bad_request)?;
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        streaming_configurations::delete_all(db, app_instance)?;
        for configuration in &self.streaming_configurations {
            streaming_configurations::put(db, app_instance, configuration)?;
        }
        Ok(PutMessagingStreamingConfigurationsResponse::default()
            .streaming_configurations(self.streaming_configurations))
    }
}

impl Handle for GetMessagingStreamingConfigurations {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = app_instance(db, &self.app_instance_arn)?;
        Ok(GetMessagingStreamingConfigurationsResponse::default()
            .streaming_configurations(streaming_configurations::all(db, app_instance)?))
    }
}

impl Handle for DeleteMessagingStreamingConfigurations {
    type Caller = ();

    /// Deleting configurations that do not exist succeeds. The operation documents no `NotFoundException`.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let app_instance = access::app_instance(db, &self.app_instance_arn)?;
        streaming_configurations::delete_all(db, app_instance)?;
        Ok(())
    }
}
