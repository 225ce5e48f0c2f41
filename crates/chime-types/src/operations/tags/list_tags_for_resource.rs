//! `GET /tags`

use crate::ResourceArn;
use crate::declare::{operation, structure};
use crate::shapes::Tag;

operation! {
    /// Lists the tags of a resource.
    ///
    /// ```
    #[doc = import!("operations::ListTagsForResource")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListTagsForResource::builder()
    ///     .resource_arn(format!("{instance}/channel/general"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ListTagsForResource, ListTagsForResourceBuilder -> ListTagsForResourceResponse;
    Tags Get "/tags" => 200;
    service of resource_arn;
    required {
        /// The app instance, user, bot, channel or channel flow.
        resource_arn: ResourceArn = query("ResourceARN", "arn"),
    }
}

structure! {
    /// The tags of a resource.
    pub struct ListTagsForResourceResponse {
        /// The tags.
        tags: Vec<Tag>,
    }
}
