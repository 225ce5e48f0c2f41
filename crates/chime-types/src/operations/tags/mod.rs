//! Operations on tags of any resource.

mod list_tags_for_resource;
mod tag_resource;
mod untag_resource;

pub use list_tags_for_resource::*;
pub use tag_resource::*;
pub use untag_resource::*;
