//! The expiration of channels and users.

use crate::declare::structure;
use crate::open_enum::open_enum;

open_enum! {
    /// The event from which the days until an expiration are counted.
    pub enum ExpirationCriterion {
        /// The days are counted from the creation.
        CreatedTimestamp = "CREATED_TIMESTAMP",
        /// The days are counted from the last message, for channels only.
        LastMessageTimestamp = "LAST_MESSAGE_TIMESTAMP",
    }
}

structure! {
    /// The expiration of a channel or a user.
    ///
    /// ```
    #[doc = import!("shapes::{ExpirationCriterion, ExpirationSettings}")]
    ///
    /// let month = ExpirationSettings::new(30, ExpirationCriterion::CreatedTimestamp);
    /// assert_eq!(month.expiration_days, 30);
    /// ```
    pub struct ExpirationSettings {
        required {
            /// The number of days until the channel or user expires, 1 to 5,475.
            expiration_days: i32 = limits(1, 5475),
            /// The event from which the days are counted.
            expiration_criterion: ExpirationCriterion,
        }
    }
}
