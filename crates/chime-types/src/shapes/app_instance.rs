//! App instances.

use crate::declare::structure;
use crate::{AppInstanceArn, Sensitive, Timestamp};

structure! {
    /// An app instance, in full.
    pub struct AppInstance {
        /// The app instance's ARN.
        app_instance_arn: AppInstanceArn,
        /// The app instance's name, 1 to 256 characters.
        name: Sensitive,
        /// The time at which the app instance was created.
        created_timestamp: Timestamp,
        /// The time at which the app instance was last updated.
        last_updated_timestamp: Timestamp,
        /// The application's own data about the app instance, up to 1,024 characters.
        metadata: Sensitive,
    }
}

structure! {
    /// What a list shows of an app instance.
    pub struct AppInstanceSummary {
        /// The app instance's ARN.
        app_instance_arn: AppInstanceArn,
        /// The application's own data about the app instance, up to 1,024 characters.
        metadata: Sensitive,
        /// The app instance's name, 1 to 256 characters.
        name: Sensitive,
    }
}
