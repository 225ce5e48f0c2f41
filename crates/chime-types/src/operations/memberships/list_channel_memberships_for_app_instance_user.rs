//! `GET /channels?scope=app-instance-user-memberships`

use crate::declare::{operation, structure};
use crate::shapes::ChannelMembershipForAppInstanceUserSummary;
use crate::{AppInstanceUserArn, Sensitive};

operation! {
    /// Lists the channels that a user is a member of.
    ///
    /// ```
    #[doc = import!("operations::ListChannelMembershipsForAppInstanceUser")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelMembershipsForAppInstanceUser::builder()
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: administrators, about any user; any other user, about themselves.
    ListChannelMembershipsForAppInstanceUser, ListChannelMembershipsForAppInstanceUserBuilder -> ListChannelMembershipsForAppInstanceUserResponse;
    Memberships Get "/channels" ["scope" = "app-instance-user-memberships"] => 200;
    bearer required;
    quota: 15, 15 for each Bearer;
    optional {
        /// The user whose channels to list.
        /// The default is the caller.
        app_instance_user_arn, set_app_instance_user_arn: AppInstanceUserArn =
            query("AppInstanceUserArn", "app-instance-user-arn"),
    }
    lists channel_memberships: ChannelMembershipForAppInstanceUserSummary;
}

structure! {
    /// A page of a user's channels.
    pub struct ListChannelMembershipsForAppInstanceUserResponse {
        /// The channels, and what the user is in each.
        channel_memberships: Vec<ChannelMembershipForAppInstanceUserSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
