//! `POST /tags?operation=untag-resource`

use crate::declare::operation;
use crate::{ResourceArn, Sensitive};

operation! {
    /// Removes tags from a resource.
    ///
    /// ```
    #[doc = import!("operations::UntagResource")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UntagResource::builder()
    ///     .resource_arn(format!("{instance}/channel/general"))
    ///     .tag_keys(["team"])
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    UntagResource, UntagResourceBuilder -> ();
    Tags Post "/tags" ["operation" = "untag-resource"] => 204;
    idempotent: true;
    service of resource_arn;
    required {
        /// The app instance, user, bot, channel or channel flow.
        resource_arn: ResourceArn = body("ResourceARN"),
        /// The keys of the tags to remove.
        /// It has 1 to 50 items of 1 to 128 characters.
        tag_keys: Vec<Sensitive> = body("TagKeys").limits(1, 50).items(1, 128),
    }
}
