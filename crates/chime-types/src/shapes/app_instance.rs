//! App instances.

use crate::declare::structure;
use crate::{AppInstanceArn, Sensitive, Timestamp};

structure! {
    /// An app instance, in full.
    pub struct AppInstance {
        /// The app instance's ARN.
        app_instance_arn: AppInstanceArn,
        /// Its name, 1 to 256 characters.
        name: Sensitive,
        /// When it was created.
        created_timestamp: Timestamp,
        /// When it was last updated.
        last_updated_timestamp: Timestamp,
        /// The application's own data about it, up to 1,024 characters.
        metadata: Sensitive,
    }
}
