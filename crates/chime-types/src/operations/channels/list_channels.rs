//! `GET /channels`

use crate::declare::{operation, structure};
use crate::shapes::{ChannelPrivacy, ChannelSummary};
use crate::{AppInstanceArn, Sensitive};

operation! {
    /// Lists the channels of an app instance.
    ///
    /// ```
    #[doc = import!("operations::ListChannels")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = ListChannels::builder()
    ///     .app_instance_arn(instance)
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: any user, for public channels; administrators, for private ones too.
    ListChannels, ListChannelsBuilder -> ListChannelsResponse;
    Channels Get "/channels" => 200;
    bearer required;
    required {
        /// The app instance.
        app_instance_arn: AppInstanceArn = query("AppInstanceArn", "app-instance-arn"),
    }
    optional {
        /// Whether to list only public or only private channels.
        privacy, set_privacy: ChannelPrivacy = query("Privacy", "privacy"),
    }
    lists channels: ChannelSummary;
}

structure! {
    /// A page of channels.
    pub struct ListChannelsResponse {
        /// The channels.
        channels: Vec<ChannelSummary>,
        /// The token of the next page.
        /// The last page has none.
        next_token: Sensitive,
    }
}
