//! Structures and enumerations that operations share.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::builder::itself;
use crate::declare::shape;
use crate::open_enum::{enum_parameters, open_enum};
use crate::operation::{At, Kind, Member};
use crate::parameter::{Parameter, check_text};
use crate::{
    AppInstanceArn, AppInstanceUserArn, ChannelArn, ChannelFlowArn, InvalidValue, Sensitive, Timestamp,
};

open_enum! {
    /// Who may add members to a channel: everyone in it, or its moderators and administrators.
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
        /// Anyone in the app instance can find the channel and read it.
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

open_enum! {
    /// What a message is for.
    pub enum ChannelMessageType {
        /// For people: up to 4,096 characters, with metadata.
        Standard = "STANDARD",
        /// For programs, such as "is typing": up to 30 bytes, without metadata.
        Control = "CONTROL",
    }
}

open_enum! {
    /// Whether a message is kept.
    pub enum ChannelMessagePersistenceType {
        /// It is kept and can be listed.
        Persistent = "PERSISTENT",
        /// It is delivered to those who are connected, and forgotten.
        NonPersistent = "NON_PERSISTENT",
    }
}

open_enum! {
    /// How far a message has come, where a channel flow processes it.
    pub enum ChannelMessageStatus {
        /// Processed, or there is nothing to process.
        Sent = "SENT",
        /// Being processed.
        Pending = "PENDING",
        /// Processing failed.
        Failed = "FAILED",
        /// Processing denied it.
        Denied = "DENIED",
    }
}

open_enum! {
    /// The order in which messages are listed, by the time at which they were sent.
    pub enum SortOrder {
        /// The oldest first.
        Ascending = "ASCENDING",
        /// The newest first.
        Descending = "DESCENDING",
    }
}

open_enum! {
    /// What kind of push notification a message causes.
    pub enum PushNotificationType {
        /// A notification that is shown.
        Default = "DEFAULT",
        /// One that an application handles, as for a call.
        Voip = "VOIP",
    }
}

open_enum! {
    /// From when on the days until an expiration count.
    pub enum ExpirationCriterion {
        /// From the creation.
        CreatedTimestamp = "CREATED_TIMESTAMP",
        /// From the last message. Channels only.
        LastMessageTimestamp = "LAST_MESSAGE_TIMESTAMP",
    }
}

open_enum! {
    /// Why one of many things was refused: the short names that stand in an error's `Code`.
    pub enum ErrorCode {
        /// The request is malformed.
        BadRequest = "BadRequest",
        /// It exists already.
        Conflict = "Conflict",
        /// The caller may not.
        Forbidden = "Forbidden",
        /// It does not exist.
        NotFound = "NotFound",
        /// A condition is not met.
        PreconditionFailed = "PreconditionFailed",
        /// A quota is used up.
        ResourceLimitExceeded = "ResourceLimitExceeded",
        /// The service failed.
        ServiceFailure = "ServiceFailure",
        /// IAM denies it.
        AccessDenied = "AccessDenied",
        /// The service cannot answer at present.
        ServiceUnavailable = "ServiceUnavailable",
        /// More calls than the quota allows.
        Throttled = "Throttled",
        /// The same.
        Throttling = "Throttling",
        /// The caller is not known.
        Unauthorized = "Unauthorized",
        /// It cannot be processed.
        Unprocessable = "Unprocessable",
        /// Of another service.
        VoiceConnectorGroupAssociationsExist = "VoiceConnectorGroupAssociationsExist",
        /// Of another service.
        PhoneNumberAssociationsExist = "PhoneNumberAssociationsExist",
    }
}

enum_parameters!(
    ChannelMode,
    ChannelPrivacy,
    ChannelMembershipType,
    ChannelMessageType,
    ChannelMessagePersistenceType,
    SortOrder,
    PushNotificationType,
    ExpirationCriterion,
);

shape! {
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
    pub struct ChannelMembershipForAppInstanceUserSummary {
        /// The channel.
        channel_summary: ChannelSummary,
        /// What the user is in that channel.
        app_instance_user_membership_summary: AppInstanceUserMembershipSummary,
    }
}

shape! {
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
    pub struct ChannelSummary {
        /// The channel's name, 1 to 256 characters.
        name: Sensitive,
        /// The channel's ARN, kept as the service sent it, whatever its form.
        channel_arn: ChannelArn,
        /// Who may add members.
        mode: ChannelMode,
        /// Who may find and read the channel.
        privacy: ChannelPrivacy,
        /// The application's own data about the channel, up to 1,024 characters.
        metadata: Sensitive,
        /// When the last persistent message *that the caller can see* was sent. An administrator who asks for
        /// a user may be told another time than that user would be.
        last_message_timestamp: Timestamp,
    }
}

shape! {
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
    pub struct AppInstanceUserMembershipSummary {
        /// Whether the member is an ordinary or a hidden one.
        r#type: ChannelMembershipType,
        /// How far the user has read; absent until `UpdateChannelReadMarker` is first called, and always in an
        /// elastic channel.
        read_marker_timestamp: Timestamp,
        /// The part of an elastic channel that the user is in. Newer than the retired `Chime.Client`.
        sub_channel_id: String,
    }
}

shape! {
    /// A user or bot: its ARN and its name.
    ///
    /// ```
    /// let sender: chime_types::Identity =
    ///     serde_json::from_str(r#"{"Arn":"arn:aws:chime:us-east-1:1:app-instance/i/user/u","Name":"Alice"}"#)?;
    /// assert_eq!(sender.name.unwrap(), "Alice");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct Identity {
        /// The ARN.
        arn: AppInstanceUserArn,
        /// The name, up to 256 characters.
        name: Sensitive,
    }
}

