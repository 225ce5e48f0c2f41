//! Users of app instances.

use super::expiration::ExpirationSettings;
use crate::declare::structure;
use crate::{AppInstanceUserArn, Sensitive, Timestamp};

structure! {
    /// An app instance user, in full.
    pub struct AppInstanceUser {
        /// The user's ARN.
        app_instance_user_arn: AppInstanceUserArn,
        /// The user's name, 1 to 100 characters.
        name: Sensitive,
        /// The application's own data about the user, up to 1,024 characters.
        metadata: Sensitive,
        /// When the user was created.
        created_timestamp: Timestamp,
        /// When the user was last updated.
        last_updated_timestamp: Timestamp,
        /// When the user expires.
        expiration_settings: ExpirationSettings,
    }
}

structure! {
    /// The summary of an app instance user in a list.
    pub struct AppInstanceUserSummary {
        /// The user's ARN.
        app_instance_user_arn: AppInstanceUserArn,
        /// The user's name, 1 to 100 characters.
        name: Sensitive,
        /// The application's own data about the user, up to 1,024 characters.
        metadata: Sensitive,
    }
}
