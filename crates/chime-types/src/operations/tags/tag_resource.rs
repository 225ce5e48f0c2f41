//! `POST /tags?operation=tag-resource`

use crate::ResourceArn;
use crate::declare::operation;
use crate::shapes::Tag;

operation! {
    /// Attaches tags to a resource.
    /// A tag replaces one with the same key.
    ///
    /// ```
    #[doc = import!("operations::TagResource")]
    #[doc = import!("shapes::Tag")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = TagResource::builder()
    ///     .resource_arn(format!("{instance}/channel/general"))
    ///     .tags([Tag::new("team", "support")])
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    TagResource, TagResourceBuilder -> ();
    Tags Post "/tags" ["operation" = "tag-resource"] => 204;
    errors: common, ResourceLimitExceededException;
    idempotent: true;
    service of resource_arn;
    required {
        /// The app instance, user, bot, channel or channel flow.
        resource_arn: ResourceArn = body("ResourceARN"),
        /// The tags to attach.
        /// It has 1 to 50 items.
        tags: Vec<Tag> = body("Tags").limits(1, 50),
    }
}
