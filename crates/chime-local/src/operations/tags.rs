//! Tags of any resource, of both services.

use chime_types::operations::{ListTagsForResource, ListTagsForResourceResponse, TagResource, UntagResource};
use chime_types::{AppInstanceArn, AppInstanceUserArn, ChannelArn, ChannelFlowArn, Exception, ResourceArn};

use super::handle::{Handle, World};
use super::parts::attach_tags;
use crate::limits::{TAGS_OF_A_RESOURCE, check_tags};
use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::tables::{app_instances, channel_flows, channels, tags, users};

/// Refuses a resource that does not exist like one that the caller must not see: the operations document no
/// `NotFoundException`.
fn check_resource(db: &Transaction<'_>, arn: &ResourceArn) -> Result<(), Refusal> {
    let text = arn.as_str();
    let exists = if let Ok(arn) = text.parse::<AppInstanceArn>() {
        app_instances::key(db, &arn)?.is_some()
    } else if let Ok(arn) = text.parse::<ChannelArn>() {
        channels::key(db, &arn)?.is_some()
    } else if let Ok(arn) = text.parse::<AppInstanceUserArn>() {
        users::find(db, &arn)?.is_some()
    } else if let Ok(arn) = text.parse::<ChannelFlowArn>() {
        channel_flows::find(db, &arn)?.is_some()
    } else {
        false
    };
    if exists {
        return Ok(());
    }
    Err(Refusal::forbidden(format!("the resource does not exist; it is {arn}")))
}

impl Handle for TagResource {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_tags(&self.tags).map_err(Refusal::bad_request)?;
        check_resource(db, &self.resource_arn)?;
        attach_tags(db, self.resource_arn.as_str(), Some(&self.tags))?;
        if tags::all(db, self.resource_arn.as_str())?.len() > TAGS_OF_A_RESOURCE {
            let message = format!("The limit of {TAGS_OF_A_RESOURCE} tags of a resource is reached");
            return Err(Refusal::new(Exception::ResourceLimitExceededException, message));
        }
        Ok(())
    }
}

impl Handle for UntagResource {
    type Caller = ();

    /// Removing a tag that the resource does not have succeeds.
    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_resource(db, &self.resource_arn)?;
        for key in &self.tag_keys {
            tags::remove(db, self.resource_arn.as_str(), key)?;
        }
        Ok(())
    }
}

impl Handle for ListTagsForResource {
    type Caller = ();

    fn handle(self, (): (), World { db, .. }: &World<'_>) -> Result<Self::Output, Refusal> {
        check_resource(db, &self.resource_arn)?;
        Ok(ListTagsForResourceResponse::default().tags(tags::all(db, self.resource_arn.as_str())?))
    }
}
