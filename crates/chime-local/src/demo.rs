//! The world that the service starts with.

use chime_types::{
    AppInstanceUserArn, AppInstanceUserMembershipSummary, ChannelArn, ChannelMembershipType, ChannelMode,
    ChannelPrivacy, ChannelSummary, InvalidValue, Timestamp,
};

use crate::store::Store;

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
    administrator: AppInstanceUserArn,
    users: [AppInstanceUserArn; 3],
    channels: [ChannelArn; 2],
}

const APP_INSTANCE: &str =
    "arn:aws:chime:us-east-1:123456789012:app-instance/5c2d6f1e-6d3b-4a57-9a1f-0c1f2e3d4b5a";

/// 2026-02-20T09:30:00.250Z, when the last message was sent.
const LAST_MESSAGE: i64 = 1_771_579_800_250_000;

impl Demo {
    /// The demo world, which is the same every time.
    #[must_use]
    #[allow(clippy::missing_panics_doc, clippy::expect_used, reason = "constants, and a test builds it")]
    pub fn new() -> Self {
        Self::parse().expect("the demo world's ARNs are well formed")
    }

    fn parse() -> Result<Self, InvalidValue> {
        let user = |id: &str| format!("{APP_INSTANCE}/user/{id}").parse();
        let channel = |id: &str| format!("{APP_INSTANCE}/channel/{id}").parse();
        Ok(Self {
            administrator: user("admin")?,
            users: [user("alice")?, user("bob")?, user("carol")?],
            channels: [channel("general")?, channel("board")?],
        })
    }

    /// The app instance that everything lies in.
    #[must_use]
    pub fn app_instance_arn(&self) -> &'static str {
        APP_INSTANCE
    }

    /// The administrator, who may ask about every user.
    #[must_use]
    pub fn administrator_arn(&self) -> AppInstanceUserArn {
        self.administrator.clone()
    }

    /// `alice`, the first of the users.
    #[must_use]
    pub fn app_instance_user_arn(&self) -> AppInstanceUserArn {
        self.users[0].clone()
    }

    /// `general`, the first of the channels.
    #[must_use]
    pub fn channel_arn(&self) -> ChannelArn {
        self.channels[0].clone()
    }

    /// `alice`, `bob` and `carol`.
    #[must_use]
    pub fn app_instance_user_arns(&self) -> &[AppInstanceUserArn; 3] {
        &self.users
    }

    /// `general` and `board`.
    #[must_use]
    pub fn channel_arns(&self) -> &[ChannelArn; 2] {
        &self.channels
    }

    pub(crate) fn store(&self) -> Store {
        let [alice, bob, carol] = &self.users;
        let [general, board] = &self.channels;
        let channel = |name: &str, mode, privacy, metadata: &str| {
            let mut summary = ChannelSummary::default();
            summary.name = Some(name.into());
            summary.mode = Some(mode);
            summary.privacy = Some(privacy);
            summary.metadata = Some(metadata.into());
            summary.last_message_timestamp = Some(Timestamp::from_epoch_micros(LAST_MESSAGE));
            summary
        };
        let member = |r#type, read_marker: Option<i64>| {
            let mut membership = AppInstanceUserMembershipSummary::default();
            membership.r#type = Some(r#type);
            membership.read_marker_timestamp = read_marker.map(Timestamp::from_epoch_micros);
            membership
        };
        let mut store = Store::default();
        store.add_administrator(self.administrator.clone());
        for user in &self.users {
            store.add_user(user.clone());
        }
        store.add_channel(
            general.clone(),
            channel(
                "General",
                ChannelMode::Unrestricted,
                ChannelPrivacy::Public,
                r#"{"topic":"everything"}"#,
            ),
        );
        store.add_channel(
            board.clone(),
            channel("Board", ChannelMode::Restricted, ChannelPrivacy::Private, r#"{"topic":"figures"}"#),
        );
        let before_it = Some(LAST_MESSAGE - 90_000_000);
        store.add_member(general, alice.clone(), member(ChannelMembershipType::Default, before_it));
        store.add_member(general, bob.clone(), member(ChannelMembershipType::Default, None));
        store.add_member(general, carol.clone(), member(ChannelMembershipType::Hidden, Some(LAST_MESSAGE)));
        store.add_member(board, alice.clone(), member(ChannelMembershipType::Default, Some(LAST_MESSAGE)));
        store
    }
}

impl Default for Demo {
    fn default() -> Self {
        Self::new()
    }
}
