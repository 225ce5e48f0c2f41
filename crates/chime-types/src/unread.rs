//! Whether something is unread.

use crate::operations::DescribeChannelMembershipForAppInstanceUserResponse;
use crate::shapes::{
    AppInstanceUserMembershipSummary, ChannelMembershipForAppInstanceUserSummary, ChannelSummary,
};

/// Whether a member has something to read in a channel, and why.
///
/// | last message | read marker | sub-channel | |
/// |---|---|---|---|
/// | absent | any | any | [`NoMessage`](Self::NoMessage) |
/// | there | absent | absent | [`NeverRead`](Self::NeverRead) |
/// | there | absent | there | [`Unknown`](Self::Unknown) |
/// | later than the marker | there | any | [`AfterMarker`](Self::AfterMarker) |
/// | at the marker or before | there | any | [`Read`](Self::Read) |
///
/// The last message is the last that *the caller* can see: an administrator who asks for a user may get another
/// result than the user would. Markers lag behind `UpdateChannelReadMarker` by seconds. An elastic channel has no read
/// markers; an answer tells one by its `SubChannelId` alone.
///
/// **Source**: the members' documentation in the model of `chime-sdk-messaging`; that a message is unread when it is
/// later than the marker is inferred from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Unread {
    /// A message came after the read marker.
    AfterMarker,
    /// The channel has a message, and the read marker was never set.
    NeverRead,
    /// The last message is not later than the read marker.
    Read,
    /// The channel has no message that the caller can see.
    NoMessage,
    /// The channel is elastic and has no read markers, or the answer has no membership.
    Unknown,
}

impl Unread {
    /// Returns whether something is unread, or `None` if it cannot be told.
    ///
    /// ```
    #[doc = import!("Unread")]
    ///
    /// assert_eq!(Unread::NeverRead.has_unread(), Some(true));
    /// assert_eq!(Unread::Unknown.has_unread(), None);
    /// ```
    #[must_use]
    pub fn has_unread(self) -> Option<bool> {
        match self {
            Self::AfterMarker | Self::NeverRead => Some(true),
            Self::Read | Self::NoMessage => Some(false),
            Self::Unknown => None,
        }
    }
}

impl ChannelMembershipForAppInstanceUserSummary {
    /// Returns whether something is unread, and why.
    ///
    /// ```
    #[doc = import!("Unread")]
    #[doc = import!("shapes::ChannelMembershipForAppInstanceUserSummary")]
    ///
    /// let membership: ChannelMembershipForAppInstanceUserSummary = serde_json::from_str(
    ///     r#"{"ChannelSummary":{"LastMessageTimestamp":2},"AppInstanceUserMembershipSummary":{"ReadMarkerTimestamp":1}}"#,
    /// )?;
    /// assert_eq!(membership.unread(), Unread::AfterMarker);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    #[must_use]
    pub fn unread(&self) -> Unread {
        let (Some(channel), Some(user)) = (&self.channel_summary, &self.app_instance_user_membership_summary)
        else {
            return Unread::Unknown;
        };
        let ChannelSummary { last_message_timestamp, .. } = channel;
        let AppInstanceUserMembershipSummary { read_marker_timestamp, sub_channel_id, .. } = user;
        match (last_message_timestamp, read_marker_timestamp) {
            (None, _) => Unread::NoMessage,
            (Some(_), None) if sub_channel_id.is_some() => Unread::Unknown,
            (Some(_), None) => Unread::NeverRead,
            (Some(message), Some(marker)) if message > marker => Unread::AfterMarker,
            (Some(_), Some(_)) => Unread::Read,
        }
    }

    /// Returns whether something is unread, or `None` if it cannot be told. [`unread`](Self::unread) says why.
    #[must_use]
    pub fn has_unread(&self) -> Option<bool> {
        self.unread().has_unread()
    }
}

impl DescribeChannelMembershipForAppInstanceUserResponse {
    /// Returns whether something is unread, and why.
    #[must_use]
    pub fn unread(&self) -> Unread {
        self.channel_membership
            .as_ref()
            .map_or(Unread::Unknown, ChannelMembershipForAppInstanceUserSummary::unread)
    }

    /// Returns whether something is unread, or `None` if it cannot be told. [`unread`](Self::unread) says why.
    #[must_use]
    pub fn has_unread(&self) -> Option<bool> {
        self.unread().has_unread()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules() {
        let cases = [
            ("{}", "{}", Unread::NoMessage),
            ("{}", r#"{"ReadMarkerTimestamp":5}"#, Unread::NoMessage),
            ("{}", r#"{"SubChannelId":"s"}"#, Unread::NoMessage),
            (r#"{"LastMessageTimestamp":5}"#, "{}", Unread::NeverRead),
            (r#"{"LastMessageTimestamp":5}"#, r#"{"SubChannelId":"s"}"#, Unread::Unknown),
            (r#"{"LastMessageTimestamp":5}"#, r#"{"ReadMarkerTimestamp":4.999}"#, Unread::AfterMarker),
            (r#"{"LastMessageTimestamp":5}"#, r#"{"ReadMarkerTimestamp":5}"#, Unread::Read),
            (r#"{"LastMessageTimestamp":5}"#, r#"{"ReadMarkerTimestamp":5.001}"#, Unread::Read),
            (
                r#"{"LastMessageTimestamp":5}"#,
                r#"{"ReadMarkerTimestamp":4,"SubChannelId":"s"}"#,
                Unread::AfterMarker,
            ),
            (r#"{"LastMessageTimestamp":5}"#, "null", Unread::Unknown),
            ("null", r#"{"ReadMarkerTimestamp":5}"#, Unread::Unknown),
        ];
        for (channel, user, expected) in cases {
            let json = format!(
                r#"{{"ChannelMembership":{{"ChannelSummary":{channel},"AppInstanceUserMembershipSummary":{user}}}}}"#
            );
            let answer: DescribeChannelMembershipForAppInstanceUserResponse =
                serde_json::from_str(&json).unwrap();
            assert_eq!(answer.unread(), expected, "{json}");
            assert_eq!(answer.has_unread(), expected.has_unread(), "{json}");
        }
        assert_eq!(DescribeChannelMembershipForAppInstanceUserResponse::default().has_unread(), None);
    }
}
