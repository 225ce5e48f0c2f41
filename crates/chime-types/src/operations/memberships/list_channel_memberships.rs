//! `GET /channels/{channelArn}/memberships`

use crate::declare::{operation, structure};
use crate::shapes::{ChannelMembershipSummary, ChannelMembershipType};
use crate::{ChannelArn, Sensitive};

operation! {
    /// Lists the members of a channel.
    ///
    /// ```
    #[doc = import!("operations::ListChannelMemberships")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelMemberships::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: in a public channel, any user of the app instance; in a private one, its
    /// members and moderators, and administrators. Hidden members may not, and only moderators and
    /// administrators may list them.
    ListChannelMemberships, ListChannelMembershipsBuilder -> ListChannelMembershipsResponse;
    Memberships Get "/channels/{channelArn}/memberships" => 200;
    bearer required;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
    optional {
        /// Whether to list ordinary or hidden members.
        /// The default is `DEFAULT`.
        r#type, set_type: ChannelMembershipType = query("Type", "type"),
    }
    sub_channel query;
    lists channel_memberships: ChannelMembershipSummary;
}

structure! {
    /// A page of members.
    pub struct ListChannelMembershipsResponse {
        /// The channel.
        channel_arn: ChannelArn,
        /// The members.
        channel_memberships: Vec<ChannelMembershipSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
