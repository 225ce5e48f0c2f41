//! Memberships of channels.

use super::channel::ChannelSummary;
use super::identity::Identity;
use crate::declare::structure;
use crate::open_enum::open_enum;
use crate::{AppInstanceUserArn, ChannelArn, Timestamp};

open_enum! {
    /// The visibility of a member in a channel.
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
        /// The user who added the member.
        invited_by: Identity,
        /// Whether the member is ordinary or hidden.
        r#type: ChannelMembershipType,
        /// The member.
        member: Identity,
        /// The channel.
        channel_arn: ChannelArn,
        /// The time at which the member was added.
        created_timestamp: Timestamp,
        /// The time at which the membership was last updated.
        last_updated_timestamp: Timestamp,
        /// The sub-channel of an elastic channel that the member is in.
        sub_channel_id: String,
    }
}

structure! {
    /// The summary of a membership in a list.
    pub struct ChannelMembershipSummary {
        /// The member.
        member: Identity,
    }
}

structure! {
    /// A user's membership in a channel, with a summary of the channel.
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
        /// The user's membership in the channel.
        app_instance_user_membership_summary: AppInstanceUserMembershipSummary,
    }
}

structure! {
    /// The membership of a user in a channel.
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
        /// Whether the member is ordinary or hidden.
        r#type: ChannelMembershipType,
        /// How far the user has read; absent until `UpdateChannelReadMarker` is first called, and always in an
        /// elastic channel.
        read_marker_timestamp: Timestamp,
        /// The sub-channel of an elastic channel that the user is in. The retired `Chime.Client` does not have it.
        sub_channel_id: String,
    }
}

structure! {
    /// Memberships that were made together.
    pub struct BatchChannelMemberships {
        /// The user who added the members.
        invited_by: Identity,
        /// Whether the members are ordinary or hidden.
        r#type: ChannelMembershipType,
        /// The members.
        members: Vec<Identity>,
        /// The channel.
        channel_arn: ChannelArn,
        /// The sub-channel of an elastic channel that the members are in.
        sub_channel_id: String,
    }
}

structure! {
    /// The reason why one member of a batch was not added.
    pub struct BatchCreateChannelMembershipError {
        /// The member.
        member_arn: AppInstanceUserArn,
        /// The code of the reason.
        error_code: ErrorCode,
        /// The reason in words.
        error_message: String,
    }
}

open_enum! {
    /// The short name of an error, as in the `Code` of a refusal.
    pub enum ErrorCode {
        /// The request is malformed.
        BadRequest = "BadRequest",
        /// The resource exists already.
        Conflict = "Conflict",
        /// The caller is not allowed to do it.
        Forbidden = "Forbidden",
        /// The resource does not exist.
        NotFound = "NotFound",
        /// A condition is not met.
        PreconditionFailed = "PreconditionFailed",
        /// A quota is used up.
        ResourceLimitExceeded = "ResourceLimitExceeded",
        /// The service failed.
        ServiceFailure = "ServiceFailure",
        /// IAM does not allow it.
        AccessDenied = "AccessDenied",
        /// The service cannot answer at present.
        ServiceUnavailable = "ServiceUnavailable",
        /// There were more calls than the quota allows.
        Throttled = "Throttled",
        /// There were more calls than the quota allows, by its other name.
        Throttling = "Throttling",
        /// The caller is not known.
        Unauthorized = "Unauthorized",
        /// The request cannot be processed.
        Unprocessable = "Unprocessable",
        /// Of another service.
        VoiceConnectorGroupAssociationsExist = "VoiceConnectorGroupAssociationsExist",
        /// Of another service.
        PhoneNumberAssociationsExist = "PhoneNumberAssociationsExist",
    }
}
