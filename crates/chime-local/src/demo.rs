//! The world that the service starts with.

use chime_types::{AppInstanceArn, AppInstanceUserArn, ChannelArn, InvalidValue};

use crate::seed::{InvalidSeed, Seed};

/// The demo world: one app instance, an administrator, three users, two channels.
///
/// ```
/// let demo = chime_local::Demo::new();
/// assert!(demo.channel_arn().as_str().ends_with("/channel/general"));
/// ```
///
/// | user | channel `general` (public) | channel `board` (private) |
/// |---|---|---|
/// | `alice` | member, has not read the last message | member, has read everything |
/// | `bob` | member, has never read | not a member |
/// | `carol` | hidden member | not a member |
/// | `admin`, the administrator | not a member | not a member |
#[derive(Clone, Debug)]
pub struct Demo {
    app_instance: AppInstanceArn,
    administrator: AppInstanceUserArn,
    users: [AppInstanceUserArn; 3],
    channels: [ChannelArn; 2],
}

const APP_INSTANCE: &str =
    "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a";

impl Demo {
    /// Returns the demo world, which is always the same.
    #[must_use]
    #[allow(clippy::missing_panics_doc, clippy::expect_used, reason = "constants, and a test builds it")]
    pub fn new() -> Self {
        Self::parse().expect("the demo world's ARNs are well formed")
    }

    fn parse() -> Result<Self, InvalidValue> {
        let user = |id: &str| format!("{APP_INSTANCE}/user/{id}").parse();
        let channel = |id: &str| format!("{APP_INSTANCE}/channel/{id}").parse();
        Ok(Self {
            app_instance: APP_INSTANCE.parse()?,
            administrator: user("admin")?,
            users: [user("alice")?, user("bob")?, user("carol")?],
            channels: [channel("general")?, channel("board")?],
        })
    }

    /// Returns the ARN of the app instance that contains everything.
    #[must_use]
    pub fn app_instance_arn(&self) -> AppInstanceArn {
        self.app_instance.clone()
    }

    /// Returns the ARN of the administrator, who may ask about every user.
    #[must_use]
    pub fn administrator_arn(&self) -> AppInstanceUserArn {
        self.administrator.clone()
    }

    /// Returns the ARN of `alice`, the first user.
    #[must_use]
    pub fn app_instance_user_arn(&self) -> AppInstanceUserArn {
        self.users[0].clone()
    }

    /// Returns the ARN of `general`, the first channel.
    #[must_use]
    pub fn channel_arn(&self) -> ChannelArn {
        self.channels[0].clone()
    }

    /// Returns the ARNs of `alice`, `bob` and `carol`.
    #[must_use]
    pub fn app_instance_user_arns(&self) -> &[AppInstanceUserArn; 3] {
        &self.users
    }

    /// Returns the ARNs of `general` and `board`.
    #[must_use]
    pub fn channel_arns(&self) -> &[ChannelArn; 2] {
        &self.channels
    }

    /// The world itself.
    pub(crate) fn seed() -> Result<Seed, InvalidSeed> {
        include_str!("demo.json").parse()
    }
}

impl Default for Demo {
    fn default() -> Self {
        Self::new()
    }
}