shape! {
    /// A channel, in full.
    ///
    /// ```
    /// use chime_types::{Channel, ChannelPrivacy};
    ///
    /// let mut channel = Channel::default();
    /// channel.privacy = Some(ChannelPrivacy::Private);
    /// ```
    pub struct Channel {
        /// The channel's name, 1 to 256 characters.
        name: Sensitive,
        /// The channel's ARN, kept as the service sent it, whatever its form.
        channel_arn: ChannelArn,
        /// Who may add members.
        mode: ChannelMode,
        /// Who may find and read the channel.
        privacy: ChannelPrivacy,
        /// The application's own data about the channel, up to 1,024 characters.
        metadata: Sensitive,
        /// Who created it.
        created_by: Identity,
        /// When it was created.
        created_timestamp: Timestamp,
        /// When the last message was sent.
        last_message_timestamp: Timestamp,
        /// When it was last updated.
        last_updated_timestamp: Timestamp,
        /// The flow that processes its messages.
        channel_flow_arn: ChannelFlowArn,
        /// How an elastic channel divides its members.
        elastic_channel_configuration: ElasticChannelConfiguration,
        /// When it expires.
        expiration_settings: ExpirationSettings,
    }
}

shape! {
    /// A membership, in full.
    ///
    /// ```
    /// use chime_types::{ChannelMembership, ChannelMembershipType};
    ///
    /// let mut membership = ChannelMembership::default();
    /// membership.r#type = Some(ChannelMembershipType::Hidden);
    /// ```
    pub struct ChannelMembership {
        /// Who added the member.
        invited_by: Identity,
        /// How the member shows.
        r#type: ChannelMembershipType,
        /// The member.
        member: Identity,
        /// The channel.
        channel_arn: ChannelArn,
        /// When the member was added.
        created_timestamp: Timestamp,
        /// When the membership was last updated.
        last_updated_timestamp: Timestamp,
        /// The part of an elastic channel that the member is in.
        sub_channel_id: String,
    }
}

shape! {
    /// What a list shows of a membership.
    pub struct ChannelMembershipSummary {
        /// The member.
        member: Identity,
    }
}

shape! {
    /// Memberships that were made together.
    pub struct BatchChannelMemberships {
        /// Who added the members.
        invited_by: Identity,
        /// How the members show.
        r#type: ChannelMembershipType,
        /// The members.
        members: Vec<Identity>,
        /// The channel.
        channel_arn: ChannelArn,
        /// The part of an elastic channel that the members are in.
        sub_channel_id: String,
    }
}

shape! {
    /// Why one member of a batch was not added.
    pub struct BatchCreateChannelMembershipError {
        /// The member.
        member_arn: AppInstanceUserArn,
        /// Why.
        error_code: ErrorCode,
        /// Why, in words.
        error_message: String,
    }
}

shape! {
    /// What a list shows of a moderator.
    pub struct ChannelModeratorSummary {
        /// The moderator.
        moderator: Identity,
    }
}

shape! {
    /// How far a message has come.
    ///
    /// ```
    /// let status: chime_types::ChannelMessageStatusStructure = serde_json::from_str(r#"{"Value":"SENT"}"#)?;
    /// assert_eq!(status.value.unwrap().as_str(), "SENT");
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub struct ChannelMessageStatusStructure {
        /// How far.
        value: ChannelMessageStatus,
        /// Why, where it failed or was denied.
        detail: String,
    }
}

