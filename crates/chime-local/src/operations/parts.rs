//! Parts that the requests and answers of several resources have.

use chime_types::shapes::Tag;

use crate::refusal::Refusal;
pub(super) use crate::shapes::{channel_summary, identity, target};
use crate::store::Transaction;
use crate::tables::tags;

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
