//! Preferences of members.

use crate::Sensitive;
use crate::declare::structure;
use crate::open_enum::open_enum;

open_enum! {
    /// Which messages of a channel notify a member.
    pub enum AllowNotifications {
        /// All messages that have a push notification.
        All = "ALL",
        /// No message.
        None = "NONE",
        /// The messages whose attributes match the filter rule.
        Filtered = "FILTERED",
    }
}

structure! {
    /// The preferences of a member in a channel.
    ///
    /// ```
    #[doc = import!("shapes::{AllowNotifications, ChannelMembershipPreferences, PushNotificationPreferences}")]
    ///
    /// let muted = ChannelMembershipPreferences::default()
    ///     .push_notifications(PushNotificationPreferences::new(AllowNotifications::None));
    /// ```
    pub struct ChannelMembershipPreferences {
        /// The preferences about push notifications.
        push_notifications: PushNotificationPreferences,
    }
}

structure! {
    /// The preferences of a member about push notifications.
    ///
    /// ```
    #[doc = import!("shapes::{AllowNotifications, PushNotificationPreferences}")]
    ///
    /// let mentions = PushNotificationPreferences::new(AllowNotifications::Filtered)
    ///     .filter_rule(r#"{"mentions":["alice"]}"#);
    /// ```
    pub struct PushNotificationPreferences {
        required {
            /// Which messages notify the member.
            allow_notifications: AllowNotifications,
        }
        optional {
            /// The rule that a message's attributes must match, as JSON of up to 2 KB.
            /// It goes with `FILTERED`.
            filter_rule: Sensitive = limits(1, u32::MAX),
        }
    }
}
