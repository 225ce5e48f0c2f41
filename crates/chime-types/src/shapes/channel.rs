//! Channels.

use super::expiration::ExpirationSettings;
use super::identity::Identity;
use crate::declare::structure;
use crate::open_enum::open_enum;
use crate::operation::Form;
use crate::{ChannelArn, ChannelFlowArn, Sensitive, Timestamp};

open_enum! {
    /// The rule for adding members to a channel: everyone in it may, or only its moderators and administrators.
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
        /// Only members and administrators can find the channel and read it.
        Private = "PRIVATE",
    }
}

structure! {
    /// A channel, in full.
    ///
    /// ```
    #[doc = import!("shapes::{Channel, ChannelPrivacy}")]
    ///
    /// let channel = Channel::default().privacy(ChannelPrivacy::Private);
    /// ```
    pub struct Channel {
        /// The channel's name, 1 to 256 characters.
        name: Sensitive,
        /// The channel's ARN, kept as the service sent it, whatever its form.
        channel_arn: ChannelArn,
        /// Who may add members to the channel.
        mode: ChannelMode,
        /// Who may find and read the channel.
        privacy: ChannelPrivacy,
        /// The application's own data about the channel, up to 1,024 characters.
        metadata: Sensitive,
        /// The user who created the channel.
        created_by: Identity,
        /// The time at which the channel was created.
        created_timestamp: Timestamp,
        /// The time at which the last message was sent.
        last_message_timestamp: Timestamp,
        /// The time at which the channel was last updated.
        last_updated_timestamp: Timestamp,
        /// The channel flow that processes the messages of the channel.
        channel_flow_arn: ChannelFlowArn,
        /// How an elastic channel divides its members among sub-channels.
        elastic_channel_configuration: ElasticChannelConfiguration,
        /// When the channel expires.
        expiration_settings: ExpirationSettings,
    }
}

structure! {
    /// The summary of a channel in a list.
    ///
    /// ```
    #[doc = import!("shapes::{ChannelMode, ChannelSummary}")]
    ///
    /// let summary = ChannelSummary::default().name("General").mode(ChannelMode::Unrestricted);
    /// assert_eq!(format!("{:?}", summary.name), "Some([sensitive])");
    /// ```
    pub struct ChannelSummary {
        /// The channel's name, 1 to 256 characters.
        name: Sensitive,
        /// The channel's ARN, kept as the service sent it, whatever its form.
        channel_arn: ChannelArn,
        /// Who may add members to the channel.
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

structure! {
    /// The division of an elastic channel's members among sub-channels.
    ///
    /// ```
    #[doc = import!("shapes::ElasticChannelConfiguration")]
    ///
    /// let elastic = ElasticChannelConfiguration::new(100, 500, 30);
    /// assert_eq!(elastic.maximum_sub_channels, 100);
    /// ```
    pub struct ElasticChannelConfiguration {
        required {
            /// The most sub-channels of the channel, at least 2.
            maximum_sub_channels: i32 = limits(2, u32::MAX),
            /// The number of members of a full sub-channel, at least 2.
            target_memberships_per_sub_channel: i32 = limits(2, u32::MAX),
            /// The percentage of a full sub-channel below which a sub-channel is removed, 1 to 40.
            minimum_membership_percentage: i32 = limits(1, 40),
        }
    }
}

structure! {
    /// The summary of a sub-channel in a list.
    pub struct SubChannelSummary {
        /// The sub-channel's ID.
        sub_channel_id: String = limits(1, 128).form(Form::Token),
        /// The number of its members.
        membership_count: i32,
    }
}
