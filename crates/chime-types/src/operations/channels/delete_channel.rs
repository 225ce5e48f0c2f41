//! `DELETE /channels/{channelArn}`

use crate::ChannelArn;
use crate::declare::operation;

operation! {
    /// Deletes a channel, its memberships and its messages.
    ///
    /// ```
    #[doc = import!("operations::DeleteChannel")]
    ///
    /// let instance = "arn:aws:chime:us-east-1:123456789012:app-instance/7b2a";
    /// let request = DeleteChannel::builder()
    ///     .channel_arn(format!("{instance}/channel/general"))
    ///     .chime_bearer(format!("{instance}/user/alice"))
    ///     .build()?;
    /// # Ok::<(), chime_types::InvalidParameter>(())
    /// ```
    ///
    /// **Who may call it**: moderators of the channel and administrators.
    DeleteChannel, DeleteChannelBuilder -> ();
    Channels Delete "/channels/{channelArn}" => 204;
    bearer required;
    errors: common, ConflictException;
    required {
        /// The channel.
        channel_arn: ChannelArn = label("ChannelArn", "channelArn"),
    }
}
