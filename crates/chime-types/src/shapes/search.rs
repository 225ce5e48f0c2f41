//! Searches for channels.

use crate::declare::structure;
use crate::open_enum::open_enum;

open_enum! {
    /// The property of channels that a search is about.
    pub enum SearchFieldKey {
        /// The members.
        Members = "MEMBERS",
    }
}

open_enum! {
    /// How a channel's property must relate to the values of a search.
    pub enum SearchFieldOperator {
        /// The channel has exactly these values.
        Equals = "EQUALS",
        /// The channel has these values, and perhaps others.
        Includes = "INCLUDES",
    }
}

structure! {
    /// A condition of a search for channels.
    ///
    /// ```
    #[doc = import!("shapes::{SearchField, SearchFieldKey, SearchFieldOperator}")]
    ///
    /// let alice = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/alice";
    /// let with_alice = SearchField::new(SearchFieldKey::Members, SearchFieldOperator::Includes, [alice]);
    /// ```
    pub struct SearchField {
        required {
            /// The property of the channels.
            key: SearchFieldKey,
            /// How the property must relate to the values.
            operator: SearchFieldOperator,
            /// The values, 1 to 20; for `MEMBERS`, ARNs of users.
            values: Vec<String> = limits(1, 20).items(1, 512),
        }
    }
}
