//! Structures and enumerations that operations share.

use serde::{Deserialize, Serialize};

use crate::open_enum::open_enum;
use crate::{ChannelArn, Sensitive, Timestamp};

open_enum! {
    /// Who may add members and send to a channel: everyone in it, or its moderators and administrators.
    pub enum ChannelMode {
        /// Every member may add others.
        Unrestricted = "UNRESTRICTED",
        /// Only administrators and moderators may add members.
        Restricted = "RESTRICTED",
    }
}

open_enum! {
    /// Whether a channel can be found and read by users outside it.
    pub enum ChannelPrivacy {
        /// Anyone in the app instance can find the channel and list its messages.
        Public = "PUBLIC",
        /// Members and administrators only.
        Private = "PRIVATE",
    }
}

open_enum! {
    /// How a member shows in a channel.
    pub enum ChannelMembershipType {
        /// An ordinary member.
        Default = "DEFAULT",
        /// A member that membership lists leave out, unless a moderator asks for the hidden ones.
        Hidden = "HIDDEN",
    }
}

/// One user's membership of one channel, beside a summary of that channel.
///
/// ```
/// use chime_types::{AppInstanceUserMembershipSummary, ChannelMembershipForAppInstanceUserSummary};
///
/// let mut answer = ChannelMembershipForAppInstanceUserSummary::default();
/// answer.app_instance_user_membership_summary = Some(AppInstanceUserMembershipSummary::default());
/// ```
///
/// The service may leave out any member. To build one in a test, start from `default()`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ChannelMembershipForAppInstanceUserSummary {
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_summary: Option<ChannelSummary>,
    /// What the user is in that channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_instance_user_membership_summary: Option<AppInstanceUserMembershipSummary>,
}

/// What a list shows of a channel.
///
/// ```
/// use chime_types::{ChannelMode, ChannelSummary};
///
/// let mut summary = ChannelSummary::default();
/// summary.name = Some("General".into());
/// summary.mode = Some(ChannelMode::Unrestricted);
/// assert_eq!(format!("{:?}", summary.name), "Some([sensitive])");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ChannelSummary {
    /// The channel's name, 1 to 256 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Sensitive>,
    /// The channel's ARN, kept as the service sent it, whatever its form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_arn: Option<ChannelArn>,
    /// Who may add members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mode: Option<ChannelMode>,
    /// Who may find and read the channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<ChannelPrivacy>,
    /// The application's own data about the channel, up to 1,024 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Sensitive>,
    /// When the last persistent message *that the caller can see* was sent. An administrator who asks for
    /// a user may be told another time than that user would be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_message_timestamp: Option<Timestamp>,
}

/// What a user is in a channel.
///
/// ```
/// use chime_types::AppInstanceUserMembershipSummary;
///
/// let summary: AppInstanceUserMembershipSummary =
///     serde_json::from_str(r#"{"Type":"DEFAULT","ReadMarkerTimestamp":1610051741.085}"#)?;
/// assert_eq!(summary.read_marker_timestamp.unwrap().to_string(), "2021-01-07T20:35:41.085Z");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AppInstanceUserMembershipSummary {
    /// Whether the member is an ordinary or a hidden one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#type: Option<ChannelMembershipType>,
    /// How far the user has read; absent until `UpdateChannelReadMarker` is first called, and always in an
    /// elastic channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_marker_timestamp: Option<Timestamp>,
    /// The part of an elastic channel that the user is in. Newer than the retired `Chime.Client`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sub_channel_id: Option<String>,
}
