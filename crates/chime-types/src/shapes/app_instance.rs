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

structure! {
    /// How long an app instance keeps what is in it.
    pub struct AppInstanceRetentionSettings {
        /// How long the messages of channels are kept.
        channel_retention_settings: ChannelRetentionSettings,
    }
}

structure! {
    /// How long the messages of channels are kept. Without a number of days, they are kept for ever.
    pub struct ChannelRetentionSettings {
        /// The number of days, 1 to 5,475.
        retention_days: i32 = limits(1, 5475),
    }
}