shape! {
    /// A message, in full.
    ///
    /// ```
    /// let mut message = chime_types::ChannelMessage::default();
    /// message.content = Some("Hello".into());
    /// assert!(!format!("{message:?}").contains("Hello"));
    /// ```
    pub struct ChannelMessage {
        /// The channel.
        channel_arn: ChannelArn,
        /// The message's id.
        message_id: String,
        /// What it says, up to 4,096 characters.
        content: Sensitive,
        /// The application's own data about the message, up to 1,024 characters.
        metadata: Sensitive,
        /// What it is for.
        r#type: ChannelMessageType,
        /// When it was sent.
        created_timestamp: Timestamp,
        /// When its content was last edited.
        last_edited_timestamp: Timestamp,
        /// When it was last updated in any way.
        last_updated_timestamp: Timestamp,
        /// Who sent it.
        sender: Identity,
        /// Whether its content was taken away.
        redacted: bool,
        /// Whether it is kept.
        persistence: ChannelMessagePersistenceType,
        /// How far it has come.
        status: ChannelMessageStatusStructure,
        /// What push notifications are filtered by.
        message_attributes: BTreeMap<Sensitive, MessageAttributeValue>,
        /// The part of an elastic channel that it was sent to.
        sub_channel_id: String,
        /// The media type of the content.
        content_type: Sensitive,
        /// The one member that can see it beside the sender, where there is one.
        target: Vec<Target>,
    }
}

shape! {
    /// What a list shows of a message.
    pub struct ChannelMessageSummary {
        /// The message's id.
        message_id: String,
        /// What it says, up to 4,096 characters.
        content: Sensitive,
        /// The application's own data about the message, up to 1,024 characters.
        metadata: Sensitive,
        /// What it is for.
        r#type: ChannelMessageType,
        /// When it was sent.
        created_timestamp: Timestamp,
        /// When it was last updated in any way.
        last_updated_timestamp: Timestamp,
        /// When its content was last edited.
        last_edited_timestamp: Timestamp,
        /// Who sent it.
        sender: Identity,
        /// Whether its content was taken away.
        redacted: bool,
        /// How far it has come.
        status: ChannelMessageStatusStructure,
        /// What push notifications are filtered by.
        message_attributes: BTreeMap<Sensitive, MessageAttributeValue>,
        /// The media type of the content.
        content_type: Sensitive,
        /// The one member that can see it beside the sender, where there is one.
        target: Vec<Target>,
    }
}

shape! {
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

shape! {
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

shape! {
    /// What a list shows of an app instance user.
    pub struct AppInstanceUserSummary {
        /// The user's ARN.
        app_instance_user_arn: AppInstanceUserArn,
        /// The user's name, 1 to 100 characters.
        name: Sensitive,
        /// The application's own data about the user, up to 1,024 characters.
        metadata: Sensitive,
    }
}

shape! {
    /// The values of one attribute of a message.
    ///
    /// ```
    /// let mut mentions = chime_types::MessageAttributeValue::default();
    /// mentions.string_values = Some(vec!["alice".into(), "bob".into()]);
    /// ```
    pub struct MessageAttributeValue {
        /// The values, 1 to 512 characters each.
        string_values: Vec<Sensitive>,
    }
}

shape! {
    /// The member that can see a message, beside its sender.
    ///
    /// ```
    /// let arn = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a/user/alice".parse()?;
    /// assert!(chime_types::Target::new(arn).member_arn.is_some());
    /// # Ok::<(), chime_types::InvalidValue>(())
    /// ```
    pub struct Target {
        /// The member.
        member_arn: AppInstanceUserArn,
    }
}

impl Target {
    /// That member.
    #[must_use]
    pub fn new(member_arn: AppInstanceUserArn) -> Self {
        Self { member_arn: Some(member_arn) }
    }
}

shape! {
    /// The push notification that a message causes.
    ///
    /// ```
    /// let mut push = chime_types::PushNotificationConfiguration::default();
    /// push.title = Some("New message".into());
    /// ```
    pub struct PushNotificationConfiguration {
        /// Its title, 1 to 50 characters.
        title: Sensitive,
        /// Its text, 1 to 150 characters.
        body: Sensitive,
        /// What kind it is.
        r#type: PushNotificationType,
    }
}

/// A key and a value that mark a resource, for billing or for finding it.
///
/// ```
/// let tag = chime_types::Tag::new("team", "support");
/// assert_eq!(tag.key, "team");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Tag {
    /// The key, 1 to 128 characters.
    pub key: Sensitive,
    /// The value, 1 to 256 characters.
    pub value: Sensitive,
}

impl Tag {
    /// That key with that value.
    pub fn new(key: impl Into<Sensitive>, value: impl Into<Sensitive>) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// How an elastic channel divides its members among sub-channels.
///
/// ```
/// let elastic = chime_types::ElasticChannelConfiguration::new(100, 500, 30);
/// assert_eq!(elastic.maximum_sub_channels, 100);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ElasticChannelConfiguration {
    /// How many sub-channels there may be, at least 2.
    pub maximum_sub_channels: i32,
    /// How many members a sub-channel has when it is full, at least 2.
    pub target_memberships_per_sub_channel: i32,
    /// Below which percentage of that a sub-channel is given up, 1 to 40.
    pub minimum_membership_percentage: i32,
}

impl ElasticChannelConfiguration {
    /// At most that many sub-channels, of that many members each, given up below that percentage.
    #[must_use]
    pub fn new(maximum_sub_channels: i32, target_memberships: i32, minimum_percentage: i32) -> Self {
        Self {
            maximum_sub_channels,
            target_memberships_per_sub_channel: target_memberships,
            minimum_membership_percentage: minimum_percentage,
        }
    }
}

/// When a channel or a user expires.
///
/// ```
/// use chime_types::{ExpirationCriterion, ExpirationSettings};
///
/// let month = ExpirationSettings::new(30, ExpirationCriterion::CreatedTimestamp);
/// assert_eq!(month.expiration_days, 30);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ExpirationSettings {
    /// After how many days, 1 to 5,475.
    pub expiration_days: i32,
    /// From when on they count.
    pub expiration_criterion: ExpirationCriterion,
}

