//! Memberships of channels.

use super::channel::ChannelSummary;
use super::identity::Identity;
use crate::declare::structure;
use crate::open_enum::open_enum;
use crate::{AppInstanceUserArn, ChannelArn, Timestamp};

open_enum! {
    /// How a member shows in a channel.
    pub enum ChannelMembershipType {
        /// An ordinary member.
        Default = "DEFAULT",
        /// A member that membership lists leave out, unless a moderator asks for the hidden ones.
        Hidden = "HIDDEN",
    }
}

structure! {
    /// A membership, in full.
    ///
    /// ```
    #[doc = import!("shapes::{ChannelMembership, ChannelMembershipType}")]
    ///
    /// let membership = ChannelMembership::default().r#type(ChannelMembershipType::Hidden);
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

structure! {
    /// What a list shows of a membership.
    pub struct ChannelMembershipSummary {
        /// The member.
        member: Identity,
    }
}

structure! {
    /// One user's membership of one channel, beside a summary of that channel.
    ///
    /// ```
    #[doc = import!("shapes::{AppInstanceUserMembershipSummary, ChannelMembershipForAppInstanceUserSummary, ChannelSummary}")]
    ///
    /// let membership = ChannelMembershipForAppInstanceUserSummary::default()
    ///     .channel_summary(ChannelSummary::default().name("General"))
    ///     .app_instance_user_membership_summary(AppInstanceUserMembershipSummary::default());
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

structure! {
    /// What a user is in a channel.
    ///
    /// ```
    #[doc = import!("shapes::AppInstanceUserMembershipSummary")]
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

structure! {
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

structure! {
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
