//! Parts that the requests and answers of several resources have.

use chime_types::AppInstanceUserArn;
use chime_types::shapes::{ChannelSummary, Identity, Tag, Target};

use crate::refusal::Refusal;
use crate::store::Transaction;
use crate::tables::channels::ListedChannel;
use crate::tables::tags;
use crate::tables::users::NamedUser;

pub(super) fn identity(user: impl Into<NamedUser>) -> Identity {
    let user = user.into();
    Identity::default().arn(user.arn).name(user.name)
}

pub(super) fn channel_summary(channel: ListedChannel) -> ChannelSummary {
    let mut summary = ChannelSummary::default()
        .name(channel.name)
        .channel_arn(channel.arn)
        .mode(channel.mode)
        .privacy(channel.privacy);
    summary.metadata = channel.metadata;
    summary.last_message_timestamp = channel.last_message_at.map(Into::into);
    summary
}

/// The target of a message as answers have it.
pub(super) fn target(member: Option<AppInstanceUserArn>) -> Option<Vec<Target>> {
    member.map(|member| vec![Target::default().member_arn(member)])
}

/// An ARN that was put together here, as an answer has it.
pub(super) fn new_arn<A: TryFrom<String>>(arn: String) -> Result<A, Refusal> {
    A::try_from(arn).map_err(|_| Refusal::bad_request("the ARN is malformed"))
}

/// Attaches the tags of a request to a new resource.
pub(super) fn attach_tags(
    db: &Transaction<'_>,
    resource: &str,
    tags: Option<&[Tag]>,
) -> rusqlite::Result<()> {
    tags.unwrap_or_default().iter().try_for_each(|tag| tags::attach(db, resource, tag))
}
