//! `PUT /channels/{channelArn}/readMarker`

use crate::ChannelArn;
use crate::declare::{operation, structure};

operation! {
    /// Sets the caller's read marker of a channel to the current time.
    ///
    /// ```
    #[doc = import!("operations::UpdateChannelReadMarker")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = UpdateChannelReadMarker::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: members of the channel. Elastic channels have no read markers.
    UpdateChannelReadMarker, UpdateChannelReadMarkerBuilder -> UpdateChannelReadMarkerResponse;
    Memberships Put "/channels/{channelArn}/readMarker" => 200;
    bearer required;
    errors: common, ConflictException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
}

structure! {
    /// The channel that was read.
    pub struct UpdateChannelReadMarkerResponse {
        /// The channel.
        channel_arn: ChannelArn,
    }
}
