//! `GET /channels?scope=app-instance-user-moderated-channels`

use crate::declare::{operation, structure};
use crate::shapes::ChannelModeratedByAppInstanceUserSummary;
use crate::{AppInstanceUserArn, Sensitive};

operation! {
    /// Lists the channels that a user moderates.
    ///
    /// ```
    #[doc = import!("operations::ListChannelsModeratedByAppInstanceUser")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannelsModeratedByAppInstanceUser::builder()
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: administrators, about any user; any other user, about themselves.
    ListChannelsModeratedByAppInstanceUser, ListChannelsModeratedByAppInstanceUserBuilder -> ListChannelsModeratedByAppInstanceUserResponse;
    Moderators Get "/channels" ["scope" = "app-instance-user-moderated-channels"] => 200;
    bearer required;
    optional {
        /// The user whose channels to list.
        /// The default is the caller.
        app_instance_user_arn, set_app_instance_user_arn: AppInstanceUserArn =
            query("AppInstanceUserArn", "app-instance-user-arn"),
    }
    lists channels: ChannelModeratedByAppInstanceUserSummary;
}

structure! {
    /// A page of the channels that a user moderates.
    pub struct ListChannelsModeratedByAppInstanceUserResponse {
        /// The channels.
        channels: Vec<ChannelModeratedByAppInstanceUserSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
