//! Administrators of app instances.

use super::identity::Identity;
use crate::declare::structure;
use crate::{AppInstanceArn, Timestamp};

structure! {
    /// An administrator of an app instance, in full.
    pub struct AppInstanceAdmin {
        /// The user who is the administrator.
        admin: Identity,
        /// The app instance.
        app_instance_arn: AppInstanceArn,
        /// When the user became an administrator.
        created_timestamp: Timestamp,
    }
}

structure! {
    /// What a list shows of an administrator.
    pub struct AppInstanceAdminSummary {
        /// The user who is the administrator.
        admin: Identity,
    }
}