impl ExpirationSettings {
    /// That many days from then on.
    #[must_use]
    pub fn new(expiration_days: i32, expiration_criterion: ExpirationCriterion) -> Self {
        Self { expiration_days, expiration_criterion }
    }
}

/// Structures that are parameters: each member and its limits.
macro_rules! structures {
    ($( $Name:ident { $( $member:ident: $name:literal ($min:expr, $max:expr) ),* $(,)? } )+) => { $(
        impl Parameter for $Name {
            const KIND: Kind = Kind::Structure;

            fn check(&self, _: &Member) -> Result<(), InvalidValue> {
                $(
                    let member = Member::new($name, At::Body).limits($min, $max);
                    Checked::check(&self.$member, &member)
                        .map_err(|reason| InvalidValue::new(format!("{}: {reason}", $name)))?;
                )*
                Ok(())
            }
        }

        itself!($Name);
    )+ };
}

/// A member of a structure, which may be optional or a list of texts.
trait Checked {
    fn check(&self, member: &Member) -> Result<(), InvalidValue>;
}

impl<T: Checked> Checked for Option<T> {
    fn check(&self, member: &Member) -> Result<(), InvalidValue> {
        self.as_ref().map_or(Ok(()), |value| value.check(member))
    }
}

/// The limits are each text's.
impl Checked for Vec<Sensitive> {
    fn check(&self, member: &Member) -> Result<(), InvalidValue> {
        self.iter().try_for_each(|text| check_text(text.as_str(), member))
    }
}

macro_rules! checked_as_parameters {
    ($($Type:ty),+) => { $(
        impl Checked for $Type {
            fn check(&self, member: &Member) -> Result<(), InvalidValue> {
                Parameter::check(self, member)
            }
        }
    )+ };
}

checked_as_parameters!(i32, Sensitive, AppInstanceUserArn, PushNotificationType, ExpirationCriterion);

structures! {
    Tag { key: "Key" (1, 128), value: "Value" (1, 256) }
    ElasticChannelConfiguration {
        maximum_sub_channels: "MaximumSubChannels" (2, u32::MAX),
        target_memberships_per_sub_channel: "TargetMembershipsPerSubChannel" (2, u32::MAX),
        minimum_membership_percentage: "MinimumMembershipPercentage" (1, 40),
    }
    ExpirationSettings {
        expiration_days: "ExpirationDays" (1, 5475),
        expiration_criterion: "ExpirationCriterion" (0, 0),
    }
    PushNotificationConfiguration {
        title: "Title" (1, 50),
        body: "Body" (1, 150),
        r#type: "Type" (0, 0),
    }
    Target { member_arn: "MemberArn" (0, 0) }
    MessageAttributeValue { string_values: "StringValues" (1, 512) }
}
