//! Tags.

use crate::Sensitive;
use crate::declare::structure;

structure! {
    /// A key and a value that mark a resource, for billing or for finding it.
    ///
    /// ```
    #[doc = import!("shapes::Tag")]
    ///
    /// let tag = Tag::new("team", "support");
    /// assert_eq!(tag.key, "team");
    /// ```
    pub struct Tag {
        required {
            /// The key, 1 to 128 characters.
            key: Sensitive = limits(1, 128),
            /// The value, 1 to 256 characters.
            value: Sensitive = limits(1, 256),
        }
    }
}
