//! The JSON of a seed.

#![allow(clippy::struct_field_names, reason = "the names of the members in JSON")]

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use chime_types::shapes::{
    AllowMessages, AppInstanceRetentionSettings, AppInstanceUserEndpointType, ChannelMembershipPreferences,
    ChannelMembershipType, ChannelMessagePersistenceType, ChannelMessageStatus, ChannelMessageType,
    ChannelMode, ChannelPrivacy, Configuration, ElasticChannelConfiguration, EndpointAttributes,
    ExpirationSettings, Processor, PushNotificationConfiguration, StreamingConfiguration, Tag,
};
use chime_types::{PinpointAppArn, Sensitive};
use serde::{Deserialize, Serialize};

use super::invalid::InvalidSeed;
use super::moderator::ModeratorSeed;
use crate::store::Time;
use crate::tables::messages::MessageAttributes;

/// A world, from JSON: app instances with their users, channels, memberships and messages.
///
/// ```
/// use chime_local::{LocalService, Seed};
///
/// # #[tokio::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let seed: Seed = r#"{
///   "AppInstances": [
///     {
///       "AppInstanceArn": "arn:aws:chime:us-east-1:123456789012:app-instance/support",
///       "Name": "Support desk",
///       "Users": [{ "AppInstanceUserId": "ada", "Name": "Ada" }],
///       "Channels": [
///         {
///           "ChannelId": "general",
///           "Name": "General",
///           "CreatedBy": "ada",
///           "Memberships": [{ "Member": "ada" }],
///           "Messages": [{ "Sender": "ada", "Content": "Hello" }]
///         }
///       ]
///     }
///   ]
/// }"#
/// .parse()?;
/// let local = LocalService::seeded(seed).start().await?;
/// assert!(local.export()?.to_string().contains("Support desk"));
/// # Ok(())
/// # }
/// ```
///
/// A [`RunningService::export`](crate::RunningService::export) has every member. `Display` writes JSON that reads back as
/// the same world. Parsing refuses a member that is unknown or has the wrong type, with its line. Starting the service
/// refuses a value that an operation would refuse, and an unknown user, with its path.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct Seed {
    pub(super) app_instances: Vec<AppInstanceSeed>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct AppInstanceSeed {
    pub(super) app_instance_arn: String,
    pub(super) name: Sensitive,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_updated_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) app_instance_retention_settings: Option<AppInstanceRetentionSettings>,
    /// When the service begins to delete messages that are too old.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) initiate_deletion_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) streaming_configurations: Vec<StreamingConfiguration>,
    #[serde(default)]
    pub(super) users: Vec<UserSeed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) bots: Vec<BotSeed>,
    /// Deleted users whom messages, channels and memberships may still name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) former_users: Vec<FormerUserSeed>,
    #[serde(default)]
    pub(super) admins: Vec<String>,
    /// When users became administrators, by their ids; otherwise, when they were created.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) admins_since: BTreeMap<String, Time>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) endpoints: Vec<EndpointSeed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) channel_flows: Vec<ChannelFlowSeed>,
    #[serde(default)]
    pub(super) channels: Vec<ChannelSeed>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct UserSeed {
    pub(super) app_instance_user_id: String,
    pub(super) name: Sensitive,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expiration_settings: Option<ExpirationSettings>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_updated_timestamp: Option<Time>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct BotSeed {
    pub(super) app_instance_bot_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Sensitive>,
    pub(super) configuration: Configuration,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_updated_timestamp: Option<Time>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct EndpointSeed {
    pub(super) user: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) endpoint_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<Sensitive>,
    pub(super) r#type: AppInstanceUserEndpointType,
    pub(super) resource_arn: PinpointAppArn,
    pub(super) endpoint_attributes: EndpointAttributes,
    #[serde(default = "all_messages")]
    pub(super) allow_messages: AllowMessages,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_updated_timestamp: Option<Time>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ChannelFlowSeed {
    pub(super) channel_flow_id: String,
    pub(super) name: Sensitive,
    pub(super) processors: Vec<Processor>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_updated_timestamp: Option<Time>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct FormerUserSeed {
    pub(super) app_instance_user_id: String,
    pub(super) name: Sensitive,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct ChannelSeed {
    pub(super) channel_id: String,
    pub(super) name: Sensitive,
    #[serde(default = "unrestricted")]
    pub(super) mode: ChannelMode,
    #[serde(default = "public")]
    pub(super) privacy: ChannelPrivacy,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) expiration_settings: Option<ExpirationSettings>,
    /// The `ChannelFlowId` of the channel flow that processes the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) channel_flow: Option<String>,
    pub(super) created_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_updated_timestamp: Option<Time>,
    #[serde(default)]
    pub(super) moderators: Vec<ModeratorSeed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) elastic_channel_configuration: Option<ElasticChannelConfiguration>,
    /// The IDs of the sub-channels of an elastic channel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) sub_channels: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) bans: Vec<BanSeed>,
    #[serde(default)]
    pub(super) memberships: Vec<MembershipSeed>,
    /// The users who may be a message's target although they are not members any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) former_members: Vec<String>,
    #[serde(default)]
    pub(super) messages: Vec<MessageSeed>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) pending_messages: Vec<PendingMessageSeed>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct BanSeed {
    pub(super) member: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct MembershipSeed {
    pub(super) member: String,
    #[serde(default = "default_type")]
    pub(super) r#type: ChannelMembershipType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) invited_by: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) read_marker_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) preferences: Option<ChannelMembershipPreferences>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sub_channel_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_updated_timestamp: Option<Time>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct MessageSeed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) message_id: Option<String>,
    pub(super) sender: String,
    /// Present unless the message was redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) redacted: bool,
    #[serde(default = "standard")]
    pub(super) r#type: ChannelMessageType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content_type: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) message_attributes: Option<MessageAttributes>,
    /// The member who can see the message in addition to the sender; everyone if it is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sub_channel_id: Option<String>,
    #[serde(default = "sent", skip_serializing_if = "is_sent")]
    pub(super) status: ChannelMessageStatus,
    /// The reason for the status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status_detail: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_edited_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_updated_timestamp: Option<Time>,
}

/// What the ID of a bot has before it where users and bots are named.
pub(super) const BOT: &str = "bot/";
/// A new message, or a change of one, that a channel flow processes.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(super) struct PendingMessageSeed {
    pub(super) message_id: String,
    pub(super) sender: String,
    /// Whether it is a change of a message that was sent.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) update: bool,
    #[serde(default = "persistent")]
    pub(super) persistence: ChannelMessagePersistenceType,
    pub(super) content: Sensitive,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) metadata: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) content_type: Option<Sensitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) message_attributes: Option<MessageAttributes>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) push_notification: Option<PushNotificationConfiguration>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) target: Option<String>,
    /// The processor that has the message, and those that follow.
    pub(super) processors: Vec<Processor>,
    pub(super) callback_id: String,
    /// Whether the processor was invoked.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) invoked: bool,
    /// The time after which the callback is not accepted any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) deadline: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) created_timestamp: Option<Time>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) last_edited_timestamp: Option<Time>,
}

fn persistent() -> ChannelMessagePersistenceType {
    ChannelMessagePersistenceType::Persistent
}

fn all_messages() -> AllowMessages {
    AllowMessages::All
}

fn unrestricted() -> ChannelMode {
    ChannelMode::Unrestricted
}

fn public() -> ChannelPrivacy {
    ChannelPrivacy::Public
}

fn default_type() -> ChannelMembershipType {
    ChannelMembershipType::Default
}

fn sent() -> ChannelMessageStatus {
    ChannelMessageStatus::Sent
}

fn is_sent(status: &ChannelMessageStatus) -> bool {
    *status == ChannelMessageStatus::Sent
}

fn standard() -> ChannelMessageType {
    ChannelMessageType::Standard
}

impl FromStr for Seed {
    type Err = InvalidSeed;

    fn from_str(json: &str) -> Result<Self, InvalidSeed> {
        serde_json::from_str(json).map_err(InvalidSeed::new)
    }
}

/// Shows the number of app instances only: most of their contents are sensitive.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Seed").field("app_instances", &self.app_instances.len()).finish_non_exhaustive()
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string_pretty(self).map_err(|_| fmt::Error)?)
    }
}
