//! Devices of users, of the identity service. The model marks the users' ARNs as sensitive, so no refusal names them.

use chime_types::AppInstanceUserArn;
use chime_types::operations::{
    DeregisterAppInstanceUserEndpoint, DescribeAppInstanceUserEndpoint,
    DescribeAppInstanceUserEndpointResponse, ListAppInstanceUserEndpoints,
    ListAppInstanceUserEndpointsResponse, RegisterAppInstanceUserEndpoint,
    RegisterAppInstanceUserEndpointResponse, UpdateAppInstanceUserEndpoint,
    UpdateAppInstanceUserEndpointResponse,
};
use chime_types::shapes::{
    AllowMessages, AppInstanceUserEndpoint, AppInstanceUserEndpointSummary, EndpointState, EndpointStatus,
};
use uuid::Uuid;

use super::handle::{Handle, World};
use crate::paging::{Page, Place};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::tables::endpoints::{self, EndpointRow, NewEndpoint};
use crate::tables::users::{self, UserRow};

/// The user of an ARN that was not checked yet.
fn user(db: &Transaction<'_>, arn: &str) -> Result<UserRow, Refusal> {
    let arn: AppInstanceUserArn = arn
        .parse()
        .map_err(|_| Refusal::bad_request("AppInstanceUserArn: it is not the ARN of an app instance user"))?;
    let user = users::find(db, &arn)?.filter(|user| !user.is_bot);
    user.ok_or_else(|| Refusal::forbidden("the user does not exist"))
}

/// An endpoint of a user, where one that does not exist is answered like one that the caller must not see: the operations
/// document no `NotFoundException`.
fn endpoint(db: &Transaction<'_>, user: &UserRow, id: &str) -> Result<EndpointRow, Refusal> {
    endpoints::find(db, user.key, id)?
        .ok_or_else(|| Refusal::forbidden("the user has no endpoint with this id"))
}

/// Every endpoint is active: no push service is asked.
fn state() -> EndpointState {
    EndpointState::new(EndpointStatus::Active)
}

impl Handle for RegisterAppInstanceUserEndpoint {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let user = user(db, self.app_instance_user_arn.as_str())?;
        if endpoints::is_registered(db, user.app_instance, &self.endpoint_attributes.device_token)? {
            let message =
                "EndpointAttributes: DeviceToken: the device is registered already; deregister its endpoint";
            return Err(Refusal::conflict(message));
        }
        let id = Uuid::new_v4().to_string();
        let now = db.write_time();
        let new = NewEndpoint {
            id: &id,
            user: user.key,
            name: self.name.as_ref(),
            r#type: &self.r#type,
            resource_arn: &self.resource_arn,
            attributes: &self.endpoint_attributes,
            allow_messages: self.allow_messages.as_ref().unwrap_or(&AllowMessages::All),
            created_at: now,
            updated_at: now,
        };
        endpoints::insert(db, &new)?;
        Ok(RegisterAppInstanceUserEndpointResponse::default().app_instance_user_arn(user.arn).endpoint_id(id))
    }
}

impl Handle for DescribeAppInstanceUserEndpoint {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let user = user(db, &self.app_instance_user_arn)?;
        let found = endpoint(db, &user, &self.endpoint_id)?;
        let mut described = AppInstanceUserEndpoint::default()
            .app_instance_user_arn(found.user)
            .endpoint_id(found.id)
            .r#type(found.r#type)
            .resource_arn(found.resource_arn)
            .endpoint_attributes(found.attributes)
            .created_timestamp(found.created_at)
            .last_updated_timestamp(found.updated_at)
            .allow_messages(found.allow_messages)
            .endpoint_state(state());
        described.name = found.name;
        Ok(DescribeAppInstanceUserEndpointResponse::default().app_instance_user_endpoint(described))
    }
}

impl Handle for UpdateAppInstanceUserEndpoint {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let user = user(db, self.app_instance_user_arn.as_str())?;
        let found = endpoint(db, &user, &self.endpoint_id)?;
        let (name, allow_messages) = (self.name.as_ref(), self.allow_messages.as_ref());
        endpoints::update(db, found.key, name, allow_messages, db.write_time())?;
        Ok(UpdateAppInstanceUserEndpointResponse::default()
            .app_instance_user_arn(self.app_instance_user_arn)
            .endpoint_id(self.endpoint_id))
    }
}

impl Handle for DeregisterAppInstanceUserEndpoint {
    type Caller = ();

    /// Deregistering an endpoint that does not exist succeeds.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let user = user(db, self.app_instance_user_arn.as_str())?;
        endpoints::delete(db, user.key, &self.endpoint_id)?;
        Ok(())
    }
}

fn summary(endpoint: EndpointRow) -> AppInstanceUserEndpointSummary {
    let mut summary = AppInstanceUserEndpointSummary::default()
        .app_instance_user_arn(endpoint.user)
        .endpoint_id(endpoint.id)
        .r#type(endpoint.r#type)
        .allow_messages(endpoint.allow_messages)
        .endpoint_state(state());
    summary.name = endpoint.name;
    summary
}

impl Handle for ListAppInstanceUserEndpoints {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        let user = user(db, self.app_instance_user_arn.as_str())?;
        let page = Page::new(("endpoints", user.key), self.max_results, self.next_token.as_ref())?;
        let rows = endpoints::list(db, user.key, page.after_key(), page.rows)?;
        let (endpoints, next_token) = page.finish(rows, |row| Place::key(row.key), summary);
        let mut answer =
            ListAppInstanceUserEndpointsResponse::default().app_instance_user_endpoints(endpoints);
        answer.next_token = next_token;
        Ok(answer)
    }
}
